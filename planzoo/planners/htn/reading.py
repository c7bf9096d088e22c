"""Reads plans that were written as JSON. Nothing in a file can run code."""

from __future__ import annotations

import json
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.plan import NO_PARENT, Action, Decomposition, Plan
from planzoo.planners.htn.task import Goal, Multigoal, Task


def plan_from_json(text: str) -> Plan:
    """Reads what :meth:`Plan.to_json` has written; see :func:`plan_from_data`.

    Raises:
        InputError: the text is not JSON, or not a plan.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"A plan could not be read: it is not JSON ({error}).") from None
    return plan_from_data(data)


def plan_from_data(data: Any) -> Plan:
    """Makes a plan of what :meth:`Plan.to_data` gave, or of the same after a way through JSON.

    Numbers, strings, truth values, None and (nested) tuples of them come back equal to what they were. Of
    other arguments comes back what JSON has of them: a list as a tuple, a mapping as a dict with strings as
    keys, and whatever JSON does not know, such as a set or an object of a class, as its ``str``.

    Args:
        data: dicts, lists, numbers and strings. The totals may be missing, since they follow from the
            actions.

    Raises:
        InputError: something is missing, of the wrong kind, or does not fit together: the decomposition's
            columns differ in length, a node stands before its parent, or its leaves are not the actions.
    """
    fields = _fields(data, "it", ("actions", "decomposition"))
    actions = tuple(_action(entry, number) for number, entry in enumerate(_list(fields, "actions"), 1))
    tree = _decomposition(fields["decomposition"])
    leaves = [tuple(tree.tasks[leaf]) for leaf in tree.leaves]
    if tree.tasks and leaves != [(action.name, *action.arguments) for action in actions]:
        raise _refusal("the leaves of its decomposition are not its actions")
    return Plan(actions, tree)


def _action(data: Any, number: int) -> Action:
    where = f"action {number}"
    fields = _fields(data, where, ("name", "arguments", "cost", "duration"))
    resources = fields.get("resources", {})
    if not isinstance(resources, dict):
        raise _refusal(f"the resources of {where} are {resources!r}, not a mapping from names to amounts")
    return Action(
        _string(fields["name"], where),
        _arguments(fields, where),
        _number(fields["cost"], f"the cost of {where}"),
        _number(fields["duration"], f"the duration of {where}"),
        _argument(fields.get("agent")),
        tuple((name, _number(amount, f"{name!r} of {where}")) for name, amount in resources.items()),
    )


def _decomposition(data: Any) -> Decomposition:
    fields = _fields(data, "its decomposition", ("tasks", "parents", "methods"))
    tasks, parents, methods = (_list(fields, name) for name in ("tasks", "parents", "methods"))
    if not len(tasks) == len(parents) == len(methods):
        raise _refusal("the columns of its decomposition differ in length")
    path: list[int] = []
    for node, (parent, method) in enumerate(zip(parents, methods, strict=True)):
        _require_preorder(node, parent, methods, path)
        if method is not None and not isinstance(method, str):
            raise _refusal(f"the method of node {node} is {method!r}, not a name")
    return Decomposition(
        tuple(_task(entry, f"node {node}") for node, entry in enumerate(tasks)),
        tuple(parents),
        tuple(methods),
    )


def _require_preorder(node: int, parent: Any, methods: list[Any], path: list[int]) -> None:
    """Refuses a parent that is not on the path to the node before; then makes it the path to this node."""
    if isinstance(parent, bool) or not isinstance(parent, int):
        raise _refusal(f"the parent of node {node} is {parent!r}, not a number")
    while path and path[-1] != parent:
        path.pop()
    if parent != NO_PARENT and (not path or methods[parent] is None):
        raise _refusal(f"node {node} does not stand among the children of node {parent}")
    path.append(node)


def _task(data: Any, where: str) -> tuple[Any, ...]:
    fields = _fields(data, where, ("name",))
    if "goals" in fields:
        return Multigoal(dict(_goal(entry, where) for entry in _list(fields, "goals")))
    if "value" in fields:
        return Goal(*_goal(fields, where))
    return Task(_string(fields["name"], where), *_arguments(fields, where))


def _goal(data: Any, where: str) -> tuple[Any, Any]:
    """Gives the variable and the value."""
    fields = _fields(data, f"a goal of {where}", ("name", "value"))
    name, objects = _string(fields["name"], where), _arguments(fields, where)
    try:
        hash(objects)
    except TypeError:
        raise _refusal(
            f"the goal {name!r} of {where} is about {_shown(objects)}, which names no fact"
        ) from None
    return (name, *objects) if objects else name, _argument(fields["value"])


# -- the parts of which all consist --------------------------------------------------------------------------


def _fields(data: Any, what: str, required: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise _refusal(f"{what} is {_shown(data)}, not a mapping")
    for name in required:
        if name not in data:
            raise _refusal(f"{what} has no {name!r}")
    return data


def _list(fields: dict[str, Any], name: str) -> list[Any]:
    entries = fields[name]
    if not isinstance(entries, list | tuple):
        raise _refusal(f"its {name!r} are {_shown(entries)}, not a list")
    return list(entries)


def _arguments(fields: dict[str, Any], where: str) -> tuple[Any, ...]:
    if "arguments" not in fields:
        raise _refusal(f"{where} has no 'arguments'")
    return tuple(map(_argument, _list(fields, "arguments")))


def _argument(value: Any) -> Any:
    """Turns lists into tuples, the inner ones too, without recursion."""
    if not isinstance(value, list | tuple):
        return value
    done: list[Any] = []
    open_lists: list[tuple[list[Any], Any]] = [(done, iter(value))]
    while True:
        built, rest = open_lists[-1]
        for item in rest:
            if isinstance(item, list | tuple):
                open_lists.append(([], iter(item)))
                break
            built.append(item)
        else:
            open_lists.pop()
            if not open_lists:
                return tuple(done)
            open_lists[-1][0].append(tuple(built))


def _string(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise _refusal(f"the name of {where} is {_shown(value)}, not a string")
    return value


def _number(value: Any, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise _refusal(f"{what} is {_shown(value)}, not a finite number of at least 0")
    return value


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _refusal(fault: str) -> InputError:
    return InputError(f"A plan could not be read: {fault}; give what Plan.to_json or Plan.to_data wrote.")

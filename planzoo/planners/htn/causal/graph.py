"""The causal graph of a plan for people and programs: as data, as text and in the DOT language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from planzoo.planners.htn.causal.links import START, CausalLink, fact_text, is_whole, variable_text
from planzoo.planners.htn.plan import Plan
from planzoo.planners.htn.state import ABSENT
from planzoo.planners.htn.task import Goal

LABELLED = 6
"""How many variables are written at an edge, or at a line of text; further ones are counted."""


def graph_data(plan: Plan, goals: Sequence[Goal], links: Sequence[CausalLink]) -> dict[str, Any]:
    """Gives the graph as dicts, lists, numbers and strings.

    Steps are counted from 0; the start is -1, and the goals have the number of steps as consumer. Values that
    are no numbers, strings or None are written as strings; that of a whole table is the list of its keys.
    """
    used = {link.producer for link in links}
    return {
        "steps": [str(action) for action in plan.actions],
        "goals": [fact_text(goal.variable, goal.value) for goal in goals],
        "links": [link_data(link) for link in links],
        "idle_steps": [step for step in range(len(plan.actions)) if step not in used],
    }


def link_data(link: CausalLink) -> dict[str, Any]:
    """Gives a link as strings and numbers; see :func:`graph_data`."""
    return {
        "producer": link.producer,
        "variable": variable_text(link.variable),
        "value": _value_data(link),
        "consumer": link.consumer,
    }


def graph_text(plan: Plan, goals: Sequence[Goal], links: Sequence[CausalLink]) -> str:
    """Lists the start and every step with the facts that it makes and who uses each of them.

    Steps are counted from 1, as in a plan's text.
    """
    users: dict[int, dict[str, list[int]]] = {step: {} for step in range(START, len(plan.actions))}
    for link in links:
        fact = fact_text(link.variable, link.value)
        users[link.producer].setdefault(fact, []).append(link.consumer)
    lines = [f"actions: {len(plan.actions)}, causal links: {len(links)}, goals: {len(goals)}"]
    for step, facts in users.items():
        name = "start" if step == START else f"{step + 1}. {plan.actions[step]}"
        lines.append(name if facts or step == START else f"{name} (nothing relies on it)")
        for fact, consumers in facts.items():
            lines.append(f"  {fact} → {_counted([_consumer(each, plan) for each in consumers], ', ')}")
    return "\n".join(lines)


def graph_dot(plan: Plan, goals: Sequence[Goal], links: Sequence[CausalLink]) -> str:
    """Writes the graph in the DOT language of Graphviz.

    Nodes are the start, the steps (idle ones dashed) and the goals; an edge carries all variables that go
    from its producer to its consumer.
    """
    used = {link.producer for link in links}
    lines = ["digraph causal_links {", "  rankdir=LR;", '  node [shape=box, fontname="sans-serif"];']
    lines.append("  start [shape=circle];")
    for step, action in enumerate(plan.actions):
        style = "" if step in used else ", style=dashed"
        lines.append(f"  step{step} [label={_quoted(f'{step + 1}. {action}')}{style}];")
    goal_nodes = {goal.variable: f"goal{index}" for index, goal in enumerate(goals)}
    for goal in goals:
        text = _quoted(fact_text(goal.variable, goal.value))
        lines.append(f"  {goal_nodes[goal.variable]} [label={text}, shape=ellipse];")
    for (producer, consumer), variables in _edges(links, len(plan.actions), goal_nodes).items():
        label = _quoted(_counted(variables, "\n"))
        lines.append(f"  {producer} -> {consumer} [label={label}];")
    return "\n".join([*lines, "}"])


def _edges(
    links: Sequence[CausalLink], goal: int, goal_nodes: dict[Any, str]
) -> dict[tuple[str, str], list[str]]:
    edges: dict[tuple[str, str], list[str]] = {}
    for link in links:
        producer = "start" if link.producer == START else f"step{link.producer}"
        consumer = goal_nodes[link.variable] if link.consumer == goal else f"step{link.consumer}"
        edges.setdefault((producer, consumer), []).append(variable_text(link.variable))
    return edges


def _consumer(consumer: int, plan: Plan) -> str:
    return "goal" if consumer == len(plan.actions) else f"{consumer + 1}. {plan.actions[consumer]}"


def _counted(words: Sequence[str], separator: str) -> str:
    shown = list(words[:LABELLED])
    more = [f"… {len(words) - LABELLED} more"] if len(words) > LABELLED else []
    return separator.join(shown + more)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _value_data(link: CausalLink) -> Any:
    if is_whole(link.variable):
        keys: Iterable[Any] = link.value
        return sorted(variable_text(variable) for variable in keys)
    value = link.value
    if value is ABSENT or not isinstance(value, str | int | float | None):
        return str(value)
    return value

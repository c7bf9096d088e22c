"""What an action changes, as the domain has it, and whether an observed state shows that it has happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.plan import Action
from planzoo.planners.htn.state import ABSENT, REORDERED, State, Table, Variable, variable_of

Effects = Mapping[Variable, tuple[Any, Any]]
"""The variables that an action changes, with their values before and after; ``ABSENT`` for none."""


def apply_operator(domain: Domain, state: State, name: str, arguments: tuple[Any, ...]) -> Effects | None:
    """Takes an action in a state: the state is then as the domain has it afterwards.

    An operator that raises, because a fact that it reads is gone, counts as not applicable.

    Args:
        domain: whose operator it is.
        state: changed in place, with the writes on its undo trail; as before when not applicable.
        name: the operator's name.
        arguments: what it is called with after the state.

    Returns:
        What has changed; None when the action is not applicable.
    """
    mark = state.mark()
    try:
        applicable = domain.operators[name].function(state, *arguments) is not False
    except Exception:
        applicable = False
    if not applicable:
        state.undo(mark)
        return None
    return changes_since(state, mark)


def changes_since(state: State, mark: int) -> Effects:
    """Gives the variables whose values are not what they were at a mark of the undo trail."""
    before: dict[Variable, Any] = {}
    for facts, key, value in (state.trail or [])[mark:]:
        for variable, old in _noted(state, facts, key, value):
            before.setdefault(variable, old)
    pairs = {variable: (old, state.get(variable, ABSENT)) for variable, old in before.items()}
    return {variable: pair for variable, pair in pairs.items() if _differ(*pair)}


def unchanged_since(state: State, mark: int) -> bool:
    """Says whether all facts are as they were at a mark of the undo trail, whatever was written since."""
    seen: set[Variable] = set()
    for facts, key, value in (state.trail or [])[mark:]:
        for variable, old in _noted(state, facts, key, value):
            if variable not in seen and _differ(old, state.get(variable, ABSENT)):
                return False
            seen.add(variable)
    return True


def _noted(state: State, facts: Any, key: Any, value: Any) -> list[tuple[Variable, Any]]:
    """Gives the variables that one entry of the trail is about, with their values before it."""
    name = facts.name if isinstance(facts, Table) else None
    if key is REORDERED:
        # The whole table before a deletion: what was deleted may be there again.
        return [(lost if name is None else variable_of(name, lost), value[lost]) for lost in value]
    if name is not None:
        return [(variable_of(name, key), value)]
    made = facts.get(key)
    if isinstance(made, Table):  # a table that was not there before
        return [(variable_of(key, entry), ABSENT) for entry in made]
    return [(key, value)]


def took_effect(effects: Effects, observed: State) -> bool:
    """Says whether an observed state shows that an action has happened.

    Every variable that the action changes must have its new value; a float may have any value but the old
    one, for measured quantities are never quite as foreseen. An action that changes nothing has happened.
    """
    for variable, (before, after) in effects.items():
        value = observed.get(variable, ABSENT)
        moved = isinstance(after, float) and value is not ABSENT and _differ(value, before)
        if _differ(value, after) and not moved:
            return False
    return True


def same_facts(one: State, other: State) -> bool:
    """Says whether two states hold the same facts; an empty table differs from one that is not there."""
    return one._singles == other._singles and one._tables == other._tables


def before_effects(after: State, effects: Effects) -> State:
    """Gives the state before an action from the state after it; this one stays as it is."""
    state = after.copy()
    for variable, (value, _) in effects.items():
        if value is ABSENT:
            state.pop(variable, None)
        else:
            state[variable] = value
    return state


def as_action(domain: Domain, state: State, step: tuple[Any, ...]) -> Action:
    """Makes an action of a task that names an operator, with its cost in a state."""
    return domain.operators[step[0]].action(state, tuple(step[1:]))


def _differ(one: Any, other: Any) -> bool:
    return one is not other and bool(one != other)

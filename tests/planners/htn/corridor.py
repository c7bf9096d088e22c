"""A corridor with doors that the tests of acting share, and a world in which actions can go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from planzoo.planners.htn import Action, Domain, Goal, State
from planzoo.planners.htn.acting.actor import Actor


def corridor() -> Domain:
    """Cells 0, 1, 2 …; a closed cell must be opened from its neighbour; things can be carried."""
    domain = Domain("corridor")
    add_moving(domain)
    add_carrying(domain)
    return domain


def add_moving(domain: Domain) -> None:
    @domain.operator
    def move(state: State, cell: int) -> bool:
        if abs(state.at - cell) != 1 or cell in state.closed:
            return False
        state.at = cell
        return True

    @domain.operator(cost=2)
    def open_door(state: State, cell: int) -> bool:
        if abs(state.at - cell) != 1 or cell not in state.closed or cell in state.locked:
            return False
        del state.closed[cell]
        return True

    @domain.method("go")
    def there(state: State, cell: int) -> Any:
        return [] if state.at == cell else None

    @domain.method("go")
    def through(state: State, cell: int) -> Iterator[Any]:
        if state.at == cell:
            return
        following = state.at + (1 if cell > state.at else -1)
        if following in state.closed:
            yield [("open_door", following), ("move", following), ("go", cell)]
        else:
            yield [("move", following), ("go", cell)]


def add_carrying(domain: Domain) -> None:
    @domain.operator
    def pick(state: State, thing: str) -> bool:
        if state.place[thing] != state.at:
            return False
        state.place[thing] = "robot"
        return True

    @domain.operator
    def drop(state: State, thing: str) -> bool:
        if state.place[thing] != "robot":
            return False
        state.place[thing] = state.at
        return True

    @domain.method("bring")
    def fetch(state: State, thing: str, cell: int) -> Any:
        if state.place[thing] == "robot":
            return [("go", cell), ("drop", thing)]
        return [("go", state.place[thing]), ("pick", thing), ("go", cell), ("drop", thing)]

    @domain.goal_method("place")
    def reach(state: State, thing: str, cell: Any) -> Any:
        return [("bring", thing, cell)]


def start(at: int = 0, closed: tuple[int, ...] = (), **place: Any) -> State:
    return State(at=at, closed=dict.fromkeys(closed, True), locked={}, place=place)


BROUGHT = Goal(("place", "box"), 4)

Event = Callable[[State], None]


def nothing_happens(state: State) -> None:
    """What a failed action does."""


def play(
    actor: Actor,
    domain: Domain,
    state: State,
    events: Mapping[int, Event] | None = None,
    instead: Mapping[int, Event] | None = None,
    limit: int = 200,
) -> list[str]:
    """Acts until there is no action; gives those taken.

    Args:
        actor: has begun.
        domain: whose operators are the world's rules.
        state: the world, changed.
        events: what happens besides after the action of that number, from 0.
        instead: what happens instead of it.
        limit: so many actions at most.
    """
    taken: list[str] = []
    while len(taken) < limit:
        action = actor.act(state)
        if action is None:
            break
        number = len(taken)
        taken.append(str(action))
        if instead and number in instead:
            instead[number](state)
        else:
            happen(domain, state, action)
        if events and number in events:
            events[number](state)
    return taken


def happen(domain: Domain, state: State, action: Action) -> None:
    assert domain.operators[action.name].function(state, *action.arguments) is not False, action

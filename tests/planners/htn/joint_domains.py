"""Random joint domains whose footprints are known from how they are made, and schedules by brute force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from planzoo.planners.htn import Action, Domain, State

VARIABLES: tuple[Any, ...] = (("x", 0), ("x", 1), ("x", 2), ("y", 0), ("y", 1), "n")
AGENTS = ("ann", "bob", None)
CAPACITIES = {"crane": 1.0, "power": 1.5}


@dataclass(frozen=True)
class Deed:
    """What one action does: adds up what it reads and writes the sum, so that every order matters."""

    agent: str | None
    duration: float
    slowed_by: Any
    resources: dict[str, float]
    reads: frozenset[Any]
    writes: frozenset[Any]
    removes: frozenset[Any]
    scans: frozenset[str]

    def conflicts(self, other: Deed) -> bool:
        return self._disturbs(other) or other._disturbs(self)

    def _disturbs(self, other: Deed) -> bool:
        changed = self.writes | self.removes
        seen = other.reads | other.writes | other.removes | {other.slowed_by}
        return bool(changed & seen) or any(variable[0] in other.scans for variable in changed - {"n"})

    def lasts(self, state: State) -> float:
        return self.duration if self.slowed_by is None else self.duration + state.get(self.slowed_by, 0) % 2


def _some(pool: Any, size: int) -> st.SearchStrategy[frozenset[Any]]:
    return st.frozensets(st.sampled_from(pool), max_size=size)


DEEDS = st.builds(
    Deed,
    st.sampled_from(AGENTS),
    st.sampled_from((0.0, 0.1, 0.2, 1.0, 2.0, 3.5)),
    st.sampled_from((None, None, None, *VARIABLES)),
    st.dictionaries(st.sampled_from((*CAPACITIES, "air")), st.sampled_from((0.0, 0.5, 0.6, 1.0)), max_size=2),
    _some(VARIABLES, 2),
    _some(VARIABLES, 1),
    _some(VARIABLES, 1),
    st.sampled_from((frozenset(), frozenset(), frozenset({"x"}), frozenset({"y"}))),
)


def start_state() -> State:
    return State({variable: place for place, variable in enumerate(VARIABLES[:-2])}, n=3)


def domain_of(deeds: list[Deed]) -> Domain:
    """A domain with the one operator ``act(number of the deed)``."""
    domain = Domain("deeds")

    @domain.operator(
        agent=lambda number: deeds[number].agent,
        duration=lambda state, number: deeds[number].lasts(state),
        resources=lambda state, number: deeds[number].resources,
    )
    def act(state: State, number: int) -> None:
        deed = deeds[number]
        total = 1 + number + sum(state.get(variable, 5) for variable in sorted(deed.reads, key=repr))
        for table in deed.scans:
            total += sum(getattr(state, table).values())
        for variable in deed.removes:
            state[variable] = 0  # so that it is there
            del state[variable]
        for variable in deed.writes:
            state[variable] = total % 11

    return domain


def execute(domain: Domain, order: Any, count: int) -> tuple[tuple[Action, ...], State]:
    """The actions by number, and the state, after the deeds in an order."""
    state, actions = start_state(), {}
    for number in order:
        operator = domain.operators["act"]
        actions[number] = operator.action(state, (number,))
        assert operator.function(state, number) is not False
    return tuple(actions[number] for number in range(count)), state


def naive_starts(deeds: list[Deed], actions: tuple[Action, ...], capacities: dict[str, float]) -> list[float]:
    """The serial scheme by trial: for each action the first end of another at which nothing is wrong."""
    spans: list[tuple[float, float]] = []
    for number, action in enumerate(actions):
        candidates = sorted({0.0, *(end for _, end in spans)})
        start = next(
            time for time in candidates if _possible(number, time, spans, deeds, actions, capacities)
        )
        spans.append((start, start + action.duration))
    return [start for start, _ in spans]


def _possible(
    number: int,
    time: float,
    spans: list[tuple[float, float]],
    deeds: list[Deed],
    actions: tuple[Action, ...],
    capacities: dict[str, float],
) -> bool:
    deed, end = deeds[number], time + actions[number].duration
    for other, (_, other_end) in enumerate(spans):
        same_agent = deed.agent is not None and deeds[other].agent == deed.agent
        if (same_agent or deeds[other].conflicts(deed)) and other_end > time:
            return False
    for instant in [time, *(start for start, _ in spans if time < start < end)] if end > time else []:
        for resource, capacity in capacities.items():
            held = deed.resources.get(resource, 0.0) + sum(
                deeds[other].resources.get(resource, 0.0)
                for other, (start, stop) in enumerate(spans)
                if start <= instant < stop
            )
            if deed.resources.get(resource, 0.0) and held > capacity + 1e-6:
                return False
    return True

"""Random small propositional domains, and what can be done in them by brute force.

Preconditions and effects are partial assignments of three propositions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from hypothesis import strategies as st

from planzoo.planners.htn import Domain, State

PROPOSITIONS, OPERATORS, TASKS = ("p0", "p1", "p2"), ("o0", "o1", "o2"), ("t0", "t1", "t2")
PARTIAL = st.dictionaries(st.sampled_from(PROPOSITIONS), st.booleans(), max_size=2)
Network = tuple[dict[str, Any], dict[str, Any], dict[str, bool], list[str]]


@st.composite
def networks(draw: st.DrawFn, recursive: bool) -> Network:
    operators = {name: (draw(PARTIAL), draw(PARTIAL)) for name in OPERATORS}
    methods = {}
    for index, task in enumerate(TASKS):
        pool = OPERATORS + (TASKS if recursive else TASKS[index + 1 :])
        subtasks = st.lists(st.sampled_from(pool), max_size=3)
        methods[task] = draw(st.lists(st.tuples(PARTIAL, subtasks), min_size=1, max_size=3))
    start = {proposition: draw(st.booleans()) for proposition in PROPOSITIONS}
    return (
        operators,
        methods,
        start,
        draw(st.lists(st.sampled_from(TASKS + OPERATORS), min_size=1, max_size=3)),
    )


def satisfied(state: Any, condition: dict[str, bool]) -> bool:
    return all(state[proposition] == value for proposition, value in condition.items())


def domain_of(operators: dict[str, Any], methods: dict[str, Any]) -> Domain:
    domain = Domain("random")

    def add_operator(name: str, condition: dict[str, bool], effects: dict[str, bool]) -> None:
        def act(state: State) -> bool:
            applicable = satisfied(state, condition)
            state.update(effects)  # also when not applicable: the search must take it back
            return applicable

        domain.add_operator(act, name)

    def add_method(task: str, name: str, condition: dict[str, bool], subtasks: list[str]) -> None:
        def offer(state: State) -> Iterator[Any]:
            if satisfied(state, condition):
                yield [(subtask,) for subtask in subtasks]

        domain.add_method(task, offer, name)

    for name, (condition, effects) in operators.items():
        add_operator(name, condition, effects)
    for task, entries in methods.items():
        for index, (condition, subtasks) in enumerate(entries):
            add_method(task, f"m{index}", condition, subtasks)
    return domain


def can_be_done(
    operators: dict[str, Any], methods: dict[str, Any], start: dict[str, bool], tasks: list[str]
) -> bool:
    """Brute force: the states in which each task can end, from each of 8 states, until nothing is added."""
    states = [
        tuple(zip(PROPOSITIONS, bits, strict=True))
        for bits in product((False, True), repeat=len(PROPOSITIONS))
    ]
    ends: defaultdict[tuple[str, Any], set[Any]] = defaultdict(set)
    for name, (condition, effects) in operators.items():
        for state in states:
            if satisfied(dict(state), condition):
                ends[name, state] = {tuple((dict(state) | effects).items())}

    def after(subtasks: list[str], state: Any) -> set[Any]:
        reached = {state}
        for subtask in subtasks:
            reached = {end for middle in reached for end in ends[subtask, middle]}
        return reached

    rules = [(task, *entry) for task, entries in methods.items() for entry in entries]
    size = -1
    while size != (size := sum(map(len, ends.values()))):
        for (task, condition, subtasks), state in product(rules, states):
            if satisfied(dict(state), condition):
                ends[task, state] |= after(subtasks, state)
    return bool(after(tasks, tuple(start.items())))


def cheapest_ends(
    operators: dict[str, Any],
    methods: dict[str, Any],
    start: dict[str, bool],
    tasks: list[str],
    costs: Mapping[str, float],
) -> dict[Any, float]:
    """Brute force: what it costs at least to do the tasks, by the state in which they end."""
    states = [
        tuple(zip(PROPOSITIONS, bits, strict=True))
        for bits in product((False, True), repeat=len(PROPOSITIONS))
    ]
    ends: defaultdict[tuple[str, Any], dict[Any, float]] = defaultdict(dict)
    for (name, (condition, effects)), state in product(operators.items(), states):
        if satisfied(dict(state), condition):
            ends[name, state] = {tuple((dict(state) | effects).items()): costs[name]}

    def after(subtasks: list[str], state: Any) -> dict[Any, float]:
        reached = {state: 0.0}
        for subtask in subtasks:
            following: dict[Any, float] = {}
            for middle, spent in reached.items():
                for end, cost in ends[subtask, middle].items():
                    following[end] = min(following.get(end, float("inf")), spent + cost)
            reached = following
        return reached

    rules = [(task, *entry) for task, entries in methods.items() for entry in entries]
    before: Any = None
    while before != (before := {key: dict(outcomes) for key, outcomes in ends.items()}):
        for (task, condition, subtasks), state in product(rules, states):
            outcomes = after(subtasks, state) if satisfied(dict(state), condition) else {}
            for end, cost in outcomes.items():
                ends[task, state][end] = min(cost, ends[task, state].get(end, cost))
    return after(tasks, tuple(start.items()))

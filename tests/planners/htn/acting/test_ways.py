"""The ways of doing a task, asked for one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from planzoo.planners.htn import Domain, DomainError, Goal, Multigoal, State
from planzoo.planners.htn.acting.ways import Way, steps_of, ways_of
from planzoo.planners.htn.method import ACHIEVED, ALREADY_TRUE


def ways(domain: Domain, state: State, task: Any, excluded: Any = lambda way: False) -> Iterator[Way]:
    return ways_of(domain, state, task, excluded, lambda: [(("top",), "m")])


def test_ways_come_lazily_method_after_method() -> None:
    domain, asked = Domain("d"), []

    @domain.method("t")
    def first(state: State) -> Iterator[Any]:
        for number in count():
            asked.append(number)
            yield None if number % 2 else [("act", number)]

    source = ways(domain, State(), ("t",))
    assert [next(source)[1] for _ in range(2)] == [(("act", 0),), (("act", 2),)]
    assert asked == [0, 1, 2]


def test_plain_functions_and_exclusions() -> None:
    domain = Domain("d")
    domain.add_method("t", lambda state: [("a",)], "one")
    domain.add_method("t", lambda state: None, "none")
    domain.add_method("t", lambda state: [], "nothing")
    assert [(way[0].name, way[1]) for way in ways(domain, State(), ("t",))] == [
        ("one", (("a",),)),
        ("nothing", ()),
    ]
    left = ways(domain, State(), ("t",), lambda way: way[0].name == "one")
    assert [way[0].name for way in left] == ["nothing"]


def test_goals_have_a_check_at_the_end_that_is_no_part_of_the_way() -> None:
    domain, goal = Domain("d"), Goal("n", 1)
    domain.add_goal_method("n", lambda state, value: [("set", value)], "setting")
    (way,) = ways(domain, State(n=0), goal)
    assert way[1] == (("set", 1),)
    assert steps_of(goal, way) == (("set", 1), (ACHIEVED, goal))
    assert steps_of(("t",), way) == (("set", 1),)
    assert list(ways(domain, State(n=1), goal)) == [(ALREADY_TRUE, ())]
    both = Multigoal({"n": 1, "k": 1})
    assert [way[1] for way in ways(domain, State(n=0, k=0), both)] == [
        (goal, both),
        (Goal("k", 1), both),
    ]


def test_faults_are_told_with_their_path() -> None:
    domain = Domain("d")
    domain.add_method("raises", lambda state: state["gone"], "m")
    domain.add_method("writes", lambda state: [state.update(n=1)], "m")
    domain.add_method("gives", lambda state: [3, 4] and iter([5]), "m")
    with pytest.raises(DomainError, match=r"raised KeyError.*top\(\) \[m\] > raises\(\) \[m\]"):
        next(ways(domain, State(), ("raises",)))
    with pytest.raises(DomainError, match=r"wrote into the state.*> writes\(\) \[m\]"):
        next(ways(domain, State(n=0), ("writes",)))
    with pytest.raises(DomainError, match="gives lists of subtasks, not 5"):
        next(ways(domain, State(), ("gives",)))
    with pytest.raises(DomainError, match=r"no operator or task 'unknown'.*top\(\) \[m\] > unknown\(\)"):
        next(ways(domain, State(), ("unknown",)))

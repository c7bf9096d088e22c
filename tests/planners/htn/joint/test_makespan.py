"""The makespan of actions that come and go agrees with the schedule, and goes back to the last bit."""

from __future__ import annotations

import math
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.htn import Action, Domain, State
from planzoo.planners.htn.joint.makespan import Makespan, watched_action
from planzoo.planners.htn.joint.schedule import schedule
from planzoo.planners.htn.recording import Footprint, WatchedState
from tests.planners.htn.joint_domains import CAPACITIES, DEEDS, Deed, domain_of, start_state


def footprint(reads: str = "", writes: str = "", scans: str = "") -> Footprint:
    return Footprint({("x", v): 0 for v in reads}, set(scans.split()), {("x", v): 0 for v in writes})


def act(duration: float = 1, agent: Any = None, **resources: float) -> Action:
    return Action("act", (), 1.0, duration, agent, tuple(resources.items()))


def test_what_an_action_waits_for() -> None:
    makespan = Makespan({"crane": 2})
    for action, touched, latest in (
        (act(3), footprint(writes="a"), (0, 3)),
        (act(1), footprint(reads="a"), (3, 4)),
        (act(1), footprint(reads="b"), (0, 1)),
        (act(1), footprint(writes="b"), (1, 2)),
        (act(5), footprint(scans="x"), (3, 8)),
        (act(1), footprint(writes="c"), (8, 9)),
        (act(1, "ann"), footprint(), (0, 1)),
        (act(1, "ann"), footprint(), (1, 2)),
        (act(1, "bob"), footprint(scans="y"), (0, 1)),
        (act(4, crane=1), footprint(), (0, 4)),
        (act(2, crane=2), footprint(), (4, 6)),
        (act(4, crane=1), footprint(), (0, 4)),
        (act(0, crane=2), footprint(), (0, 0)),
        (act(1, crane=1, unknown=9), footprint(), (6, 7)),
    ):
        makespan.push(action, touched)
        assert makespan.latest == latest
    assert makespan.value == 9


def test_more_than_there_is_takes_for_ever_and_can_be_taken_back() -> None:
    makespan = Makespan({"crane": 1})
    assert makespan.push(act(2, "ann", crane=1), footprint(writes="a")) == 2
    assert makespan.push(act(2, "ann", crane=1.5), footprint(writes="a")) == math.inf
    assert makespan.push(act(2, "ann", crane=1), footprint(writes="a")) == math.inf
    makespan.pop()
    makespan.pop()
    assert (makespan.value, makespan.latest) == (2, (0, 2))
    assert makespan.push(act(1, "ann"), footprint()) == 3


def test_amounts_that_add_up_to_the_capacity_fit_in_spite_of_rounding() -> None:
    makespan = Makespan({"power": 0.3})
    for amount in (0.1, 0.1, 0.1):
        assert makespan.push(act(1, power=amount), footprint()) == 1
    assert makespan.push(act(1, power=0.001), footprint()) == 2


def test_an_action_waits_until_all_its_resources_are_free_at_once() -> None:
    makespan = Makespan({"crane": 1, "power": 1})
    makespan.push(act(2), footprint(writes="a"))
    makespan.push(act(2, crane=1), footprint(reads="a"))
    makespan.push(act(2, power=1), footprint())
    makespan.push(act(1, crane=1, power=1), footprint())
    assert makespan.latest == (4, 5)


def test_bad_input() -> None:
    with pytest.raises(InputError, match="call pop"):
        Makespan().pop()
    for capacity in (-1, math.nan, "two", None):
        with pytest.raises(InputError, match="capacity of 'crane'"):
            Makespan({"crane": capacity})  # type: ignore[dict-item]


def test_a_watched_action_has_read_what_its_duration_depends_on() -> None:
    domain = Domain("slow")
    domain.add_operator(lambda state: state.go, "go", duration=lambda state: state.distance)
    action, seen = watched_action(domain.operators["go"], WatchedState({"go": True, "distance": 7}), ())
    assert action == Action("go", (), 1.0, 7.0)
    assert set(seen.reads) == {"go", "distance"}
    refused, _ = watched_action(domain.operators["go"], WatchedState({"go": False, "distance": 7}), ())
    assert refused is None


@settings(max_examples=150, deadline=None)
@given(st.lists(DEEDS, min_size=1, max_size=6), st.lists(st.booleans(), max_size=24), st.randoms())
def test_adding_and_taking_back_agrees_with_the_schedule(
    deeds: list[Deed], choices: list[bool], random: Any
) -> None:
    domain, watched, makespan = domain_of(deeds), WatchedState(start_state()), Makespan(CAPACITIES)
    stack: list[tuple[Action, int, Any]] = []
    for adds in choices:
        if adds or not stack:
            mark, before = watched.mark(), deepcopy(_inside(makespan))
            operator = domain.operators["act"]
            action, touched = watched_action(operator, watched, (random.randrange(len(deeds)),))
            assert action is not None
            earlier = makespan.value
            assert makespan.push(action, touched) >= earlier
            stack.append((action, mark, before))
        else:
            _, mark, before = stack.pop()
            watched.undo(mark)
            makespan.pop()
            assert _inside(makespan) == before
        joint = schedule(domain, State(start_state()), [action for action, _, _ in stack], CAPACITIES)
        assert makespan.value == joint.makespan
        assert makespan.latest == ((joint.starts[-1], joint.ends[-1]) if stack else (0, 0))


def _inside(makespan: Makespan) -> Any:
    """All that the makespan remembers; an end at 0 is as good as none."""
    ends = [
        {key: end for key, end in getattr(makespan, name).items() if end}
        for name in ("_agents", "_reads", "_writes", "_table_writes", "_scans")
    ]
    profiles = {name: (entry.times, entry.levels) for name, entry in makespan._profiles.items()}
    return makespan.value, ends, profiles

"""How far the world is from what a plan relies on: step by step as by looking at everything."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.planners.htn.causal.chain_finder import CausalChainFinder
from planzoo.planners.htn.causal.links import EVERY, CausalLink, is_whole
from planzoo.planners.htn.repair.repairer import state_after
from planzoo.planners.htn.state import State
from planzoo.planners.replanning.distance import value_distance
from planzoo.planners.replanning.divergence import Divergence
from planzoo.planners.replanning.foresight import changed_variables
from planzoo.planners.replanning.live_facts import LiveFacts, actual_value
from tests.planners.htn.deviations import case, changed


def mean_distance(links: tuple[CausalLink, ...], executed: int, state: State) -> float:
    """The definition, over all links."""
    live = {link.variable: link.value for link in links if link.producer < executed <= link.consumer}
    total = 0.0
    for variable, expected in live.items():
        actual = actual_value(state, variable)
        if is_whole(variable):
            total += len(expected ^ actual) / max(len(expected | actual), 1)
        else:
            total += value_distance(expected, actual)
    return total / len(live) if live else 0.0


@given(st.sampled_from(["blocks", "logistics", "rovers"]), st.integers(0, 20), st.integers(0, 10**6))
def test_steps_and_changes_are_kept_up_with(name: str, seed: int, own: int) -> None:
    domain, problem, plan, _ = case(name, seed)
    generator = random.Random(own)
    links = CausalChainFinder(domain, problem.state, plan, problem.tasks).links
    state = problem.state.copy()
    divergence = Divergence(LiveFacts(links), state)
    for executed in range(len(plan.actions)):
        if generator.random() < 0.3:  # something happens while nothing is done
            other = changed(state, generator, 2, losses=0.3)
            divergence.update(other, divergence.live.concerned(changed_variables(state, other)))
            state = other
        assert divergence.value == pytest.approx(mean_distance(links, executed, state))
        foreseen = state.copy()
        try:
            foreseen = state_after(domain, state, (plan.actions[executed],))
        except Exception:
            foreseen = state_after(domain, problem.state, plan.actions[: executed + 1])
            divergence.update(foreseen, divergence.live.concerned(changed_variables(state, foreseen)))
        state = changed(foreseen, generator, generator.choice([0, 0, 1, 3]), losses=0.3)
        divergence.advance(state, changed_variables(foreseen, state))
        assert divergence.value == pytest.approx(mean_distance(links, executed + 1, state))


def test_differences_are_told_the_farthest_first() -> None:
    links = [
        CausalLink(-1, "energy", 10, 0),
        CausalLink(-1, ("at", "box"), "hall", 0),
        CausalLink(-1, ("closed", EVERY), frozenset({("closed", 1)}), 0),
        CausalLink(-1, ("at", "ball"), 3, 0),
    ]
    state = State(energy=9, at={"box": "yard", "ball": 3}, closed={1: True, 2: True})
    divergence = Divergence(LiveFacts(links), state)
    assert [each.distance for each in divergence.differences] == pytest.approx([1, 0.5, 0.1])
    assert divergence.value == pytest.approx(1.6 / 4)
    assert divergence.farthest is divergence.differences[0]
    assert str(divergence.farthest) == "at(box) = yard instead of at(box) = hall"
    assert str(divergence.differences[1]) == "closed(*): 2 keys instead of closed(*): 1 keys"
    divergence.update(
        State(energy=10, at={"box": "hall", "ball": 3}, closed={1: True}),
        ["energy", ("at", "box"), ("closed", EVERY)],
    )
    assert divergence.value == 0
    assert divergence.farthest is None


def test_a_plan_that_relies_on_nothing_never_diverges() -> None:
    divergence = Divergence(LiveFacts([]), State(at={"box": 1}))
    divergence.update(State(), [])
    assert divergence.value == 0

"""What the rest of a plan relies on, step by step, equals what its causal links say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from planzoo.planners.htn.causal.chain_finder import CausalChainFinder
from planzoo.planners.htn.causal.links import EVERY, CausalLink
from planzoo.planners.htn.state import State
from planzoo.planners.replanning.live_facts import LiveFacts, actual_value
from tests.planners.htn.deviations import case
from tests.planners.replanning.worlds import DOMAIN, brought


@given(st.sampled_from(["blocks", "logistics", "rovers"]), st.integers(0, 20))
def test_open_links_are_live(name: str, seed: int) -> None:
    domain, problem, plan, _ = case(name, seed)
    links = CausalChainFinder(domain, problem.state, plan, problem.tasks).links
    live, before = LiveFacts(links), {}
    for executed in range(len(plan.actions) + 1):
        expected = {link.variable: link.value for link in links if link.producer < executed <= link.consumer}
        assert live.expected == expected
        assert live.executed == executed
        if executed < len(plan.actions):
            before = dict(live.expected)
            closed, opened = live.advance()
            assert set(closed) <= set(before)
            assert before.keys() - live.expected.keys() <= set(closed)
            assert set(opened) <= live.expected.keys()


def test_a_change_concerns_facts_and_the_tables_that_are_looked_through() -> None:
    links = [
        CausalLink(-1, ("at", "box"), 3, 2),
        CausalLink(-1, ("closed", EVERY), frozenset(), 1),
        CausalLink(-1, "time", 0, 0),
    ]
    live = LiveFacts(links)
    changed = [("at", "box"), ("at", "ball"), ("closed", 4), "time", "weather"]
    assert live.concerned(changed) == {("at", "box"), ("closed", EVERY), "time"}
    live.advance()
    assert live.concerned(changed) == {("at", "box"), ("closed", EVERY)}
    live.advance()
    assert live.concerned(changed) == {("at", "box")}


def test_the_next_step_opens_what_later_ones_read() -> None:
    state, plan = brought()
    live = LiveFacts(CausalChainFinder(DOMAIN, state, plan).links)
    assert live.opens(["at"])
    assert not live.opens([("place", "box"), ("place", "ball")])
    live.advance()
    live.advance()
    assert live.opens([("place", "box")])
    looking = LiveFacts([CausalLink(0, ("closed", EVERY), frozenset(), 1)])
    assert looking.opens([("closed", 7)])
    assert not looking.opens([("open", 7)])


def test_values_of_tables_are_their_keys() -> None:
    state = State(at={"box": 3, ("a", "b"): 4}, time=7)
    assert actual_value(state, "time") == 7
    assert actual_value(state, ("at", EVERY)) == {("at", "box"), ("at", "a", "b")}
    assert actual_value(state, ("none", EVERY)) == frozenset()

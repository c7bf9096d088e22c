"""What methods have read is told by node, up to the alternative that the plan takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from planzoo.errors import InputError
from planzoo.planners.htn import Domain, Goal, HierarchicalPlanner, Multigoal, Plan, State, Task
from planzoo.planners.htn.causal.chain_finder import CausalChainFinder
from planzoo.planners.htn.causal.links import EVERY, START, MethodLink
from tests.planners.htn.networks import Network, domain_of, networks, satisfied


def shelf() -> Domain:
    domain = Domain("shelf")

    @domain.operator
    def take(state: State, box: str) -> bool:
        if state.full[box]:
            state.full[box] = False
            state.held = box
            return True
        return False

    domain.add_operator(lambda state, box: state.update({("full", box): True, "held": None}), "put")

    @domain.method("fetch")
    def any_full_one(state: State) -> Iterator[Any]:
        for box in ("a", "b", "c"):
            if state.full[box]:
                yield [("take", box)]

    @domain.method("return")
    def held_one(state: State) -> Any:
        return [("put", state.held)]

    domain.add_goal_method("held", lambda state, box: [("take", box)] if box else [("return",)], "move")
    return domain


def finder_for(tasks: list[Any], **values: Any) -> tuple[CausalChainFinder, Plan]:
    state = State(full={"a": False, "b": True, "c": True}, **values)
    plan = HierarchicalPlanner(shelf()).solve((state, tasks)).plan
    assert plan is not None
    return CausalChainFinder(shelf(), state, plan, tasks), plan


def test_reads_reach_up_to_the_alternative_taken() -> None:
    finder, _ = finder_for([Task("fetch"), Task("return")])
    assert finder.method_reads[0].reads == {("full", "a"): False, ("full", "b"): True}
    assert sorted(finder.method_reads) == [0, 2]
    assert finder.method_links == (
        MethodLink(START, ("full", "a"), False, 0, 0),
        MethodLink(START, ("full", "b"), True, 0, 0),
        MethodLink(0, "held", "b", 2, 1),
    )


def test_goals_are_read_at_their_end_and_where_they_hold_already() -> None:
    finder, _ = finder_for([Goal("held", "c"), Goal("held", "c"), Multigoal({"held": None})], held=None)
    assert MethodLink(0, "held", "c", 0, 1) in finder.method_links
    last = finder.method_links[-1]
    assert (last.producer, last.variable, last.value, last.executed) == (1, "held", None, 2)
    already = [link for link in finder.method_links if link.node == 2]
    assert already == [MethodLink(0, "held", "c", 2, 1)]
    assert {link.variable for link in finder.unjustified_by({"held": "a"}, 1)} == {"held"}
    assert finder.unjustified_by({("full", "c"): False}, 1) == ()


def test_a_change_breaks_the_ground_of_nodes_yet_to_begin() -> None:
    finder, _ = finder_for([Task("fetch"), Task("fetch")])
    assert [link.node for link in finder.unjustified_by({("full", "a"): True}, 0)] == [0, 2]
    assert [link.node for link in finder.unjustified_by({("full", "a"): True}, 1)] == [2]
    assert finder.unjustified_by({("full", "a"): False}, 0) == ()
    assert finder.unjustified_by({("full", "b"): True}, 1)[0].value is False
    with pytest.raises(InputError, match="no point after step 3"):
        finder.unjustified_by({}, 3)


def test_a_method_that_looks_through_a_table() -> None:
    domain = shelf()

    @domain.method("fetch all")
    def each(state: State) -> list[Any]:
        return [("take", box) for box, full in state.full.items() if full]

    state = State(full={"a": True})
    plan = HierarchicalPlanner(domain).solve((state, [("fetch all",)])).plan
    assert plan is not None
    finder = CausalChainFinder(domain, state, plan)
    assert finder.method_reads[0].scans == {"full"}
    assert [link.variable for link in finder.method_links] == [("full", "a"), ("full", EVERY)]
    assert [link.variable for link in finder.unjustified_by({("full", "z"): True}, 0)] == [("full", EVERY)]


def test_a_decomposition_of_another_state_is_refused() -> None:
    finder, plan = finder_for([Task("fetch")])
    tree = plan.decomposition
    elsewhere = State(full={"a": True, "b": True, "c": True})
    moved = CausalChainFinder(shelf(), elsewhere, plan)
    assert moved.method_reads[0].reads == {("full", "a"): True, ("full", "b"): True}
    for changes, fault in (
        ({"methods": ("held_one", None)}, "has no method 'held_one' for fetch"),
        ({"tasks": (tree.tasks[0], Task("take", "c"))}, None),
        ({"tasks": (tree.tasks[0], Task("take", "z"))}, r"does not decompose fetch\(\) as the plan says"),
        ({"tasks": (Goal("held", "b"), tree.tasks[1]), "methods": ("already true", None)}, "has no method"),
    ):
        other = replace(plan, decomposition=replace(tree, **changes))
        finder = CausalChainFinder(shelf(), elsewhere, other)
        if fault is None:
            assert len(finder.method_reads[0].reads) == 3
        else:
            with pytest.raises(InputError, match=fault):
                finder.method_links  # noqa: B018


@settings(max_examples=100, deadline=None)
@given(networks(recursive=False))
def test_methods_apply_as_long_as_no_link_into_them_is_broken(network: Network) -> None:
    """In random domains: what a node's method has read includes its whole condition, from the last writer."""
    operators, methods, start, names = network
    domain = domain_of(operators, methods)
    plan = HierarchicalPlanner(domain).solve((start, [(name,) for name in names])).plan
    if plan is None:
        return
    finder, tree = CausalChainFinder(domain, start, plan), plan.decomposition
    assert sorted(finder.method_reads) == [node for node, name in enumerate(tree.methods) if name is not None]
    for node, footprint in finder.method_reads.items():
        condition, _ = methods[tree.tasks[node][0]][int(str(tree.methods[node])[1:])]
        assert footprint.reads == condition
    for link in finder.method_links:
        state = finder.state_after(link.executed)
        assert satisfied(state, {link.variable: link.value})
        writers = [step for step in range(link.executed) if link.variable in finder.footprints[step].writes]
        assert link.producer == max(writers, default=START)
        assert link in finder.unjustified_by({link.variable: not link.value}, link.executed)

"""The causal graph as data, as text and in DOT."""

from __future__ import annotations

import json

import pytest

from planzoo.planners.htn import ABSENT, Domain, Goal, HierarchicalPlanner, State
from planzoo.planners.htn.causal.chain_finder import CausalChainFinder
from planzoo.planners.htn.causal.graph import LABELLED, graph_dot
from planzoo.planners.htn.causal.links import START, CausalLink
from planzoo.planners.htn.plan import Action, Decomposition, Plan

TASKS = [("travel", "me", "shop"), Goal(("at", "me"), "park")]


@pytest.fixture
def finder(travel: Domain, home: State) -> CausalChainFinder:
    plan = HierarchicalPlanner(travel).solve((home, TASKS)).plan
    assert plan is not None
    return CausalChainFinder(travel, home, plan, TASKS)


def test_text_tells_for_each_step_who_uses_what_it_makes(finder: CausalChainFinder) -> None:
    assert finder.to_text().splitlines() == [
        "actions: 3, causal links: 6, goals: 1",
        "start",
        "  at(me) = home → 1. walk(me, shop)",
        "  distance(home, shop) = 2 → 1. walk(me, shop)",
        "  distance(shop, park) = 7 → 3. ride(me, park)",
        "  cash(me) = 20 → 3. ride(me, park)",
        "1. walk(me, shop)",
        "  at(me) = shop → 3. ride(me, park)",
        "2. wait(me) (nothing relies on it)",
        "3. ride(me, park)",
        "  at(me) = park → goal",
    ]


def test_data_is_json_and_complete(finder: CausalChainFinder) -> None:
    data = json.loads(json.dumps(finder.to_data()))
    assert data["steps"] == ["walk(me, shop)", "wait(me)", "ride(me, park)"]
    assert data["goals"] == ["at(me) = park"]
    assert data["idle_steps"] == [1]
    assert [(link["producer"], link["consumer"]) for link in data["links"]] == [
        (link.producer, link.consumer) for link in finder.links
    ]
    assert data["links"][-1] == {"producer": 2, "variable": "at(me)", "value": "park", "consumer": 3}


def test_data_of_tables_and_of_values_that_json_does_not_know() -> None:
    domain = Domain("count")
    domain.add_operator(lambda state: state.update(sum=(len(state.lamp), state.get("door"))), "count")
    plan = Plan((Action("count"),), Decomposition((("count",),), (-1,), (None,)))
    finder = CausalChainFinder(domain, State(lamp={"b": (1, 2), "a": None}), plan)
    links = {link["variable"]: link["value"] for link in finder.to_data()["links"]}
    assert links == {
        "lamp(b)": "(1, 2)",
        "lamp(a)": None,
        "lamp(*)": ["lamp(a)", "lamp(b)"],
        "door": str(ABSENT),
        "sum": "(2, None)",
    }
    assert "lamp(*): 2 keys → 1. count()" in finder.to_text()
    assert "no door → 1. count()" in finder.to_text()


def test_dot_draws_each_pair_once(finder: CausalChainFinder) -> None:
    lines = finder.to_dot().splitlines()
    assert (lines[0], lines[-1]) == ("digraph causal_links {", "}")
    assert '  step1 [label="2. wait(me)", style=dashed];' in lines
    assert '  goal0 [label="at(me) = park", shape=ellipse];' in lines
    assert [line for line in lines if "->" in line] == [
        '  start -> step0 [label="at(me)\\ndistance(home, shop)"];',
        '  step0 -> step2 [label="at(me)"];',
        '  start -> step2 [label="distance(shop, park)\\ncash(me)"];',
        '  step2 -> goal0 [label="at(me)"];',
    ]


def test_dot_escapes_and_counts() -> None:
    plan = Plan((Action("say", ('a "b" \\',)),), Decomposition((), (), ()))
    links = [CausalLink(START, f"v{index}", 0, 0) for index in range(LABELLED + 3)]
    text = graph_dot(plan, [], links)
    assert 'label="1. say(a \\"b\\" \\\\)"' in text
    assert f"v{LABELLED - 1}\\n… 3 more" in text

from __future__ import annotations

import json

import numpy as np
import pytest

from planzoo.errors import InputError
from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.contingent_plan import END, ContingentPlan


def belief(ill: float) -> BeliefState:
    return BeliefState(("ill", "well"), np.array([ill, 1 - ill]))


def treat(name: str, utility: float, probability: float, ill: float) -> ContingentPlan:
    return ContingentPlan(
        name, expected_utility=utility, probability=probability, belief=belief(ill), kind="treat"
    )


PLAN = ContingentPlan(
    "swab",
    {
        "positive": treat("drug", 4.0, 0.25, 0.9),
        "negative": ContingentPlan(
            "scan",
            {
                "bad": treat("drug", 2.0, 0.15, 0.6),
                "good": treat("rest", 8.0, 0.6, 0.0),
            },
            depth=1, expected_cost=2.0, expected_utility=4.8, probability=0.75,
            belief=belief(0.12), kind="test",
        ),
    },
    depth=2, expected_cost=2.5, expected_utility=3.6, belief=belief(0.315), kind="test",
)  # fmt: skip


def test_the_tree_is_drawn_one_line_a_plan() -> None:
    assert PLAN.to_text().splitlines() == [
        "swab?  [probability 100.0%, utility 3.60, cost 2.50]",
        "├─ positive → drug  [probability 25.0%, utility 4.00, ill 90.0%]",
        "└─ negative → scan?  [probability 75.0%, utility 4.80, cost 2.00]",
        "   ├─ bad → drug  [probability 15.0%, utility 2.00, ill 60.0%]",
        "   └─ good → rest  [probability 60.0%, utility 8.00, well 100.0%]",
    ]


def test_labels_replace_names() -> None:
    text = PLAN.to_text({"swab": "coughs?", "rest": "stay in bed"})
    assert text.startswith("coughs?  [")
    assert "good → stay in bed" in text


def test_plans_without_a_belief_can_be_drawn_too() -> None:
    assert ContingentPlan("rest").to_text() == "rest  [probability 100.0%, utility 0.00]"


def test_plain_data_can_be_written_as_json() -> None:
    data = json.loads(json.dumps(PLAN.to_dict()))
    assert data["action"] == "swab"
    assert data["kind"] == "test"
    assert data["branches"]["positive"]["kind"] == "treat"
    assert data["branches"]["negative"]["branches"]["good"]["belief"] == {"ill": 0.0, "well": 1.0}
    assert ContingentPlan("rest").to_dict()["belief"] == {}


def test_nodes_and_branches_are_walked() -> None:
    assert [plan.root_action for plan in PLAN.nodes()] == ["swab", "drug", "scan", "drug", "rest"]
    assert PLAN.follow("negative").follow("good").root_action == "rest"
    with pytest.raises(KeyError):
        PLAN.follow("maybe")


def test_only_what_gathers_information_is_a_test() -> None:
    kinds = ("observe", "ask", "test", "treat", "wait", "stop", "act", END)
    assert [ContingentPlan("x", kind=kind).is_test for kind in kinds] == [True] * 3 + [False] * 5
    assert ContingentPlan("x").kind == "act"


def test_a_plan_is_saved_and_read_again() -> None:
    again = ContingentPlan.from_json(PLAN.to_json(indent=2))
    assert again.to_dict() == PLAN.to_dict()
    assert again.to_text() == PLAN.to_text()
    assert ContingentPlan.from_dict(ContingentPlan("rest").to_dict()).belief is None
    for text in ("{", "[" * 100_000, "\x00", b"\xff\xfe", "nul"):
        with pytest.raises(InputError, match="must be JSON"):
            ContingentPlan.from_json(text)


def test_a_plan_too_deep_for_json_is_an_error() -> None:
    plan = ContingentPlan("stop", kind="stop")
    for _ in range(50_000):
        plan = ContingentPlan("wait", {"later": plan}, kind="wait")
    with pytest.raises(InputError, match="too deep for JSON"):
        plan.to_json()
    assert sum(1 for _ in plan.nodes()) == 50_001
    while plan.branches:  # taken apart from the top, as Python frees nested objects by recursion
        plan = plan.branches["later"]


def test_improbable_branches_are_folded() -> None:
    assert PLAN.to_text(min_probability=0.5).splitlines() == [
        "swab?  [probability 100.0%, utility 3.60, cost 2.50]",
        "├─ negative → scan?  [probability 75.0%, utility 4.80, cost 2.00]",
        "│  ├─ good → rest  [probability 60.0%, utility 8.00, well 100.0%]",
        "│  └─ … 1 more  [probability 15.0%]",
        "└─ … 1 more  [probability 25.0%]",
    ]

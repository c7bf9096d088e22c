from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from planzoo.errors import InputError
from planzoo.planners.pomdp.contingent_plan import ContingentPlan
from planzoo.planners.pomdp.contingent_planner import ContingentPlanner
from planzoo.planners.pomdp.plan_data import plan_from_data
from tests.planners.pomdp.tables import asia

DATA: dict[str, Any] = json.loads(ContingentPlan.to_json(ContingentPlanner().solve(asia()).plan))  # type: ignore[arg-type]


def test_a_plan_comes_back_as_it_was() -> None:
    plan = plan_from_data(DATA)
    assert plan.to_dict() == DATA
    assert plan.to_text() == ContingentPlanner().solve(asia()).plan.to_text()  # type: ignore[union-attr]
    assert list(plan.branches) == list(DATA["branches"])
    assert ContingentPlan.from_json(json.dumps(DATA, indent=2).encode()).to_dict() == DATA


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("action", 3, "action of the plan must be text, not 3"),
        ("kind", "guess", "kind of the plan must be one of ask, observe, test"),
        ("kind", ["test"], "kind of the plan must be one of"),
        ("depth", -1, "depth of the plan must be 0 or more"),
        ("depth", True, "depth of the plan"),
        ("probability", 1.5, "probability of the plan must be a number from 0 to 1"),
        ("probability", "1", "probability of the plan"),
        ("expected_cost", float("nan"), "expected_cost of the plan must be a finite number"),
        ("expected_utility", None, "expected_utility of the plan"),
        ("expected_utility", 10**400, "expected_utility of the plan must"),
        ("belief", [1], "belief of the plan must be a mapping"),
        ("belief", {"ill": 0.5}, "belief of the plan is none: A belief needs probabilities that sum to 1"),
        ("belief", {"ill": "1"}, "belief of the plan must give each name a probability"),
        ("branches", {1: {}}, "branches of the plan must be a mapping of observations"),
        ("branches", None, "branches of the plan"),
        ("branches", {"yes": []}, "the branch 'yes' of 'smoke' must be a mapping of exactly action, kind"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_data_that_are_no_plan_are_one_clear_error(key: str, value: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        plan_from_data({**DATA, key: value})


def test_a_fault_deep_in_the_tree_is_named_by_its_place() -> None:
    data = copy.deepcopy(DATA)
    data["branches"]["yes"]["branches"]["no"]["probability"] = 7
    with pytest.raises(InputError, match="probability of the branch 'no' of 'dysp' must be a number"):
        plan_from_data(data)
    with pytest.raises(InputError, match="exactly action"):
        plan_from_data({**DATA, "extra": 1})
    with pytest.raises(InputError, match="exactly action"):
        plan_from_data("plan")

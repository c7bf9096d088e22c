"""Operators: costs, durations, agents and resources of actions."""

from __future__ import annotations

from typing import Any

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import Action, Domain, DomainError, HierarchicalPlanner, Operator, State


def act(state: State, *arguments: Any) -> None:
    """Does nothing.

    And says so at length.
    """


def test_who_acts_is_an_argument_or_a_function_of_them() -> None:
    assert Operator("act", act).agent_of(("a", "b")) is None
    assert Operator("act", act, agent=1).agent_of(("a", "b")) == "b"
    assert Operator("act", act, agent=lambda *arguments: len(arguments)).agent_of(("a", "b")) == 2
    with pytest.raises(InputError, match="argument 2 names its agent, but has only 2"):
        Operator("act", act, agent=2).agent_of(("a", "b"))


def test_resources_are_amounts_or_depend_on_the_state() -> None:
    fixed = Operator("act", act, agent=0, resources={"crane": 1})
    assert not fixed.depends_on_state
    assert fixed.action(State(), ("a",)) == Action("act", ("a",), 1.0, 1.0, "a", (("crane", 1.0),))
    drawn = Operator("act", act, resources=lambda state, load: {"power": state.weight[load]})
    assert drawn.depends_on_state
    assert drawn.action(State(weight={"box": 3}), ("box",)).resources == (("power", 3.0),)
    with pytest.raises(InputError, match=r"amount of 'power' of operator 'act' is -1"):
        drawn.action(State(weight={"box": -1}), ("box",))


@pytest.mark.parametrize("amount", [-1, float("nan"), float("inf"), "much"])
def test_amounts_are_checked_when_they_are_declared(amount: Any) -> None:
    with pytest.raises(InputError, match="amount of 'crane' of operator 'lift'"):
        Domain("site").add_operator(act, "lift", resources={"crane": amount})


def test_descriptions_are_the_first_paragraph() -> None:
    assert Operator("act", act).description == "Does nothing."
    assert Operator("act", lambda state: None).description == ""


def test_a_plan_says_who_acts_and_what_is_held() -> None:
    domain = Domain("site")
    domain.add_operator(act, "lift", agent=0, resources={"crane": 2})
    plan = HierarchicalPlanner(domain).solve(({}, [("lift", "anna")])).plan
    assert plan is not None
    assert (plan.actions[0].agent, plan.actions[0].resources) == ("anna", (("crane", 2.0),))
    assert plan.to_data()["actions"][0]["resources"] == {"crane": 2.0}
    domain.add_operator(act, "drop", agent=3)
    with pytest.raises(DomainError, match=r"Step 1, drop\(anna\), .* argument 3 names its agent"):
        HierarchicalPlanner(domain).solve(({}, [("drop", "anna")]))

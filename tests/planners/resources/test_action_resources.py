"""What actions take, and in which ways they can be done."""

from __future__ import annotations

import pytest

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.errors import InputError
from planzoo.planners.htn.plan import Action
from planzoo.planners.resources.action_resources import ActionResources
from planzoo.planners.resources.project import Mode

TABLE = {"crane": Resource("crane", "reusable", 2), "fuel": Resource("fuel", "consumable", 9)}
LIFT = Action("lift", ("beam",), 3.0, 4.0, resources=(("crane", 1.0), ("fuel", 2.0)))


def test_an_action_takes_what_its_operator_says() -> None:
    (mode,) = ActionResources(TABLE).modes_of(LIFT)
    needs = (ResourceRequirement("crane", 1), ResourceRequirement("fuel", 2))
    assert mode == Mode(4, needs, 3)


def test_needs_take_the_place_of_the_operators_own() -> None:
    fuel = (ResourceRequirement("fuel", 5),)
    assert ActionResources(TABLE, {"lift": fuel}).modes_of(LIFT)[0].requirements == fuel
    assert ActionResources(TABLE, {"drop": fuel}).modes_of(LIFT)[0].requirements == ()
    by_action = ActionResources(TABLE, lambda action: fuel if action.arguments == ("beam",) else ())
    assert by_action.modes_of(LIFT)[0].requirements == fuel


def test_other_modes_come_after_the_domains_own() -> None:
    quick = Mode(1, (ResourceRequirement("crane", 2),), 9, "quick")
    for modes in ({"lift": [quick]}, lambda action: [quick]):
        assert ActionResources(TABLE, modes=modes).modes_of(LIFT)[1:] == (quick,)


def test_what_is_ignored_is_required_no_more() -> None:
    quick = Mode(1, (ResourceRequirement("crane", 2), ResourceRequirement("fuel", 1)), 9, "quick")
    modes = ActionResources(TABLE, modes={"lift": [quick]}).without("crane").modes_of(LIFT)
    assert [[need.resource for need in mode.requirements] for mode in modes] == [["fuel"], ["fuel"]]
    assert ActionResources(TABLE).without("crane").without("fuel").modes_of(LIFT)[0].requirements == ()


def test_wrong_requirements_are_refused_with_the_actions_name() -> None:
    with pytest.raises(InputError, match=r"lift\(beam\).*unknown resource 'rope'"):
        ActionResources(TABLE, {"lift": [ResourceRequirement("rope", 1)]}).modes_of(LIFT)
    heavy = Mode(1, (ResourceRequirement("crane", 3),), name="heavy")
    with pytest.raises(InputError, match=r"lift\(beam\) in mode 'heavy' requires 3 of 'crane'"):
        ActionResources(TABLE, modes={"lift": [heavy]}).modes_of(LIFT)
    with pytest.raises(InputError, match="give Mode"):
        ActionResources(TABLE, modes={"lift": [3]}).modes_of(LIFT)  # type: ignore[list-item]

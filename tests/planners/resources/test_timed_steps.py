"""Steps of all kinds of plans: their names, times and requirements."""

from __future__ import annotations

import pytest

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource, ResourceType, resources_by_name
from planzoo.errors import InputError
from planzoo.planners.htn.plan import Action
from planzoo.planners.resources.project import Mode, project_of
from planzoo.planners.resources.schedule import Schedule
from planzoo.planners.resources.timed_steps import TimedAction, action_mode, timed_steps
from tests.planners.resources.plans import joint_plan_of, plan_of

CREW, FUEL = Resource("crew", ResourceType.REUSABLE, 3), Resource("fuel", ResourceType.CONSUMABLE, 9)
TABLE = resources_by_name([CREW, FUEL])
DIG = Action("dig", ("hole",), cost=4, duration=2, resources=(("crew", 2.0), ("fuel", 1.0)))
REST = Action("rest", duration=0.5)


def test_actions_of_a_plan_follow_one_another() -> None:
    steps = timed_steps(plan_of(DIG, REST, DIG), TABLE)
    assert [(step.start, step.end) for step in steps] == [(0, 2), (2, 2.5), (2.5, 4.5)]
    assert [step.names for step in steps[:2]] == [("dig", "dig(hole)"), ("rest", "rest()")]
    assert [str(step) for step in steps] == ["dig(hole)", "rest()", "dig(hole)"]
    assert steps[0].mode == Mode(2, (ResourceRequirement("crew", 2), ResourceRequirement("fuel", 1)), 4)
    assert steps[1].mode == Mode(0.5, cost=1)
    assert timed_steps(plan_of(), TABLE) == ()


def test_actions_of_a_joint_plan_have_their_starts() -> None:
    steps = timed_steps(joint_plan_of((1, DIG), (0, REST)), TABLE)
    assert [(step.start, step.end) for step in steps] == [(1, 3), (0, 0.5)]


def test_failed_actions_of_a_trace_have_used_what_is_taken_at_their_start() -> None:
    class Trace:
        """Has done one action, and failed at another one."""

        def timed_actions(self) -> list[TimedAction]:
            return [TimedAction(DIG, 0, False), TimedAction(DIG._replace(duration=7), 2, True)]

    late = ResourceRequirement("fuel", 5, "end")
    needs = {"dig": (*(ResourceRequirement(name, 1) for name in TABLE), late)}
    done, failed = timed_steps(Trace(), TABLE, needs)
    assert [(done.start, done.end), (failed.start, failed.end)] == [(0, 2), (2, 9)]
    assert [need.amount for need in done.mode.requirements] == [1, 1, 5]
    assert failed.mode.requirements == needs["dig"][:2]


def test_activities_of_a_schedule_have_their_modes() -> None:
    need = ResourceRequirement("crew", 1)
    project = project_of([CREW], {"build": [Mode(4), Mode(2, (need,))], "paint": Mode(1)})
    steps = timed_steps(Schedule(project, (3, 0), (1, 0)), TABLE)
    assert [(step.names, step.start, step.end) for step in steps] == [(("build",), 3, 5), (("paint",), 0, 1)]
    assert steps[0].mode.requirements == (need,)


def test_needs_take_the_place_of_what_operators_hold() -> None:
    need = ResourceRequirement("fuel", 5, "end")
    by_name = timed_steps(plan_of(DIG, REST), TABLE, {"rest": [need]})
    assert [step.mode.requirements for step in by_name] == [(), (need,)]
    by_action = timed_steps(plan_of(DIG, REST), TABLE, lambda action: [need] * len(action.arguments))
    assert [step.mode.requirements for step in by_action] == [(need,), ()]
    assert action_mode(DIG, TABLE, {"dig": (need,)}) == Mode(2, (need,), 4)


def test_what_cannot_be_required_is_refused_by_action_or_activity() -> None:
    with pytest.raises(InputError, match=r"^Action dig\(hole\) requires 12 of 'fuel', but there are never"):
        timed_steps(
            plan_of(DIG),
            {**TABLE, "fuel": Resource("fuel", "consumable", 9, 9)},
            lambda _: [  # type: ignore[arg-type]
                ResourceRequirement("fuel", 12)
            ],
        )
    with pytest.raises(InputError, match=r"^Action dig\(hole\) requires the unknown resource 'fuel'"):
        timed_steps(plan_of(DIG), {"crew": CREW})
    project = project_of([CREW], {"build": Mode(1, (ResourceRequirement("crew", 2),))})
    with pytest.raises(InputError, match=r"^Activity 'build' requires the unknown resource 'crew'"):
        timed_steps(Schedule(project, (0,), (0,)), {"fuel": FUEL})


def test_what_is_no_plan_is_refused() -> None:
    with pytest.raises(InputError, match="Expected a Plan, a JointPlan, a Schedule or a trace, but got list"):
        timed_steps([DIG], TABLE)  # type: ignore[arg-type]

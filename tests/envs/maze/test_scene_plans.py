"""The panels about plans: each active plan with its answers, how plans ended, and how often they succeed."""

from __future__ import annotations

import pytest

from planzoo.envs.maze.scene_plans import (
    LISTED_ENDINGS,
    LISTED_PLANS,
    ROWS_OF_A_PLAN,
    endings_panel,
    plans_panel,
    success_panel,
)
from planzoo.envs.maze.scene_words import STATUS_COLOURS, plain
from planzoo.envs.maze.state import (
    ABANDONED,
    ACCEPTED,
    COMPLETED,
    EXPIRED,
    IN_PROGRESS,
    PLAN_STATUSES,
    PROPOSED,
    REJECTED,
    RESCUE_MISSION,
)
from planzoo.envs.simulation.scene import Bar, Field, Gauges
from tests.envs.maze.scene_stage import end_plans, hall, put_plan, view, words


def test_a_plan_has_everything_that_matters() -> None:
    simulator = hall(response_steps=6)
    simulator.state.steps[0] = 4
    put_plan(
        simulator,
        0,
        (1, 2),
        number=3,
        type=RESCUE_MISSION,
        status=ACCEPTED,
        initiator=1,
        patient=0,
        invited=[0, 1, 2],
        accepted=[0, 1],
    )
    panel = plans_panel(view(simulator))
    assert words(panel)[:ROWS_OF_A_PLAN] == [
        "3: rescue mission: accepted",
        "by 1 for 0, to 1, 2: 56 left",
        "yes: 0, 1 · no: nobody",
        "awaits answer of 2 · 2 steps",
    ]
    bar = panel.rows[1]
    assert isinstance(bar, Bar) and bar.fraction == pytest.approx(56 / 60)


@pytest.mark.parametrize("status", [PROPOSED, ACCEPTED, IN_PROGRESS])
def test_every_active_status_has_its_label_and_colour(status: int) -> None:
    simulator = hall()
    put_plan(simulator, 0, (1, 1), status=status, accepted=[0, 1])
    head = plans_panel(view(simulator)).rows[0]
    assert isinstance(head, Field)
    assert (head.value, head.colour) == (plain(PLAN_STATUSES[status]), STATUS_COLOURS[status])


def test_the_panel_keeps_its_height() -> None:
    simulator = hall()
    heights = {len(plans_panel(view(simulator)).rows)}
    assert words(plans_panel(view(simulator)))[0] == "no plan is going on"
    for slot in range(3):
        put_plan(simulator, slot, (1, 1))
        heights.add(len(plans_panel(view(simulator)).rows))
    assert heights == {3 * ROWS_OF_A_PLAN}


def test_many_plans_are_cut() -> None:
    simulator = hall(agents=8, plan_slots=6)
    for slot in range(6):
        put_plan(simulator, slot, (1, 1))
    shown = words(plans_panel(view(simulator)))
    assert len(shown) == LISTED_PLANS * ROWS_OF_A_PLAN and shown[-1] == "and 2 more plans"


def test_ended_plans_say_how() -> None:
    simulator = hall()
    assert words(endings_panel(view(simulator)))[0] == "no plan has ended"
    end_plans(simulator, [COMPLETED, ABANDONED, EXPIRED, REJECTED, COMPLETED])
    shown = words(endings_panel(view(simulator)))
    assert shown == [
        "4: rendezvous: completed",
        "3: rendezvous: rejected",
        "2: rendezvous: expired",
        "1: rendezvous: abandoned",
    ]
    assert len(shown) == LISTED_ENDINGS


def test_success_is_that_of_the_team_and_of_each_agent() -> None:
    simulator = hall()
    end_plans(simulator, [COMPLETED, ABANDONED, EXPIRED, COMPLETED])
    record = simulator.state.performance[0, 1]
    record.success_rate, record.reliability, record.helpfulness = 0.5, 0.8, 0.1
    panel = success_panel(view(simulator))
    rate = panel.rows[0]
    assert isinstance(rate, Bar) and rate.fraction == 0.5 and rate.value == "2 / 4"
    assert words(panel)[4] == "Agent 1: 50 %, 80 %, 10 %"
    assert len([row for row in panel.rows if isinstance(row, Gauges)]) == 1 + 3


def test_before_any_proposal_nothing_is_divided_by_zero() -> None:
    assert words(success_panel(view(hall())))[:2] == ["Success rate: 0 / 0", "Coordination: 0.00"]


def test_large_teams_have_no_rows_of_their_own() -> None:
    assert len(success_panel(view(hall(agents=9))).rows) == 2

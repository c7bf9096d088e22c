"""Panels about plans: those that are going on, those that ended, and how well the team does."""

from __future__ import annotations

import numpy as np

from planzoo.envs.maze.coordination_score import coordination_scores
from planzoo.envs.maze.scene_marks import pin
from planzoo.envs.maze.scene_panels import COLUMNS, LISTED_AGENTS, icon
from planzoo.envs.maze.scene_style import GOOD, agent_colour
from planzoo.envs.maze.scene_things import TeamPlan
from planzoo.envs.maze.scene_view import View
from planzoo.envs.maze.scene_words import (
    STATUS_COLOURS,
    answers,
    percent,
    plan_status,
    plan_type,
    progress,
    target,
)
from planzoo.envs.maze.state import COMPLETED, PROPOSED
from planzoo.envs.simulation.scene import Bar, Field, Gauge, Gauges, Icon, Palette, Panel, Row, Text

LISTED_PLANS, LISTED_ENDINGS = 4, 4
"""Most plans that are going on, and that ended, in the lists."""
ROWS_OF_A_PLAN = 4
RATES = ("success", "reliable", "helpful")


def plans_panel(view: View) -> Panel:
    """Shows each active plan: type, status, initiator, target, time left, answers, parts that are done."""
    plans = view.plans[:LISTED_PLANS]
    rows = [row for plan in plans for row in plan_rows(plan)]
    if len(view.plans) > LISTED_PLANS:
        rows[-1] = Text(f"and {len(view.plans) - LISTED_PLANS} more plans", colour=Palette.MUTED)
    if not rows:
        rows = [Text("no plan is going on", colour=Palette.MUTED)]
    # Nobody has two plans of its own at a time.
    room = ROWS_OF_A_PLAN * min(LISTED_PLANS, view.state.plans.shape[1], len(view.agents))
    rows += [Text("")] * (room - len(rows))
    return Panel("Active plans", tuple(rows), COLUMNS)


def plan_rows(plan: TeamPlan) -> tuple[Row, ...]:
    """Gives the rows of an active plan."""
    words, colour = progress(plan)
    status = Field(
        f"{plan.number}: {plan_type(plan)}",
        plan_status(plan),
        plan_icon(plan),
        STATUS_COLOURS[plan.status],
        strong=True,
    )
    return (
        status,
        Bar(target(plan), plan.time_left / plan.time, f"{plan.time_left} left", Palette.SHELF),
        Text(answers(plan)),
        Text(words, colour=colour),
    )


def plan_icon(plan: TeamPlan) -> Icon:
    """Draws the pin that marks a plan's target in the maze."""
    return Icon(pin((0.5, 1.04), 0.78, plan.number, agent_colour(plan.initiator)))


def endings_panel(view: View) -> Panel:
    """Shows how the last plans ended."""
    rows: list[Row] = [
        Field(
            f"{plan.number}: {plan_type(plan)}",
            plan_status(plan),
            STATUS_COLOURS[plan.status],
            STATUS_COLOURS[plan.status],
        )
        for plan in view.ended_plans[:LISTED_ENDINGS]
    ]
    if not rows:
        rows = [Text("no plan has ended", colour=Palette.MUTED)]
    rows += [Text("")] * (LISTED_ENDINGS - len(rows))
    return Panel("Plans that ended, the last first", tuple(rows), COLUMNS)


def success_panel(view: View) -> Panel:
    """Shows how many plans succeed, of the team, and of each agent how it does its parts."""
    proposed, completed = view.counted(PROPOSED), view.counted(COMPLETED)
    share = completed / max(1, proposed)
    score = float(coordination_scores(view.constants, view.state, np.array([view.world]))[0])
    rows: list[Row] = [
        Bar("Success rate", share, f"{completed} / {proposed}", GOOD),
        Bar("Coordination", score, f"{score:.2f}", Palette.SKY),
    ]
    if len(view.agents) <= LISTED_AGENTS:
        rows += [Gauges("", tuple(Gauge(name) for name in RATES)), *_rate_rows(view)]
    return Panel("Success", tuple(rows), COLUMNS)


def _rate_rows(view: View) -> list[Row]:
    return [
        Gauges(
            f"Agent {agent.number}",
            tuple(Gauge(percent(rate), rate, agent_colour(agent.number)) for rate in agent.rates),
            icon(agent),
        )
        for agent in view.agents
    ]

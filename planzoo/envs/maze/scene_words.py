"""Words for plans, agents and what happened to them; those for plans are names of the state."""

from __future__ import annotations

from planzoo.envs.maze.scene_style import BAD, GONE, GOOD, OPEN
from planzoo.envs.maze.scene_things import Agent, TeamPlan
from planzoo.envs.maze.state import (
    ABANDONED,
    ACCEPTED,
    COMPLETED,
    EXPIRED,
    IN_PROGRESS,
    ITEMS,
    PLAN_STATUSES,
    PLAN_TYPES,
    PROPOSED,
    REJECTED,
    ROLES,
)
from planzoo.envs.simulation.scene import Colour, Palette

MOST_NUMBERS = 8
"""Of more agents in a row of a plan only their count is told."""
STATUS_COLOURS: dict[int, Colour] = {
    PROPOSED: OPEN,
    ACCEPTED: Palette.SKY.mixed(Palette.INK, 0.3),
    IN_PROGRESS: Palette.BLUE,
    COMPLETED: GOOD,
    ABANDONED: Palette.PURPLE,
    EXPIRED: GONE,
    REJECTED: BAD,
}


def plain(name: str) -> str:
    """Writes a name of the state as people do: ``IN_PROGRESS`` becomes ``in progress``."""
    return name.replace("_", " ").lower()


def plan_type(plan: TeamPlan) -> str:
    """Names the type of a plan."""
    return plain(PLAN_TYPES[plan.kind])


def plan_status(plan: TeamPlan) -> str:
    """Names the status of a plan."""
    return plain(PLAN_STATUSES[plan.status])


def role(agent: Agent) -> str:
    """Names an agent's role."""
    return plain(ROLES[agent.role])


def numbers(agents: tuple[int, ...]) -> str:
    """Lists agents by number, or counts them if they are many."""
    if len(agents) > MOST_NUMBERS:
        return f"{len(agents)} agents"
    return ", ".join(map(str, agents)) or "nobody"


def target(plan: TeamPlan) -> str:
    """Says where a plan leads, and to whom."""
    whom = "" if plan.patient is None else f" for {plan.patient}"
    return f"by {plan.initiator}{whom}, to {plan.row}, {plan.column}"


def answers(plan: TeamPlan) -> str:
    """Says who takes part and who does not."""
    return f"yes: {numbers(plan.accepted)} · no: {numbers(plan.rejected)}"


def progress(plan: TeamPlan) -> tuple[str, Colour]:
    """Says what a plan waits for: answers, its start, or parts that are to be done."""
    if plan.awaits_answers:
        return f"awaits answer of {numbers(plan.waiting)} · {steps(plan.answer_left)}", OPEN
    if not plan.runs:
        return "all have answered", Palette.MUTED
    failed = f" · failed: {numbers(plan.failed)}" if plan.failed else ""
    return f"done: {numbers(plan.completed)} · to do: {numbers(plan.busy)}{failed}", Palette.INK


def carried(agent: Agent) -> str:
    """Lists what an agent carries."""
    parts = [f"{count} {name}" for name, count in zip(ITEMS, agent.items, strict=True) if count]
    return ", ".join(parts) or "carries nothing"


def activity(agent: Agent) -> tuple[str, Colour]:
    """Says how it stands with an agent: its end, or what it carries."""
    if agent.escaped:
        return f"escaped at step {agent.ended_at}", GOOD
    if agent.dead:
        return f"died at step {agent.ended_at}", BAD
    return carried(agent), Palette.INK if any(agent.items) else Palette.MUTED


def steps(count: int) -> str:
    """Counts steps."""
    return f"{count} step{'' if count == 1 else 's'}"


def percent(share: float) -> str:
    """Writes a share."""
    return f"{100 * share:.0f} %"

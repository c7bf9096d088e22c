"""Whether to join a team plan, and why: its utility from own needs, distance, risk, importance and trust."""

from __future__ import annotations

from dataclasses import dataclass

from planzoo.envs.maze.state import (
    GROUP_EXIT,
    HEALTH,
    HUNGER,
    ITEMS,
    NEEDS,
    RENDEZVOUS,
    RESCUE_MISSION,
    RESOURCE_SHARE,
    SUPPLY_RUN,
    THIRST,
)
from planzoo.planners.coordination.appraisal import Appraisal, Term, appraise, trusted_value
from planzoo.planners.domains.maze_memory import MazeMemory
from planzoo.planners.domains.maze_needs import (
    LOW,
    NEED_OF,
    VERY_LOW,
    gift,
    lives_through,
)
from planzoo.planners.domains.maze_offers import NEED_WEIGHT, STEP_WEIGHT
from planzoo.planners.domains.maze_site import MazeSite
from planzoo.planners.domains.maze_view import Teammate, TeamPlan

WAITING_WEIGHT = 1.0
"""What each step for which others would wait takes from the utility of leaving together."""
BUSY, OWN_NEED_FIRST = -100.0, -20.0
"""What speaks against a plan while another is in progress, and while a need must be met first."""
EXPLORING = 4.0
"""What is lost by leaving one's exploration aside."""


@dataclass(frozen=True)
class Answer:
    """What an agent answers to a proposal.

    Attributes:
        slot: of the plan.
        accepted: whether it joins.
        words: the answer with its reason.
        appraisal: what the plan is worth to it.
    """

    slot: int
    accepted: bool
    words: str
    appraisal: Appraisal


def answer(site: MazeSite, memory: MazeMemory, plan: TeamPlan) -> Answer:
    """Decides about a plan that awaits the agent's answer."""
    appraisal = weigh(site, memory, plan)
    verdict = "accepts" if appraisal.worthwhile else "rejects"
    words = f"{verdict} agent_{plan.initiator}'s {plan.name}: {appraisal.words}"
    return Answer(plan.slot, appraisal.worthwhile, words, appraisal)


def weigh(site: MazeSite, memory: MazeMemory, plan: TeamPlan) -> Appraisal:
    """Gives what a plan is worth to the agent."""
    steps = site.hopeful_steps(plan.target)
    initiator = _initiator(site, plan)
    terms = [_importance(plan, initiator), _distance(site, plan, steps), *_own_state(site, plan, steps)]
    terms += list(_benefits(site, plan, initiator, steps))
    return appraise(terms)


def _initiator(site: MazeSite, plan: TeamPlan) -> Teammate | None:
    return next((mate for mate in site.view.team if mate.number == plan.initiator), None)


def _importance(plan: TeamPlan, initiator: Teammate | None) -> Term:
    trust = 0.5 if initiator is None else initiator.trust
    value = trusted_value(plan.importance, trust) / 2
    if trust < 0.4:
        lost = value - plan.importance / 2
        words = f"agent_{plan.initiator} has kept a share of {trust:.2f} of its promises"
        return Term("trust", lost, words)
    return Term("importance", value, f"{plan.name} matters, {plan.importance:.0f} of 10")


def _distance(site: MazeSite, plan: TeamPlan, steps: float) -> Term:
    """Against a way that is long; for leaving together it is what the others would wait."""
    away = min(steps, 400.0)
    if plan.type == GROUP_EXIT:
        return _waiting(site, plan, away)
    words = f"Too far from my current exploration: {steps:.0f} steps"
    return Term("distance", -STEP_WEIGHT * away, words)


def _waiting(site: MazeSite, plan: TeamPlan, steps: float) -> Term:
    """Against leaving together: that one waits for the other."""
    initiator = _initiator(site, plan)
    ahead = 0 if initiator is None else site.view.steps_between(initiator.cell, plan.target)
    waiting = abs(steps - ahead)
    whom = "you" if steps > ahead else "me"
    words = f"I am {steps:.0f} steps from the exit, which would keep {whom} waiting for {waiting:.0f}"
    return Term("distance", -WAITING_WEIGHT * waiting, words)


def _own_state(site: MazeSite, plan: TeamPlan, steps: float) -> list[Term]:
    """What the agent's body and its other promises say against the plan."""
    view, terms = site.view, []
    other = next((each for each in view.plans if each.running and each.slot != plan.slot), None)
    if other is not None:
        terms.append(Term("busy", BUSY, f"Already committed to {other.name}"))
    need = min((HUNGER, THIRST), key=lambda each: view.needs[each])
    helps = plan.type in (RESOURCE_SHARE, SUPPLY_RUN, GROUP_EXIT) or plan.am_patient
    if view.needs[need] < VERY_LOW and not helps:
        words = f"I need to find something against {NEEDS[need]} {view.needs[need]:.0f} first"
        terms.append(Term("own need", OWN_NEED_FIRST, words))
    if steps < float("inf") and not lives_through(site, steps) and not helps:
        words = f"With health {view.needs[HEALTH]:.0f} I would not live through {steps:.0f} steps"
        terms.append(Term("risk", OWN_NEED_FIRST, words))
    return terms


def _benefits(site: MazeSite, plan: TeamPlan, initiator: Teammate | None, steps: float) -> list[Term]:
    """What the plan is good for."""
    if plan.type == GROUP_EXIT:
        return [_way_out(site, steps)]
    if plan.type == RESCUE_MISSION:
        return [_rescue(site, plan)]
    if plan.type == RESOURCE_SHARE and initiator is not None:
        return [_sharing(site, initiator, steps)]
    if plan.type == SUPPLY_RUN:
        return [_supplies(site, steps)]
    if plan.type == RENDEZVOUS and site.way_out is None:
        return [Term("maps", 2.0, f"I know of no exit, and your map may help; it is {steps:.0f} steps away")]
    if site.way_out is not None:
        return [
            Term("exit known", -EXPLORING, f"I know a way out, {site.steps(site.way_out):.0f} steps long")
        ]
    return [Term("exploration", 0.0, "Searching together suits me")]


def _way_out(site: MazeSite, steps: float) -> Term:
    if site.way_out is None:
        return Term("exit", 4.0, f"I want to escape and know of no other exit; it is {steps:.0f} steps away")
    return Term("exit", 2.0, f"I'm close: {steps:.0f} steps from the exit")


def _rescue(site: MazeSite, plan: TeamPlan) -> Term:
    view = site.view
    if plan.am_patient:
        need = min(range(3), key=lambda each: view.needs[each])
        return Term("need", 20.0, f"I need help: {NEEDS[need]} {view.needs[need]:.0f}")
    patient = next((mate for mate in view.team if mate.number == plan.patient), None)
    item = -1 if patient is None else gift(view, site.params, patient)
    if patient is None or item < 0:
        return Term("nothing to give", -15.0, f"I have nothing that agent_{plan.patient} needs")
    return Term("help", 5.0, f"I carry {ITEMS[item]}, which agent_{plan.patient} needs")


def _sharing(site: MazeSite, initiator: Teammate, steps: float) -> Term:
    view = site.view
    for item, need in NEED_OF.items():
        if view.needs[need] < LOW and not view.items[item] and initiator.items[item]:
            value = NEED_WEIGHT * (LOW - view.needs[need]) + 3.0
            return Term("need", value, f"I need {ITEMS[item]} and I'm {steps:.0f} steps away")
    item = gift(view, site.params, initiator)
    if item >= 0:
        return Term("help", 5.0, f"I can spare {ITEMS[item]} and I'm {steps:.0f} steps away")
    return Term("nothing to share", -15.0, f"I have nothing that agent_{initiator.number} needs")


def _supplies(site: MazeSite, steps: float) -> Term:
    view = site.view
    need = min((HUNGER, THIRST), key=lambda each: view.needs[each])
    value = NEED_WEIGHT * 2 * (LOW - view.needs[need])
    if value < 0:
        return Term("no need", value - EXPLORING, f"I lack nothing: {NEEDS[need]} {view.needs[need]:.0f}")
    return Term(
        "need", value, f"My {NEEDS[need]} is {view.needs[need]:.0f} and supplies are {steps:.0f} steps away"
    )

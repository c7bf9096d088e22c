"""Team plans as methods of the maze's task network: answers, proposals, and the parts of each type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planzoo.envs.maze.state import (
    AREA_SWEEP,
    GROUP_EXIT,
    ITEM_SHIFT,
    ITEMS,
    NEEDS,
    RENDEZVOUS,
    RESCUE_MISSION,
    RESOURCE_SHARE,
    SUPPLY_RUN,
)
from planzoo.planners.domains.maze_case import because
from planzoo.planners.domains.maze_masks import takers
from planzoo.planners.domains.maze_needs import NEED_OF, gift
from planzoo.planners.domains.maze_offers import lacking, who_has
from planzoo.planners.domains.maze_site import MazeSite
from planzoo.planners.domains.maze_view import Teammate, TeamPlan
from planzoo.planners.htn import State

PATIENCE = 12
"""Steps in a row that an agent waits for others."""
SWEPT = 4
"""King's moves around the target of a sweep."""
MOST_STEPS = 8
"""Steps that an agent goes for a sweep's next cell; farther away it looks for what is new to itself."""


def answer_the_team(state: State) -> list[Any] | None:
    """Get out alive: answer who has proposed something."""
    answer = state.case.answer
    if answer is None:
        return None
    because(state, "answer_the_team", answer.words)
    return [("answer_plan", answer.slot, answer.accepted)]


def finish_my_part(state: State) -> list[Any] | None:
    """Get out alive: tell the team that one's part is done."""
    plan = next((plan for plan in state.site.view.plans if plan.completable), None)
    if plan is None or not state.case.cooperative:
        return None
    because(state, "finish_my_part", f"my part of {plan.name} is done")
    return [("complete", plan.slot)]


def help_who_is_beside(state: State) -> Iterator[list[Any]]:
    """Get out alive: hand over what a teammate beside needs more."""
    site = state.site
    if not state.case.cooperative:
        return
    for mate in takers(site.view, site.params):
        item = gift(site.view, site.params, mate)
        if item >= 0:
            need = NEED_OF[item]
            because(
                state,
                "help_who_is_beside",
                f"agent_{mate.number} has {NEEDS[need]} {mate.needs[need]:.0f} and I can spare {ITEMS[item]}",
            )
            yield [("give", item, mate.number)]


def ask_the_team(state: State) -> list[Any] | None:
    """Get out alive: propose what is worth it."""
    offer = state.case.offer
    if offer is None:
        return None
    because(state, "ask_the_team", offer.words)
    return [("propose", offer.action)]


def do_my_part(state: State) -> list[Any] | None:
    """Get out alive: carry out what was agreed."""
    plan = state.site.view.running
    return [("take_part", plan.slot)] if plan is not None and state.case.cooperative else None


def leave_as_a_team(state: State, slot: int) -> list[Any] | None:
    """Take part in a group exit: go to the exit, and wait there for the others."""
    plan = _plan(state, slot, GROUP_EXIT)
    if plan is None:
        return None
    because(state, "leave_as_a_team", f"we leave together by {state.site.view.place(plan.target)}")
    return [("reach", plan.target), ("wait",)]


def bring_help(state: State, slot: int) -> Iterator[list[Any]]:
    """Take part in a rescue: bring the patient what it needs."""
    site = state.site
    plan = _plan(state, slot, RESCUE_MISSION)
    patient = None if plan is None else _mate(site, plan.patient)
    item = -1 if patient is None else gift(site.view, site.params, patient)
    if patient is not None and item >= 0:
        need = NEED_OF[item]
        because(
            state,
            "bring_help",
            f"agent_{patient.number} has {NEEDS[need]} {patient.needs[need]:.0f} and I bring {ITEMS[item]}",
        )
        yield [("bring", item, patient.number)]


def meet_the_helper(state: State, slot: int) -> list[Any] | None:
    """Take part in a rescue as the patient: go to meet who comes to help."""
    plan = _plan(state, slot, RESCUE_MISSION)
    helper = None if plan is None or not plan.am_patient else _mate(state.site, plan.initiator)
    if helper is None:
        return None
    because(state, "meet_the_helper", f"agent_{helper.number} comes to help me")
    return [("reach", helper.cell)]


def share_what_i_have(state: State, slot: int) -> Iterator[list[Any]]:
    """Take part in sharing: bring what can be spared to a participant who needs it."""
    site = state.site
    if _plan(state, slot, RESOURCE_SHARE) is None:
        return
    for mate in sorted(site.view.team, key=lambda each: site.hopeful_steps(each.cell)):
        item = gift(site.view, site.params, mate)
        if item >= 0:
            need = NEED_OF[item]
            because(
                state,
                "share_what_i_have",
                f"agent_{mate.number} has {NEEDS[need]} {mate.needs[need]:.0f} and I can spare {ITEMS[item]}",
            )
            yield [("bring", item, mate.number)]


def gather_supplies(state: State, slot: int) -> Iterator[list[Any]]:
    """Take part in a supply run: fetch a supply that no teammate is nearer to, else the nearest."""
    site = state.site
    plan = _plan(state, slot, SUPPLY_RUN)
    if plan is None:
        return
    cells = site.by_steps(cell for item in NEED_OF for cell in site.with_item(item))
    mine = [cell for cell in cells if not _is_nearer(site, cell)]
    for cell in (mine or cells)[:1]:
        item = int(site.view.codes[cell] >> ITEM_SHIFT) - 1
        because(state, "gather_supplies", f"{ITEMS[item]} lies {site.steps(cell):.0f} steps away")
        yield [("fetch", cell, item)]
    if not cells:
        yield [("reach", plan.target)]


def sweep_my_part(state: State, slot: int) -> Iterator[list[Any]]:
    """Take part in a sweep: look at what is unknown around the target."""
    site = state.site
    plan = _plan(state, slot, AREA_SWEEP)
    if plan is None:
        return
    near = [
        cell
        for cell in site.frontier
        if site.view.apart(cell, plan.target) <= SWEPT and site.steps(cell) <= MOST_STEPS
    ]
    mine = [cell for cell in near if not _is_nearer(site, cell)]
    for cell in site.by_steps(mine or near)[:1]:
        because(state, "sweep_my_part", f"the sweep has not seen what is beside {site.view.place(cell)}")
        yield [("walk", cell)]


def meet_who_brings(state: State, slot: int) -> list[Any] | None:
    """Take part in sharing as one in need: go to meet who carries what one lacks."""
    site = state.site
    if _plan(state, slot, RESOURCE_SHARE) is None or state.case.waited > PATIENCE:
        return None
    item = lacking(site)
    giver = who_has(site, item) if item >= 0 else None
    if giver is None:
        return None
    because(state, "meet_who_brings", f"I lack {ITEMS[item]}, and agent_{giver.number} carries it")
    return (
        [("wait",)] if site.view.steps_between(site.view.cell, giver.cell) <= 1 else [("reach", giver.cell)]
    )


def meet_the_others(state: State, slot: int) -> list[Any] | None:
    """Take part in a meeting: go there and wait for the others, but not for ever."""
    site = state.site
    plan = _plan(state, slot, RENDEZVOUS)
    if plan is None or state.case.waited > PATIENCE:
        return None
    because(state, "meet_the_others", f"we meet at {site.view.place(plan.target)}")
    if site.view.apart(site.view.cell, plan.target) <= 1:
        return [("wait",)]
    return [("reach", plan.target)]


def explore_together(state: State, slot: int) -> list[Any]:
    """Take part in exploring, or in what is left of a plan: look for what is new."""
    return [("move_on",)]


def hand_over(state: State, item: int, number: int) -> list[Any] | None:
    """Bring an item to somebody who is beside the agent."""
    site = state.site
    beside = any(mate.number == number for mate in takers(site.view, site.params))
    return [("give", item, number)] if beside else None


def walk_up_to(state: State, item: int, number: int) -> list[Any] | None:
    """Bring an item to somebody: go there, hand it over."""
    mate = _mate(state.site, number)
    return None if mate is None else [("reach", mate.cell), ("give", item, number)]


def be_there(state: State, cell: int) -> list[Any] | None:
    """Reach a cell, when the agent stands on it."""
    return [] if state.at == cell else None


def walk_there(state: State, cell: int) -> list[Any] | None:
    """Reach a cell to which the map shows a way."""
    return [("walk", cell)] if state.site.reaches(cell) else None


def search_there(state: State, cell: int) -> list[Any]:
    """Reach a cell to which the way has to be found."""
    return [("search", cell)]


def _plan(state: State, slot: int, plan_type: int) -> TeamPlan | None:
    plans: tuple[TeamPlan, ...] = state.site.view.plans
    return next((plan for plan in plans if plan.slot == slot and plan.type == plan_type), None)


def _mate(site: MazeSite, number: int) -> Teammate | None:
    return next((mate for mate in site.view.team if mate.number == number), None)


def _is_nearer(site: MazeSite, cell: int) -> bool:
    """Tells whether a teammate is nearer to a cell, as the crow flies."""
    return any(site.view.steps_between(mate.cell, cell) < site.steps(cell) for mate in site.view.team)

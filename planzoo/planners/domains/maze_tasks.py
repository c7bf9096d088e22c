"""Staying alive and getting out as a hierarchical task network: own needs, looking around, doors, team plans.

Facts: ``at`` is the cell, ``site`` the :class:`~planzoo.planners.domains.maze_site.MazeSite`,
``carried[item]`` and ``lying[cell]`` what the agent carries and what lies where, ``room`` how many items it
can carry; ``case`` the :class:`~planzoo.planners.domains.maze_case.Case` that has been decided before: the
aim of exploring, what to answer and what to propose.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planzoo.envs.maze.state import ITEMS, KEY, NEEDS
from planzoo.planners.domains.maze_case import Case, because
from planzoo.planners.domains.maze_masks import capacity
from planzoo.planners.domains.maze_needs import (
    FAR,
    LEAST_HEALTH,
    NEED_OF,
    at_hand,
    recovers,
    survives,
    usable,
    wanted_here,
    wants,
)
from planzoo.planners.domains.maze_site import MazeSite
from planzoo.planners.domains.maze_team_tasks import (
    answer_the_team,
    ask_the_team,
    be_there,
    bring_help,
    do_my_part,
    explore_together,
    finish_my_part,
    gather_supplies,
    hand_over,
    help_who_is_beside,
    leave_as_a_team,
    meet_the_helper,
    meet_the_others,
    meet_who_brings,
    search_there,
    share_what_i_have,
    sweep_my_part,
    walk_there,
    walk_up_to,
)
from planzoo.planners.htn import Domain, Problem, State, Task


def maze_problem(site: MazeSite, case: Case) -> Problem:
    """Turns what an agent knows into facts and the task of getting out alive."""
    items = {int(cell): int(site.items[cell]) - 1 for cell in site.items.nonzero()[0]}
    state = State(
        at=site.view.cell,
        site=site,
        case=case,
        carried=dict(enumerate(site.view.items)),
        lying=items,
        room=capacity(site.view.role, site.params),
    )
    return Problem(state, [Task("get_out_alive")])


def maze_domain() -> Domain:
    """Declares operators and methods; all that differs from one situation to the next is in the facts."""
    domain = Domain("one agent in a maze")
    for operator in (walk, search, pick_up, use, give, answer_plan, propose, complete, wait):
        domain.add_operator(operator)
    for task, methods in {
        "get_out_alive": (
            tend_to_myself,
            answer_the_team,
            finish_my_part,
            help_who_is_beside,
            take_what_lies_here,
            save_myself,
            recover_before_danger,
            ask_the_team,
            do_my_part,
            leave_the_maze,
            stock_up,
            look_around,
            find_a_key,
            go_where_the_exit_was_seen,
            see_whether_a_door_is_open,
            go_far_for_supplies,
            stay_where_i_am,
        ),
        "move_on": (leave_the_maze, stock_up, look_around, find_a_key, go_where_the_exit_was_seen),
        "fetch": (walk_and_take,),
        "supply_myself": (walk_take_and_use,),
        "take_part": (
            leave_as_a_team,
            bring_help,
            meet_the_helper,
            share_what_i_have,
            gather_supplies,
            sweep_my_part,
            meet_who_brings,
            meet_the_others,
            explore_together,
        ),
        "bring": (hand_over, walk_up_to),
        "reach": (be_there, walk_there, search_there),
    }.items():
        for method in methods:
            domain.add_method(task, method)
    return domain


# Operators.


def walk(state: State, cell: int) -> bool:
    """Goes to a cell by the way that costs least, dangers included."""
    if not state.site.reaches(cell):
        return False
    state.at = cell
    return True


def search(state: State, cell: int) -> bool:
    """Goes towards a cell through what is unknown."""
    if state.site.hopeful_steps(cell) == float("inf"):
        return False
    state.at = cell
    return True


def pick_up(state: State, item: int) -> bool:
    """Takes what lies where the agent is."""
    if state.lying.get(state.at) != item or sum(state.carried.values()) >= state.room:
        return False
    del state.lying[state.at]
    state.carried[item] += 1
    return True


def use(state: State, item: int) -> bool:
    """Eats, drinks or takes medicine."""
    if not state.carried[item]:
        return False
    state.carried[item] -= 1
    return True


def give(state: State, item: int, number: int) -> bool:
    """Hands something to a teammate beside the agent."""
    if not state.carried[item]:
        return False
    state.carried[item] -= 1
    return True


def answer_plan(state: State, slot: int, accepted: bool) -> bool:
    """Accepts or rejects a proposal."""
    return True


def propose(state: State, action: int) -> bool:
    """Proposes a team plan."""
    return True


def complete(state: State, slot: int) -> bool:
    """Marks one's part of a plan as done."""
    return True


def wait(state: State) -> bool:
    """Rests, which gives energy back."""
    return True


# Methods: oneself.


def tend_to_myself(state: State) -> Iterator[list[Any]]:
    """Get out alive: use what is carried against a need before it is wasted."""
    view, params = state.site.view, state.site.params
    for item in usable(view, params):
        need = NEED_OF[item]
        because(
            state, "tend_to_myself", f"my {NEEDS[need]} is {view.needs[need]:.0f} and I carry {ITEMS[item]}"
        )
        yield [("use", item)]


def take_what_lies_here(state: State) -> list[Any] | None:
    """Get out alive: pick up what is useful and underfoot."""
    item = wanted_here(state.site)
    if item < 0:
        return None
    because(state, "take_what_lies_here", f"{ITEMS[item]} lies here")
    return [("pick_up", item)]


def save_myself(state: State) -> Iterator[list[Any]]:
    """Get out alive: fetch what runs out, before anything else."""
    site = state.site
    for item in wants(site):
        need = NEED_OF[item]
        for cell in site.with_item(item)[:1]:
            level, steps = site.view.needs[need], site.steps(cell)
            because(
                state,
                "save_myself",
                f"my {NEEDS[need]} is {level:.0f} and I know {ITEMS[item]}, {steps:.0f} steps away",
            )
            yield [("supply_myself", cell, item)]


def recover_before_danger(state: State) -> Iterator[list[Any]]:
    """Get out alive: rest before hazards that would leave too little health, in a safe room if near."""
    site, case = state.site, state.case
    goal = case.aim if site.way_out is None else site.way_out
    if goal is None or not recovers(site.view, site.params) or not site.is_dangerous(goal):
        return
    left = site.health_at(goal)
    if left >= 2 * LEAST_HEALTH or site.view.health >= 100.0:
        return
    because(state, "recover_before_danger", f"hazards on my way would leave me {left:.0f} health")
    for cell in site.safe_rooms[:1]:
        if 0 < site.steps(cell) <= FAR / 2 and not site.is_dangerous(cell):
            yield [("walk", cell), ("wait",)]
    yield [("wait",)]


def see_whether_a_door_is_open(state: State) -> Iterator[list[Any]]:
    """Get out alive: look at a closed door again, as somebody else may have opened it."""
    site = state.site
    for door in state.case.doors[:1]:
        because(
            state, "see_whether_a_door_is_open", f"the door at {site.view.place(door)} may be open by now"
        )
        yield [("search", door)]


def leave_the_maze(state: State) -> list[Any] | None:
    """Get out alive: the way out is known and can be survived."""
    site, case = state.site, state.case
    if site.way_out is None or case.holding:
        return None
    steps = site.steps(site.way_out)
    if not survives(site, site.way_out) and not _is_lost(site):
        return None
    because(
        state, "leave_the_maze", f"I know the exit at {site.view.place(site.way_out)}, {steps:.0f} steps away"
    )
    return [("walk", site.way_out)]


def go_where_the_exit_was_seen(state: State) -> Iterator[list[Any]]:
    """Get out alive: an exit is known of, but no way to it."""
    site, case = state.site, state.case
    cell = site.hoped_way_out
    if cell is None or case.holding:
        return
    steps = site.hopeful_steps(cell)
    because(
        state,
        "go_where_the_exit_was_seen",
        f"an exit was seen at {site.view.place(cell)}, some {steps:.0f} steps away",
    )
    yield [("search", cell)]


def stock_up(state: State) -> Iterator[list[Any]]:
    """Get out alive: fetch what is useful and hardly out of the way."""
    site = state.site
    for cell, item in at_hand(site):
        because(state, "stock_up", f"{ITEMS[item]} is {site.steps(cell):.0f} steps away and may be needed")
        yield [("fetch", cell, item)]


def look_around(state: State) -> list[Any] | None:
    """Get out alive: no way out is known, so go where the map ends, towards an exit if one was told of."""
    aim = state.case.aim
    if aim is None or state.case.holding:
        return None
    site = state.site
    end = f"my map ends at {site.view.place(aim)}, {site.steps(aim):.0f} steps away"
    told = [site.view.place(cell) for cell in site.rumours]
    known = f"I was told of an exit at {told[0]}" if told else "I know of no way out"
    because(state, "look_around", f"{known}, and {end}")
    return [("walk", aim)]


def find_a_key(state: State) -> Iterator[list[Any]]:
    """Get out alive: only doors are left, and a key is known."""
    site = state.site
    for cell in site.with_item(KEY)[:1]:
        because(state, "find_a_key", f"a key lies {site.steps(cell):.0f} steps away")
        yield [("fetch", cell, KEY)]


def go_far_for_supplies(state: State) -> Iterator[list[Any]]:
    """Get out alive: supplies that are far are better than nothing."""
    site = state.site
    for item in sorted(NEED_OF, key=lambda each: site.view.needs[NEED_OF[each]]):
        for cell in site.with_item(item)[:1]:
            if site.view.needs[NEED_OF[item]] < 60.0 and not state.carried[item]:
                because(
                    state,
                    "go_far_for_supplies",
                    f"nothing else is left to do, and {ITEMS[item]} may be needed",
                )
                yield [("fetch", cell, item)]


def stay_where_i_am(state: State) -> list[Any]:
    """Get out alive, when there is nothing to do: rest, and see what others do."""
    because(
        state,
        "stay_where_i_am",
        "I wait for the others" if state.case.holding else "there is nothing that I can do",
    )
    return [("wait",)]


def walk_and_take(state: State, cell: int, item: int) -> list[Any]:
    """Fetch an item."""
    return [("walk", cell), ("pick_up", item)]


def walk_take_and_use(state: State, cell: int, item: int) -> list[Any]:
    """Supply myself with what lies somewhere."""
    return [("fetch", cell, item), ("use", item)]


def _is_lost(site: MazeSite) -> bool:
    """Tells whether waiting or fetching cannot help any more: no supply is known that can be reached."""
    return not any(site.with_item(item) for item in NEED_OF)

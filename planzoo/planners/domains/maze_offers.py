"""Which team plan is worth proposing, and why: its utility from needs, distances and importance.

What a plan is worth grows with its importance and with what it is good for, and falls with the steps that it
takes. Only a plan that is worth more than ``LEAST_WORTH`` is proposed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planzoo.envs.maze.state import (
    AREA_SWEEP,
    COORDINATOR,
    ENERGY,
    FIRST_PROPOSAL,
    GROUP_EXIT,
    HEALTH,
    ITEMS,
    MEDICINE,
    NEEDS,
    PLAN_IMPORTANCE,
    PLAN_TYPES,
    PROPOSALS,
    RENDEZVOUS,
    RESCUE_MISSION,
    RESOURCE_SHARE,
    SUPPLY_RUN,
    SYNCHRONIZED_EXPLORATION,
    TO_EXIT,
    TO_FRONTIER,
    TO_HERE,
    TO_SUPPLY,
    TO_TEAMMATE,
    UNKNOWN,
)
from planzoo.planners.coordination.appraisal import Appraisal, Term, appraise, trusted_value
from planzoo.planners.domains.maze_memory import MazeMemory
from planzoo.planners.domains.maze_needs import LOW, NEAR, NEED_OF, VERY_LOW, gift
from planzoo.planners.domains.maze_site import MazeSite
from planzoo.planners.domains.maze_view import Teammate

LEAST_WORTH = 10.0
"""The utility from which on a plan is proposed; a coordinator proposes plans that are worth less."""
STEP_WEIGHT = 0.4
"""What a step on the way to a plan's target takes from its utility."""
NEED_WEIGHT = 0.15
"""What a unit of need that is lacking to 50 adds to the utility of what helps."""
NEWS_WEIGHT = 2.0
"""What it adds for each teammate who learns of the exit."""
APART_WEIGHT = 0.02
"""What each step without exchanging maps adds to the utility of meeting."""
FINDS_IT = 8
"""Who is so near is about to see the exit without being told."""
MOST_APART = 120
LARGE, UNKNOWN_WEIGHT, MOST_UNKNOWN = 250, 4.0, 5.0
"""What so many unknown cells add to the utility of searching together, and the most that they can add."""


@dataclass(frozen=True)
class Offer:
    """A plan that an agent may propose.

    Attributes:
        action: of the proposal.
        type: of the plan.
        appraisal: what it is worth and why.
    """

    action: int
    type: int
    appraisal: Appraisal

    @property
    def words(self) -> str:
        """The proposal with its reason."""
        return f"proposes {PLAN_TYPES[self.type]}: {self.appraisal.words}"


def best_offer(site: MazeSite, memory: MazeMemory) -> Offer | None:
    """Gives the plan most worth proposing; None if none is worth the step."""
    if not site.view.team or site.view.busy:
        return None
    offers = [offer for offer in all_offers(site, memory) if offer.appraisal.worthwhile]
    return max(offers, key=lambda offer: offer.appraisal.utility, default=None)


def all_offers(site: MazeSite, memory: MazeMemory) -> Iterator[Offer]:
    """Gives the plans that there is a reason for, whether or not they are worth their steps."""
    for make in (leave_together, rescue, ask_for_supplies, show_supplies, meet, sweep, explore):
        offer = make(site, memory)
        if offer is not None:
            yield offer


def _offer(site: MazeSite, plan_type: int, target: int, terms: list[Term]) -> Offer:
    importance = Term("importance", float(PLAN_IMPORTANCE[plan_type]))
    least = LEAST_WORTH - (2.0 if site.view.role == COORDINATOR else 0.0)
    action = FIRST_PROPOSAL + PROPOSALS.index((plan_type, target))
    return Offer(action, plan_type, appraise([importance, *terms], least))


def _way(steps: float) -> Term:
    return Term("distance", -STEP_WEIGHT * min(steps, 400.0), f"It is {steps:.0f} steps away")


def leave_together(site: MazeSite, memory: MazeMemory) -> Offer | None:
    """Group exit: those who do not know of the exit hear where it is."""
    far = [mate for mate in site.view.team if site.view.steps_between(mate.cell, site.view.cell) > FINDS_IT]
    ignorant = [mate for mate in far if mate.number not in memory.informed]
    if site.way_out is None or not ignorant:
        return None
    steps = site.steps(site.way_out)
    names = " and ".join(f"agent_{mate.number}" for mate in ignorant)
    place = site.view.place(site.way_out)
    news = Term(
        "news", NEWS_WEIGHT * len(ignorant), f"I found the exit at {place}, and {names} may not know of it"
    )
    return _offer(site, GROUP_EXIT, TO_EXIT, [news, _way(min(steps, 20.0))])


def rescue(site: MazeSite, memory: MazeMemory) -> Offer | None:
    """Rescue mission: bring what the teammate of the lowest health needs."""
    patient = min(site.view.team, key=lambda mate: mate.needs[HEALTH])
    item = gift(site.view, site.params, patient)
    if item < 0:
        return None
    need = NEED_OF[item]
    steps = site.hopeful_steps(patient.cell)
    if steps > NEAR and min(site.view.needs[:ENERGY]) < VERY_LOW:
        return None
    level = patient.needs[need]
    words = f"agent_{patient.number} has {NEEDS[need]} {level:.0f} and I carry {ITEMS[item]}"
    urgent = Term("need", NEED_WEIGHT * (LOW - level), words)
    trust = trusted_value(1.0, patient.trust) - 1.0
    return _offer(site, RESCUE_MISSION, TO_TEAMMATE, [urgent, _way(steps), Term("trust", trust)])


def lacking(site: MazeSite) -> int:
    """Gives the item that the agent needs most, carries none of and knows none of; -1 if there is none."""
    view = site.view
    needed = [
        item
        for item, need in NEED_OF.items()
        if view.needs[need] < LOW and not view.items[item] and not site.with_item(item)
    ]
    return min(needed, key=lambda item: view.needs[NEED_OF[item]], default=-1)


def who_has(site: MazeSite, item: int) -> Teammate | None:
    """Gives the nearest teammate who carries an item and may spare it."""
    needs = NEED_OF[item]
    own = site.view.needs[needs]
    able = [
        mate
        for mate in site.view.team
        if mate.items[item] and (mate.items[item] > 1 or mate.needs[needs] > own)
    ]
    return min(able, key=lambda mate: site.hopeful_steps(mate.cell), default=None)


def ask_for_supplies(site: MazeSite, memory: MazeMemory) -> Offer | None:
    """Resource share: ask those who carry what the agent lacks to come."""
    item = lacking(site)
    mate = who_has(site, item) if item >= 0 else None
    if mate is None:
        return None
    need = NEED_OF[item]
    level, steps = site.view.needs[need], site.hopeful_steps(mate.cell)
    words = f"I have {NEEDS[need]} {level:.0f}, and agent_{mate.number} carries {ITEMS[item]}"
    terms = [Term("need", NEED_WEIGHT * (LOW - level), words), _way(steps)]
    return _offer(
        site, RESOURCE_SHARE, TO_HERE, [*terms, Term("trust", trusted_value(1.0, mate.trust) - 1.0)]
    )


def show_supplies(site: MazeSite, memory: MazeMemory) -> Offer | None:
    """Supply run: there is enough for several where the agent goes, and somebody else is short of it."""
    for item, need in NEED_OF.items():
        cells = site.with_item(item)
        short = [mate for mate in site.view.team if mate.needs[need] < LOW and not mate.items[item]]
        if item == MEDICINE or len(cells) < 2 or not short or site.view.needs[need] >= LOW:
            continue
        mate = min(short, key=lambda each: each.needs[need])
        words = f"agent_{mate.number} and I are short of {ITEMS[item]}, and I know where {len(cells)} are"
        lack = 2 * LOW - site.view.needs[need] - mate.needs[need]
        terms = [Term("need", NEED_WEIGHT * lack, words), _way(site.steps(cells[0]))]
        away = view_steps(site, mate, cells[0])
        return _offer(site, SUPPLY_RUN, TO_SUPPLY, [*terms, Term("detour", -STEP_WEIGHT * away)])
    return None


def view_steps(site: MazeSite, mate: Teammate, cell: int) -> int:
    """Gives the least steps that a teammate needs to a cell."""
    return site.view.steps_between(mate.cell, cell)


def meet(site: MazeSite, memory: MazeMemory) -> Offer | None:
    """Rendezvous: exchange maps with those who have not been near for long, while no exit is known."""
    if site.way_out is not None or memory.exits or not site.params.map_sharing:
        return None
    far = [
        mate for mate in site.view.team if memory.step - memory.met_at.get(mate.number, 0) > MOST_APART / 2
    ]
    if not far:
        return None
    mate = min(far, key=lambda each: site.view.steps_between(site.view.cell, each.cell))
    apart = min(memory.step - memory.met_at.get(mate.number, 0), MOST_APART)
    words = f"agent_{mate.number} and I have not exchanged maps for {apart} steps"
    return _offer(
        site,
        RENDEZVOUS,
        TO_HERE,
        [Term("maps", APART_WEIGHT * apart, words), _way(site.hopeful_steps(mate.cell))],
    )


def sweep(site: MazeSite, memory: MazeMemory) -> Offer | None:
    """Area sweep: look through a part of a large maze together, each in a role of its own."""
    roles = site.params.coordination == "roles"
    if site.way_out is not None or memory.exits or not site.frontier or not roles:
        return None
    left = int((site.view.codes == UNKNOWN).sum())
    nearest = min(site.frontier, key=site.steps)
    away = sum(view_steps(site, mate, nearest) for mate in site.view.team)
    words = f"{left} cells are unknown to me, and in roles we search better"
    terms = [Term("unknown", UNKNOWN_WEIGHT * left / LARGE, words), _way(site.steps(nearest))]
    return _offer(site, AREA_SWEEP, TO_FRONTIER, [*terms, Term("detour", -STEP_WEIGHT * away)])


def explore(site: MazeSite, memory: MazeMemory) -> Offer | None:
    """Synchronized exploration: search side by side with somebody who is near; in roles it is a sweep."""
    if site.way_out is not None or memory.exits or site.params.coordination == "roles":
        return None
    view, reach = site.view, 2 * site.params.share_range
    near = [mate for mate in view.team if view.apart(view.cell, mate.cell) <= reach]
    left = int((view.codes == UNKNOWN).sum())
    if not near or not site.frontier or left < LARGE:
        return None
    mate = min(near, key=lambda each: site.hopeful_steps(each.cell))
    words = f"agent_{mate.number} is near, {left} cells are unknown to me, and I know of no exit"
    unknown = Term("unknown", min(UNKNOWN_WEIGHT * left / LARGE, MOST_UNKNOWN), words)
    nearest = min(site.steps(cell) for cell in site.frontier)
    return _offer(
        site, SYNCHRONIZED_EXPLORATION, TO_FRONTIER, [unknown, _way(nearest + site.hopeful_steps(mate.cell))]
    )

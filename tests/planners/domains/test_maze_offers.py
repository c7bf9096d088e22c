"""Which plans are proposed in which situation, and with which words."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import (
    AREA_SWEEP,
    COORDINATOR,
    FIRST_PROPOSAL,
    GROUP_EXIT,
    PROPOSALS,
    RENDEZVOUS,
    RESCUE_MISSION,
    RESOURCE_SHARE,
    SUPPLY_RUN,
    SYNCHRONIZED_EXPLORATION,
    TO_FRONTIER,
    TO_TEAMMATE,
)
from planzoo.planners.domains.maze_offers import (
    LEAST_WORTH,
    all_offers,
    best_offer,
    explore,
    lacking,
    leave_together,
    meet,
    rescue,
    who_has,
)
from tests.planners.domains.maze_play import drawn, random_worlds, remembering, site

FAR = "###############\n#0.........1.E#\n#.###########.#\n#.............#\n###############"
FOUND = "###############\n#0E.......1...#\n###############"
NEAR = "###############\n#0...1........#\n#.###########.#\n#............E#\n###############"
PARCHED = {"thirst_rate": 3.0, "hunger_rate": 2.0, "food": 8, "water": 8}
LARGE = {"height": 25, "width": 25, "together": True}
EXPLORE = (SYNCHRONIZED_EXPLORATION, TO_FRONTIER)
WELL, THIRSTY = [100.0, 100.0, 100.0, 100.0], [100.0, 100.0, 12.0, 100.0]


def large_room(apart: int = 1, **changes: Any) -> Any:
    """A maze of 25 x 25 cells of which two agents in a corridor see little."""
    corridor = "#.........0" + "." * (apart - 1) + "1" + "." * (13 - apart) + "#"
    return drawn("\n".join(["#" * 25, corridor, *["#" * 25] * 23]), sight=1, **changes)


def test_who_finds_the_exit_tells_those_who_are_far() -> None:
    """A group exit, with the place and the names; not to who knows, nor to who is about to see it."""
    here, memory = remembering(drawn(FOUND, sight=2, map_sharing=False))
    offer = best_offer(here, memory)
    assert offer is not None and offer.type == GROUP_EXIT
    found = "I found the exit at (1, 2), and agent_1 may not know of it (utility 11.6, needed 10)"
    assert offer.words == f"proposes GROUP_EXIT: {found}"
    far, distant = remembering(drawn(FAR, sight=13, map_sharing=False))
    assert leave_together(far, distant) is not None and best_offer(far, distant) is None
    memory.informed.add(1)
    assert leave_together(here, memory) is None
    near, mind = remembering(drawn("#########\n#0.1...E#\n#########", map_sharing=False))
    assert leave_together(near, mind) is None


def test_who_carries_water_offers_to_rescue_who_is_thirsty() -> None:
    """With the need and the item in words; who is short itself does not go far."""
    bodies = {0: {"items": [0, 1, 0, 0]}, 1: {"needs": [60.0, 100.0, 12.0, 100.0]}}
    here, memory = remembering(drawn(NEAR, bodies, sight=4, map_sharing=False))
    offer = best_offer(here, memory)
    assert offer is not None and PROPOSALS[offer.action - FIRST_PROPOSAL] == (RESCUE_MISSION, TO_TEAMMATE)
    reason = "agent_1 has thirst 12 and I carry water (utility 13.1, needed 10)"
    assert offer.words == f"proposes RESCUE_MISSION: {reason}"
    bodies[0]["needs"] = [100.0, 20.0, 100.0, 100.0]
    weak, mind = remembering(drawn(NEAR, bodies, sight=4, map_sharing=False))
    assert all(each.type != RESCUE_MISSION for each in all_offers(weak, mind))


def test_a_rescue_is_for_who_has_the_least_health() -> None:
    """As the environment chooses the patient, even if somebody else is short of more."""
    bodies: dict[int, Any] = {
        0: {"items": [0, 2, 1, 0]},
        1: {"needs": [20, 100, 100, 100]},
        2: {"needs": THIRSTY},
    }
    here, memory = remembering(drawn("#########\n#0.1.2.E#\n#########", bodies, known=True))
    offer = rescue(here, memory)
    assert offer is not None
    words = "agent_1 has health 20 and I carry medicine (utility 12.7, needed 10)"
    assert offer.words == f"proposes RESCUE_MISSION: {words}"


def test_who_is_thirsty_asks_who_has_water() -> None:
    """The seed's first scenario: resources are shared where one lacks what the other has."""
    bodies = {0: {"needs": THIRSTY}, 1: {"items": [0, 2, 0, 0]}}
    here, memory = remembering(drawn(NEAR, bodies, sight=4, map_sharing=False))
    assert lacking(here) == 1 and who_has(here, 1) == here.view.team[0]
    offer = best_offer(here, memory)
    assert offer is not None and offer.type == RESOURCE_SHARE
    reason = "I have thirst 12, and agent_1 carries water (utility 12.1, needed 10)"
    assert offer.words == f"proposes RESOURCE_SHARE: {reason}"
    content, mind = remembering(drawn(NEAR, {1: {"items": [0, 2, 0, 0]}}, sight=4, map_sharing=False))
    assert all(each.type != RESOURCE_SHARE for each in all_offers(content, mind))


def test_a_supply_run_is_for_two_who_are_short_where_there_is_enough() -> None:
    """Two waters are known, and both are thirsty."""
    drawing = "###########\n#01.w.w..E#\n###########"
    bodies = {agent: {"needs": [100.0, 100.0, 28.0, 100.0]} for agent in (0, 1)}
    here, memory = remembering(drawn(drawing, bodies, sight=8))
    offers = {offer.type: offer for offer in all_offers(here, memory)}
    reason = "agent_1 and I are short of water, and I know where 2 are (utility 10.6, needed 10)"
    assert offers[SUPPLY_RUN].words == f"proposes SUPPLY_RUN: {reason}"


def test_meeting_is_proposed_to_who_is_near_and_was_long_away() -> None:
    """Never in the first steps, nor across the maze."""
    simulator = drawn("###########\n#0.1......#\n###########", sight=2, share_range=1)
    simulator.state.agents.role[0, 0] = simulator.state.agents.usual_role[0, 0] = COORDINATOR
    simulator.refresh()
    here, memory = remembering(simulator)
    assert meet(here, memory) is None
    memory.step = 200
    near = best_offer(here, memory)
    assert near is not None and near.type == RENDEZVOUS
    words = "agent_1 and I have not exchanged maps for 120 steps (utility 8.6, needed 8)"
    assert near.words == f"proposes RENDEZVOUS: {words}"
    far, mind = remembering(drawn(FAR, sight=2, share_range=1))
    mind.step = 200
    offer = meet(far, mind)
    assert offer is not None and not offer.appraisal.worthwhile


@pytest.mark.parametrize(
    ("changes", "seeds", "expected"),
    [
        (
            {"thirst_rate": 3.0, "hunger_rate": 2.0, "food": 8, "water": 8},
            (12, 1),
            {RESOURCE_SHARE, SUPPLY_RUN},
        ),
        (LARGE, (1, 2), {RENDEZVOUS, SYNCHRONIZED_EXPLORATION}),
        ({**LARGE, "coordination": "roles"}, (1, 2), {RENDEZVOUS, AREA_SWEEP}),
    ],
)
def test_offers_are_actions_of_their_type_and_the_best_is_made(
    changes: dict[str, Any], seeds: tuple[int, ...], expected: set[int]
) -> None:
    """In random worlds: what is worthwhile most of all is offered, and nothing that is not."""
    params = MazeParams(**{"observation": "map", "height": 11, "width": 11, **changes})
    types = set()
    for simulator in chain(*(random_worlds(params, seed, 150) for seed in seeds)):
        for agent in range(3):
            here, memory = remembering(simulator, agent)
            if here.view.ended or not here.view.team or here.view.busy:
                continue
            offers = list(all_offers(here, memory))
            assert all(PROPOSALS[offer.action - FIRST_PROPOSAL][0] == offer.type for offer in offers)
            assert all(offer.appraisal.least == LEAST_WORTH for offer in offers)
            worth = [offer.appraisal.utility for offer in offers if offer.appraisal.utility >= LEAST_WORTH]
            best = best_offer(here, memory)
            assert (None if best is None else best.appraisal.utility) == max(worth, default=None)
            types.update(offer.type for offer in offers)
    assert types == expected


def test_who_are_near_in_a_large_maze_search_together() -> None:
    """Side by side where much is unknown; by a sweep in roles; not in small mazes, nor with an exit known."""
    left = "agent_1 is near, 613 cells are unknown to me, and I know of no exit"
    simulator = large_room()
    here, memory = remembering(simulator)
    offer = best_offer(here, memory)
    assert offer is not None and PROPOSALS[offer.action - FIRST_PROPOSAL] == EXPLORE
    assert offer.words == f"proposes SYNCHRONIZED_EXPLORATION: {left} (utility 10.2, needed 10)"
    assert simulator.buffers.action_masks[0, 0, offer.action]
    memory.exits.add(here.view.cell + 9)
    assert explore(here, memory) is None
    apart, mind = remembering(large_room(apart=9))
    assert explore(apart, mind) is None
    small, idea = remembering(drawn(NEAR, sight=4, map_sharing=False))
    assert explore(small, idea) is None
    roles, thought = remembering(large_room(coordination="roles"))
    swept = best_offer(roles, thought)
    assert swept is not None and swept.type == AREA_SWEEP
    reason = "613 cells are unknown to me, and in roles we search better (utility 14.6, needed 10)"
    assert swept.words == f"proposes AREA_SWEEP: {reason}"


def test_nobody_proposes_to_nobody() -> None:
    """Alone, or with everybody gone."""
    here, memory = remembering(drawn("#######\n#0...E#\n#######"))
    assert best_offer(here, memory) is None and site(drawn("#######\n#0...E#\n#######")).view.team == ()

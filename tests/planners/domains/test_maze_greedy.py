"""The greedy team takes the shortest way to what is nearest."""

from __future__ import annotations

from typing import Any

import pytest

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import DOWN, DRINK, PICK_UP, REST, RIGHT
from planzoo.planners.domains.maze_greedy import GreedyPolicy
from tests.planners.domains.maze_play import drawn, outcome, played

KEYED = {"items": [0, 0, 0, 1]}
WEAK = {"needs": [10, 100, 100, 100]}
OUT = "##########\n#0......E#\n##########"


@pytest.mark.parametrize(
    ("drawing", "body", "action", "words"),
    [
        (OUT, {}, RIGHT, "goes to an exit at (1, 8), the nearest"),
        (OUT, {"needs": [100, 100, 40, 100], "items": [0, 1, 0, 0]}, DRINK, "has thirst 40"),
        (
            "#####\n#0.E#\n#w###\n#####",
            {"needs": [100, 100, 40, 100]},
            DOWN,
            "goes to what it needs at (2, 1), the nearest",
        ),
        (
            "######\n#0^.E#\n######",
            {"needs": [10, 100, 100, 100]},
            RIGHT,
            "goes to an exit at (1, 4), the nearest",
        ),
        ("########\n#0.k.DE#\n########", {}, RIGHT, "goes to a key at (1, 3), the nearest"),
        (
            "########\n#0...DE#\n########",
            KEYED,
            RIGHT,
            "goes to an exit at (1, 6), the nearest",
        ),
        (
            "########\n#0...D.#\n########",
            KEYED,
            RIGHT,
            "goes to a door at (1, 5), the nearest",
        ),
        ("########\n#0...DE#\n########", {}, REST, "has nowhere to go"),
        (OUT, {"needs": [100, 100, 100, 0]}, REST, "goes to an exit at (1, 8), the nearest"),
    ],
)
def test_what_is_nearest_decides(drawing: str, body: dict[str, Any], action: int, words: str) -> None:
    """Needs, then exits, doors, keys; straight through hazards."""
    simulator = drawn(drawing, {0: body}, known=True)
    policy = GreedyPolicy(simulator.params)
    assert next(played(policy, simulator)) == [action]
    assert policy.explain().words == f"agent_0 {words}."


def test_what_lies_underfoot_is_taken() -> None:
    """Whatever it is."""
    simulator = drawn("######\n#0f.E#\n######")
    assert [actions[0] for actions in played(GreedyPolicy(simulator.params), simulator)] == [
        RIGHT, PICK_UP, RIGHT, RIGHT,
    ]  # fmt: skip


def test_greedy_teams_get_out_of_small_mazes() -> None:
    """Without talking."""
    params = MazeParams.small(observation="map")
    assert outcome(GreedyPolicy(params), params, range(4))["escape_rate"] == 1.0

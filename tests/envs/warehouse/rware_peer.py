"""Drives the rware package and ours through the same episodes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import gymnasium
import networkx
import numpy as np
import rware.warehouse
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import python_function
from planzoo.envs.simulation.random import GOLDEN, mix
from planzoo.envs.warehouse.layout import STORAGE, WORKSTATION
from planzoo.envs.warehouse.movement import TURN_ACTIONS
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.simulator import WarehouseSimulator

REWARDS = {
    "individual": rware.warehouse.RewardType.INDIVIDUAL,
    "global": rware.warehouse.RewardType.GLOBAL,
    "two_stage": rware.warehouse.RewardType.TWO_STAGE,
}
OBSERVATIONS = {
    "local": rware.warehouse.ObservationType.FLATTENED,
    "image": rware.warehouse.ObservationType.IMAGE,
}
KEYS = 1 << 16
"""Keys that are tried at a time for a stream with the draws one wants."""
scramble = python_function(mix)


class OrderedDiGraph(networkx.DiGraph):  # type: ignore[misc, type-arg]
    """Keeps the robots' order in the components of a graph.

    rware leaves it to the order in which its graph library goes through cells, often that of a Python set,
    which of two equally long chains of robots moves. That choice is arbitrary; this graph pins it to the
    robots' numbers, and changes nothing else: a longest chain without an equal is found in any order.
    """

    def subgraph(self, nodes: Any) -> networkx.DiGraph:  # type: ignore[type-arg]
        """Gives the component's graph with its robots in their order."""
        graph: Any = networkx.DiGraph()
        edges = [edge for edge in self.robot_edges if edge[0] in nodes]
        graph.add_nodes_from(start for start, _ in edges)
        graph.add_edges_from(edges)
        return graph

    def add_edge(self, start: Any, target: Any) -> None:
        """Remembers the edges in the order in which rware adds them: the robots'."""
        if not hasattr(self, "robot_edges"):
            self.robot_edges: list[Any] = []
        self.robot_edges.append((start, target))
        super().add_edge(start, target)


def pin_ties(monkeypatch: Any) -> None:
    """Makes rware's arbitrary choice between equally long chains reproducible."""
    pinned = SimpleNamespace(
        DiGraph=OrderedDiGraph,
        weakly_connected_components=networkx.weakly_connected_components,
        algorithms=networkx.algorithms,
        NetworkXNoCycle=networkx.NetworkXNoCycle,
    )
    monkeypatch.setattr(rware.warehouse, "nx", pinned)


class Recorder:
    """A random generator that remembers which shelves rware drew.

    Args:
        generator: the environment's own.
    """

    def __init__(self, generator: np.random.Generator) -> None:
        self.generator = generator
        self.draws: list[tuple[int, int]] = []

    def choice(self, candidates: list[Any]) -> Any:
        """Draws a shelf and remembers its index and how many there were."""
        drawn = self.generator.choice(candidates)
        self.draws.append((candidates.index(drawn), len(candidates)))
        return drawn


def stream_that_draws(draws: list[tuple[int, int]]) -> int:
    """Finds the key of one of our random streams that begins with these draws, each (number, bound)."""
    for first in range(0, 1 << 32, KEYS):
        keys = np.arange(first, first + KEYS, dtype=np.uint64)
        for count, (number, bound) in enumerate(draws, start=1):
            with np.errstate(over="ignore"):
                bits = scramble(keys + np.uint64(count) * GOLDEN)
            keys = keys[(bits >> np.uint64(32)) * np.uint64(bound) >> np.uint64(32) == number]
        if len(keys):
            return int(keys[0])
    raise AssertionError(f"No stream draws {draws}.")


def make_peer(size: str, params: WarehouseParams, difficulty: str, custom: bool) -> Any:
    """Makes the rware environment that these params describe; a preset takes rware's own numbers."""
    suffix = "" if difficulty == "normal" else f"-{difficulty}"
    options: dict[str, Any] = {"layout": params.layout} if custom else {}
    made = gymnasium.make(
        f"rware-{size}-{params.robots}ag{suffix}-v2",
        reward_type=REWARDS[params.reward],
        observation_type=OBSERVATIONS[params.observation],
        sensor_range=params.sensor_range,
        msg_bits=params.message_bits,
        disable_env_checker=True,
        **options,
    )
    return made.unwrapped


class Twins:
    """One rware environment and one world of ours in the same situation.

    Args:
        size: tiny, small, medium or large.
        robots: N.
        difficulty: easy, normal or hard.
        **changes: ``layout`` for another map than rware's, ``reward``, ``observation`` (``local`` or
            ``image``), ``sensor_range`` and ``message_bits``.
    """

    def __init__(self, size: str, robots: int, difficulty: str = "normal", **changes: Any) -> None:
        if "layout" in changes:
            params = WarehouseParams(robots=robots, request_queue_size=robots, **changes)
        else:
            params = WarehouseParams.rware(size, robots, difficulty, **changes)
        self.ours = WarehouseSimulator(params)
        self.peer = make_peer(size, params, difficulty, custom="layout" in changes)
        self.compare_maps()
        self.deliveries = self.together = self.returns = self.invalid = 0

    def compare_maps(self) -> None:
        """Asserts equal halls."""
        kinds = self.ours.params.map.kinds
        np.testing.assert_array_equal(kinds == STORAGE, self.peer.highways == 0)
        assert [(row, column) for column, row in self.peer.goals] == self.ours.params.map.cells(WORKSTATION)
        assert len(self.ours.constants.start_cells) == kinds.size

    def reset(self, seed: int) -> None:
        """Begins an episode in rware and copies its placement."""
        observations, _ = self.peer.reset(seed=seed)
        self.recorder = Recorder(self.peer.np_random)
        self.peer.np_random = self.recorder
        self.ours.reset(seed)
        agents = self.peer.agents
        positions = np.array([(agent.y, agent.x) for agent in agents])
        self.ours.place_robots(0, positions, np.array([agent.dir.value for agent in agents]))
        self.ours.set_requests(0, self.requests())
        self.compare(observations)

    def requests(self) -> list[int]:
        """The shelves in rware's queue."""
        return [shelf.id - 1 for shelf in self.peer.request_queue]

    def step(self, actions: NDArray[np.int64]) -> bool:
        """Steps both, compares everything, and says whether the episode is over.

        Args:
            actions: (N,), move + 5 * message.
        """
        self.recorder.draws.clear()
        observations, rewards, done, _, _ = self.peer.step(self.peer_actions(actions))
        if self.recorder.draws:
            # What can't match is injected: our stream draws the requests that rware drew.
            self.deliveries += len(self.recorder.draws)
            self.together += len(self.recorder.draws) > 1
            self.ours.state.random_streams[0] = stream_that_draws(self.recorder.draws), 0
        buffers = self.ours.step(actions[None])
        self.invalid += int(buffers.invalid_actions.sum())
        self.returns += int(self.ours.state.robots.returned.sum())
        np.testing.assert_array_equal(buffers.rewards[0], np.asarray(rewards, dtype=np.float32))
        self.compare(observations)
        assert bool(buffers.truncated[0]) == bool(done)
        assert not buffers.terminated.any()
        return bool(done)

    def peer_actions(self, actions: NDArray[np.int64]) -> list[Any]:
        """Writes actions as rware wants them: a move, or a move and the bits of the message."""
        messages, moves = np.divmod(actions, TURN_ACTIONS)
        bits = self.ours.params.message_bits
        if not bits:
            return moves.tolist()
        return [
            [move, *(message >> bit & 1 for bit in range(bits))]
            for move, message in zip(moves.tolist(), messages.tolist(), strict=True)
        ]

    def compare(self, observations: Any) -> None:
        """Asserts equal requests, positions, directions, loads, shelf positions and observations."""
        state, constants = self.ours.state, self.ours.constants
        width = constants.width + 2 * constants.padding

        def places(cells: NDArray[np.int32]) -> list[tuple[int, int]]:
            rows, columns = cells // width - constants.padding, cells % width - constants.padding
            return list(zip(rows.tolist(), columns.tolist(), strict=True))

        agents = self.peer.agents
        assert state.requests[0].tolist() == self.requests()
        assert places(state.robots.cell[0]) == [(agent.y, agent.x) for agent in agents]
        assert state.robots.direction[0].tolist() == [agent.dir.value for agent in agents]
        loads = [-1 if agent.carrying_shelf is None else agent.carrying_shelf.id - 1 for agent in agents]
        assert state.robot_load[0, :, 0].tolist() == loads
        assert places(state.shelves.cell[0]) == [(shelf.y, shelf.x) for shelf in self.peer.shelfs]
        shape = (len(agents), *self.ours.observation_shape)
        seen = self.ours.buffers.observations[0].reshape(shape)
        np.testing.assert_array_equal(seen, np.array(observations), strict=True)

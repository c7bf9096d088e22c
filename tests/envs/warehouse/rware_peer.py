"""Drives the rware package and ours through the same episodes."""

from __future__ import annotations

from collections import deque
from functools import cache
from types import SimpleNamespace
from typing import Any

import gymnasium
import networkx
import numpy as np
import rware.warehouse
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import python_function
from planzoo.envs.simulation.random import GOLDEN, mix
from planzoo.envs.warehouse.dynamics import FORWARD, NUM_ACTIONS, TOGGLE_LOAD, TURN_LEFT, TURN_RIGHT
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.simulator import WarehouseSimulator

STEPS = ((-1, 0), (1, 0), (0, -1), (0, 1))
LEFT_OF = (2, 3, 1, 0)
scramble = python_function(mix)


class OrderedDiGraph(networkx.DiGraph):  # type: ignore[misc, type-arg]
    """Keeps the robots' order in the components of a graph.

    rware leaves it to the order of a Python set of cells which of two equally long chains of robots moves.
    That choice is arbitrary; this graph pins it to the robots' numbers, and changes nothing else.
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
    keys = np.arange(500_000, dtype=np.uint64)
    for count, (number, bound) in enumerate(draws, start=1):
        with np.errstate(over="ignore"):
            bits = scramble(keys + np.uint64(count) * GOLDEN)
        keys = keys[(bits >> np.uint64(32)) * np.uint64(bound) >> np.uint64(32) == number]
    return int(keys[0])


class Twins:
    """One rware environment and one world of ours in the same situation.

    Args:
        size: tiny, small, medium or large.
        robots: N.
        reward: individual, global or two_stage.
    """

    def __init__(self, size: str, robots: int, reward: str = "individual") -> None:
        identifier = f"rware-{size}-{robots}ag-v2"
        kinds = {
            "individual": rware.warehouse.RewardType.INDIVIDUAL,
            "global": rware.warehouse.RewardType.GLOBAL,
            "two_stage": rware.warehouse.RewardType.TWO_STAGE,
        }
        made = gymnasium.make(identifier, reward_type=kinds[reward], disable_env_checker=True)
        self.peer: Any = made.unwrapped
        self.ours = WarehouseSimulator(WarehouseParams.rware(size, robots, reward=reward))
        self.deliveries = 0

    def reset(self, seed: int) -> None:
        """Begins an episode in rware and copies its placement."""
        self.peer.reset(seed=seed)
        self.recorder = Recorder(self.peer.np_random)
        self.peer.np_random = self.recorder
        self.ours.reset(seed)
        agents = self.peer.agents
        positions = np.array([(agent.y, agent.x) for agent in agents])
        self.ours.place_robots(0, positions, np.array([agent.dir.value for agent in agents]))
        self.ours.set_requests(0, self.requests())

    def requests(self) -> list[int]:
        """The shelves in rware's queue."""
        return [shelf.id - 1 for shelf in self.peer.request_queue]

    def step(self, actions: NDArray[np.int64]) -> bool:
        """Steps both, compares everything, and says whether the episode is over."""
        self.recorder.draws.clear()
        observations, rewards, done, _, _ = self.peer.step(actions.tolist())
        if self.recorder.draws:
            # What can't match is injected: our stream draws the requests that rware drew.
            self.deliveries += len(self.recorder.draws)
            self.ours.state.random_streams[0] = stream_that_draws(self.recorder.draws), 0
        buffers = self.ours.step(actions[None])
        np.testing.assert_array_equal(buffers.rewards[0], np.asarray(rewards, dtype=np.float32))
        assert self.ours.state.requests[0].tolist() == self.requests()
        self.compare()
        np.testing.assert_array_equal(buffers.observations[0], np.array(observations))
        assert bool(buffers.truncated[0]) == bool(done)
        assert not buffers.terminated.any()
        return bool(done)

    def compare(self) -> None:
        """Asserts equal positions, directions, loads and shelf positions."""
        state, constants = self.ours.state, self.ours.constants
        width = constants.width + 2 * constants.padding

        def place(cell: int) -> tuple[int, int]:
            return cell // width - constants.padding, cell % width - constants.padding

        for number, agent in enumerate(self.peer.agents):
            assert place(int(state.robot_cell[0, number])) == (agent.y, agent.x)
            assert int(state.robot_direction[0, number]) == agent.dir.value
            load = -1 if agent.carrying_shelf is None else agent.carrying_shelf.id - 1
            assert int(state.robot_load[0, number]) == load
        ours = [place(int(cell)) for cell in state.shelf_cell[0]]
        assert ours == [(shelf.y, shelf.x) for shelf in self.peer.shelfs]

    def purposeful_actions(self, random: np.random.Generator, noise: float) -> NDArray[np.int64]:
        """Drives the robots towards requested shelves, workstations and storage, with some random actions."""
        actions = [self._purposeful_action(agent) for agent in self.peer.agents]
        noisy = random.random(len(actions)) < noise
        return np.where(noisy, random.integers(NUM_ACTIONS, size=len(actions)), actions)

    def _purposeful_action(self, agent: Any) -> int:
        loaded = agent.carrying_shelf is not None
        targets = self._targets(agent, loaded)
        here = (int(agent.y), int(agent.x))
        if here in targets:
            return TOGGLE_LOAD
        distances = self._distances(tuple(sorted(targets)), loaded)
        nearer = [
            direction
            for direction, (down, right) in enumerate(STEPS)
            if distances.get((here[0] + down, here[1] + right), 10**6) < distances.get(here, 10**6)
        ]
        if not nearer or agent.dir.value in nearer:
            return FORWARD
        return TURN_LEFT if LEFT_OF[agent.dir.value] == nearer[0] else TURN_RIGHT

    def _targets(self, agent: Any, loaded: bool) -> set[tuple[int, int]]:
        if not loaded:
            return {(int(shelf.y), int(shelf.x)) for shelf in self.peer.request_queue}
        if agent.carrying_shelf in self.peer.request_queue:
            return {(row, column) for column, row in self.peer.goals}
        standing = {(int(shelf.y), int(shelf.x)) for shelf in self.peer.shelfs}
        rows, columns = np.nonzero(self.peer.highways == 0)
        return {(int(r), int(c)) for r, c in zip(rows, columns, strict=True)} - standing

    @cache  # noqa: B019, one object a test
    def _distances(self, targets: tuple[tuple[int, int], ...], loaded: bool) -> dict[tuple[int, int], int]:
        distances, queue = dict.fromkeys(targets, 0), deque(targets)
        while queue:
            row, column = queue.popleft()
            for down, right in STEPS:
                cell = (row + down, column + right)
                inside = 0 <= cell[0] < self.peer.grid_size[0] and 0 <= cell[1] < self.peer.grid_size[1]
                if not inside or cell in distances:
                    continue
                distances[cell] = distances[row, column] + 1
                if not loaded or self.peer.highways[cell]:
                    queue.append(cell)
        return distances

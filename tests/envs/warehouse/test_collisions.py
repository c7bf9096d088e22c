"""Collisions against a plain reading of the rules with a graph library."""

from __future__ import annotations

import networkx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.simulation.kernel import driver
from planzoo.envs.warehouse.collisions import GOES, resolve_moves
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.simulator import WarehouseSimulator
from planzoo.envs.warehouse.state import FORWARD, PULLED, State

OPEN_FLOOR = "\n".join(["....."] * 4 + ["x...g"])
STEPS = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))


def expected_movers(cells: list[tuple[int, int]], targets: list[tuple[int, int]]) -> set[int]:
    """Applies the documented rules to a graph of cells; the longest chain by trying all paths."""
    graph = networkx.DiGraph()
    robots = {cell: robot for robot, cell in enumerate(cells)}
    for start, target in zip(cells, targets, strict=True):
        graph.add_edge(start, target)
    movers: set[int] = set()
    for nodes in networkx.weakly_connected_components(graph):
        part = graph.subgraph(nodes)
        cycles = list(networkx.simple_cycles(part))
        if cycles:
            movers |= {robots[cell] for cell in cycles[0]} if len(cycles[0]) >= 3 else set()
            continue
        (sink,) = (node for node in part if part.out_degree(node) == 0)
        movers |= longest_chain(part, sink, robots)
    return movers


def longest_chain(
    part: networkx.DiGraph, cell: tuple[int, int], robots: dict[tuple[int, int], int]
) -> set[int]:
    def length(node: tuple[int, int]) -> int:
        return 1 + max((length(before) for before in part.pred[node]), default=0)

    chain: set[int] = set()
    while part.pred[cell]:
        cell = min(part.pred[cell], key=lambda before: (-length(before), robots[before]))
        chain.add(robots[cell])
    return chain


@driver
def resolve(state: State, world: int) -> None:
    resolve_moves(state, world)


@settings(max_examples=300, deadline=None)
@given(st.permutations([(row, column) for row in range(5) for column in range(5)]), st.data())
def test_movers_equal_the_rules(places: list[tuple[int, int]], data: st.DataObject) -> None:
    robots = data.draw(st.integers(1, 16))
    cells = places[:robots]
    simulator = WarehouseSimulator(WarehouseParams(OPEN_FLOOR + "\nx....", robots, 1))
    simulator.reset(0)
    simulator.place_robots(0, np.array(cells), np.zeros(robots, dtype=int))
    targets = []
    for row, column in cells:
        down, right = data.draw(st.sampled_from(STEPS))
        inside = 0 <= row + down < 5 and 0 <= column + right < 5
        targets.append((row + down, column + right) if inside else (row, column))
    for robot, (row, column) in enumerate(targets):
        simulator.state.robots.target[0, robot] = (row + 1) * 7 + column + 1
    resolve(simulator.state, 0)
    going = {robot for robot in range(robots) if simulator.state.robots.moves[0, robot] == GOES}
    staying = {robot for robot in range(robots) if targets[robot] == cells[robot]}
    assert going - staying == expected_movers(cells, targets) - staying


def going(
    cells: list[tuple[int, int]], targets: list[tuple[int, int]], pulled: int | None = None
) -> set[int]:
    """Which robots get to their targets, where a partner pulls one along."""
    simulator = WarehouseSimulator(WarehouseParams(OPEN_FLOOR + "\nx....", len(cells), 1))
    simulator.reset(0)
    simulator.place_robots(0, np.array(cells), np.zeros(len(cells), dtype=int))
    robots = simulator.state.robots
    robots.command[0] = FORWARD
    robots.target[0] = [(row + 1) * 7 + column + 1 for row, column in targets]
    if pulled is not None:
        robots.command[0, pulled] = PULLED
    resolve(simulator.state, 0)
    return {robot for robot in range(len(cells)) if robots.moves[0, robot] == GOES}


def test_who_is_pulled_comes_first() -> None:
    # Robot 1 leaves (2, 2); robot 0, and then a longer chain behind it, wants to go where robot 2 is pulled.
    cells, targets = [(1, 2), (2, 2), (2, 1)], [(2, 2), (2, 3), (2, 2)]
    assert going(cells, targets) == {0, 1} and going(cells, targets, pulled=2) == {1, 2}
    cells, targets = [*cells, (0, 2)], [*targets, (1, 2)]
    assert going(cells, targets) == {0, 1, 3} and going(cells, targets, pulled=2) == {1, 2}


def test_who_is_pulled_stays_where_the_leader_does() -> None:
    cells, targets = [(2, 2), (2, 1), (2, 3)], [(2, 3), (2, 2), (2, 3)]
    assert going(cells, targets, pulled=1) - {2} == set()
    targets[2] = (2, 4)
    assert going(cells, targets, pulled=1) == {0, 1, 2}

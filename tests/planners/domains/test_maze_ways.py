"""When the search for one agent's way knows that it is done. How short ways are: see test_maze_escape."""

from __future__ import annotations

import pytest

from planzoo.planners.domains import maze_ways
from planzoo.planners.domains.maze_oracle import bodies_of, maze_of
from planzoo.planners.domains.maze_ways import Search, shortest_way
from tests.planners.domains.maze_play import drawn

DOOMED = ("########\n#0....E#\n########", {0: {"needs": [3, 0, 0, 100]}})
"""Five steps away, with health for one."""


def test_a_search_that_ends_by_itself_is_complete() -> None:
    """Somebody who dies on every way has none, and the search knows."""
    simulator = drawn(*DOOMED, known=True)
    maze, body = maze_of(simulator, 0), bodies_of(simulator, 0)[0]
    search = Search(maze, maze.distances(), supplies=True, rests=True)
    assert search.run(body) is None and search.is_complete and search.steps.died
    assert shortest_way(maze, body, maze.distances()) is None


def test_a_search_that_gives_up_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then ways from supply to supply are tried."""
    asked = []
    monkeypatch.setattr(maze_ways, "supplied_way", lambda *arguments: asked.append(arguments[3]))
    simulator = drawn("########\n#0.w..E#\n########", {0: {"needs": [3, 100, 0, 100]}}, known=True)
    maze, body = maze_of(simulator, 0), bodies_of(simulator, 0)[0]
    found = shortest_way(maze, body, maze.distances())
    assert (found is None) == (asked == []), "complete searches ask nobody"
    monkeypatch.setattr(maze_ways, "MOST_LABELS", 2)
    search = Search(maze, maze.distances(), supplies=True, rests=True)
    assert search.run(body) is None and not search.is_complete
    monkeypatch.setattr(maze_ways, "MOST_LABELS", 8)
    assert shortest_way(maze, body, maze.distances()) is None and asked == [simulator.params.max_steps]


def test_later_arrivals_are_of_no_use() -> None:
    """The latest step is a bound that is kept exactly."""
    simulator = drawn("########\n#0....E#\n########", known=True)
    maze, body = maze_of(simulator, 0), bodies_of(simulator, 0)[0]
    distances = maze.distances()
    just = Search(maze, distances, latest=5).run(body)
    assert just is not None and just.time == 5
    assert Search(maze, distances, latest=4).run(body) is None


def test_supplies_are_left_alone_unless_they_are_looked_for() -> None:
    """Without need the way leads past them; a search with supplies may take them."""
    simulator = drawn("########\n#0w...E#\n########", known=True)
    maze, body = maze_of(simulator, 0), bodies_of(simulator, 0)[0]
    for supplies in (False, True):
        found = Search(maze, maze.distances(), supplies).run(body)
        assert found is not None and found.time == 5 and found.taken == frozenset()

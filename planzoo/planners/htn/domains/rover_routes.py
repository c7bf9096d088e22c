"""Shortest ways for the rovers, through gates that are open or through all."""

from __future__ import annotations

import heapq
from typing import Any

from planzoo.planners.htn.state import State


def distances(state: State, start: Any, shut_too: bool = False) -> dict[Any, int]:
    """Gives the length of the shortest way from a place to each one that can be reached.

    Dijkstra, A note on two problems in connexion with graphs (1959).

    Args:
        state: the facts.
        start: the place.
        shut_too: whether shut gates count as open.
    """
    found: dict[Any, int] = {}
    queue = [(0, start)]
    while queue:
        length, place = heapq.heappop(queue)
        if place in found:
            continue
        found[place] = length
        for neighbour, further in state.exits[place]:
            if neighbour not in found and (shut_too or state.gate[place, neighbour] == "open"):
                heapq.heappush(queue, (length + further, neighbour))
    return found


def shortest_route(state: State, start: Any, end: Any, shut_too: bool = False) -> list[Any] | None:
    """Gives the places along the shortest way, both ends included; None when there is none."""
    to_go = distances(state, end, shut_too)
    if start not in to_go:
        return None
    route = [start]
    while route[-1] != end:
        here = route[-1]
        route.append(
            next(
                neighbour
                for neighbour, length in state.exits[here]
                if to_go.get(neighbour, -1) == to_go[here] - length
                and (shut_too or state.gate[here, neighbour] == "open")
            )
        )
    return route

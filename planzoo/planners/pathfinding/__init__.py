"""Paths on grids: distance fields, space-time A* and a follower for fleets of turn-and-move robots."""

from planzoo.planners.pathfinding.distance import UNREACHABLE, cell_distances, oriented_distances
from planzoo.planners.pathfinding.fleet import FleetPathPlanner, FleetPlan, FleetSituation
from planzoo.planners.pathfinding.prioritized import FleetMemory, fleet_memory
from planzoo.planners.pathfinding.space_time import ReservationTable, SpaceTimePlanner, TimedPath

__all__ = [
    "UNREACHABLE",
    "FleetMemory",
    "FleetPathPlanner",
    "FleetPlan",
    "FleetSituation",
    "ReservationTable",
    "SpaceTimePlanner",
    "TimedPath",
    "cell_distances",
    "fleet_memory",
    "oriented_distances",
]

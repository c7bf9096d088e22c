"""Paths on grids: distance fields, space-time A*, PIBT, and a follower for small turn-and-move fleets."""

from planzoo.planners.pathfinding.distance import UNREACHABLE, cell_distances, oriented_distances
from planzoo.planners.pathfinding.distance_fields import DistanceFields
from planzoo.planners.pathfinding.fleet import FleetPathPlanner, FleetPlan, FleetSituation
from planzoo.planners.pathfinding.pibt import NO_GOAL, PIBTPlan, PIBTPlanner, PIBTSituation
from planzoo.planners.pathfinding.pibt_arrays import PIBTMemory
from planzoo.planners.pathfinding.prioritized import FleetMemory, fleet_memory
from planzoo.planners.pathfinding.space_time import ReservationTable, SpaceTimePlanner, TimedPath

__all__ = [
    "NO_GOAL",
    "UNREACHABLE",
    "DistanceFields",
    "FleetMemory",
    "FleetPathPlanner",
    "FleetPlan",
    "FleetSituation",
    "PIBTMemory",
    "PIBTPlan",
    "PIBTPlanner",
    "PIBTSituation",
    "ReservationTable",
    "SpaceTimePlanner",
    "TimedPath",
    "cell_distances",
    "fleet_memory",
    "oriented_distances",
]

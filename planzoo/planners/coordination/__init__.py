"""Who does what: assignment of tasks to robots, by one mind or by talking. Knows no scenario."""

from planzoo.planners.coordination.assignment import (
    NO_TASK,
    Assignment,
    hungarian_assignment,
    nearest_assignment,
)
from planzoo.planners.coordination.contract_net import Award, Bidder, Contract, contract_net, queue_bidders

__all__ = [
    "NO_TASK",
    "Assignment",
    "Award",
    "Bidder",
    "Contract",
    "contract_net",
    "hungarian_assignment",
    "nearest_assignment",
    "queue_bidders",
]

"""The kinds of disturbances, and how they are written as bits."""

from __future__ import annotations

KINDS = (
    "action_failure",
    "slip",
    "stoppage",
    "model_error",
    "sensor_dropout",
    "event",
    "goal_change",
)
"""Bit n of a number that tells of disturbances stands for the n-th of these."""
FAILURE, SLIP, STOPPAGE, MODEL_ERROR, DROPOUT, EVENT, GOAL_CHANGE = range(len(KINDS))
OF_AGENTS = 5
"""The first so many kinds strike agents, the others a world as a whole."""
QUIET = (1 << FAILURE) | (1 << STOPPAGE) | (1 << MODEL_ERROR)
"""The kinds that keep an action from being carried out."""


def kind_names(bits: int) -> list[str]:
    """Names the kinds in a number of bits."""
    return [name for number, name in enumerate(KINDS) if bits >> number & 1]

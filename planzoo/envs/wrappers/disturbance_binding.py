"""What the wrappers for disturbances must know of the environment that they are put around."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces

from planzoo.envs.disturbances.rules import DisturbanceRules
from planzoo.errors import InputError


def check_events(rules: DisturbanceRules, simulator: Any) -> None:
    """Makes sure that everything that can happen to a world is known.

    Raises:
        InputError: naming the kind for which neither rules nor scenario have anything.
    """
    ready = () if simulator is None else simulator.ready_disturbances
    for kind, function in (("event", rules.on_event), ("goal_change", rules.on_goal_change)):
        if rules.strikes(kind) and function is None and kind not in ready:
            raise InputError(
                f"This environment has no {kind} ready: say with on_{kind}=… what shall happen, or leave "
                f"{kind} at 0."
            )


def check_actions(rules: DisturbanceRules, space: spaces.Space[Any]) -> None:
    """Makes sure that rules fit the actions of a foreign environment.

    Raises:
        InputError: there is no action that stands for one that is not carried out, or actions slip or err
            that are not numbered.
    """
    numbered = isinstance(space, spaces.Discrete)
    for kind in ("slip", "model_error"):
        if rules.strikes(kind) and not numbered:
            raise InputError(f"{kind} needs actions with numbers, but here they are of {space}.")
    if not any(rules.strikes(kind) for kind in ("action_failure", "stoppage", "model_error")):
        return
    if rules.idle is None:
        raise InputError(
            "This environment knows no action that does nothing; say with idle=… which one stands for an "
            "action that is not carried out."
        )
    if not space.contains(idle_action(rules, space)):
        raise InputError(f"idle is {rules.idle!r}, which is no action of {space}.")


def idle_action(rules: DisturbanceRules, space: spaces.Space[Any]) -> Any:
    """Gives the action of a foreign environment that stands for one that is not carried out."""
    idle = rules.idle
    if isinstance(idle, tuple):
        return np.array(idle, dtype=space.dtype).reshape(space.shape or ())
    return np.int64(idle) if isinstance(idle, int) and isinstance(space, spaces.Discrete) else idle


def first_action(space: spaces.Space[Any]) -> int:
    """Gives the number of the first action."""
    return int(space.start) if isinstance(space, spaces.Discrete) else 0


def told_mask(observation: Any, info: dict[str, Any]) -> Any:
    """Gives an action mask, which stands beside an observation or in an info; None where there is none."""
    beside = observation.get("action_mask") if isinstance(observation, dict) else None
    return info.get("action_mask") if beside is None else beside


def instead_of(seen: Any, instead: Any) -> Any:
    """Gives what is seen instead of an observation, with the present action mask beside it."""
    if isinstance(seen, dict) and "action_mask" in seen:
        return {**instead, "action_mask": seen["action_mask"]}
    return instead


def lost_observation(observation: Any) -> Any:
    """Gives what is seen of an observation that is lost: zeros in all of it, but for an action mask."""
    if isinstance(observation, dict):
        return {
            name: value if name == "action_mask" else lost_observation(value)
            for name, value in observation.items()
        }
    if isinstance(observation, tuple):
        return tuple(map(lost_observation, observation))
    return np.zeros_like(observation) if isinstance(observation, np.ndarray) else type(observation)(0)

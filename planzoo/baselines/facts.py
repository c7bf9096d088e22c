"""What an environment tells about an episode that ended, beside its return and its success."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import gymnasium
import numpy as np

from planzoo.baselines.suggestions import nearest
from planzoo.envs.wrappers.replanning_ledger import STATISTICS
from planzoo.errors import InputError

if TYPE_CHECKING:
    from planzoo.baselines.config import ScenarioConfig

_NO_FACTS = ("success", "invalid_action")


def numeric_facts(info: Mapping[str, Any], standing: Collection[str] = ()) -> dict[str, float]:
    """Gives the single numbers of an episode's last info, but for its success.

    Args:
        info: the last info; booleans count as 0 and 1.
        standing: names that infos always have, and that so say nothing of the episode.
    """
    return {
        name: float(value)
        for name, value in info.items()
        if name not in standing
        and name not in _NO_FACTS
        and isinstance(value, bool | int | float | np.bool_ | np.integer | np.floating)
    }


def fact_names(environment: gymnasium.Env[Any, Any]) -> tuple[str, ...]:
    """Names what an environment tells about an episode that ended, but for its success."""
    simulator = environment.unwrapped.simulator  # type: ignore[attr-defined]
    simulator.reset(0)
    names = tuple(numeric_facts(simulator.episode_info(0)))
    if environment.unwrapped is environment:
        return names
    from planzoo.envs.wrappers.disturbances import Disturbances
    from planzoo.envs.wrappers.resource_binding import inner_wrappers
    from planzoo.envs.wrappers.resource_wrapper import ResourceWrapper

    for struck in inner_wrappers(environment, Disturbances):
        names = (*names, *struck.mishaps.facts())
    wrappers = list(inner_wrappers(environment, ResourceWrapper))
    left = tuple(f"left_{name}" for wrapper in wrappers for name in wrapper.rules.names)
    return (*names, *left, "violations") if wrappers else names


def check_measures(config: ScenarioConfig, environment: gymnasium.Env[Any, Any]) -> None:
    """Makes sure that a scenario, or a monitor of plans, tells the facts that a config wants to see.

    Args:
        config: the scenario and its measures.
        environment: the scenario's centralized environment; it is reset.

    Raises:
        InputError: naming the first that it does not tell.
    """
    if "success" in config.measures:
        raise InputError("'success' is always shown; leave it out")
    known = (*fact_names(environment), *STATISTICS)
    for name in config.measures:
        if name not in known:
            raise InputError(
                f"'{config.scenario}' tells no fact '{name}' of an episode{nearest(name, known)}"
            )

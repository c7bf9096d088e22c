"""Turns the scenario of a config into params, environments and training environments."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gymnasium
import numpy as np

from planzoo.baselines.suggestions import nearest
from planzoo.envs.registration import REGISTRY, load_scenario
from planzoo.errors import InputError

if TYPE_CHECKING:
    from stable_baselines3.common.vec_env import VecEnv

    from planzoo.baselines.config import ScenarioConfig
    from planzoo.envs.disturbances.rules import DisturbanceRules
    from planzoo.envs.resources.rules import ResourceRules
    from planzoo.envs.simulation.scenario import Scenario

RULE_OPTIONS = ("violation", "penalty", "deadline")
"""What a config may say of a scenario's own resource rules besides their arguments."""


@dataclass(frozen=True)
class Place:
    """Where a policy plays.

    Attributes:
        scenario: the scenario's name.
        params: its params.
        resources: what a resource wrapper around it enforces; None without one.
        disturbances: what strikes, around the resources; None for nothing.
    """

    scenario: str
    params: Any
    resources: ResourceRules | None = None
    disturbances: DisturbanceRules | None = None

    def environment(self) -> gymnasium.Env[Any, Any]:
        """Makes the environment to play in."""
        return make_environment(self.scenario, self.params, self.resources, self.disturbances)

    def observed(self, observed: bool) -> Place:
        """Gives the place with observations that show what is left of the resources, or do not."""
        if self.resources is None:
            return self
        return dataclasses.replace(self, resources=dataclasses.replace(self.resources, observed=observed))


def find_scenario(name: str) -> Scenario:
    """Looks a scenario up.

    Raises:
        InputError: none has this name.
    """
    if name not in REGISTRY:
        raise InputError(f"there is no scenario '{name}'{nearest(name, REGISTRY)}")
    return load_scenario(name)


def make_params(config: ScenarioConfig, changes: Mapping[str, Any] | None = None) -> Any:
    """Makes the params of a scenario.

    Args:
        config: scenario, preset and arguments.
        changes: arguments that replace those of the config.

    Raises:
        InputError: no such scenario, preset or argument, or a value that the scenario refuses.
    """
    factory, place = _factory(config)
    arguments = {**config.arguments, **(changes or {})}
    fields = [field.name for field in dataclasses.fields(find_scenario(config.scenario).params_class)]
    check_arguments(factory, arguments, place, fields)
    try:
        return factory(**arguments)
    except InputError:
        raise
    except (AttributeError, TypeError, ValueError) as error:
        raise InputError(f"{place} refuses these arguments: {error}") from None


def make_place(config: ScenarioConfig, changes: Mapping[str, Any] | None = None) -> Place:
    """Makes the place that a config describes; see :func:`make_params`.

    Raises:
        InputError: params, resource rules or disturbances are wrong.
    """
    params = make_params(config, changes)
    return Place(config.scenario, params, make_resources(config, params), make_disturbances(config))


def make_resources(config: ScenarioConfig, params: Any) -> ResourceRules | None:
    """Makes the resource rules of a scenario; None where it has none.

    Raises:
        InputError: no such preset or argument, or rules that are wrong.
    """
    from planzoo.envs.resources.rules import ResourceRules

    resources = config.resources
    if resources is None:
        return None
    if resources.rules is not None:
        return ResourceRules.from_data(resources.rules)
    presets = find_scenario(config.scenario).resource_rules
    name = str(resources.preset)
    if name not in presets:
        raise InputError(f"scenario '{config.scenario}' has no resources '{name}'{nearest(name, presets)}")
    place = f"resources '{name}' of '{config.scenario}'"
    check_arguments(presets[name], {"params": params, **resources.arguments}, place, RULE_OPTIONS)
    return presets[name](params, **resources.arguments)


def make_disturbances(config: ScenarioConfig) -> DisturbanceRules | None:
    """Makes the rules of what strikes a scenario; None where it says nothing of it.

    Raises:
        InputError: rules that are wrong.
    """
    from planzoo.envs.disturbances.rules import DisturbanceRules

    return None if config.disturbances is None else DisturbanceRules.from_data(config.disturbances)


def check_arguments(
    factory: Callable[..., Any], arguments: Mapping[str, Any], place: str, further: Iterable[str] = ()
) -> None:
    """Compares keyword arguments with a callable's signature.

    Args:
        factory: what is to be called.
        arguments: the keyword arguments.
        place: how errors speak of the callable.
        further: the names that the callable takes through ``**``, if it has such a parameter.

    Raises:
        InputError: an argument that the callable does not take, or one that it needs and does not get.
    """
    parameters = inspect.signature(factory).parameters
    named = {name: value for name, value in parameters.items() if value.kind is not value.VAR_KEYWORD}
    known = {*named, *(further if len(named) < len(parameters) else ())}
    for name in arguments:
        if name not in known:
            raise InputError(f"{place} takes no argument '{name}'{nearest(name, known)}")
    for name, parameter in named.items():
        if parameter.default is parameter.empty and name not in arguments:
            raise InputError(f"{place} needs the argument '{name}'; add it")


def make_environment(
    scenario: str,
    params: Any,
    resources: ResourceRules | None = None,
    disturbances: DisturbanceRules | None = None,
) -> gymnasium.Env[Any, Any]:
    """Makes the centralized Gymnasium environment that policies are compared in."""
    environment: gymnasium.Env[Any, Any] = find_scenario(scenario).gymnasium_env(params)
    if resources is not None:
        from planzoo.envs.wrappers.resource_wrapper import ResourceWrapper

        environment = ResourceWrapper(environment, resources)
    if disturbances is not None:
        from planzoo.envs.wrappers.disturbances import Disturbances

        environment = Disturbances(environment, disturbances)
    return environment


def make_training_environment(
    scenario: str,
    params: Any,
    worlds: int,
    resources: ResourceRules | None = None,
    disturbances: DisturbanceRules | None = None,
) -> VecEnv:
    """Makes the SB3 environment of ``worlds`` worlds whose rows are the agents of all worlds."""
    rows = find_scenario(scenario).sb3_vec_env(params, num_worlds=worlds)
    if resources is not None:
        from planzoo.envs.wrappers.resource_sb3 import ResourceVecEnvWrapper

        rows = ResourceVecEnvWrapper(rows, resources)  # type: ignore[assignment]
    if disturbances is None:
        return rows
    from planzoo.envs.wrappers.disturbances_sb3 import DisturbedVecEnv

    return DisturbedVecEnv(rows, disturbances)


def observation_name(params: Any) -> str:
    """Names the observation that params ask for; ``standard`` where the scenario has only one."""
    return str(getattr(params, "observation", "standard"))


def agent_names(environment: gymnasium.Env[Any, Any]) -> tuple[str, ...]:
    """Gives the names of the N agents that the centralized environment controls."""
    return tuple(environment.unwrapped.agents)  # type: ignore[attr-defined]


def action_counts(environment: gymnasium.Env[Any, Any]) -> tuple[int, ...]:
    """Gives the number of actions of each agent.

    Raises:
        InputError: the actions are not discrete.
    """
    space = environment.action_space
    if isinstance(space, gymnasium.spaces.MultiDiscrete):
        return tuple(int(count) for count in space.nvec)
    if isinstance(space, gymnasium.spaces.Discrete):
        return (int(space.n),)
    raise InputError(f"the action space {space} is not discrete; choose a scenario whose actions are")


def observation_size(environment: gymnasium.Env[Any, Any]) -> int:
    """Gives the length of the flat observation vector of the centralized environment."""
    return int(np.prod(environment.observation_space.shape or ()))


def _factory(config: ScenarioConfig) -> tuple[Callable[..., Any], str]:
    scenario = find_scenario(config.scenario)
    if config.preset is None:
        return scenario.default_params, f"scenario '{config.scenario}'"
    presets = preset_names(scenario.params_class)
    if config.preset not in presets:
        raise InputError(
            f"scenario '{config.scenario}' has no preset '{config.preset}'{nearest(config.preset, presets)}"
        )
    return getattr(scenario.params_class, config.preset), f"preset '{config.preset}' of '{config.scenario}'"


def preset_names(params_class: type) -> tuple[str, ...]:
    """Names the presets of a params class: its public class methods."""
    members = {name: value for base in params_class.__mro__ for name, value in vars(base).items()}
    return tuple(
        sorted(name for name, value in members.items() if isinstance(value, classmethod) and name[0] != "_")
    )

"""A scenario: one simulator and every interface to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from planzoo.errors import InputError

if TYPE_CHECKING:
    from gymnasium.vector import AutoresetMode
    from pettingzoo import AECEnv

    from planzoo.envs.resources.rules import ResourceRules
    from planzoo.envs.simulation.display import Display
    from planzoo.envs.simulation.gymnasium_env import CentralizedEnv
    from planzoo.envs.simulation.parallel_env import ScenarioParallelEnv
    from planzoo.envs.simulation.sb3_vec_env import ScenarioVecEnv
    from planzoo.envs.simulation.simulator import Simulator
    from planzoo.envs.simulation.vector_env import ScenarioVectorEnv


@dataclass(frozen=True)
class Scenario:
    """What there is to know of a scenario, and the doors into it.

    Every door takes ``params``, an instance of :attr:`params_class`, or its fields as keywords, which then
    change :attr:`default_params`. Libraries are imported when their door is used.

    Attributes:
        name: such as ``warehouse_v0``.
        summary: one line for listings.
        gymnasium_id: id in Gymnasium's registry.
        pettingzoo_id: id in PettingZoo's registries.
        params_class: the frozen dataclass of parameters.
        default_params: makes the parameters that are used when none are given.
        simulator_class: binds the kernels to arrays.
        scene_module: module whose ``scene(simulator, world)`` describes a world for drawing.
        make_model: gives what planners may know of the rules.
        resource_rules: name → function of the params and further arguments that gives rules for the resource
            wrappers.
    """

    name: str
    summary: str
    gymnasium_id: str
    pettingzoo_id: str
    params_class: type[Any]
    default_params: Callable[[], Any]
    simulator_class: type[Simulator]
    scene_module: str
    make_model: Callable[[Any], Any]
    resource_rules: Mapping[str, Callable[..., ResourceRules]] = field(default_factory=dict)

    def params(self, params: Any = None, **changes: Any) -> Any:
        """Gives the parameters to use.

        Raises:
            InputError: a keyword is no field of the parameters, or ``params`` is of another scenario.
        """
        params = self.default_params() if params is None else params
        if not isinstance(params, self.params_class):
            raise InputError(f"{self.name} needs {self.params_class.__name__}, got {type(params).__name__}.")
        known = [field.name for field in fields(self.params_class)]
        for name in changes:
            if name not in known:
                raise InputError(
                    f"{self.params_class.__name__} has no field {name!r}; it has {', '.join(known)}."
                )
        return replace(params, **changes) if changes else params

    def simulator(
        self, params: Any = None, num_worlds: int = 1, threads: int | None = None, **changes: Any
    ) -> Simulator:
        """Makes the simulator itself: B worlds in arrays."""
        return self.simulator_class(self.params(params, **changes), num_worlds, threads)

    def model(self, params: Any = None, **changes: Any) -> Any:
        """Gives what a planner with ``Access.MODEL`` may know: the rules, never the state."""
        return self.make_model(self.params(params, **changes))

    def gymnasium_env(
        self, params: Any = None, render_mode: str | None = None, checked: bool = True, **changes: Any
    ) -> CentralizedEnv:
        """Makes a Gymnasium environment of one world, all agents under one controller.

        With ``checked``, ``step`` refuses actions outside the space.
        """
        from planzoo.envs.simulation.gymnasium_env import CentralizedEnv

        return CentralizedEnv(self.simulator(params, **changes), self._display(), render_mode, checked)

    def vector_env(
        self,
        num_envs: int = 1,
        params: Any = None,
        autoreset_mode: AutoresetMode | str = "NextStep",
        copy: bool = True,
        render_mode: str | None = None,
        **changes: Any,
    ) -> ScenarioVectorEnv:
        """Makes a Gymnasium vector environment of B worlds.

        Further keywords: ``max_episode_steps`` sets the time limit, ``threads`` how many share a step;
        ``checked=True`` makes ``step`` refuse actions outside the space.
        """
        from planzoo.envs.simulation.vector_env import ScenarioVectorEnv

        changes = _time_limit(changes, "max_episode_steps")
        threads, checked = changes.pop("threads", None), changes.pop("checked", False)
        simulator = self.simulator(params, num_envs, threads, **changes)
        return ScenarioVectorEnv(simulator, autoreset_mode, copy, self._display(), render_mode, checked)

    def parallel_env(
        self,
        params: Any = None,
        render_mode: str | None = None,
        flat: bool = False,
        checked: bool = True,
        **changes: Any,
    ) -> ScenarioParallelEnv:
        """Makes a PettingZoo parallel environment.

        ``max_cycles`` sets the time limit; with ``checked``, ``step`` refuses actions outside the space.
        """
        from planzoo.envs.simulation.parallel_env import ScenarioParallelEnv

        simulator = self.simulator(params, **_time_limit(changes, "max_cycles"))
        return ScenarioParallelEnv(simulator, self._display(), render_mode, flat, self.name, checked)

    def env(
        self, params: Any = None, render_mode: str | None = None, **changes: Any
    ) -> AECEnv[str, Any, Any]:
        """Makes a PettingZoo AEC environment, by PettingZoo's own conversion."""
        from pettingzoo.utils.conversions import parallel_to_aec
        from pettingzoo.utils.wrappers import OrderEnforcingWrapper

        return OrderEnforcingWrapper(parallel_to_aec(self.parallel_env(params, render_mode, **changes)))

    def sb3_vec_env(
        self,
        params: Any = None,
        num_worlds: int = 1,
        render_mode: str | None = None,
        threads: int | None = None,
        **changes: Any,
    ) -> ScenarioVecEnv:
        """Makes a Stable-Baselines3 vector environment with agents as rows."""
        from planzoo.envs.simulation.sb3_vec_env import ScenarioVecEnv

        simulator = self.simulator(params, num_worlds, threads, **changes)
        return ScenarioVecEnv(simulator, self._display(), render_mode)

    def scene(self, simulator: Simulator, world: int = 0) -> Any:
        """Describes one world as a :class:`~planzoo.envs.simulation.scene.Scene`."""
        return import_module(self.scene_module).scene(simulator, world)

    def _display(self) -> Display:
        from planzoo.envs.simulation.display import Display

        return Display(self.scene)


def _time_limit(changes: dict[str, Any], keyword: str) -> dict[str, Any]:
    """Renames an interface's own word for the time limit to ours."""
    changes = dict(changes)
    limit = changes.pop(keyword, None)
    return changes if limit is None else {**changes, "max_steps": limit}

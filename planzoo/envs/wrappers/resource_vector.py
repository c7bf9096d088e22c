"""Resources for any Gymnasium vector environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gymnasium.vector import VectorEnv, VectorWrapper
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.simulation.vector_env import ScenarioVectorEnv
from planzoo.envs.wrappers.resource_binding import check_names
from planzoo.envs.wrappers.resource_ledger import ResourceLedger
from planzoo.envs.wrappers.resource_vector_foreign import ForeignSteps
from planzoo.envs.wrappers.resource_vector_own import OwnSteps

if TYPE_CHECKING:
    Wrapper = VectorWrapper[Any, Any, Any, Any, NDArray[Any]]
else:
    # Gymnasium 1.2 takes no types here.
    Wrapper = VectorWrapper


class ResourceVectorWrapper(Wrapper):
    """:class:`~planzoo.envs.wrappers.resource_wrapper.ResourceWrapper` for B worlds at once.

    ``infos`` gets, each with Gymnasium's masks under the same name with an underscore before it:
    ``resources_left``, a dict of float64 (B,) by name, (B, N) where each of N agents has its own;
    ``resource_violations``, a dict of float64 (B, N) by name, the amounts that were missing in this step;
    where rules mask ``action_mask`` int8 (B, N, A); where an episode ended ``left_<name>`` and
    ``violations``.

    PlanZoo's own vector environments are wrapped without loss of speed, in all modes of autoreset, if
    nothing but other resource wrappers stands between: the amounts are written into the environment's own
    observations, whose space grows; use the wrapper alone from then on. With their ``copy=False`` the next
    step overwrites what infos show. Around others, rules that end episodes (``deadline`` or
    ``violation="end"``) need autoreset to be disabled, and the worlds then reset by ``reset_mask``.

    Args:
        env: any vector environment; with costs by action its actions are ``Discrete``, or PlanZoo's.
        rules: what is enforced; in all worlds the same.

    Raises:
        InputError: the rules do not fit the environment.
    """

    def __init__(self, env: VectorEnv[Any, Any, NDArray[Any]], rules: ResourceRules) -> None:
        super().__init__(env)
        self.rules = rules
        check_names(rules, env, ResourceVectorWrapper)
        inner = env.steps if isinstance(env, ResourceVectorWrapper) else None
        self.steps: OwnSteps | ForeignSteps
        if isinstance(env, ScenarioVectorEnv):
            self.steps = OwnSteps(env, rules)
        elif isinstance(inner, OwnSteps):
            self.steps = OwnSteps(inner.core, rules, inner)
        else:
            self.steps = ForeignSteps(env, rules)
        self.single_observation_space = self.steps.space
        self.observation_space = batch_space(self.steps.space, env.num_envs)

    @property
    def ledger(self) -> ResourceLedger:
        """The amounts of all worlds."""
        return self.steps.ledger

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begins episodes in all worlds, or in those of ``options["reset_mask"]``."""
        return self.steps.reset(seed, options)

    def step(self, actions: Any) -> tuple[Any, NDArray[Any], NDArray[Any], NDArray[Any], dict[str, Any]]:
        """Takes what actions need, steps all worlds, gives back and refills.

        Raises:
            ValueError: in PlanZoo's checked mode, an action is outside the space.
        """
        return self.steps.step(actions)

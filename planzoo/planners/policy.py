"""What every decision maker in PlanZoo is: a policy that can be asked as a Stable-Baselines3 model can.

``predict`` follows ``stable_baselines3.common.type_aliases.PolicyPredictor``: the policy's memory of an
episode travels in ``state`` and ``episode_start`` clears it, so that one policy object serves any number of
environments side by side and ``stable_baselines3.common.evaluation.evaluate_policy`` runs planners unchanged.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Observation = NDArray[np.float32]
Mask = NDArray[np.bool_]


class Access(Enum):
    """What a policy may know."""

    OBSERVATION = "observation"
    """Only what the environment hands the agent."""
    MODEL = "model"
    """The observation and the rules: layout, probabilities, costs."""
    STATE = "state"
    """Also the hidden state: an oracle, and shown as one."""


@dataclass(frozen=True)
class DecisionInfo:
    """What the last decision cost.

    Attributes:
        seconds: wall-clock seconds spent in ``predict`` for this decision.
        expansions: nodes that a search expanded.
        simulations: calls of a generative model.
        replans: plans made anew or repaired.
        messages: messages sent between agents.
    """

    seconds: float = 0.0
    expansions: int = 0
    simulations: int = 0
    replans: int = 0
    messages: int = 0


@dataclass(frozen=True)
class Explanation:
    """Why the last action was taken, in words and as plain data (numbers, strings, lists, dicts)."""

    words: str
    data: dict[str, Any]


@runtime_checkable
class StateReader(Protocol):
    """What a policy of ``Access.STATE`` is besides: it has to be shown the simulator that it plays in."""

    def watch(self, simulator: Any, world: int = 0) -> None:
        """Tells where the hidden state is: one world of a simulator."""


class Policy(ABC):
    """Decides for one observation vector at a time; ``predict`` adds batching and memory.

    Args:
        observation_size: D, the length of one observation vector.
        seed: seeds the policy's own random choices.
    """

    access: ClassVar[Access] = Access.OBSERVATION
    training_steps: int = 0
    """Environment steps that were spent on training; 0 for planners."""

    def __init__(self, observation_size: int, seed: int | None = None) -> None:
        self.observation_size = observation_size
        self.last_decision = DecisionInfo()
        self.random = np.random.default_rng(seed)

    def reset(self, seed: int | None = None) -> None:
        """Seeds the policy's own randomness anew; nothing of earlier episodes is kept."""
        self.random = np.random.default_rng(seed)
        self.last_decision = DecisionInfo()

    @abstractmethod
    def begin(self) -> Any:
        """Gives the memory that an episode starts with (None when the policy needs none)."""

    @abstractmethod
    def decide(self, observation: Observation, memory: Any, mask: Mask | None, deterministic: bool) -> Any:
        """Chooses an action for one observation.

        Args:
            observation: float32 (D,).
            memory: what :meth:`begin` gave, changed in place by earlier decisions of the episode.
            mask: bool (A,), True = allowed, or None when the caller knows none.
            deterministic: whether a stochastic policy shall take its most likely action.
        """

    def explain(self) -> Explanation:
        """Says why the last action was taken."""
        return Explanation(f"{type(self).__name__} gives no reasons.", {})

    def predict(
        self,
        observation: Any,
        state: Any = None,
        episode_start: NDArray[np.bool_] | None = None,
        deterministic: bool = True,
        action_masks: Any = None,
    ) -> tuple[Any, Any]:
        """Chooses actions for one observation or a batch of them.

        Args:
            observation: float32 (D,) or (B, D).
            state: the memories that the previous call gave, one a row; None at the beginning.
            episode_start: bool (B,), True where a new episode began.
            deterministic: see :meth:`decide`.
            action_masks: bool (A,) or (B, A), True = allowed.

        Returns:
            The action (or int64 (B,) actions for a batch) and the memories to hand to the next call.

        Raises:
            ValueError: the observation's last axis is not D.
        """
        rows = np.asarray(observation, dtype=np.float32)
        if rows.shape[-1:] != (self.observation_size,):
            raise ValueError(
                f"{type(self).__name__} was made for observations of {self.observation_size} numbers, "
                f"but was given an array of shape {rows.shape}."
            )
        single = rows.ndim == 1
        rows = rows.reshape(-1, self.observation_size)
        memories = self._memories(state, episode_start, len(rows))
        masks = None if action_masks is None else np.asarray(action_masks, dtype=bool).reshape(len(rows), -1)
        actions = [
            self._timed_decision(row, memories[index], None if masks is None else masks[index], deterministic)
            for index, row in enumerate(rows)
        ]
        return (actions[0] if single else np.asarray(actions)), tuple(memories)

    def _memories(self, state: Any, episode_start: Any, count: int) -> list[Any]:
        memories = [None] * count if state is None else list(state)
        fresh = (
            np.zeros(count, dtype=bool) if episode_start is None else np.asarray(episode_start).reshape(-1)
        )
        return [
            self.begin() if state is None or fresh[index] else memory for index, memory in enumerate(memories)
        ]

    def _timed_decision(self, row: Observation, memory: Any, mask: Mask | None, deterministic: bool) -> Any:
        self.last_decision = DecisionInfo()
        started = time.perf_counter()
        action = self.decide(row, memory, mask, deterministic)
        self.last_decision = replace(self.last_decision, seconds=time.perf_counter() - started)
        return action


class TeamPolicy(Policy):
    """Decides for all agents of a team at once.

    ``predict`` takes PettingZoo's dicts keyed by agent as well as the flat (N·D,) vector of the centralized
    Gymnasium environment, and answers in kind.

    Args:
        agents: the agents' names in the environment's order.
        observation_size: D, the length of one agent's observation vector.
        seed: seeds the policy's own random choices.
    """

    def __init__(self, agents: tuple[str, ...], observation_size: int, seed: int | None = None) -> None:
        super().__init__(len(agents) * observation_size, seed)
        self.agents = agents
        self.agent_observation_size = observation_size

    @abstractmethod
    def decide_team(
        self, observations: Observation, memory: Any, masks: Mask | None, deterministic: bool
    ) -> NDArray[np.int64]:
        """Chooses one action an agent.

        Args:
            observations: float32 (N, D).
            memory: what :meth:`begin` gave.
            masks: bool (N, A), True = allowed, or None.
            deterministic: see :meth:`Policy.decide`.

        Returns:
            int64 (N,).
        """

    def decide(self, observation: Observation, memory: Any, mask: Mask | None, deterministic: bool) -> Any:
        """Splits the centralized observation into the agents' rows."""
        count = len(self.agents)
        masks = None if mask is None else mask.reshape(count, -1)
        return self.decide_team(observation.reshape(count, -1), memory, masks, deterministic)

    def predict(
        self,
        observation: Any,
        state: Any = None,
        episode_start: NDArray[np.bool_] | None = None,
        deterministic: bool = True,
        action_masks: Any = None,
    ) -> tuple[Any, Any]:
        """Chooses actions from dicts keyed by agent, or from centralized vectors as :meth:`Policy.predict`.

        A dict's values are float32 (D,) vectors or PettingZoo's ``{"observation", "action_mask"}`` dicts; the
        answer is then a dict of actions. Agents that have left are missing in both.
        """
        if not isinstance(observation, dict):
            return super().predict(observation, state, episode_start, deterministic, action_masks)
        if not observation:
            return {}, state
        rows = dict(observation)
        if isinstance(next(iter(rows.values())), dict):
            action_masks = self._for_all({agent: row["action_mask"] for agent, row in rows.items()})
            rows = {agent: row["observation"] for agent, row in rows.items()}
        actions, state = super().predict(
            self._for_all(rows), state, episode_start, deterministic, action_masks
        )
        chosen = dict(zip(self.agents, np.reshape(actions, -1).tolist(), strict=True))
        return {agent: chosen[agent] for agent in observation}, state

    def _for_all(self, rows: dict[str, Any]) -> NDArray[Any]:
        """Puts the agents' rows one after another, zeros for those that have left: nothing is allowed."""
        nothing = np.zeros_like(next(iter(rows.values())))
        return np.concatenate([rows.get(agent, nothing) for agent in self.agents])

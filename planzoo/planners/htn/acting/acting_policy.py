"""Actors as policies: what a user adds is how observations become states and actions become commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, ClassVar, Protocol

from planzoo.planners.htn.acting.actor import ActingStatus, Actor, Spent
from planzoo.planners.htn.plan import Action
from planzoo.planners.policy import Access, DecisionInfo, Explanation, Mask, Observation, Policy


class Progress(Enum):
    """How an action of the plan stands in the environment."""

    RUNNING = "running"
    """It takes further steps; nothing new is decided."""
    OVER = "over"
    """It has ended; whether it has happened shows in the state."""
    SUCCEEDED = "succeeded"
    """It has happened."""
    FAILED = "failed"
    """It has ended and has not happened."""


class ActingInterface(Protocol):
    """What stands between an actor and an environment. ``memory`` is always what :meth:`begin` gave."""

    def begin(self) -> Any:
        """Gives the memory that an episode starts with; None when none is needed."""

    def state(self, observation: Observation, memory: Any) -> Mapping[Any, Any]:
        """Turns an observation, float32 (D,), into the facts of the domain. Called once every step."""

    def tasks(
        self, state: Mapping[Any, Any], status: ActingStatus, memory: Any
    ) -> Sequence[tuple[Any, ...]] | None:
        """Gives the tasks to accomplish.

        Asked at the beginning of an episode (status IDLE), and at each step while the tasks before are
        accomplished (DONE) or given up (NO_PLAN): None when there is nothing new.
        """

    def progress(self, action: Action, observation: Observation, memory: Any) -> Progress:
        """Says how the action given last stands: it may take several steps of the environment."""

    def command(self, action: Action | None, observation: Observation, memory: Any, mask: Mask | None) -> Any:
        """Gives the environment's action for the next step.

        Args:
            action: what to do, or go on doing; None when there is nothing to do, or no way to do it.
            observation: float32 (D,).
            memory: the interface's own.
            mask: bool (A,), True = allowed, or None when the caller knows none.
        """


@dataclass
class ActingMemory:
    """What an episode is about.

    Attributes:
        actor: does the tasks.
        memory: the interface's own.
        action: what is being done; None for nothing.
        running: whether the last decision was to go on with it.
    """

    actor: Actor
    memory: Any
    action: Action | None = None
    running: bool = False


class ActingPolicy(Policy):
    """An actor that is asked as any policy is.

    Every episode has an actor of its own, so that one policy serves environments side by side; the randomness
    of each begins with the policy's seed.

    Args:
        interface: what stands between actor and environment; shared by all episodes.
        actor: how to act; what it has begun does not matter.
        observation_size: D, the length of one observation vector.
        seed: seeds the actors' own random choices.
    """

    access: ClassVar[Access] = Access.MODEL

    def __init__(
        self, interface: ActingInterface, actor: Actor, observation_size: int, seed: int | None = None
    ) -> None:
        super().__init__(observation_size, seed)
        self.interface = interface
        self.actor = actor
        self._seed = seed
        self._last: ActingMemory | None = None

    def reset(self, seed: int | None = None) -> None:
        """Seeds anew and forgets the last decision."""
        super().reset(seed)
        self._seed = seed
        self._last = None

    def begin(self) -> ActingMemory:
        """Begins an episode with an actor that has no tasks yet."""
        return ActingMemory(self.actor.twin(), self.interface.begin())

    def decide(self, observation: Observation, memory: Any, mask: Mask | None, deterministic: bool) -> Any:
        """Goes on with the action that is running, or asks the actor for the next one."""
        state = self.interface.state(observation, memory.memory)
        progress = None
        if memory.action is not None:
            progress = self.interface.progress(memory.action, observation, memory.memory)
        memory.running = progress is Progress.RUNNING
        if not memory.running:
            self._go_on(memory, state, progress)
        self._last = memory
        return self.interface.command(memory.action, observation, memory.memory, mask)

    def _go_on(self, memory: ActingMemory, state: Mapping[Any, Any], progress: Progress | None) -> None:
        """Asks the actor; when it has accomplished its tasks or given them up, the interface for others."""
        actor = memory.actor
        before = replace(actor.spent)
        memory.action = None
        if actor.status is not ActingStatus.IDLE:
            known = {Progress.SUCCEEDED: True, Progress.FAILED: False}
            memory.action = actor.act(state, known.get(progress) if progress else None)
        decision = _difference(actor.spent, before)
        if actor.status in (ActingStatus.IDLE, ActingStatus.DONE, ActingStatus.NO_PLAN):
            tasks = self.interface.tasks(state, actor.status, memory.memory)
            if tasks is not None:
                actor.begin(tasks, self._seed)
                memory.action = actor.act(state)
                decision = _sum(decision, _difference(actor.spent, Spent()))
        self.last_decision = decision

    def explain(self) -> Explanation:
        """Says what the last action is for, what it relies on and why it was chosen; see :class:`Actor`."""
        if self._last is None:
            return Explanation("No decision has been made yet.", {})
        explanation = self._last.actor.explain()
        words = f"Goes on: {explanation.words}" if self._last.running else explanation.words
        return Explanation(words, explanation.data | {"running": self._last.running})


def _difference(after: Spent, before: Spent) -> DecisionInfo:
    return DecisionInfo(
        expansions=after.expansions - before.expansions,
        simulations=after.simulations - before.simulations,
        replans=after.plans - before.plans,
    )


def _sum(one: DecisionInfo, other: DecisionInfo) -> DecisionInfo:
    return DecisionInfo(
        expansions=one.expansions + other.expansions,
        simulations=one.simulations + other.simulations,
        replans=one.replans + other.replans,
    )

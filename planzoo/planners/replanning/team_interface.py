"""What stands between the plans of a team and an environment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from numpy.typing import NDArray

from planzoo.planners.htn.acting.acting_policy import Progress
from planzoo.planners.htn.acting.lazy_lookahead import Planner
from planzoo.planners.htn.plan import Action
from planzoo.planners.htn.state import State
from planzoo.planners.policy import Mask, Observation


class Situation(NamedTuple):
    """What an agent knows and wants."""

    state: State
    """The facts as they are; stay as they are."""
    tasks: tuple[Any, ...]
    """What is to be accomplished from here."""
    goal: Any = None
    """What the tasks are for: while it stays equal, a plan made for them serves on."""


class TeamInterface(Protocol):
    """A scenario as a team of agents with a plan each. ``memory`` is always what :meth:`begin` gave."""

    @property
    def planner(self) -> Planner:
        """Makes the agents' plans."""

    @property
    def agents(self) -> tuple[str, ...]:
        """The agents' names in the environment's order."""

    @property
    def agent_observation_size(self) -> int:
        """D, the length of one agent's observation vector."""

    def begin(self) -> Any:
        """Gives the memory that an episode starts with."""

    def look(self, observations: Observation, masks: Mask | None, memory: Any) -> Sequence[Situation | None]:
        """Reads the observations, float32 (N, D), and masks, bool (N, A); called once in every step.

        Returns:
            Of each agent what it knows and wants; None for agents that have nothing to plan any more.
        """

    def progress(self, agent: int, action: Action, issued: bool, memory: Any) -> Progress:
        """Says how an action of a plan stands: it may take several steps of the environment.

        Args:
            agent: whose it is.
            action: what the agent does, or is about to do.
            issued: whether the last commands have asked for it. If not, it is RUNNING, or over since there is
                nothing to do.
            memory: of the episode.
        """

    def command(self, plans: Sequence[Sequence[Action]], memory: Any) -> NDArray[Any]:
        """Gives the environment's actions, int64 (N,), for the next step.

        Args:
            plans: of each agent what is left of its plan, the action to do first; empty where nothing is to
                be done or no plan is known: something safe is done then.
            memory: of the episode.
        """

    def messages(self, memory: Any) -> int:
        """Counts the messages that the last step's decisions took."""

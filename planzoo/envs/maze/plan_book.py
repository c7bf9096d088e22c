"""All plans of an episode, also those that the state keeps no longer, and what was told of them."""

from __future__ import annotations

from typing import Any

from planzoo.envs.maze.cooperation_types import CooperativePlan
from planzoo.envs.maze.cooperation_words import PlanWords, as_plan, default_words, news
from planzoo.envs.maze.state import NO_STATUS
from planzoo.envs.maze.team_views import TeamView
from planzoo.errors import InputError


class PlanBook:
    """Follows the plans of one world from look to look.

    The state keeps the last ended plans only (see ``history`` of the parameters): whoever looks at least once
    in so many endings misses none. Those that are missed are counted among the messages, and asking for one
    of them is an error of its own.

    Args:
        view: the team.

    Attributes:
        messages: what was told, in order.
        words: what was said about each plan of the episode, by its number.
    """

    def __init__(self, view: TeamView) -> None:
        self.view = view
        self.messages = [f"Cooperative Planning System initialized for team of {len(view.ids)}"]
        self._begin()

    def _begin(self) -> None:
        self.words: dict[int, PlanWords] = {}
        self._active: dict[int, Any] = {}
        self._ended: dict[int, Any] = {}
        self._drained = self._proposed = self._last_look = 0

    def look(self) -> None:
        """Reads what has happened since the last look, and begins anew if an episode has begun."""
        state, world = self.view.simulator.state, self.view.world
        counters = state.worlds[world]
        if self.view.now < self._last_look or counters.plans_proposed < self._proposed:
            self._begin()
        seen = {int(plan.number): plan for plan in self._newly_ended()}
        missed = int(counters.plans_ended) - self._drained - len(seen)
        if missed:
            self.messages.append(f"{missed} plans ended unseen: the history keeps only the last {len(seen)}")
        self._drained = int(counters.plans_ended)
        active = {int(plan.number): plan.copy() for plan in state.plans[world] if plan.status != NO_STATUS}
        for number, plan in sorted((seen | active).items()):
            words = self.words.setdefault(number, default_words(plan))
            self.messages.extend(news(self.view, self._active.get(number), plan, words.objective))
        self._ended |= seen
        self._active = active
        self._proposed, self._last_look = int(counters.plans_proposed), self.view.now

    def _newly_ended(self) -> list[Any]:
        """Copies the plans from the history that ended since the last look."""
        history = self.view.simulator.state.history[self.view.world]
        ended = int(self.view.simulator.state.worlds[self.view.world].plans_ended)
        first = max(self._drained, ended - len(history))
        return [history[number % len(history)].copy() for number in range(first, ended)]

    def number(self, plan_id: str) -> int:
        """Gives the number of a plan of this episode.

        Raises:
            InputError: there is none with that id, or it ended unseen and the state keeps it no longer.
        """
        self.look()
        for number in (*self._active, *self._ended):
            if plan_id == f"plan_{number}":
                return number
        if plan_id in map("plan_{}".format, range(self._proposed)):
            kept = self.view.simulator.state.history.shape[1]
            raise InputError(
                f"{plan_id} ended unseen and is no longer among the last {kept} plans that world "
                f"{self.view.world} keeps: ask after every step, or set MazeParams.history larger."
            )
        raise InputError(f"There is no plan {plan_id!r} in this episode: ask for those that there are.")

    def slot(self, plan_id: str) -> int:
        """Gives the slot of a plan that has not ended.

        Raises:
            InputError: there is none with that id, or it has ended.
        """
        number = self.number(plan_id)
        plans = self.view.simulator.state.plans[self.view.world]
        for slot, plan in enumerate(plans):
            if plan.status != NO_STATUS and plan.number == number:
                return slot
        raise InputError(f"{plan_id} has ended as {self.plan(number).status}: nothing about it can change.")

    def plan(self, number: int) -> CooperativePlan:
        """Reads a plan as it stood at the last look."""
        record = self._active[number] if number in self._active else self._ended[number]
        return as_plan(self.view, record, self.words[number])

    def plans(self, ended: bool) -> tuple[CooperativePlan, ...]:
        """Reads all plans that have ended, or all that have not, in the order of their proposals."""
        return tuple(self.plan(number) for number in sorted(self._ended if ended else self._active))

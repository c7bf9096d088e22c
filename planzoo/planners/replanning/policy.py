"""Planners as policies that watch their plans and change them in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.wrappers.replanning_ledger import TRIGGERS, Monitoring
from planzoo.errors import InputError
from planzoo.planners.htn.causal.links import variable_text
from planzoo.planners.policy import Access, DecisionInfo, Explanation, Mask, Observation, TeamPolicy
from planzoo.planners.replanning.how import ReplanStrategy, recovery_of
from planzoo.planners.replanning.plan_watch import Clock, Habits, PlanWatch, WatchReport
from planzoo.planners.replanning.team_interface import TeamInterface
from planzoo.planners.replanning.when import FailureDriven, Threshold, When
from planzoo.planners.sight import Sight


@dataclass
class ReplanningMemory:
    """What an episode is about.

    Attributes:
        interface: the interface's own memory.
        watches: one an agent.
        sight: what was seen last.
    """

    interface: Any
    watches: list[PlanWatch]
    sight: Sight = field(default_factory=Sight)


class ReplanningPolicy(TeamPolicy):
    """Each agent carries out a plan, which is watched and changed.

    When the time of a decision is used up, agents that still need a plan go on with their old one if it still
    works, and else do something safe; they come first in the next decision. There is never an exception for
    want of time or of a plan. Whoever sees nothing for a step goes by what was seen last.

    Args:
        planner: the scenario's plans: the planner, and what stands between it and the environment.
        when: when to replan; None: after each failure, and when more than a tenth of what the rest of a plan
            relies on is not so.
        how: how plans are changed, see :class:`~planzoo.planners.replanning.how.ReplanStrategy`.
        budget: milliseconds of a decision, for all agents together; None for as long as it takes.
        seed: seeds the policy's own random choices.

    Raises:
        InputError: there is no such strategy, or the budget is negative.
    """

    access: ClassVar[Access] = Access.MODEL

    def __init__(
        self,
        planner: TeamInterface,
        when: When | None = None,
        how: str | ReplanStrategy = ReplanStrategy.REPAIR,
        budget: float | None = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(planner.agents, planner.agent_observation_size, seed)
        if budget is not None and not budget >= 0:
            raise InputError(f"{type(self).__name__}(budget={budget!r}) must be at least 0 milliseconds.")
        self._strategy = ReplanStrategy.of(how)
        self.planner = planner
        self.budget = budget
        self.habits = Habits(
            planner.planner,
            FailureDriven() | Threshold() if when is None else when,
            recovery_of(self._strategy),
            self._strategy.value,
        )
        self._last: ReplanningMemory | None = None
        self._monitorings: list[Monitoring] = []

    def reset(self, seed: int | None = None) -> None:
        """Seeds anew and forgets the last decision."""
        super().reset(seed)
        self._last, self._monitorings = None, []

    def predict(
        self,
        observation: Any,
        state: Any = None,
        episode_start: NDArray[np.bool_] | None = None,
        deterministic: bool = True,
        action_masks: Any = None,
    ) -> tuple[Any, Any]:
        """Chooses actions as :meth:`TeamPolicy.predict` does, and keeps what monitors ask for."""
        self._monitorings = []
        return super().predict(observation, state, episode_start, deterministic, action_masks)

    def begin(self) -> ReplanningMemory:
        """Begins an episode without plans; a strategy that learns begins anew, too."""
        habits = self.habits._replace(how=recovery_of(self._strategy))
        return ReplanningMemory(self.planner.begin(), [PlanWatch(habits) for _ in self.agents])

    def decide_team(
        self, observations: Observation, memory: Any, masks: Mask | None, deterministic: bool
    ) -> NDArray[np.int64]:
        """Takes note of what is seen, changes plans where that is needed, and gives the next commands."""
        clock, watches = Clock(self.budget), memory.watches
        seen = memory.sight.complete(observations, masks)
        situations = self.planner.look(seen, masks, memory.interface)
        plans: list[Any] = [()] * len(watches)
        for agent in sorted(range(len(watches)), key=lambda each: -watches[each].postponed):
            situation = situations[agent]
            if situation is None:
                watches[agent].stop()
                continue
            stand = _Stand(self.planner, agent, memory.interface)
            plans[agent] = watches[agent].decide(situation, stand, clock)
        actions: NDArray[np.int64] = self.planner.command(plans, memory.interface)
        self._last = memory
        self._monitorings.append(_monitoring(watches))
        self.last_decision = self._decision(memory)
        return actions

    def _decision(self, memory: ReplanningMemory) -> DecisionInfo:
        reports = [watch.report for watch in memory.watches]
        return DecisionInfo(
            expansions=sum(report.expansions for report in reports),
            replans=sum(report.plans for report in reports),
            messages=self.planner.messages(memory.interface),
        )

    @property
    def last_monitorings(self) -> tuple[Monitoring, ...]:
        """What the last call of ``predict`` tells monitors, one for each row of observations."""
        return tuple(self._monitorings)

    @property
    def last_reports(self) -> tuple[WatchReport, ...]:
        """What the last decision was about, one report an agent; none before the first."""
        return () if self._last is None else tuple(watch.report for watch in self._last.watches)

    def explain(self) -> Explanation:
        """Tells each agent's action; of a change of plan why, how, what was kept and how long it took."""
        if self._last is None:
            return Explanation("No decision has been made yet.", {})
        data = {agent: _account(watch) for agent, watch in zip(self.agents, self._last.watches, strict=True)}
        return Explanation("; ".join(f"{agent}: {each['words']}" for agent, each in data.items()) + ".", data)


@dataclass(frozen=True)
class _Stand:
    """Asks the interface how an agent's action stands."""

    interface: TeamInterface
    agent: int
    memory: Any

    def __call__(self, action: Any, issued: bool) -> Any:
        return self.interface.progress(self.agent, action, issued, self.memory)


def _monitoring(watches: list[PlanWatch]) -> Monitoring:
    """Sums up what watches report."""
    reports = [watch.report for watch in watches]
    numbers = [0 if each.trigger is None else 1 + TRIGGERS.index(each.trigger.value) for each in reports]
    changed = [each.trigger is not None and each.plans > 0 for each in reports]
    kept = [each.kept if each.solved else 0.0 for each in reports]
    return Monitoring(
        divergence=np.array([each.divergence for each in reports], dtype=np.float32),
        triggers=np.array(numbers, dtype=np.int64),
        replanned=np.array(changed, dtype=np.bool_),
        kept=np.array(kept, dtype=np.float32),
        seconds=sum(each.seconds for each in reports),
        expected=tuple(Expected(watch) for watch in watches),
    )


class Expected(Mapping[str, Any]):
    """The facts that a watch's plan relies on and their values, in words and plain data; read when asked."""

    def __init__(self, watch: PlanWatch) -> None:
        foresight = None if watch.monitor is None else watch.monitor.foresight
        self._facts: dict[Any, Any] = {}
        if foresight is not None and foresight.divergence is not None:
            self._facts = dict(foresight.divergence.live.expected)

    @cached_property
    def _told(self) -> dict[str, Any]:
        return {variable_text(variable): value for variable, value in self._facts.items()}

    def __getitem__(self, name: str) -> Any:
        return self._told[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._told)

    def __len__(self) -> int:
        return len(self._facts)


def _account(watch: PlanWatch) -> dict[str, Any]:
    """Tells an agent's plan in plain data and in words."""
    monitor, report = watch.monitor, watch.report
    step = 0 if monitor is None else monitor.trace.current_step
    actions = () if monitor is None else monitor.plan.actions[step:]
    action = str(actions[0]) if actions else "nothing"
    return {
        "words": f"{action}{_change(report)}",
        "action": action,
        "plan": [str(each) for each in actions],
        "tasks": [] if monitor is None else [list(each) for each in monitor.path()],
        "divergence": report.divergence,
        "trigger": None if report.trigger is None else report.trigger.value,
        "reason": report.reason,
        "strategy": report.strategy,
        "plans": report.plans,
        "solved": report.solved,
        "kept": report.kept,
        "milliseconds": 1000 * report.seconds,
        "postponed": report.postponed,
        "replans": watch.replans,
    }


def _change(report: WatchReport) -> str:
    """Tells in words what was changed and why; nothing where nothing was."""
    if report.postponed:
        return " (another plan has to wait: the time of this decision is used up)"
    if report.trigger is None:
        return ""
    outcome = f"kept {report.kept:.0%}" if report.solved else "found no plan"
    spent = f"in {1000 * report.seconds:.1f} ms"
    return f" ({report.trigger.value}: {report.reason}; {report.strategy} {outcome} {spent})"

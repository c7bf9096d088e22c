"""The adaptive planner: it plans, executes, replans, and learns from what has happened for the next time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planzoo.planners.htn.acting.effects import apply_operator
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.plan import Action, Decomposition, Plan
from planzoo.planners.htn.planner import HierarchicalPlanner
from planzoo.planners.htn.problem import checked_problem
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Problem
from planzoo.planners.replanning.engine import Limits, ReplanningEngine
from planzoo.planners.replanning.execution import ExecutionTrace, TraceStatus
from planzoo.planners.replanning.executor import Executor, Outcome
from planzoo.planners.replanning.expecting import PLAIN, ExpectingPlanner, Outlook
from planzoo.planners.replanning.experience import Experience
from planzoo.planners.replanning.experience_file import load_experience, save_experience
from planzoo.planners.replanning.how import ReplanStrategy
from planzoo.planners.replanning.monitor import ExecutionMonitor
from planzoo.planners.replanning.trace_file import TraceFile
from planzoo.planners.replanning.when import When
from planzoo.planners.status import Status

NOTHING = Plan((), Decomposition((), (), ()))
"""What is executed where there is no plan."""


class AdaptivePlanner:
    """Plans, executes, watches and replans; what it has learnt counts from the next plan on.

    Args:
        base_planner: searches for plans.
        executor: carries actions out; None: they happen as the domain has it, as in a rehearsal.
        memory: a file that keeps what is learnt; read at once, written whenever something is learnt.
        outlook: how what is known counts.
        when: when to replan; None: after each failure, and when the world is too far from what is expected.
        replan_strategy: how plans are changed; only ``"full"`` reckons with all that is known.

    Attributes:
        base_planner: as above.
        planner: plans with what is known.
        experience: what is known.
        execution_history: the traces of all executions, the last one at the end.

    Raises:
        InputError: the memory is no file of experience (it is left as it is), or there is no such strategy.
    """

    def __init__(
        self,
        base_planner: HierarchicalPlanner,
        executor: Executor | None = None,
        memory: str | Path | None = None,
        outlook: Outlook = PLAIN,
        when: When | None = None,
        replan_strategy: str | ReplanStrategy = ReplanStrategy.FULL,
    ) -> None:
        self.base_planner = base_planner
        self.executor = executor
        self.memory = memory
        self.experience = Experience() if memory is None else load_experience(memory)
        self.planner = ExpectingPlanner(base_planner, self.experience, outlook)
        self.when = when
        self.replan_strategy = ReplanStrategy.of(replan_strategy)
        self.execution_history: list[ExecutionTrace] = []
        self._learnt: set[int] = set()

    def plan_and_execute(
        self,
        goal: Any,
        current_state: Mapping[Any, Any],
        max_replans: int = 10,
        executor: Executor | None = None,
        record: str | Path | None = None,
    ) -> ExecutionTrace:
        """Plans, executes, watches, and replans as needed.

        Args:
            goal: a task or goal, or a list of them.
            current_state: the facts at the beginning; stays unchanged.
            max_replans: how often the plan may be changed.
            executor: carries these actions out; None: the planner's own.
            record: a file into which the trace is written as it happens; it does not exist yet.

        Returns:
            The trace, which has ended: it says whether all is accomplished, and if not, why.

        Raises:
            InputError: the state or the goal is none, the number is negative, or the file cannot be written.
            DomainError: a fault of the domain while the first plan is searched.
        """
        limits = Limits(replans=max_replans)
        state, tasks = checked_problem((current_state, goal if isinstance(goal, list) else [goal]))
        carry_out = executor or self.executor or rehearsal(self.base_planner.domain, state)
        found = self.planner.solve(Problem(state, tasks))
        plan, domain = found.plan or NOTHING, self.base_planner.domain
        monitor = ExecutionMonitor(plan, carry_out, domain, state, self.when)
        trace = monitor.trace
        if found.plan is None:
            if record is not None:
                trace.writer = TraceFile(record, plan, monitor.current_state)
            proven = found.status is Status.INFEASIBLE
            trace.end(TraceStatus.IMPOSSIBLE if proven else TraceStatus.GIVEN_UP, found.reason)
        else:
            engine = ReplanningEngine(self.planner, monitor, self.replan_strategy, limits, record)
            engine.execute_with_monitoring()
        self.execution_history.append(trace)
        return trace

    def learn_from_failures(self, trace: ExecutionTrace | None = None) -> int:
        """Learns how reliable, costly and slow actions are, from failures and successes alike.

        Args:
            trace: what has happened; None for all executions. Those of the history are learnt from once.

        Returns:
            How many attempts were learnt from.

        Raises:
            InputError: the memory cannot be written.
        """
        traces = self.execution_history if trace is None else [trace]
        count = sum(self.experience.learn(each) for each in traces if id(each) not in self._learnt)
        # The history keeps its traces, so that no other one gets their identity.
        self._learnt.update(id(each) for each in traces if any(each is old for old in self.execution_history))
        if self.memory is not None:
            save_experience(self.experience, self.memory)
        return count


def rehearsal(domain: Domain, state: State) -> Executor:
    """Makes an executor for which every action happens as the domain has it; the state stays as it is."""
    world = state.copy()

    def executor(action: Action) -> Outcome:
        effects = apply_operator(domain, world, action.name, action.arguments)
        world.commit()
        return Outcome(world.copy(), succeeded=effects is not None)

    return executor

"""A corridor to act in, in which things go wrong, and monitors that watch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from planzoo.planners.htn import Action, HierarchicalPlanner, Plan, Problem, State
from planzoo.planners.htn.acting.effects import apply_operator
from planzoo.planners.replanning.executor import Outcome
from planzoo.planners.replanning.monitor import ExecutionMonitor
from tests.planners.htn.corridor import BROUGHT, Event, corridor, start

DOMAIN = corridor()


def brought() -> tuple[State, Plan]:
    """The box is at 2 and wanted at 4: move(1), move(2), pick(box), move(3), move(4), drop(box)."""
    state = start(box=2, ball=0)
    plan = HierarchicalPlanner(DOMAIN).solve(Problem(state, [BROUGHT])).plan
    assert plan is not None
    return state, plan


class World:
    """Carries actions out as the domain says.

    Args:
        state: the facts at the beginning.
        events: what happens besides after the action of that number, from 0.
        instead: what happens instead of it.
        answers: what is answered instead of the facts, made of them.
    """

    def __init__(
        self,
        state: State,
        events: Mapping[int, Event] | None = None,
        instead: Mapping[int, Event] | None = None,
        answers: Mapping[int, Callable[[State], Any]] | None = None,
    ) -> None:
        self.state = state.copy()
        self.events, self.instead, self.answers = events or {}, instead or {}, answers or {}
        self.asked: list[str] = []

    def __call__(self, action: Action) -> Any:
        number = len(self.asked)
        self.asked.append(str(action))
        if number in self.instead:
            self.instead[number](self.state)
        else:
            apply_operator(DOMAIN, self.state, action.name, action.arguments)
            self.state.commit()
        self.events.get(number, lambda state: None)(self.state)
        return self.answers.get(number, Outcome)(self.state.copy())


def monitor_of(world: World | None = None, **settings: Any) -> ExecutionMonitor:
    """Gives a monitor of the plan to bring the box."""
    state, plan = brought()
    given: dict[str, Any] = {"domain": DOMAIN, "current_state": state, **settings}
    return ExecutionMonitor(plan, world or World(state), **given)


def run(monitor: ExecutionMonitor, steps: int = 99) -> list[str]:
    """Executes the plan as it is, and gives how the actions went."""
    found = []
    while not monitor.over and len(found) < steps:
        found.append(monitor.execute_step().status.value)
        monitor.should_replan()
    return found

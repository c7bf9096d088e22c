"""A concurrent plan: the actions of several agents with their times, and the orders that must stay."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from planzoo.errors import InputError
from planzoo.planners.htn.plan import Action
from planzoo.planners.htn.task import describe


class Reason(Enum):
    """Why one action must end before another starts; the value says it in words."""

    PRODUCES = "reads what the earlier one writes"
    SPARES = "writes what the earlier one reads"
    OVERWRITES = "writes what the earlier one writes"
    AGENT = "has the same agent"
    RESOURCE = "takes what the earlier one held"


class Order(NamedTuple):
    """One action ends before another starts."""

    earlier: int
    """The step of the plan (from 0) that ends first."""
    later: int
    """The step that starts only then."""
    reason: Reason
    """Why."""
    subject: Any
    """The variable, agent or resource that it is about; a table's name when the table is looked through."""

    def __str__(self) -> str:
        is_fact = isinstance(self.subject, tuple) and self.reason is not Reason.AGENT
        subject = describe(self.subject) if is_fact else self.subject
        return f"{self.later + 1} after {self.earlier + 1}: it {self.reason.value} ({subject})"


@dataclass(frozen=True)
class JointPlan:
    """Actions that may overlap.

    What an action reads must hold, and what it writes may be in between, from its start up to (but without)
    its end: actions that conflict never overlap. An action without duration takes place at once; where it
    conflicts with another at that instant, the one with the smaller step comes first. Any execution that
    keeps the orders has the same outcome as the plan, one action after another, however long actions take.

    Attributes:
        actions: the steps in the order of the plan that was scheduled.
        starts: when each starts, in the domain's unit of time, from 0.
        orders: the orders that must stay, without those that follow from others by way of a third action;
            two actions may have several reasons.
        capacities: how much there is of each resource; unbounded where not given.
    """

    actions: tuple[Action, ...]
    starts: tuple[float, ...]
    orders: tuple[Order, ...] = ()
    capacities: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    @cached_property
    def ends(self) -> tuple[float, ...]:
        """When each action ends."""
        return tuple(start + action.duration for start, action in zip(self.starts, self.actions, strict=True))

    @property
    def makespan(self) -> float:
        """When the last action ends; 0 without actions."""
        return max(self.ends, default=0.0)

    @cached_property
    def steps_by_start(self) -> tuple[int, ...]:
        """The steps in the order of their starts; at one time, in the order of the plan."""
        return tuple(sorted(range(len(self.actions)), key=lambda step: (self.starts[step], step)))

    @cached_property
    def timelines(self) -> dict[Any, tuple[int, ...]]:
        """Each agent's steps in the order of their starts, the agents as they come up in the plan.

        Actions without an agent stand under None.
        """
        timelines: dict[Any, list[int]] = {action.agent: [] for action in self.actions}
        for step in self.steps_by_start:
            timelines[self.actions[step].agent].append(step)
        return {agent: tuple(steps) for agent, steps in timelines.items()}

    @cached_property
    def waits(self) -> tuple[tuple[Order, ...], ...]:
        """For each step the orders that it waits for."""
        waits: list[list[Order]] = [[] for _ in self.actions]
        for order in self.orders:
            waits[order.later].append(order)
        return tuple(map(tuple, waits))

    @property
    def critical_path(self) -> tuple[int, ...]:
        """Steps that follow one another without a pause up to the makespan: what would have to be faster.

        It begins at time 0 unless the plan has an action that starts later than its orders demand.
        """
        if not self.actions:
            return ()
        path = [self.ends.index(self.makespan)]
        while True:
            start = self.starts[path[-1]]
            tight = [order.earlier for order in self.waits[path[-1]] if self.ends[order.earlier] == start]
            if not tight:
                return tuple(reversed(path))
            path.append(tight[0])

    @property
    def resources(self) -> tuple[str, ...]:
        """The resources that actions hold, in the order in which they come up in the plan."""
        return tuple(dict.fromkeys(name for action in self.actions for name, _ in action.resources))

    def profile(self, resource: str) -> tuple[tuple[float, float], ...]:
        """Gives (time, amount held from then on) pairs, from time 0 on, the last amount being 0.

        Raises:
            InputError: no action holds the resource.
        """
        if resource not in self.resources:
            raise InputError(f"No action holds {resource!r}; the plan's resources are {self.resources}.")
        changes: dict[float, float] = {0.0: 0.0}
        for action, start, end in zip(self.actions, self.starts, self.ends, strict=True):
            amount = dict(action.resources).get(resource, 0.0)
            changes[start] = changes.get(start, 0.0) + amount
            changes[end] = changes.get(end, 0.0) - amount
        level, profile = 0.0, []
        for time in sorted(changes):
            level += changes[time]
            profile.append((time, round(level, 9)))
        return tuple(
            entry for place, entry in enumerate(profile) if not place or entry[1] != profile[place - 1][1]
        )

    def to_text(self) -> str:
        """Writes each agent's timeline; steps are counted from 1, ``*`` marks the critical path."""
        spent = sum(action.duration for action in self.actions)
        lines = [f"{len(self.actions)} actions, makespan {self.makespan:g}, one after another {spent:g}"]
        critical = set(self.critical_path)
        for agent, steps in self.timelines.items():
            lines.append("nobody" if agent is None else str(agent))
            for step in steps:
                times = f"{self.starts[step]:7g} – {self.ends[step]:<7g}"
                mark = "*" if step in critical else " "
                lines.append(f"{times}{mark} {step + 1}. {self.actions[step]}")
        return "\n".join(lines)

    def to_data(self) -> dict[str, Any]:
        """Gives the plan as dicts, lists, numbers and strings; steps are counted from 0."""
        return {
            "makespan": self.makespan,
            "actions": [self._action_data(step) for step in range(len(self.actions))],
            "orders": [
                {"earlier": earlier, "later": later, "reason": reason.name.lower(), "subject": subject}
                for earlier, later, reason, subject in self.orders
            ],
            "critical_path": list(self.critical_path),
            "capacities": dict(self.capacities),
            "profiles": {name: [list(entry) for entry in self.profile(name)] for name in self.resources},
        }

    def to_json(self, indent: int | None = None) -> str:
        """Writes :meth:`to_data` as JSON; what JSON does not know is written as strings."""
        return json.dumps(self.to_data(), indent=indent, default=str)

    def to_svg(self) -> str:
        """Draws a Gantt chart; see :func:`planzoo.planners.htn.joint.gantt.gantt_chart`."""
        from planzoo.planners.htn.joint.gantt import gantt_chart

        return gantt_chart(self)

    def _action_data(self, step: int) -> dict[str, Any]:
        action = self.actions[step]
        return {
            "name": action.name,
            "arguments": list(action.arguments),
            "agent": action.agent,
            "start": self.starts[step],
            "end": self.ends[step],
            "cost": action.cost,
            "resources": dict(action.resources),
        }

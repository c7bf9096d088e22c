"""Contingent plans: trees that say what to do after every result."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.pomdp.belief import BeliefState

INFORMING = frozenset({"observe", "ask", "test"})
"""Kinds of actions that gather information."""
END = "end"
"""Action and kind of the leaf for an observation with which the episode ends."""


@dataclass(frozen=True, eq=False)
class ContingentPlan:
    """A tree of actions with a branch for each observation that may follow.

    Attributes:
        root_action: the action to do now.
        branches: the plan to go on with after each possible observation; empty after an action that ends it.
        depth: tests on the longest way through this plan.
        expected_cost: of the actions from here on.
        expected_utility: of what is reached in the end, minus the costs from here on.
        probability: of coming here from the root.
        belief: P(condition) here.
        kind: what sort of action ``root_action`` is: observe, ask, test, treat, wait, stop, or act for any
            other; "end" is no action but an observation with which the episode ended.
    """

    root_action: str
    branches: Mapping[str, ContingentPlan] = field(default_factory=dict)
    depth: int = 0
    expected_cost: float = 0.0
    expected_utility: float = 0.0
    probability: float = 1.0
    belief: BeliefState | None = None
    kind: str = "act"

    @property
    def is_test(self) -> bool:
        """Whether the action gathers information."""
        return self.kind in INFORMING

    def nodes(self) -> Iterator[ContingentPlan]:
        """Goes through the tree, each plan before its branches."""
        waiting = [self]
        while waiting:
            plan = waiting.pop()
            yield plan
            waiting.extend(reversed(list(plan.branches.values())))

    def follow(self, outcome: str) -> ContingentPlan:
        """Gives the plan to go on with after an outcome.

        Raises:
            KeyError: the plan has no branch for it.
        """
        return self.branches[outcome]

    def to_dict(self) -> dict[str, Any]:
        """Gives the tree as plain data, which :meth:`from_dict` reads."""
        whole: dict[str, Any] = {}
        waiting: list[tuple[ContingentPlan, dict[str, Any]]] = [(self, whole)]
        while waiting:
            plan, data = waiting.pop()
            belief, branches = plan.belief, {outcome: dict[str, Any]() for outcome in plan.branches}
            data |= {
                "action": plan.root_action,
                "kind": plan.kind,
                "depth": plan.depth,
                "probability": plan.probability,
                "expected_cost": plan.expected_cost,
                "expected_utility": plan.expected_utility,
                "belief": {} if belief is None else belief.to_dict(),
                "branches": branches,
            }
            waiting += [(branch, branches[outcome]) for outcome, branch in plan.branches.items()]
        return whole

    @classmethod
    def from_dict(cls, data: Any) -> ContingentPlan:
        """Reads a tree that :meth:`to_dict` wrote.

        Raises:
            InputError: a part of the data is not that of a plan.
        """
        from planzoo.planners.pomdp.plan_data import plan_from_data

        return plan_from_data(data)

    def to_json(self, indent: int | None = None) -> str:
        """Writes the tree as JSON.

        Args:
            indent: spaces for each level; None for one line.

        Raises:
            InputError: the tree is deeper than JSON can be written.
        """
        try:
            return json.dumps(self.to_dict(), indent=indent, ensure_ascii=False)
        except RecursionError:
            raise InputError("The plan is too deep for JSON; save its branches instead.") from None

    @classmethod
    def from_json(cls, text: str | bytes) -> ContingentPlan:
        """Reads a tree that :meth:`to_json` wrote.

        Raises:
            InputError: the text is no JSON, or not that of a plan.
        """
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise InputError(f"A saved plan must be JSON: {str(error) or 'it is too deep'}.") from None
        return cls.from_dict(data)

    def to_text(self, labels: Mapping[str, str] | None = None, min_probability: float = 0.0) -> str:
        """Draws the tree, one line a plan.

        Args:
            labels: what to call actions instead of their names.
            min_probability: branches less probable than this, from here, are folded into "… n more".
        """
        from planzoo.planners.pomdp.drawing.text import to_text

        return to_text(self, labels, min_probability)

    def to_svg(self, labels: Mapping[str, str] | None = None, min_probability: float = 0.0) -> str:
        """Draws the tree as a picture: a whole SVG document.

        Args:
            labels: what to call actions instead of their names.
            min_probability: branches less probable than this, from here, are folded into "… n more".
        """
        from planzoo.planners.pomdp.drawing.svg import to_svg

        return to_svg(self, labels, min_probability)

    def to_html(self, labels: Mapping[str, str] | None = None, min_probability: float = 0.0) -> str:
        """Draws the tree as a page: the picture, and below it a tree that folds; it needs no other file.

        Args:
            labels: what to call actions instead of their names.
            min_probability: branches less probable than this, from here, are folded into "… n more".
        """
        from planzoo.planners.pomdp.drawing.html import to_html

        return to_html(self, labels, min_probability)

"""What drawings of a contingent plan show: its nodes, with improbable branches folded together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planzoo.errors import InputError
from planzoo.planners.htn.drawing.labels import printable
from planzoo.planners.pomdp.contingent_plan import END, ContingentPlan


@dataclass(frozen=True, slots=True)
class DrawnNode:
    """One node of a drawing.

    Attributes:
        plan: what to do here; None for branches that are folded together.
        parent: where its parent stands in the list of drawn nodes; -1 for the root.
        level: branchings on the way here.
        observation: what was seen before it; empty at the root and for folded branches.
        probability: of coming here from the root of the drawing.
        share: of coming here from the parent.
        folded: how many branches are folded together here.
        name: what the action is called, a question mark behind it if it gathers information.
    """

    plan: ContingentPlan | None
    parent: int
    level: int
    observation: str
    probability: float
    share: float
    folded: int
    name: str


def drawn_nodes(
    plan: ContingentPlan, labels: Mapping[str, str] | None = None, min_probability: float = 0.0
) -> list[DrawnNode]:
    """Chooses what to draw of a plan.

    Args:
        plan: the plan.
        labels: what to call actions instead of their names.
        min_probability: branches less probable than this, from the root, are folded together.

    Returns:
        The nodes in preorder; folded branches come after those that are shown.

    Raises:
        InputError: the least probability is not a number from 0 to 1.
    """
    if not 0 <= min_probability <= 1:
        raise InputError(f"min_probability must be from 0 to 1, not {min_probability}.")
    whole = plan.probability if plan.probability > 0 else 1.0
    names = labels or {}
    found: list[DrawnNode] = []
    waiting = [DrawnNode(plan, -1, 0, "", 1.0, 1.0, 0, _name(plan, names))]
    while waiting:
        node = waiting.pop()
        found.append(node)
        if node.plan is not None:
            children = _children(node, len(found) - 1, whole, names)
            shown = [child for child in children if child.probability >= min_probability]
            hidden = [child for child in children if child.probability < min_probability]
            waiting.extend(reversed(shown + _folded(hidden)))
    return found


def _children(node: DrawnNode, number: int, whole: float, names: Mapping[str, str]) -> list[DrawnNode]:
    assert node.plan is not None
    here = node.plan.probability if node.plan.probability > 0 else 1.0
    return [
        DrawnNode(
            branch,
            number,
            node.level + 1,
            printable(observation),
            branch.probability / whole,
            min(1.0, branch.probability / here),
            0,
            _name(branch, names),
        )
        for observation, branch in node.plan.branches.items()
    ]


def _folded(hidden: Sequence[DrawnNode]) -> list[DrawnNode]:
    if not hidden:
        return []
    probability, share = sum(node.probability for node in hidden), sum(node.share for node in hidden)
    first = hidden[0]
    name = f"… {len(hidden)} more"
    return [DrawnNode(None, first.parent, first.level, "", probability, share, len(hidden), name)]


def _name(plan: ContingentPlan, names: Mapping[str, str]) -> str:
    if plan.kind == END:
        return "it ends"
    name = printable(names.get(plan.root_action, plan.root_action))
    return f"{name}?" if plan.is_test and not name.endswith("?") else name

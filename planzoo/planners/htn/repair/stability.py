"""How much of an old plan a new one keeps.

Source: Fox, Gerevini, Long and Serina, Plan stability: replanning versus plan repair (ICAPS 2006), who count
the actions that stand in only one of two plans. Here an action that stands in a plan twice counts twice, and
the share that is kept is given beside that distance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from planzoo.planners.htn.plan import Action


def changed_actions(old: Iterable[Action], new: Iterable[Action]) -> int:
    """Gives the number of actions of either plan that the other one lacks.

    Actions are the same when name and arguments are; their order and cost do not count.
    """
    before, after = _counted(old), _counted(new)
    return (before - after).total() + (after - before).total()


def plan_stability(old: Iterable[Action], new: Iterable[Action]) -> float:
    """Gives the share of the old plan's actions that stand in the new plan, too: from 0 to 1.

    Actions are the same when name and arguments are; each of the new plan's counts for one of the old plan's.
    Their order does not count, nor do actions that the new plan adds. 1 when the old plan has no actions.
    """
    before, after = _counted(old), _counted(new)
    return (before & after).total() / before.total() if before else 1.0


def _counted(actions: Iterable[Action]) -> Counter[tuple[str, tuple[object, ...]]]:
    return Counter((action.name, action.arguments) for action in actions)

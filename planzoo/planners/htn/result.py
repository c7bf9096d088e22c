"""What a planner is given to spend, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

from planzoo.errors import InputError
from planzoo.planners.htn.plan import Plan
from planzoo.planners.status import Status


@dataclass(frozen=True)
class Budget:
    """Bounds of a search. They are checked by the search itself, so they work in any thread.

    Attributes:
        milliseconds: wall-clock time, checked every few expansions; None = unbounded.
        expansions: how many tasks (operators and compound tasks) may be taken up; None = unbounded.
        depth: how many tasks may stand above one another before the depth-first search gives up as lost in a
            recursion without end, and the slower search in fair order takes over.

    Raises:
        InputError: a bound is negative.
    """

    milliseconds: float | None = None
    expansions: int | None = None
    depth: int = 100_000

    def __post_init__(self) -> None:
        for name in ("milliseconds", "expansions", "depth"):
            bound = getattr(self, name)
            if bound is not None and not bound >= 0:
                raise InputError(
                    f"Budget({name}={bound!r}) must be at least 0; leave it out for the default."
                )


@dataclass(frozen=True)
class Result:
    """A planner's answer.

    Attributes:
        status: how the search ended.
        plan: the plan when ``status`` is SOLVED (an empty plan when nothing is to be done), else None.
        expansions: tasks that the search took up.
        seconds: wall-clock time of the whole call.
        reason: empty when solved; else says what stopped the search and at which path of tasks.
    """

    status: Status
    plan: Plan | None
    expansions: int
    seconds: float
    reason: str = ""

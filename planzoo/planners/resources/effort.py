"""What optimizing a schedule may cost."""

from __future__ import annotations

from dataclasses import dataclass

from planzoo.errors import InputError

OBJECTIVES = ("minimize_time", "minimize_cost")
"""What a schedule can be best at. Of equally cheap ones the quickest is meant, and the other way round."""
SOLVERS = ("auto", "cp_sat", "search", "exact")
"""Who may optimize: CP-SAT of OR-tools, the local search, the exact search for small problems; or whoever
suits."""


@dataclass(frozen=True)
class Effort:
    """Bounds of an optimization.

    Attributes:
        milliseconds: of wall-clock time.
        seed: seeds whoever draws at random; the same seed and ``iterations`` give the same schedule.
        iterations: schedules that the local search may make; None = as time allows.
        solver: one of :data:`SOLVERS`.
        workers: threads of CP-SAT.

    Raises:
        InputError: a bound is not positive, or there is no such solver.
    """

    milliseconds: float = 1000.0
    seed: int = 0
    iterations: int | None = None
    solver: str = "auto"
    workers: int = 1

    def __post_init__(self) -> None:
        for name in ("milliseconds", "iterations", "workers"):
            bound = getattr(self, name)
            if bound is not None and not bound > 0:
                raise InputError(f"Effort({name}={bound!r}) must be positive; leave it out for the default.")
        if self.solver not in SOLVERS:
            raise InputError(f"There is no solver {self.solver!r}; choose one of {', '.join(SOLVERS)}.")
        if self.seed < 0:
            raise InputError(f"Effort(seed={self.seed!r}) must be at least 0.")


def check_objective(objective: str) -> None:
    """Makes sure that a schedule can be best at something.

    Raises:
        InputError: it is unknown.
    """
    if objective not in OBJECTIVES:
        raise InputError(f"There is no objective {objective!r}; choose one of {', '.join(OBJECTIVES)}.")

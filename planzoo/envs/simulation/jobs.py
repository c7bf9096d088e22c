"""What a thread does in a step: it steps some worlds and keeps their accounts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.accounts.arrays import Books, Worlds, are_kept
from planzoo.envs.accounts.settling import settle
from planzoo.envs.accounts.taking import take_where_poor, take_where_rich
from planzoo.envs.simulation.kernel import driver


class Job(NamedTuple):
    """What there is to do for one thread.

    Attributes:
        actions: int64 (B, N), of all worlds; if accounts are kept, what cannot be afforded is replaced.
        accepted: int64 (B, N), what the step makes of them.
        ended: bool (B,), worlds that play no step.
        worlds: those that the thread steps.
        books: the accounts of all worlds, if there are any.
    """

    actions: NDArray[np.int64]
    accepted: NDArray[np.int64]
    ended: NDArray[np.bool_]
    worlds: Worlds
    books: Books


@driver
def begin_accounts(job: Job) -> None:
    """Takes what actions need before the step, where agents may lack something and actions be refused."""
    if not are_kept(job.books):
        return
    for world in range(np.uintp(job.worlds[0]), np.uintp(job.worlds[1])):
        job.books.resting[world] = job.ended[world]
    take_where_poor(job.books, job.actions, job.worlds)


@driver
def end_accounts(job: Job, autoreset: bool) -> None:
    """Takes what actions needed elsewhere, which needs no second look at them, and settles the accounts."""
    if are_kept(job.books):
        take_where_rich(job.books, job.accepted, job.worlds)
        settle(job.books, autoreset, job.worlds)

"""Where tasks run: in this process, or in several. Both give results as soon as they are there."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from itertools import islice
from multiprocessing import connection
from typing import Protocol, TypeVar

from planzoo.errors import InputError

Task = TypeVar("Task")
Result = TypeVar("Result")

_AHEAD = 4
"""Tasks a process that are handed out before they are needed."""


class Executor(Protocol):
    """Runs one function over many tasks."""

    def run(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """Gives each task's result once it is there, in any order; an exception of a task is raised here."""


class LocalExecutor:
    """Runs tasks one after the other in this process."""

    def run(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """Gives the results in the order of the tasks."""
        for task in tasks:
            yield function(task)


class ProcessExecutor:
    """Runs tasks in processes that are started afresh (``spawn``): no thread or lock is copied halfway.

    Args:
        jobs: how many processes.
    """

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs

    def run(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """Gives the results as they come in; the processes are stopped when the caller stops asking."""
        bystanders = set(multiprocessing.active_children())
        pool = ProcessPoolExecutor(self.jobs, multiprocessing.get_context("spawn"), _begin_worker)
        waiting = iter(tasks)
        try:
            # A few tasks ahead keep the processes busy; all at once would take long for a large comparison.
            running = {pool.submit(function, task) for task in islice(waiting, _AHEAD * self.jobs)}
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                running |= {pool.submit(function, task) for task in islice(waiting, len(done))}
                for future in done:
                    yield future.result()
        except BaseException:
            for worker in set(multiprocessing.active_children()) - bystanders:
                worker.terminate()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def make_executor(jobs: int) -> Executor:
    """Gives the executor for a number of jobs.

    Raises:
        InputError: the number is not positive.
    """
    if jobs < 1:
        raise InputError(f"--jobs {jobs}: at least one job is needed")
    return LocalExecutor() if jobs == 1 else ProcessExecutor(jobs)


def _begin_worker() -> None:
    # The parent decides what Ctrl-C means. One thread a worker: the workers themselves fill the cores.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for variable in ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    # A killed parent closes no queue, so its workers would wait for tasks for ever.
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)

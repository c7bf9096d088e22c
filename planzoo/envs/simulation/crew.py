"""Threads that share a step.

To wake a sleeping thread takes the system some fifty microseconds, as long as half a step of a thousand small
worlds. A thread that has done its part therefore looks out for the next one for a while before it goes to
sleep; it does so in compiled code and without Python's lock, which others have meanwhile. Where all
processors are busy it may come late all the same; then whoever asked does its part.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.atomics import load_shared, pause, store_shared, take_turn
from planzoo.envs.simulation.kernel import call, driver, kernel

ASKED, AUTORESET, TAKEN, DONE = 0, 1, 8, 9
"""Places on a desk: steps asked for, whether the last one resets, steps taken, steps done."""
DESK_SIZE = 16
"""A line of the cache for what is asked, another for what becomes of it."""
PATIENCE = 20000
"""How often a thread looks before it sleeps: some hundreds of microseconds, longer than it takes between two
steps to tell of the episodes that have ended."""
ALL_DONE, LATE = -1, -2
BREATH = 50e-6
"""Seconds that who has waited in vain sleeps, so that others may have the processor."""

Desk = NDArray[np.int64]


@kernel
def wait_for_work(desk: Desk) -> bool:
    """Waits until a step is asked for, and takes it; False if that takes too long."""
    for _ in range(PATIENCE):
        if _take(desk):
            return True
        pause()
    return False


@kernel
def _take(desk: Desk) -> bool:
    asked = load_shared(desk, ASKED)
    return asked != load_shared(desk, TAKEN) and take_turn(desk, TAKEN, asked)


@kernel
def report_done(desk: Desk) -> None:
    """Says that the step is done."""
    store_shared(desk, DONE, desk[ASKED])


@driver
def _ask(
    desks: NDArray[np.int64], target: NDArray[np.int64], actions: NDArray[np.int64], autoreset: bool
) -> bool:
    """Asks for a step at each desk, int64 (T, DESK_SIZE); False if an interrupted step is still under way."""
    for number in range(desks.shape[0]):
        if load_shared(desks[number], DONE) != desks[number, ASKED]:
            return False
    for world in range(target.shape[0]):
        for agent in range(target.shape[1]):
            target[world, agent] = actions[world, agent]
    for number in range(desks.shape[0]):
        desk = desks[number]
        desk[AUTORESET] = autoreset
        store_shared(desk, ASKED, desk[ASKED] + 1)
    return True


@driver
def collect(desks: NDArray[np.int64]) -> int:
    """Takes what was asked for at a desk and nobody has taken, and gives the desk's number.

    If everything was taken, waits until it is done and gives ALL_DONE, or LATE if that takes too long.
    """
    for number in range(desks.shape[0]):
        if _take(desks[number]):
            return number
    for number in range(desks.shape[0]):
        desk, patience = desks[number], PATIENCE
        while load_shared(desk, DONE) != desk[ASKED]:
            patience -= 1
            if patience == 0:
                return LATE
            pause()
    return ALL_DONE


class Crew:
    """Some threads, each at its desk.

    Args:
        actions: int64 (B, N), where the actions of each step are put.
        servers: makes for each thread, given its desk, the function that it runs: one that works as long as
            :func:`wait_for_work` says so, and after each step calls :func:`report_done`.
    """

    def __init__(
        self, actions: NDArray[np.int64], servers: Sequence[Callable[[Desk], Callable[[], None]]]
    ) -> None:
        self.actions = actions
        self.process = os.getpid()
        self._desks = np.zeros((len(servers), DESK_SIZE), dtype=np.int64)
        pairs = zip(self._desks, servers, strict=True)
        self._workers = [_Worker(desk, server(desk)) for desk, server in pairs]
        for worker in self._workers:
            threading.Thread(target=worker.run, name="planzoo", daemon=True).start()

    def begin(self, actions: NDArray[np.int64], autoreset: bool) -> None:
        """Has the threads begin a step."""
        while not call(_ask, self._desks, self.actions, actions, autoreset):
            time.sleep(BREATH)
        for worker in self._workers:
            worker.wake()

    def finish(self, work: Callable[[int], None]) -> None:
        """Does with ``work`` the parts, numbered from 0, that no thread has begun; waits for the others."""
        while (part := call(collect, self._desks)) != ALL_DONE:
            if part == LATE:
                # The system has put a thread aside.
                time.sleep(BREATH)
                continue
            try:
                work(part)
            finally:
                self._desks[part, DONE] = self._desks[part, ASKED]

    def dismiss(self) -> None:
        """Ends the threads; a forked process, where there are none, leaves their locks alone."""
        if self.process != os.getpid():
            return
        for worker in self._workers:
            worker.dismissed = True
            worker.alarm.set()


class _Worker:
    """What one thread does. Holds no simulator, so that one that nobody needs any more can go."""

    def __init__(self, desk: Desk, work: Callable[[], None]) -> None:
        self.desk, self.work = desk, work
        self.alarm = threading.Event()
        self.asleep = self.dismissed = False

    def wake(self) -> None:
        if self.asleep:
            self.alarm.set()

    def run(self) -> None:
        while not self.dismissed:
            self.work()
            # Whoever asks for work asks first and looks for sleepers then; this is the other way round.
            self.asleep = True
            if self.desk[ASKED] == self.desk[TAKEN]:
                self.alarm.wait()
            self.asleep = False
            self.alarm.clear()

"""Threads that share a step."""

from __future__ import annotations

import gc
import os
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from planzoo.envs import diagnosis_v0
from planzoo.envs.simulation.crew import ASKED, AUTORESET, DESK_SIZE, DONE, Crew, Desk, collect
from planzoo.envs.simulation.kernel import call
from tests.envs.simulation.mortals import mortals

WORLDS = 256


class Log:
    """Servers in Python that write down what they were asked for."""

    def __init__(self, actions: NDArray[np.int64], seconds: float = 0.0) -> None:
        self.actions, self.seconds = actions, seconds
        self.seen: list[tuple[int, bool]] = []

    def hire(self, desk: Desk) -> Callable[[], None]:
        return lambda: self.work(desk)

    def work(self, desk: Desk) -> None:
        time.sleep(self.seconds)
        if call(collect, desk[np.newaxis]) == 0:
            self.write(bool(desk[AUTORESET]))
            desk[DONE] = desk[ASKED]

    def write(self, autoreset: bool) -> None:
        self.seen.append((int(self.actions.sum()), autoreset))


def wait_for(condition: Callable[[], bool]) -> None:
    """Waits until the system has got round to something."""
    limit = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.001)


@pytest.mark.parametrize("seconds", [0.0, 0.001, 0.02])
def test_every_part_of_every_step_is_done_once(seconds: float) -> None:
    """By its thread or, where that comes late, by who asked."""
    actions = np.zeros((2, 1), dtype=np.int64)
    logs = [Log(actions, seconds) for _ in range(3)]
    crew, taken_back = Crew(actions, [log.hire for log in logs]), 0
    for step in range(30):
        autoreset = step % 3 == 0

        def work(part: int, autoreset: bool = autoreset) -> None:
            nonlocal taken_back
            taken_back += 1
            logs[part].write(autoreset)

        crew.begin(np.full((2, 1), step), autoreset)
        # Time for the threads, and sometimes for everybody to fall asleep.
        time.sleep((0.0, 0.005, 0.03)[step % 3])
        crew.finish(work)
    crew.dismiss()
    assert all(log.seen == [(2 * step, step % 3 == 0) for step in range(30)] for log in logs)
    assert crew._desks.shape == (3, DESK_SIZE)
    assert taken_back < 90 and (taken_back > 0) >= (seconds > 0.01), "late ones only"


def pair() -> tuple[Any, Any]:
    """The same patients, stepped by one thread and by three."""
    alone, shared = (diagnosis_v0.simulator(num_worlds=WORLDS, threads=threads) for threads in (1, 3))
    alone.reset(0)
    shared.reset(0)
    return alone, shared


def assert_equal_steps(alone: Any, shared: Any, steps: int, pause: float = 0.0) -> None:
    random = np.random.default_rng(0)
    for _ in range(steps):
        actions = random.integers(alone.num_actions, size=(WORLDS, 1))
        time.sleep(pause)
        for mine, theirs in zip(alone.step(actions, True), shared.step(actions, True), strict=True):
            np.testing.assert_array_equal(mine, theirs)


def test_sleepers_and_waiters_step_alike() -> None:
    alone, shared = pair()
    assert_equal_steps(alone, shared, 300)
    assert_equal_steps(alone, shared, 10, pause=0.02)


def test_a_part_that_a_thread_has_taken_is_waited_for() -> None:
    actions, begun, done = np.zeros((2, 1), dtype=np.int64), threading.Event(), threading.Event()

    def hire(desk: Desk) -> Callable[[], None]:
        def work() -> None:
            if call(collect, desk[np.newaxis]) == 0:
                begun.set()
                time.sleep(0.05)
                done.set()
                desk[DONE] = desk[ASKED]

        return work

    crew, taken_back = Crew(actions, [hire]), []
    crew.begin(actions, autoreset=False)
    assert begun.wait(10)
    crew.finish(taken_back.append)
    crew.dismiss()
    assert done.is_set() and taken_back == []


def test_a_step_that_was_interrupted_does_not_meet_the_next() -> None:
    actions = np.zeros((2, 1), dtype=np.int64)
    log = Log(actions)
    crew = Crew(actions, [log.hire])

    def interrupt(part: int) -> None:
        raise KeyboardInterrupt

    interrupted = 0
    for step in range(40):
        crew.begin(np.full((2, 1), step), autoreset=False)
        try:
            crew.finish(interrupt)
        except KeyboardInterrupt:
            interrupted += 1
    crew.begin(np.full((2, 1), 99), autoreset=False)
    wait_for(lambda: log.seen[-1:] == [(198, False)])
    crew.finish(lambda part: None)
    crew.dismiss()
    assert len(log.seen) == 41 - interrupted


def test_threads_end_with_their_simulator() -> None:
    before = set(threading.enumerate())
    alone, shared = pair()
    assert_equal_steps(alone, shared, 2)
    hired = set(threading.enumerate()) - before
    assert [thread.name for thread in hired] == ["planzoo", "planzoo"]
    gone = weakref.ref(shared)
    del shared
    gc.collect()
    assert gone() is None
    wait_for(lambda: not any(thread.is_alive() for thread in hired))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own() -> None:
    alone, shared = pair()
    assert_equal_steps(alone, shared, 2)
    child = os.fork()
    if child == 0:
        try:
            assert_equal_steps(alone, shared, 5)
        except BaseException:
            os._exit(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def test_a_simulator_in_python_says_that_it_has_one_thread() -> None:
    simulator = mortals(4)
    simulator.threads = 2
    with pytest.raises(NotImplementedError, match="MortalSimulator steps in one thread"):
        simulator.step(np.zeros((4, simulator.num_agents)))

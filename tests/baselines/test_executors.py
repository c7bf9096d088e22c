import itertools
import math
import multiprocessing
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from planzoo.baselines.executors import LocalExecutor, ProcessExecutor, make_executor
from planzoo.errors import InputError


def test_local_executor_is_lazy_and_keeps_the_order() -> None:
    taken = []

    def tasks() -> Iterator[int]:
        for task in (3, 1, 2):
            taken.append(task)
            yield task

    results = LocalExecutor().run(lambda task: task * 10, tasks())
    assert next(results) == 30 and taken == [3]
    assert list(results) == [10, 20]


def test_processes_give_every_result_once() -> None:
    results = list(ProcessExecutor(2).run(math.factorial, range(8)))
    assert sorted(results) == [math.factorial(task) for task in range(8)]
    assert multiprocessing.active_children() == []


def test_tasks_are_taken_only_a_few_ahead() -> None:
    taken = itertools.count()
    results = ProcessExecutor(1).run(math.factorial, (next(taken) and 3 for _ in range(100)))
    assert next(results) in (0, 1, 6)
    assert next(taken) < 20
    assert len(list(results)) == 99


def test_error_of_a_task_reaches_the_caller_and_stops_the_processes() -> None:
    with pytest.raises(ZeroDivisionError):
        list(ProcessExecutor(1).run(_invert, [1, 0]))
    assert multiprocessing.active_children() == []


def test_caller_that_stops_asking_stops_the_processes() -> None:
    started = time.monotonic()
    results = ProcessExecutor(1).run(time.sleep, [0, 300])
    assert next(results) is None
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started < 60
    assert multiprocessing.active_children() == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_processes_end_when_their_parent_is_killed() -> None:
    script = (
        "import os, time\n"
        "from planzoo.baselines.executors import ProcessExecutor\n"
        "if __name__ == '__main__':\n"
        "    tasks = ['__import__(\"os\").getpid()', '__import__(\"time\").sleep(300)']\n"
        "    results = ProcessExecutor(1).run(eval, tasks)\n"
        "    print(next(results), flush=True)\n"
        "    next(results)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 30
    while _runs(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(worker)


def test_make_executor() -> None:
    assert isinstance(make_executor(1), LocalExecutor)
    executor = make_executor(3)
    assert isinstance(executor, ProcessExecutor) and executor.jobs == 3
    with pytest.raises(InputError, match="--jobs 0: at least one job"):
        make_executor(0)


def _invert(value: int) -> float:
    return 1 / value


def _runs(process: int) -> bool:
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False

"""Numbers that two threads share."""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.atomics import load_shared, pause, store_shared, take_turn
from planzoo.envs.simulation.kernel import driver

TURNS = 20_000
FLAG, LETTER = 0, 8


@driver
def take_turns(shared: NDArray[np.int64], mine: NDArray[np.int64]) -> None:
    """Tries to take every turn; marks in ``mine`` which it got."""
    for turn in range(1, mine.shape[0]):
        while load_shared(shared, FLAG) < turn - 1:
            pause()
        mine[turn] = take_turn(shared, FLAG, turn)


@driver
def write_letters(shared: NDArray[np.int64], letters: int) -> None:
    """Writes letters, each when the one before was read."""
    for letter in range(1, letters):
        shared[LETTER] = letter * letter
        store_shared(shared, FLAG, letter)
        while load_shared(shared, FLAG) != 0:
            pause()


@driver
def read_letters(shared: NDArray[np.int64], letters: int) -> int:
    """Counts the letters that are not what their writer wrote before raising the flag."""
    wrong = 0
    for letter in range(1, letters):
        while load_shared(shared, FLAG) != letter:
            pause()
        wrong += shared[LETTER] != letter * letter
        store_shared(shared, FLAG, 0)
    return wrong


def test_a_turn_is_taken_by_one_thread_only() -> None:
    shared = np.zeros(16, dtype=np.int64)
    marks = np.zeros((3, TURNS), dtype=np.int64)
    take_turns(np.zeros(16, dtype=np.int64), np.zeros(1, dtype=np.int64))
    threads = [threading.Thread(target=take_turns, args=(shared, mine)) for mine in marks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (marks.sum(axis=0)[1:] == 1).all() and shared[FLAG] == TURNS - 1


def test_what_was_written_before_is_read_after() -> None:
    shared = np.zeros(16, dtype=np.int64)
    letters = 200
    writer = threading.Thread(target=write_letters, args=(shared, letters))
    writer.start()
    assert read_letters(shared, letters) == 0
    writer.join()
    assert shared[LETTER] == (letters - 1) ** 2


def test_a_turn_that_is_over_cannot_be_taken() -> None:
    shared, mine = np.zeros(16, dtype=np.int64), np.zeros(3, dtype=np.int64)
    take_turns(shared, mine)
    assert mine.tolist() == [0, 1, 1]
    take_turns(shared, mine)
    assert mine.tolist() == [0, 0, 0] and shared[FLAG] == 2

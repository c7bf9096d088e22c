"""The file of a team's memory: read back exactly, and every break in it named with its place."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.envs.maze.team_memory_file import FORMAT, MOST_COUNT, as_data, from_data
from planzoo.errors import InputError


def arrays(agents: int, seed: int) -> tuple[Any, ...]:
    """Draw a memory."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, MOST_COUNT, (7, 8))
    counts[:, 0] = 0
    shapes = ((7,), (agents, agents), (agents, agents))
    return counts, *(rng.integers(0, MOST_COUNT, shape) for shape in shapes)


@given(st.integers(1, 64), st.integers(0, 2**31))
def test_what_is_written_is_read_back(agents: int, seed: int) -> None:
    before = arrays(agents, seed)
    after = from_data("team", json.loads(json.dumps(as_data(*before))))
    assert all(np.array_equal(old, new) for old, new in zip(before, after, strict=True))


def broken(path: str, value: Any) -> Any:
    """A good file with one entry changed; None takes it away."""
    data = deepcopy(as_data(*arrays(2, 0)))
    *names, last = path.split("/")
    entry: Any = data
    for name in names:
        entry = entry[int(name) if isinstance(entry, list) else name]
    last_key: Any = int(last) if isinstance(entry, list) else last
    if value is None:
        del entry[last_key]
    else:
        entry[last_key] = value
    return data


@pytest.mark.parametrize(
    ("data", "match"),
    [
        ([], f'team: is no memory of a team, whose "format" would be "{FORMAT}"'),
        (broken("format", "other"), "team: is no memory"),
        (broken("kept", None), "team: should have the entries format, plans, kept, broken"),
        (broken("more", 1), "but has format, plans, kept, broken, more"),
        (broken("plans", [1]), "team: plans: should have the entries RENDEZVOUS"),
        (broken("plans/PICNIC", {}), "team: plans: should have the entries RENDEZVOUS"),
        (broken("plans/GROUP_EXIT", 3), "team: plans: GROUP_EXIT: should have the entries PROPOSED"),
        (broken("plans/GROUP_EXIT/EXPIRED", -1), "GROUP_EXIT: EXPIRED: should be a count from 0"),
        (broken("plans/GROUP_EXIT/steps", 1.5), "GROUP_EXIT: steps: should be a count"),
        (broken("plans/GROUP_EXIT/steps", True), "GROUP_EXIT: steps: should be a count"),
        (broken("plans/GROUP_EXIT/steps", MOST_COUNT + 1), "but is 2147483648"),
        (broken("kept", 3), "team: kept: should be a list of as many counts"),
        (broken("kept", []), "team: kept: should be about 1 to 64 agents, but is about 0"),
        (broken("kept/0", [1]), "team: kept: should be a list of as many counts"),
        (broken("kept/0", 1), "team: kept: should be a list of as many counts"),
        (broken("kept/1/0", "x"), "team: kept: 1: should be a count from 0 to 2147483647, but is x"),
        (broken("broken", [[1]]), "team: broken: should be a list of as many counts"),
        (broken("kept", [[0] * 65] * 65), "but is about 65"),
    ],
)
def test_a_broken_file_says_what_and_where(data: Any, match: str) -> None:
    with pytest.raises(InputError) as caught:
        from_data("team", data)
    assert match in str(caught.value)

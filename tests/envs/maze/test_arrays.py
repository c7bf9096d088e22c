"""State and scratch have the shapes and types that their documentation gives."""

from __future__ import annotations

import re

import numpy as np

from planzoo.envs.maze.arrays import allocate_scratch, allocate_state
from planzoo.envs.maze.constants import build_constants
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import AGENT, MEMORY, PERFORMANCE, PLAN, WORLD, Constants, Scratch, State

RECORDS = {"AGENT": AGENT, "MEMORY": MEMORY, "PERFORMANCE": PERFORMANCE, "PLAN": PLAN, "WORLD": WORLD}
PARAMS = MazeParams(agents=4, plan_slots=5, history=7, memories=6, sight=5)
CONSTANTS = build_constants(PARAMS)
SIZES = {
    **{"B": 3, "N": 4, "P": 5, "H": 7, "M": 6, "C": 25 * 25},
    **{"L": 121, "S": 0, "V": 49, "K": 0},
}


def documented(kind: type[tuple[object, ...]]) -> dict[str, tuple[np.dtype[np.void], tuple[int, ...]]]:
    """Type and shape of each array as the class' documentation gives them."""
    found = {}
    for name, words in re.findall(r"^        (\w+): (\w+ \([^)]*\))", kind.__doc__ or "", flags=re.MULTILINE):
        word, shape = words.split(" ", maxsplit=1)
        sizes = [size.strip() for size in shape.strip("()").split(",") if size.strip()]
        numbers = tuple(int(size) if size.isdigit() else SIZES[size] for size in sizes)
        found[name] = np.dtype(RECORDS.get(word, word)), numbers
    return found


def test_a_state_is_what_its_documentation_says() -> None:
    state = allocate_state(PARAMS, CONSTANTS, 3)
    arrays = documented(State)
    assert set(arrays) == set(State._fields)
    for name, (kind, shape) in arrays.items():
        array = getattr(state, name)
        assert (array.dtype, array.shape) == (kind, shape), name
        assert not array.view(np.uint8).any()


def test_a_scratch_is_what_its_documentation_says() -> None:
    scratch = allocate_scratch(CONSTANTS)
    arrays = documented(Scratch)
    assert set(arrays) == set(Scratch._fields)
    for name, (kind, shape) in arrays.items():
        assert (getattr(scratch, name).dtype, getattr(scratch, name).shape) == (kind, shape), name


def test_constants_are_what_their_documentation_says() -> None:
    arrays = documented(Constants)
    assert {"rows", "sight_offsets", "cell_features", "amounts"} <= set(arrays)
    for name, (kind, shape) in arrays.items():
        array = getattr(CONSTANTS, name)
        assert array.dtype == kind, name
        assert array.shape == shape or name == "layout", name

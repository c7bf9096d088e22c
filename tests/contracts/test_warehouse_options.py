"""Whatever options a warehouse has, and whatever its robots do: what must hold, holds.

Every pair of values of two options occurs in one of the option sets that :func:`covering_sets` chooses, each
of which is played as an explicit example; hypothesis draws more sets on top of them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numba import typeof

from planzoo.envs.warehouse.simulator import WarehouseSimulator
from tests.contracts.warehouse_invariants import check_moment
from tests.contracts.warehouse_ledger import Ledger
from tests.contracts.warehouse_options import (
    OPTIONS,
    OptionSet,
    all_pairs,
    covering_sets,
    make_params,
    pairs_of,
)
from tests.contracts.warehouse_player import choose_actions

STEPS = 150
WORLDS = 3
OPTION_SETS = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in OPTIONS.items()})
SEEDS = st.integers(0, 2**32)

Play = Callable[[OptionSet, int], None]


def covering(test: Play) -> Play:
    """Adds an example for each of the option sets in which all pairs occur."""
    for seed, options in enumerate(covering_sets()):
        test = example(options=options, seed=seed)(test)
    return test


def test_every_pair_of_options_is_played() -> None:
    assert set().union(*map(pairs_of, covering_sets())) == all_pairs()
    assert len(covering_sets()) < 40


def test_no_option_is_compiled_for() -> None:
    """Sizes and switches are values, not types: kernels are compiled once for all warehouses."""
    types = set()
    for options in covering_sets():
        simulator = WarehouseSimulator(make_params(options), 2)
        types.add((typeof(simulator.constants), typeof(simulator.state), typeof(simulator.buffers)))
    assert len(types) == 1


@settings(max_examples=12)
@covering
@given(options=OPTION_SETS, seed=SEEDS)
def test_what_always_holds(options: OptionSet, seed: int) -> None:
    play(options, seed)


@pytest.mark.long
@settings(max_examples=1000)
@given(options=OPTION_SETS, seed=SEEDS)
def test_what_always_holds_in_a_thousand_warehouses(options: OptionSet, seed: int) -> None:
    play(options, seed)


def play(options: OptionSet, seed: int) -> None:
    """Plays three worlds and checks every moment and every payment, then one of the worlds again alone."""
    simulator = WarehouseSimulator(make_params(options), WORLDS)
    simulator.reset(seed)
    random, ledger = np.random.default_rng(seed), Ledger(simulator)
    watched = int(random.integers(WORLDS))
    again = WarehouseSimulator(simulator.params)
    again.reset(seed + watched)
    check_moment(simulator)
    for _ in range(STEPS):
        actions = choose_actions(simulator, random)
        simulator.step(actions)
        ledger.check_step()
        check_moment(simulator)
        again.step(actions[watched : watched + 1])
        check_equal(simulator, watched, again)
    check_sums(simulator, ledger)


def check_equal(simulator: WarehouseSimulator, world: int, alone: WarehouseSimulator) -> None:
    """The same seed gives the same episode, bit for bit, whatever B is."""
    arrays = [
        *zip(simulator.state, alone.state, strict=True),
        *zip(simulator.buffers, alone.buffers, strict=True),
    ]
    for together, single in arrays:
        assert together[world].tobytes() == single[0].tobytes()


def check_sums(simulator: WarehouseSimulator, ledger: Ledger) -> None:
    """All rewards add up to what was delivered, less what was paid."""
    shares = simulator.num_agents if simulator.params.reward == "global" else 1
    if simulator.params.reward != "two_stage":
        net = ledger.worth - ledger.costs - ledger.penalties
        np.testing.assert_allclose(ledger.rewards, shares * net, atol=1e-3)

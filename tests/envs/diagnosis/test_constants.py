from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.diagnosis.constants import allocate_state, build_constants, topological_positions
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.state import NO_BOUND, OBSERVE_MARGINALS, OBSERVE_RESULTS
from tests.envs.diagnosis.random_clinics import random_clinic

CLINICS = st.integers(0, 2**32).map(random_clinic)


@settings(max_examples=40)
@given(CLINICS, st.integers(0, 2**32))
def test_rows_of_the_tables_are_found(params: DiagnosisParams, seed: int) -> None:
    """As the drawing finds them: from the states of a node's parents, for a random assignment."""
    constants, network = build_constants(params), params.network
    places = topological_positions(network)
    random = np.random.default_rng(seed)
    states = {name: int(random.integers(len(network.states_of(name)))) for name in network.variables}
    hidden = [states[name] for name in sorted(places, key=places.__getitem__)]
    for name, node in places.items():
        edges = range(constants.parent_starts[node], constants.parent_starts[node + 1])
        assert all(constants.parents[edge] < node for edge in edges)
        row = sum(int(constants.parent_strides[edge]) * hidden[constants.parents[edge]] for edge in edges)
        count = int(constants.state_counts[node])
        start = int(constants.row_starts[node]) + row * count
        index = network.index(name)
        own = network.tables[index][tuple(states[parent] for parent in network.parents[index])]
        np.testing.assert_allclose(constants.rows[start : start + count], np.cumsum(own))


@settings(max_examples=40)
@given(CLINICS)
def test_findings_are_laid_out_one_after_the_other(params: DiagnosisParams) -> None:
    constants, tables, network = build_constants(params), params.tables, params.network
    places = topological_positions(network)
    outcomes = int(constants.outcome_starts[-1])
    assert outcomes == sum(tables.outcome_counts)
    for finding, channel in enumerate(tables.channels):
        node = tables.inference.observable[tables.nodes[finding]]
        assert constants.finding_nodes[finding] == places[node]
        start = int(constants.channel_starts[finding])
        laid_out = constants.channels[start : start + channel.size].reshape(channel.shape)
        np.testing.assert_array_equal(laid_out, channel)
        where = constants.state_starts[finding]
        assert tables.inference.observable_starts[tables.nodes[finding]] == where
    needed = [role.kind == "test" for role in params.roles.tests.values()]
    assert constants.needs_laboratory.tolist() == needed


@settings(max_examples=40)
@given(CLINICS)
def test_conditions_are_numbered_as_numpy_does(params: DiagnosisParams) -> None:
    constants = build_constants(params)
    sizes = np.diff(constants.disease_starts)
    for condition in range(len(constants.present)):
        expected = np.unravel_index(condition, sizes)
        np.testing.assert_array_equal(condition // constants.disease_strides % sizes, expected)


def test_no_bounds_are_numbers_out_of_reach() -> None:
    free = build_constants(DiagnosisParams.asia(budget=None))
    assert (free.budget, free.deadline, free.capacity) == (np.inf, NO_BOUND, NO_BOUND)
    tight = build_constants(DiagnosisParams.asia(budget=2, deadline=3, capacity=1, step_cost=0.5))
    assert (tight.budget, tight.deadline, tight.capacity, tight.step_cost) == (2.0, 3, 1, 0.5)


@pytest.mark.parametrize(("observation", "conditions"), [("results", 0), ("belief", 8), ("marginals", 8)])
def test_a_state_is_zero_and_keeps_beliefs_only_where_they_are_seen(
    observation: str, conditions: int
) -> None:
    constants = build_constants(DiagnosisParams.clinic(3, observation=observation))
    state = allocate_state(constants, 3, 5)
    assert state.belief.shape == (5, 3, conditions)
    assert not any(array.any() for array in state)
    assert (constants.observation_kind == OBSERVE_RESULTS) == (observation == "results")
    assert (constants.observation_kind == OBSERVE_MARGINALS) == (observation == "marginals")


def test_constants_are_copies() -> None:
    params = DiagnosisParams.toy()
    build_constants(params).costs[:] = 9
    assert params.tables.costs.tolist() == [0.5, 1, 1.5]

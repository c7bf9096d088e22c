"""Lays params out as the arrays that the kernels read, and allocates their state."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.layout import further_sizes
from planzoo.envs.diagnosis.params import DiagnosisParams, ObservationKind
from planzoo.envs.diagnosis.state import NO_BOUND, OBSERVE_RESULTS, Constants, State
from planzoo.envs.networks.network import BayesianNetwork


def build_constants(params: DiagnosisParams) -> Constants:
    """Lays the tables out for the kernels."""
    tables = params.tables
    outcomes = list(tables.outcome_counts)
    return Constants(
        tree=tables.inference.tree,
        **_network_arrays(tables.inference.network),
        **_disease_arrays(params),
        **_finding_arrays(params),
        outcome_counts=np.array(outcomes, dtype=np.int64),
        outcome_starts=_starts(outcomes),
        channel_starts=_starts([channel.size for channel in tables.channels])[:-1],
        channels=np.concatenate([channel.reshape(-1) for channel in tables.channels]),
        repeats=tables.all_repeats,
        delays=tables.delays.copy(),
        costs=tables.costs.copy(),
        harms=tables.harms.copy(),
        treatment_costs=tables.treatment_costs.copy(),
        treatment_harms=tables.treatment_harms.copy(),
        present=tables.present.copy(),
        cured=tables.cured.copy(),
        severities=tables.severities.copy(),
        health_value=float(tables.health_value),
        step_cost=float(params.step_cost),
        treatment_ends=bool(params.roles.treatment_ends),
        budget=np.inf if params.budget is None else float(params.budget),
        end_when_spent=bool(params.end_when_spent),
        deadline=NO_BOUND if params.deadline is None else params.deadline,
        capacity=NO_BOUND if params.capacity is None else params.capacity,
        max_steps=params.time_limit,
        observation_kind=get_args(ObservationKind).index(params.observation),
        shows=_shown_blocks(params),
    )


def topological_positions(network: BayesianNetwork) -> dict[str, int]:
    """Gives each variable's place in the hidden state, where parents come before their children."""
    return {name: place for place, name in enumerate(network.topological_order())}


def _network_arrays(network: BayesianNetwork) -> dict[str, Any]:
    """Lays the conditional tables out in the order in which nodes are drawn."""
    places = topological_positions(network)
    parents, strides, counts, rows = [], [], [], []
    parent_counts, row_sizes = [], []
    for name in places:
        index = network.index(name)
        table = network.tables[index]
        own = network.parents[index]
        parents += [places[parent] for parent in own]
        sizes = [*table.shape[1:-1], 1] if own else []
        strides += np.cumprod(sizes[::-1], dtype=np.int64)[::-1].tolist()
        counts.append(table.shape[-1])
        rows.append(np.cumsum(table, axis=-1).reshape(-1))
        parent_counts.append(len(own))
        row_sizes.append(table.size)
    return {
        "state_counts": np.array(counts, dtype=np.int64),
        "parent_starts": _starts(parent_counts),
        "parents": np.array(parents, dtype=np.int64),
        "parent_strides": np.array(strides, dtype=np.int64),
        "row_starts": _starts(row_sizes)[:-1],
        "rows": np.concatenate(rows),
    }


def _disease_arrays(params: DiagnosisParams) -> dict[str, Any]:
    tables = params.tables
    places = topological_positions(tables.inference.network)
    sizes = [len(states) for states in tables.disease_states]
    return {
        "disease_nodes": np.array([places[node] for node in tables.diseases], dtype=np.int64),
        "disease_strides": np.append(np.cumprod(sizes[::-1])[-2::-1], 1).astype(np.int64),
        "disease_starts": _starts(sizes),
    }


def _finding_arrays(params: DiagnosisParams) -> dict[str, Any]:
    tables = params.tables
    places = topological_positions(tables.inference.network)
    nodes = [tables.inference.observable[node] for node in tables.nodes]
    return {
        "finding_nodes": np.array([places[node] for node in nodes], dtype=np.int64),
        "state_starts": tables.inference.observable_starts[tables.nodes],
        "needs_laboratory": np.array([kind == "test" for kind in tables.kinds[: len(tables.tests)]]),
    }


def _shown_blocks(params: DiagnosisParams) -> NDArray[np.bool_]:
    sizes = further_sizes(params)
    return np.array([sizes[name] > 0 for name in ("pending", "given", "time", "laboratory", "doctors")])


def _starts(sizes: list[int]) -> NDArray[np.int64]:
    return np.cumsum([0, *sizes]).astype(np.int64)


def allocate_state(constants: Constants, patients: int, worlds: int) -> State:
    """Allocates a zeroed state of B worlds with N patients each."""
    agents = (worlds, patients)
    conditions = 0 if constants.observation_kind == OBSERVE_RESULTS else len(constants.present)
    return State(
        random_streams=np.zeros((worlds, 2), dtype=np.uint64),
        steps=np.zeros(worlds, dtype=np.int32),
        ended=np.zeros(worlds, dtype=np.bool_),
        remaining=np.zeros(worlds, dtype=np.float64),
        nodes=np.zeros((*agents, len(constants.state_counts)), dtype=np.int16),
        condition=np.zeros(agents, dtype=np.int32),
        counts=np.zeros((*agents, int(constants.outcome_starts[-1])), dtype=np.int16),
        ordered=np.zeros((*agents, len(constants.costs)), dtype=np.int16),
        arrival=np.zeros((*agents, len(constants.costs)), dtype=np.int32),
        given=np.zeros((*agents, len(constants.treatment_costs)), dtype=np.bool_),
        treatment=np.zeros(agents, dtype=np.int32),
        finished=np.zeros(agents, dtype=np.bool_),
        utility=np.zeros(agents, dtype=np.float64),
        last_action=np.zeros(agents, dtype=np.int32),
        turned_away=np.zeros(agents, dtype=np.bool_),
        belief=np.zeros((*agents, conditions), dtype=np.float64),
    )

"""What doctors and critics see, written out by the oracle; and the simulator's state in names."""

from __future__ import annotations

import numpy as np

from planzoo.envs.diagnosis.simulator import DiagnosisSimulator
from tests.envs.diagnosis.clinic_oracle import ClinicOracle, Patient


def hidden_states(simulator: DiagnosisSimulator, world: int) -> list[dict[str, str]]:
    """Of each patient of a world, the state of every node."""
    network = simulator.params.network
    order = network.topological_order()
    return [
        {name: network.states_of(name)[state] for name, state in zip(order, nodes, strict=True)}
        for nodes in simulator.state.nodes[world]
    ]


def times_seen(simulator: DiagnosisSimulator, world: int, agent: int) -> dict[str, dict[str, int]]:
    """How often each outcome of each finding was seen."""
    tables, counts = simulator.params.tables, simulator.state.counts[world, agent].tolist()
    return {
        finding: {outcome: counts.pop(0) for outcome in outcomes}
        for finding, outcomes in zip(tables.findings, tables.outcomes, strict=True)
    }


def repeats_of(oracle: ClinicOracle, finding: str) -> int:
    """How often a finding can be had."""
    return oracle.roles.tests[finding].repeats if finding in oracle.roles.tests else 1


def expected_observation(oracle: ClinicOracle, patient: Patient) -> list[float]:
    """What the doctor of a patient sees."""
    shares = {
        finding: [times / repeats_of(oracle, finding) for times in seen.values()]
        for finding, seen in patient.seen.items()
    }
    if oracle.params.observation == "results":
        values = [share for each in shares.values() for share in each]
    else:
        values = [*expected_belief(oracle, patient), *(sum(shares[test]) for test in oracle.tests)]
    roles = [oracle.roles.tests[test] for test in oracle.tests]
    if any(role.delay for role in roles):
        left = [patient.pending.get(test, oracle.steps) - oracle.steps for test in oracle.tests]
        values += [wait / max(1, role.delay) for wait, role in zip(left, roles, strict=True)]
    if not oracle.roles.treatment_ends:
        values += [float(treatment in patient.given) for treatment in oracle.treatments]
    return [*values, *expected_shares(oracle)]


def expected_belief(oracle: ClinicOracle, patient: Patient) -> list[float]:
    """The posterior of the conditions, or of each disease's states."""
    assert patient.belief is not None
    if oracle.params.observation == "belief":
        return patient.belief.tolist()
    sizes = [len(oracle.network.states_of(node)) for node in oracle.roles.diseases]
    table = patient.belief.reshape(sizes)
    axes = range(len(sizes))
    return [
        chance for kept in axes for chance in table.sum(axis=tuple(axis for axis in axes if axis != kept))
    ]


def expected_shares(oracle: ClinicOracle) -> list[float]:
    """What is left of money, time, laboratory and colleagues."""
    params = oracle.params
    values = [max(0.0, oracle.money / params.budget) if params.budget is not None else 1.0]
    if params.deadline is not None:
        values.append(max(0.0, 1 - oracle.steps / params.deadline))
    if params.capacity is not None:
        values.append(1 - oracle.places_taken() / params.capacity)
    if params.patients > 1:
        values.append(sum(not patient.finished for patient in oracle.patients) / params.patients)
    return values


def expected_truth(oracle: ClinicOracle) -> list[float]:
    """What a critic sees: all that is hidden, and how far things have come."""
    values: list[float] = []
    nodes = [*oracle.roles.diseases, *dict.fromkeys(map(oracle.node, oracle.findings()))]
    for patient in oracle.patients:
        for node in nodes:
            values += [float(state == patient.hidden[node]) for state in oracle.network.states_of(node)]
        values.append(float(patient.finished))
        for finding, seen in patient.seen.items():
            values += [times / repeats_of(oracle, finding) for times in seen.values()]
        values += [float(test in patient.pending) for test in oracle.tests]
        values += [float(treatment in patient.given) for treatment in oracle.treatments]
    return [*values, expected_shares(oracle)[0], 1 - oracle.steps / oracle.params.time_limit]


def as_numbers(values: list[float]) -> np.ndarray:
    """As the simulator writes them, float32."""
    return np.array(values, dtype=np.float32)

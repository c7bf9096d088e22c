"""What is drawn at random: the hidden states of a patient's nodes, and results with errors."""

from __future__ import annotations

from planzoo.envs.diagnosis.state import Constants, State
from planzoo.envs.simulation.kernel import kernel
from planzoo.envs.simulation.random import random_unit


@kernel
def draw_patient(constants: Constants, state: State, world: int, agent: int) -> None:
    """Draws the states of all nodes, parents before children, and reads the condition off them."""
    for node in range(constants.state_counts.shape[0]):
        row = 0
        for edge in range(constants.parent_starts[node], constants.parent_starts[node + 1]):
            row += constants.parent_strides[edge] * state.nodes[world, agent, constants.parents[edge]]
        count = constants.state_counts[node]
        start = constants.row_starts[node] + row * count
        unit = random_unit(state.random_streams, world) * constants.rows[start + count - 1]
        drawn = 0
        while constants.rows[start + drawn] <= unit and drawn < count - 1:
            drawn += 1
        state.nodes[world, agent, node] = drawn
    condition = 0
    for disease in range(constants.disease_nodes.shape[0]):
        node = constants.disease_nodes[disease]
        condition += constants.disease_strides[disease] * state.nodes[world, agent, node]
    state.condition[world, agent] = condition


@kernel
def draw_outcome(constants: Constants, state: State, world: int, agent: int, finding: int) -> int:
    """Draws what a finding shows of the hidden state of its node."""
    outcomes = constants.outcome_counts[finding]
    hidden = state.nodes[world, agent, constants.finding_nodes[finding]]
    start = constants.channel_starts[finding] + hidden * outcomes
    unit = random_unit(state.random_streams, world)
    total = 0.0
    last = 0
    for outcome in range(outcomes):
        probability = constants.channels[start + outcome]
        if probability > 0.0:
            total += probability
            last = outcome
            if unit < total:
                return outcome
    return last

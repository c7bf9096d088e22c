"""What a doctor could know: the exact posterior over a patient's conditions, inside the kernels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.state import Constants, State
from planzoo.envs.networks.propagation import Scratch, propagate
from planzoo.envs.simulation.kernel import driver, kernel


@kernel
def update_beliefs(
    constants: Constants, state: State, world: int, scratch: Scratch, likelihood: NDArray[np.float64]
) -> None:
    """Writes the posterior of every patient who is still there."""
    for agent in range(state.finished.shape[1]):
        if not state.finished[world, agent]:
            update_belief(constants, state, world, agent, scratch, likelihood)


@kernel
def update_belief(
    constants: Constants,
    state: State,
    world: int,
    agent: int,
    scratch: Scratch,
    likelihood: NDArray[np.float64],
) -> None:
    """Writes the exact posterior of one patient's findings and of what treatments have shown.

    Treatments that did not end the episode have not cured everything: conditions of which they would have
    left nothing are ruled out.
    """
    write_likelihood(constants, state.counts[world, agent], likelihood)
    belief = state.belief[world, agent]
    propagate(constants.tree, likelihood, scratch, belief)
    rule_out_cured(constants, state.given[world, agent], belief)


@kernel
def rule_out_cured(constants: Constants, given: NDArray[np.bool_], belief: NDArray[np.float64]) -> float:
    """Rules out what the treatments given, bool (M,), would have cured, and scales the belief to sum to 1.

    Returns:
        What was left before scaling; at 0 the belief is zeros.
    """
    total = 0.0
    for condition in range(belief.shape[0]):
        left = constants.present[condition]
        treated = False
        for treatment in range(given.shape[0]):
            if given[treatment]:
                treated = True
                left &= ~constants.cured[condition, treatment]
        if treated and left == 0:
            belief[condition] = 0.0
        total += belief[condition]
    if total > 0.0:
        for condition in range(belief.shape[0]):
            belief[condition] /= total
    return total


@driver
def posterior_rows(
    constants: Constants,
    counts: NDArray[np.int16],
    given: NDArray[np.bool_],
    scratch: Scratch,
    likelihood: NDArray[np.float64],
    posteriors: NDArray[np.float64],
) -> None:
    """Computes posteriors, float64 (B, K), of results (B, O) and treatments (B, M); zeros if impossible."""
    for row in range(counts.shape[0]):
        posteriors[row] = 0.0
        write_likelihood(constants, counts[row], likelihood)
        propagate(constants.tree, likelihood, scratch, posteriors[row])
        rule_out_cured(constants, given[row], posteriors[row])


@driver
def likelihood_of(constants: Constants, counts: NDArray[np.int16], likelihood: NDArray[np.float64]) -> None:
    """Runs :func:`write_likelihood` for a caller in Python."""
    write_likelihood(constants, counts, likelihood)


@kernel
def write_likelihood(
    constants: Constants, counts: NDArray[np.int16], likelihood: NDArray[np.float64]
) -> None:
    """Writes P(results | state) for each state of each observable node, the largest of each finding being 1.

    Args:
        constants: of the instance.
        counts: int16 (O,), how often each outcome was seen.
        likelihood: float64 (S,), written.
    """
    likelihood[:] = 1.0
    for finding in range(constants.outcome_counts.shape[0]):
        outcomes, first = constants.outcome_counts[finding], constants.outcome_starts[finding]
        states = constants.state_counts[constants.finding_nodes[finding]]
        start = constants.state_starts[finding]
        turns = 0
        for outcome in range(first, first + outcomes):
            turns = max(turns, counts[outcome])
        # In turns: hundreds of one result, and then as many of another, would make all states impossible.
        for turn in range(turns):
            for outcome in range(outcomes):
                if turn < counts[first + outcome]:
                    weigh(constants, finding, outcome, likelihood[start : start + states])


@kernel
def weigh(constants: Constants, finding: int, outcome: int, likelihood: NDArray[np.float64]) -> None:
    """Multiplies the likelihood of a node's states with that of a result; the largest becomes 1."""
    entry, outcomes = constants.channel_starts[finding] + outcome, constants.outcome_counts[finding]
    largest = 0.0
    for state in range(likelihood.shape[0]):
        likelihood[state] *= constants.channels[entry + state * outcomes]
        largest = max(largest, likelihood[state])
    if largest > 0.0:
        for state in range(likelihood.shape[0]):
            likelihood[state] /= largest

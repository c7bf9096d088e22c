"""Factored beliefs: what is believed of each variable of a Bayesian network, without its joint table.

Inference is bucket elimination with cached factors (:class:`~planzoo.envs.networks.inference.Inference`): the
network is laid out once for each set of variables that is asked for together, and a belief shares the layouts
with all beliefs that follow from it. An observation then costs only the messages that it changes.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.networks.inference import Inference
from planzoo.envs.networks.network import BayesianNetwork, Probabilities
from planzoo.errors import InputError
from planzoo.planners.pomdp.belief import BeliefState, Impossible, checked_likelihood
from planzoo.planners.pomdp.information import ROUNDING, mutual_information

Observation = str | Sequence[float] | NDArray[np.float64]
"""A state that was seen, or P(what was seen | state) of each state in the network's order, up to a factor."""


class NetworkBelief:
    """What is believed of a network's variables after some evidence; it never changes, others follow it.

    Evidence is a state that was seen (hard), or a likelihood of each state (soft: a report that may err; the
    virtual evidence of Pearl, "Probabilistic Reasoning in Intelligent Systems", 1988, chapter 2). Reports of
    one variable that come one after another are independent given its state.

    Args:
        network: the network, of ours or of anybody's BIF file (:func:`planzoo.envs.networks.bif.read_bif`).
        evidence: what is known at the beginning, by variable.

    Raises:
        InputError: a variable or state is unknown, a likelihood unusable, the evidence has probability zero,
            or the network is too densely connected for exact inference.
    """

    def __init__(self, network: BayesianNetwork, evidence: Mapping[str, Observation] | None = None) -> None:
        self.network = network
        self._layouts: dict[tuple[str, ...], Inference] = {}
        self._seen: dict[str, Probabilities] = {}
        self._set_likelihood()
        if evidence:
            after = self.update(evidence, impossible="raise")
            self._seen = after._seen
            self._set_likelihood()

    # -- how it changes --------------------------------------------------------------------------------------

    def update(
        self, observation: Mapping[str, Observation], impossible: Impossible = "ignore"
    ) -> NetworkBelief:
        """Gives the belief after an observation.

        Args:
            observation: of each observed variable its state, or the likelihood of each of its states.
            impossible: what to do when the observation has probability zero: "ignore" gives this very belief
                back (``after is before`` tells so), "raise" is an error.

        Raises:
            InputError: a variable or state is unknown, a likelihood is unusable, or the observation is
                impossible and that is to be raised.
        """
        if impossible not in ("ignore", "raise"):
            raise InputError(f"impossible={impossible!r} must be 'ignore' or 'raise'.")
        seen = dict(self._seen)
        for name, value in observation.items():
            seen[name] = _scaled(seen.get(name, 1.0) * self._likelihood_of(name, value))
        after = self._followed(seen)
        if after._is_possible:
            return after
        if impossible == "raise":
            listed = ", ".join(f"{name}={value}" for name, value in observation.items())
            known = " after what is known" if self._seen else ""
            raise InputError(
                f"The evidence {listed} has probability zero{known} in the network {self.network.name!r}."
            )
        return self

    # -- what is believed ------------------------------------------------------------------------------------

    @property
    def evidence(self) -> dict[str, Probabilities]:
        """The likelihood of each state of each observed variable, the largest being 1."""
        return dict(self._seen)

    def marginal(self, variable: str) -> BeliefState:
        """Gives the belief about one variable: its states are the names of the variable's states.

        The first call computes the marginals of all variables in one pass.

        Raises:
            InputError: the network has no such variable.
        """
        states = self.network.states_of(variable)
        return BeliefState(states, self._marginals[variable])

    def joint(self, variables: Sequence[str]) -> Probabilities:
        """Computes P(variables | evidence), float64, one axis for each variable in the order given.

        Raises:
            InputError: a variable is unknown or repeated, there is none, or their table would be too large.
        """
        sizes = [len(self.network.states_of(name)) for name in variables]
        posterior = self._layout(tuple(variables)).posterior(self._likelihood)
        assert posterior is not None  # the evidence is possible
        return posterior.reshape(sizes)

    def belief(self, variables: Sequence[str]) -> BeliefState:
        """Gives the belief about some variables together; its states are mappings of variables to states.

        Joint states of probability zero are left out. Planners that ask for a
        :class:`~planzoo.planners.pomdp.belief.BeliefState` take it as it is.

        Raises:
            InputError: as :meth:`joint`.
        """
        table = self.joint(variables).reshape(-1)
        states = itertools.product(*(self.network.states_of(name) for name in variables))
        named = [dict(zip(variables, state, strict=True)) for state in states]
        possible = [number for number, chance in enumerate(table.tolist()) if chance > 0]
        return BeliefState([named[number] for number in possible], table[possible])

    def entropy(self, variable: str) -> float:
        """Computes the Shannon entropy of one variable in bits: 0 when its state is certain."""
        return self.marginal(variable).entropy()

    def most_likely_state(self, variable: str) -> str:
        """Gives a variable's state of the highest probability, the first of equals."""
        return str(self.marginal(variable).most_likely_state())

    @cached_property
    def probability_of_evidence(self) -> float:
        """P(all evidence so far); of soft evidence it is known up to the factor of its likelihoods.

        A likelihood is scaled so that its largest number is 1.
        """
        hard = {name: row for name, row in self._seen.items() if np.count_nonzero(row) == 1}
        states = {name: self.network.states_of(name)[int(row.argmax())] for name, row in hard.items()}
        chance = float(self.network.joint([], states))
        belief = self._followed(hard)
        for name, row in self._seen.items():
            if name not in hard:
                chance *= float(belief.marginal(name).probabilities @ row)
                belief = belief._followed({**belief._seen, name: row})
        return chance

    # -- what would tell of what -----------------------------------------------------------------------------

    def pairs(self, variable: str) -> dict[str, Probabilities]:
        """Computes P(X, variable | evidence) of each other variable X in one pass.

        Returns:
            By X, float64 (states of X, states of the variable), sums to 1.

        Raises:
            InputError: the network has no such variable.
        """
        return {name: table for name, table in self._scan((variable,)).items() if name != variable}

    def information(self, variable: str) -> dict[str, float]:
        """Computes the mutual information in bits of a variable with each other one, given the evidence.

        Raises:
            InputError: the network has no such variable.
        """
        bits = {name: mutual_information(table) for name, table in self.pairs(variable).items()}
        return {name: value if value > ROUNDING else 0.0 for name, value in bits.items()}

    # -- inference -------------------------------------------------------------------------------------------

    def _followed(self, seen: Mapping[str, Probabilities]) -> NetworkBelief:
        """Gives the belief after other evidence, which shares the layouts."""
        after = object.__new__(NetworkBelief)
        after.network, after._layouts, after._seen = self.network, self._layouts, dict(seen)
        after._set_likelihood()
        return after

    def _set_likelihood(self) -> None:
        names, states = self.network.variables, self.network.states
        rows = [self._seen.get(name, np.ones(len(own))) for name, own in zip(names, states, strict=True)]
        self._likelihood = np.concatenate(rows)

    def _likelihood_of(self, name: str, value: Observation) -> Probabilities:
        states = self.network.states_of(name)
        if isinstance(value, str):
            row = np.zeros(len(states))
            row[self.network.state_index(name, value)] = 1.0
            return row
        return _scaled(checked_likelihood(value, len(states)))

    def _layout(self, targets: tuple[str, ...]) -> Inference:
        if targets not in self._layouts:
            self._layouts[targets] = Inference(self.network, targets, self.network.variables)
        return self._layouts[targets]

    @property
    def _any_target(self) -> tuple[str, ...]:
        """The variable that is laid out when any would do: the one of the fewest states."""
        laid_out = next((targets for targets in self._layouts if len(targets) == 1), None)
        sizes = map(len, self.network.states)
        return laid_out or (min(zip(sizes, self.network.variables, strict=True))[1],)

    @property
    def _is_possible(self) -> bool:
        return self._layout(self._any_target).posterior(self._likelihood) is not None

    @cached_property
    def _marginals(self) -> dict[str, Probabilities]:
        rows = {name: table.sum(axis=1) for name, table in self._scan(self._any_target).items()}
        return {name: row / row.sum() for name, row in rows.items()}

    def _scan(self, targets: tuple[str, ...]) -> dict[str, Probabilities]:
        layout = self._layout(targets)
        joint = layout.scan(self._likelihood)
        assert joint is not None  # the evidence is possible
        return dict(zip(layout.observable, np.split(joint, layout.observable_starts[1:-1]), strict=True))


def _scaled(row: Probabilities) -> Probabilities:
    """Makes the largest number 1, so that many reports do not come to nothing; zeros stay zeros."""
    largest = float(row.max(initial=0.0))
    return row / largest if largest > 0 and math.isfinite(largest) else row

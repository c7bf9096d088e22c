"""Small hand-made tables of faults and tests, as naive-Bayes networks.

A table names exclusive faults with their prior probabilities, tests with the probability of a positive result
under each fault, and repairs. It goes the same way as a network from a file: ``network()`` and ``roles()``
give what ``DiagnosisParams.from_network`` takes.
"""

from __future__ import annotations

import os

import numpy as np
from pydantic import Field

from planzoo.envs.diagnosis.roles import (
    DiseaseRole,
    Roles,
    StrictModel,
    TestRole,
    TreatmentRole,
    read_model,
)
from planzoo.envs.networks.network import BayesianNetwork
from planzoo.errors import InputError

FAULT_NODE = "fault"
"""The node whose states are the faults."""


class FaultRow(StrictModel):
    """A fault: how likely it is before any test, and what it costs to leave it."""

    prior: float = Field(ge=0, le=1)
    severity: float = Field(ge=0, allow_inf_nan=False)


class TestRow(StrictModel):
    """A test of two results.

    Attributes:
        cost: of doing it.
        positive: the probability of the first result under each fault.
        results: names of the positive and the negative result.
        label: what people call the test; None for its name.
    """

    cost: float = Field(ge=0, allow_inf_nan=False)
    positive: dict[str, float]
    results: tuple[str, str] = ("positive", "negative")
    label: str | None = None


class RepairRow(StrictModel):
    """A repair: the faults that it mends, and its cost."""

    mends: tuple[str, ...]
    cost: float = Field(default=0.0, ge=0, allow_inf_nan=False)


class FaultTable(StrictModel):
    """Exactly one of the faults is present; the tests are independent given the fault.

    Attributes:
        faults: by name; the priors sum to 1.
        tests: by name.
        repairs: by name.
        budget: money for tests in one episode.
        health_value: what a mended machine is worth.
    """

    faults: dict[str, FaultRow] = Field(min_length=1)
    tests: dict[str, TestRow] = Field(min_length=1)
    repairs: dict[str, RepairRow] = Field(min_length=1)
    budget: float = Field(gt=0, allow_inf_nan=False)
    health_value: float = Field(default=0.0, allow_inf_nan=False)

    def network(self) -> BayesianNetwork:
        """Gives the naive-Bayes network: the fault is the only parent of every test.

        Raises:
            InputError: the priors do not sum to 1, a test lacks a fault, or a probability is outside [0, 1].
        """
        for name, test in self.tests.items():
            if set(test.positive) != set(self.faults):
                raise InputError(
                    f"The test {name!r} needs a probability under 'positive' for each of the faults "
                    f"{', '.join(self.faults)}, and for no other."
                )
        positive = [np.array([test.positive[fault] for fault in self.faults]) for test in self.tests.values()]
        return BayesianNetwork(
            name="fault table",
            variables=(FAULT_NODE, *self.tests),
            states=(tuple(self.faults), *(test.results for test in self.tests.values())),
            parents=((), *((FAULT_NODE,) for _ in self.tests)),
            tables=(
                np.array([fault.prior for fault in self.faults.values()]),
                *(np.stack([chances, 1 - chances], axis=-1) for chances in positive),
            ),
        )

    def roles(self) -> Roles:
        """Gives the roles of the network's nodes."""
        severity = {name: fault.severity for name, fault in self.faults.items()}
        return Roles(
            diseases={FAULT_NODE: DiseaseRole(severity=severity, absent=None)},
            tests={name: TestRole(cost=test.cost, label=test.label) for name, test in self.tests.items()},
            treatments={
                name: TreatmentRole(cost=repair.cost, treats=tuple(f"{FAULT_NODE}={f}" for f in repair.mends))
                for name, repair in self.repairs.items()
            },
            budget=self.budget,
            health_value=self.health_value,
        )


def read_fault_table(path: str | os.PathLike[str]) -> FaultTable:
    """Reads a table from a YAML file.

    Raises:
        InputError: the file cannot be read, is not YAML, or has a missing, unknown or unusable key; the
            message names file and key.
    """
    return read_model(path, FaultTable)

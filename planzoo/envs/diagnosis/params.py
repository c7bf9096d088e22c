"""The frozen numbers of a diagnosis scenario."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from importlib.resources import as_file, files
from numbers import Real
from typing import Any, Literal, get_args

from planzoo.envs.diagnosis.roles import Roles, read_roles, validated
from planzoo.envs.diagnosis.tables import DiagnosisTables, diagnosis_tables
from planzoo.envs.networks.network import BayesianNetwork
from planzoo.errors import InputError

ObservationKind = Literal["results", "belief", "marginals"]
"""What a doctor sees: the results; or the exact posterior, over the conditions or of each disease alone."""
MAX_COUNT = 2**31 - 2
"""Of steps, places and patients: they are counted in int32."""
SPARE_STEPS = 2
"""Without a time limit of its own an episode may take so many times the steps that there are to take."""


@dataclass(frozen=True, eq=False)
class DiagnosisParams:
    """Patients with hidden conditions, tests that tell of them at a cost, and treatments.

    At the beginning of an episode the states of all nodes of a Bayesian network are drawn for each patient.
    The rules stand in ``planzoo/envs/diagnosis/page.md``.

    Attributes:
        network: what depends on what.
        roles: which nodes are diseases, symptoms and tests, and what treatments do.
        patients: N, each with a doctor; they share the budget and the laboratory.
        budget: money for tests in one episode, for all patients together; None for no bound.
        deadline: steps after which whoever is still being treated leaves untreated; None for none.
        capacity: tests that the laboratory can have in work at once; None for no bound.
        step_cost: what each step costs a patient, in units of utility.
        end_when_spent: whether the episode ends, untreated, with the test that uses the budget up.
        max_steps: steps after which an episode is truncated; None for twice as many as it takes one doctor
            to do all there is to do.
        observation: "results", "belief" or "marginals".

    Raises:
        InputError: the roles do not fit the network, or a number is not usable.
    """

    network: BayesianNetwork
    roles: Roles
    patients: int = 1
    budget: float | None = None
    deadline: int | None = None
    capacity: int | None = None
    step_cost: float = 0.0
    end_when_spent: bool = True
    max_steps: int | None = None
    observation: ObservationKind = "results"

    def __post_init__(self) -> None:
        self._check_numbers()
        self._check_budget()

    @cached_property
    def tables(self) -> DiagnosisTables:
        """What network and roles come to, as arrays."""
        return diagnosis_tables(self.network, self.roles)

    @classmethod
    def asia(cls, **changes: Any) -> DiagnosisParams:
        """The chest clinic of Lauritzen and Spiegelhalter (1988): tuberculosis, lung cancer and bronchitis.

        Args:
            changes: fields to replace: ``budget``, ``max_steps``, ``observation`` …
        """
        return cls._shipped("asia", **changes)

    @classmethod
    def troubleshooting(cls, **changes: Any) -> DiagnosisParams:
        """A machine to be repaired: noisy inspections, and repairs that show whether it works again.

        Args:
            changes: as in :meth:`asia`.
        """
        return cls._shipped("troubleshooting", **changes)

    @classmethod
    def public(cls, name: str, bif: str | os.PathLike[str] | None = None, **changes: Any) -> DiagnosisParams:
        """A large published network, with roles of ours: hepar2, win95pts, alarm, pathfinder or child.

        Args:
            name: of the network.
            bif: the user's BIF file; None takes the network from an installed pgmpy.
            changes: as in :meth:`asia`.

        Raises:
            InputError: there is no such network, or neither file nor pgmpy.
        """
        from planzoo.envs.networks.public import read_public_network

        network = read_public_network(name, bif)
        with as_file(files("planzoo.envs.diagnosis").joinpath("networks")) as folder:
            return cls.from_network(network, read_roles(folder / f"{name}.yaml"), **changes)

    @classmethod
    def clinic(cls, patients: int = 4, **changes: Any) -> DiagnosisParams:
        """Several patients of the chest clinic, one laboratory with two places, and a shared budget.

        Args:
            patients: N.
            changes: as in :meth:`asia`; the budget is 2 a patient if it is not given.
        """
        own = {"capacity": 2, "budget": 2.0 * patients, "end_when_spent": False}
        return cls._shipped("clinic", **{**own, "patients": patients, **changes})

    @classmethod
    def toy(cls, **changes: Any) -> DiagnosisParams:
        """A pump with one of three faults, three tests and three repairs; ``changes`` as in :meth:`asia`."""
        with as_file(files("planzoo.envs.diagnosis").joinpath("networks")) as folder:
            return cls.from_table(folder / "toy.yaml", **changes)

    @classmethod
    def random(
        cls, seed: int = 0, diseases: int = 3, tests: int = 8, noise: float = 0.1, **changes: Any
    ) -> DiagnosisParams:
        """A random network, see :func:`planzoo.envs.diagnosis.generator.random_network`."""
        from planzoo.envs.diagnosis.generator import random_network

        return random_network(seed, diseases, tests, noise, **changes)

    @classmethod
    def from_bif(
        cls, network: str | os.PathLike[str], roles: str | os.PathLike[str], **changes: Any
    ) -> DiagnosisParams:
        """Reads a network from a BIF file and its roles from a YAML file; ``changes`` as in :meth:`asia`.

        Raises:
            InputError: a file is not usable, or they do not fit each other.
        """
        from planzoo.envs.networks.bif import read_bif

        return cls.from_network(read_bif(network), read_roles(roles), **changes)

    @classmethod
    def from_table(cls, path: str | os.PathLike[str], **changes: Any) -> DiagnosisParams:
        """Reads a hand-made table of faults and tests; ``changes`` as in :meth:`asia`.

        Raises:
            InputError: the file is not usable.
        """
        from planzoo.envs.diagnosis.fault_table import read_fault_table

        table = read_fault_table(path)
        return cls.from_network(table.network(), table.roles(), **changes)

    @classmethod
    def from_network(cls, network: BayesianNetwork, roles: Roles, **changes: Any) -> DiagnosisParams:
        """Takes a network whose nodes have roles; ``changes`` as in :meth:`asia`.

        Raises:
            InputError: the roles name nodes or states that the network lacks, or there are too many
                conditions.
        """
        own = {name: getattr(roles, name) for name in ("budget", "deadline", "capacity", "step_cost")}
        return cls(network, roles, **own).changed(**changes)

    @classmethod
    def _shipped(cls, name: str, **changes: Any) -> DiagnosisParams:
        with as_file(files("planzoo.envs.diagnosis").joinpath("networks")) as folder:
            bif = folder / f"{'asia' if name == 'clinic' else name}.bif"
            return cls.from_bif(bif, folder / f"{name}.yaml", **changes)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> DiagnosisParams:
        """Makes params from what :meth:`to_dict` gave.

        Raises:
            InputError: a field is missing, unknown or unusable.
        """
        names = {item.name for item in fields(cls)}
        given = set(data) if isinstance(data, Mapping) else set()
        if given != names:
            raise InputError(
                f"Diagnosis params need the fields {', '.join(sorted(names))}, "
                f"but {', '.join(sorted(map(str, names ^ given)))} is missing or unknown."
            )
        network = BayesianNetwork.from_dict(data["network"])
        roles = validated(data["roles"], Roles, "roles of saved diagnosis params")
        return cls(**{**data, "network": network, "roles": roles})

    def to_dict(self) -> dict[str, Any]:
        """Gives every field as plain data: strings, numbers and lists."""
        data = {item.name: getattr(self, item.name) for item in fields(self)}
        return {**data, "network": self.network.to_dict(), "roles": self.roles.model_dump(mode="json")}

    def changed(self, **changes: Any) -> DiagnosisParams:
        """Gives a copy with some fields replaced.

        Raises:
            InputError: there is no such field, or the copy would not be usable.
        """
        names = {item.name for item in fields(self)}
        for name in changes:
            if name not in names:
                raise InputError(
                    f"Diagnosis params have no field {name!r}; they have {', '.join(sorted(names))}."
                )
        return replace(self, **changes)

    @property
    def num_actions(self) -> int:
        """A: the T tests, the M treatments, stopping, and waiting where there is something to wait for."""
        return len(self.tables.tests) + len(self.tables.treatments) + 1 + self.can_wait

    @property
    def can_wait(self) -> bool:
        """Whether there is an action of waiting: results come late, or the laboratory may be full."""
        return bool(self.tables.delays.any()) or (self.patients > 1 and self.capacity is not None)

    @property
    def time_limit(self) -> int:
        """Steps after which an episode is truncated."""
        if self.max_steps is not None:
            return self.max_steps
        tables = self.tables
        steps = int(((tables.delays + 1) * tables.repeats).sum())
        return SPARE_STEPS * (steps + (1 if self.roles.treatment_ends else len(tables.treatments) + 1))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DiagnosisParams) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.network.variables, tuple(self.roles.tests), self.budget, self.patients))

    def __getstate__(self) -> dict[str, Any]:
        """Leaves out the tables, which are computed again."""
        return {item.name: getattr(self, item.name) for item in fields(self)}

    def _check_numbers(self) -> None:
        for name in ("patients", "deadline", "capacity", "max_steps"):
            value = getattr(self, name)
            needed = name == "patients"
            if (value is not None or needed) and not _is_count(value):
                raise InputError(f"{name} must be a whole number from 1 to {MAX_COUNT}, not {value}.")
        if self.budget is not None and not (_is_finite(self.budget) and self.budget > 0):
            raise InputError(f"budget must be a positive number, or None for no bound, not {self.budget}.")
        if not (_is_finite(self.step_cost) and self.step_cost >= 0):
            raise InputError(f"step_cost must be a number, 0 or more, not {self.step_cost}.")
        if not isinstance(self.end_when_spent, bool):
            raise InputError(f"end_when_spent must be true or false, not {self.end_when_spent!r}.")
        if self.observation not in get_args(ObservationKind):
            raise InputError(
                f"observation must be {' or '.join(get_args(ObservationKind))}, not {self.observation!r}."
            )

    def _check_budget(self) -> None:
        cheapest = float(self.tables.costs.min())
        if self.budget is not None and self.budget < cheapest:
            raise InputError(f"A budget of {self.budget:g} buys no test: the cheapest costs {cheapest:g}.")


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_COUNT


def _is_finite(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)

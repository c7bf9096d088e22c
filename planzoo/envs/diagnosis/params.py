"""The frozen numbers of a diagnosis scenario."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.tables import check_joint_size, network_tables
from planzoo.errors import InputError

if TYPE_CHECKING:
    from planzoo.envs.diagnosis.network import BayesianNetwork
    from planzoo.envs.diagnosis.roles import Roles

SUM_TOLERANCE = 1e-6
"""How far the joint table may be from summing to 1."""
OPTIMALITY_TOLERANCE = 1e-9
"""Treatments this close to a condition's best utility count as right for it."""

ObservationKind = Literal["results", "belief"]
"""What the agent sees: the tests' results, or the exact posterior over the conditions."""


@dataclass(frozen=True, eq=False)
class DiagnosisParams:
    """A hidden condition, tests that tell of it at a cost, and treatments whose utility depends on it.

    At the beginning of an episode the condition and the result of every test are drawn from ``joint``.
    Actions 0 to T - 1 do a test, which costs and reveals its result; actions T to T + M - 1 give a treatment,
    which pays its utility and ends the episode. A test that is done already or dearer than what is left of
    the budget is masked. A test that uses the budget up ends the episode untreated.

    Attributes:
        conditions: names of the K conditions.
        tests: names of the T tests.
        outcomes: of each test, its outcomes' names (2 or more).
        treatments: names of the M treatments.
        joint: float64 (K, R), P(condition, results of all tests); R is the product of the tests' numbers of
            outcomes, the last test's outcome changing fastest.
        test_costs: float64 (T,), not negative.
        utilities: float64 (K, M), of giving a treatment under a condition.
        untreated: float64 (K,), utility of an episode that ends without treatment.
        budget: money for tests in one episode.
        max_steps: actions after which an episode is truncated; its patient counts as untreated.
        observation: "results" or "belief".
        test_labels: what people call the tests; empty for their names.

    Raises:
        InputError: shapes do not fit, a name is repeated, a number is not usable, or the joint table is
            larger than 2**20 entries.
    """

    conditions: tuple[str, ...]
    tests: tuple[str, ...]
    outcomes: tuple[tuple[str, ...], ...]
    treatments: tuple[str, ...]
    joint: NDArray[np.float64]
    test_costs: NDArray[np.float64]
    utilities: NDArray[np.float64]
    untreated: NDArray[np.float64]
    budget: float
    max_steps: int
    observation: ObservationKind = "results"
    test_labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("joint", "test_costs", "utilities", "untreated"):
            array = np.array(getattr(self, name), dtype=np.float64)
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        for name in ("conditions", "tests", "treatments"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        object.__setattr__(self, "outcomes", tuple(map(tuple, self.outcomes)))
        object.__setattr__(self, "test_labels", tuple(self.test_labels or self.tests))
        self._check_names()
        self._check_arrays()
        self._check_numbers()

    @classmethod
    def asia(cls, **changes: Any) -> DiagnosisParams:
        """The chest clinic of Lauritzen and Spiegelhalter (1988): tuberculosis, lung cancer and bronchitis.

        Args:
            changes: fields to replace: ``budget``, ``max_steps``, ``observation`` …
        """
        folder = files("planzoo.envs.diagnosis").joinpath("networks")
        with as_file(folder) as path:
            return cls.from_bif(path / "asia.bif", path / "asia.yaml", **changes)

    @classmethod
    def toy(cls, **changes: Any) -> DiagnosisParams:
        """A pump with one of three faults, three tests and three repairs; ``changes`` as in :meth:`asia`."""
        folder = files("planzoo.envs.diagnosis").joinpath("networks")
        with as_file(folder) as path:
            return cls.from_table(path / "toy.yaml", **changes)

    @classmethod
    def from_bif(
        cls, network: str | os.PathLike[str], roles: str | os.PathLike[str], **changes: Any
    ) -> DiagnosisParams:
        """Reads a network from a BIF file and its roles from a YAML file; ``changes`` as in :meth:`asia`.

        Raises:
            InputError: a file is not usable, or they do not fit each other.
        """
        from planzoo.envs.diagnosis.bif import read_bif
        from planzoo.envs.diagnosis.roles import read_roles

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
        """Computes the tables of a network whose nodes have roles; ``changes`` as in :meth:`asia`.

        Raises:
            InputError: the roles name nodes or states that the network lacks, or the joint table would be
                larger than 2**20 entries.
        """
        return cls(**network_tables(network, roles)).changed(**changes)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> DiagnosisParams:
        """Makes params from what :meth:`to_dict` gave.

        Raises:
            InputError: a field is missing, unknown or unusable.
        """
        names = {item.name for item in fields(cls)}
        if set(data) != names:
            raise InputError(
                f"Diagnosis params need the fields {', '.join(sorted(names))}, "
                f"but {', '.join(sorted(names.symmetric_difference(data)))} is missing or unknown."
            )
        return cls(**data)

    def to_dict(self) -> dict[str, Any]:
        """Gives every field as plain data: strings, numbers and lists."""
        return {item.name: _plain(getattr(self, item.name)) for item in fields(self)}

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
        """T + M."""
        return len(self.tests) + len(self.treatments)

    @property
    def outcome_counts(self) -> tuple[int, ...]:
        """Number of outcomes of each test."""
        return tuple(len(names) for names in self.outcomes)

    @property
    def observation_size(self) -> int:
        """D: see :func:`planzoo.envs.diagnosis.model.encode_observation`."""
        if self.observation == "results":
            return sum(self.outcome_counts) + 1
        return len(self.conditions) + len(self.tests) + 1

    @property
    def right_treatments(self) -> NDArray[np.bool_]:
        """Bool (K, M): whether no treatment has a higher utility under the condition."""
        best = self.utilities.max(axis=1, keepdims=True)
        return np.asarray(self.utilities >= best - OPTIMALITY_TOLERANCE)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DiagnosisParams) and tuple(self._contents()) == tuple(other._contents())

    def __hash__(self) -> int:
        return hash(tuple(self._contents()))

    def _contents(self) -> Iterator[Any]:
        for item in fields(self):
            value = getattr(self, item.name)
            yield value.tobytes() if isinstance(value, np.ndarray) else value

    def _check_names(self) -> None:
        named = {"conditions": self.conditions, "tests": self.tests, "treatments": self.treatments}
        named |= {
            f"outcomes of {name!r}": names for name, names in zip(self.tests, self.outcomes, strict=False)
        }
        for what, names in named.items():
            if not names or len(set(names)) != len(names):
                raise InputError(f"The {what} of a diagnosis need one or more different names, not {names}.")
        if len(self.outcomes) != len(self.tests) or min(self.outcome_counts) < 2:
            raise InputError(f"Each of the tests {', '.join(self.tests)} needs two or more outcomes.")
        if len(self.test_labels) != len(self.tests):
            raise InputError(f"{len(self.tests)} tests need as many labels, not {len(self.test_labels)}.")

    def _check_arrays(self) -> None:
        conditions, tests, treatments = len(self.conditions), len(self.tests), len(self.treatments)
        check_joint_size(conditions, self.outcome_counts)
        shapes = {
            "joint": (conditions, math.prod(self.outcome_counts)),
            "test_costs": (tests,),
            "utilities": (conditions, treatments),
            "untreated": (conditions,),
        }
        for name, shape in shapes.items():
            array = getattr(self, name)
            if array.shape != shape or not np.isfinite(array).all():
                raise InputError(f"{name} must be finite numbers of shape {shape}, not of {array.shape}.")
        if (self.joint < 0).any() or abs(self.joint.sum() - 1) > SUM_TOLERANCE:
            raise InputError(f"joint must be probabilities that sum to 1, not to {self.joint.sum():.6g}.")
        if (self.test_costs < 0).any():
            raise InputError("test_costs must not be negative; a test cannot earn money.")

    def _check_numbers(self) -> None:
        if not (math.isfinite(self.budget) and self.budget > 0):
            raise InputError(f"budget must be a positive number, not {self.budget}.")
        if self.budget < self.test_costs.min():
            raise InputError(
                f"A budget of {self.budget:g} buys no test: the cheapest costs {self.test_costs.min():g}."
            )
        if self.max_steps < 1:
            raise InputError(f"max_steps must be 1 or more, not {self.max_steps}.")
        if self.observation not in get_args(ObservationKind):
            raise InputError(
                f"observation must be {' or '.join(get_args(ObservationKind))}, not {self.observation!r}."
            )


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    return [_plain(item) for item in value] if isinstance(value, tuple) else value

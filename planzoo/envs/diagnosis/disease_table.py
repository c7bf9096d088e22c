"""Tables of diseases and symptoms from CSV files: by probabilities, or by patients to count.

Both become a naive-Bayes network: one node whose states are the diseases, exactly one of them present, and a
node of yes and no for each symptom, independent of the others given the disease. ``network()`` and
``roles()`` give what ``DiagnosisParams.from_network`` takes.
"""

from __future__ import annotations

import csv
import math
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.roles import Roles, validated
from planzoo.envs.networks.network import BayesianNetwork
from planzoo.errors import InputError

DISEASE_NODE = "disease"
"""The node whose states are the diseases."""
SYMPTOM_STATES = ("yes", "no")
DEFAULT_SEVERITY = 10.0
"""Of leaving a disease untreated whose table gives none."""
SUM_TOLERANCE = 1e-4
"""Priors whose sum is this near to 1 are taken as rounded and scaled to sum to 1."""

_ITEM = re.compile(r"""'([^'\\]*)'|"([^"\\]*)\"""")
_LIST = re.compile(r"""\s*\[\s*(?:(?>'[^'\\]*'|"[^"\\]*")\s*(?:,\s*|(?=\])))*+\]\s*""")


@dataclass(frozen=True, eq=False)
class DiseaseTable:
    """Diseases, of which a patient has exactly one, and symptoms.

    Attributes:
        name: of the table.
        diseases: names of the D diseases.
        priors: float64 (D,), sums to 1.
        severities: float64 (D,), of leaving each disease untreated.
        symptoms: names of the S symptoms.
        chances: float64 (D, S), P(symptom | disease).
    """

    name: str
    diseases: tuple[str, ...]
    priors: NDArray[np.float64]
    severities: NDArray[np.float64]
    symptoms: tuple[str, ...]
    chances: NDArray[np.float64]

    def network(self) -> BayesianNetwork:
        """Gives the naive-Bayes network: the disease is the only parent of every symptom."""
        columns = self.chances.T
        return BayesianNetwork(
            name=self.name,
            variables=(DISEASE_NODE, *self.symptoms),
            states=(self.diseases, *(SYMPTOM_STATES for _ in self.symptoms)),
            parents=((), *((DISEASE_NODE,) for _ in self.symptoms)),
            tables=(self.priors, *(np.stack([column, 1 - column], axis=-1) for column in columns)),
        )

    def roles(
        self,
        seen: Sequence[str] = (),
        test_cost: float = 0.1,
        treatment_cost: float = 1.0,
        budget: float | None = None,
        health_value: float = 0.0,
    ) -> Roles:
        """Gives roles: each symptom can be asked for, and each disease has a treatment of its own.

        Args:
            seen: symptoms that everybody sees from the beginning.
            test_cost: of asking for a symptom.
            treatment_cost: of a treatment, in units of utility.
            budget: money for tests in one episode; None for no bound.
            health_value: what a cured patient is worth.

        Raises:
            InputError: a symptom to be seen is unknown, or no symptom is left to ask for, or a number is not
                usable.
        """
        unknown = [name for name in seen if name not in self.symptoms]
        asked = [name for name in self.symptoms if name not in seen]
        if unknown or not asked:
            what = f"no symptom {unknown[0]!r}" if unknown else "no symptom that is not seen"
            raise InputError(f"The table {self.name!r} has {what}; choose some of its symptoms as seen.")
        severity = dict(zip(self.diseases, self.severities.tolist(), strict=True))
        data = {
            "diseases": {DISEASE_NODE: {"severity": severity, "absent": None}},
            "symptoms": {name: {} for name in seen},
            "tests": {name: {"kind": "ask", "cost": test_cost} for name in asked},
            "treatments": {
                f"treat {name}": {"treats": [f"{DISEASE_NODE}={name}"], "cost": treatment_cost}
                for name in self.diseases
            },
            "budget": budget,
            "health_value": health_value,
        }
        return validated(data, Roles, f"the roles of {self.name}")


def read_disease_table(path: str | os.PathLike[str]) -> DiseaseTable:
    """Reads a table of probabilities from a CSV file with a header, one row for each disease.

    Its columns are ``disease`` (a name), ``prior`` (a probability; all sum to 1), ``severity`` if wanted, and
    then one for each symptom with its probability under the disease.

    Raises:
        InputError: the file cannot be read, a column is missing or named twice, a disease is named twice, or
            a cell is no probability; the message names file, row and column.
    """
    rows = _CsvRows(path, required=("disease", "prior"))
    symptoms = [name for name in rows.header if name not in ("disease", "prior", "severity")]
    if not symptoms:
        rows.fail(1, None, "there is no column with a symptom; add one")
    diseases: dict[str, list[float]] = {}
    priors, severities = [], []
    for row, cells in rows:
        name = rows.text(row, cells, "disease")
        if name in diseases:
            rows.fail(row, "disease", f"the disease {name!r} has two rows; remove one")
        priors.append(rows.number(row, cells, "prior"))
        severities.append(rows.number(row, cells, "severity", math.inf) if "severity" in cells else None)
        diseases[name] = [rows.number(row, cells, symptom) for symptom in symptoms]
    if not diseases or abs(sum(priors) - 1) > SUM_TOLERANCE:
        rows.fail(rows.last_row, "prior", f"the priors sum to {sum(priors):.6g}, not to 1")
    return DiseaseTable(
        name=os.path.basename(rows.source),
        diseases=tuple(diseases),
        priors=np.array(priors) / sum(priors),
        severities=np.array([DEFAULT_SEVERITY if each is None else each for each in severities]),
        symptoms=tuple(symptoms),
        chances=np.array(list(diseases.values())),
    )


def count_patients(
    path: str | os.PathLike[str], smoothing: float = 1.0, max_rows: int | None = None
) -> DiseaseTable:
    """Estimates a table by counting patients in a CSV file as DDXPlus publishes them.

    Source of the format: Fansi Tchango, Goel, Wen, Martel and Ghosn, "DDXPlus: A New Dataset For Automatic
    Medical Diagnosis", NeurIPS Datasets and Benchmarks, 2022. Of its columns ``PATHOLOGY`` (a disease) and
    ``EVIDENCES`` (a list such as ``['E_48', 'E_54_@_V_161']``) are read, row by row; an evidence with a value
    counts as a symptom of its own. P(symptom | disease) is (patients with both + smoothing) / (patients with
    the disease + 2 · smoothing). Diseases and symptoms are sorted by name.

    Args:
        path: of the file.
        smoothing: patients with, and as many without each symptom that every disease is given beforehand
            (Laplace); 0 for none.
        max_rows: patients to read, from the beginning; None for all.

    Raises:
        InputError: the file cannot be read, a column is missing, a cell is not usable, or there is no patient
            or no symptom; the message names file, row and column.
    """
    if not (math.isfinite(smoothing) and smoothing >= 0) or (max_rows is not None and max_rows < 1):
        raise InputError(
            f"Counting needs a smoothing of 0 or more and one row or more, not {smoothing} and {max_rows}."
        )
    rows = _CsvRows(path, required=("PATHOLOGY", "EVIDENCES"))
    patients: Counter[str] = Counter()
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row, cells in rows:
        disease = rows.text(row, cells, "PATHOLOGY")
        patients[disease] += 1
        counts[disease].update(set(_evidences(rows, row, cells)))
        if patients.total() == max_rows:
            break
    symptoms = sorted({symptom for counter in counts.values() for symptom in counter})
    if not symptoms:
        rows.fail(rows.last_row, "EVIDENCES", "there is no patient with an evidence; is the file whole?")
    diseases = sorted(patients)
    numbers = np.array([patients[disease] for disease in diseases], dtype=np.float64)
    both = np.array([[counts[disease][symptom] for symptom in symptoms] for disease in diseases])
    return DiseaseTable(
        name=os.path.basename(rows.source),
        diseases=tuple(diseases),
        priors=numbers / numbers.sum(),
        severities=np.full(len(diseases), DEFAULT_SEVERITY),
        symptoms=tuple(symptoms),
        chances=(both + smoothing) / (numbers[:, None] + 2 * smoothing),
    )


def _evidences(rows: _CsvRows, row: int, cells: dict[str, str]) -> list[str]:
    """Reads a list of strings as Python writes it, without running anything."""
    text = cells["EVIDENCES"]
    if not _LIST.fullmatch(text):
        rows.fail(row, "EVIDENCES", f"expected a list such as ['E_48', 'E_54_@_V_161'], not {text[:40]!r}")
    names = [single or double for single, double in _ITEM.findall(text)]
    for name in names:
        if not name or name == DISEASE_NODE:
            rows.fail(row, "EVIDENCES", f"an evidence cannot be called {name!r}")
    return names


class _CsvRows:
    """The rows of a CSV file one after the other, each by its columns' names; the header is row 1."""

    def __init__(self, path: str | os.PathLike[str], required: tuple[str, ...]) -> None:
        self.source = os.fspath(path)
        self.last_row = 0
        self._lines = self._read()
        self.header = [name.strip() for name in next(self._lines, [])]
        self._check_header(required)

    def _read(self) -> Iterator[list[str]]:
        try:
            with open(self.source, encoding="utf-8-sig", newline="") as file:
                for cells in csv.reader(file, strict=True):
                    self.last_row += 1
                    yield cells
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"The file {self.source!r} cannot be read: {error}; check the path.") from error
        except csv.Error as error:
            self.fail(self.last_row + 1, None, f"this is no CSV ({error}); mend the row")

    def _check_header(self, required: tuple[str, ...]) -> None:
        for name in required:
            if name not in self.header:
                self.fail(
                    1, name, f"this column is missing; there are {', '.join(self.header[:12]) or 'none'}"
                )
        for name, count in Counter(self.header).items():
            if count > 1 or not name:
                self.fail(1, name, "columns need different names")

    def __iter__(self) -> Iterator[tuple[int, dict[str, str]]]:
        for cells in self._lines:
            if len(cells) > len(self.header):
                self.fail(self.last_row, None, f"{len(cells)} cells for {len(self.header)} columns")
            if cells and len(cells) < len(self.header):
                self.fail(
                    self.last_row, self.header[len(cells)], "this cell is missing; the file may be cut short"
                )
            if cells:
                yield self.last_row, dict(zip(self.header, cells, strict=True))

    def fail(self, row: int, column: str | None, message: str) -> NoReturn:
        """Raises InputError with file, row and column."""
        where = "" if column is None else f", column {column!r}"
        raise InputError(f"{self.source}, row {max(row, 1)}{where}: {message}.")

    def text(self, row: int, cells: dict[str, str], column: str) -> str:
        """Gives a cell that must not be empty."""
        value = cells[column].strip()
        if not value:
            self.fail(row, column, "this cell is empty; give a name")
        return value

    def number(self, row: int, cells: dict[str, str], column: str, largest: float = 1.0) -> float:
        """Gives a number from 0 to the largest."""
        try:
            value = float(cells[column])
        except ValueError:
            value = math.nan
        if not (0 <= value <= largest and math.isfinite(value)):
            span = "a probability between 0 and 1" if largest == 1 else "a number that is not negative"
            self.fail(row, column, f"expected {span}, not {cells[column][:40]!r}")
        return value

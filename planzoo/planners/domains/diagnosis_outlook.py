"""What is believed after some results, what each finding may show then, and how well one could end it.

Everything is computed for all findings at once and kept: one pass of exact inference gives what every finding
may show, one matrix product what ending it would be worth after each.
"""

from __future__ import annotations

from bisect import bisect
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.model import DiagnosisModel, Evidence, Probabilities
from planzoo.planners.domains.diagnosis_repairs import NO_TREATMENT, Repairs, cured_by

KEPT_BYTES = 2**27
"""Room for the outlooks that are kept, and for the beliefs: 128 MiB each."""
KEPT_ENTRIES = 2**16
"""The most beliefs and endings that are kept."""
TIE = 1e-9
"""Ways to end it this close are equal; of equals stopping comes first, then the last treatment."""

Given = tuple[int, ...]
Known = tuple[Evidence, Given]
Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Ending(NamedTuple):
    """The best way to end it without learning any more.

    Attributes:
        actions: the environment's, each if the one before has not ended it.
        value: expected utility, the steps' costs taken off.
        perfect: the same if the condition were known.
    """

    actions: tuple[int, ...]
    value: float
    perfect: float


class Outlook(NamedTuple):
    """What each finding may show. R outcomes of all findings, in the order of the findings.

    Attributes:
        rows: float64 (R, K), P(outcome, condition | what is known); zeros for what cannot be had any more.
        chances: float64 (R,).
    """

    rows: Probabilities
    chances: Probabilities


class Outlooks:
    """Beliefs, outlooks and endings of one scenario.

    Args:
        model: its tables.
    """

    def __init__(self, model: DiagnosisModel) -> None:
        self.model = model
        self.repairs = Repairs(model)
        self.starts: NDArray[np.int64] = model.constants.outcome_starts
        self._step_cost = model.params.step_cost
        self._ends = model.params.roles.treatment_ends
        size = int(self.starts[-1]) * len(model.conditions) * 8
        self._outlooks: Kept[Known, Outlook] = Kept(max(16, min(KEPT_ENTRIES, KEPT_BYTES // size)))
        most = KEPT_BYTES // (8 * len(model.conditions))
        self._beliefs: Kept[Known, Probabilities] = Kept(min(KEPT_ENTRIES, most))
        self._endings: Kept[tuple[Evidence, Given, int | None], Ending] = Kept(KEPT_ENTRIES)
        self._utilities: Kept[Given, Probabilities] = Kept(KEPT_ENTRIES)

    def belief(self, evidence: Evidence, given: Given = ()) -> Probabilities:
        """Computes P(condition | what is known), float64 (K,)."""
        return self._beliefs.get((evidence, given), lambda: self._compute_belief(evidence, given))

    def outlook(self, evidence: Evidence, given: Given = ()) -> Outlook:
        """Computes what each finding may show."""
        return self._outlooks.get((evidence, given), lambda: self._compute(evidence, given))

    def outcome_chances(self, evidence: Evidence, given: Given, finding: int) -> list[float]:
        """Gives the probability of each outcome of a finding."""
        window = slice(int(self.starts[finding]), int(self.starts[finding + 1]))
        chances: list[float] = self.outlook(evidence, given).chances[window].tolist()
        return chances

    def ending(self, evidence: Evidence, given: Given = (), steps: int | None = None) -> Ending:
        """Finds the best way to end it.

        Args:
            evidence: the results so far.
            given: treatments that left something untreated.
            steps: that are left; None for no bound.
        """
        left = self._steps(given, steps)

        def compute() -> Ending:
            return self._ends_of(self.belief(evidence, given)[np.newaxis], given, left)[0]

        return self._endings.get((evidence, given, left), compute)

    def look_ahead(self, evidence: Evidence, given: Given, findings: list[int], steps: int | None) -> None:
        """Computes beliefs and endings after each outcome of some findings, all at once, and keeps them."""
        rows, chances = self.outlook(evidence, given)
        left = self._steps(given, steps)
        places = [
            (finding, outcome, row)
            for finding in findings
            for outcome, row in enumerate(range(int(self.starts[finding]), int(self.starts[finding + 1])))
        ]
        places = [place for place in places if chances[place[2]] > 0]
        keys = [(with_result(evidence, finding, outcome), given) for finding, outcome, _ in places]
        fresh = [number for number, key in enumerate(keys) if (*key, left) not in self._endings]
        if fresh:
            chosen = [places[number][2] for number in fresh]
            beliefs = rows[chosen] / chances[chosen, np.newaxis]
            endings = self._ends_of(beliefs, given, left)
            for number, belief, found in zip(fresh, beliefs, endings, strict=True):
                self._beliefs.put(keys[number], belief)
                self._endings.put((*keys[number], left), found)

    def ending_values(self, rows: Probabilities, given: Given, steps: int | None) -> Probabilities:
        """Gives the expected utility of the best way to end it, times P(row), float64 (R,).

        Args:
            rows: float64 (R, K), P(anything, condition).
            given: treatments that left something untreated.
            steps: that are left; None for no bound.
        """
        if not self._ends:
            return self.repairs.orders(rows, given, self._steps(given, steps)).values
        return np.asarray((rows @ self.utilities(given)).max(axis=1) - self._step_cost * rows.sum(axis=1))

    def utilities(self, given: Given = ()) -> Probabilities:
        """Gives the utility of one more treatment and then no other, float64 (K, M + 1); last, of none.

        Treatments that were given already count as minus infinity.
        """
        return self._utilities.get(given, lambda: self._compute_utilities(given))

    def perfect(self, given: Given = ()) -> Probabilities:
        """Gives the utility of the best treatment when the condition is known, steps paid, float64 (K,)."""
        if not self._ends:
            return self.repairs.perfect(given)
        return np.asarray(self.utilities(given).max(axis=1) - self._step_cost)

    def _compute_belief(self, evidence: Evidence, given: Given) -> Probabilities:
        """Reads the belief off the outlook before one of the results, if there is one."""
        for place, (finding, outcome) in enumerate(evidence):
            before = self._outlooks.peek((evidence[:place] + evidence[place + 1 :], given))
            if before is not None:
                row = int(self.starts[finding]) + outcome
                if before.chances[row] > 0:
                    return np.asarray(before.rows[row] / before.chances[row])
        return self.model.belief(evidence, given)

    def _compute(self, evidence: Evidence, given: Given) -> Outlook:
        rows = self._rows(evidence)
        if given:
            possible = (self.model.tables.present & ~cured_by(self.model, given)) != 0
            if self.model.belief(evidence, given)[~possible].any():
                rows = self._rows(())  # impossible results tell nothing, nor do treatments then
            else:
                rows = rows * possible / float(self.belief(evidence) @ possible)
        return Outlook(rows, rows.sum(axis=1))

    def _rows(self, evidence: Evidence) -> Probabilities:
        tables = self.model.all_outcome_beliefs(evidence)
        rows = np.zeros((int(self.starts[-1]), len(self.model.conditions)))
        for finding, table in enumerate(tables):
            if table is not None:
                rows[self.starts[finding] : self.starts[finding + 1]] = table
        return rows

    def _compute_utilities(self, given: Given) -> Probabilities:
        columns = self.model.tables.choice_utilities(given)
        columns[:, list(given)] = -np.inf
        return columns

    def _ends_of(self, rows: Probabilities, given: Given, steps: int | None) -> list[Ending]:
        """Finds the ending of each row, P(condition), float64 (R, K)."""
        perfect = (rows @ self.perfect(given)).tolist()
        tests = self.model.num_tests
        stop = tests + len(self.model.tables.treatments)
        if not self._ends:
            found = self.repairs.orders(rows, given, steps)
            orders = [[tests + int(each) for each in row if each != NO_TREATMENT] for row in found.orders]
            actions = [(*row, stop) if steps is None or len(row) < steps else tuple(row) for row in orders]
            return [Ending(*each) for each in zip(actions, found.values.tolist(), perfect, strict=True)]
        values = rows @ self.utilities(given)
        best = values.max(axis=1, keepdims=True)
        last = values.shape[1] - 1 - np.argmax((values >= best - TIE)[:, ::-1], axis=1)
        worth = (best[:, 0] - self._step_cost).tolist()
        chosen = [(tests + each,) for each in last.tolist()]
        return [Ending(*each) for each in zip(chosen, worth, perfect, strict=True)]

    def _steps(self, given: Given, steps: int | None) -> int | None:
        """Leaves out a bound of the steps that changes nothing."""
        if self._ends or steps is None or steps > len(self.model.tables.treatments) - len(given):
            return None
        return steps


def with_result(evidence: Evidence, finding: int, outcome: int) -> Evidence:
    """Adds a result to the evidence, in the order of the findings."""
    result = finding, outcome
    place = bisect(evidence, result)
    return (*evidence[:place], result, *evidence[place:])


class Kept(Generic[Key, Value]):
    """Values by key, the latest ones."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key, compute: Callable[[], Value]) -> Value:
        """Gives a value, computed at most once while it is kept."""
        value = self._values.get(key)
        if value is None:
            value = compute()
            self.put(key, value)
        return value

    def peek(self, key: Key) -> Value | None:
        """Gives a value if it is kept."""
        return self._values.get(key)

    def __contains__(self, key: Key) -> bool:
        return key in self._values

    def put(self, key: Key, value: Value) -> None:
        """Keeps a value; the oldest one goes if there are too many."""
        self._values[key] = value
        if len(self._values) > self._size:
            self._values.popitem(last=False)

"""Repairs one after another, without looking: which to give in which order, whatever tests could still tell.

Where a treatment does not end the episode, the simplest way to end it is a fixed order of treatments: each is
given if the one before has not cured everything, and in the end one stops. The order is found greedily: next
comes the treatment that earns most if one stopped after it.
"""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.model import DiagnosisModel, Probabilities
from planzoo.envs.simulation.kernel import call, driver, kernel

NO_TREATMENT = -1
MOST_TREATMENTS = 10
"""Up to so many treatments all sets of them are looked at for what perfect knowledge would be worth."""
GAIN_TOLERANCE = 1e-9
"""A treatment must earn more than stopping by so much."""
CACHED = 2**10
"""Sets of given treatments whose bounds are kept."""


class RepairTables(NamedTuple):
    """What the kernel reads. K conditions, D diseases, M treatments.

    Attributes:
        present: int64 (K,), diseases as bits.
        cured: int64 (K, M).
        severities: float64 (K, D).
        costs: float64 (M,).
        harms: float64 (K, M).
        health_value: of leaving with nothing untreated.
        step_cost: of each step.
    """

    present: NDArray[np.int64]
    cured: NDArray[np.int64]
    severities: Probabilities
    costs: Probabilities
    harms: Probabilities
    health_value: float
    step_cost: float


class RepairOrders(NamedTuple):
    """Of R rows of P(anything, condition).

    Attributes:
        values: float64 (R,), expected utility of going through the order, steps paid, times P(row).
        orders: int64 (R, M), treatments, then NO_TREATMENT.
    """

    values: Probabilities
    orders: NDArray[np.int64]


class Repairs:
    """Orders of treatments for one scenario.

    Args:
        model: its tables.
    """

    def __init__(self, model: DiagnosisModel) -> None:
        tables = model.tables
        self.model = model
        self._tables = RepairTables(
            tables.present, tables.cured, tables.severities, tables.treatment_costs, tables.treatment_harms,
            float(tables.health_value), float(model.params.step_cost),
        )  # fmt: skip
        self.perfect = lru_cache(maxsize=CACHED)(self._compute_perfect)
        self._sets: tuple[Probabilities, Probabilities] | None = None

    def orders(self, rows: Probabilities, given: tuple[int, ...], steps: int | None) -> RepairOrders:
        """Finds an order for each row.

        Args:
            rows: float64 (R, K), P(anything, condition).
            given: treatments that were given, and have not cured everything.
            steps: that are left; None for as many as one likes.
        """
        count, treatments = len(rows), len(self._tables.costs)
        found = RepairOrders(np.zeros(count), np.full((count, treatments), NO_TREATMENT, dtype=np.int64))
        before = np.zeros(treatments, dtype=np.bool_)
        before[list(given)] = True
        work = np.zeros((2, rows.shape[1])), np.zeros(rows.shape[1], dtype=np.int64), np.zeros(treatments)
        limit = treatments + 1 if steps is None else min(steps, treatments + 1)
        rows = np.ascontiguousarray(rows, dtype=np.float64)
        call(find_orders, self._tables, rows, before, limit, work, found)
        return found

    def _compute_perfect(self, given: tuple[int, ...]) -> Probabilities:
        """Gives what could be earned if the condition were known, float64 (K,)."""
        treatments, step_cost = len(self._tables.costs), self._tables.step_cost
        if treatments > MOST_TREATMENTS:
            left = self.model.tables.untreated(cured_by(self.model, given))
            return np.maximum(self._tables.health_value, left) - step_cost
        if self._sets is None:
            self._sets = self._all_sets()
        values, prices = self._sets
        before = sum(1 << each for each in given)
        chosen = np.arange(len(values))
        chosen = chosen[chosen & before == 0]
        return np.asarray((values[chosen | before] - prices[chosen]).max(axis=0))

    def _all_sets(self) -> tuple[Probabilities, Probabilities]:
        """Gives for each set of treatments, as bits, what it costs and what leaving after it is worth."""
        tables, step_cost = self.model.tables, self._tables.step_cost
        count = len(self._tables.costs)
        values = np.empty((2**count, len(tables.conditions)))
        prices = np.empty_like(values)
        for bits, chosen in enumerate(itertools.product((0, 1), repeat=count)):
            treatments = tuple(each for each in range(count) if chosen[count - 1 - each])
            cured = cured_by(self.model, treatments)
            # Whoever is not cured has to stop, which takes one more step.
            values[bits] = tables.untreated(cured) - step_cost * (tables.present & ~cured != 0)
            prices[bits] = tables.treatment_costs[list(treatments)].sum() + step_cost * len(treatments)
            prices[bits] += tables.treatment_harms[:, list(treatments)].sum(axis=1)
        prices[0] += step_cost * (tables.present == 0)
        return values, prices


def cured_by(model: DiagnosisModel, treatments: tuple[int, ...]) -> NDArray[np.int64]:
    """Gives what some treatments together cure, as bits, int64 (K,)."""
    columns = model.tables.cured[:, list(treatments)]
    return np.asarray(np.bitwise_or.reduce(columns, axis=1, initial=0))


@driver
def find_orders(
    tables: RepairTables,
    rows: Probabilities,
    given: NDArray[np.bool_],
    limit: int,
    work: tuple[Probabilities, NDArray[np.int64], Probabilities],
    found: RepairOrders,
) -> None:
    """Finds an order for each row, see :class:`Repairs`; ``work`` is room to compute in."""
    weights, severity, left, gains = work[0][0], work[0][1], work[1], work[2]
    for row in range(rows.shape[0]):
        mass = begin_row(tables, rows[row], given, weights, left, severity)
        order, value, length = found.orders[row], 0.0, 0
        while mass > 0.0 and length < limit:
            closing = 0.0 if length + 1 >= limit else tables.step_cost
            weigh_treatments(tables, weights, left, severity, closing, gains)
            best = best_of(tables, gains, given, order, closing, mass)
            if best == NO_TREATMENT:
                break
            order[length] = best
            length += 1
            value -= (tables.step_cost + tables.costs[best]) * mass
            value += give(tables, best, weights, left, severity)
            mass = weights.sum()
        for condition in range(weights.shape[0]):
            value -= weights[condition] * severity[condition]
        if length < limit:
            value -= tables.step_cost * mass
        found.values[row] = value


@kernel
def best_of(
    tables: RepairTables,
    gains: Probabilities,
    given: NDArray[np.bool_],
    order: NDArray[np.int64],
    closing: float,
    mass: float,
) -> int:
    """Gives the treatment that earns most above stopping, of those not given yet, if one does."""
    best, most = NO_TREATMENT, GAIN_TOLERANCE * mass
    for treatment in range(gains.shape[0]):
        gain = gains[treatment] - (tables.costs[treatment] + closing) * mass
        if gain > most and not given[treatment] and not is_in(order, treatment):
            best, most = treatment, gain
    return best


@kernel
def begin_row(
    tables: RepairTables,
    row: Probabilities,
    given: NDArray[np.bool_],
    weights: Probabilities,
    left: NDArray[np.int64],
    severity: Probabilities,
) -> float:
    """Notes each condition's weight, what is left untreated and what that costs; gives the sum of weights.

    What has nothing untreated at the beginning can only stop: ``severity`` is then minus the value of health.
    """
    mass = 0.0
    for condition in range(row.shape[0]):
        weights[condition] = row[condition]
        mass += row[condition]
        left[condition] = tables.present[condition]
        for treatment in range(given.shape[0]):
            if given[treatment]:
                left[condition] &= ~tables.cured[condition, treatment]
        severity[condition] = sum_of(tables, condition, left[condition])
        if left[condition] == 0:
            severity[condition] = -tables.health_value
    return mass


@kernel
def sum_of(tables: RepairTables, condition: int, diseases: int) -> float:
    """Sums the severities of a condition's diseases, given as bits."""
    total = 0.0
    disease = 0
    while diseases:
        if diseases & 1:
            total += tables.severities[condition, disease]
        diseases >>= 1
        disease += 1
    return total


@kernel
def weigh_treatments(
    tables: RepairTables,
    weights: Probabilities,
    left: NDArray[np.int64],
    severity: Probabilities,
    closing: float,
    gains: Probabilities,
) -> None:
    """Writes what each treatment, (M,), earns above stopping if one stops after it, before its cost.

    ``closing`` is what the step of stopping costs after it, saved where everything is cured.
    """
    gains[:] = 0.0
    for condition in range(weights.shape[0]):
        weight = weights[condition]
        if weight > 0.0:
            for treatment in range(gains.shape[0]):
                relief = left[condition] & tables.cured[condition, treatment]
                gain = -tables.harms[condition, treatment]
                if relief == left[condition]:
                    gain += severity[condition] + tables.health_value + closing
                elif relief:
                    gain += sum_of(tables, condition, relief)
                gains[treatment] += weight * gain


@kernel
def give(
    tables: RepairTables,
    treatment: int,
    weights: Probabilities,
    left: NDArray[np.int64],
    severity: Probabilities,
) -> float:
    """Gives a treatment: who is cured leaves. Returns the harm and the value of health that this brings."""
    value = 0.0
    for condition in range(weights.shape[0]):
        weight = weights[condition]
        if weight > 0.0:
            value -= weight * tables.harms[condition, treatment]
            left[condition] &= ~tables.cured[condition, treatment]
            if left[condition] == 0:
                value += weight * tables.health_value
                weights[condition] = 0.0
            else:
                severity[condition] = sum_of(tables, condition, left[condition])
    return value


@kernel
def is_in(order: NDArray[np.int64], treatment: int) -> bool:
    """Tells whether a treatment stands in an order."""
    for place in range(order.shape[0]):
        if order[place] == treatment:
            return True
        if order[place] == NO_TREATMENT:
            return False
    return False

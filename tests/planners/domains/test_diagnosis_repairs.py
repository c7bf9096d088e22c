"""Orders of treatments, against going through every order by hand."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from planzoo.envs.diagnosis.model import DiagnosisModel
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.planners.domains.diagnosis_repairs import NO_TREATMENT, Repairs, cured_by
from tests.planners.domains.diagnosis_worlds import random_problem

TROUBLE = DiagnosisModel(DiagnosisParams.troubleshooting())


def worth(
    model: DiagnosisModel,
    row: NDArray[np.float64],
    given_before: tuple[int, ...],
    order: list[int],
    steps: int,
) -> float:
    """What going through an order is worth, condition by condition."""
    tables, step_cost, total = model.tables, model.params.step_cost, 0.0
    for condition, weight in enumerate(row):
        value, given_now, left = 0.0, list(given_before), steps
        for treatment in order:
            value -= (
                step_cost + tables.treatment_costs[treatment] + tables.treatment_harms[condition, treatment]
            )
            given_now.append(treatment)
            left -= 1
            if tables.present[condition] & ~cured_by(model, tuple(given_now))[condition] == 0:
                break
        else:
            value -= step_cost if left > 0 else 0.0
        total += weight * (value + tables.untreated(cured_by(model, tuple(given_now)))[condition])
    return total


def beliefs(model: DiagnosisModel, seed: int) -> NDArray[np.float64]:
    """Rows of any sums, some entries 0."""
    random = np.random.default_rng(seed)
    rows = random.dirichlet(np.full(len(model.conditions), 0.3), 4) * random.uniform(0.1, 1, (4, 1))
    return np.where(rows < 0.01, 0.0, rows)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 60), st.integers(0, 1000), st.sampled_from([None, 1, 2, 3]), st.booleans())
def test_an_order_is_worth_what_going_through_it_earns(
    instance: int, seed: int, steps: int | None, some_given: bool
) -> None:
    model = random_problem(instance)
    before, rows = ((0,) if some_given else ()), beliefs(model, seed)
    if some_given:
        rows = rows * ((model.tables.present & ~cured_by(model, before)) != 0)
    repairs = Repairs(model)
    found = repairs.orders(rows, before, steps)
    limit = 99 if steps is None else steps
    choices = [each for each in range(len(model.tables.treatments)) if each not in before]
    for row, value, order in zip(rows, found.values, found.orders, strict=True):
        mine = [int(each) for each in order if each != NO_TREATMENT]
        assert set(mine) <= set(choices) and len(mine) <= limit
        assert value == pytest.approx(worth(model, row, before, mine, limit), abs=1e-9)
        assert value >= worth(model, row, before, [], limit) - 1e-9, "no worse than stopping"
        single = max(worth(model, row, before, [each], limit) for each in choices)
        assert value >= single - 1e-9, "no worse than any treatment alone"
        if steps is None:
            assert value <= float(row @ repairs.perfect(before)) + 1e-9


def test_with_perfect_knowledge_the_best_set_is_given() -> None:
    """Against all sets, for each condition by itself."""
    for before in ((), (0,), (1, 2)):
        perfect = Repairs(TROUBLE).perfect(before)
        choices = [each for each in range(7) if each not in before]
        for condition in range(0, 64, 7):
            row = np.eye(64)[condition]
            best = max(
                worth(TROUBLE, row, before, list(chosen), 99)
                for count in range(4)
                for chosen in itertools.combinations(choices, count)
            )
            if bin(TROUBLE.tables.present[condition]).count("1") <= 3:
                possible = TROUBLE.tables.present[condition] & ~cured_by(TROUBLE, before)[condition]
                assert not possible or perfect[condition] == pytest.approx(best, abs=1e-9)


def test_many_treatments_have_a_coarser_bound() -> None:
    roles = TROUBLE.params.roles
    extra = {f"spare {number}": roles.treatments["replace the cup"] for number in range(5)}
    many = DiagnosisModel(
        DiagnosisParams.from_network(
            TROUBLE.params.network, roles.model_copy(update={"treatments": {**roles.treatments, **extra}})
        )
    )
    fine, coarse = Repairs(TROUBLE).perfect(()), Repairs(many).perfect(())
    assert len(many.tables.treatments) == 12 and (coarse >= fine - 1e-9).all()
    assert coarse.max() == pytest.approx(30 - 0.2)


def test_treatments_together_cure_what_any_of_them_does() -> None:
    tables = TROUBLE.tables
    np.testing.assert_array_equal(cured_by(TROUBLE, ()), np.zeros(64, dtype=np.int64))
    np.testing.assert_array_equal(cured_by(TROUBLE, (1, 2)), tables.cured[:, 1] | tables.cured[:, 2])
    free = DiagnosisModel(replace(TROUBLE.params, step_cost=0.0))
    healthy = int(np.flatnonzero(free.tables.present == 0)[0])
    assert Repairs(free).perfect(())[healthy] == pytest.approx(30)

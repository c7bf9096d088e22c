"""Beliefs, outlooks and endings, against one computation at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.diagnosis.model import DiagnosisModel, Evidence
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.planners.domains.diagnosis_outlook import Kept, Outlooks, with_result

ASIA = DiagnosisModel(DiagnosisParams.asia())
REPAIRS = DiagnosisModel(DiagnosisParams.troubleshooting())


def random_evidence(model: DiagnosisModel, random: np.random.Generator, most: int) -> Evidence:
    """Some findings with outcomes as they may come together."""
    evidence: Evidence = ()
    for finding in random.permutation(len(model.tests))[: random.integers(most + 1)].tolist():
        chances = model.outcome_beliefs(finding, evidence).sum(axis=1)
        evidence = with_result(evidence, finding, int(random.choice(len(chances), p=chances / chances.sum())))
    return evidence


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.booleans())
def test_all_at_once_is_as_one_by_one(seed: int, repairs: bool) -> None:
    model, random = (REPAIRS if repairs else ASIA), np.random.default_rng(seed)
    evidence = random_evidence(model, random, 4)
    treated = (int(random.integers(7)),) if repairs and random.random() < 0.5 else ()
    outlooks = Outlooks(model)
    np.testing.assert_allclose(
        outlooks.belief(evidence, treated), model.belief(evidence, treated), atol=1e-12
    )
    rows, chances = outlooks.outlook(evidence, treated)
    open_findings = [each for each in range(len(model.tests)) if each not in dict(evidence)]
    for finding in open_findings:
        window = slice(int(outlooks.starts[finding]), int(outlooks.starts[finding + 1]))
        table = rows[window]
        assert table.sum() == pytest.approx(1)
        np.testing.assert_allclose(table.sum(axis=0), model.belief(evidence, treated), atol=1e-12)
        assert outlooks.outcome_chances(evidence, treated, finding) == chances[window].tolist()
        for outcome, chance in enumerate(chances[window].tolist()):
            if chance > 1e-9:
                after = model.belief(with_result(evidence, finding, outcome), treated)
                np.testing.assert_allclose(table[outcome] / chance, after, atol=1e-9)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.booleans(), st.sampled_from([None, 1, 3]))
def test_looking_ahead_changes_no_ending(seed: int, repairs: bool, steps: int | None) -> None:
    model, random = (REPAIRS if repairs else ASIA), np.random.default_rng(seed)
    evidence = random_evidence(model, random, 3)
    ahead, plain = Outlooks(model), Outlooks(model)
    tests = [test for test in range(model.num_tests) if test not in dict(evidence)]
    ahead.look_ahead(evidence, (), tests, steps)
    for test in tests:
        for outcome, chance in enumerate(ahead.outcome_chances(evidence, (), test)):
            if chance > 1e-9:
                later = with_result(evidence, test, outcome)
                mine, theirs = ahead.ending(later, (), steps), plain.ending(later, (), steps)
                assert mine.actions == theirs.actions
                assert mine[1:] == pytest.approx(theirs[1:], abs=1e-9)
                assert mine.value <= mine.perfect + 1e-9


def test_endings_are_the_best_treatment_or_stopping() -> None:
    outlooks = Outlooks(ASIA)
    values = ASIA.belief() @ ASIA.utilities
    found = outlooks.ending(())
    assert found.value == pytest.approx(values.max()) and found.actions == (4 + int(values.argmax()),)
    assert found.perfect == pytest.approx(ASIA.belief() @ ASIA.utilities.max(axis=1))
    indifferent = DiagnosisModel(
        DiagnosisParams.from_network(
            ASIA.params.network,
            ASIA.params.roles.model_copy(
                update={
                    "treatments": {
                        name: role.model_copy(update={"treats": (), "cost": 0.0})
                        for name, role in ASIA.params.roles.treatments.items()
                    }
                }
            ),
        )
    )
    assert Outlooks(indifferent).ending(()).actions == (8,), "of equals stopping comes first"


def test_impossible_results_tell_nothing() -> None:
    evidence = ((0, 0), (0, 1), (2, 0), (2, 1))
    outlooks = Outlooks(ASIA)
    np.testing.assert_allclose(outlooks.belief(evidence), ASIA.belief())
    assert np.isfinite(outlooks.outlook(evidence).rows).all() and np.isfinite(outlooks.ending(evidence).value)
    repairs, everything = Outlooks(REPAIRS), tuple(range(7))
    np.testing.assert_allclose(repairs.outlook((), everything).rows, repairs.outlook(()).rows)
    np.testing.assert_allclose(repairs.belief((), everything), REPAIRS.belief())


def test_only_the_latest_are_kept() -> None:
    kept: Kept[int, str] = Kept(2)
    computed = []

    def compute(key: int) -> str:
        return kept.get(key, lambda: computed.append(key) or str(key))  # type: ignore[func-returns-value]

    assert [compute(key) for key in (1, 2, 2, 1, 3, 1)] == ["1", "2", "2", "1", "3", "1"]
    assert computed == [1, 2, 3, 1]
    assert 3 in kept and 2 not in kept and kept.peek(1) == "1" and kept.peek(2) is None


def test_results_are_kept_in_order() -> None:
    assert with_result(((1, 0), (3, 1)), 2, 1) == ((1, 0), (2, 1), (3, 1))
    assert with_result(((1, 0),), 1, 1) == ((1, 0), (1, 1)) and with_result((), 5, 0) == ((5, 0),)

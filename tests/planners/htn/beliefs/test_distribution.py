"""Beliefs as values: Bayes' rule against brute force, and plans under belief preconditions."""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.htn import Domain, HierarchicalPlanner, State, Status, Task, validate
from planzoo.planners.htn.beliefs.distribution import Distribution

COIN = Distribution({"heads": 0.5, "tails": 0.5})
LUNG = Distribution({"lung": 0.2, "tub": 0.3, "none": 0.5})
weights = st.lists(st.integers(1, 20), min_size=1, max_size=6)
shares = st.lists(st.integers(0, 10), min_size=6, max_size=6)


def belief_of(numbers: list[int]) -> Distribution:
    return Distribution({value: number / sum(numbers) for value, number in enumerate(numbers)})


def test_what_is_believed() -> None:
    assert LUNG.support == ("lung", "tub", "none") and LUNG.most_likely == "none"
    assert LUNG.probability("tub") == 0.3 and LUNG.probability("flu") == 0.0
    assert LUNG.chance(lambda value: value != "none") == pytest.approx(0.5)
    assert COIN.most_likely == "heads", "the first of equals"
    assert COIN.entropy == 1.0 and Distribution.uniform(range(8)).entropy == pytest.approx(3.0)
    sure = Distribution({"heads": 1.0, "tails": 0.0})
    assert sure.certain and sure.entropy == 0.0 and sure == Distribution.sure("heads") and not COIN.certain


@pytest.mark.parametrize("wrong", [{}, {"a": 0.5}, {"a": 1.5, "b": -0.5}, {"a": math.nan}, {"a": math.inf}])
def test_what_is_no_distribution_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError, match="sum to 1"):
        Distribution(wrong)
    with pytest.raises(InputError, match="at least one possible value"):
        Distribution.uniform([])


def test_it_is_a_value() -> None:
    other = Distribution({"tails": 0.5, "heads": 0.5})
    assert other == COIN and hash(other) == hash(COIN) and LUNG != COIN and COIN != "heads"
    assert pickle.loads(pickle.dumps(LUNG)) == LUNG == copy.deepcopy(LUNG)
    assert repr(COIN) == "Distribution({'heads': 0.5, 'tails': 0.5})"
    with pytest.raises(AttributeError, match="does not change"):
        COIN.extra = 1
    state = State(disease={"ann": LUNG}, coin=COIN)
    mark = state.mark()
    state.disease["ann"], state.coin = COIN, LUNG
    state.undo(mark)
    assert state["disease", "ann"] == LUNG and state.coin == COIN, "one fact, not a table"


@given(weights, shares)
def test_bayes_rule_is_counting(numbers: list[int], shares: list[int]) -> None:
    """Of n equally likely cases with a value, share/10 lead to the observation: count those."""
    belief, seen = belief_of(numbers), [n * share for n, share in zip(numbers, shares, strict=False)]
    posterior = belief.updated(lambda value: shares[value] / 10)
    assert belief.chance(lambda value: shares[value] / 10) == pytest.approx(sum(seen) / sum(numbers) / 10)
    if not sum(seen):
        assert posterior is belief, "an impossible observation tells nothing"
        return
    for value, cases in enumerate(seen):
        assert posterior.probability(value) == pytest.approx(cases / sum(seen))
    assert posterior.support == tuple(value for value, cases in enumerate(seen) if cases)


@given(weights, st.lists(shares, min_size=3, max_size=3))
def test_a_sensor_is_explained_by_its_joint_table(numbers: list[int], rows: list[list[int]]) -> None:
    belief = belief_of(numbers)
    total = [sum(row[value] + 1 for row in rows) for value in range(6)]
    sensor = [Distribution({o: (row[v] + 1) / total[v] for o, row in enumerate(rows)}) for v in range(6)]
    predicted = belief.predicted(sensor.__getitem__)
    for outcome in range(3):
        joint = [belief.probability(v) * sensor[v].probability(outcome) for v in belief.support]
        assert predicted.probability(outcome) == pytest.approx(sum(joint))
        posterior = belief.observed(sensor.__getitem__, outcome)
        assert [posterior.probability(v) for v in belief.support] == pytest.approx(
            [part / sum(joint) for part in joint]
        )


@given(weights)
def test_images_collect_the_probability_of_their_values(numbers: list[int]) -> None:
    parity = belief_of(numbers).mapped(lambda value: value % 2)
    assert parity.probability(1) == pytest.approx(sum(numbers[1::2]) / sum(numbers))
    assert math.fsum(number for _, number in parity.items()) == pytest.approx(1)


def test_likelihoods_of_any_size_will_do_but_no_others() -> None:
    assert COIN.updated({"heads": 1e300, "tails": 1e300}.__getitem__) == COIN
    assert COIN.updated({"heads": 1e-300, "tails": 0.0}.__getitem__).certain
    for wrong in (-0.1, math.nan, math.inf):
        with pytest.raises(InputError, match="likelihood of 'tails'"):
            COIN.updated({"heads": 1.0, "tails": wrong}.__getitem__)


def ward() -> Domain:
    """Tests with an error of 10 % that cost money, and treatments that want the disease to be likely."""
    domain = Domain("ward")

    def shown(value: str) -> Distribution:
        return Distribution({value: 0.9, "tub" if value == "lung" else "lung": 0.1})

    @domain.operator(cost=3)
    def test(state: State, patient: str) -> bool:
        belief: Distribution = state.disease[patient]
        if state.money < 3 or belief.certain:
            return False
        state.money -= 3
        state.disease[patient] = belief.observed(shown, belief.predicted(shown).most_likely)
        return True

    @domain.operator
    def treat(state: State, patient: str, disease: str) -> bool:
        state.treated[patient] = disease
        return bool(state.disease[patient].probability(disease) >= 0.895)

    @domain.method("cure")
    def treat_what_is_likely(state: State, patient: str) -> list[Any]:
        return [("treat", patient, state.disease[patient].most_likely)]

    @domain.method("cure")
    def test_first(state: State, patient: str) -> Iterator[list[Any]]:
        yield [("test", patient), ("cure", patient)]

    return domain


@given(st.integers(1, 99), st.integers(0, 12))
def test_a_plan_tests_until_it_is_sure_enough_or_cannot_pay(percent: int, money: int) -> None:
    """Each test that turns out as expected multiplies the odds of what is more likely by 9."""
    prior = percent / 100
    state = State(disease={"ann": Distribution({"lung": prior, "tub": 1 - prior})}, treated={}, money=money)
    domain, tasks = ward(), [Task("cure", "ann")]
    result = HierarchicalPlanner(domain).solve((state, tasks))
    odds = max(prior, 1 - prior) / min(prior, 1 - prior)
    needed = next(count for count in range(9) if odds * 9**count >= 0.895 / 0.105)
    if 3 * needed > money:
        assert result.status is Status.INFEASIBLE
        return
    assert result.plan is not None and validate(domain, state, tasks, result.plan) is None
    assert [action.name for action in result.plan.actions] == ["test"] * needed + ["treat"]
    assert result.plan.actions[-1].arguments[1] == ("lung" if percent >= 50 else "tub")

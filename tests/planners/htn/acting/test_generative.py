"""What the default model draws, and what courses of action are worth."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.random import Generator

from planzoo.errors import InputError
from planzoo.planners.htn import Domain, State
from planzoo.planners.htn.acting.generative import (
    Efficiency,
    ExpectedCost,
    OperatorModel,
    Outcome,
    SuccessProbability,
)


def domain() -> Domain:
    made = Domain("d")

    @made.operator(cost=lambda state, amount: 2 * amount)
    def spend(state: State, amount: int) -> bool:
        state.cash = state.cash - amount
        return bool(state.cash >= 0)

    made.add_operator(lambda state: state.update(rolled=6), "roll", cost=3)
    return made


def test_operators_do_as_they_say_when_nothing_fails() -> None:
    model, random = OperatorModel(domain()), np.random.default_rng(0)
    state = State(cash=5)
    mark = state.mark()
    assert model.sample(state, ("spend", 4), random) == Outcome(True, 8)
    assert state.cash == 1
    assert model.sample(state, ("spend", 4), random) == Outcome(False, 0.0), "it is not applicable"
    assert state.cash == 1, "what it had written is taken back"
    state.undo(mark)
    assert state.cash == 5


@pytest.mark.parametrize("probability", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("as_function", [False, True])
def test_actions_fail_as_often_as_said_and_then_only_cost(probability: float, as_function: bool) -> None:
    def function(state: State, amount: int) -> float:
        return probability if amount == 1 else 0.5

    model = OperatorModel(domain(), failures={"spend": function if as_function else probability})
    random, state, failed = np.random.default_rng(1), State(cash=10_000), 0
    for _ in range(2000):
        before = state.cash
        outcome = model.sample(state, ("spend", 1), random)
        assert outcome.cost == 2
        assert state.cash == before - outcome.succeeded
        failed += not outcome.succeeded
    # Four standard deviations of a binomial share.
    assert abs(failed / 2000 - probability) <= 4 * (probability * (1 - probability) / 2000) ** 0.5
    assert model.sample(State(cash=10), ("roll",), random) == Outcome(True, 3), "others never fail"


def test_a_sampler_replaces_the_effects_of_what_is_applicable() -> None:
    def dice(state: State, random: Generator) -> bool:
        state.rolled = int(random.integers(1, 7))
        return state.rolled > 1

    def never(state: State, random: Generator, amount: int) -> None:
        raise AssertionError("it is not applicable")

    model, random = OperatorModel(domain(), outcomes={"roll": dice, "spend": never}), np.random.default_rng(2)
    state, seen = State(cash=0), set()
    for _ in range(200):
        outcome = model.sample(state, ("roll",), random)
        assert outcome == Outcome(state.rolled > 1, 3)
        seen.add(state.rolled)
    assert seen == {1, 2, 3, 4, 5, 6}
    assert not model.sample(state, ("spend", 1), random).succeeded


def test_a_model_of_unknown_operators_is_refused() -> None:
    for wrong in ({"failures": {"spent": 0.5}}, {"outcomes": {"spent": lambda *_: None}}):
        with pytest.raises(InputError, match="'spent', which is no operator of domain 'd'"):
            OperatorModel(domain(), **wrong)  # type: ignore[arg-type]


def test_worths() -> None:
    assert [Efficiency().of(cost, True) for cost in (0, 1, 3)] == [1, 0.5, 0.25]
    assert Efficiency(unit=2).of(6, True) == 0.25
    assert Efficiency().of(0, False) == 0
    assert [ExpectedCost(10).of(cost, True) for cost in (0, 4, 25)] == [0, -4, -10]
    assert ExpectedCost(10).of(4, False) == -10, "a failure is as bad whatever it has cost"
    assert [SuccessProbability().of(9, True), SuccessProbability().of(0, False)] == [1, 0]


@pytest.mark.parametrize("value", [0, -1, float("inf"), float("nan")])
def test_worths_need_a_scale(value: float) -> None:
    with pytest.raises(InputError, match=r"Efficiency\(unit=…\) is .*; give a finite number"):
        Efficiency(value)
    with pytest.raises(InputError, match=r"ExpectedCost\(failure=…\) is"):
        ExpectedCost(value)

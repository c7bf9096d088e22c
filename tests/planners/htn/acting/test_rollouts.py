"""Rollouts: where theory says which way is best, they find it, and value it right."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import Domain, DomainError, Goal, State
from planzoo.planners.htn.acting.choice_tree import Arm, ChoiceNode, ChoiceRule
from planzoo.planners.htn.acting.generative import Efficiency, ExpectedCost, OperatorModel, Utility
from planzoo.planners.htn.acting.rollouts import RolloutBudget, Rollouts, pushed

CHEAP, SAFE, LOST = 2.0, 10.0, 100.0


def gamble() -> Domain:
    """One way costs 2 and may fail, the other one costs 10 and never does."""
    domain = Domain("gamble")
    domain.add_operator(lambda state: None, "risk", cost=CHEAP)
    domain.add_operator(lambda state: None, "play_safe", cost=SAFE)
    domain.add_method("do", lambda state: [("risk",)], "risky")
    domain.add_method("do", lambda state: [("play_safe",)], "safe")
    return domain


def best(
    domain: Domain,
    *tasks: Any,
    state: State | None = None,
    failures: dict[str, Any] | None = None,
    utility: Utility | None = None,
    rule: ChoiceRule | None = None,
    budget: RolloutBudget | None = None,
) -> tuple[Arm, dict[str, Arm]]:
    """Gives the best arm for the first task, and all arms by their method's name."""
    state = state or State()
    rollouts = Rollouts(
        domain,
        OperatorModel(domain, failures or {}),
        utility or ExpectedCost(LOST),
        rule or ChoiceRule(),
        budget or RolloutBudget(2000),
        np.random.default_rng(7),
    )
    agenda = pushed(tasks, None, ())
    node, before = rollouts.node(state, agenda), dict(state)
    arm = rollouts.run(state, agenda, node)
    assert arm is not None
    assert dict(state) == before, "everything is taken back"
    assert node.visits == sum(each.visits for each in node.arms)
    return arm, {each.way[0].name: each for each in node.arms}


@pytest.mark.parametrize("utility", [Efficiency(), ExpectedCost(LOST)])
@pytest.mark.parametrize("order", [(3, 5), (5, 3)])
def test_of_two_sure_ways_the_cheaper_one_is_best(utility: Utility, order: tuple[int, int]) -> None:
    domain = Domain("arms")
    for cost in order:
        domain.add_operator(lambda state: None, f"pay_{cost}", cost=cost)
        domain.add_method("do", lambda state, cost=cost: [(f"pay_{cost}",)], str(cost))
    arm, arms = best(domain, ("do",), utility=utility, budget=RolloutBudget(100))
    assert arm.way[0].name == "3"
    assert (arms["3"].value, arms["5"].value) == (utility.of(3, True), utility.of(5, True))
    assert arms["3"].visits > arms["5"].visits


# With retrying the risk costs 2 + 10 p: it pays up to p = 0.8. Without, a failure is final and as bad as 100:
# it pays while 2 (1 - p) + 100 p < 10, up to p = 8 / 98. By efficiency (with retrying) it pays while
# (1 - p) / 3 + p / 13 > 1 / 11, up to p = 0.945….
@pytest.mark.parametrize(
    ("utility", "retries", "probability", "pays"),
    [
        (ExpectedCost(LOST), True, 0.6, True),
        (ExpectedCost(LOST), True, 0.95, False),
        (ExpectedCost(LOST), False, 0.03, True),
        (ExpectedCost(LOST), False, 0.16, False),
        (Efficiency(), True, 0.85, True),
        (Efficiency(), True, 1.0, False),
    ],
)
def test_a_gamble_is_taken_on_the_right_side_of_its_break_even(
    utility: Utility, retries: bool, probability: float, pays: bool
) -> None:
    arm, arms = best(
        gamble(), ("do",), failures={"risk": probability}, utility=utility, rule=ChoiceRule(retries=retries)
    )
    assert arm.way[0].name == ("risky" if pays else "safe")
    failed = utility.of(CHEAP + SAFE, True) if retries else utility.of(CHEAP, False)
    worths = utility.of(CHEAP, True), failed
    expected = (1 - probability) * worths[0] + probability * worths[1]
    deviation = abs(worths[0] - worths[1]) * (probability * (1 - probability) / arms["risky"].visits) ** 0.5
    assert abs(arms["risky"].value - expected) <= 4 * deviation + 1e-9
    assert arms["safe"].value == utility.of(SAFE, True)


def trap() -> Domain:
    """The path begins cheaply and ends, two tasks further down, where only an expensive way is left."""
    domain = Domain("trap")
    for name, cost in (("stroll", 1), ("wade", 1), ("climb", 60), ("swim", 50), ("road", 20)):
        domain.add_operator(lambda state: None, name, cost=cost)
    domain.add_method("travel", lambda state: [("stroll",), ("gorge",)], "path")
    domain.add_method("travel", lambda state: [("road",)], "road")
    domain.add_method("gorge", lambda state: [("wade",), ("far_side",)], "in")
    domain.add_method("far_side", lambda state: [("climb",)], "up")
    domain.add_method("far_side", lambda state: [("swim",)], "across")
    return domain


def test_a_trap_two_tasks_further_down_is_seen() -> None:
    arm, arms = best(trap(), ("travel",))
    assert arm.way[0].name == "road"
    assert arms["road"].value == -20
    assert -62 <= arms["path"].value <= -52
    short_sighted = ChoiceRule(heuristic=lambda state, tasks: 0.0)
    arm, _ = best(trap(), ("travel",), rule=short_sighted, budget=RolloutBudget(100, depth=2))
    assert arm.way[0].name == "path", "with two steps and no idea of the rest it looks cheap"


def test_a_heuristic_stands_for_what_is_cut_off_and_without_one_that_has_failed() -> None:
    prices, seen = {"gorge": 51.0, "far_side": 50.0}, []

    def rest(state: State, tasks: list[Any]) -> float:
        seen.append(tuple(tasks))
        return sum(prices.get(task[0], 0.0) for task in tasks)

    budget = RolloutBudget(100, depth=2)
    arm, arms = best(trap(), ("travel",), rule=ChoiceRule(heuristic=rest), budget=budget)
    assert arm.way[0].name == "road"
    assert arms["path"].value == -52
    assert set(seen) == {(("gorge",),)}
    _, arms = best(trap(), ("travel",), budget=RolloutBudget(100, depth=2))
    assert (arms["path"].value, arms["road"].value) == (-LOST, -20)


def test_what_comes_after_the_task_counts() -> None:
    domain = Domain("shoes")
    domain.add_operator(lambda state, kind: state.update(shoes=kind), "wear")
    domain.add_operator(lambda state: None, "hike", cost=lambda state: 30 if state.shoes == "slippers" else 3)
    domain.add_method("dress", lambda state: iter([[("wear", "slippers")], [("wear", "boots")]]), "either")
    state = State(shoes="none")
    arm, _ = best(domain, ("dress",), ("hike",), state=state)
    assert arm.way[1] == (("wear", "boots"),)


def test_goals_are_checked_in_rollouts() -> None:
    domain, goal = Domain("goal"), Goal("n", 2)
    domain.add_operator(lambda state, n: state.update(n=n), "set", cost=lambda state, n: n)
    domain.add_goal_method("n", lambda state, value: [("set", 1)], "short")
    domain.add_goal_method("n", lambda state, value: [("set", 2)], "right")
    arm, arms = best(domain, goal, state=State(n=0))
    assert arm.way[0].name == "right"
    # After the miss it goes on with the other way, perhaps after one more try: then the state is the same.
    assert -4 <= arms["short"].value <= -3
    arm, arms = best(domain, goal, state=State(n=0), rule=ChoiceRule(retries=False))
    assert arms["short"].value == -LOST


def test_after_a_failure_the_task_above_is_done_otherwise() -> None:
    domain = Domain("levels")
    for name, cost in (("low", 1), ("high", 7)):
        domain.add_operator(lambda state: None, name, cost=cost)
    domain.add_method("top", lambda state: [("middle",)], "inside")
    domain.add_method("top", lambda state: [("high",)], "above")
    domain.add_method("middle", lambda state: [("low",)], "only")
    _, arms = best(domain, ("top",), failures={"low": 1.0})
    assert (arms["inside"].value, arms["above"].value) == (-8, -7)


def test_while_all_worths_are_equal_rollouts_are_spread() -> None:
    domain = Domain("hopeless")
    domain.add_operator(lambda state: False, "fail")
    for name in ("a", "b", "c"):
        domain.add_method("do", lambda state: [("fail",)], name)
    _, arms = best(domain, ("do",), budget=RolloutBudget(30), rule=ChoiceRule(retries=False))
    assert [arm.visits for arm in arms.values()] == [10, 10, 10]


def test_outcomes_are_told_apart_by_what_they_write() -> None:
    """After a toss the matching answer is known: a choice that depends on the outcome costs 1, not 1.5."""
    domain = Domain("coin")
    domain.add_operator(lambda state: state.update(coin="heads"), "toss", cost=0)
    domain.add_operator(
        lambda state, side: None, "say", cost=lambda state, side: 1 if side == state.coin else 2
    )
    domain.add_method("play", lambda state: [("toss",), ("answer",)], "fair")
    domain.add_method("play", lambda state: [("say", "nothing"), ("say", "nothing")], "not")
    domain.add_method("answer", lambda state: iter([[("say", "heads")], [("say", "tails")]]), "any")
    model = OperatorModel(
        domain,
        outcomes={"toss": lambda state, random: state.update(coin=("heads", "tails")[random.integers(2)])},
    )
    rollouts = Rollouts(
        domain, model, ExpectedCost(5), ChoiceRule(), RolloutBudget(4000), np.random.default_rng(0)
    )
    state, agenda = State(coin="none"), pushed((("play",),), None, ())
    node = rollouts.node(state, agenda)
    arm = rollouts.run(state, agenda, node)
    assert arm is not None
    assert len(arm.children) == 2
    for (_, written), child in arm.children.items():
        answer = child.best()
        assert answer is not None
        assert answer.way[1] == (("say", written[-1][-1]),)
        assert answer.value == -1


def test_time_bounds_the_rollouts_in_any_thread() -> None:
    domain, seconds = Domain("slow"), []

    @domain.operator
    def tick(state: State) -> None:
        state.n = state.n + 1

    @domain.method("count")
    def on(state: State, name: str) -> Iterator[Any]:
        yield [("tick",), ("count", name)]
        yield [("tick",), ("tick",), ("count", name)]

    def run(name: str) -> None:
        started = time.perf_counter()
        budget = RolloutBudget(rollouts=None, milliseconds=60, depth=100_000)
        best_arm, _ = best(domain, ("count", name), state=State(n=0), budget=budget)
        seconds.append((time.perf_counter() - started, best_arm.way[0].name))

    threads = [threading.Thread(target=run, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [name for _, name in seconds] == ["on", "on"]
    assert all(0.06 <= each < 2 for each, _ in seconds), seconds


def test_a_node_keeps_what_it_knows_and_is_topped_up() -> None:
    domain = gamble()
    rollouts = Rollouts(
        domain,
        OperatorModel(domain),
        Efficiency(),
        ChoiceRule(),
        RolloutBudget(50),
        np.random.default_rng(0),
    )
    state, agenda = State(), pushed((("do",),), None, ())
    node: ChoiceNode = rollouts.node(state, agenda)
    rollouts.run(state, agenda, node)
    assert (node.visits, rollouts.simulations) == (50, 50)
    rollouts.run(state, agenda, node)
    assert (node.visits, rollouts.simulations) == (50, 50)


def test_a_fault_in_a_rollout_is_told_with_its_path() -> None:
    domain = Domain("faulty")
    domain.add_operator(lambda state: state["gone"], "act")
    domain.add_method("do", lambda state: iter([[("deeper",)], []]), "m")
    domain.add_method("deeper", lambda state: [("act",)], "n")
    with pytest.raises(
        DomainError, match=r"'act' raised KeyError.*do\(\) \[m\] > deeper\(\) \[n\] > act\(\)"
    ):
        best(domain, ("do",))


def test_budgets_without_end_are_refused() -> None:
    with pytest.raises(InputError, match="has no end; bound the rollouts or the milliseconds"):
        RolloutBudget(rollouts=None)
    for wrong in ({"rollouts": 0}, {"milliseconds": -1}, {"depth": 0}):
        with pytest.raises(InputError, match=r"RolloutBudget\(.*\) must be greater than 0"):
            RolloutBudget(**wrong)  # type: ignore[arg-type]

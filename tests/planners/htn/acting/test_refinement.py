"""Refinement acting: the stack, retrying, and that it reaches what the planner reaches."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from planzoo.planners.htn import Action, Domain, DomainError, Goal, HierarchicalPlanner, State, Task
from planzoo.planners.htn.acting.actor import ActingStatus
from planzoo.planners.htn.acting.choice_tree import ChoiceRule
from planzoo.planners.htn.acting.generative import ExpectedCost, OperatorModel, SuccessProbability
from planzoo.planners.htn.acting.refinement import RefinementActor
from planzoo.planners.htn.acting.rollouts import RolloutBudget
from tests.planners.htn.corridor import corridor, play, start
from tests.planners.htn.networks import Network, can_be_done, domain_of, networks


def chooser(*ways: str) -> Domain:
    """A task ``do`` with ways that are each an action of that name."""
    domain = Domain("chooser")
    for name in ways:
        domain.add_operator(lambda state: None, name)
        domain.add_method("do", lambda state, name=name: [(name,)], f"by {name}")
    return domain


def test_another_way_is_tried_when_an_action_fails_and_none_twice_in_the_same_state() -> None:
    domain = chooser("a", "b", "c")
    actor = RefinementActor(domain)
    actor.begin([("do",)])
    state = State(n=0)
    taken = []
    while (action := actor.act(state, succeeded=False if taken else None)) is not None:
        taken.append(action.name)
    assert sorted(taken) == ["a", "b", "c"]
    assert actor.status is ActingStatus.NO_PLAN
    assert (actor.spent.retries, actor.spent.actions) == (2, 0)
    assert actor.act(state) is None, "it is given up for good"
    assert actor.explain().words == "No action: no plan; nothing is left to try."


def test_in_another_state_a_way_may_be_tried_again() -> None:
    actor = RefinementActor(chooser("a"))
    actor.begin([("do",)])
    for n in range(4):
        assert actor.act(State(n=n), succeeded=False if n else None) == Action("a")
    assert actor.act(State(n=3), succeeded=False) is None


def test_more_attempts_in_the_same_state_can_be_allowed() -> None:
    actor = RefinementActor(chooser("a", "b"), rule=ChoiceRule(attempts=3))
    actor.begin([("do",)])
    state, taken = State(n=0), []
    while (action := actor.act(state, succeeded=False if taken else None)) is not None:
        taken.append(action.name)
    assert sorted(taken) == ["a"] * 3 + ["b"] * 3


def test_when_a_task_has_no_way_left_the_one_above_is_done_otherwise() -> None:
    domain = Domain("levels")
    for name in ("low", "high", "other"):
        domain.add_operator(lambda state: None, name)
    domain.add_method("top", lambda state: [("middle",), ("other",)], "through the middle")
    domain.add_method("top", lambda state: [("high",)], "directly")
    domain.add_method("middle", lambda state: [("low",)], "only")
    actor = RefinementActor(
        domain, OperatorModel(domain, {"high": 0.5}), utility=SuccessProbability(), budget=RolloutBudget(50)
    )
    actor.begin([("top",)], seed=1)
    state = State(n=0)
    assert actor.act(state) == Action("low"), "surely successful in the model"
    assert actor.path() == [("top()", "through the middle"), ("middle()", "only")]
    assert actor.act(state, succeeded=False) == Action("high")
    assert actor.path() == [("top()", "directly")]
    assert actor.reason == "low() has not happened"
    assert actor.act(state, succeeded=True) is None
    assert actor.status is ActingStatus.DONE


def test_a_goal_must_hold_at_the_end() -> None:
    domain, goal = Domain("rain"), Goal("rain", True)
    domain.add_operator(lambda state: None, "pray")
    domain.add_operator(lambda state: state.update(rain=True), "dance")
    domain.add_goal_method("rain", lambda state, value: [("pray",)], "prayer")
    domain.add_goal_method("rain", lambda state, value: [("dance",)], "ritual")
    model = OperatorModel(domain, outcomes={"pray": lambda state, random: state.update(rain=True)})
    actor, state = RefinementActor(domain, model, utility=ExpectedCost(10)), State(rain=False)
    actor.begin([goal])
    assert play(actor, domain, state) == ["pray()", "dance()"], "the model has promised too much"
    assert actor.status is ActingStatus.DONE
    assert state.rain


def test_the_choice_is_explained_with_visits_and_values() -> None:
    domain = Domain("costs")
    for name, cost in (("dear", 5), ("cheap", 2)):
        domain.add_operator(lambda state: None, name, cost=cost)
    domain.add_method("do", lambda state: iter([[("dear",)], [("cheap",)]]), "either")
    actor = RefinementActor(domain, budget=RolloutBudget(rollouts=40), utility=ExpectedCost(10))
    actor.begin([("do",)])
    assert actor.act(State()) == Action("cheap", (), 2.0)
    (choice,) = actor.explain().data["choices"]
    assert choice["task"] == "do()"
    dear, cheap = choice["ways"]
    assert (dear["subtasks"], dear["value"]) == (["dear()"], -5)
    assert (cheap["method"], cheap["value"]) == ("either", -2)
    assert dear["visits"] + cheap["visits"] == 40 < 3 * cheap["visits"] / 2
    assert actor.spent.simulations == 40
    assert actor.reason == "the best of 2 ways to do do() in 40 rollouts: worth -2, the next -5"


def test_without_time_the_first_way_is_taken() -> None:
    domain = chooser("a", "b")
    actor = RefinementActor(domain, budget=RolloutBudget(rollouts=None, milliseconds=1e-6))
    actor.begin([("do",)])
    assert actor.act(State()) == Action("a")
    assert actor.reason == "the first of 2 ways to do do(), for want of time"
    assert actor.explain().data["choices"][0]["ways"][1]["value"] is None


def test_what_leaves_no_choice_is_not_simulated() -> None:
    actor, state = RefinementActor(corridor()), start(box=1)
    actor.begin([Task("go", 3)])
    assert play(actor, actor.domain, state) == ["move(1)", "move(2)", "move(3)"]
    assert (actor.spent.simulations, actor.spent.plans) == (0, 0)


def test_a_task_that_stands_below_itself_is_left_and_endless_decomposition_ends() -> None:
    domain = Domain("loops")
    domain.add_operator(lambda state: None, "act")
    domain.add_method("again", lambda state: [("again",)], "loop")
    domain.add_method("again", lambda state: [("act",)], "way out")
    domain.add_method("deeper", lambda state, n: [("deeper", n + 1)], "down")
    actor = RefinementActor(domain, budget=RolloutBudget(50), fallback=Action("stop"))
    actor.begin([("again",)])
    assert actor.act(State()) == Action("act")
    actor.begin([("deeper", 0)])
    assert actor.act(State()) == Action("stop")
    assert actor.status is ActingStatus.BUDGET_SPENT
    assert actor.explain().words == ("stop() for safety: budget spent; no action was due after 1000 choices.")
    assert actor.path()[-1] == ("deeper(999)", "down"), "the next call goes on from there"


def test_an_action_between_makes_recursion_no_loop() -> None:
    domain = Domain("guard")
    domain.add_operator(lambda state: None, "wait")
    domain.add_method("guard", lambda state: [] if state.relieved else None, "end")
    domain.add_method("guard", lambda state: [("wait",), ("guard",)], "on")
    actor = RefinementActor(domain, budget=RolloutBudget(5, depth=20))
    actor.begin([("guard",)])
    state = State(relieved=False)
    for _ in range(1500):
        assert actor.act(state) == Action("wait")
    state.relieved = True
    assert actor.act(state) is None
    assert actor.status is ActingStatus.DONE, "a stack of 1500 tasks is no recursion either"


def test_endless_generators_are_asked_for_what_is_needed() -> None:
    domain, asked = Domain("numbers"), []
    domain.add_operator(lambda state, number: number >= 7, "take", cost=lambda state, number: number)

    @domain.method("choose")
    def any_number(state: State) -> Iterator[Any]:
        for number in count():
            asked.append(number)
            yield [("take", number)]

    actor = RefinementActor(domain, budget=RolloutBudget(400), utility=ExpectedCost(100))
    actor.begin([("choose",)])
    chosen = actor.act(State())
    assert chosen is not None
    assert chosen.arguments == (7,)
    assert max(asked) < 25


def test_the_same_seed_gives_the_same_choices() -> None:
    def history(seed: int) -> list[Any]:
        domain = chooser("a", "b", "c")
        actor = RefinementActor(domain, OperatorModel(domain, {"a": 0.4, "b": 0.5}), RolloutBudget(30))
        actor.begin([("do",)] * 3, seed)
        visits = []
        while actor.act(State()) is not None:
            visits.append(actor.explain().data["choices"])
        return visits

    assert history(5) == history(5) != history(6)


def test_an_operator_that_raises_is_told_with_its_path() -> None:
    domain = Domain("faulty")
    domain.add_operator(lambda state: state["gone"], "act")
    domain.add_method("do", lambda state: [("act",)], "m")
    actor = RefinementActor(domain)
    actor.begin([("do",)])
    with pytest.raises(DomainError, match=r"'act' raised KeyError.*do\(\) \[m\] > act\(\)"):
        actor.act(State())


@given(networks(recursive=False))
@settings(max_examples=60, deadline=None)
def test_where_nothing_fails_the_actor_reaches_what_the_planner_reaches(network: Network) -> None:
    operators, methods, facts, tasks = network
    domain = domain_of(operators, methods)
    actor = RefinementActor(domain, budget=RolloutBudget(300), utility=SuccessProbability())
    actor.begin([(task,) for task in tasks], seed=0)
    state = State(facts)
    taken = play(actor, domain, state)
    if can_be_done(operators, methods, facts, tasks):
        assert actor.status is ActingStatus.DONE
    else:
        # It may still get through: a task that has failed halfway is done otherwise from there.
        assert actor.status in (ActingStatus.DONE, ActingStatus.NO_PLAN)
    assert len(taken) == actor.spent.actions


@pytest.mark.long
@given(networks(recursive=True))
@settings(max_examples=200, deadline=None)
def test_recursive_networks_too(network: Network) -> None:
    operators, methods, facts, tasks = network
    domain = domain_of(operators, methods)
    problem = (State(facts), [(task,) for task in tasks])
    actor = RefinementActor(domain, budget=RolloutBudget(200, depth=40), utility=SuccessProbability())
    actor.begin(problem[1], seed=0)
    play(actor, domain, State(facts), limit=20)
    if HierarchicalPlanner(domain).solve(problem).plan is not None:
        assert actor.status in (ActingStatus.DONE, ActingStatus.ACTING), "it never gives up what can be done"


def test_the_world_and_the_model_may_share_their_operators_but_not_their_randomness() -> None:
    """Deliveries over a ditch: jumping costs 1 and fails 3 times in 10, walking costs 5."""
    domain = Domain("ditch")
    domain.add_operator(lambda state, to: state.update(at=to), "jump", cost=1)
    domain.add_operator(lambda state, to: state.update(at=to), "walk", cost=5)
    domain.add_method("cross", lambda state, to: iter([[("walk", to)], [("jump", to)]]), "either")
    world, random = OperatorModel(domain, {"jump": 0.3}), np.random.default_rng(3)
    costs = []
    actor = RefinementActor(domain, world, RolloutBudget(60), utility=ExpectedCost(50))
    for _ in range(300):
        actor.begin([("cross", 1)], seed=8)
        state, cost = State(at=0), 0.0
        while (action := actor.act(state)) is not None:
            cost += world.sample(state, (action.name, *action.arguments), random).cost
        costs.append(cost)
    # Jump, and walk when that fails: 1 + 0.3 × 5, with a standard deviation of 5 × √(0.3 × 0.7).
    assert abs(np.mean(costs) - 2.5) < 4 * 5 * (0.21 / 300) ** 0.5

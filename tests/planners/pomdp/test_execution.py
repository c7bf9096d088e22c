from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import Action
from planzoo.planners.pomdp.action_plan import DONE, ActionPlan
from planzoo.planners.pomdp.contingent_plan import ContingentPlan
from planzoo.planners.pomdp.execution import (
    FAILED,
    Ending,
    Performed,
    PlanExecution,
    SimulatedActor,
    action_of,
)
from planzoo.planners.pomdp.observation_model import ObservationAction
from tests.planners.pomdp.boxes import box_belief, box_planner, door_belief, door_planner
from tests.planners.pomdp.random_problems import RandomProblem

PLANNER = box_planner(0.9)
BELIEF = box_belief()
PLAN = PLANNER.plan("fetch", BELIEF, max_depth=1)


def in_box(box: str) -> dict[str, Any]:
    """The true state with the part in this box."""
    return {"part": box, "opened": {}, "held": False}


def test_a_simulated_execution_observes_updates_and_follows_the_branch() -> None:
    trace = PLANNER.execute_contingent_plan(PLAN, BELIEF, in_box("b"), random=1, goal="fetch")
    look, *acts = trace.results
    assert look.kind == "observe" and look.observation == "b" and not look.surprising
    assert look.belief.marginal("part").probability("b") == pytest.approx(0.27 / 0.305)
    assert [step.action for step in acts] == ["open_box(b)", "take(b)"]
    assert trace.ending is Ending.FINISHED and trace.achieved
    assert (trace.total_cost, trace.total_time, trace.current_step) == (4.5, 2, 3)
    assert trace.current_state is not None and trace.current_state["held"]
    assert trace.belief.states[0]["held"] and trace.belief.entropy() == 0


def test_the_success_of_an_action_tells_of_the_state() -> None:
    trace = PLANNER.execute_contingent_plan(PLAN, BELIEF, actor=lambda node: "c" if node.is_test else None)
    before, after = trace.results[-2].belief, trace.results[-1].belief
    assert before.marginal("part").probability("c") == pytest.approx(0.18 / 0.22)
    assert after.marginal("part").probability("c") == 1
    assert trace.current_state is None and trace.achieved is None


def test_its_failure_does_so_too_and_costs_nothing() -> None:
    def actor(node: ContingentPlan) -> Any:
        return "c" if node.is_test else not node.root_action.startswith("take")

    trace = PLANNER.execute_contingent_plan(PLAN, BELIEF, actor=actor)
    assert trace.ending is Ending.FAILED and trace.remaining.root_action == "take(c)"
    assert not trace.results[-1].done and trace.total_cost == 1.5 + 2
    assert dict(trace.belief.marginal("part").items()) == pytest.approx({"a": 0.625, "b": 0.375})


def test_a_wrong_reading_leads_to_the_wrong_box() -> None:
    seeds = range(60)
    traces = [
        PLANNER.execute_contingent_plan(PLAN, BELIEF, in_box("a"), random=seed, goal="fetch")
        for seed in seeds
    ]
    assert {trace.achieved for trace in traces} == {True, False}
    for trace in traces:
        assert trace.achieved == (trace.results[0].observation == "a")
        assert trace.ending is (Ending.FINISHED if trace.achieved else Ending.FAILED)


@pytest.mark.parametrize("seed", range(6))
def test_executions_are_worth_what_the_plan_expects(seed: int) -> None:
    problem, runs = RandomProblem(seed), 400
    planner = problem.planner()
    plan = planner.plan("cure", problem.belief, max_depth=2)
    random, utilities = np.random.default_rng(seed), []
    for _ in range(runs):
        state = problem.belief.states[random.choice(len(problem.worth), p=problem.belief.probabilities)]
        trace = planner.execute_contingent_plan(plan, problem.belief, state, random=random)
        treated = trace.current_state["treated"] if trace.current_state else None
        worth = 0 if treated is None else problem.worth[state["hidden"], treated]
        utilities.append(worth - trace.total_cost)
    assert abs(np.mean(utilities) - plan.expected_utility) < 4 * np.std(utilities) / np.sqrt(runs) + 1e-9


def test_the_belief_at_each_node_is_the_plans() -> None:
    trace = PLANNER.execute_contingent_plan(PLAN, BELIEF, in_box("a"), random=1)
    node: ContingentPlan = PLAN
    for step in trace.results[:-1]:
        node = node.follow(str(step.observation) if node.is_test else DONE)
        assert node.belief is not None
        assert dict(node.belief.items()) == pytest.approx(dict(step.belief.items()))


def test_an_observation_without_a_branch_ends_the_execution_with_a_belief_to_plan_from() -> None:
    trace = PLANNER.execute_contingent_plan(PLAN, BELIEF, actor=lambda node: "under the table")
    assert trace.ending is Ending.OFF_PLAN and trace.remaining is PLAN
    assert trace.results[0].surprising and trace.belief is BELIEF


def test_a_true_state_that_was_held_for_impossible_is_no_crash() -> None:
    planner = box_planner(1.0)
    plan = planner.plan("fetch", BELIEF)
    trace = planner.execute_contingent_plan(plan, BELIEF, in_box("z"), random=0, goal="fetch")
    assert trace.ending is Ending.OFF_PLAN and trace.achieved is False
    certain = BELIEF.update({"part": "a"}, planner.observation_model)
    acting = planner.plan("fetch", certain)
    surprised = planner.execute_contingent_plan(acting, certain, in_box("b"), random=0)
    assert surprised.ending is Ending.FAILED and surprised.results[-1].surprising


def test_stopping_does_nothing() -> None:
    planner = door_planner()
    plan = planner.plan({"at": "lab"}, door_belief())
    trace = planner.execute_contingent_plan(
        plan, door_belief(), {"at": "lab", ("locked", "door"): True}, goal={"at": "lab"}
    )
    assert trace.results == () and trace.ending is Ending.FINISHED and trace.achieved
    tasks = planner.execute_contingent_plan(
        plan, door_belief(), {"at": "lab", ("locked", "door"): True}, goal="go_to_office"
    )
    assert tasks.achieved is False


def test_actors_may_tell_cost_duration_and_names_of_outcomes() -> None:
    planner, belief = door_planner(), door_belief()
    plan = planner.plan("go_to_office", belief)
    told = {"locked(door)": Performed("True", 9.0, 2.5), "around()": Performed(cost=7.0)}
    trace = planner.execute_contingent_plan(plan, belief, actor=lambda node: told[node.root_action])
    assert [step.observation for step in trace.results] == [True, None]
    assert (trace.total_cost, trace.total_time) == (16, 3.5)


def test_plans_written_by_hand_are_executed_by_name() -> None:
    planner, belief = door_planner(), door_belief()
    plan = ContingentPlan(
        "locked(door)",
        {"True": ContingentPlan("around"), "False": ContingentPlan("through_door")},
        kind="observe",
    )
    for locked, action in ((True, "around"), (False, "through_door")):
        state = {"at": "lab", ("locked", "door"): locked}
        trace = planner.execute_contingent_plan(plan, belief, state, goal={"at": "office"})
        assert trace.results[-1].action == action and trace.achieved
    assert action_of(plan, planner.observation_model, planner.evaluator) == ObservationAction(
        ("locked", "door"), 1.0
    )
    with pytest.raises(InputError, match="no action of the domain"):
        planner.execute_contingent_plan(
            ContingentPlan("fly"), belief, {"at": "lab", ("locked", "door"): True}
        )
    trace = planner.execute_contingent_plan(ContingentPlan("fly"), belief, actor=lambda _: None)
    assert trace.ending is Ending.FINISHED and trace.belief is belief
    for kind in ("stop", "end"):
        ended = ContingentPlan(kind, kind=kind)
        assert (
            planner.execute_contingent_plan(ended, belief, {"at": "lab", ("locked", "door"): True}).total_cost
            == 0
        )


def test_a_plan_may_say_what_to_do_after_a_failure() -> None:
    planner, belief = door_planner(), door_belief()
    around = ActionPlan("around()", action=Action("around"))
    plan = ActionPlan("through_door()", {FAILED: around}, action=Action("through_door"))
    trace = planner.execute_contingent_plan(
        plan, belief, {"at": "lab", ("locked", "door"): True}, goal={"at": "office"}
    )
    assert [step.done for step in trace.results] == [False, True]
    assert (
        trace.achieved and trace.results[0].belief.probability({"at": "lab", ("locked", "door"): True}) == 1
    )


def test_declared_but_empty_tables_survive_actions() -> None:
    trace = PLANNER.execute_contingent_plan(PLAN, BELIEF, in_box("a"), random=1)
    assert all(not step.surprising for step in trace.results)
    belief = PLANNER.evaluator.completed(BELIEF.states[0])
    assert dict(belief.opened) == {}


def test_the_simulator_alone_knows_the_true_state() -> None:
    model = PLANNER.observation_model.with_values_of(BELIEF)
    actor = SimulatedActor(PLANNER.evaluator, model, in_box("c"), np.random.default_rng(0))
    execution = PlanExecution(model, PLANNER.evaluator, actor, BELIEF)
    execution.run(PLAN.follow("a"))
    assert actor.state["part"] == "c" and actor.state.opened == {"a": True}
    assert execution.belief.marginal("part").probability("a") == 0


def test_either_a_state_or_an_actor() -> None:
    with pytest.raises(InputError, match="either"):
        PLANNER.execute_contingent_plan(PLAN, BELIEF)
    with pytest.raises(InputError, match="either"):
        PLANNER.execute_contingent_plan(PLAN, BELIEF, in_box("a"), actor=lambda node: None)

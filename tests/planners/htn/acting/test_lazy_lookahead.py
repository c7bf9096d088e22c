"""Lazy lookahead: when it keeps its plan, when it plans anew, and what then."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.planners.htn import (
    Action,
    Budget,
    Domain,
    Goal,
    HierarchicalPlanner,
    Result,
    State,
    Status,
    Task,
)
from planzoo.planners.htn.acting.actor import ActingStatus
from planzoo.planners.htn.acting.lazy_lookahead import (
    Answer,
    Deviation,
    LazyLookahead,
    Recovered,
    repair,
    replan,
)
from tests.planners.htn.corridor import BROUGHT, Event, corridor, nothing_happens, play, start
from tests.planners.htn.networks import Network, domain_of, networks


def closes(cell: int) -> Event:
    def close(state: State) -> None:
        state.closed[cell] = True

    return close


def moves_box(cell: int) -> Event:
    def place(state: State) -> None:
        state.place["box"] = cell

    return place


def slips(cell: int) -> Event:
    def slip(state: State) -> None:
        state.at = cell

    return slip


def acting(*tasks: Any, **settings: Any) -> LazyLookahead:
    actor = LazyLookahead(HierarchicalPlanner(corridor()), **settings)
    actor.begin(tasks)
    return actor


@pytest.mark.parametrize(
    ("events", "instead", "replans", "retries"),
    [
        ({}, {}, 0, 0),
        ({0: lambda state: state.place.update(ball=7)}, {}, 0, 0),  # concerns nobody
        ({0: closes(4)}, {}, 1, 0),
        ({0: closes(4), 2: closes(5)}, {}, 1, 0),  # nobody passes cell 5
        ({0: closes(4), 2: closes(3)}, {}, 2, 0),
        ({0: moves_box(3)}, {}, 1, 0),
        ({3: moves_box(0)}, {}, 1, 0),
        ({5: moves_box(3)}, {}, 1, 0),  # after the last step: the goal no longer holds
        ({}, {0: nothing_happens}, 0, 1),
        ({}, {0: nothing_happens, 1: nothing_happens, 5: nothing_happens}, 0, 3),
        ({}, {5: nothing_happens}, 0, 1),  # the last step fails
        ({}, {1: slips(0)}, 1, 0),
        ({}, {3: slips(1)}, 1, 0),
    ],
)
@pytest.mark.parametrize("recovery", [replan, repair])
def test_plans_are_made_only_when_the_rest_no_longer_works(
    recovery: Any, events: dict[int, Event], instead: dict[int, Event], replans: int, retries: int
) -> None:
    actor, state = acting(BROUGHT, recovery=recovery), start(box=2)
    play(actor, actor.domain, state, events, instead)
    assert actor.status is ActingStatus.DONE
    assert state.place["box"] == 4
    assert (actor.spent.replans, actor.spent.retries) == (replans, retries)


def test_a_precondition_of_a_late_step_is_missed_at_once() -> None:
    actor, state = acting(Task("go", 5)), start()
    assert actor.act(state) == Action("move", (1,))
    assert (actor.explain().data["steps"], actor.spent.plans) == (5, 1)
    state.at, state.closed[5] = 1, True
    assert actor.act(state) == Action("move", (2,))
    assert (actor.explain().data["steps"], actor.spent.replans) == (5, 1)
    assert actor.reason == "the plan was given up, as step 5, move(5), can no longer be executed"
    state.at, state.locked[5] = 2, True
    assert actor.act(state) is None, "there is no use in going on"
    assert actor.status is ActingStatus.NO_PLAN


def test_finished_tasks_are_not_done_again() -> None:
    actor, state = acting(Task("go", 2), Task("go", 0), Task("go", 3)), start()
    taken = play(actor, actor.domain, state, {2: closes(3)})
    assert taken == [f"move({cell})" for cell in (1, 2, 1, 0, 1, 2)] + ["open_door(3)", "move(3)"]
    assert actor.tasks == (Task("go", 0), Task("go", 3)), "the first was finished when the plan was made"


def test_without_a_goal_the_last_step_must_show_its_effect() -> None:
    actor, state = acting(Task("go", 2)), start()
    assert play(actor, actor.domain, state, instead={1: slips(0)}) == [
        f"move({cell})" for cell in (1, 2, 1, 2)
    ]
    assert (actor.status, state.at) == (ActingStatus.DONE, 2)


def test_no_plan_is_looked_for_again_only_when_the_state_has_changed() -> None:
    actor, state = acting(Task("go", 2)), start(closed=(1,))
    state.locked[1] = True
    for _ in range(3):
        assert actor.act(state) is None
        assert (actor.status, actor.spent.plans) == (ActingStatus.NO_PLAN, 1)
    assert actor.explain().words == "No action: no plan; nothing has changed since."
    del state.locked[1]
    assert actor.act(state) == Action("open_door", (1,), 2.0)
    assert (actor.status, actor.spent.plans) == (ActingStatus.ACTING, 2)
    assert actor.reason == "a plan after there was none"


def test_a_spent_budget_gives_the_fallback_and_the_next_call_tries_again() -> None:
    stop = Action("stop")
    actor, state = acting(Task("go", 9), budget=Budget(expansions=5), fallback=stop), start()
    assert actor.act(state) == stop
    assert (actor.status, actor.spent.expansions) == (ActingStatus.BUDGET_SPENT, 5)
    assert "budget of 5 expansions" in actor.explain().words
    actor.budget = Budget(expansions=100)
    assert actor.act(state, succeeded=True) == Action("move", (1,))
    assert actor.spent.actions == 0, "the fallback is no step of a plan"


def test_a_strategy_sees_the_deviation_and_its_answer_is_checked() -> None:
    seen: list[Deviation] = []

    def stubborn(deviation: Deviation) -> Answer:
        seen.append(deviation)
        return Recovered(Status.SOLVED, deviation.plan, deviation.executed)

    actor, state = acting(Task("go", 3), recovery=stubborn), start()
    assert play(actor, actor.domain, state, {0: closes(3)})[-2:] == ["open_door(3)", "move(3)"]
    assert len(seen) == 1
    (case,) = seen
    assert (case.executed, case.unfinished) == (1, (Task("go", 3),))
    assert (case.expected.closed, case.observed.closed) == ({}, {3: True})
    assert actor.spent.plans == 3, "the first, the strategy's, and one that works"


def test_a_failed_action_belongs_to_the_deviation_as_not_executed() -> None:
    seen: list[Deviation] = []

    def watched(deviation: Deviation) -> Answer:
        seen.append(deviation)
        return replan(deviation)

    actor, state = acting(Task("go", 3), recovery=watched), start()
    play(actor, actor.domain, state, instead={1: closes(2)})
    assert [(case.executed, case.expected.at, case.observed.at) for case in seen] == [(1, 1, 1)]
    assert actor.status is ActingStatus.DONE


def test_any_planner_will_do_also_one_that_stops_with_a_plan() -> None:
    class Anytime:
        """Gives the best plan that it has when its budget ends."""

        domain = corridor()

        def solve(self, problem: Any, budget: Budget | None = None) -> Result:
            plan = HierarchicalPlanner(self.domain).solve(problem).plan
            return Result(Status.BUDGET_SPENT, plan, 7, 0.0, "could be better")

    actor, state = LazyLookahead(Anytime()), start()
    actor.begin([Task("go", 2)])
    assert play(actor, actor.domain, state) == ["move(1)", "move(2)"]
    assert (actor.status, actor.spent.expansions) == (ActingStatus.DONE, 7)


def test_later_steps_that_need_the_next_one_are_named() -> None:
    actor = acting(BROUGHT)
    actor.act(start(box=0))
    assert actor.explain().data["needed_by"] == ["drop(box) (step 6)"]
    actor.begin([Task("go", 2), Goal("at", 2)])
    actor.act(start())
    assert actor.explain().data["needed_by"] == ["move(2) (step 2)"]
    assert (actor.step, len(actor.plan.actions) if actor.plan else 0) == (0, 2)


@given(networks(recursive=False), st.sampled_from([replan, repair]))
@settings(max_examples=150, deadline=None)
def test_where_nothing_deviates_the_plan_is_acted_out(network: Network, recovery: Any) -> None:
    operators, methods, facts, tasks = network
    domain: Domain = domain_of(operators, methods)
    planner, state = HierarchicalPlanner(domain), State(facts)
    plan = planner.solve((state, [(task,) for task in tasks])).plan
    actor = LazyLookahead(planner, recovery=recovery)
    actor.begin([(task,) for task in tasks])
    taken = play(actor, domain, state)
    assert taken == ([] if plan is None else [str(action) for action in plan.actions])
    assert actor.status is (ActingStatus.NO_PLAN if plan is None else ActingStatus.DONE)
    assert actor.spent.replans == 0


CELLS = st.integers(0, 5)
DISTURBANCES = st.dictionaries(
    st.integers(0, 12),
    st.one_of(st.builds(closes, CELLS), st.builds(moves_box, CELLS), st.just(nothing_happens)),
    max_size=5,
)


@given(DISTURBANCES, DISTURBANCES, CELLS, st.sampled_from([replan, repair]))
@settings(max_examples=150, deadline=None)
def test_whatever_happens_the_goal_is_reached_in_the_end(
    events: dict[int, Event], instead: dict[int, Event], place: int, recovery: Any
) -> None:
    """Nothing here is beyond repair: doors can be opened, the box can be fetched from anywhere."""
    actor, state = acting(BROUGHT, recovery=recovery), start(box=place)
    play(actor, actor.domain, state, events, instead)
    assert actor.status is ActingStatus.DONE
    assert state.place["box"] == 4
    assert actor.spent.replans <= len(events) + len(instead)

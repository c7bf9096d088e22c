"""What all actors share: beginning, judging, explaining, copying."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import Action, Domain, HierarchicalPlanner, State, Task
from planzoo.planners.htn.acting.actor import ActingStatus, Actor, Spent
from planzoo.planners.htn.acting.lazy_lookahead import LazyLookahead
from planzoo.planners.htn.acting.refinement import RefinementActor
from tests.planners.htn.corridor import BROUGHT, corridor, happen, nothing_happens, play, start


@pytest.fixture(params=["lookahead", "refinement"])
def actor(request: pytest.FixtureRequest) -> Actor:
    domain = corridor()
    if request.param == "lookahead":
        return LazyLookahead(HierarchicalPlanner(domain))
    return RefinementActor(domain)


def test_nothing_is_done_before_tasks_are_given(actor: Actor) -> None:
    assert actor.status is ActingStatus.IDLE
    with pytest.raises(InputError, match="no tasks yet; call begin"):
        actor.act(start())
    with pytest.raises(InputError, match="tasks are a list"):
        actor.begin(Task("go", 1))
    actor.begin([BROUGHT])
    with pytest.raises(InputError, match="state is a State or another mapping"):
        actor.act(3)  # type: ignore[arg-type]


def test_tasks_are_done_as_planned_when_the_world_behaves(actor: Actor) -> None:
    state = start(closed=(3,), box=2)
    actor.begin([BROUGHT, Task("go", 3)])
    assert play(actor, actor.domain, state) == [
        "move(1)", "move(2)", "pick(box)", "open_door(3)", "move(3)", "move(4)", "drop(box)", "move(3)",
    ]  # fmt: skip
    assert actor.status is ActingStatus.DONE
    assert (actor.spent.actions, actor.spent.retries) == (8, 0)
    assert actor.act(state) is None
    assert (state.at, state.place["box"]) == (3, 4)


def test_the_observed_state_stays_and_may_be_any_mapping(actor: Actor) -> None:
    state = start(box=2)
    before = dict(state)
    actor.begin([BROUGHT])
    assert actor.act(state) == Action("move", (1,))
    assert dict(state) == before
    assert state.trail is None
    # A failed move is tried again; a plain mapping has no tables without facts, so all are filled here.
    facts = before | {("closed", 9): True, ("locked", 9): True}
    assert actor.act(facts) == Action("move", (1,))


def test_the_world_may_tell_what_has_happened(actor: Actor) -> None:
    state = start(box=0)
    actor.begin([Task("pick", "box"), Task("go", 1)])
    assert actor.act(state) == Action("pick", ("box",))
    state.place["box"] = "somewhere unforeseen"
    assert actor.act(state, succeeded=True) == Action("move", (1,))


def test_nothing_to_do_is_done(actor: Actor) -> None:
    for tasks in ([], [Task("go", 0)]):
        actor.begin(tasks)
        assert actor.act(start()) is None
        assert actor.status is ActingStatus.DONE
        assert actor.explain().words == "No action: done."


def test_what_cannot_be_done_has_no_plan_and_the_fallback_is_given(actor: Actor) -> None:
    state = start(closed=(1,))
    state.locked[1] = True
    actor.begin([Task("go", 2)])
    assert actor.act(state) is None
    assert actor.status is ActingStatus.NO_PLAN
    actor.fallback = Action("stop")
    actor.begin([Task("go", 2)])
    assert actor.act(state) == Action("stop")
    assert actor.status is ActingStatus.NO_PLAN
    assert actor.explain().data["causes"] == []
    actor.fallback = lambda observed: Action("hold", (observed.at,))
    assert actor.act(state) == Action("hold", (0,))


def test_an_explanation_tells_path_and_causes_with_who_made_them(actor: Actor) -> None:
    state = start(closed=(1,), box=0)
    actor.begin([BROUGHT])
    for _ in range(2):
        action = actor.act(state)
        assert action is not None
        happen(actor.domain, state, action)
    assert actor.act(state) == Action("move", (1,))
    explanation = actor.explain()
    assert json.loads(json.dumps(explanation.data, allow_nan=False)) == explanation.data
    assert explanation.data["path"][:2] == [
        {"task": "place(box) = 4", "method": "reach"}, {"task": "bring(box, 4)", "method": "fetch"},
    ]  # fmt: skip
    assert {"fact": "at = 0", "made_by": "as found"} in explanation.data["causes"]
    assert {"fact": "no closed(1)", "made_by": "open_door(1) (action 2)"} in explanation.data["causes"]
    assert explanation.words.startswith("move(1), for place(box) = 4 by reach → bring(box, 4) by fetch →")


def test_a_copy_goes_on_by_itself_and_shares_what_is_known(actor: Actor) -> None:
    state = start(box=1)
    actor.begin([BROUGHT], seed=3)
    first = actor.act(state)
    assert first is not None
    twin, fresh = copy.deepcopy(actor), actor.twin()
    assert twin.domain is actor.domain
    assert (fresh.status, fresh.spent) == (ActingStatus.IDLE, Spent())
    other = state.copy()
    happen(actor.domain, state, first)
    rest = play(actor, actor.domain, state)
    assert actor.status is ActingStatus.DONE
    assert twin.status is ActingStatus.ACTING, "nothing has gone on for the copy"
    happen(actor.domain, other, first)
    assert play(twin, actor.domain, other) == rest


def test_time_and_plans_are_counted(actor: Actor) -> None:
    actor.begin([BROUGHT])
    state = start(box=1)
    play(actor, actor.domain, state, instead={1: nothing_happens})
    assert actor.spent.seconds > 0
    assert actor.spent.replans == max(actor.spent.plans - 1, 0)


@pytest.mark.parametrize("kind", [LazyLookahead, RefinementActor])
def test_faults_of_a_domain_are_told_with_their_path(kind: Any) -> None:
    domain = Domain("faulty")
    domain.add_method("a", lambda state: [("b",)], "m")
    actor = kind(HierarchicalPlanner(domain) if kind is LazyLookahead else domain)
    actor.begin([("a",)])
    with pytest.raises(InputError, match=r"no operator or task 'b'.*a\(\) \[m\] > b\(\)"):
        actor.act(State())

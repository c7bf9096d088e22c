from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import Domain, DomainError, HierarchicalPlanner, State, Status, validate
from planzoo.planners.htn.gtpyhop.adapter import (
    GTPyhopMultigoal,
    from_gtpyhop,
    multigoal_from_gtpyhop,
    state_from_gtpyhop,
    tasks_from_gtpyhop,
)


class Multigoal(SimpleNamespace):
    """GTPyhop tells multigoals by the name of their type."""

    __hash__ = object.__hash__


def gtpyhop_domain(
    actions: list[Callable[..., Any]],
    tasks: dict[str, list[Callable[..., Any]]] | None = None,
    unigoals: dict[str, list[Callable[..., Any]]] | None = None,
    multigoals: list[Callable[..., Any]] | None = None,
) -> Any:
    """What a gtpyhop.Domain looks like from outside."""
    return SimpleNamespace(
        __name__="fake",
        _action_dict={action.__name__: action for action in actions},
        _command_dict={},
        _task_method_dict={"_verify_g": [print], "_verify_mg": [print], **(tasks or {})},
        _unigoal_method_dict=unigoals or {},
        _multigoal_method_list=multigoals or [],
    )


def solve(domain: Any, state: Any, todo_list: list[Any]) -> Any:
    """The steps of a validated plan as tuples; None when there is none."""
    ours, facts, tasks = (
        from_gtpyhop(domain),
        state_from_gtpyhop(state),
        tasks_from_gtpyhop(domain, todo_list),
    )
    result = HierarchicalPlanner(ours).solve((facts, tasks))
    if result.status is Status.INFEASIBLE:
        return None
    assert result.plan is not None
    assert validate(ours, facts, tasks, result.plan) is None
    return [(action.name, *action.arguments) for action in result.plan.actions]


def put(state: Any, thing: Any, place: Any) -> Any:
    """Put a thing somewhere."""
    if state.at.get(thing) != place:
        state.at[thing] = place
        return state
    return None


def refuse(state: Any, thing: Any) -> Any:
    state.at[thing] = "lost"  # is taken back
    return False


def look(state: Any) -> Any:
    return state


def m_refuse(state: Any, thing: Any, place: Any) -> Any:
    return [("refuse", thing)]


def m_put(state: Any, thing: Any, place: Any) -> Any:
    return [("put", thing, place)]


def m_put_astray(state: Any, thing: Any, place: Any) -> Any:
    return [("put", thing, "astray")]


def m_split(state: Any, goal: Any) -> Any:
    """Reads state and goal as GTPyhop's own m_split_multigoal does."""
    unmet = [
        (name, thing, place)
        for name, wanted in vars(goal).items()
        if name != "__name__"
        for thing, place in wanted.items()
        if vars(state).get(name).get(thing) != place
    ]
    return [*unmet, goal] if unmet else []


def world(**at: Any) -> Any:
    return SimpleNamespace(__name__="start", at=at)


def test_methods_are_tried_in_turn_and_effects_taken_back() -> None:
    domain = gtpyhop_domain([put, refuse, look], {"bring": [m_refuse, m_put]})
    assert solve(domain, world(a=1), [("bring", "a", 2), ["look"]]) == [("put", "a", 2), ("look",)]
    assert solve(domain, world(a=1), [("bring", "a", 1)]) is None
    assert solve(domain, world(a=1), []) == []


def test_goals_must_hold_at_the_end_and_may_hold_at_the_beginning() -> None:
    domain = gtpyhop_domain([put, refuse], unigoals={"at": [m_refuse, m_put_astray, m_put]})
    assert solve(domain, world(a=1), [("at", "a", 2), ("at", "a", 2)]) == [("put", "a", 2)]
    assert solve(domain, world(a=1), [("at", "nobody", None)]) == []


def test_multigoals_as_goals_and_as_arguments() -> None:
    seen = []

    def m_achieve(state: Any, goal: Any) -> Any:
        seen.append(goal)
        return [goal]

    domain = gtpyhop_domain([put], {"achieve": [m_achieve]}, {"at": [m_put]}, [m_split])
    goal = Multigoal(__name__="goal", at={"a": 2, "b": 3, "c": 1})
    plan = [("put", "a", 2), ("put", "b", 3)]
    assert solve(domain, world(a=1, b=1, c=1), [goal]) == plan
    assert solve(domain, world(a=1, b=1, c=1), [("achieve", goal)]) == plan
    assert all(seen_goal is goal for seen_goal in seen)
    assert solve(domain, world(a=2, b=3, c=1), [goal]) == []


def test_multigoal_that_changes_between_plans_is_read_anew() -> None:
    goal = Multigoal(__name__="goal", at={"a": 2})
    domain = gtpyhop_domain([put], {"go": [lambda state: [goal]]}, {"at": [m_put]}, [m_split])
    planner, state = HierarchicalPlanner(from_gtpyhop(domain)), state_from_gtpyhop(world(a=1))
    for place in (2, 3):
        goal.at["a"] = place
        plan = planner.solve((state, [("go",)])).plan
        assert plan is not None
        assert plan.actions[0].arguments == ("a", place)


def test_several_objects_and_single_values() -> None:
    def connect(state: Any, pair: Any, kind: Any) -> Any:
        state.link[pair] = kind
        state.count += 1
        return state

    def m_connect(state: Any, pair: Any, kind: Any) -> Any:
        assert pair == ("a", "b")
        return [("connect", pair, kind)]

    domain = gtpyhop_domain([connect], unigoals={"link": [m_connect]}, multigoals=[m_split])
    start = SimpleNamespace(__name__="start", link={("a", "b"): None}, count=0)
    plan = [("connect", ("a", "b"), "road")]
    assert solve(domain, start, [("link", ("a", "b"), "road")]) == plan
    assert solve(domain, start, [Multigoal(link={("a", "b"): "road"})]) == plan


def test_names_that_occur_twice() -> None:
    first, second = copy.copy(m_refuse), (lambda state, thing, place: [("put", thing, place)])
    second.__name__ = "m_refuse"
    domain = gtpyhop_domain([put, refuse], {"bring": [first, second], "put": [m_refuse]}, {"put": [m_put]})
    ours = from_gtpyhop(domain)
    assert [method.name for method in ours.methods["bring"]] == ["m_refuse", "m_refuse (2)"]
    assert "put" not in ours.methods
    assert (ours.name, ours.operators["put"].description) == ("fake", "Put a thing somewhere.")
    assert solve(domain, world(a=1), [("bring", "a", 2)]) == [("put", "a", 2)]


def test_action_may_give_a_changed_copy() -> None:
    def swap(state: Any) -> Any:
        other = state.copy()
        other.at["a"], other.at["b"] = state.at["b"], state.at["a"]
        del other.at["c"]
        return other

    ours = from_gtpyhop(gtpyhop_domain([swap]))
    state = state_from_gtpyhop(world(a=1, b=2, c=3))
    assert ours.operators["swap"].function(state) is True
    assert dict(state.at) == {"a": 2, "b": 1}


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda state: True, "a GTPyhop action gives the state"),
        (lambda state: state.bag.append(1), "changed in place"),
        (lambda state: state.owned["a"].add(1), "changed in place"),
        (lambda state: state.map["a"].update(b=2), "changed in place"),
        (lambda state: state.map["a"]["b"].pop(), "changed in place"),
        (lambda state: state.owned.__setitem__("a", [1]), "undo trail"),
        (lambda state: setattr(state, "owned", {}), "table"),
    ],
)
def test_faulty_actions_are_told_with_their_path(function: Any, message: str) -> None:
    function.__name__ = "act"
    state = SimpleNamespace(bag=[], owned={"a": {1}}, map={"a": {"b": [1]}})
    with pytest.raises(DomainError, match=rf"act.*{message}") as raised:
        solve(gtpyhop_domain([function]), state, [("act",)])
    assert raised.value.path == (("act",),)


@pytest.mark.parametrize("answer", [True, 7, "abc"])
def test_faulty_methods_are_told_with_their_path(answer: Any) -> None:
    domain = gtpyhop_domain([put], {"go": [lambda state: answer]})
    with pytest.raises(DomainError, match="a GTPyhop method gives a list"):
        solve(domain, world(), [("go",)])


def test_undeclared_and_malformed_items() -> None:
    domain = gtpyhop_domain([put], {"go": [lambda state: [("putt", "a", 1)]]}, {"at": [m_put]}, [m_split])
    with pytest.raises(DomainError, match="did you mean 'put'"):
        solve(domain, world(), [("go",)])
    with pytest.raises(DomainError, match="is not a task"):
        solve(domain, world(), [7])
    with pytest.raises(InputError, match="'place', which is no dictionary"):
        solve(domain, world(), [Multigoal(place={"a": 1})])
    with pytest.raises(InputError, match="wants at = 7"):
        multigoal_from_gtpyhop(Multigoal(at=7))


def test_what_is_no_gtpyhop_object_is_refused() -> None:
    with pytest.raises(InputError, match="has no _action_dict"):
        from_gtpyhop(Domain("ours"))
    with pytest.raises(InputError, match="has no attributes"):
        state_from_gtpyhop(7)
    with pytest.raises(InputError, match="without a tuple"):
        state_from_gtpyhop(SimpleNamespace(at={("a",): 1}))
    with pytest.raises(InputError, match="'items'"):
        state_from_gtpyhop(SimpleNamespace(items={}))


def test_nested_values_of_states_and_multigoals_are_frozen() -> None:
    nested = {"bag": [1, [2]], "kinds": {"a", "b"}, "dist": {"x": {"y": 1}}}
    state = state_from_gtpyhop(SimpleNamespace(__name__="start", **nested))
    assert isinstance(state, State)
    assert (state.bag, state.kinds, dict(state.dist)) == ([1, [2]], {"a", "b"}, {"x": {"y": 1}})
    goal = pickle.loads(pickle.dumps(multigoal_from_gtpyhop(SimpleNamespace(at={"a": [1]}))))
    assert isinstance(goal, GTPyhopMultigoal)
    assert goal.wanted == {"at": {"a": [1]}} == vars(goal.original)


def test_multigoals_without_a_method_are_reached_one_goal_after_another() -> None:
    def connect(state: Any, pair: Any, kind: Any) -> Any:
        state.link[pair] = kind
        return state

    def m_connect(state: Any, pair: Any, kind: Any) -> Any:
        return [("connect", pair, kind)]

    domain = gtpyhop_domain([connect], unigoals={"link": [m_connect]})
    start = SimpleNamespace(link={("a", "b"): None})
    plan = [("connect", ("a", "b"), "road")]
    assert solve(domain, start, [Multigoal(link={("a", "b"): "road", ("b", "a"): None})]) == plan

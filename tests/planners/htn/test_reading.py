"""Plans come back from JSON as they were; whatever is no plan is refused in one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.htn import NO_PARENT, Action, Decomposition, Goal, Plan, Task
from planzoo.planners.htn.reading import plan_from_data
from tests.planners.htn.random_plans import plans

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


def data() -> dict[str, Any]:
    """A small plan as data."""
    tasks = (
        Task("deliver", "p"),
        Goal(("at", "van"), (1, 2)),
        Task("drive", "van", (1, 2)),
        Task("drop", "p"),
    )
    tree = Decomposition(tasks, (NO_PARENT, 0, 1, 0), ("by van", "roads", None, None))
    return Plan((Action("drive", ("van", (1, 2)), 3.0), Action("drop", ("p",), agent="van")), tree).to_data()


@given(plans())
def test_plans_come_back_as_they_were(plan: Plan) -> None:
    for again in (Plan.from_json(plan.to_json()), plan_from_data(plan.to_data())):
        assert again == plan
        assert list(map(type, again.decomposition.tasks)) == list(map(type, plan.decomposition.tasks))
        assert again.to_json() == plan.to_json()


def test_what_json_does_not_know_comes_back_as_it_is_written() -> None:
    arguments = ({1}, b"x", [1, [2]], {"a": (1,)})
    plan = Plan((Action("act", arguments),), Decomposition((Task("act", *arguments),), (NO_PARENT,), (None,)))
    again = Plan.from_json(plan.to_json())
    assert again.actions[0].arguments == ("{1}", "b'x'", (1, (2,)), {"a": [1]})


def test_a_deep_argument_comes_back() -> None:
    nested: Any = []
    for _ in range(100_000):
        nested = [nested]
    wrapped = data()
    wrapped["actions"][1]["agent"] = nested
    assert len(plan_from_data(wrapped).actions[1].agent) == 1


def change(*path: Any, to: Any) -> Callable[[dict[str, Any]], None]:
    def changed(plan: dict[str, Any]) -> None:
        place: Any = plan
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = to

    return changed


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (change("actions", to=3), "its 'actions' are 3, not a list"),
        (change("actions", 0, to="drive"), "action 1 is 'drive', not a mapping"),
        (change("actions", 0, "name", to=None), "the name of action 1 is None, not a string"),
        (change("actions", 1, "cost", to=-1), "the cost of action 2 is -1, not a finite number"),
        (change("actions", 1, "cost", to=True), "the cost of action 2 is True"),
        (change("actions", 1, "duration", to=float("nan")), "the duration of action 2 is nan"),
        (change("actions", 1, "resources", to=[1]), "the resources of action 2"),
        (change("actions", 1, "resources", to={"crane": "x"}), "'crane' of action 2 is 'x'"),
        (change("actions", 1, "name", to="fly"), "the leaves of its decomposition are not its actions"),
        (change("decomposition", to=[]), r"its decomposition is \[\], not a mapping"),
        (change("decomposition", "parents", to=[-1]), "columns of its decomposition differ in length"),
        (change("decomposition", "parents", 1, to=3), "node 1 does not stand among the children of node 3"),
        (change("decomposition", "parents", 3, to=2), "node 3 does not stand among the children of node 2"),
        (change("decomposition", "parents", 1, to="0"), "the parent of node 1 is '0', not a number"),
        (change("decomposition", "parents", 1, to=-2), "node 1 does not stand among the children of node -2"),
        (change("decomposition", "methods", 0, to=7), "the method of node 0 is 7, not a name"),
        (change("decomposition", "tasks", 0, to={}), "node 0 has no 'name'"),
        (change("decomposition", "tasks", 0, to={"name": "x"}), "node 0 has no 'arguments'"),
        (change("decomposition", "tasks", 1, "arguments", to=[{}]), "which names no fact"),
        (
            change("decomposition", "tasks", 1, to={"name": "m", "goals": [{}]}),
            "a goal of node 1 has no 'name'",
        ),
    ],
)
def test_each_fault_is_named(fault: Callable[[dict[str, Any]], None], words: str) -> None:
    plan = data()
    fault(plan)
    with pytest.raises(InputError, match=words) as refused:
        plan_from_data(plan)
    assert "\n" not in str(refused.value) and str(refused.value).endswith("wrote.")


@pytest.mark.parametrize("text", ["", "{", "[1]", "3", '"plan"', "[" * 100_000])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="could not be read"):
        Plan.from_json(text)


@given(JSON, st.sampled_from(["actions", "decomposition", "tasks", "parents", "methods"]), st.integers(0, 3))
def test_anything_else_is_a_plan_or_an_input_error(value: Any, part: str, place: int) -> None:
    changed = data()
    column = changed if part in changed else changed["decomposition"]
    if isinstance(column[part], list) and place < len(column[part]):
        column[part][place] = value
    else:
        column[part] = value
    for entry in (changed, value):
        try:
            assert isinstance(plan_from_data(entry), Plan)
        except InputError as error:
            assert str(error).startswith("A plan could not be read: ")


def test_the_data_may_be_given_without_totals() -> None:
    plan = data()
    whole = plan_from_data(json.loads(json.dumps(plan)))
    del plan["cost"], plan["duration"]
    assert plan_from_data(plan) == whole and whole.cost == 4.0

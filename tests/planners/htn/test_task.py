"""Tasks and goals are tuples with names."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from planzoo.planners.htn import Goal, Problem, Task
from planzoo.planners.htn.task import describe


def test_a_task_equals_its_plain_tuple() -> None:
    task = Task("move", "a", (1, 2))
    assert task == ("move", "a", (1, 2))
    assert hash(task) == hash(("move", "a", (1, 2)))
    assert (task.name, task.arguments) == ("move", ("a", (1, 2)))
    assert type(task.arguments) is tuple


@pytest.mark.parametrize(
    ("variable", "name", "arguments"),
    [(("at", "r"), "at", ("r", 5)), (("on", "a", "b"), "on", ("a", "b", 5)), ("power", "power", (5,))],
)
def test_a_goal_names_its_variable_and_the_arguments_of_its_methods(
    variable: Any, name: str, arguments: tuple[Any, ...]
) -> None:
    goal = Goal(variable, 5)
    assert (goal.variable, goal.value, goal.name, goal.arguments) == (variable, 5, name, arguments)


def test_a_goal_is_no_task_of_the_same_name() -> None:
    assert Goal("power", 5) != Task("power", 5)
    assert Goal("power", 5) == Goal("power", 5)


@pytest.mark.parametrize("original", [Task("move", "a", 1), Task("wait"), Goal(("at", "a"), 1)])
def test_tasks_and_goals_survive_pickling(original: Any) -> None:
    twin = pickle.loads(pickle.dumps(original))
    assert twin == original
    assert type(twin) is type(original)


@pytest.mark.parametrize(
    ("task", "text"),
    [
        (Task("move", "a", (1, 2)), "move(a, (1, 2))"),
        (("wait",), "wait()"),
        (Goal(("at", "r"), (3, 4)), "at(r) = (3, 4)"),
        (Goal("power", "on"), "power = on"),
        ("move", "'move'"),
        ((), "()"),
    ],
)
def test_descriptions(task: Any, text: str) -> None:
    assert describe(task) == text
    if isinstance(task, Task | Goal):
        assert repr(task) == str(task) == text


def test_a_problem_is_a_pair() -> None:
    state, tasks = Problem({"x": 1}, [Task("wait")])
    assert state == {"x": 1}
    assert tasks == [("wait",)]

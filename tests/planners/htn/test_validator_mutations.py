"""Valid plans of random domains with something changed: the validator agrees with a naive recursive check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.planners.htn import (
    Action,
    Decomposition,
    Domain,
    Goal,
    HierarchicalPlanner,
    Multigoal,
    Plan,
    State,
    Task,
    validate,
)
from planzoo.planners.htn.task import as_task

SWITCHES = ("a", "b", "c")
TASKS = ("t0", "t1", "t2")
CONDITIONS = st.just({}) | st.dictionaries(st.sampled_from(SWITCHES), st.booleans(), max_size=1)
ACTIONS: tuple[Any, ...] = (("skip",), *(("turn", switch, on) for switch in SWITCHES for on in (False, True)))
GOALS: tuple[Any, ...] = (*(Goal(("on", switch), on) for switch in SWITCHES for on in (False, True)),)
BOTH = Multigoal({("on", "a"): True, ("on", "b"): False})
Facts = dict[str, bool]
Methods = dict[str, dict[str, list[tuple[Facts, list[Any]]]]]


@st.composite
def all_methods(draw: st.DrawFn) -> Methods:
    """For each task, and for goals, named methods with alternatives: a condition and subtasks.

    Goals have one method more, ``direct``, which always works.
    """
    methods: Methods = {}
    for index, task in enumerate((*TASKS, "goal")):
        pool = [*ACTIONS, *([(later,) for later in TASKS[index + 1 :]]), *(GOALS if index < 3 else ())]
        alternative = st.tuples(
            CONDITIONS, st.lists(st.sampled_from(pool), min_size=int(index < 3), max_size=3)
        )
        methods[task] = {
            f"m{number}": draw(st.lists(alternative, min_size=1, max_size=2)) for number in range(2)
        }
    return methods


def holds(facts: Facts, condition: Facts) -> bool:
    return all(facts[switch] == on for switch, on in condition.items())


def offers(entries: list[tuple[Facts, list[Any]]], facts: Facts) -> list[list[Any]]:
    return [subtasks for condition, subtasks in entries if holds(facts, condition)]


def domain_of(methods: Methods) -> Domain:
    domain = Domain("switches")

    def cost(state: State, switch: str, on: bool) -> float:
        return 1.0 + sum(state.on.values())

    @domain.operator(cost=cost, duration=2, agent=0, resources=lambda state, switch, on: {"hand": 1 + on})
    def turn(state: State, switch: str, on: bool) -> None:
        state.on[switch] = on

    domain.add_operator(lambda state: None, "skip", cost=0)

    def method_of(entries: Any) -> Callable[..., Iterator[Any]]:
        return lambda state, *arguments: iter(offers(entries, dict(state.on)))

    for task, named in methods.items():
        for name, entries in named.items():
            if task == "goal":
                domain.add_goal_method("on", method_of(entries), name)
            else:
                domain.add_method(task, method_of(entries), name)
    domain.add_goal_method("on", lambda state, switch, on: [("turn", switch, on)], "direct")
    return domain


class Illegal(Exception):
    """The plan is not valid."""


class NaiveCheck:
    """Follows the tree by recursion, from what the methods were made of."""

    def __init__(self, methods: Methods, facts: Facts, plan: Plan) -> None:
        self.methods, self.facts, self.tree = methods, dict(facts), plan.decomposition
        self.actions = list(plan.actions)
        self.visited: list[int] = []

    def accepts(self, tasks: list[Any]) -> bool:
        tree = self.tree
        try:
            self.require(len(tree.tasks) == len(tree.parents) == len(tree.methods))
            roots = [node for node, parent in enumerate(tree.parents) if parent == -1]
            self.require([tuple(tree.tasks[root]) for root in roots] == [tuple(task) for task in tasks])
            for root in roots:
                self.follow(root)
            self.require(self.visited == list(range(len(tree.tasks))) and not self.actions)
        except Illegal:
            return False
        return True

    def require(self, condition: bool) -> None:
        if not condition:
            raise Illegal

    def follow(self, node: int) -> None:
        task, method = self.tree.tasks[node], self.tree.methods[node]
        self.visited.append(node)
        children = [child for child, parent in enumerate(self.tree.parents) if parent == node]
        if method is None:
            self.require(not children)
            self.act(tuple(task))
            return
        self.require(isinstance(task, Goal | Multigoal) or task[0] in TASKS)
        alternatives = self.alternatives(task, method)
        self.require([tuple(self.tree.tasks[child]) for child in children] in alternatives)
        for child in children:
            self.follow(child)
        self.require(not isinstance(task, Goal | Multigoal) or self.reached(task))

    def act(self, task: Any) -> None:
        self.require(task in ACTIONS and bool(self.actions))
        name, *arguments = task
        expected = Action("skip", (), 0.0)
        if name == "turn":
            switch, on = arguments
            cost, hands = 1.0 + sum(self.facts.values()), (("hand", 1.0 + on),)
            expected = Action("turn", (switch, on), cost, 2.0, switch, hands)
            self.facts[switch] = on
        self.require(self.actions.pop(0) == expected)

    def reached(self, goal: Any) -> bool:
        facts = goal.facts if isinstance(goal, Multigoal) else {goal.variable: goal.value}
        return all(self.facts[variable[1]] == value for variable, value in facts.items())

    def alternatives(self, task: Any, method: str) -> list[Any]:
        if isinstance(task, Goal | Multigoal) and self.reached(task):
            return [[]] if method == "already true" else []
        if isinstance(task, Multigoal):
            unmet = [goal for goal in task.goals if not self.reached(goal)]
            return [[tuple(g), tuple(task)] for g in unmet] if method == "one after another" else []
        if isinstance(task, Goal) and method == "direct":
            return [[("turn", task.variable[1], task.value)]]
        entries = self.methods["goal" if isinstance(task, Goal) else task[0]].get(method, [])
        return [[tuple(subtask) for subtask in subtasks] for subtasks in offers(entries, self.facts)]


def changed(column: tuple[Any, ...], index: int, value: Any) -> tuple[Any, ...]:
    return (*column[:index], value, *column[index + 1 :])


def mutations(plan: Plan, random: Random) -> dict[str, Plan]:
    """The plan with one thing changed, by what was done; a choice of what is possible."""
    tree, actions = plan.decomposition, plan.actions
    found: dict[str, Plan] = {"action added": replace(plan, actions=(*actions, Action("skip", (), 0.0)))}
    if actions:
        step = random.randrange(len(actions))
        other = random.randrange(len(actions))
        action, leaf = actions[step], tree.leaves[step]
        found["action dropped"] = replace(plan, actions=(*actions[:step], *actions[step + 1 :]))
        swapped = changed(changed(actions, step, actions[other]), other, action)
        found["actions swapped"] = replace(plan, actions=swapped)
        leaves = changed(
            changed(tree.tasks, leaf, tree.tasks[tree.leaves[other]]), tree.leaves[other], tree.tasks[leaf]
        )
        found["steps swapped"] = Plan(swapped, replace(tree, tasks=leaves))
        new = random.choice(ACTIONS)
        for change in (
            {"cost": action.cost + 1},
            {"duration": action.duration / 2},
            {"agent": "eve"},
            {"resources": (("hand", 7.0),)},
            {"name": new[0], "arguments": new[1:]},
        ):
            found[f"other {min(change)}"] = replace(
                plan, actions=changed(actions, step, action._replace(**change))
            )
        twin = found["other arguments"]
        found["other step"] = Plan(twin.actions, replace(tree, tasks=changed(tree.tasks, leaf, as_task(new))))
    if tree.tasks:
        node = random.randrange(len(tree.tasks))
        columns = {
            "method renamed": (
                "methods",
                random.choice(("m0", "m1", "direct", "already true", None)),
            ),
            "method unknown": ("methods", "m7"),
            "parent changed": ("parents", random.randrange(-1, len(tree.tasks))),
            "task changed": ("tasks", random.choice((*GOALS, BOTH, *map(as_task, ACTIONS), Task("t1")))),
        }
        for what, (name, value) in columns.items():
            column = changed(getattr(tree, name), node, value)
            found[what] = replace(plan, decomposition=replace(tree, **{name: column}))
        found["node dropped"] = _without(plan, node)
        found["column cut"] = replace(plan, decomposition=replace(tree, methods=tree.methods[:-1]))
    return found


def _without(plan: Plan, node: int) -> Plan:
    """The plan without a node; its children become its parent's, and its action goes with it."""
    tree = plan.decomposition
    kept = [index for index in range(len(tree.tasks)) if index != node]
    parents = [tree.parents[node] if tree.parents[k] == node else tree.parents[k] for k in kept]
    shorter = Decomposition(
        tuple(tree.tasks[k] for k in kept),
        tuple(parent - (parent > node) for parent in parents),
        tuple(tree.methods[k] for k in kept),
    )
    actions = tuple(a for a, leaf in zip(plan.actions, tree.leaves, strict=True) if leaf != node)
    return Plan(actions, shorter)


@settings(max_examples=250, deadline=None)
@given(
    all_methods(),
    st.lists(st.sampled_from([*[(task,) for task in TASKS], BOTH, *GOALS[:3]]), min_size=1, max_size=3),
    st.fixed_dictionaries({switch: st.booleans() for switch in SWITCHES}),
    st.integers(0, 10**6),
)
def test_whatever_is_changed_is_found_or_legal(
    methods: Methods, tasks: list[Any], facts: Facts, seed: int
) -> None:
    domain = domain_of(methods)
    state = State(on=facts)
    plan = HierarchicalPlanner(domain).solve((state, tasks)).plan
    if plan is None:
        return
    assert validate(domain, state, tasks, plan) is None
    assert NaiveCheck(methods, facts, plan).accepts(tasks)
    for what, mutant in mutations(plan, Random(seed)).items():
        fault = validate(domain, state, tasks, mutant)
        assert (fault is None) == NaiveCheck(methods, facts, mutant).accepts(tasks), (what, fault)
        assert fault is None or "raised" not in fault, (what, fault)
        if what in (
            "action added",
            "action dropped",
            "column cut",
            "method unknown",
            "other agent",
            "other cost",
        ):
            assert fault is not None
    assert state.on == facts

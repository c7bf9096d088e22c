"""Causal links agree with a naive oracle on random plans; threats and breakages keep what they promise."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.htn import (
    ABSENT,
    NO_PARENT,
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
from planzoo.planners.htn.causal.chain_finder import CausalChainFinder
from planzoo.planners.htn.causal.links import EVERY, START, CausalLink, Threat, is_whole

VARIABLES = (("lamp", "a"), ("lamp", "b"), ("lamp", "c"), "door", "light")
VALUES = (0, 1)
Instruction = tuple[Any, ...]
Program = tuple[Instruction, ...]


def flat_plan(names: list[str]) -> Plan:
    tasks = tuple(Task(name) for name in names)
    tree = Decomposition(tasks, (NO_PARENT,) * len(tasks), (None,) * len(tasks))
    return Plan(tuple(Action(name) for name in names), tree)


def run(state: Any, program: Program) -> bool | None:
    """What an operator does: needs, sets, drops and copies single facts, and counts the lamps."""
    for kind, variable, *more in program:
        if kind == "need" and state.get(variable, ABSENT) != more[0]:
            return False
        if kind == "set":
            state[variable] = more[0]
        elif kind == "drop":
            state.pop(variable, None)
        elif kind == "copy":
            state[more[0]] = state.get(variable, 7)
        elif kind == "count":
            state[variable] = len(state.lamp) + sum(state.lamp.values())
    return None


def domain_of(programs: list[Program]) -> Domain:
    domain = Domain("programs")
    for index, program in enumerate(programs):
        domain.add_operator(lambda state, program=program: run(state, program), f"o{index}")
    return domain


variables, values = st.sampled_from(VARIABLES), st.sampled_from(VALUES)
INSTRUCTION = st.one_of(
    st.tuples(st.just("need"), variables, values),
    st.tuples(st.just("set"), variables, values),
    st.tuples(st.just("drop"), variables),
    st.tuples(st.just("copy"), variables, variables),
    st.tuples(st.just("count"), st.sampled_from(("door", "light"))),
)
PROPOSITIONAL = st.one_of(
    st.tuples(st.just("need"), variables, values), st.tuples(st.just("set"), variables, values)
)
Sample = tuple[list[Program], dict[Any, int], list[int]]


@st.composite
def samples(draw: st.DrawFn, instruction: st.SearchStrategy[Instruction] = INSTRUCTION) -> Sample:
    """Programs, the facts at the start, and steps: each one's program is applicable when its turn comes."""
    programs = draw(st.lists(st.lists(instruction, max_size=4).map(tuple), min_size=1, max_size=5))
    start = draw(st.dictionaries(variables, values))
    wished = draw(st.lists(st.integers(0, len(programs) - 1), max_size=9))
    steps: list[int] = []
    state = State(start, lamp={})
    for index in wished:
        trial = state.copy()
        if run(trial, programs[index]) is not False:
            state, steps = trial, [*steps, index]
    return programs, start, steps


def finder_of(sample: Sample, goals: Any = ()) -> CausalChainFinder:
    programs, start, steps = sample
    return CausalChainFinder(
        domain_of(programs), State(start, lamp={}), flat_plan([f"o{index}" for index in steps]), goals
    )


def naive_reads(program: Program, known: set[Any]) -> set[Any]:
    """What a program reads, told from its text; ``known`` are the variables that there are or were."""
    reads: set[Any] = set()
    written: set[Any] = set()
    for kind, variable, *more in program:
        if kind in ("need", "copy", "drop") and variable not in written:
            reads.add(variable)
        if kind == "count":
            reads |= {each for each in known if each[0] == "lamp"} | {("lamp", EVERY)}
        if kind != "need":
            written.add(more[0] if kind == "copy" else variable)
    return reads


def naive_links(sample: Sample) -> set[tuple[int, Any, Any, int]]:
    """For each read, the last step before it that changed a snapshot's variable or wrote it anew."""
    programs, start, steps = sample
    state, links = State(start, lamp={}), set()
    history: list[tuple[set[Any], frozenset[Any]]] = []  # variables written, lamps there, for each step
    known = set(start)
    lamps = frozenset(variable for variable in state if variable[0] == "lamp")
    first_lamps = lamps
    for consumer, index in enumerate(steps):
        for variable in naive_reads(programs[index], known):
            if variable == ("lamp", EVERY):
                before = [first_lamps, *(there for _, there in history)]
                changes = [step for step in range(consumer) if before[step] != before[step + 1]]
                links.add((max(changes, default=START), variable, lamps, consumer))
                continue
            writers = [step for step in range(consumer) if variable in history[step][0]]
            links.add((max(writers, default=START), variable, state.get(variable, ABSENT), consumer))
        absent_before = {variable for variable in VARIABLES if variable not in state}
        run(state, programs[index])
        written = {
            more[0] if kind == "copy" else variable
            for kind, variable, *more in programs[index]
            if kind in ("set", "copy", "count")
            or (kind == "drop" and not dropped_nothing(programs[index], variable, absent_before))
        }
        lamps = frozenset(variable for variable in state if variable[0] == "lamp")
        history.append((written, lamps))
        known |= written
    return links


def dropped_nothing(program: Program, variable: Any, absent_before: set[Any]) -> bool:
    """Says whether all of a program's drops of a variable find it absent."""
    there = variable not in absent_before
    for kind, named, *more in program:
        if kind == "drop" and named == variable:
            if there:
                return False
        elif (kind in ("set", "count") and named == variable) or (kind == "copy" and more[0] == variable):
            there = True
    return True


@settings(max_examples=200, deadline=None)
@given(samples())
def test_links_agree_with_a_naive_oracle(sample: Sample) -> None:
    finder = finder_of(sample)
    steps = len(sample[2])
    found = [tuple(link) for link in finder.links if link.consumer < steps]
    assert len(found) == len(set(found))
    assert set(found) == naive_links(sample)


@settings(max_examples=200, deadline=None)
@given(samples())
def test_without_goals_the_plan_is_for_what_it_leaves_behind(sample: Sample) -> None:
    finder, final = finder_of(sample), State(sample[1], lamp={})
    for index in sample[2]:
        run(final, sample[0][index])
    written = {variable for print_ in finder.footprints for variable in print_.writes}
    assert {goal.variable: goal.value for goal in finder.goals} == {
        variable: final.get(variable, ABSENT) for variable in written
    }
    assert finder.state_after(len(sample[2])) == final
    assert len(finder.links_into(len(sample[2]))) == len(finder.goals)


@settings(max_examples=200, deadline=None)
@given(samples(PROPOSITIONAL))
def test_a_step_fails_without_the_fact_that_a_link_gives_it(sample: Sample) -> None:
    programs, _, steps = sample
    finder = finder_of(sample)
    for link in finder.links:
        breakage = finder.invalidated_by({link.variable: ABSENT}, link.consumer)
        assert link in breakage.links
        assert finder.still_executable({link.variable: ABSENT}, link.consumer) == link.consumer
        if link.consumer < len(steps):
            state = finder.state_after(link.consumer)
            del state[link.variable]
            assert run(state, programs[steps[link.consumer]]) is False


@settings(max_examples=200, deadline=None)
@given(samples(), st.dictionaries(variables, st.sampled_from((*VALUES, ABSENT)), max_size=2), st.data())
def test_what_no_broken_link_reaches_stays_as_planned(
    sample: Sample, changes: dict[Any, Any], data: st.DataObject
) -> None:
    """Executes the rest from the changed state: untouched steps read what they read in the plan."""
    finder = finder_of(sample)
    executed = data.draw(st.integers(0, len(sample[2])))
    breakage = finder.invalidated_by(changes, executed)
    if not breakage:
        assert finder.still_executable(changes, executed) is None
    state = finder.state_after(executed)
    for variable, value in changes.items():
        state.pop(variable, None) if value is ABSENT else state.update({variable: value})
    assert finder.changes_in(state, executed) == {
        variable: value
        for variable, value in changes.items()
        if value != finder.state_after(executed).get(variable, ABSENT)
    }
    for step in range(executed, len(sample[2])):
        if step not in breakage.steps + breakage.falling_steps:
            for link in finder.links_into(step):
                if is_whole(link.variable):
                    assert {variable for variable in state if variable[0] == "lamp"} == link.value
                else:
                    assert state.get(link.variable, ABSENT) == link.value
        if run(state, sample[0][sample[2][step]]) is False:
            assert step in breakage.steps + breakage.falling_steps
            return
    for goal in finder.goals:
        assert goal.holds_in(state) or goal in breakage.goals + breakage.falling_goals


@settings(max_examples=200, deadline=None)
@given(samples(), st.randoms(use_true_random=False))
def test_any_order_that_keeps_links_and_threats_apart_does_the_same(
    sample: Sample, chance: random.Random
) -> None:
    finder, (programs, start, steps) = finder_of(sample), sample
    before: dict[int, set[int]] = {step: set() for step in range(len(steps))}
    pairs = [(link.producer, link.consumer) for link in finder.links]
    pairs += [threat.kept_order for threat in finder.threats()]
    for earlier, later in pairs:
        assert earlier < later
        if later < len(steps) and earlier != START:
            before[later].add(earlier)
    done: list[int] = []
    state = State(start, lamp={})
    while len(done) < len(steps):
        step = chance.choice([each for each in before if each not in done and before[each] <= set(done)])
        for link in finder.links_into(step):
            assert is_whole(link.variable) or state.get(link.variable, ABSENT) == link.value
        assert run(state, programs[steps[step]]) is not False
        done.append(step)
    assert all(goal.holds_in(state) for goal in finder.goals)


@settings(max_examples=200, deadline=None)
@given(samples(), st.data())
def test_chains_lead_to_a_goal_and_all_are_found(sample: Sample, data: st.DataObject) -> None:
    finder, end = finder_of(sample), len(sample[2])
    step = data.draw(st.integers(START, end - 1))

    def naive(place: int) -> list[tuple[CausalLink, ...]]:
        if place == end:
            return [()]
        return [
            (link, *rest) for link in finder.links if link.producer == place for rest in naive(link.consumer)
        ]

    wanted = naive(step)
    assume(len(wanted) < 2000)
    assert sorted(map(repr, finder.chains(step, 2000))) == sorted(map(repr, wanted))
    assert finder.supports_goal(step) == bool(wanted)
    assert finder.chains(step, 1) == finder.chains(step)[:1]


def switches() -> Domain:
    domain = Domain("switches")

    @domain.operator
    def press(state: State, name: str) -> bool:
        """Needs power; turns a lamp on."""
        if not state.power:
            return False
        state.lamp[name] = "on"
        return True

    @domain.operator
    def connect(state: State) -> None:
        state.power = True

    @domain.operator
    def cut(state: State) -> None:
        state.power = False

    domain.add_operator(lambda state: None, "wait")
    domain.add_operator(lambda state: len(state.lamp) == 1 and None, "count")
    return domain


def steps_of(*steps: tuple[Any, ...]) -> Plan:
    tasks = tuple(map(tuple, steps))
    tree = Decomposition(tasks, (NO_PARENT,) * len(tasks), (None,) * len(tasks))
    return Plan(tuple(Action(step[0], step[1:]) for step in tasks), tree)


@pytest.fixture
def lit() -> CausalChainFinder:
    plan = steps_of(("connect",), ("wait",), ("press", "a"), ("cut",))
    goals = [Goal(("lamp", "a"), "on"), Task("party"), Goal("power", True)]
    return CausalChainFinder(switches(), State(power=False, lamp={}), plan, goals)


def test_an_example_by_hand(lit: CausalChainFinder) -> None:
    power, lamp = CausalLink(0, "power", True, 2), CausalLink(2, ("lamp", "a"), "on", 4)
    assert lit.links == (power, lamp)
    assert lit.goals == (Goal(("lamp", "a"), "on"),)
    assert lit.unmet == (Goal("power", True),)
    assert lit.links_into(2) == lit.links_from(0) == (power,)
    assert lit.links_into(4) == (lamp,)
    assert lit.links_from(START) == ()
    assert lit.chains(0) == ((power, lamp),)
    assert lit.idle_steps() == (1, 3)
    assert [step for step in range(4) if lit.supports_goal(step)] == [0, 2]
    assert lit.threats() == (Threat(power, 3),)
    assert lit.threats(power)[0].kept_order == (2, 3)
    assert lit.threats(lamp) == ()


def test_what_breaks_when_a_fact_is_lost(lit: CausalChainFinder) -> None:
    lost = lit.if_lost("power", 0)
    assert (lost.steps, lost.goals, lost.falling_steps) == ((2,), (), ())
    assert lost.falling_goals == (Goal(("lamp", "a"), "on"),)
    assert not lit.if_lost("power", START)
    assert not lit.if_lost("power", 2)
    lost = lit.if_lost(("lamp", "a"), 2)
    assert (lost.steps, lost.goals, lost.falling_goals) == ((), (Goal(("lamp", "a"), "on"),), ())
    assert lit.still_executable({("lamp", "a"): ABSENT}, 3) == 4
    assert lit.still_executable({"power": 5}, 1) is None
    assert lit.invalidated_by({"power": 5}, 1)
    assert lit.still_executable({"power": False}, 1) == 2
    assert lit.still_executable({"power": ABSENT}, 1) == 2


def test_a_look_through_a_table_depends_on_all_of_it() -> None:
    plan = steps_of(("connect",), ("press", "a"), ("count",), ("press", "b"))
    finder = CausalChainFinder(switches(), State(power=False, lamp={}), plan, {("lamp", "b"): "on"})
    key = frozenset({("lamp", "a")})
    assert finder.links_into(2) == (
        CausalLink(1, ("lamp", "a"), "on", 2),
        CausalLink(1, ("lamp", EVERY), key, 2),
    )
    assert [threat.kept_order for threat in finder.threats(finder.links_into(2)[1])] == [(2, 3)]
    assert finder.invalidated_by({("lamp", "z"): "off"}, 0).steps == (2,)
    assert finder.invalidated_by({("lamp", "a"): "off"}, 2).steps == (2,)
    assert not finder.invalidated_by({("lamp", "a"): "off"}, 0)
    assert not finder.invalidated_by({("lamp", "z"): ABSENT}, 0)
    assert not finder.invalidated_by({("lamp", "z"): "off"}, 3)


def test_a_tuple_as_an_object_has_one_spelling() -> None:
    domain = Domain("grid")
    domain.add_operator(lambda state, cell: state.free[cell] and state.update({"at": cell}), "enter")
    plan = steps_of(("enter", (3, 4)))
    finder = CausalChainFinder(domain, State(free={(3, 4): True}), plan, {("free", (3, 4)): True})
    assert finder.links == (
        CausalLink(START, ("free", 3, 4), True, 0),
        CausalLink(START, ("free", 3, 4), True, 1),
    )
    assert finder.if_lost(("free", (3, 4)), START) == finder.if_lost(("free", 3, 4), START)
    assert finder.if_lost(("free", (3, 4)), START).steps == (0,)


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        (lambda finder: finder.links_into(-1), "no step -1; give a whole number from 0 to 4"),
        (lambda finder: finder.links_from(4), "no step 4"),
        (lambda finder: finder.chains("x"), "no step 'x'"),
        (lambda finder: finder.state_after(5), "no point after step 5"),
        (lambda finder: finder.if_lost("power", 4), "no point after step 5"),
    ],
)
def test_a_step_that_there_is_not(
    lit: CausalChainFinder, call: Callable[[CausalChainFinder], Any], fault: str
) -> None:
    with pytest.raises(InputError, match=fault):
        call(lit)


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        (("press", "a"), r"Step 0, press\(a\), is not applicable"),
        (("jump",), r"jump\(\), is not an operator"),
        (("press",), r"Step 0, press\(\), raised TypeError"),
    ],
)
def test_a_plan_for_another_state_is_refused(step: tuple[Any, ...], fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        CausalChainFinder(switches(), State(power=False, lamp={}), steps_of(step))


def test_the_planner_s_plans_and_problems_go_in_as_they_are(travel: Domain, home: State) -> None:
    before = dict(home)
    tasks = [Task("travel", "me", "shop"), Multigoal({("at", "me"): "park", ("cash", "me"): 11})]
    travel.add_goal_method("cash", lambda state, person, amount: [], "hope")
    plan = HierarchicalPlanner(travel).solve((home, tasks)).plan
    assert plan is not None
    assert validate(travel, home, tasks, plan) is None
    finder = CausalChainFinder(travel, home, plan, tasks)
    assert [action.name for action in plan.actions] == ["walk", "wait", "ride"]
    assert finder.idle_steps() == (1,)
    assert [link.producer for link in finder.links_into(3)] == [2, 2]
    assert CausalLink(0, ("at", "me"), "shop", 2) in finder.links
    assert home == before

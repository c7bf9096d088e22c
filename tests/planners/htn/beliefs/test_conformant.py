"""Plans over possible worlds: checked by living through every world."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.errors import InputError
from planzoo.planners.htn import Domain, Goal, HierarchicalPlanner, Multigoal, Plan, State, Status, validate
from planzoo.planners.htn.beliefs.conformant import LOST, ConformantDomain, World, holds_in_all

Facts = dict[Any, Any]


def corridor(length: int = 5) -> Domain:
    """A robot that does not see where it is; walls stop it, doors do not open from everywhere."""
    domain = Domain("corridor")

    @domain.operator(cost=lambda state: 1.0 + state.at, duration=2)
    def left(state: State) -> None:
        state.at = max(0, state.at - 1)

    @domain.operator(resources=lambda state: {"fuel": state.at})
    def right(state: State) -> bool:
        if state.at == length - 1:
            return False
        state.at += 1
        return True

    @domain.operator
    def knock(state: State, place: int) -> bool:
        state.knocked[place] = True
        return bool(state.at == place)

    @domain.goal_method("at")
    def one_step(state: State, place: int) -> Iterator[list[Any]]:
        for step, better in (("right", state.at < place), ("left", state.at > place)):
            if better:
                yield [(step,), Goal("at", place)]

    @domain.method("home")
    def far_enough(state: State) -> list[Any]:
        return [("left",)] * (length - 1)

    @domain.method("visit")
    def here_or_there(state: State) -> Iterator[list[Any]]:
        yield [("knock", state.at)]
        yield [("left",), ("visit",)]

    return domain


def solve(domain: ConformantDomain, worlds: list[tuple[Facts, float]], *tasks: Any) -> Plan | None:
    state = domain.state_of(worlds)
    result = HierarchicalPlanner(domain).solve((state, list(tasks)))
    assert result.status in (Status.SOLVED, Status.INFEASIBLE)
    if result.plan is not None:
        assert validate(domain, state, list(tasks), result.plan) is None
    return result.plan


def places(**chances: float) -> list[tuple[Facts, float]]:
    """Worlds that differ in where the robot is: ``places(at_0=0.5, at_3=0.5)``."""
    return [({"at": int(name[3:]), "knocked": {}}, chance) for name, chance in chances.items()]


def names(plan: Plan | None) -> list[str]:
    assert plan is not None
    return [str(action) for action in plan.actions]


def test_the_walls_tell_where_a_blind_robot_is() -> None:
    domain = ConformantDomain(corridor())
    state = domain.state_of(places(at_0=0.25, at_1=0.25, at_2=0.25, at_4=0.25))
    assert "at" not in state and "knocked" not in state
    plan = solve(domain, places(at_0=0.25, at_1=0.25, at_2=0.25, at_4=0.25), ("home",), ("knock", 0))
    assert names(plan) == ["left()"] * 4 + ["knock(0)"]
    assert solve(domain, places(at_0=0.5, at_1=0.5), ("knock", 0)) is None
    assert names(solve(domain, places(at_3=1.0), ("knock", 3))) == ["knock(3)"]


def test_costs_are_expected_and_resources_the_largest() -> None:
    plan = solve(ConformantDomain(corridor()), places(at_0=0.25, at_2=0.75), ("left",), ("right",))
    assert plan is not None and [action.cost for action in plan.actions] == [2.5, 1.0]
    assert [action.duration for action in plan.actions] == [2.0, 1.0]
    assert plan.actions[1].resources == (("fuel", 1.0),)
    some = solve(ConformantDomain(corridor(), 0.75), places(at_2=0.75, at_4=0.25), ("right",), ("left",))
    assert some is not None and some.actions[1].cost == 4.0, "of the worlds that are not lost"


def test_a_threshold_gives_unlikely_worlds_up_once_and_for_all() -> None:
    worlds = places(at_0=0.8, at_1=0.1, at_4=0.1)
    bold, bolder = ConformantDomain(corridor(), 0.9), ConformantDomain(corridor(), 0.8)
    assert names(solve(bold, worlds, ("right",))) == ["right()"], "0.9 of the worlds allow it"
    assert solve(bold, worlds, ("right",), ("knock", 1)) is None, "together it is 0.8"
    assert names(solve(bolder, worlds, ("right",), ("knock", 1))) == ["right()", "knock(1)"]
    state = bolder.state_of(worlds)
    assert bolder.operators["right"].function(state) is True and state.at == 1
    assert state.worlds.probability(LOST) == pytest.approx(0.1)


def test_goals_hold_when_they_are_known() -> None:
    domain = ConformantDomain(corridor())
    assert names(solve(domain, places(at_1=0.5, at_2=0.5), ("home",), Goal("at", 2))) == [
        *["left()"] * 4,
        *["right()"] * 2,
    ]
    assert solve(domain, places(at_1=0.5, at_3=0.5), Goal("at", 2)) is None, "the worlds disagree on the step"
    both = Multigoal({"at": 0, ("knocked", 0): True})
    assert solve(domain, places(at_0=1.0), ("knock", 0), both) is not None
    likely = ConformantDomain(corridor(), 0.9)
    assert names(solve(likely, places(at_2=0.95, at_3=0.05), Goal("at", 2))) == []
    assert solve(likely, places(at_1=0.85, at_2=0.15), Goal("at", 1)) is None, "one moves, the other stays"


def test_methods_offer_what_the_worlds_agree_on() -> None:
    """Knocking is offered for another place in each world; stepping left in both, until they are one."""
    plan = solve(ConformantDomain(corridor()), places(at_0=0.5, at_2=0.5), ("visit",))
    assert names(plan) == ["left()", "left()", "knock(0)"]


def test_a_condition_is_asked_of_every_world() -> None:
    worlds = ConformantDomain(corridor()).state_of(places(at_0=0.7, at_1=0.3)).worlds
    assert holds_in_all(worlds, lambda state: state.at <= 1)
    assert not holds_in_all(worlds, lambda state: state.at == 0) and worlds.certain is False
    assert holds_in_all(worlds, lambda state: state.at == 0, 0.7)
    assert not holds_in_all(worlds.mapped(lambda world: LOST), lambda state: True, 0.1)


def test_worlds_are_values() -> None:
    world = World({"at": 1, ("knocked", 0): True})
    assert world == World(State(knocked={0: True}, at=1)) and hash(world) == hash(World(world.state()))
    world.state().at = 5
    assert world.state().at == 1 and world != World({"at": 1}) and repr(world).startswith("World(")


def test_bad_input_is_refused() -> None:
    for threshold in (0.5, 0.0, 1.1):
        with pytest.raises(InputError, match=r"above 0\.5"):
            ConformantDomain(corridor(), threshold)
    domain = ConformantDomain(corridor())
    with pytest.raises(InputError, match="sum to 1"):
        domain.state_of(places(at_0=0.5))
    with pytest.raises(InputError, match="'worlds'"):
        domain.state_of([({"worlds": 3}, 1.0)])


def survivors(domain: Domain, worlds: list[tuple[Facts, float]], steps: list[tuple[Any, ...]]) -> float:
    """The probability that all steps can be executed, by living through every world."""
    total = 0.0
    for facts, chance in worlds:
        state = State(facts)
        total += chance * all(
            domain.operators[step[0]].function(state, *step[1:]) is not False for step in steps
        )
    return total


actions = st.sampled_from([("left",), ("right",), ("knock", 0), ("knock", 1), ("knock", 2)])


@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=4),
    st.lists(actions, max_size=6),
    st.sampled_from([0.55, 0.7, 0.8, 1.0]),
)
def test_a_plan_is_found_exactly_if_enough_worlds_survive_it(
    starts: list[int], steps: list[tuple[Any, ...]], threshold: float
) -> None:
    worlds: list[tuple[Facts, float]] = [({"at": at, "knocked": {}}, 1 / len(starts)) for at in starts]
    plan = solve(ConformantDomain(corridor(), threshold), worlds, *steps)
    assert (plan is not None) == (survivors(corridor(), worlds, steps) >= threshold - 1e-9)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=4), st.integers(0, 4))
def test_goals_that_are_reached_are_reached_in_every_world(starts: list[int], goal: int) -> None:
    worlds: list[tuple[Facts, float]] = [({"at": at, "knocked": {}}, 1 / len(starts)) for at in starts]
    plan = solve(ConformantDomain(corridor()), worlds, ("home",), Goal("at", goal))
    assert plan is not None
    for facts, _ in worlds:
        state = State(facts)
        for action in plan.actions:
            assert corridor().operators[action.name].function(state, *action.arguments) is not False
        assert state.at == goal

"""Typed objects: what a state of a domain may speak of, and clear errors for all else."""

from __future__ import annotations

from typing import Any

import pytest

from planzoo.errors import InputError
from planzoo.planners.htn import Domain, DomainError, HierarchicalPlanner, State


@pytest.fixture
def transport() -> Domain:
    domain = Domain("transport")
    place, vehicle = domain.type("place"), domain.type("vehicle")
    truck, plane = domain.type("truck", vehicle), domain.type("plane", vehicle)
    assert (truck, plane) == ("truck", "plane")
    domain.variable("at", vehicle, values=place)
    domain.variable("road", place, place, values=(True, False), description="Whether trucks can pass.")
    domain.variable("hour", values=range(24))
    domain.variable("weather")
    return domain


OBJECTS = {"place": ["a", "b", (3, 4)], "truck": ["t"], "plane": ["p"]}


def test_a_state_has_all_declared_tables_and_objects(transport: Domain) -> None:
    state = transport.state(objects=OBJECTS, at={"t": "a"}, hour=5)
    assert dict(state) == {("at", "t"): "a", "hour": 5}
    assert state.road == {}
    assert state.objects("vehicle") == ("t", "p")
    assert state.objects("plane") == ("p",)
    state.at["p"] = (3, 4)
    state.road["a", "b"] = True
    state.weather = "rain"
    assert state.copy().objects("place") == ("a", "b", (3, 4))


@pytest.mark.parametrize(
    ("write", "fault"),
    [
        (lambda state: state.at.update(x="a"), "there is no vehicle 'x'; declare it"),
        (lambda state: state.at.update(t="nowhere"), "there is no place 'nowhere'"),
        (lambda state: state.at.update({("t", "p"): "a"}), r"there is no vehicle \('t', 'p'\)"),
        (lambda state: state.road.update({("a", "t"): True}), "there is no place 't'"),
        (lambda state: state.road.update({("a",): True}), r"2 objects \(place, place\)"),
        (lambda state: state.road.update({("a", "b"): 1.5}), r"\('road', 'a', 'b'\): 1.5 is not one of"),
        (lambda state: state.update(hour=24), "'hour': 24 is not one of its values"),
        (lambda state: state.update(howr=3), "no state variable 'howr'; did you mean 'hour'"),
        (lambda state: state.update({("atr", "t"): "a"}), "no state variable 'atr'; did you mean 'at'"),
        (lambda state: state.update({("hour", "t"): 1}), "is a single value"),
        (lambda state: state.update({("weather", "t"): 1}), "declared without objects"),
        (lambda state: state.update(at="a"), "is a table of facts"),
        (lambda state: state.objects("truk"), "no type 'truk'; did you mean 'truck'"),
    ],
)
def test_what_is_not_declared_is_refused(transport: Domain, write: Any, fault: str) -> None:
    state = transport.state(objects=OBJECTS, at={"t": "a"}, hour=5)
    before = dict(state)
    with pytest.raises(InputError, match=fault):
        write(state)
    assert dict(state) == before


def test_an_effect_on_an_undeclared_object_is_told_with_the_path(transport: Domain) -> None:
    transport.add_operator(lambda state, truck, place: state.at.update({truck: place}), "drive")
    transport.add_method("deliver", lambda state, place: [("drive", "tt", place)], "by road")
    state = transport.state(objects=OBJECTS, at={"t": "a"})
    with pytest.raises(
        DomainError, match=r"no vehicle 'tt'; did you mean 't' \(path: deliver\(b\) \[by road\]"
    ):
        HierarchicalPlanner(transport).solve((state, [("deliver", "b")]))


@pytest.mark.parametrize(
    ("declare", "fault"),
    [
        (lambda domain: domain.type("place"), "declared twice"),
        (lambda domain: domain.type("bus", "vehikle"), "no type 'vehikle'; did you mean 'vehicle'"),
        (lambda domain: domain.variable("at"), "declared twice"),
        (lambda domain: domain.variable("in", "parcel"), "no type 'parcel'"),
        (lambda domain: domain.variable("in", values="parcel"), "no type 'parcel'"),
        (lambda domain: domain.state(objects={"parcel": ["x"]}), "no type 'parcel'"),
        (lambda domain: domain.state(objects={"truck": "t1"}), r"given as the string 't1'; write \['t1'\]"),
        (lambda domain: domain.state(objects={"truck": [["t"]]}), "cannot be a key"),
    ],
)
def test_faulty_declarations(transport: Domain, declare: Any, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        declare(transport)


def test_without_declarations_anything_goes() -> None:
    state = Domain("free").state(at={"t": "a"}, hour=30)
    assert dict(state) == {("at", "t"): "a", "hour": 30}
    with pytest.raises(InputError, match="declares no objects of type 'truck'"):
        State().objects("truck")

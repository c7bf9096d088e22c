"""A small domain that the tests of repair share: a courier carries parcels between places."""

from __future__ import annotations

from typing import Any

from planzoo.planners.htn import Domain, HierarchicalPlanner, Plan, State, Task


def courier_domain() -> Domain:
    """A courier carries parcels between places, directly or by the depot."""
    domain = Domain("courier")
    add_courier_methods(domain)

    @domain.operator
    def move(state: State, start: str, end: str) -> bool:
        if state.courier != start or state.blocked == (start, end):
            return False
        state.courier = end
        return True

    @domain.operator
    def take(state: State, parcel: str) -> bool:
        if state.at[parcel] != state.courier:
            return False
        state.at[parcel] = "bag"
        return True

    @domain.operator
    def give(state: State, parcel: str) -> bool:
        if state.at[parcel] != "bag":
            return False
        state.at[parcel] = state.courier
        return True

    return domain


def add_courier_methods(domain: Domain) -> None:
    @domain.method("get")
    def fetch(state: State, parcel: str) -> Any:
        return [("go", state.at[parcel]), ("take", parcel)]

    @domain.method("go")
    def directly(state: State, place: str) -> Any:
        return [] if state.courier == place else [("move", state.courier, place)]

    @domain.method("go")
    def by_the_depot(state: State, place: str) -> Any:
        return [("move", state.courier, "depot"), ("move", "depot", place)]

    @domain.method("bring")
    def carry(state: State, parcel: str, place: str) -> Any:
        return [("get", parcel), ("go", place), ("give", parcel)]

    @domain.goal_method("at")
    def by_courier(state: State, parcel: str, place: str) -> Any:
        return [("bring", parcel, place)]


COURIER = courier_domain()
START_STATE = State(courier="depot", blocked=None, at={"a": "north", "b": "south"})
TASKS = (Task("bring", "a", "east"), Task("bring", "b", "west"))
"""The plan: 0 move, 1 take, 2 move, 3 give; 4 move, 5 take, 6 move, 7 give."""


def planned(domain: Domain, state: State, tasks: Any) -> Plan:
    plan = HierarchicalPlanner(domain).solve((state, tasks)).plan
    assert plan is not None
    return plan

"""Packages that trucks carry within cities and airplanes between them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Goal, Problem

PLACES_PER_CITY = 4
PACKAGES_PER_CITY = 8
CITIES_PER_AIRPLANE = 8


def make_domain() -> Domain:
    """Makes the domain: packages are at locations or in vehicles, trucks and airplanes at locations.

    It is the logistics of the planning competition of 1998, as GTPyhop has it too: a truck stays in its city,
    an airplane flies between airports, one in each city. The methods of a goal on ``at`` look at where the
    package is and give the next leg of its way, so that they go on from anywhere. Each city has its truck and
    its airport in a table: no package looks through those of other cities.
    """
    domain = Domain("logistics", "Trucks and airplanes carry packages to where they are wanted.")
    for name in ("package", "truck", "airplane", "location", "city"):
        domain.type(name)
    domain.variable("at", "package", description="a package's location, or the vehicle that it is in")
    domain.variable("truck_at", "truck", description="where a truck is")
    domain.variable("plane_at", "airplane", description="where an airplane is")
    domain.variable("in_city", "location", values="city", description="the city of a location")
    domain.variable("airport_of", "city", values="location", description="a city's airport")
    domain.variable("truck_of", "city", values="truck", description="the truck that drives in a city")
    domain.add_operator(drive_truck, agent=0)
    domain.add_operator(load_truck, agent=1)
    domain.add_operator(unload_truck, agent=1)
    domain.add_operator(fly_plane, agent=0)
    domain.add_operator(load_plane, agent=1)
    domain.add_operator(unload_plane, agent=1)
    for method in (aboard_a_truck, aboard_an_airplane, fetched_by_truck, fetched_by_airplane):
        domain.add_goal_method("at", method)
    return domain


def drive_truck(state: State, truck: Any, location: Any) -> bool:
    """Drive a truck to another location of the city that it is in."""
    if state.in_city[state.truck_at[truck]] != state.in_city[location]:
        return False
    state.truck_at[truck] = location
    return True


def load_truck(state: State, package: Any, truck: Any) -> bool:
    """Load a package into a truck that is where it is."""
    if state.at[package] != state.truck_at[truck]:
        return False
    state.at[package] = truck
    return True


def unload_truck(state: State, package: Any, truck: Any, location: Any) -> bool:
    """Unload a package where its truck is."""
    if state.at[package] != truck or state.truck_at[truck] != location:
        return False
    state.at[package] = location
    return True


def fly_plane(state: State, plane: Any, airport: Any) -> bool:
    """Fly an airplane to an airport."""
    if state.airport_of.get(state.in_city[airport]) != airport:
        return False
    state.plane_at[plane] = airport
    return True


def load_plane(state: State, package: Any, plane: Any) -> bool:
    """Load a package into an airplane that is where it is."""
    if state.at[package] != state.plane_at[plane]:
        return False
    state.at[package] = plane
    return True


def unload_plane(state: State, package: Any, plane: Any, airport: Any) -> bool:
    """Unload a package where its airplane is."""
    if state.at[package] != plane or state.plane_at[plane] != airport:
        return False
    state.at[package] = airport
    return True


def aboard_a_truck(state: State, package: Any, destination: Any) -> list[Any] | None:
    """Drive the package to its destination, or to the airport if that is in another city."""
    truck = state.at[package]
    if truck not in state.truck_at:
        return None
    city = state.in_city[state.truck_at[truck]]
    here = state.in_city.get(destination) == city
    target = destination if here else state.airport_of.get(city)
    steps = [*_to(state.truck_at, truck, "drive_truck", target), ("unload_truck", package, truck, target)]
    return steps if here else [*steps, Goal(("at", package), destination)]


def aboard_an_airplane(state: State, package: Any, destination: Any) -> list[Any] | None:
    """Fly the package to the airport of its destination's city."""
    plane = state.at[package]
    airport = state.airport_of.get(state.in_city.get(destination))
    if plane not in state.plane_at or airport is None:
        return None
    steps = [*_to(state.plane_at, plane, "fly_plane", airport), ("unload_plane", package, plane, airport)]
    return steps if airport == destination else [*steps, Goal(("at", package), destination)]


def fetched_by_truck(state: State, package: Any, destination: Any) -> list[Any] | None:
    """Have the city's truck fetch a package that shall go elsewhere in the city, or to its airport."""
    location = state.at[package]
    city = state.in_city.get(location)
    if city not in state.truck_of or not _connected(state, city, destination):
        return None
    if state.in_city[destination] != city and state.airport_of[city] == location:
        return None
    truck = state.truck_of[city]
    fetch = [*_to(state.truck_at, truck, "drive_truck", location), ("load_truck", package, truck)]
    return [*fetch, Goal(("at", package), destination)]


def fetched_by_airplane(state: State, package: Any, destination: Any) -> Iterator[list[Any]]:
    """Have an airplane fetch a package at an airport: first one that is there, or else the last one."""
    location = state.at[package]
    city = state.in_city.get(location)
    if city is None or state.airport_of.get(city) != location or not _connected(state, city, destination):
        return
    planes = state.plane_at
    first = next((plane for plane in planes if planes[plane] == location), next(reversed(planes), None))
    if first is not None:
        yield _fetched_by(state, first, package, destination)
    for plane in [plane for plane in planes if plane != first]:
        yield _fetched_by(state, plane, package, destination)


def _fetched_by(state: State, plane: Any, package: Any, destination: Any) -> list[Any]:
    steps = [*_to(state.plane_at, plane, "fly_plane", state.at[package]), ("load_plane", package, plane)]
    return [*steps, Goal(("at", package), destination)]


def _to(places: Any, vehicle: Any, action: str, location: Any) -> list[Any]:
    """Gives the step that brings a vehicle to a location, if it is not there."""
    return [] if places[vehicle] == location else [(action, vehicle, location)]


def _connected(state: State, city: Any, destination: Any) -> bool:
    """Says whether there is a way from a city to a destination, once the package is on board."""
    target = state.in_city.get(destination)
    if target is None or target == city:
        return target is not None
    airport = state.airport_of.get(target)
    return (
        city in state.airport_of
        and airport is not None
        and (airport == destination or target in state.truck_of)
    )


def random_problem(size: int, seed: int) -> Problem:
    """Draws packages with locations and destinations, both uniformly among all locations.

    There is a city for every 8 packages begun, and one more, each with four locations, the first of them an
    airport, and a truck somewhere; and an airplane for every 8 cities begun, at some airport.

    Args:
        size: the number of packages.
        seed: of the draw.

    Raises:
        InputError: there would be no package.
    """
    if size < 1:
        raise InputError(f"A logistics problem of size {size!r} has no packages; ask for at least 1.")
    generator = random.Random(seed)
    cities = [f"city_{number}" for number in range(1 + -(-size // PACKAGES_PER_CITY))]
    places = {city: [f"{city}_place_{number}" for number in range(PLACES_PER_CITY)] for city in cities}
    locations = [location for city in cities for location in places[city]]
    trucks = {city: f"truck_{number}" for number, city in enumerate(cities)}
    planes = [f"plane_{number}" for number in range(-(-len(cities) // CITIES_PER_AIRPLANE))]
    packages = [f"package_{number}" for number in range(size)]
    state = make_domain().state(
        objects={
            "package": packages,
            "truck": trucks.values(),
            "airplane": planes,
            "location": locations,
            "city": cities,
        },
        at={package: generator.choice(locations) for package in packages},
        truck_at={trucks[city]: generator.choice(places[city]) for city in cities},
        plane_at={plane: places[generator.choice(cities)][0] for plane in planes},
        in_city={location: city for city in cities for location in places[city]},
        airport_of={city: places[city][0] for city in cities},
        truck_of=trucks,
    )
    return Problem(state, [Goal(("at", package), generator.choice(locations)) for package in packages])

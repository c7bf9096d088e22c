"""Rovers that fetch samples and take pictures, with little energy and gates that may be shut."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.domains.rover_routes import distances, shortest_route
from planzoo.planners.htn.state import State
from planzoo.planners.htn.task import Problem, Task

CAPACITY = 32
"""The energy of a rover that is fully charged; a unit of a corridor's length takes one."""
SAMPLING_ENERGY = 2
"""What it takes to pick up a sample."""
LENGTHS = (1, 2, 3)
PLACES_PER_JOB = 3
JOBS_PER_ROVER = 4
CHARGED_PLACES = 4
"""Every so many places there is one with a charger."""
SHUT_SHARE = 0.2
"""How many corridors begin with their gate shut."""


def make_domain() -> Domain:
    """Makes the domain: places are joined by corridors with gates, through which rovers drive.

    A sample is fetched by some rover and analysed at the lander; a picture is taken from a place with a view
    of its target, with a camera that must be calibrated before each one. Driving and sampling use energy. A
    rover drives only where it could still reach a charger afterwards; if it cannot, it first goes to chargers
    that are closer and closer to its destination, and where no gate is open it opens one.
    """
    domain = Domain("rovers", "Rovers with little energy fetch samples and take pictures.")
    for name in ("rover", "place", "sample", "target"):
        domain.type(name)
    domain.variable("at", "rover", values="place", description="where a rover is")
    domain.variable("energy", "rover", description="what is left in a rover's battery")
    domain.variable("load", "rover", description="the sample that a rover carries; None without one")
    domain.variable("calibrated", "rover", values=(True, False), description="whether its camera is ready")
    domain.variable("sample_at", "sample", description="a sample's place, or the rover that carries it")
    domain.variable("analysed", "sample", values=(True, False), description="whether the lander has had it")
    domain.variable("view_from", "target", values="place", description="from where a target can be seen")
    domain.variable("pictured", "target", values=(True, False), description="whether there is a picture")
    domain.variable("exits", "place", description="the places that corridors lead to, with the lengths")
    domain.variable(
        "gate", "place", "place", values=("open", "shut"), description="of a corridor, either way"
    )
    domain.variable("charger", "place", values=(True, False), description="whether there is a charger")
    domain.variable("lander", values="place", description="where samples are analysed and cameras calibrated")
    for operator in (drive, open_gate, charge, pick_up, hand_over, calibrate, picture):
        domain.add_operator(operator, agent=0, cost=drive_cost if operator is drive else 1)
    methods: dict[str, tuple[Callable[..., Any], ...]] = {
        "analyse": (nothing_to_analyse, bring, fetch),
        "photograph": (have_picture, take_picture),
        "reach": (stay, go, recharge, through_a_gate),
    }
    for task, functions in methods.items():
        for function in functions:
            domain.add_method(task, function)
    return domain


def drive(state: State, rover: Any, start: Any, end: Any) -> bool:
    """Drive through a corridor whose gate is open."""
    length = dict(state.exits[start]).get(end)
    if length is None or state.at[rover] != start or state.gate[start, end] != "open":
        return False
    if state.energy[rover] < length:
        return False
    state.energy[rover] -= length
    state.at[rover] = end
    return True


def drive_cost(state: State, rover: Any, start: Any, end: Any) -> float:
    """Gives the corridor's length."""
    return float(dict(state.exits[start])[end])


def open_gate(state: State, rover: Any, start: Any, end: Any) -> bool:
    """Open the gate of a corridor from the place before it."""
    if state.at[rover] != start or state.gate[start, end] != "shut":
        return False
    state.gate[start, end] = state.gate[end, start] = "open"
    return True


def charge(state: State, rover: Any) -> bool:
    """Fill the battery at a charger."""
    if not state.charger[state.at[rover]] or state.energy[rover] >= CAPACITY:
        return False
    state.energy[rover] = CAPACITY
    return True


def pick_up(state: State, rover: Any, sample: Any) -> bool:
    """Pick up a sample where the rover is, unless it carries one."""
    if state.sample_at[sample] != state.at[rover] or state.load[rover] is not None:
        return False
    if state.energy[rover] < SAMPLING_ENERGY:
        return False
    state.energy[rover] -= SAMPLING_ENERGY
    state.sample_at[sample] = rover
    state.load[rover] = sample
    return True


def hand_over(state: State, rover: Any, sample: Any) -> bool:
    """Give a sample to the lander."""
    if state.load[rover] != sample or state.at[rover] != state.lander:
        return False
    state.load[rover] = None
    state.sample_at[sample] = state.lander
    state.analysed[sample] = True
    return True


def calibrate(state: State, rover: Any) -> bool:
    """Make the camera ready at the lander."""
    if state.at[rover] != state.lander:
        return False
    state.calibrated[rover] = True
    return True


def picture(state: State, rover: Any, target: Any) -> bool:
    """Take a picture of a target from the place with a view of it; the camera must be made ready again."""
    if state.at[rover] != state.view_from[target] or not state.calibrated[rover]:
        return False
    state.pictured[target] = True
    state.calibrated[rover] = False
    return True


def nothing_to_analyse(state: State, sample: Any) -> list[Any] | None:
    """Leave a sample alone that was analysed."""
    return [] if state.analysed[sample] else None


def bring(state: State, sample: Any) -> list[Any] | None:
    """Bring a sample to the lander that a rover already carries."""
    rover = state.sample_at[sample]
    if state.analysed[sample] or state.load.get(rover) != sample:
        return None
    return [("reach", rover, state.lander), ("hand_over", rover, sample)]


def fetch(state: State, sample: Any) -> Iterator[list[Any]]:
    """Send an empty rover for a sample, the closest first."""
    place = state.sample_at[sample]
    if state.analysed[sample] or place in state.load:
        return
    for rover in _by_distance(state, place):
        if state.load[rover] is None:
            yield [
                ("reach", rover, place),
                ("pick_up", rover, sample),
                ("reach", rover, state.lander),
                ("hand_over", rover, sample),
            ]


def have_picture(state: State, target: Any) -> list[Any] | None:
    """Leave a target alone of which there is a picture."""
    return [] if state.pictured[target] else None


def take_picture(state: State, target: Any) -> Iterator[list[Any]]:
    """Send a rover whose camera is ready, the closest first; or else one that makes it ready before."""
    if state.pictured[target]:
        return
    rovers, view = _by_distance(state, state.view_from[target]), state.view_from[target]
    for rover in sorted(rovers, key=lambda rover: not state.calibrated[rover]):
        steps: list[Any] = [("reach", rover, view), ("picture", rover, target)]
        if not state.calibrated[rover]:
            steps = [("reach", rover, state.lander), ("calibrate", rover), *steps]
        yield steps


def stay(state: State, rover: Any, place: Any) -> list[Any] | None:
    """Stay where the rover shall be."""
    return [] if state.at[rover] == place else None


def go(state: State, rover: Any, place: Any) -> list[Any] | None:
    """Drive the shortest way through open gates, if the energy suffices and a charger is in reach then."""
    route = _safe_route(state, rover, place) if state.at[rover] != place else None
    return None if route is None else _drives(route, rover)


def recharge(state: State, rover: Any, place: Any) -> Iterator[list[Any]]:
    """Go on by a charger, if the energy does not suffice: from one charger only to closer ones."""
    here, far = state.at[rover], distances(state, place)
    if here == place or here not in far or _safe_route(state, rover, place) is not None:
        return
    reachable = distances(state, here)
    empty = state.energy[rover] < CAPACITY
    for charger in sorted(filter(state.charger.get, far), key=far.__getitem__):
        closer = far[charger] < far[here] or not state.charger[here]
        if reachable[charger] <= state.energy[rover] and (empty if charger == here else closer):
            route = shortest_route(state, here, charger) or []
            yield [*_drives(route, rover), ("charge", rover), ("reach", rover, place)]


def through_a_gate(state: State, rover: Any, place: Any) -> list[Any] | None:
    """Where there is no way through open gates, open the first gate on the shortest way of all."""
    here = state.at[rover]
    if here == place or shortest_route(state, here, place) is not None:
        return None
    route = shortest_route(state, here, place, shut_too=True) or []
    for start, end in pairwise(route):
        if state.gate[start, end] == "shut":
            return [("reach", rover, start), ("open_gate", rover, start, end), ("reach", rover, place)]
    return None


def _by_distance(state: State, place: Any) -> list[Any]:
    far = distances(state, place, shut_too=True)
    return sorted(state.at, key=lambda rover: far.get(state.at[rover], len(far) * max(LENGTHS)))


def _safe_route(state: State, rover: Any, place: Any) -> list[Any] | None:
    """Gives the shortest way if the energy suffices for it, for a sample, and for the way to a charger."""
    route = shortest_route(state, state.at[rover], place)
    if route is None:
        return None
    needed = sum(dict(state.exits[start])[end] for start, end in pairwise(route)) + SAMPLING_ENERGY
    if needed > state.energy[rover]:
        return None
    far = distances(state, place)
    onward = min((length for end, length in far.items() if state.charger[end]), default=CAPACITY + 1)
    return route if needed + onward <= state.energy[rover] else None


def _drives(route: list[Any], rover: Any) -> list[Any]:
    return [("drive", rover, start, end) for start, end in pairwise(route)]


def random_problem(size: int, seed: int) -> Problem:
    """Draws a site, and samples to analyse and targets to photograph, half of each.

    There are three places for each job and at least six, joined by corridors of length 1 to 3: a tree, and
    half as many more. One gate in five is shut. Every fourth place has a charger, the first is the lander,
    and there is a rover for every four jobs begun.

    Args:
        size: the number of samples and targets together.
        seed: of the draw.

    Raises:
        InputError: there would be nothing to do.
    """
    if size < 1:
        raise InputError(f"A rovers problem of size {size!r} has no jobs; ask for at least 1.")
    generator = random.Random(seed)
    places = [f"place_{number}" for number in range(max(6, PLACES_PER_JOB * size))]
    samples = [f"sample_{number}" for number in range((size + 1) // 2)]
    targets = [f"target_{number}" for number in range(size // 2)]
    rovers = [f"rover_{number}" for number in range(-(-size // JOBS_PER_ROVER))]
    corridors = _drawn_corridors(places, generator)
    exits: dict[str, list[tuple[str, int]]] = {place: [] for place in places}
    for (start, end), (length, _) in corridors.items():
        exits[start].append((end, length))
    state = make_domain().state(
        objects={"rover": rovers, "place": places, "sample": samples, "target": targets},
        at={rover: generator.choice(places[::CHARGED_PLACES]) for rover in rovers},
        energy=dict.fromkeys(rovers, CAPACITY),
        load=dict.fromkeys(rovers),
        calibrated=dict.fromkeys(rovers, False),
        sample_at={sample: generator.choice(places) for sample in samples},
        analysed=dict.fromkeys(samples, False),
        view_from={target: generator.choice(places) for target in targets},
        pictured=dict.fromkeys(targets, False),
        exits={place: tuple(ways) for place, ways in exits.items()},
        gate={ends: gate for ends, (_, gate) in corridors.items()},
        charger={place: number % CHARGED_PLACES == 0 for number, place in enumerate(places)},
        lander=places[0],
    )
    jobs = [Task("analyse", sample) for sample in samples]
    jobs += [Task("photograph", target) for target in targets]
    generator.shuffle(jobs)
    return Problem(state, jobs)


def _drawn_corridors(places: list[str], generator: random.Random) -> dict[tuple[str, str], tuple[int, str]]:
    """Draws corridors between places, each in both directions: its length and its gate."""
    corridors: dict[tuple[str, str], tuple[int, str]] = {}
    pairs = [(places[generator.randrange(max(0, i - 4), i)], places[i]) for i in range(1, len(places))]
    more = [tuple(generator.sample(places, 2)) for _ in range(len(places) // 2)]
    for start, end in [*pairs, *more]:
        if (start, end) not in corridors:
            gate = "shut" if generator.random() < SHUT_SHARE else "open"
            corridor = generator.choice(LENGTHS), gate
            corridors[start, end] = corridors[end, start] = corridor
    return corridors

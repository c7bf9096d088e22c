"""What stands beside the map: the episode, the orders, the robots, and what happened in the last step."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from planzoo.envs.simulation.scene import Bar, Colour, Field, Icon, Palette, Panel, Rectangle, Row, Text
from planzoo.envs.simulation.scene_parts import cut, happenings_panel
from planzoo.envs.warehouse import scene_marks
from planzoo.envs.warehouse.scene_floor import BOARDS
from planzoo.envs.warehouse.scene_style import REQUESTED, ROBOT, STATION, URGENT_REQUEST
from planzoo.envs.warehouse.scene_things import Order, Robot
from planzoo.envs.warehouse.scene_view import View
from planzoo.envs.warehouse.state import (
    EVENTS,
    ORDER_CANCELLED,
    ORDER_CHANGED,
    ORDER_COMPLETED,
    ORDER_EXPIRED,
    ORDER_TURNED_AWAY,
    ORDERS_LIST,
    ORDERS_QUEUE,
    ORDERS_STREAM,
    ROBOT_EVENTS,
)

PLAIN_COLUMNS, COLUMNS = 36, 48
"""Widths of the panels in characters, without and with options that rware lacks."""
LISTED_ORDERS, LISTED_ROBOTS, LISTED_STATIONS, LISTED_EVENTS = 10, 20, 6, 5
"""Most rows of the lists beside the map; larger fleets are summed up."""
NAMED_ROBOTS = 4
"""Most robots that an event names."""
_HAPPENINGS = dict(
    zip(
        EVENTS,
        (
            "slipped",
            "broke down",
            "works again",
            "ran out of power",
            "sees nothing",
            "is stuck",
            "An order arrived",
            "An order was completed",
            "An order expired",
            "An order was cancelled",
            "An order was changed",
            "An order was turned away",
            "An aisle was blocked",
            "An aisle was cleared",
            "The money is spent",
        ),
        strict=True,
    )
)


def columns_of(view: View) -> int:
    """Gives the width of the panels."""
    return PLAIN_COLUMNS if view.constants.plain else COLUMNS


def episode_panel(view: View) -> Panel:
    """Tells how the episode goes."""
    steps = int(view.state.steps[view.world])
    rows: list[Row] = [
        Field("Step", f"{steps} / {view.constants.max_steps}"),
        Field("Deliveries", str(view.deliveries), strong=True),
        *_order_counts(view),
        *_resources(view),
    ]
    return Panel("Episode", tuple(rows), columns_of(view))


def _order_counts(view: View) -> Iterable[Row]:
    constants, places = view.constants, view.state.orders.shape[1]
    if constants.order_kind != ORDERS_QUEUE or view.state.requests.shape[1] > places:
        done = str(view.count(ORDER_COMPLETED))
        if constants.order_kind == ORDERS_LIST:
            done += f" / {constants.order_count}"
        yield Field("Orders completed", done, strong=True)
    if constants.order_kind != ORDERS_QUEUE:
        yield Field("Orders open", f"{len(view.orders)} / {places}")
    losses = (
        ("expired", ORDER_EXPIRED, view.longest_time > 0),
        ("turned away", ORDER_TURNED_AWAY, constants.order_kind == ORDERS_STREAM),
        ("cancelled", ORDER_CANCELLED, constants.cancel_odds > 0),
        ("changed", ORDER_CHANGED, constants.change_odds > 0),
    )
    shown = [(name, view.count(event)) for name, event, possible in losses if possible]
    for pair in (shown[:2], shown[2:]):
        if pair:
            label = "Orders " + ", ".join(name for name, _ in pair)
            yield Field(label, ", ".join(str(count) for _, count in pair))


def _resources(view: View) -> Iterable[Row]:
    constants, world = view.constants, view.state.worlds[view.world]
    if constants.budget >= 0:
        share = float(world.money) / constants.budget if constants.budget else 0.0
        yield Bar("Money left", share, f"{float(world.money):.0f}", Palette.GREEN)
    if constants.tools > 0:
        yield Field("Tools at the cribs", f"{int(world.tools_left)} / {constants.tools}")
    if constants.packages > 0:
        left = list(view.packages.values())
        each = ", ".join(map(str, left)) if len(left) <= LISTED_STATIONS else f"{sum(left)} in all"
        yield Field("Packages at workstations", each)


def orders_panel(view: View) -> Panel:
    """Lists the open orders; where not all fit, those that are due first."""
    plain = not (view.longest_time or view.constants.priorities > 1)
    plain = plain and view.state.requests.shape[1] == view.state.orders.shape[1]
    orders = list(view.orders)
    if len(orders) > LISTED_ORDERS and view.longest_time:
        orders.sort(key=lambda order: order.fraction_left)
    describe: Callable[[View, Order], Row] = _request_row if plain else _order_row
    rows = cut([describe(view, order) for order in orders], LISTED_ORDERS)
    places = min(LISTED_ORDERS, view.state.orders.shape[1])
    rows += [Text("", colour=Palette.MUTED)] * (places - len(rows))
    return Panel("Requested" if plain else "Open orders", tuple(rows), columns_of(view))


def _request_row(view: View, order: Order) -> Row:
    (number,) = order.shelves
    shelf = view.shelves[number]
    where = f"row {shelf.row}, column {shelf.column}"
    if shelf.carrier is not None:
        where = f"on robot {shelf.carrier}"
    return Field(f"Shelf {number}", where, REQUESTED)


def _order_row(view: View, order: Order) -> Row:
    word = "Shelf" if len(order.shelves) == 1 else "Shelves"
    label = f"{word} {', '.join(map(str, order.shelves))}"
    if len(order.shelves) < order.size:
        label += f" (of {order.size})"
    facts = [f"worth {order.priority}"] if view.constants.priorities > 1 else []
    if order.time_left is not None:
        facts.append(f"{order.time_left} steps left" + (" !" if order.urgent else ""))
    return Field(label, ", ".join(facts), order_icon(order), strong=order.urgent)


def order_icon(order: Order) -> Icon:
    """Draws an order's time left on a requested shelf."""
    colour = URGENT_REQUEST if order.urgent else REQUESTED
    edge = Palette.INK if order.urgent else BOARDS[colour]
    square = Rectangle(0.05, 0.05, 0.9, 0.9, colour, 0.12, edge, 0.09 if order.urgent else 0.04)
    if order.time_left is None:
        return Icon((square,))
    return Icon((square, *scene_marks.clock((0.5, 0.5), 0.28, order.fraction_left)))


def robots_panel(view: View) -> Panel:
    """Lists the robots of a small fleet and sums a large one up."""
    if len(view.robots) > LISTED_ROBOTS:
        return Panel("Robots", tuple(_fleet_rows(view)), columns_of(view))
    return Panel("Robots", tuple(_robot_row(robot) for robot in view.robots), columns_of(view))


def _robot_row(robot: Robot) -> Row:
    value, colour = activity(robot)
    label = f"Robot {robot.number} at {robot.row}, {robot.column}"
    if robot.charge is None:
        return Field(label, value, ROBOT, colour)
    gauge = Icon(scene_marks.gauge((0.0, 0.28), 1.0, robot.charge, 0.44))
    return Field(f"{label} · {robot.charge:.0%}", value, gauge, colour)


def activity(robot: Robot) -> tuple[str, Colour]:
    """Says in a few words what a robot does or what keeps it from it, and in which colour."""
    ailments = (
        (robot.broken > 0, f"broken for {robot.broken} more"),
        (robot.dry, "out of power"),
        (robot.stuck, f"stuck for {robot.still} steps"),
        (robot.blind, "sees nothing"),
    )
    for ails, words in ailments:
        if ails:
            return words, Palette.VERMILLION
    return _work(robot)


def _work(robot: Robot) -> tuple[str, Colour]:
    loads = ", ".join(map(str, robot.loads))
    if robot.delivered:
        return f"delivered {_shelves(robot)} {loads}", STATION
    if robot.loads:
        verb = "brings" if robot.requested else "carries"
        together = "" if robot.partner is None else f" with {robot.partner}"
        return f"{verb} {_shelves(robot)} {loads}{together}", Palette.INK
    if robot.partner is not None:
        return f"helps robot {robot.partner}", Palette.INK
    if robot.charging:
        return "charges", Palette.INK
    return "empty", Palette.MUTED


def _shelves(robot: Robot) -> str:
    return "shelf" if len(robot.loads) == 1 else "shelves"


def _fleet_rows(view: View) -> Iterable[Row]:
    """Counts what the robots of a large fleet do."""
    robots, constants = view.robots, view.constants
    counts = (
        ("bring orders", sum(robot.requested for robot in robots), True),
        ("other loads", sum(bool(robot.loads) and not robot.requested for robot in robots), True),
        ("empty", sum(not robot.loads for robot in robots), True),
        ("charging", sum(robot.charging for robot in robots), view.has_batteries),
        ("out of power", sum(robot.dry for robot in robots), view.has_batteries),
        ("broken", sum(robot.broken > 0 for robot in robots), constants.breakdown_odds > 0),
        ("see nothing", sum(robot.blind for robot in robots), constants.dropout_odds > 0),
        ("stuck", sum(robot.stuck for robot in robots), True),
    )
    for words, count, possible in counts:
        if possible:
            yield Bar(words, count / len(robots), str(count), ROBOT)
    if view.has_batteries:
        charges = [robot.charge or 0.0 for robot in robots]
        mean = sum(charges) / len(charges)
        yield Bar("mean battery", mean, f"{mean:.0%}", Palette.GREEN)
        yield Bar("lowest battery", min(charges), f"{min(charges):.0%}", Palette.ORANGE)


def events_panel(view: View) -> Panel:
    """Tells what happened in the last step, in always as many lines."""
    return happenings_panel(_happenings(view), LISTED_EVENTS, columns_of(view))


def _happenings(view: View) -> Iterable[str]:
    delivered = [robot.number for robot in view.robots if robot.delivered]
    if delivered:
        yield f"{_names(delivered)} delivered"
    for event, words in enumerate(_HAPPENINGS.values()):
        if event >= ROBOT_EVENTS:
            if int(view.state.worlds.events[view.world]) >> event & 1:
                yield words
            continue
        robots = [robot.number for robot in view.robots if robot.events >> event & 1]
        if robots:
            plural = words.replace("works", "work").replace("sees", "see").replace("is ", "are ")
            yield f"{_names(robots)} {words if len(robots) == 1 else plural}"


def _names(robots: list[int]) -> str:
    if len(robots) > NAMED_ROBOTS:
        return f"{len(robots)} robots"
    return ("Robot " if len(robots) == 1 else "Robots ") + ", ".join(map(str, robots))

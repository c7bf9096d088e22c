"""Whether the numbers of a maze are in range, and fit each other and the text."""

from __future__ import annotations

from typing import Any, TypeAlias

from planzoo.errors import InputError

Params: TypeAlias = Any
"""A MazeParams, whose module imports this one."""

KINDS = ("perfect", "braided", "rooms", "caves", "text")
COORDINATIONS = ("none", "enabled", "forced", "roles")
OBSERVATIONS = ("window", "guided", "map")
MEMORIES = ("episode", "kept")

LEAST_SIDE, MOST_SIDE = 5, 200
"""Cells of a side of a generated maze; those in text may be as narrow as LEAST_TEXT_SIDE."""
LEAST_TEXT_SIDE = 2
MOST_CELLS = MOST_SIDE * MOST_SIDE
MOST_DOORS = 32
MOST_STEPS = 32000
"""When a cell was last seen is kept in int16."""
MOST_SECONDS = 3600.0
_WHOLE = {
    "agents": (1, 64),
    "exits": (1, MOST_CELLS),
    "safe_rooms": (0, MOST_CELLS),
    "hazards": (0, MOST_CELLS),
    "food": (0, MOST_CELLS),
    "water": (0, MOST_CELLS),
    "medicine": (0, MOST_CELLS),
    "doors": (0, MOST_CELLS),
    "sight": (1, 32),
    "hazard_sight": (0, 32),
    "view": (1, 16),
    "carried": (1, 1000),
    "share_range": (0, MOST_SIDE),
    "plan_slots": (1, 64),
    "minimum_participants": (1, 64),
    "response_steps": (1, MOST_STEPS),
    "proposal_pause": (0, MOST_STEPS),
    "history": (1, 10000),
    "memories": (1, 10000),
    "max_steps": (1, MOST_STEPS),
}
"""Least and most of every whole number."""
_SHARES = ("openness", "team_share")
_AMOUNTS = (
    *("hunger_rate", "thirst_rate", "move_energy", "rest_energy", "starvation", "regeneration"),
    *("hazard_damage", "food_gain", "water_gain", "medicine_gain"),
)
"""Units of needs, which are shares of 100."""
_REWARDS = ("escape_reward", "death_penalty", "step_cost", "exploration_reward", "plan_reward")
MOST_REWARD = 1e6
_CHOICES = {
    "kind": KINDS,
    "coordination": COORDINATIONS,
    "observation": OBSERVATIONS,
    "memory": MEMORIES,
}
_PLACED = ("safe_rooms", "hazards", "food", "water", "medicine", "exits")


def check_params(params: Params) -> None:
    """Checks every value.

    Raises:
        InputError: the first one that is out of range, contradicts another, or does not fit the maze.
    """
    _check_choices(params)
    _check_ranges(params)
    _check_options(params)
    _check_senses_and_plans(params)
    if params.kind == "text":
        _check_text(params)
    else:
        _check_generated(params)


def least_floor(height: int, width: int) -> int:
    """Counts the open cells that every generated maze of a size has at least.

    They are those of a perfect maze: cells with odd row and column, and one between any two that are joined.
    """
    return 2 * ((height - 1) // 2) * ((width - 1) // 2) - 1


def most_exits(height: int, width: int) -> int:
    """Counts the exits that every maze of a size has room for at its rim."""
    return (height - 1) // 2 + (width - 1) // 2


def most_doors(height: int, width: int) -> int:
    """Counts the doors that a maze may have: one for every four rooms of a perfect maze, but not too many."""
    return min(MOST_DOORS, ((height - 1) // 2) * ((width - 1) // 2) // 4)


def _check_choices(params: Params) -> None:
    for name, choices in _CHOICES.items():
        value = getattr(params, name)
        if not isinstance(value, str) or value not in choices:
            raise InputError(f"MazeParams.{name} {value!r} is unknown: choose one of {', '.join(choices)}.")


def _check_ranges(params: Params) -> None:
    least = LEAST_TEXT_SIDE if params.kind == "text" else LEAST_SIDE
    for name in ("height", "width"):
        _check_whole(name, getattr(params, name), least, MOST_SIDE)
    for name, (smallest, largest) in _WHOLE.items():
        _check_whole(name, getattr(params, name), smallest, largest)
    for name in _SHARES:
        _check_number(name, getattr(params, name), 1.0)
    for name in _AMOUNTS:
        _check_number(name, getattr(params, name), 100.0)
    for name in _REWARDS:
        _check_number(name, getattr(params, name), MOST_REWARD)
    _check_number("seconds_per_step", params.seconds_per_step, MOST_SECONDS)
    if params.seconds_per_step == 0:
        raise InputError("MazeParams.seconds_per_step is 0, so that plans would never end: give more than 0.")


def _check_options(params: Params) -> None:
    """Checks the fields that may be None, and the flags."""
    if params.maze_seed is not None:
        _check_whole("maze_seed", params.maze_seed, 0, 2**63 - 1)
    if params.message_range is not None:
        _check_whole("message_range", params.message_range, 0, MOST_SIDE)
    for name in ("together", "map_sharing"):
        if not isinstance(getattr(params, name), bool):
            raise InputError(f"MazeParams.{name} must be True or False, got {getattr(params, name)!r}.")


def _check_whole(name: str, value: Any, least: int, most: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        hint = _numpy_hint(value)
        raise InputError(
            f"MazeParams.{name} must be a whole number from {least} to {most}, got {value!r}{hint}."
        )


def _check_number(name: str, value: Any, most: float) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 <= value <= most:
        hint = _numpy_hint(value)
        raise InputError(f"MazeParams.{name} must be a number from 0 to {most:g}, got {value!r}{hint}.")


def _numpy_hint(value: Any) -> str:
    return ", which is NumPy's: turn it into a plain number with .item()" if hasattr(value, "item") else ""


def _check_senses_and_plans(params: Params) -> None:
    if params.hazard_sight > params.sight:
        raise InputError(
            f"MazeParams.hazard_sight is {params.hazard_sight}, further than the {params.sight} cells of "
            "sight: make it smaller."
        )
    if params.coordination != "none" and params.minimum_participants > params.agents:
        raise InputError(
            f"MazeParams.minimum_participants is {params.minimum_participants}, but there are only "
            f"{params.agents} agents: use more agents, a smaller minimum or coordination='none'."
        )
    if params.coordination != "none" and params.history < params.plan_slots:
        raise InputError(
            f"MazeParams.history is {params.history}, but the plans of {params.plan_slots} plan_slots may "
            f"end in one step: make it at least {params.plan_slots}, use fewer slots or coordination='none'."
        )


def _check_generated(params: Params) -> None:
    if params.text is not None:
        raise InputError(
            f"MazeParams.text is given, but kind is {params.kind!r}: use kind='text' or leave the text out."
        )
    size = params.height, params.width
    for name, most in (("exits", most_exits(*size)), ("doors", most_doors(*size))):
        if getattr(params, name) > most:
            raise InputError(
                f"MazeParams.{name} is {getattr(params, name)}, but a maze of {size[0]} x {size[1]} cells "
                f"has room for {most}: use fewer {name} or a larger maze."
            )
    placed = sum(getattr(params, name) for name in _PLACED) + 2 * params.doors
    if placed >= least_floor(*size):
        raise InputError(
            f"MazeParams asks for {placed} cells with exits, safe rooms, hazards, supplies, doors and keys, "
            f"but a maze of {size[0]} x {size[1]} cells may have only {least_floor(*size)} open ones, one of "
            "them to start from: use fewer or a larger maze."
        )


def _check_text(params: Params) -> None:
    if not isinstance(params.text, str):
        raise InputError(
            f"MazeParams.kind is 'text', but text is {params.text!r}: give the maze as text, or read a file "
            "with MazeParams.from_file."
        )
    if params.maze_seed is not None:
        raise InputError(
            "MazeParams.maze_seed is given, but a maze in text is the same in all episodes anyway: "
            "leave the seed out."
        )
    maze = params.text_maze
    if maze.codes.shape != (params.height, params.width):
        height, width = maze.codes.shape
        raise InputError(
            f"MazeParams.height and width are {params.height} and {params.width}, but the text has {height} "
            f"lines of {width} cells: give these, or use MazeParams.from_text."
        )
    maze.start_cells(params.agents)

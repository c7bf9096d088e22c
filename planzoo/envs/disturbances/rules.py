"""What disturbs an environment, and how often: rules as an object, and as data for configuration files."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from numpy.random import Generator

from planzoo.envs.disturbances.kinds import KINDS, OF_AGENTS
from planzoo.errors import InputError

WorldEvent = Callable[[Any, int, Generator], None]
"""Changes a world: called with the environment (of PlanZoo's the simulator), the world's number (0 for a
single one) and a generator of its own."""
DROPOUTS = ("zeros", "last")
"""What is observed while the sensors are out."""


@dataclass(frozen=True)
class Scheduled:
    """A disturbance that strikes in every episode.

    Attributes:
        step: in which it strikes, from 0 on.
        kind: one of :data:`~planzoo.envs.disturbances.kinds.KINDS`, but for ``model_error``.
        agent: the number of the agent that it strikes; None for all of them.
        steps: how long a stoppage lasts; None for what the rules say.

    Raises:
        InputError: naming what cannot be.
    """

    step: int
    kind: str
    agent: int | None = None
    steps: int | None = None

    def __post_init__(self) -> None:
        scheduled = [kind for kind in KINDS if kind != "model_error"]
        if self.kind not in scheduled:
            raise InputError(f"A schedule has no kind {self.kind!r}; its kinds are {', '.join(scheduled)}.")
        for name, least in (("step", 0), ("agent", 0), ("steps", 1)):
            value = getattr(self, name)
            optional = name != "step" and value is None
            if not optional and not _is_count(value, least):
                raise InputError(
                    f"{name} of a scheduled {self.kind} is {value!r}; it must be a whole number, "
                    f"at least {least}."
                )
        if self.agent is not None and KINDS.index(self.kind) >= OF_AGENTS:
            raise InputError(f"A scheduled {self.kind} strikes the world as a whole; leave 'agent' out.")


@dataclass(frozen=True)
class DisturbanceRules:
    """Disturbances with their rates, which are probabilities a step.

    Attributes:
        action_failure: that an agent's action is not carried out.
        slip: that another action, drawn among those that are allowed, is carried out instead of an agent's.
        stoppage: that an agent can do nothing for some steps.
        stoppage_steps: how many.
        model_error: of how many actions planners think too well: each action number of each agent fails with
            a probability of its own, drawn once an episode from Beta(mean, 1 - mean): most hardly ever, few
            nearly always.
        lasting: whether these probabilities are the same in all episodes, so that they can be learnt.
        sensor_dropout: that an agent's observation is lost in a step; masks stay.
        dropout: what is observed then: ``zeros``, or the ``last`` observation that was not lost.
        event: that something happens in the world, see ``on_event``.
        goal_change: that what is wanted changes, see ``on_goal_change``.
        seed: of all of this; the environment's own chance is apart from it.
        idle: the action that stands for one that is not carried out: a number, or the entries of a Box;
            PlanZoo's environments have their own.
        schedule: disturbances that strike in every episode, beside those that are drawn.
        on_event: what happens; None for what the scenario has ready.
        on_goal_change: likewise.

    Raises:
        InputError: naming what cannot be.
    """

    action_failure: float = 0.0
    slip: float = 0.0
    stoppage: float = 0.0
    stoppage_steps: int = 5
    model_error: float = 0.0
    lasting: bool = False
    sensor_dropout: float = 0.0
    dropout: str = "zeros"
    event: float = 0.0
    goal_change: float = 0.0
    seed: int = 0
    idle: int | tuple[float, ...] | None = None
    schedule: tuple[Scheduled, ...] = ()
    on_event: WorldEvent | None = None
    on_goal_change: WorldEvent | None = None

    def __post_init__(self) -> None:
        for kind in KINDS:
            rate = getattr(self, kind)
            numeric = isinstance(rate, int | float) and not isinstance(rate, bool)
            if not numeric or not (math.isfinite(rate) and 0 <= rate <= 1):
                raise InputError(f"{kind} is a probability, from 0 to 1, but is {rate!r}.")
        for name, least in (("stoppage_steps", 1), ("seed", 0)):
            value = getattr(self, name)
            if not _is_count(value, least):
                raise InputError(f"{name} is {value!r}; it must be a whole number, at least {least}.")
        if self.dropout not in DROPOUTS:
            raise InputError(f"dropout is {self.dropout!r}; choose one of {', '.join(DROPOUTS)}.")

    @property
    def rates(self) -> dict[str, float]:
        """The rate of each kind."""
        return {kind: float(getattr(self, kind)) for kind in KINDS}

    @property
    def calm(self) -> bool:
        """Whether nothing can ever strike."""
        return not self.schedule and not any(self.rates.values())

    def strikes(self, kind: str) -> bool:
        """Says whether a kind can strike at all."""
        return self.rates[kind] > 0 or any(each.kind == kind for each in self.schedule)

    @classmethod
    def from_data(cls, data: Any) -> DisturbanceRules:
        """Reads rules from what a YAML file has: rates by name, and ``schedule``, a list of mappings.

        Raises:
            InputError: naming the key that is unknown or missing, or what cannot be its value.
        """
        known = [field.name for field in fields(cls) if not field.name.startswith("on_")]
        given = _checked(data, known, "disturbances")
        schedule = given.get("schedule", ())
        if not isinstance(schedule, list | tuple):
            raise InputError(f"schedule is {schedule!r}; it must be a list.")
        names = [field.name for field in fields(Scheduled)]
        entries = [_checked(each, names, f"entry {n} of the schedule") for n, each in enumerate(schedule, 1)]
        for number, entry in enumerate(entries, 1):
            for name in ("step", "kind"):
                if name not in entry:
                    raise InputError(f"entry {number} of the schedule lacks the key {name!r}.")
        given["schedule"] = tuple(Scheduled(**entry) for entry in entries)
        if isinstance(given.get("idle"), list):
            given["idle"] = tuple(given["idle"])
        return cls(**given)

    def to_data(self) -> dict[str, Any]:
        """Gives the rules as a YAML file may have them; :meth:`from_data` reads them back.

        Raises:
            InputError: a function says what happens.
        """
        if self.on_event is not None or self.on_goal_change is not None:
            raise InputError("Rules in which a function says what happens cannot be written as data.")
        data = {name: value for name, value in asdict(self).items() if not name.startswith("on_")}
        data["schedule"] = [asdict(each) for each in self.schedule]
        data["idle"] = list(self.idle) if isinstance(self.idle, tuple) else self.idle
        return data


def _is_count(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _checked(data: Any, known: list[str], what: str) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        raise InputError(f"{what} must map names to values, but is {data!r}.")
    for key in data:
        if key not in known:
            raise InputError(f"{what} has the unknown key {key!r}; there are {', '.join(known)}.")
    return dict(data)

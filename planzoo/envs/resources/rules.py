"""What a wrapper enforces and a planner reads: resources, and what every action takes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource, ResourceType, amount_of, resources_by_name
from planzoo.envs.resources.rules_data import read_fields, write_fields
from planzoo.errors import InputError

EVERY_ACTION = "*"
"""Stands in ``uses`` for every action but the idle one."""

CostFunction = Callable[[Any, Any], Any]
"""Gives for an observation and an action the amounts taken: by name, or an array (R,)."""


class Violation(StrEnum):
    """What becomes of an action whose amounts are not left."""

    MASK = "mask"
    """It is False in the action mask and, if taken all the same, replaced by the idle action."""
    PENALIZE = "penalize"
    """It is carried out, the amount left goes below 0, and what is overdrawn lowers the reward."""
    END = "end"
    """It is replaced by the idle action, and the episode ends for all."""


class ActionAmounts(NamedTuple):
    """What every action takes and makes. A = actions, R = resources.

    Attributes:
        taken: float64 (A, R), all that it takes, whenever it does.
        returned: float64 (A, R), what of that comes back: reusable resources and deposits.
        made_first: float64 (A, R), made when the action starts.
        made_last: float64 (A, R), made when it ends.
    """

    taken: NDArray[np.float64]
    returned: NDArray[np.float64]
    made_first: NDArray[np.float64]
    made_last: NDArray[np.float64]


@dataclass(frozen=True)
class ResourceRules:
    """Resources of an environment and the rules by which agents use them.

    Agents act in their order. All that an action takes, at its start, at its end or for its duration, is set
    aside when its agent's turn comes, so that later agents find what is left; where that is not enough,
    ``violation`` says what happens. What an action makes at its ``start`` is there for the agents after it;
    what it makes at its ``end`` is there for the next step. After the environment's step deposits come back,
    reusable resources that were held long enough too, and then producible resources refill. Nothing grows
    beyond its capacity: what does not fit is not made. An action that the environment's own mask forbids
    does nothing, and takes nothing.

    Attributes:
        resources: what there is a finite amount of.
        uses: for an action's number the requirements of one agent that takes it; ``"*"`` stands for every
            action but the idle one, in addition to its own. Or a function of an observation and an action
            that gives the amounts taken, by name or as an array (R,), none negative; with a method
            ``for_all(observation)`` that gives those of all actions, (A, R), it can be masked too. In vector
            environments functions get and give batches: observations (B, …) and actions (B, …) to (B, R), or
            (B, N, R) for N agents; ``for_all`` gives (B, A, R) or (B, N, A, R).
        private: names of the resources of which every agent has its own amount; others are the team's.
        refill: for producible resources the amount that comes back by itself in each step.
        deadline: steps after which the episode is truncated; None = never.
        violation: ``"mask"``, ``"penalize"`` or ``"end"``, see :class:`Violation`.
        penalty: what each missing unit takes from the reward of the agent that asked for it: overdrawn where
            actions are carried out, refused where they are not; 0 or more. ``"mask"`` has no penalty.
        idle: the action that stands for a blocked one; it may take nothing. None is for PlanZoo's own
            environments, which know no action at all. For actions in a box a tuple of numbers.
        hold: for how many steps a reusable resource is held, by name; 1, while the step lasts, if not told.
        observed: whether remaining amounts are appended to observations: an amount as a share of the
            capacity, of the initial amount where the capacity is unbounded, or as it is where that is 0; in
            the order of ``resources``, then the share of time left if there is a deadline.

    Raises:
        InputError: naming the resource, action or rule that cannot be.
    """

    resources: tuple[Resource, ...]
    uses: Mapping[int | str, Sequence[ResourceRequirement]] | CostFunction
    private: tuple[str, ...] = ()
    refill: Mapping[str, float] = field(default_factory=dict)
    deadline: int | None = None
    violation: str = Violation.MASK
    penalty: float = 0.0
    idle: int | tuple[float, ...] | None = None
    hold: Mapping[str, int] = field(default_factory=dict)
    observed: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "resources", tuple(self.resources))
        known = resources_by_name(self.resources)
        if not known and self.deadline is None:
            raise InputError("The rules have neither a resource nor a deadline; give one of them.")
        private = (self.private,) if isinstance(self.private, str) else tuple(self.private)
        self._check_names("private", private, known)
        object.__setattr__(self, "private", private)
        self._check_violation()
        self._check_refill(known)
        self._check_hold(known)
        object.__setattr__(self, "penalty", amount_of(self.penalty, "the penalty"))
        _check_deadline(self.deadline)
        if not callable(self.uses):
            object.__setattr__(self, "uses", _checked_uses(self.uses))
            self._check_requirements(known)
        elif self.violation is Violation.MASK and not hasattr(self.uses, "for_all"):
            raise InputError(
                "A function that gives the costs of one action cannot mask the others; give it a method "
                "for_all(observation) or choose violation='penalize' or 'end'."
            )

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ResourceRules:
        """Reads rules from what a YAML file has, see :func:`~planzoo.envs.resources.rules_data.read_fields`.

        Raises:
            InputError: naming the key that is unknown or missing, or the value that cannot be.
        """
        return cls(**read_fields(cls, data))

    def to_data(self) -> dict[str, Any]:
        """Gives the rules as plain dicts, lists and numbers; :meth:`from_data` reads them back.

        Raises:
            InputError: a function gives the costs.
        """
        return write_fields(self)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The resources' names, in their order."""
        return tuple(resource.name for resource in self.resources)

    @property
    def has_function(self) -> bool:
        """Whether costs are given by a function."""
        return callable(self.uses)

    @property
    def columns(self) -> int:
        """How many numbers observations show: R, and one more for a deadline."""
        return len(self.resources) + (self.deadline is not None)

    @cached_property
    def limits(self) -> NDArray[np.float64]:
        """The most of each resource that there ever is, float64 (R,); infinite where nothing bounds it."""
        return np.array([_limit(resource) for resource in self.resources], dtype=np.float64)

    @cached_property
    def scales(self) -> NDArray[np.float64]:
        """What observed amounts are divided by, float64 (R,)."""
        capacities = [resource.capacity for resource in self.resources]
        bounded = [capacity if capacity and np.isfinite(capacity) else 0.0 for capacity in capacities]
        initial = [resource.initial_amount for resource in self.resources]
        return np.array([a or b or 1.0 for a, b in zip(bounded, initial, strict=True)], dtype=np.float64)

    def requirements_of(self, action: int) -> tuple[ResourceRequirement, ...]:
        """Gives what an agent's action takes and makes.

        Raises:
            InputError: a function gives the costs.
        """
        if callable(self.uses):
            raise InputError("The costs are given by a function; call it with an observation and an action.")
        common = () if action == self.idle else self.uses.get(EVERY_ACTION, ())
        return (*common, *self.uses.get(action, ()))

    def amounts(self, num_actions: int) -> ActionAmounts:
        """Gives what the actions 0 to A - 1 take and make.

        Raises:
            InputError: a function gives the costs, or ``uses`` has an action outside of the space.
        """
        known = resources_by_name(self.resources)
        self.check_actions(range(num_actions))
        amounts = ActionAmounts(*np.zeros((4, num_actions, len(known)), dtype=np.float64))
        for action in range(num_actions):
            for requirement in self.requirements_of(action):
                _add(amounts, action, requirement, known)
        return amounts

    def check_actions(self, actions: range) -> None:
        """Makes sure that an environment with these actions has all that the rules speak of.

        Raises:
            InputError: naming the action that it lacks.
        """
        keys = [] if callable(self.uses) else [action for action in self.uses if action != EVERY_ACTION]
        for what, action in [*(("uses", key) for key in keys), ("idle", self.idle)]:
            if isinstance(action, int) and action not in actions:
                raise InputError(
                    f"{what} names action {action}, but the environment's actions are {actions.start} to "
                    f"{actions.stop - 1}."
                )

    def levels_of(self, observation: ArrayLike, after: int = 0) -> NDArray[np.float64]:
        """Reads the remaining amounts from what agents observe.

        Args:
            observation: one agent's vector, or several, (…, D).
            after: how many numbers other wrappers have appended after those of these rules.

        Returns:
            float64 (…, R), in the resources' units, as exact as float32 is.

        Raises:
            InputError: the rules do not let amounts be observed.
        """
        if not self.observed:
            raise InputError("These rules show no amounts; set observed=True.")
        shown = np.asarray(observation, dtype=np.float64)
        start = shown.shape[-1] - after - self.columns
        return shown[..., start : start + len(self.resources)] * self.scales

    def time_left(self, observation: ArrayLike, after: int = 0) -> NDArray[np.float64]:
        """Reads the remaining steps, float64 (…,), from what agents observe; infinite without a deadline.

        Args:
            observation: see :meth:`levels_of`.
            after: see :meth:`levels_of`.
        """
        shown = np.asarray(observation, dtype=np.float64)
        if self.deadline is None:
            return np.full(shown.shape[:-1], np.inf)
        return np.rint(shown[..., shown.shape[-1] - after - 1] * self.deadline)

    def _check_names(self, what: str, names: Iterable[str], known: Mapping[str, Resource]) -> None:
        for name in names:
            if name not in known:
                there = ", ".join(map(repr, known)) or "none"
                raise InputError(f"{what} names the unknown resource {name!r}; there are {there}.")

    def _check_violation(self) -> None:
        if self.violation not in list(Violation):
            choices = ", ".join(f"'{choice}'" for choice in Violation)
            raise InputError(f"violation={self.violation!r} is unknown; choose one of {choices}.")
        object.__setattr__(self, "violation", Violation(self.violation))

    def _check_refill(self, known: Mapping[str, Resource]) -> None:
        self._check_names("refill", self.refill, known)
        refill = {name: amount_of(amount, f"the refill of {name!r}") for name, amount in self.refill.items()}
        for name in refill:
            if known[name].resource_type is not ResourceType.PRODUCIBLE:
                raise InputError(
                    f"refill names {name!r}, which is {known[name].resource_type.value}; make it producible."
                )
        object.__setattr__(self, "refill", refill)

    def _check_hold(self, known: Mapping[str, Resource]) -> None:
        self._check_names("hold", self.hold, known)
        for name, steps in self.hold.items():
            if not known[name].is_reusable:
                raise InputError(
                    f"hold names {name!r}, which is {known[name].resource_type.value}; only reusable "
                    "resources are held."
                )
            if not _is_count(steps):
                raise InputError(f"hold[{name!r}] is {steps!r}; it must be a number of steps of at least 1.")
        object.__setattr__(self, "hold", dict(self.hold))

    def _check_requirements(self, known: Mapping[str, Resource]) -> None:
        assert not callable(self.uses)
        for action, own in self.uses.items():
            owner = "every action" if action == EVERY_ACTION else f"action {action}"
            for requirement in own:
                requirement.check(known, owner)
            if action == self.idle and any(not requirement.produces for requirement in own):
                raise InputError(
                    f"idle is action {action}, which requires {own[0].resource!r}; choose an action that "
                    "takes nothing."
                )
            total = own if action == EVERY_ACTION else self.requirements_of(int(action))
            self._check_total(owner, total, known)

    def _check_total(
        self, owner: str, requirements: Sequence[ResourceRequirement], known: Mapping[str, Resource]
    ) -> None:
        for name, resource in known.items():
            total = sum(each.amount for each in requirements if each.resource == name and not each.produces)
            if total > _limit(resource):
                raise InputError(
                    f"{owner} requires {total:g} of {name!r}, but there are never more than "
                    f"{_limit(resource):g}; raise what there is or lower the requirement."
                )


def _limit(resource: Resource) -> float:
    """Without calendars only what is producible ever grows; a capacity says that there may be more."""
    grows = resource.resource_type is ResourceType.PRODUCIBLE or resource.capacity is not None
    return resource.limit if grows else resource.initial_amount


def _is_count(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and int(value) >= 1


def _check_deadline(deadline: Any) -> None:
    if deadline is not None and not _is_count(deadline):
        raise InputError(f"deadline is {deadline!r}; it must be a number of steps of at least 1, or None.")


def _checked_uses(uses: Any) -> dict[int | str, tuple[ResourceRequirement, ...]]:
    if not isinstance(uses, Mapping):
        raise InputError(f"uses maps actions to requirements, or is a function; got {uses!r}.")
    table: dict[int | str, tuple[ResourceRequirement, ...]] = {}
    for action, own in uses.items():
        number = isinstance(action, int | np.integer) and not isinstance(action, bool)
        if not number and action != EVERY_ACTION:
            raise InputError(f"uses names action {action!r}; actions are numbers, or '*' for every action.")
        if not isinstance(own, Sequence) or not all(isinstance(each, ResourceRequirement) for each in own):
            raise InputError(f"uses[{action!r}] is {own!r}; give a list of ResourceRequirement.")
        table[int(action) if number else EVERY_ACTION] = tuple(own)
    return table


def _add(
    amounts: ActionAmounts, action: int, requirement: ResourceRequirement, known: Mapping[str, Resource]
) -> None:
    column = list(known).index(requirement.resource)
    first, last = requirement.changes(known[requirement.resource])
    if requirement.produces:
        amounts.made_first[action, column] += first
        amounts.made_last[action, column] += last
        return
    amounts.taken[action, column] += requirement.amount
    amounts.returned[action, column] += max(last, 0.0)

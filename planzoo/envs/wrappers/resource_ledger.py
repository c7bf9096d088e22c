"""A ledger of resources: what the wrappers of every kind of environment share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.accounts.arrays import (
    BLOCK,
    GIVES_LAST,
    HOLD,
    MADE_FIRST,
    MADE_LAST,
    MAKES_FIRST,
    NOWHERE,
    POOR,
    PRIVATE,
    RETURNED,
    RUNNING,
    TAKEN,
    TERMINATED,
    TRUNCATED,
    UNMASKED,
    UNSHOWN,
    Books,
    Terms,
    new_accounts,
)
from planzoo.envs.accounts.settling import open_worlds, report, settle
from planzoo.envs.accounts.showing import narrow
from planzoo.envs.accounts.taking import take
from planzoo.envs.resources.rules import ResourceRules, Violation
from planzoo.envs.simulation.actions import NO_ACTION
from planzoo.envs.simulation.kernel import call
from planzoo.errors import InputError

TOLERANCE = 1e-12
"""Differences below this share of the largest amount are rounding."""
Facts = dict[str, NDArray[Any]]
"""A column (n,) for each name."""


class ResourceLedger:
    """Keeps the resources of B worlds of N agents in arrays that each step rewrites.

    A step of the environment is :meth:`take`, the environment's own step, :meth:`settle`.

    Args:
        rules: what is enforced.
        num_worlds: B.
        num_agents: N.
        num_actions: A; None where actions have no numbers, and so costs come from a function.

    Raises:
        InputError: the rules name an action outside of the space, or give costs by number where actions have
            none.
    """

    def __init__(
        self, rules: ResourceRules, num_worlds: int, num_agents: int, num_actions: int | None
    ) -> None:
        self.rules = rules
        self.num_worlds, self.num_agents = num_worlds, num_agents
        self.num_actions = 1 if num_actions is None else num_actions
        if num_actions is None and not rules.has_function:
            raise InputError("The environment's actions are not numbered; give the costs by a function.")
        if num_actions is not None:
            rules.check_actions(range(num_actions))
        self.narrows = rules.violation is Violation.MASK
        """Whether the rules change action masks."""
        self.gives_all = rules.has_function and num_actions is not None and hasattr(rules.uses, "for_all")
        self.asks = rules.has_function and not self.gives_all
        """Whether a function gives each step's costs, of the actions that were chosen."""
        self.terms = _terms(rules, _prices(self), self.gives_all, self.num_actions)
        count, slots = len(rules.resources), int(max([1, *rules.hold.values()]))
        self.accounts = new_accounts(count, slots, num_agents, num_worlds)
        self.violated = 0
        """How many actions of the last step asked for more than was left."""
        self._fact_names = [f"left_{name}" for name in rules.names]
        self._report = np.zeros((count, num_worlds), dtype=np.float64)
        self._report_violations = np.zeros(num_worlds, dtype=np.int64)
        self._everywhere = (0, num_worlds)
        self._no_rest = np.zeros(num_worlds, dtype=np.bool_)
        self._no_leave = np.zeros((num_worlds, num_agents), dtype=np.bool_)
        self.open(np.arange(num_worlds))

    def books(
        self,
        resting: NDArray[np.bool_] | None = None,
        inactive: NDArray[np.bool_] | None = None,
        allowed: NDArray[np.bool_] = UNMASKED,
        masks: NDArray[np.bool_] = UNMASKED,
        shown: NDArray[np.float32] | None = None,
        column: int = NOWHERE,
    ) -> Books:
        """Puts beside the accounts what a step reads and writes; see :class:`Books`."""
        return Books(
            self.terms,
            self.accounts,
            self._no_rest if resting is None else resting,
            self._no_leave if inactive is None else inactive,
            allowed,
            masks,
            UNSHOWN if shown is None else shown,
            column,
        )

    def open(
        self, worlds: NDArray[np.int64], shown: NDArray[np.float32] | None = None, column: int = NOWHERE
    ) -> None:
        """Begins episodes.

        Args:
            worlds: int64 (n,).
            shown: float32 (B, N, D), observations into which the amounts are written.
            column: where in them.
        """
        call(open_worlds, self.books(shown=shown, column=column), worlds)

    def take(
        self,
        actions: NDArray[np.int64],
        masks: NDArray[np.bool_],
        inactive: NDArray[np.bool_],
        resting: NDArray[np.bool_],
    ) -> int:
        """Takes what actions need; see :func:`~planzoo.envs.accounts.taking.take`.

        Args:
            actions: int64 (B, N); blocked ones are replaced.
            masks: bool (B, N, A), what the environment allows.
            inactive: bool (B, N), agents that act no more.
            resting: bool (B,), worlds that play no step now.
        """
        self.violated = call(take, self.books(resting, inactive, masks), actions, self._everywhere)
        return self.violated

    def settle(
        self,
        resting: NDArray[np.bool_],
        autoreset: bool,
        shown: NDArray[np.float32] | None = None,
        column: int = NOWHERE,
    ) -> int:
        """Ends the step; see :func:`~planzoo.envs.accounts.settling.settle`.

        Args:
            resting: bool (B,), worlds that have played no step.
            autoreset: whether these have begun a new episode instead.
            shown: float32 (B, N, D), observations into which the amounts are written.
            column: where in them.
        """
        ended: int = call(
            settle, self.books(resting, shown=shown, column=column), autoreset, self._everywhere
        )
        return ended

    @property
    def narrows_now(self) -> bool:
        """Whether the rules change any world's action masks now."""
        return self.narrows and bool(self.accounts.tally[POOR, ::BLOCK].any())

    def narrow(self, masks: NDArray[np.bool_], allowed: NDArray[np.bool_] | None = None) -> None:
        """Takes from masks what cannot be afforded, if the rules mask at all.

        Args:
            masks: bool (B, N, A); changed.
            allowed: another array with the same values, which spares a copy.
        """
        if self.narrows_now:
            allowed = masks.copy() if allowed is None else allowed
            call(narrow, self.books(allowed=allowed, masks=masks), self._everywhere)

    @property
    def terminated(self) -> NDArray[np.bool_]:
        """Bool (B,), where a violation has ended the episode."""
        return self.accounts.over == TERMINATED

    @property
    def truncated(self) -> NDArray[np.bool_]:
        """Bool (B,), where the deadline has ended the episode."""
        return self.accounts.over == TRUNCATED

    @property
    def over(self) -> NDArray[np.bool_]:
        """Bool (B,), where the rules have ended the episode."""
        return self.accounts.over != RUNNING

    def fines(self) -> NDArray[np.float64] | None:
        """Gives what the last step's violations take from rewards, float64 (B, N); None = nothing."""
        if not self.violated or self.rules.penalty == 0 or self.narrows:
            return None
        fines: NDArray[np.float64] = self.rules.penalty * self.accounts.missing.sum(axis=0).T
        return fines

    def facts(self, ended: NDArray[np.bool_], copy: bool = True) -> Facts:
        """Gives for episodes that ended what is left of each resource, of all agents together.

        Args:
            ended: bool (B,), where.
            copy: whether to give fresh arrays; without, the next call overwrites them.

        Returns:
            ``left_<name>`` float64 (B,) for each resource and ``violations`` int64 (B,); 0 where no episode
            ended.
        """
        left, violations = self._report, self._report_violations
        if copy:
            left, violations = np.empty_like(left), np.empty_like(violations)
        call(report, self.terms, self.accounts, ended, left, violations)
        facts: Facts = {name: left[row] for row, name in enumerate(self._fact_names)}
        facts["violations"] = violations
        return facts

    def clear(self, worlds: NDArray[np.int64]) -> None:
        """Forgets the violations of the last step in some worlds, int64 (n,), which begin anew."""
        self.accounts.missing[:, :, worlds] = 0.0
        self.accounts.short[:, worlds] = False

    def left_of(self, agent: int | None = None, world: int = 0) -> dict[str, Any]:
        """Gives what is left in one world by name: of the team, or what one agent sees.

        Args:
            agent: the agent's number; None gives a list of all agents' amounts where they are private.
            world: which world.
        """
        found: dict[str, Any] = {}
        for row, name in enumerate(self.rules.names):
            left, is_private = self.accounts.left[row, :, world], name in self.rules.private
            if is_private and agent is None and self.num_agents > 1:
                found[name] = left.tolist()
            else:
                found[name] = float(left[(agent or 0) if is_private else 0])
        return found

    def violations_of(
        self, agents: Sequence[str], number: int | None = None, world: int = 0
    ) -> list[dict[str, Any]]:
        """Lists what was refused or overdrawn in the last step of one world.

        Args:
            agents: the agents' names.
            number: lists only that agent's.
            world: which world.

        Returns:
            For each ``agent``, ``resource``, ``amount`` that was missing, and what was ``left``.
        """
        if not self.violated:
            return []
        found = []
        for agent, row in np.argwhere(self.accounts.missing[:, :, world].T > 0).tolist():
            if number is not None and number != agent:
                continue
            found.append(
                {
                    "agent": agents[agent],
                    "resource": self.rules.names[row],
                    "amount": float(self.accounts.missing[row, agent, world]),
                    "left": float(self.accounts.found[row, agent, world]),
                }
            )
        return found

    def quote(self, amounts: Any) -> None:
        """Sets the prices that a function has given for the coming step.

        Args:
            amounts: by name, each (…), or an array (…, R): for B worlds of N agents, and where the function
                gives those of all actions for A; axes of length 1 may be left out.

        Raises:
            InputError: another shape, an unknown name, or an amount that is negative or not finite.
        """
        names = self.rules.names
        if isinstance(amounts, Mapping):
            for name in amounts:
                if name not in names:
                    raise InputError(f"The cost function names the unknown resource {name!r}.")
            amounts = np.stack(np.broadcast_arrays(*(amounts.get(name, 0.0) for name in names)), axis=-1)
        array = np.asarray(amounts, dtype=np.float64)
        count = len(names)
        lead = [self.num_worlds, self.num_agents, *([self.num_actions] if self.gives_all else []), count]
        if [axis for axis in array.shape if axis != 1] != [axis for axis in lead if axis != 1]:
            raise InputError(
                f"The cost function gave amounts of shape {array.shape}; expected {tuple(lead)}, where axes "
                "of length 1 may be left out."
            )
        if not (np.isfinite(array).all() and (array >= 0).all()):
            raise InputError(
                f"The cost function gave {array.min():g} as an amount of {_worst(array, names)!r}; amounts "
                "are finite numbers of at least 0."
            )
        rows = array.reshape(-1, count).T
        self.terms.prices[TAKEN, :, 1:] = rows
        self.terms.prices[RETURNED, :, 1:] = np.where(self.terms.traits[HOLD, :, None] > 0, rows, 0.0)


def _worst(array: NDArray[np.float64], names: Sequence[str]) -> str:
    wrong = (~np.isfinite(array) | (array < 0)).reshape(-1, len(names)).any(axis=0)
    return names[int(wrong.argmax())]


def _prices(ledger: ResourceLedger) -> NDArray[np.float64]:
    """Allocates the prices, float64 (4, R, 1 + P), and writes those that never change."""
    rules = ledger.rules
    choices = ledger.num_actions if ledger.gives_all or not rules.has_function else 1
    apart = ledger.num_worlds * ledger.num_agents if rules.has_function else 1
    prices = np.zeros((4, len(rules.resources), 1 + apart * choices), dtype=np.float64)
    if not rules.has_function:
        prices[:, :, 1:] = np.stack(rules.amounts(ledger.num_actions)).transpose(0, 2, 1)
    return prices


def _numbers(rules: ResourceRules, prices: NDArray[np.float64]) -> NDArray[np.float64]:
    initial = np.array([each.initial_amount for each in rules.resources], dtype=np.float64)
    limits = rules.limits
    largest = np.maximum(initial, np.where(np.isfinite(limits), limits, 0.0))
    largest = np.maximum(largest, prices[TAKEN].max(axis=1, initial=0.0))
    refill = [rules.refill.get(name, 0.0) for name in rules.names]
    most = np.full(len(initial), np.inf) if rules.has_function else prices[TAKEN].max(axis=1)
    return np.stack([initial, limits, refill, TOLERANCE * largest, 1.0 / rules.scales, most])


def _terms(rules: ResourceRules, prices: NDArray[np.float64], gives_all: bool, num_actions: int) -> Terms:
    hold = [rules.hold.get(each.name, 1) if each.is_reusable else 0 for each in rules.resources]
    traits = np.zeros((4, len(hold)), dtype=np.int64)
    traits[PRIVATE] = [name in rules.private for name in rules.names]
    traits[HOLD] = hold
    traits[MAKES_FIRST] = prices[MADE_FIRST].any(axis=1)
    traits[GIVES_LAST] = prices[[RETURNED, MADE_LAST]].any(axis=(0, 2)) | (traits[HOLD] > 0)
    return Terms(
        prices=prices,
        numbers=_numbers(rules, prices),
        traits=traits,
        choices=num_actions if gives_all or not rules.has_function else 1,
        apart=rules.has_function,
        blocks=rules.violation is not Violation.PENALIZE,
        ends=rules.violation is Violation.END,
        idle=int(rules.idle) if isinstance(rules.idle, int) else NO_ACTION,
        deadline=int(rules.deadline or 0),
    )

"""What cannot be afforded is taken from masks, and something always stays allowed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planzoo.envs.accounts.arrays import POOR
from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.wrappers.resource_ledger import ResourceLedger

FUEL = Resource("fuel", "consumable", 1)  # type: ignore[arg-type]
TOOL = Resource("tool", "reusable", 1)  # type: ignore[arg-type]


def needs(fuel: float, tool: float = 0) -> list[ResourceRequirement]:
    return [ResourceRequirement("fuel", fuel), ResourceRequirement("tool", tool)]


def ledger_of(left: Any, agents: int = 1, actions: int = 4, **changes: Any) -> ResourceLedger:
    """Gives a ledger of worlds with so much left: fuel for each agent, then the team's tools."""
    given: dict[str, Any] = {
        "resources": (FUEL, TOOL),
        "uses": {1: needs(0.5), 2: needs(1), 3: needs(0, 1)},
        "private": ("fuel",),
        **changes,
    }
    amounts = np.array(left, dtype=float)
    ledger = ResourceLedger(ResourceRules(**given), len(amounts), agents, actions)
    ledger.accounts.left[0] = amounts[:, :agents].T
    ledger.accounts.left[1] = amounts[:, agents]
    ledger.accounts.tally[POOR, 0] = True  # as the steps that lead there would have noted
    return ledger


def narrowed(ledger: ResourceLedger, allowed: Any) -> list[list[list[int]]]:
    """Narrows a mask that every world has."""
    masks = np.repeat(np.array(allowed, dtype=bool)[None], ledger.num_worlds, axis=0)
    kept = masks.copy()
    ledger.narrow(masks, kept)
    assert (kept == np.array(allowed, dtype=bool)).all()
    return masks.astype(int).tolist()


def test_each_world_loses_what_it_cannot_afford() -> None:
    ledger = ledger_of([[1, 1], [0.75, 1], [0.25, 1], [1, 0], [0, 0]])
    assert narrowed(ledger, [[1, 1, 1, 1]]) == [
        [[1, 1, 1, 1]],
        [[1, 1, 0, 1]],
        [[1, 0, 0, 1]],
        [[1, 1, 1, 0]],
        [[1, 0, 0, 0]],
    ]
    assert narrowed(ledger, [[1, 0, 1, 0]])[1] == [[1, 0, 0, 0]]


def test_each_agent_has_its_own_charge_and_all_share_tools() -> None:
    ledger = ledger_of([[1, 0.5, 1], [0, 1, 0]], agents=2)
    assert narrowed(ledger, [[1, 1, 1, 1]] * 2) == [
        [[1, 1, 1, 1], [1, 1, 0, 1]],
        [[1, 0, 0, 0], [1, 1, 1, 0]],
    ]


@pytest.mark.parametrize(("rest", "allowed"), [(-0.9e-12, 1), (-1.1e-12, 0), (1e-13, 1)])
def test_rounding_forbids_nothing(rest: float, allowed: int) -> None:
    ledger = ledger_of([[1 + rest, 1], [0.5 + rest, 1]])
    masks = narrowed(ledger, [[1, 1, 1, 1]])
    assert masks == [[[1, 1, allowed, 1]], [[1, allowed, 0, 1]]]


def test_debts_count_as_nothing() -> None:
    ledger = ledger_of([[-5, -5]])
    assert narrowed(ledger, [[1, 1, 1, 1]]) == [[[1, 0, 0, 0]]]


@pytest.mark.parametrize("action", range(4))
def test_where_only_one_thing_can_be_afforded_it_stays(action: int) -> None:
    """Wherever it stands in the mask, and although the others do not come back."""
    uses = {other: needs(1, 1) for other in range(4) if other != action}
    ledger = ledger_of([[0, 0], [1, 1]], uses=uses)
    only = [int(other == action) for other in range(4)]
    assert narrowed(ledger, [[1, 1, 1, 1]]) == [[only], [[1, 1, 1, 1]]]


def test_where_nothing_can_be_afforded_the_idle_action_is_left() -> None:
    ledger = ledger_of([[0, 0, 0], [0, 1, 1]], agents=2, uses={"*": needs(1)}, idle=2)
    assert narrowed(ledger, [[1, 1, 0, 1], [1, 0, 0, 0]]) == [
        [[0, 0, 1, 0], [0, 0, 1, 0]],
        [[0, 0, 1, 0], [1, 0, 0, 0]],
    ]


def test_without_an_idle_action_a_row_stays_as_it_was() -> None:
    ledger = ledger_of([[0, 0, 0], [0, 1, 1]], agents=2, uses={"*": needs(1)})
    before = [[0, 1, 1, 0], [1, 1, 0, 1]]
    assert narrowed(ledger, before) == [before, before]


def test_one_action_alone_stays() -> None:
    ledger = ledger_of([[0, 0]], actions=1, uses={0: needs(1)})
    assert narrowed(ledger, [[1]]) == [[[1]]]


@pytest.mark.parametrize("violation", ["penalize", "end"])
def test_other_rules_leave_masks_alone(violation: str) -> None:
    ledger = ledger_of([[0, 0]], violation=violation)
    assert narrowed(ledger, [[1, 1, 1, 1]]) == [[[1, 1, 1, 1]]]


def test_prices_of_functions_are_each_agents_own() -> None:
    class Price:
        """Gives what the test has quoted."""

        def __call__(self, observation: Any, action: Any) -> Any:
            raise AssertionError

        def for_all(self, observation: Any) -> Any:
            raise AssertionError

    ledger = ledger_of([[1, 1, 1], [0.5, 2, 1]], agents=2, actions=2, uses=Price())
    prices = np.zeros((2, 2, 2, 2))
    prices[0, 0, 1, 0], prices[0, 1, 0, 0] = 1.5, 0.5
    prices[1, 0, 0, 0], prices[1, 1, 1] = 0.75, [2, 1.5]
    ledger.quote(prices)
    assert narrowed(ledger, [[1, 1], [1, 1]]) == [[[1, 0], [1, 1]], [[0, 1], [1, 0]]]
    ledger.accounts.left[:] = -5
    prices[...] = 0
    prices[:, :, 1] = 1
    ledger.quote(prices)
    assert narrowed(ledger, [[1, 1], [1, 1]]) == [[[1, 0], [1, 0]]] * 2

"""Infos of vector environments have the form of Gymnasium's own."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from planzoo.envs.wrappers.resource_infos import LedgerInfos, add_facts
from planzoo.envs.wrappers.resource_ledger import ResourceLedger
from tests.envs.wrappers.rules import tight_rules
from tests.envs.wrappers.test_resource_ledger import play


def infos_of(writer: LedgerInfos) -> dict[str, Any]:
    infos: dict[str, Any] = {}
    writer.write(infos)
    return infos


@pytest.mark.parametrize("copied", [False, True])
def test_amounts_stand_by_name_with_masks(copied: bool) -> None:
    ledger = ResourceLedger(tight_rules(), 2, 3, 4)
    writer = LedgerInfos(ledger, copied)
    quiet = infos_of(writer)
    assert not quiet["resource_violations"]["permit"].any()
    play(ledger, [[0, 0, 0], [1, 3, 3]])
    infos = infos_of(writer)
    left, missing = infos["resources_left"], infos["resource_violations"]
    assert left["charge"].tolist() == [[3.25, 3.25, 3.25], [1.75, 3.25, 3.25]]
    assert left["money"].tolist() == [19.5, 19.25]
    assert left["_money"].all() and infos["_resources_left"].all()
    assert missing["permit"].tolist() == [[0, 0, 1], [0, 0, 0]]
    assert missing["_permit"].tolist() == [True, False]
    assert (quiet["resources_left"]["money"][0] == 20) == copied
    play(ledger, [[3, 3, 3], [3, 3, 3]])
    assert infos_of(writer)["resource_violations"]["_permit"].tolist() == [False, False]


def test_other_wrappers_stay_in_infos() -> None:
    infos: dict[str, Any] = {"resources_left": {"gold": 1}, "resource_violations": {"gold": 2}}
    LedgerInfos(ResourceLedger(tight_rules(), 1, 1, 4), True).write(infos)
    assert infos["resources_left"]["gold"] == 1 and infos["resources_left"]["money"].tolist() == [20]
    assert infos["resource_violations"]["gold"] == 2


def test_a_copy_looks_at_its_own_amounts() -> None:
    ledger = ResourceLedger(tight_rules(), 1, 1, 4)
    writer = LedgerInfos(ledger, False)
    infos_of(writer)
    twin = copy.deepcopy(writer)
    play(twin.ledger, [[3]])
    assert infos_of(twin)["resources_left"]["money"].tolist() == [19.75]
    assert infos_of(writer)["resources_left"]["money"].tolist() == [20]


def test_violations_of_several_wrappers_add_up() -> None:
    infos: dict[str, Any] = {"final_info": {"success": 1}}
    ended = np.array([True, False])
    for name, count in (("left_a", 2), ("left_b", 3)):
        add_facts(infos, {name: np.array([1.5, 0]), "violations": np.array([count, 0])}, ended)
    for place in (infos, infos["final_info"]):
        assert place["violations"].tolist() == [5, 0]
        assert place["left_a"].tolist() == [1.5, 0] and place["_left_b"] is ended

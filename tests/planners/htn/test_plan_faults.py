"""Every fault is one sentence, equal to its text, and survives pickling."""

from __future__ import annotations

import pickle
import re

import pytest

from planzoo.planners.htn.plan_faults import FaultKind, PlanFault, Rejected


@pytest.mark.parametrize("kind", FaultKind, ids=lambda kind: kind.name.lower())
def test_a_fault_is_one_sentence_with_a_place_for_each_detail(kind: FaultKind) -> None:
    details = [1] * len(re.findall(r"\{[^}]*\}", kind.value))
    fault = PlanFault(kind, *details)
    assert "{" not in fault and (fault[0].isupper() or fault[0].isdigit())
    assert ". " not in fault and not fault.endswith("..")
    assert fault.kind is kind


def test_a_fault_is_its_sentence() -> None:
    fault = PlanFault(FaultKind.NOT_APPLICABLE, "fly(home)")
    assert fault == "Action fly(home) is not applicable when its turn comes."
    assert Rejected(FaultKind.NOT_APPLICABLE, "fly(home)").fault == fault
    twin = pickle.loads(pickle.dumps(fault))
    assert (twin, twin.kind) == (fault, FaultKind.NOT_APPLICABLE)


def test_details_with_braces_stay_as_they_are() -> None:
    assert "eat({x})" in PlanFault(FaultKind.NOT_APPLICABLE, "eat({x})")

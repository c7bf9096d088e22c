"""Resource rules that suit the diagnosis, for the resource wrappers and the planners that read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource, ResourceType
from planzoo.envs.resources.rules import ResourceRules


def money(params: DiagnosisParams, amount: float, **options: Any) -> ResourceRules:
    """Gives the doctors money for tests: each takes what it costs; treatments are paid for otherwise.

    It is what ``budget`` of the params is, but from outside, as any environment can have it.

    Args:
        params: of the scenario, with the costs of its tests.
        amount: what all doctors together may spend in an episode.
        options: further fields of the rules, such as ``violation``.

    Raises:
        InputError: the amount is negative, or an option is wrong.
    """
    costs = [float(cost) for cost in params.tables.costs]
    # A purse that holds the dearest test, whatever is in it: what cannot be paid is no mistake of the rules.
    purse = Resource("money", ResourceType.CONSUMABLE, amount, capacity=max(amount, *costs))
    uses: dict[int | str, Sequence[ResourceRequirement]] = {
        test: (ResourceRequirement("money", cost),) for test, cost in enumerate(costs) if cost
    }
    return ResourceRules((purse,), uses, **options)

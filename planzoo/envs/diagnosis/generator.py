"""Instances of the diagnosis scenario: random ones by seed, and one small enough to read."""

from __future__ import annotations

from typing import Any

import numpy as np

from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.errors import InputError


def toy_instance() -> DiagnosisParams:
    """Gives the small table that documentation and tests share."""
    return DiagnosisParams.toy()


def random_instance(
    seed: int, faults: int = 4, tests: int = 5, noise: float = 0.1, **changes: Any
) -> DiagnosisParams:
    """Makes a machine with one of several faults, noisy tests and a repair for each fault.

    Each test tells a random half of the faults from the others; with probability ``noise`` (varied by up to a
    half for each fault) its result is wrong.

    Args:
        seed: the same seed gives the same instance.
        faults: exclusive faults, 2 or more.
        tests: tests of two results, 1 or more.
        noise: in [0, 0.5]: 0 makes the tests exact, 0.5 nearly worthless.
        changes: fields to replace in the params: ``budget``, ``max_steps``, ``observation`` …

    Raises:
        InputError: a size or the noise is out of range.
    """
    from planzoo.envs.diagnosis.fault_table import FaultTable
    from planzoo.envs.diagnosis.roles import validated

    if faults < 2 or tests < 1 or not 0 <= noise <= 0.5:
        raise InputError(
            f"A random instance needs 2 or more faults, 1 or more tests and noise in [0, 0.5], "
            f"not {faults}, {tests} and {noise}."
        )
    random = np.random.default_rng(seed)
    names = [f"fault {number}" for number in range(1, faults + 1)]
    priors = random.dirichlet(np.ones(faults))
    costs = random.uniform(0.5, 2.0, tests).round(2)
    data = {
        "faults": {
            name: {"prior": prior, "severity": random.integers(5, 21)}
            for name, prior in zip(names, priors.tolist(), strict=True)
        },
        "tests": {
            f"test {number}": {"cost": cost, "positive": _random_test(random, names, noise)}
            for number, cost in enumerate(costs.tolist(), start=1)
        },
        "repairs": {
            f"repair {number}": {"mends": [name], "cost": random.integers(1, 5)}
            for number, name in enumerate(names, start=1)
        },
        "budget": float(costs.sum()) * 0.6 + float(costs.max()),
        "health_value": 10.0,
    }
    table = validated(data, FaultTable, f"random instance {seed}")
    return DiagnosisParams.from_network(table.network(), table.roles(), **changes)


def _random_test(random: np.random.Generator, faults: list[str], noise: float) -> dict[str, float]:
    """Gives the probability of a positive result under each fault; half of the faults raise it."""
    detected = random.permutation(len(faults)) < max(1, len(faults) // 2)
    errors = noise * random.uniform(0.5, 1.0, len(faults))
    return dict(zip(faults, np.where(detected, 1 - errors, errors).tolist(), strict=True))

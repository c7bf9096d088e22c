"""Instances of the diagnosis scenario: random ones by seed, and one small enough to read."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.fault_table import FaultTable
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.roles import Roles, validated
from planzoo.envs.networks.network import BayesianNetwork
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


def random_network(
    seed: int, diseases: int = 3, tests: int = 8, noise: float = 0.1, **changes: Any
) -> DiagnosisParams:
    """Makes patients who may have several diseases at once, each with its own findings and some in common.

    Every test has one to three diseases as causes, each of which may produce a positive result by itself
    (noisy-or; Pearl, "Probabilistic Reasoning in Intelligent Systems", 1988, section 4.3.2). A third of the
    tests is noisy and repeatable, another third has a delay.

    Args:
        seed: the same seed gives the same instance.
        diseases: 1 to 8, present independently of each other.
        tests: of two results, 1 or more.
        noise: in [0, 0.5]: the probability that a cause stays without effect, that there is an effect without
            any cause, and that a repeatable test errs.
        changes: fields to replace in the params.

    Raises:
        InputError: a size or the noise is out of range.
    """
    if not 1 <= diseases <= 8 or tests < 1 or not 0 <= noise <= 0.5:
        raise InputError(
            f"A random network needs 1 to 8 diseases, 1 or more tests and noise in [0, 0.5], "
            f"not {diseases}, {tests} and {noise}."
        )
    random = np.random.default_rng(seed)
    names = [f"disease {number}" for number in range(1, diseases + 1)]
    findings = [f"test {number}" for number in range(1, tests + 1)]
    causes = [
        sorted(random.choice(diseases, random.integers(1, min(3, diseases) + 1), False)) for _ in findings
    ]
    network = BayesianNetwork(
        name=f"random network {seed}",
        variables=(*names, *findings),
        states=(("yes", "no"),) * (diseases + tests),
        parents=(*(() for _ in names), *(tuple(names[each] for each in own) for own in causes)),
        tables=(
            *(np.array([chance, 1 - chance]) for chance in random.uniform(0.05, 0.4, diseases)),
            *(_noisy_or(random, len(own), noise) for own in causes),
        ),
    )
    costs = random.uniform(0.2, 2.0, tests).round(2).tolist()
    data = {
        "diseases": {name: {"severity": int(random.integers(5, 21))} for name in names},
        "tests": {
            name: {"cost": cost, **_habits(number, noise)}
            for number, (name, cost) in enumerate(zip(findings, costs, strict=True))
        },
        "treatments": {
            f"treat {name}": {"treats": [name], "cost": int(random.integers(1, 5))} for name in names
        }
        | {"treat everything": {"treats": names, "cost": 3 * diseases}},
        "budget": max(0.5 * sum(costs), max(costs)),
        "health_value": 10.0,
    }
    return DiagnosisParams.from_network(network, validated(data, Roles, network.name), **changes)


def _noisy_or(random: np.random.Generator, causes: int, noise: float) -> NDArray[np.float64]:
    """Gives P(positive, negative | causes), each with the states yes and no, float64 (2, …, 2, 2)."""
    silent = noise * random.uniform(0.5, 1.0, causes)
    negative = np.full((2,) * causes, 1 - noise * random.uniform(0.2, 1.0))
    for cause, chance in enumerate(silent):
        present = (slice(None),) * cause + (0,)
        negative[present] *= chance
    return np.stack([1 - negative, negative], axis=-1)


def _habits(number: int, noise: float) -> dict[str, Any]:
    """Every third test errs and can be repeated, every third takes its time."""
    plain: dict[str, Any] = {"kind": "observe"}
    return (plain, {"accuracy": 1 - noise / 2, "repeats": 2}, {"delay": 1})[number % 3]


def _random_test(random: np.random.Generator, faults: list[str], noise: float) -> dict[str, float]:
    """Gives the probability of a positive result under each fault; half of the faults raise it."""
    detected = random.permutation(len(faults)) < max(1, len(faults) // 2)
    errors = noise * random.uniform(0.5, 1.0, len(faults))
    return dict(zip(faults, np.where(detected, 1 - errors, errors).tolist(), strict=True))

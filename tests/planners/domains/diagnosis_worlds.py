"""Small random diagnosis problems with all features, and their optimum by the plainest means."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.diagnosis.model import DiagnosisModel, Information
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.roles import Roles
from planzoo.planners.domains.diagnosis_problem import horizon


def random_problem(seed: int) -> DiagnosisModel:
    """A problem of two diseases and two or three tests; every feature is there in some of them."""
    random = np.random.default_rng(seed)

    def some(chance: float, value: Any, otherwise: Any = None) -> Any:
        return value if random.random() < chance else otherwise

    base = DiagnosisParams.random(seed, diseases=2, tests=3, noise=0.25)
    data = base.roles.model_dump()
    names = list(data["tests"])
    for name in names:
        data["tests"][name] |= {
            "kind": str(random.choice(["observe", "ask", "test"])),
            "cost": round(float(random.uniform(0.05, 0.6)), 2),
            "delay": int(random.choice([0, 0, 1, 2])),
            "repeats": int(random.integers(1, 3)),
            "harm": some(0.3, float(random.uniform(0, 0.5)), 0.0),
        }
    if random.random() < 0.4:
        del data["tests"][names[-1]]
        data["symptoms"] = {names[-1]: {}}
    for treatment in data["treatments"].values():
        treatment["harms"] = some(0.4, {"healthy": 2.0, "disease 1": 1.0}, {})
    data |= {"treatment_ends": bool(random.random() < 0.5), "step_cost": some(0.5, 0.15, 0.0)}
    data |= {"deadline": some(0.4, int(random.integers(3, 7))), "capacity": some(0.5, 1)}
    roles = Roles.model_validate(data)
    budget = some(0.7, float(random.uniform(0.4, 1.0)) * sum(each.cost for each in roles.tests.values()))
    return DiagnosisModel(
        DiagnosisParams.from_network(
            base.network,
            roles,
            budget=None if budget is None else max(budget, *(each.cost for each in roles.tests.values())),
            max_steps=some(0.3, int(random.integers(3, 7))),
            end_when_spent=bool(random.random() < 0.5),
        )
    )


class Situation(NamedTuple):
    """How things stand: the outcomes so far, steps until those in work, treatments, money, steps done."""

    results: tuple[tuple[int, int], ...]
    pending: tuple[tuple[int, int], ...]
    given: frozenset[int]
    money: float
    step: int


class Rules:
    """The rules by the letter, over all joint states of the network; nothing is left out or shared."""

    def __init__(self, model: DiagnosisModel) -> None:
        self.model, self.params, self.tables = model, model.params, model.tables
        network = self.params.network
        cells = list(itertools.product(*(range(len(states)) for states in network.states)))
        self.chances = np.array([self._chance(cell) for cell in cells])
        nodes = [self.tables.inference.observable[node] for node in self.tables.nodes]
        self.likelihoods = [
            channel[[cell[network.index(node)] for cell in cells]]
            for channel, node in zip(self.tables.channels, nodes, strict=True)
        ]
        diseases = [network.index(node) for node in self.tables.diseases]
        sizes = [len(network.states[index]) for index in diseases]
        self.conditions = np.array(
            [int(np.ravel_multi_index([cell[index] for index in diseases], sizes)) for cell in cells]
        )
        self.value = cache(self._value)
        self.weights = cache(self._weights)

    def optimum(self) -> float:
        """What the best doctor earns, before the symptoms are seen."""
        first = Situation((), (), frozenset(), self.model.budget, 0)
        symptoms = range(self.model.num_tests, len(self.model.tests))
        return sum(
            chance * self.value(first._replace(results=results))
            for chance, results in self.outcomes(first, list(symptoms))
        )

    def known(self, now: Situation) -> Information:
        """What a doctor knows then, as the graph names it."""
        limit, capacity = horizon(self.model), self.params.capacity
        busy = sum(self.tables.kinds[test] == "test" for test, _ in now.pending)
        return Information(
            evidence=now.results,
            pending=now.pending,
            given=tuple(sorted(now.given)),
            budget=round(now.money, 9),
            time=None if limit is None else limit - now.step,
            places=None if capacity is None else capacity - busy,
        )

    def _chance(self, cell: tuple[int, ...]) -> float:
        network = self.params.network
        chance = 1.0
        for index, parents in enumerate(network.parents):
            own = tuple(cell[network.index(parent)] for parent in parents)
            chance *= float(network.tables[index][(*own, cell[index])])
        return chance

    def _weights(self, now: Situation) -> NDArray[np.float64]:
        """P(cell | what is known): whoever is still there after treatments has something left."""
        weights = self.chances.copy()
        for finding, outcome in now.results:
            weights *= self.likelihoods[finding][:, outcome]
        if now.given:
            weights *= self.left(now.given) != 0
        return np.asarray(weights / weights.sum())

    def left(self, given: frozenset[int]) -> NDArray[np.int64]:
        """The diseases that treatments leave in each cell, as bits."""
        left = self.tables.present[self.conditions]
        for treatment in given:
            left = left & ~self.tables.cured[self.conditions, treatment]
        return np.asarray(left)

    def parting(self, given: frozenset[int]) -> NDArray[np.float64]:
        """What leaving is worth in each cell."""
        left = self.left(given)
        bits = (left[:, None] >> np.arange(len(self.tables.diseases))) & 1
        severities = (bits * self.tables.severities[self.conditions]).sum(axis=1)
        return np.where(left == 0, self.tables.health_value, -severities)

    def allowed(self, now: Situation) -> Iterator[int]:
        """The mask."""
        tests, treatments = self.model.num_tests, len(self.tables.treatments)
        busy = sum(self.tables.kinds[test] == "test" for test, _ in now.pending)
        for test in range(tests):
            full = self.params.capacity is not None and busy >= self.params.capacity
            if not (
                test in dict(now.pending)
                or self.tables.costs[test] > now.money + 1e-9
                or [each for each, _ in now.results].count(test) >= self.tables.repeats[test]
                or (full and self.tables.kinds[test] == "test")
            ):
                yield test
        yield from (tests + each for each in range(treatments) if each not in now.given)
        yield tests + treatments
        if now.pending:
            yield tests + treatments + 1

    def _value(self, now: Situation) -> float:
        return max(self.earns(now, action) for action in self.allowed(now))

    def earns(self, now: Situation, action: int, value: Callable[[Situation], float] | None = None) -> float:
        """What an action is expected to earn with what follows it: the best, unless valued otherwise."""
        weights, tests = self.weights(now), self.model.num_tests
        treatments = len(self.tables.treatments)
        after, reward = now._replace(step=now.step + 1), -self.params.step_cost
        there = np.ones(len(weights), dtype=bool)
        if action < tests:
            reward -= self.tables.costs[action] + self.tables.harms[action]
            waits = (*now.pending, (action, int(self.tables.delays[action]) + 1))
            after = after._replace(
                pending=tuple(sorted(waits)), money=round(now.money - self.tables.costs[action], 12)
            )
        elif action < tests + treatments:
            after = after._replace(given=now.given | {action - tests})
            reward -= self.tables.treatment_costs[action - tests]
            reward -= float(weights @ self.tables.treatment_harms[self.conditions, action - tests])
            there = self.left(after.given) != 0
            if self.params.roles.treatment_ends:
                there[:] = False
        elif action == tests + treatments:
            there[:] = False
        spent = self.params.end_when_spent and after.money <= 1e-9
        limits = (self.params.deadline or 10**6, self.params.time_limit)
        if spent or after.step >= min(limits):
            there[:] = False
        reward += float(weights @ np.where(there, 0.0, self.parting(after.given)))
        stays = float(weights @ there)
        return reward + (stays * self._goes_on(after, value or self.value) if stays > 1e-12 else 0.0)

    def _goes_on(self, after: Situation, value: Callable[[Situation], float]) -> float:
        arriving = [test for test, left in after.pending if left == 1]
        waits = tuple((test, left - 1) for test, left in after.pending if left > 1)
        return sum(
            chance * value(after._replace(results=results, pending=waits))
            for chance, results in self.outcomes(after, arriving)
        )

    def outcomes(
        self, now: Situation, findings: list[int]
    ) -> Iterator[tuple[float, tuple[tuple[int, int], ...]]]:
        for outcomes in itertools.product(*(range(len(self.model.outcomes[each])) for each in findings)):
            results = tuple(zip(findings, outcomes, strict=True))
            likelihood = np.ones(len(self.chances))
            for finding, outcome in results:
                likelihood = likelihood * self.likelihoods[finding][:, outcome]
            chance = float(self.weights(now) @ likelihood)
            if chance > 1e-12:
                yield chance, tuple(sorted((*now.results, *results)))

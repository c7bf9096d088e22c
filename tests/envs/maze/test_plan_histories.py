"""Random histories of plans, played by the kernels and by a naive model: the same after every event."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planzoo.envs.maze.state import FIRST_PROPOSAL, NO_STATUS, PROPOSALS, State
from tests.envs.maze.plan_hall import (
    ACT,
    CARRY,
    DIE,
    DISCOVER,
    ESCAPE,
    FIELDS,
    FORGET,
    GIFT,
    HOLDS,
    KNOW,
    MOVE,
    NEED,
    SUPPLY,
    TICK,
    Hall,
)
from tests.envs.maze.plan_oracle import Being, PlanOracle, Scheme

ALWAYS_FORGOTTEN, FORGETTABLE = (2, 7), ((6, 6), (1, 3), (6, 1))
PLACES = ((0, 0), (0, 0), (0, 1), (4, 4), (4, 5), (5, 4), (8, 8), (2, 2), (8, 0))
KNOWN = ("exit", "safe", "supply", "frontier")
WEIGHTS = {
    ACT: 52, TICK: 15, DIE: 0.7, ESCAPE: 0.7, MOVE: 7, NEED: 4, CARRY: 4,
    GIFT: 6, SUPPLY: 3, KNOW: 4, DISCOVER: 1.6, FORGET: 1, HOLDS: 1,
}  # fmt: skip
KINDS = np.array(list(WEIGHTS))
SHARES = np.array(list(WEIGHTS.values())) / sum(WEIGHTS.values())
MODES = ("enabled", "forced", "roles", "enabled")


def random_hall(rng: np.random.Generator) -> Hall:
    """Draw a team and its rules."""
    agents = int(rng.integers(2, 5))
    return Hall(
        agents=agents,
        coordination=MODES[rng.integers(4)],
        minimum_participants=min(agents, int(rng.choice([1, 2, 2, 2, 3]))),
        message_range=None if rng.random() < 0.7 else 5,
        share_range=1,
        map_sharing=bool(rng.random() < 0.8),
        plan_slots=(slots := int(rng.integers(1, 4))),
        proposal_pause=int(rng.integers(0, 4)),
        response_steps=int(rng.integers(1, 5)),
        seconds_per_step=float(rng.choice([2.0, 20.0, 60.0])),
        history=slots + int(rng.integers(8)),
        memories=3,
        max_steps=400 if rng.random() < 0.8 else 12,
    )


def first_rows(rng: np.random.Generator, hall: Hall) -> list[list[int]]:
    """Let everybody learn and forget something, carry something and need something."""
    agents = range(hall.params.agents)
    rows = [[FORGET, agent, hall.cell(*ALWAYS_FORGOTTEN), 0] for agent in agents]
    rows += [[KNOW, agent, int(rng.integers(16)), hall.cell(0, 0)] for agent in agents]
    rows += [[CARRY, agent, int(rng.integers(4)), int(rng.integers(2))] for agent in agents]
    return rows + [[NEED, agent, int(rng.integers(3)), int(rng.choice([10, 45, 100]))] for agent in agents]


def random_row(rng: np.random.Generator, hall: Hall, oracle: PlanOracle) -> list[int]:
    """Draw what happens next: half of it is what agents do about plans, mostly what they may do."""
    kind = int(rng.choice(KINDS, p=SHARES))
    agent = int(rng.integers(hall.params.agents))
    leaves = any(plan and plan.kind == "GROUP_EXIT" and agent in plan.roles for plan in oracle.slots)
    if leaves and rng.random() < 0.3:
        there = oracle.agents[agent].place == (0, 0)
        return [ESCAPE, agent, 0, 0] if there else [MOVE, agent, hall.cell(0, 0), 0]
    if kind != ACT:
        return [kind, agent, *random_numbers(rng, hall, kind)]
    actions = len(PROPOSALS) + 3 * hall.params.plan_slots
    allowed = np.flatnonzero(oracle.mask(agent))
    if rng.random() < 0.1 or not len(allowed):
        return [ACT, agent, FIRST_PROPOSAL + int(rng.integers(actions)), 0]
    if allowed[-1] >= actions - hall.params.plan_slots and rng.random() < 0.8:
        return [ACT, agent, FIRST_PROPOSAL + int(allowed[-1]), 0]
    return [ACT, agent, FIRST_PROPOSAL + int(rng.choice(allowed)), 0]


def random_numbers(rng: np.random.Generator, hall: Hall, kind: int) -> tuple[int, int]:
    """Draw what else belongs to a row."""
    if kind == MOVE:
        return hall.cell(*PLACES[rng.integers(len(PLACES))]), 0
    if kind == NEED:
        return int(rng.integers(3)), int(rng.choice([10, 45, 60, 100]))
    if kind == CARRY:
        return int(rng.integers(4)), int(rng.integers(2))
    if kind == GIFT:
        return int(rng.integers(hall.params.agents)), int(rng.integers(4))
    if kind == KNOW:
        return int(rng.integers(16)), hall.cell(0, 0)
    if kind == DISCOVER:
        return int(rng.integers(1, 12)), 0
    return hall.cell(*FORGETTABLE[rng.integers(len(FORGETTABLE))]), 0


class Follower:
    """Does the same in the hall and in the naive model, and compares them after each event."""

    def __init__(self, hall: Hall) -> None:
        self.hall, self.oracle = hall, PlanOracle(hall)
        self.count = hall.params.agents
        self.places = {hall.cell(row, column): (row, column) for row in range(9) for column in range(9)}

    def follow(self, row: list[int]) -> None:
        """Do a row and compare everything that the record says."""
        record = self.hall.play([row])[0].tolist()
        result = self.perform(row, record)
        assert int(result) == record[0], row
        for agent in range(self.count):
            bits = sum(1 << number for number, each in enumerate(self.oracle.mask(agent)) if each)
            assert bits == record[1 + agent], (row, agent)
        for slot, plan in enumerate(self.oracle.slots):
            assert self.shown(plan) == self.slot(record, slot), (row, slot)

    def slot(self, record: list[int], slot: int) -> list[Any]:
        """What the record says of a slot."""
        first = 1 + self.count + len(FIELDS) * slot
        fields = record[first : first + len(FIELDS)]
        return [*fields[:7], self.places.get(fields[7]), fields[8]] if fields[0] else [0]

    def shown(self, plan: Scheme | None) -> list[Any]:
        """What the record should say of a plan."""
        if plan is None:
            return [0]
        status = ("NONE", "PROPOSED", "ACCEPTED", "IN_PROGRESS").index(plan.status)
        teams = (plan.accepted, plan.rejected, plan.done, plan.failed, plan.helped)
        patient = -1 if plan.patient is None else plan.patient
        return [status, plan.number, *(sum(1 << e for e in team) for team in teams), plan.target, patient]

    def perform(self, row: list[int], record: list[int]) -> bool:
        """Do a row on the model."""
        kind, agent, number, value = row
        oracle, me = self.oracle, self.oracle.agents[agent]
        if kind == ACT:
            # Places are found by searches, which are tested elsewhere.
            return oracle.act(agent, number - FIRST_PROPOSAL, self.new_target(record))
        if kind == HOLDS:
            return oracle.holds(agent)
        if kind == TICK:
            oracle.tick()
        elif kind in (DIE, ESCAPE):
            oracle.leave(agent, "dead" if kind == DIE else "escaped")
        elif kind == GIFT:
            oracle.gift(agent, number, value)
        elif kind == SUPPLY:
            oracle.supply(agent)
        elif kind == DISCOVER:
            oracle.seen += number
        else:
            self.edit(me, kind, number, value)
        return False

    def edit(self, me: Being, kind: int, number: int, value: int) -> None:
        """Change an agent."""
        if kind == MOVE:
            me.place = self.places[number]
        elif kind == NEED:
            me.needs[number] = value
        elif kind == CARRY:
            me.items[number] = value
        elif kind == KNOW:
            me.knows = {name for bit, name in enumerate(KNOWN) if number >> bit & 1}
        else:
            me.forgotten.add(self.places[number])

    def new_target(self, record: list[int]) -> tuple[int, int]:
        """Where the kernels' newest plan is to happen."""
        slots = [self.slot(record, slot) for slot in range(len(self.oracle.slots))]
        newest = max((slot for slot in slots if slot[0]), key=lambda slot: slot[1], default=None)
        return (0, 0) if newest is None or newest[7] is None else newest[7]


def check_history(seed: int, length: int) -> PlanOracle:
    """Play one random history twice."""
    rng = np.random.default_rng(seed)
    hall = random_hall(rng)
    follower = Follower(hall)
    for row in first_rows(rng, hall):
        follower.follow(row)
    for _ in range(length):
        follower.follow(random_row(rng, hall, follower.oracle))
    check_counts(hall.state, follower.oracle)
    check_ended(hall, follower.oracle)
    check_performance(hall.state, follower.oracle)
    return follower.oracle


def check_counts(state: State, oracle: PlanOracle) -> None:
    """Every plan is counted once for each status, and has one final state or none yet."""
    assert state.type_counts[0].tolist() == oracle.counts()
    assert state.worlds.plans_proposed[0] == oracle.made == state.type_counts[0, :, 1].sum()
    active = int((state.plans.status[0] != NO_STATUS).sum())
    assert state.worlds.plans_ended[0] == state.type_counts[0, :, 4:].sum() == oracle.made - active
    assert state.kept[0].tolist() == oracle.kept
    assert state.broken[0].tolist() == oracle.broken


def check_ended(hall: Hall, oracle: PlanOracle) -> None:
    """The ring has the last plans that ended, as they ended."""
    ring = hall.state.history[0]
    for number, plan in list(enumerate(oracle.past))[-len(ring) :]:
        record = ring[number % len(ring)]
        assert (record.number, record.ended_at) == (plan.number, plan.ended)
        assert record.started_at == (-1 if plan.started is None else plan.started)
        team = sorted(plan.roles.items())
        assert [(agent, record.roles[agent]) for agent, _ in team] == team
    done = [plan for plan in oracle.past if plan.status == "COMPLETED"]
    spent = sum((plan.ended or 0) - (plan.started or 0) for plan in done)
    assert hall.state.type_steps[0].sum() == spent


def check_performance(state: State, oracle: PlanOracle) -> None:
    """Rates are those of all parts, computed at once instead of bit by bit."""
    for agent, being in enumerate(oracle.agents):
        performance = state.performance[0, agent]
        successes = [left for _, success, left in being.tasks if success]
        assert performance.tasks_completed == len(being.tasks)
        assert performance.role_tasks.sum() == len(being.tasks)
        assert np.isclose(performance.success_rate, len(successes) / max(1, len(being.tasks)))
        assert np.isclose(performance.efficiency, np.mean(successes) if successes else 0.0)
        assert np.isclose(performance.reliability, min(1.0, 0.5 + 0.1 * len(successes)))
        assert np.isclose(performance.helpfulness, min(1.0, 0.1 * being.helpfulness))
        for name in ("proposed", "accepted", "rejected"):
            assert performance[name] == being.answers.count(name)


def finals(oracles: list[PlanOracle]) -> set[tuple[str, str]]:
    """The types and final states that there were."""
    return {(plan.kind, plan.status) for oracle in oracles for plan in oracle.past}


def test_random_histories_agree_with_the_naive_model() -> None:
    oracles = [check_history(seed, length=60) for seed in range(120)]
    assert {status for _, status in finals(oracles)} == {"COMPLETED", "ABANDONED", "EXPIRED", "REJECTED"}


@pytest.mark.long
def test_many_random_histories_agree_with_the_naive_model() -> None:
    oracles = [check_history(seed, length=45) for seed in range(1_000, 11_500)]
    seen = finals(oracles)
    assert len(seen) == 7 * 4, seen

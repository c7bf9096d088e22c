"""Whatever agents and people do about plans, every plan ends in exactly one final state and none is lost."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from planzoo.envs.maze.cooperation import CooperativePlanningSystem
from planzoo.envs.maze.cooperation_types import PlanStatus, PlanType
from planzoo.envs.maze.state import ALIVE, FIRST_PROPOSAL, NO_STATUS
from planzoo.envs.maze.team_views import members
from planzoo.errors import InputError
from tests.envs.maze.plan_hall import ACT, CARRY, DIE, ESCAPE, GIFT, MOVE, NEED, SUPPLY, Hall

AGENT = st.integers(0, 2)
PLAN = st.integers(0, 6).map("plan_{}".format)
PLACE = st.tuples(st.integers(-1, 9), st.integers(-1, 9))
WHOM = st.none() | st.sets(AGENT)
LATER = (
    PlanStatus.PROPOSED,
    PlanStatus.ACCEPTED,
    PlanStatus.IN_PROGRESS,
)
"""The order in which plans go through the states before their end."""


class PlanMachine(RuleBasedStateMachine):
    """Three agents in a hall, a planning system, and all that can be done with them."""

    @initialize(mode=st.sampled_from(["enabled", "forced", "roles"]), minimum=st.integers(1, 3))
    def begin(self, mode: str, minimum: int) -> None:
        """Draw the rules."""
        # Room for all plans that can end between two looks of the planning system: those of all slots.
        times = {"response_steps": 3, "seconds_per_step": 12.0, "history": 4}
        self.hall = Hall(coordination=mode, minimum_participants=minimum, **times)
        for agent in range(3):
            self.hall.know(agent, "exit safe supply frontier")
        self.plans = CooperativePlanningSystem(self.hall.simulator)
        self.statuses: dict[str, PlanStatus] = {}

    def attempt(self, method: Any, *arguments: Any) -> None:
        """Call the system; when it refuses, nothing may have changed."""
        self.plans.get_active_plans()
        before = [array.copy() for array in self.hall.state]
        try:
            method(*arguments)
        except InputError:
            pairs = zip(before, self.hall.state, strict=True)
            assert all(np.array_equal(old, new) for old, new in pairs)

    @rule(agent=AGENT, kind=st.sampled_from(PlanType), place=st.none() | PLACE, whom=WHOM)
    def propose(self, agent: int, kind: PlanType, place: Any, whom: set[int] | None) -> None:
        """Propose by hand."""
        asked = None if whom is None else sorted(whom)
        self.attempt(self.plans.propose_plan, agent, kind, "Try it", place, None, asked)

    @rule(agent=AGENT, plan=PLAN, accepted=st.booleans())
    def respond(self, agent: int, plan: str, accepted: bool) -> None:
        """Answer by hand."""
        self.attempt(self.plans.respond_to_plan, agent, plan, accepted, "Because")

    @rule(agent=AGENT, plan=PLAN, success=st.booleans())
    def complete(self, agent: int, plan: str, success: bool) -> None:
        """Complete a part by hand."""
        self.attempt(self.plans.complete_plan_part, agent, plan, success)

    @rule(plan=PLAN, way=st.sampled_from(["start", "succeed", "give up"]))
    def decide(self, plan: str, way: str) -> None:
        """Start or end a plan by hand."""
        if way == "start":
            self.attempt(self.plans.start_plan, plan)
        else:
            self.attempt(self.plans.finalize_plan, plan, way == "succeed")

    @rule(agent=AGENT, draw=st.integers(0, 10**6))
    def act(self, agent: int, draw: int) -> None:
        """Take one of the actions that the mask allows; none of them fails."""
        allowed = np.flatnonzero(self.hall.masks(agent))
        if len(allowed):
            action = FIRST_PROPOSAL + int(allowed[draw % len(allowed)])
            assert self.hall.do(ACT, agent, action)

    @rule(agent=AGENT, row=st.sampled_from([0, 4, 5]), column=st.sampled_from([0, 4, 8]))
    def move(self, agent: int, row: int, column: int) -> None:
        """Be somewhere else."""
        self.hall.do(MOVE, agent, self.hall.cell(row, column))

    @rule(agent=AGENT, other=AGENT, item=st.integers(0, 3), need=st.integers(0, 2), value=st.integers(1, 100))
    def live(self, agent: int, other: int, item: int, need: int, value: int) -> None:
        """Need, find and give something."""
        self.hall.do(NEED, agent, need, value)
        self.hall.do(CARRY, agent, item, 1)
        if self.hall.state.agents.status[0, agent] == ALIVE:
            self.hall.do(SUPPLY, agent)
            self.hall.do(GIFT, agent, other, item)

    @rule(steps=st.integers(1, 4))
    def wait(self, steps: int) -> None:
        """Let time pass."""
        self.hall.tick(steps)

    @rule(agent=AGENT, kind=st.sampled_from([DIE, ESCAPE]), really=st.integers(0, 4))
    def end(self, agent: int, kind: int, really: int) -> None:
        """Let an agent die or escape, which is rare."""
        if really == 0:
            self.hall.do(kind, agent)

    @invariant()
    def nothing_is_lost(self) -> None:
        """Every plan that was ever proposed is there, in a state that it could get into."""
        counters = self.hall.state.worlds[0]
        self.plans.get_active_plans()
        for number in range(int(counters.plans_proposed)):
            now = self.plans.get_plan(f"plan_{number}").status
            before = self.statuses.get(f"plan_{number}", PlanStatus.PROPOSED)
            assert now is before or not before.is_final
            assert now.is_final or LATER.index(now) >= LATER.index(before)
            self.statuses[f"plan_{number}"] = now
        assert sum(status.is_final for status in self.statuses.values()) == counters.plans_ended

    @invariant()
    def counts_add_up(self) -> None:
        """Proposed plans are those that are active and those that ended, each once."""
        state = self.hall.state
        counts = state.type_counts[0].sum(axis=0)
        active = int((state.plans.status[0] != NO_STATUS).sum())
        assert counts[1] == state.worlds.plans_proposed[0] == counts[4:].sum() + active
        assert counts[4:].sum() == state.worlds.plans_ended[0]

    @invariant()
    def teams_are_consistent(self) -> None:
        """Answers come from those asked, parts from participants, and nobody is in two plans in progress."""
        running: list[int] = []
        for plan in self.hall.state.plans[0]:
            if plan.status == NO_STATUS:
                continue
            asked, yes, no = (set(members(team)) for team in (plan.invited, plan.accepted, plan.rejected))
            done, failed = set(members(plan.completed)), set(members(plan.failed))
            assert yes | no <= asked
            assert not yes & no
            assert done | failed <= yes
            assert not done & failed
            running += sorted(yes) if plan.status == 3 else []
        assert len(running) == len(set(running))


def test_plans_end_once_and_are_never_lost() -> None:
    run_state_machine_as_test(PlanMachine, settings=settings(max_examples=60, stateful_step_count=30))  # type: ignore[no-untyped-call]


@pytest.mark.long
def test_plans_end_once_and_are_never_lost_in_many_histories() -> None:
    run_state_machine_as_test(PlanMachine, settings=settings(max_examples=2_000, stateful_step_count=50))  # type: ignore[no-untyped-call]

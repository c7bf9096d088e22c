"""Team plans once more, as plain Python with sets and lists: what the kernels are compared with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from planzoo.envs.maze.state import PLAN_STATUSES, PLAN_TYPES, PROPOSALS, TARGETS

FINAL = ("COMPLETED", "ABANDONED", "EXPIRED", "REJECTED")
ROLES_OF = {
    "RENDEZVOUS": [3, 2],
    "RESOURCE_SHARE": [1, 4],
    "SYNCHRONIZED_EXPLORATION": [0, 1, 2, 3],
    "GROUP_EXIT": [2, 3, 4],
    "RESCUE_MISSION": [4, 0],
    "AREA_SWEEP": [0, 1, 2, 3],
    "SUPPLY_RUN": [1, 0],
}


@dataclass
class Being:
    """An agent."""

    place: tuple[int, int]
    needs: list[float] = field(default_factory=lambda: [100.0, 100.0, 100.0])
    items: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    knows: set[str] = field(default_factory=set)
    forgotten: set[tuple[int, int]] = field(default_factory=set)
    status: str = "alive"
    next_proposal: int = 0
    tasks: list[tuple[int, bool, float]] = field(default_factory=list)
    helpfulness: int = 0
    answers: list[str] = field(default_factory=list)

    @property
    def alive(self) -> bool:
        """Whether it has neither escaped nor died."""
        return self.status == "alive"


@dataclass
class Scheme:
    """A plan."""

    number: int
    kind: str
    initiator: int
    invited: set[int]
    patient: int | None
    target: tuple[int, int]
    created: int
    deadline: int
    status: str = "PROPOSED"
    accepted: set[int] = field(default_factory=set)
    rejected: set[int] = field(default_factory=set)
    done: set[int] = field(default_factory=set)
    failed: set[int] = field(default_factory=set)
    helped: set[int] = field(default_factory=set)
    started: int | None = None
    ended: int | None = None
    baseline: int = 0
    roles: dict[int, int] = field(default_factory=dict)
    statuses: list[str] = field(default_factory=lambda: ["PROPOSED"])


def apart(one: tuple[int, int], other: tuple[int, int]) -> int:
    """King's moves between two places."""
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]))


class PlanOracle:
    """One world in a hall.

    Args:
        hall: for its parameters and where its cells are.
        minimum: participants that plans need.
    """

    def __init__(self, hall: Any) -> None:
        self.params, constants = hall.params, hall.constants
        self.rows, self.columns = constants.rows.tolist(), constants.columns.tolist()
        self.lengths = self.params.plan_steps
        self.agents = [Being((4, 4)) for _ in range(self.params.agents)]
        self.slots: list[Scheme | None] = [None] * self.params.plan_slots
        self.past: list[Scheme] = []
        self.made = self.now = self.seen = 0
        count = range(self.params.agents)
        self.kept = [[0 for _ in count] for _ in count]
        self.broken = [[0 for _ in count] for _ in count]

    # What may be done

    def hears(self, agent: int, other: int) -> bool:
        """Whether a message reaches the other."""
        reach = self.params.message_range
        return reach is None or apart(self.agents[agent].place, self.agents[other].place) <= reach

    def audience(self, agent: int) -> set[int]:
        """The living who hear an agent, and the agent."""
        return {o for o, being in enumerate(self.agents) if being.alive and self.hears(agent, o)} | {agent}

    def busy(self, agent: int) -> bool:
        """Whether it takes part in a plan in progress."""
        return any(plan and plan.status == "IN_PROGRESS" and agent in plan.accepted for plan in self.slots)

    def neediest(self, agent: int, kind: str) -> int | None:
        """Who of the audience needs most."""
        others = sorted(self.audience(agent) - {agent})
        health_only = kind == "RESCUE_MISSION"
        need = {o: self.agents[o].needs[0] if health_only else min(self.agents[o].needs) for o in others}
        return min(others, key=lambda o: need[o]) if others else None

    def may_propose(self, agent: int, number: int) -> bool:
        """Whether proposal number n is allowed."""
        kind, target = PLAN_TYPES[PROPOSALS[number][0]], TARGETS[PROPOSALS[number][1]]
        me, team = self.agents[agent], self.audience(agent)
        own = any(plan and plan.initiator == agent for plan in self.slots)
        if self.params.coordination == "none" or not me.alive or own or self.busy(agent):
            return False
        if self.now < me.next_proposal or None not in self.slots:
            return False
        if len(team) < max(2, self.params.minimum_participants):
            return False
        known = {"here": True, "teammate": True, "safe_room": "safe" in me.knows}
        if not known.get(target, target in me.knows):
            return False
        return self.requirement(agent, kind, team)

    def requirement(self, agent: int, kind: str, team: set[int]) -> bool:
        """Whether what a type requires holds."""
        me = self.agents[agent]
        if kind == "GROUP_EXIT":
            return "exit" in me.knows
        if kind == "RESOURCE_SHARE":
            return any(sum(self.agents[each].items) for each in team)
        if kind == "SUPPLY_RUN":
            return "supply" in me.knows
        if kind == "AREA_SWEEP":
            return "frontier" in me.knows
        if kind == "SYNCHRONIZED_EXPLORATION":
            reach = 2 * self.params.share_range if self.params.map_sharing else 1000
            near = [o for o in team - {agent} if apart(me.place, self.agents[o].place) <= reach]
            return "frontier" in me.knows and bool(near)
        if kind == "RESCUE_MISSION":
            patient = self.neediest(agent, kind)
            assert patient is not None
            return sum(me.items[:3]) > 0 and min(self.agents[patient].needs) < 50
        return True

    def may_answer(self, agent: int, plan: Scheme | None) -> bool:
        """Whether a plan waits for the agent's answer."""
        if plan is None or plan.status not in ("PROPOSED", "ACCEPTED") or not self.agents[agent].alive:
            return False
        return agent in plan.invited - plan.accepted - plan.rejected

    def open_parts(self, plan: Scheme) -> set[int]:
        """The living whose part has not ended."""
        return {each for each in plan.accepted - plan.done - plan.failed if self.agents[each].alive}

    def may_complete(self, agent: int, plan: Scheme | None) -> bool:
        """Whether the agent's part is done."""
        if plan is None or plan.status != "IN_PROGRESS" or agent not in self.open_parts(plan):
            return False
        team = [self.agents[each] for each in self.open_parts(plan)]
        together = all(apart(each.place, plan.target) <= 1 for each in team)
        fed = all(min(each.needs[1:]) >= 50 for each in team)
        patient = None if plan.patient is None else self.agents[plan.patient]
        saved = patient is not None and patient.alive and min(patient.needs) >= 40
        return {
            "RENDEZVOUS": together,
            "RESOURCE_SHARE": agent in plan.helped or (together and fed),
            "SYNCHRONIZED_EXPLORATION": self.seen >= plan.baseline + 10
            or "frontier" not in self.agents[agent].knows,
            "GROUP_EXIT": False,
            "RESCUE_MISSION": agent in plan.helped or saved,
            "AREA_SWEEP": not self.frontier_near(agent, plan.target),
            "SUPPLY_RUN": agent in plan.helped,
        }[plan.kind]

    def frontier_near(self, agent: int, target: tuple[int, int]) -> bool:
        """Whether an open cell within 4 of the target is beside one that the agent does not know."""
        gone = self.agents[agent].forgotten
        for row, column in ((r, c) for r in range(9) for c in range(9)):
            if (row, column) in gone or apart((row, column), target) > 4:
                continue
            if gone & {(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)}:
                return True
        return False

    def mask(self, agent: int) -> list[bool]:
        """All plan actions of an agent."""
        proposals = [self.may_propose(agent, number) for number in range(len(PROPOSALS))]
        asked = [self.may_answer(agent, plan) for plan in self.slots]
        free = not self.busy(agent)
        completes = [self.may_complete(agent, plan) for plan in self.slots]
        return [*proposals, *(free and each for each in asked), *asked, *completes]

    # What happens

    def act(self, agent: int, number: int, target: tuple[int, int]) -> bool:
        """Takes a plan action; places other than here and a teammate's are told."""
        if self.params.coordination == "none" or not self.mask(agent)[number]:
            return False
        if number < len(PROPOSALS):
            self.propose(agent, number, target)
            return True
        kind, slot = divmod(number - len(PROPOSALS), len(self.slots))
        plan = self.slots[slot]
        assert plan is not None
        if kind == 2:
            self.finish(plan, agent, True)
        else:
            self.answer(plan, agent, kind == 0)
        self.settle(plan)
        return True

    def propose(self, agent: int, number: int, target: tuple[int, int]) -> None:
        """Makes a plan."""
        kind, place = PLAN_TYPES[PROPOSALS[number][0]], TARGETS[PROPOSALS[number][1]]
        patient = self.neediest(agent, kind) if place == "teammate" else None
        if patient is not None:
            target = self.agents[patient].place
        elif place == "here":
            target = self.agents[agent].place
        end = self.now + self.lengths[kind]
        plan = Scheme(self.made, kind, agent, self.audience(agent), patient, target, self.now, end)
        plan.accepted = {agent}
        self.made += 1
        self.agents[agent].next_proposal = self.now + self.params.proposal_pause
        self.agents[agent].answers.append("proposed")
        self.slots[self.slots.index(None)] = plan
        if self.params.coordination == "forced":
            for each in plan.invited - {agent}:
                if not self.busy(each):
                    self.answer(plan, each, True)
        self.settle(plan)

    def answer(self, plan: Scheme, agent: int, yes: bool) -> None:
        """Notes an answer."""
        (plan.accepted if yes else plan.rejected).add(agent)
        self.agents[agent].answers.append("accepted" if yes else "rejected")

    def finish(self, plan: Scheme, agent: int, success: bool) -> None:
        """Ends a part."""
        (plan.done if success else plan.failed).add(agent)
        assert plan.started is not None
        left = max(0.0, 1.0 - (self.now - plan.started) / self.lengths[plan.kind])
        self.agents[agent].tasks.append((plan.roles[agent], success, left))
        if success and plan.kind == "RESCUE_MISSION" and agent != plan.patient:
            self.agents[agent].helpfulness += 1

    def settle(self, plan: Scheme) -> None:
        """Moves a plan on."""
        fewest = self.params.minimum_participants
        if plan.status == "PROPOSED":
            left = {each for each in plan.invited - plan.rejected if self.agents[each].alive}
            if len(plan.accepted) >= fewest:
                plan.status = "ACCEPTED"
                plan.statuses.append("ACCEPTED")
            elif len(left) < fewest:
                self.end(plan, "REJECTED")
        elif plan.status == "ACCEPTED":
            if len(plan.accepted) < fewest:
                self.end(plan, "ABANDONED")
        elif plan.status == "IN_PROGRESS":
            hopeful = self.open_parts(plan)
            if plan.patient is not None and plan.kind == "RESCUE_MISSION":
                hopeful = hopeful if self.agents[plan.patient].alive else hopeful & plan.helped
            if plan.accepted == plan.done | plan.failed:
                self.end(plan, "COMPLETED" if len(plan.done) >= fewest else "ABANDONED")
            elif len(hopeful | plan.done) < fewest:
                self.end(plan, "ABANDONED")

    def end(self, plan: Scheme, status: str) -> None:
        """Ends a plan."""
        plan.status, plan.ended = status, self.now
        plan.statuses.append(status)
        self.slots[self.slots.index(plan)] = None
        self.past.append(plan)
        if plan.started is None:
            return
        for other in plan.accepted:
            for agent in plan.accepted - {other}:
                self.kept[agent][other] += other in plan.done
                faithless = other in plan.failed or status != "COMPLETED"
                if other not in plan.done and faithless and self.agents[other].status != "dead":
                    self.broken[agent][other] += 1

    def start(self, plan: Scheme) -> None:
        """Starts a plan."""
        plan.status, plan.started, plan.baseline = "IN_PROGRESS", self.now, self.seen
        plan.statuses.append("IN_PROGRESS")
        free = list(ROLES_OF[plan.kind])
        for agent in sorted(plan.accepted):
            plan.roles[agent] = max(free, key=lambda role: self.share(agent, role), default=5)
            if free:
                free.remove(plan.roles[agent])
        for other in list(self.slots):
            if other is not None and other.status in ("PROPOSED", "ACCEPTED"):
                leaving = other.accepted & plan.accepted
                other.accepted -= leaving
                other.rejected |= leaving
                self.settle(other)
        self.settle(plan)

    def share(self, agent: int, role: int) -> float:
        """How well an agent has done in a role."""
        parts = [success for each, success, _ in self.agents[agent].tasks if each == role]
        return (sum(parts) + 1) / (len(parts) + 2)

    def tick(self) -> None:
        """Lets a step pass."""
        self.now += 1
        for plan in list(self.slots):
            if plan is None or plan.status in FINAL:
                continue
            answered = self.now - plan.created >= self.params.response_steps
            over = self.now >= min(plan.deadline, self.params.max_steps)
            waiting = {e for e in plan.invited - plan.accepted - plan.rejected if self.agents[e].alive}
            if over or (plan.status == "PROPOSED" and answered):
                self.end(plan, "EXPIRED")
            elif plan.status == "ACCEPTED" and (answered or not waiting):
                self.start(plan)

    def leave(self, agent: int, status: str) -> None:
        """Lets an agent die or escape."""
        me = self.agents[agent]
        if not me.alive:
            return
        me.status = status
        for plan in list(self.slots):
            if plan is None:
                continue
            if plan.status == "IN_PROGRESS":
                if agent in plan.accepted - plan.done - plan.failed:
                    out = status == "escaped" and plan.kind == "GROUP_EXIT" and plan.target == me.place
                    self.finish(plan, agent, out)
            else:
                plan.accepted.discard(agent)
            self.settle(plan)

    def gift(self, giver: int, receiver: int, item: int) -> None:
        """Notes a gift."""
        needs = self.agents[receiver].needs
        if item < 3 and (needs[1], needs[2], needs[0])[item] < 50:
            self.agents[giver].helpfulness += 1
        for plan in self.slots:
            if plan is None or plan.status != "IN_PROGRESS" or giver not in plan.accepted:
                continue
            shared = plan.kind == "RESOURCE_SHARE" and receiver in plan.accepted
            if shared or (plan.kind == "RESCUE_MISSION" and plan.patient == receiver):
                plan.helped |= {giver, receiver} & plan.accepted

    def supply(self, agent: int) -> None:
        """Notes that an agent picked something up."""
        for plan in self.slots:
            if plan and plan.status == "IN_PROGRESS" and plan.kind == "SUPPLY_RUN":
                plan.helped |= {agent} & self.open_parts(plan)

    def holds(self, agent: int) -> bool:
        """Whether an agent at an exit waits."""
        here = self.agents[agent].place
        for plan in self.slots:
            if plan and plan.status == "IN_PROGRESS" and plan.kind == "GROUP_EXIT" and plan.target == here:
                team = self.open_parts(plan)
                if agent in team and any(self.agents[each].place != here for each in team):
                    return True
        return False

    def counts(self) -> list[list[int]]:
        """How many plans of each type ever had each status."""
        plans = [*self.past, *(plan for plan in self.slots if plan)]
        return [
            [sum(plan.kind == kind and status in plan.statuses for plan in plans) for status in PLAN_STATUSES]
            for kind in PLAN_TYPES
        ]

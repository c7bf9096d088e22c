"""Resources of one world in plain Python, written from the documented rules alone: the tests' oracle."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource, ResourceType
from planzoo.envs.resources.rules import ResourceRules

NO_ACTION = -1


class PlainLedger:
    """Amounts in dicts, one requirement after the other."""

    def __init__(self, rules: ResourceRules, agents: int) -> None:
        self.rules, self.agents = rules, agents
        self.kinds = {each.name: each for each in rules.resources}
        self.left: dict[tuple[str, int], float] = {}
        for each in rules.resources:
            for owner in range(agents if each.name in rules.private else 1):
                self.left[each.name, owner] = each.initial_amount
        self.loans: list[tuple[int, str, int, float]] = []
        self.steps = self.violations = 0
        self.end: str | None = None
        self.consumed = dict.fromkeys(self.left, 0.0)
        self.made = dict.fromkeys(self.left, 0.0)
        self.missing: dict[tuple[int, str], float] = {}

    def owner(self, name: str, agent: int) -> tuple[str, int]:
        """Whose amount it is."""
        return name, agent if name in self.rules.private else 0

    def add(self, key: tuple[str, int], amount: float) -> None:
        """Makes something, as far as it fits."""
        kind = self.kinds[key[0]]
        top = kind.limit if kind.resource_type is ResourceType.PRODUCIBLE else kind.initial_amount
        fits = min(amount, top - self.left[key])
        self.left[key] += fits
        self.made[key] += fits

    def needs(self, action: int) -> dict[str, float]:
        """What an action takes of each resource."""
        total: dict[str, float] = {}
        for each in self.rules.requirements_of(action):
            if not each.produces:
                total[each.resource] = total.get(each.resource, 0.0) + each.amount
        return total

    def affords(self, agent: int, action: int) -> bool:
        """Whether all of that is left."""
        needs = self.needs(action).items()
        return all(amount == 0 or self.left[self.owner(name, agent)] >= amount for name, amount in needs)

    def take(self, actions: list[int], allowed: list[list[bool]]) -> list[int]:
        """Gives the actions that are carried out."""
        self.missing, self.later, carried = {}, [], []
        for agent, action in enumerate(actions):
            if not (0 <= action < len(allowed[agent]) and allowed[agent][action]):
                carried.append(action)
                continue
            if not self.affords(agent, action):
                self.violations += 1
                for name, amount in self.needs(action).items():
                    left = self.left[self.owner(name, agent)]
                    if amount > max(left, 0):
                        self.missing[agent, name] = min(amount, amount - left)
                if self.rules.violation == "end":
                    self.end = "terminated"
                if self.rules.violation != "penalize":
                    action = NO_ACTION if self.rules.idle is None else int(self.rules.idle)  # type: ignore[arg-type]
            carried.append(action)
            if action != NO_ACTION:
                self.pay(agent, action)
        return carried

    def pay(self, agent: int, action: int) -> None:
        """Takes an action's amounts, then makes what is there at once."""
        requirements = self.rules.requirements_of(action)
        for each in requirements:
            key = self.owner(each.resource, agent)
            if not each.produces:
                self.left[key] -= each.amount
                if each.changes(self.kinds[each.resource])[1] > 0:
                    steps = self.rules.hold.get(each.resource, 1)
                    self.loans.append((self.steps + steps, *key, each.amount))
                else:
                    self.consumed[key] += each.amount
        for each in requirements:
            if each.produces:
                key = self.owner(each.resource, agent)
                if each.when == "start":
                    self.add(key, each.amount)
                else:
                    self.later.append((key, each.amount))

    def settle(self) -> None:
        """Ends the step."""
        self.steps += 1
        due = [loan for loan in self.loans if loan[0] == self.steps]
        self.loans = [loan for loan in self.loans if loan[0] != self.steps]
        for _, name, owner, amount in due:
            kind = self.kinds[name]
            top = kind.limit if kind.resource_type is ResourceType.PRODUCIBLE else kind.initial_amount
            back = min(amount, top - self.left[name, owner])
            self.left[name, owner] += back
            self.consumed[name, owner] += amount - back  # a deposit for which there is no room any more
        for key, amount in self.later:
            self.add(key, amount)
        for (name, owner), _ in list(self.left.items()):
            self.add((name, owner), self.rules.refill.get(name, 0.0))
        if self.end is None and self.rules.deadline is not None and self.steps >= self.rules.deadline:
            self.end = "truncated"


QUARTERS = st.integers(0, 12).map(lambda number: number / 4)
"""Amounts that add up without rounding."""


@st.composite
def rules_strategy(draw: Any, actions: int = 4, idle: int | None = None) -> ResourceRules:
    """Rules with a resource of every kind, for small numbers of actions."""
    capacity = draw(st.sampled_from([None, 4.0, 7.0]))
    resources = (
        Resource("fuel", "consumable", draw(QUARTERS) + 3),  # type: ignore[arg-type]
        Resource("tool", "reusable", draw(st.integers(3, 6))),  # type: ignore[arg-type]
        Resource("charge", "producible", draw(QUARTERS), capacity),  # type: ignore[arg-type]
    )
    amount = st.integers(0, 6).map(lambda number: number / 4)
    takes = st.one_of(
        st.builds(ResourceRequirement, st.just("fuel"), amount, st.sampled_from([None, "end", "duration"])),
        st.builds(ResourceRequirement, st.just("tool"), amount),
        st.builds(ResourceRequirement, st.just("charge"), amount, st.sampled_from(["start", "duration"])),
    )
    makes = st.builds(
        ResourceRequirement, st.just("charge"), amount, st.sampled_from(["start", "end"]), st.just(True)
    )
    keys: list[int | str] = [action for action in range(actions) if action != idle]
    uses = {key: draw(st.lists(st.one_of(takes, makes), max_size=2)) for key in keys}
    if idle is not None:
        uses[idle] = draw(st.lists(makes, max_size=1))
    return ResourceRules(
        resources,
        uses,
        private=tuple(draw(st.sets(st.sampled_from(["fuel", "tool", "charge"])))),
        refill=draw(st.sampled_from([{}, {"charge": 0.25}, {"charge": 1.0}])),
        deadline=draw(st.sampled_from([None, 1, 5])),
        violation=draw(st.sampled_from(["mask", "penalize", "end"])),
        penalty=draw(st.sampled_from([0.0, 0.5])),
        idle=idle,
        hold=draw(st.sampled_from([{}, {"tool": 1}, {"tool": 3}])),
    )

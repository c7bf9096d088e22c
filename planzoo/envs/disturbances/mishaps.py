"""Disturbances of B worlds, step by step: what wrappers of every kind of environment share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.disturbances.kinds import DROPOUT, EVENT, GOAL_CHANGE, KINDS, QUIET
from planzoo.envs.disturbances.rules import DisturbanceRules
from planzoo.envs.disturbances.striking import Chance, draw_errors, strike
from planzoo.envs.simulation.kernel import call
from planzoo.envs.simulation.random import GOLDEN, stream_keys
from planzoo.errors import InputError

BRANCH = 7_000_000
"""Keeps streams of disturbances apart from those of episodes and their forks."""
_FACTS = tuple(f"disturbances_{kind}" for kind in KINDS)


class Mishaps:
    """What strikes B worlds with N agents, and what it does to actions and observations.

    An episode's disturbances depend on the rules' seed, the seed of the world's last seeded episode, and how
    many episodes have begun since: on nothing that anybody does.

    Args:
        rules: what strikes how often.
        num_worlds: B.
        num_agents: N.
        num_actions: A; 1 where actions are not numbered.

    Attributes:
        struck: int64 (B, N), bits of what has struck in the last step.

    Raises:
        InputError: a scheduled disturbance strikes an agent that there is not.
    """

    def __init__(self, rules: DisturbanceRules, num_worlds: int, num_agents: int, num_actions: int) -> None:
        self.rules = rules
        scheduled, halts = _schedule(rules, num_agents)
        agents, errs = (num_worlds, num_agents), rules.model_error > 0
        self.chance = Chance(
            rates=np.array(list(rules.rates.values()), dtype=np.float64),
            keys=np.zeros(num_worlds, dtype=np.uint64),
            steps=np.zeros(num_worlds, dtype=np.int64),
            stopped=np.zeros(agents, dtype=np.int64),
            failing=np.zeros((*agents, num_actions) if errs else (0, 0, 0), dtype=np.float64),
            scheduled=scheduled,
            halts=halts,
            struck=np.zeros(agents, dtype=np.int64),
            halting=np.array([rules.stoppage_steps], dtype=np.int64),
            counts=np.zeros((num_worlds, len(KINDS)), dtype=np.int64),
        )
        self._bases = np.random.default_rng().integers(2**63, size=num_worlds).astype(np.uint64)
        self._episodes = np.zeros(num_worlds, dtype=np.uint64)
        self._seen: NDArray[Any] | None = None
        self._awake = np.zeros(num_worlds, dtype=np.bool_)

    def happen(self, place: Any, simulator: Any = None) -> None:
        """Lets happen to worlds what strikes them in this step.

        Args:
            place: the environment.
            simulator: that of PlanZoo's environments, which is what functions get then.
        """
        functions = {"event": self.rules.on_event, "goal_change": self.rules.on_goal_change}
        for kind, world in self.events():
            random, function = self.generator(world, kind), functions[kind]
            if function is not None:
                function(place if simulator is None else simulator, world, random)
            else:
                simulator.disturb(world, kind, random)

    @property
    def struck(self) -> NDArray[np.int64]:
        """Bits of what has struck each agent in the last step, int64 (B, N)."""
        return self.chance.struck

    def begin(self, worlds: Any, seeds: Any = None) -> None:
        """Begins episodes in some worlds.

        Args:
            worlds: int64 (n,).
            seeds: what they were seeded with, (n,); None, or None for a world, where its stream goes on.
        """
        worlds = np.asarray(worlds, dtype=np.int64).reshape(-1)
        self._episodes[worlds] += np.uint64(1)
        given = [None] * len(worlds) if seeds is None else list(seeds)
        for world, seed in zip(worlds.tolist(), given, strict=True):
            if seed is not None:
                self._bases[world], self._episodes[world] = np.uint64(int(seed) % 2**64), np.uint64(0)
        chance = self.chance
        first = stream_keys(self._bases[worlds], BRANCH + self.rules.seed)
        with np.errstate(over="ignore"):
            chance.keys[worlds] = stream_keys(first + self._episodes[worlds] * GOLDEN)
        for array in (chance.steps, chance.stopped, chance.struck, chance.counts):
            array[worlds] = 0
        if chance.failing.size:
            self._draw_errors(worlds)

    def _draw_errors(self, worlds: NDArray[np.int64]) -> None:
        """Draws the probabilities by which actions fail that planners think too well of."""
        mean, failing = self.rules.model_error, self.chance.failing
        keys = self.chance.keys[worlds]
        if self.rules.lasting:
            keys = np.full_like(keys, stream_keys(np.array([self.rules.seed], dtype=np.uint64), BRANCH)[0])
        if mean < 1:
            call(draw_errors, failing, worlds, keys, float(mean))
        else:
            failing[worlds] = 1.0

    def strike(
        self,
        actions: NDArray[np.int64],
        masks: NDArray[np.bool_],
        nothing: int,
        resting: NDArray[np.bool_] | None = None,
    ) -> None:
        """Lets disturbances strike, and puts what is carried out in the place of actions.

        Args:
            actions: int64 (B, N), changed.
            masks: bool (B, N, A), what is allowed.
            nothing: the action that does nothing.
            resting: bool (B,), worlds that play no step; None for none.
        """
        call(strike, self.chance, actions, masks, self._awake if resting is None else resting, nothing)

    @property
    def quiet(self) -> NDArray[np.bool_]:
        """Whose actions were not carried out in the last step, bool (B, N)."""
        return self.chance.struck & QUIET > 0

    def observed(self, observations: NDArray[Any], keep: bool = True) -> NDArray[Any]:
        """Gives the observations that come through: those given, or new ones.

        Args:
            observations: (B, N, …), of each agent.
            keep: whether they are what is seen in later steps, where the last ones are.
        """
        if not self.rules.strikes("sensor_dropout"):
            return observations
        lost = self.chance.struck >> DROPOUT & 1 > 0
        shown = observations.copy()
        if self.rules.dropout == "zeros":
            shown[lost] = 0
            return shown
        if self._seen is not None:
            shown[lost] = self._seen[lost]
        if keep:
            self._seen = shown.copy()
        return shown

    def show_first(self, observations: NDArray[Any], worlds: Any) -> None:
        """Takes note of the first observations of episodes, (B, N, …), which are never lost."""
        if self.rules.dropout == "last" and self.rules.strikes("sensor_dropout"):
            if self._seen is None:
                self._seen = observations.copy()
            self._seen[worlds] = observations[worlds]

    def events(self) -> list[tuple[str, int]]:
        """Lists what happens to worlds as a whole in this step: the kind and the world."""
        found = []
        for kind, name in ((EVENT, "event"), (GOAL_CHANGE, "goal_change")):
            if self.rules.strikes(name):
                worlds = np.flatnonzero(self.chance.struck[:, 0] >> kind & 1)
                found += [(name, world) for world in worlds.tolist()]
        return found

    def generator(self, world: int, kind: str) -> np.random.Generator:
        """Gives a generator for what happens to a world in this step."""
        step = int(self.chance.steps[world])
        return np.random.default_rng((int(self.chance.keys[world]), step, KINDS.index(kind)))

    def facts(self) -> dict[str, NDArray[np.int64]]:
        """Counts the disturbances of the present episodes, (B,) each: all of them, and those of each kind."""
        columns = self.chance.counts.T.copy()
        return {"disturbances_total": columns.sum(axis=0), **dict(zip(_FACTS, columns, strict=True))}


def _schedule(rules: DisturbanceRules, num_agents: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Gives the bits of what is scheduled, and the lengths of scheduled stoppages, int64 (T, N) each."""
    length = 1 + max((each.step for each in rules.schedule), default=-1)
    bits, halts = np.zeros((length, num_agents), dtype=np.int64), np.zeros((length, num_agents), np.int64)
    for each in rules.schedule:
        if each.agent is not None and each.agent >= num_agents:
            raise InputError(
                f"A {each.kind} is scheduled for agent {each.agent}, but agents are numbered from 0 to "
                f"{num_agents - 1}."
            )
        agents = slice(None) if each.agent is None else each.agent
        bits[each.step, agents] |= 1 << KINDS.index(each.kind)
        if each.kind == "stoppage":
            halts[each.step, agents] = each.steps or rules.stoppage_steps
    return bits, halts

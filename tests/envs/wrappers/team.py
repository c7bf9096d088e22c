"""A team of somebody else's environment, whose agents come, go and act in ways of their own."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from gymnasium import spaces
from pettingzoo import ParallelEnv

MASK = np.array([True, True, False])


class Office(ParallelEnv[str, Any, Any]):
    """Everybody shows the time and the last action.

    The clerk, who may not press the last button, leaves after two steps; the guest comes with the first step.
    It is over after four.

    Args:
        lever: whether all move a lever instead of pressing four, three and two buttons.
        first: the number of the first button.
    """

    metadata: ClassVar[dict[str, Any]] = {"name": "office"}
    render_mode = None

    def __init__(self, lever: bool = False, first: int = 0) -> None:
        self.lever, self.first = lever, first
        self.possible_agents = ["chief", "clerk", "guest"]
        self.agents: list[str] = []
        self.time = 0
        self.options: Any = None

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        return spaces.Box(-9.0, 9.0, (2,), np.float32)

    def action_space(self, agent: str) -> spaces.Space[Any]:
        if self.lever:
            return spaces.Box(-1.0, 1.0, (1,), np.float32)
        return spaces.Discrete({"chief": 4, "clerk": 3, "guest": 2}[agent], start=self.first)

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        self.agents, self.time, self.options = ["chief", "clerk"], 0, options
        return self.seen({}), self.infos()

    def step(self, actions: dict[str, Any]) -> tuple[Any, Any, Any, Any, Any]:
        assert self.agents, "nobody is there any more"
        self.time += 1
        actors = list(self.agents)
        if self.time == 1:
            self.agents.append("guest")
        present = list(self.agents)
        over = {agent: self.time == 4 or (agent == "clerk" and self.time == 2) for agent in present}
        found = self.seen({agent: actions[agent] for agent in actors}), self.infos()
        self.agents = [agent for agent in present if not over[agent]]
        return found[0], dict.fromkeys(present, 0.0), over, dict.fromkeys(present, False), found[1]

    def seen(self, actions: dict[str, Any]) -> dict[str, Any]:
        last = {agent: float(np.ravel(actions.get(agent, -1.0))[0]) for agent in self.agents}
        return {agent: np.array([self.time + 1, action], np.float32) for agent, action in last.items()}

    def infos(self) -> dict[str, dict[str, Any]]:
        masked = () if self.lever else ("clerk",)
        return {agent: {"action_mask": MASK} if agent in masked else {} for agent in self.agents}

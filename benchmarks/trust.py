"""Do agents learn whom to trust? Teams in which one agent promises everything and does nothing of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from maze_episodes import PlanNote, play_episode
from numpy.typing import NDArray

from planzoo.envs import maze_v0
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.planners.domains.maze_answers import Answer
from planzoo.planners.domains.maze_case import Case
from planzoo.planners.domains.maze_memory import MazeMemory
from planzoo.planners.domains.maze_site import MazeSite
from planzoo.planners.domains.maze_team import CoordinatedPolicy
from planzoo.planners.policy import Mask

PROMISER = 0
"""The agent that keeps no promise."""


class PromisingPolicy(CoordinatedPolicy):
    """A team in which one agent proposes as the others do and accepts everything, but sees only to itself."""

    def _case(self, site: MazeSite, memory: MazeMemory, allowed: Mask) -> Case:
        case = super()._case(site, memory, allowed)
        return replace(case, cooperative=False) if site.view.number == PROMISER else case

    def _answer(self, site: MazeSite, memory: MazeMemory) -> Answer | None:
        answer = super()._answer(site, memory)
        if answer is None or site.view.number != PROMISER:
            return answer
        return replace(answer, accepted=True, words="promises to come")


@dataclass(frozen=True)
class Trust:
    """What one team of three thinks after each of its E episodes.

    Attributes:
        promiser: float64 (E,), mean trust of the others in the agent that keeps no promise.
        reliable: float64 (E,), mean trust of the others in each other.
        asked_promiser, asked_reliable: int64 (E,), answers to what either proposed.
        joined_promiser, joined_reliable: int64 (E,), those that accepted, the promiser's own left out.
        escaped: float64 (E,), share that escaped.
    """

    promiser: NDArray[np.float64]
    reliable: NDArray[np.float64]
    asked_promiser: NDArray[np.int64]
    asked_reliable: NDArray[np.int64]
    joined_promiser: NDArray[np.int64]
    joined_reliable: NDArray[np.int64]
    escaped: NDArray[np.float64]


def trust_of_a_team(params: MazeParams, seeds: Sequence[int]) -> Trust:
    """Lets one team play one episode a seed and looks at its trust after each."""
    simulator, policy = maze_v0.simulator(params), PromisingPolicy(params)
    rows = []
    for seed in seeds:
        answers = _answers(play_episode(simulator, policy, seed))
        trust = _trust(simulator)
        escaped = float(simulator.episode_facts(np.array([0]))["escape_rate"][0])
        rows.append((trust[PROMISER], float(np.mean(np.delete(trust, PROMISER))), *answers, escaped))
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    return Trust(*columns)


def _trust(simulator: MazeSimulator) -> NDArray[np.float64]:
    """Gives the mean trust in each agent of those others that keep their promises."""
    kept, broken = simulator.state.kept[0], simulator.state.broken[0]
    trust = (kept + 1) / (kept + broken + 2)
    agents = range(len(trust))
    means = [
        np.mean([trust[other, agent] for other in agents if other not in (agent, PROMISER)])
        for agent in agents
    ]
    return np.array(means)


def _answers(plans: Sequence[PlanNote]) -> tuple[int, int, int, int]:
    """Gives answers to the promiser's plans and to the others', then those of either that accepted.

    What the promiser itself answers is left out.
    """
    asked, joined = [0, 0], [0, 0]
    for plan in plans:
        asker = int(plan.initiator != PROMISER)
        others = ~(1 << plan.initiator | 1 << PROMISER)
        joined[asker] += (plan.accepted & others).bit_count()
        asked[asker] += ((plan.accepted | plan.rejected) & others).bit_count()
    return asked[0], asked[1], joined[0], joined[1]

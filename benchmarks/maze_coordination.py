"""What coordination is worth in the maze: ``python benchmarks/maze_coordination.py [--quick]``.

Plays the comparison ``maze`` (what its folder holds already is not played again), then answers the five
questions that the seed of the maze asks, in Markdown:

1. Do coordinated teams escape faster than individuals?
2. What types of plans emerge most often?
3. How does the success of plans go along with the survival of the team?
4. Do agents learn to trust reliable teammates more?
5. Do roles improve how plans are carried out?

Differences are means over pairs of episodes in the same maze; intervals are 95 % percentile bootstrap
intervals.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from comparison_tables import Facts, estimate, markdown, played, written
from maze_episodes import play_episode
from numpy.typing import NDArray
from trust import Trust, trust_of_a_team

from planzoo.baselines.compare import CompareOptions
from planzoo.envs import maze_v0
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import PLAN_TYPES
from planzoo.planners.domains.maze_team import CoordinatedPolicy

ALONE, SILENT, TALKING = "Independent", "Team without plans", "Team with plans"
PLANNING = (TALKING, "Team obliged", "Team in roles")
TYPES = [name.lower() for name in PLAN_TYPES]
ABLATION = {
    "escape_rate": ("escaped", 2),
    "survival_rate": ("survived", 2),
    "team_time": ("until all are out", 0),
    "escape_time": ("to escape", 0),
    "amount_wasted": ("wasted", 0),
    "items_lost": ("lost", 1),
    "plans_proposed": ("proposed", 2),
    "plans_accepted": ("accepted", 2),
    "plans_completed": ("completed", 2),
    "coordination": ("score", 2),
}
"""Fact → heading and digits of its column."""
TRUSTING = MazeParams.medium(
    kind="perfect", hunger_rate=2.0, thirst_rate=3.0, observation="map", memory="kept", agents=4
)
MOMENTS = np.array([0, 25, 50, 100, 200, 100_000])
"""Where the spans of steps begin in which proposals are counted."""
TALKING_MAZES = {
    "15 x 15": MazeParams.medium(kind="perfect", hunger_rate=2.0, thirst_rate=3.0, observation="map"),
    "25 x 25": MazeParams.large(kind="perfect", hunger_rate=0.8, thirst_rate=1.2, observation="map"),
}
EPISODES, TEAMS = 30, 10
"""How many episodes each team plays in the question of trust, and how many teams there are."""


def main() -> None:
    """Reads the command line, plays what is missing, and prints the answers."""
    parser = argparse.ArgumentParser(description="Measures what coordination is worth in the maze.")
    parser.add_argument("--output", type=Path, default=Path("results/maze"), help="folder of the results")
    parser.add_argument("--jobs", type=int, default=1, help="processes that play episodes")
    parser.add_argument("--quick", action="store_true", help="four episodes of each instead of all")
    options = parser.parse_args()
    run = CompareOptions(options.output, options.jobs, command="python benchmarks/maze_coordination.py")
    scenarios = played("maze", run, 4 if options.quick else None)
    for title, policies in scenarios.items():
        print(f"\n## {title}\n\n{ablation(policies)}\n\n{plans_by_type(policies)}")
    print(f"\n## Proposals over time\n\n{proposal_rates(20 if not options.quick else 2)}")
    print(f"\n## Who is faster\n\n{differences(scenarios)}")
    print(f"\n## Success of plans and survival\n\n{correlations(scenarios)}")
    teams = [
        trust_of_a_team(TRUSTING, range(start, start + (3 if options.quick else EPISODES)))
        for start in range(0, 1000 * (2 if options.quick else TEAMS), 1000)
    ]
    print(f"\n## Trust\n\n{trust_table(teams)}")


def ablation(policies: dict[str, Facts]) -> str:
    """The table of one scenario: a row a policy."""
    rows = [
        [title, estimate(facts["return"], 1)]
        + [estimate(facts[name], digits) for name, (_, digits) in ABLATION.items()]
        for title, facts in policies.items()
    ]
    return markdown(["policy", "return", *(heading for heading, _ in ABLATION.values())], rows)


def plans_by_type(policies: dict[str, Facts]) -> str:
    """What teams proposed, accepted and completed, in sums over all episodes, and how long plans took."""
    rows = [
        [title, *(_counts(facts, name) for name in TYPES), _answers(facts), _duration(facts)]
        for title, facts in policies.items()
        if facts["plans_proposed"].any()
    ]
    return markdown(["proposed / accepted / completed", *TYPES, "accepting", "steps to completion"], rows)


def _counts(facts: Facts, name: str) -> str:
    stages = ("proposed", "accepted", "completed")
    return " / ".join(f"{facts[f'{stage}_{name}'].sum():.0f}" for stage in stages)


def _answers(facts: Facts) -> str:
    """Writes the share of single answers that accepted."""
    accepted, rejected = facts["answers_accepted"].sum(), facts["answers_rejected"].sum()
    return f"{accepted / (accepted + rejected):.0%}" if accepted + rejected else "–"


def _duration(facts: Facts) -> str:
    return f"{plan_steps(facts):.1f}" if facts["plans_completed"].any() else "–"


def plan_steps(facts: Facts) -> float:
    """Gives the mean steps from start to completion over all completed plans; NaN if there are none."""
    done = facts["plans_completed"]
    return float((facts["plan_time"] * done).sum() / done.sum()) if done.any() else float("nan")


def proposal_rates(episodes: int) -> str:
    """How many plans a team that may talk proposes in a hundred steps, the longer it searches."""
    rows = []
    for title, params in TALKING_MAZES.items():
        simulator, policy = maze_v0.simulator(params), CoordinatedPolicy(params)
        made, steps = np.zeros(len(MOMENTS) - 1), np.zeros(len(MOMENTS) - 1)
        for seed in range(episodes):
            plans = play_episode(simulator, policy, seed)
            made += np.histogram([plan.created_at for plan in plans], MOMENTS)[0]
            steps += np.clip(int(simulator.state.steps[0]) - MOMENTS[:-1], 0, np.diff(MOMENTS))
        rates = 100 * made / np.maximum(steps, 1)
        shown = zip(rates, steps, strict=True)
        rows.append([title, *("–" if not spent else f"{rate:.1f}" for rate, spent in shown)])
    spans = [f"steps {first}–{last - 1}" for first, last in pairwise(MOMENTS[:-1].tolist())]
    return markdown(["mazes", *spans, f"from {MOMENTS[-2]} on"], rows)


def differences(scenarios: dict[str, dict[str, Facts]]) -> str:
    """Coordinated teams beside individuals and silent teams, maze by maze, and roles beside none."""
    pairs = [(SILENT, ALONE), *((team, SILENT) for team in PLANNING), (PLANNING[2], TALKING)]
    rows = [
        [
            title,
            f"{one} − {other}",
            *(estimate(policies[one][name] - policies[other][name], digits) for name, digits in _COMPARED),
        ]
        for title, policies in scenarios.items()
        for one, other in pairs
    ]
    return markdown(["mazes", "difference", *(name.replace("_", " ") for name, _ in _COMPARED)], rows)


_COMPARED = (("escape_rate", 3), ("team_time", 1), ("escape_time", 1), ("return", 2))


def correlations(scenarios: dict[str, dict[str, Facts]]) -> str:
    """Spearman's rank correlations over the episodes in which something was proposed."""
    rows = []
    for title, policies in scenarios.items():
        for team in PLANNING:
            facts = policies[team]
            chosen = np.flatnonzero(facts["plans_proposed"])
            success = facts["plans_completed"][chosen] / facts["plans_proposed"][chosen]
            pairs = [
                (success, facts["survival_rate"][chosen]),
                (facts["coordination"][chosen], facts["team_time"][chosen]),
                (facts["plans_proposed"], facts["team_time"]),
            ]
            rows.append([title, team, str(len(chosen)), *(correlation(*pair) for pair in pairs)])
    headings = ("success of plans, survival", "score, time of the team", "plans proposed, time of the team")
    return markdown(["mazes", "team", "episodes", *headings], rows)


def correlation(first: NDArray[np.float64], second: NDArray[np.float64]) -> str:
    """Writes Spearman's correlation with its interval; a dash where one of both never varies."""
    if len(first) < 3 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return "–"
    random = np.random.default_rng(0)
    drawn = [rank_correlation(first[rows], second[rows]) for rows in _resamples(random, len(first))]
    low, high = np.nanquantile(drawn, (0.025, 0.975))
    found = rank_correlation(first, second)
    return f"{written(found, 2)} [{written(low, 2)}, {written(high, 2)}]"


def _resamples(random: np.random.Generator, count: int) -> Iterator[NDArray[np.int64]]:
    return (random.integers(count, size=count) for _ in range(1000))


def rank_correlation(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Gives Spearman's rank correlation, ties at their mean rank; NaN where one of both never varies."""
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return float("nan")
    return float(np.corrcoef(_ranks(first), _ranks(second))[0, 1])


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[places], dtype=np.float64)


def trust_table(teams: Sequence[Trust]) -> str:
    """What teams think of who keeps promises and who does not, in thirds of their episodes."""
    thirds = np.array_split(np.arange(len(teams[0].promiser)), 3)

    def share(joined: str, asked: str, part: NDArray[np.int64]) -> str:
        answers = sum(int(getattr(team, asked)[part].sum()) for team in teams)
        accepted = sum(int(getattr(team, joined)[part].sum()) for team in teams)
        return f"{accepted / answers:.2f} of {answers}" if answers else "–"

    def trust(name: str) -> Callable[[NDArray[np.int64]], str]:
        return lambda part: estimate(np.array([getattr(team, name)[part].mean() for team in teams]), 2)

    lines = {
        "trust in who keeps no promise": trust("promiser"),
        "trust in the others": trust("reliable"),
        "joined what it proposed": lambda part: share("joined_promiser", "asked_promiser", part),
        "joined what others proposed": lambda part: share("joined_reliable", "asked_reliable", part),
        "escaped": trust("escaped"),
    }
    rows = [[name, *(write(part) for part in thirds)] for name, write in lines.items()]
    return markdown(["", *(f"episodes {part[0] + 1}–{part[-1] + 1}" for part in thirds)], rows)


if __name__ == "__main__":
    main()

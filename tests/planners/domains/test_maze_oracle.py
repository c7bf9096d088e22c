"""The oracle as a policy: it watches, plays its reference, and is shown as an oracle."""

from __future__ import annotations

import numpy as np
import pytest
from stable_baselines3.common.evaluation import evaluate_policy

from planzoo.baselines.policies import POLICIES, PlannerKind
from planzoo.envs import maze_v0
from planzoo.envs.maze.params import MazeParams
from planzoo.errors import InputError
from planzoo.planners.domains.maze_oracle import OraclePolicy, escape_of
from planzoo.planners.domains.maze_team import IndependentPolicy
from planzoo.planners.policy import Access, StateReader
from tests.planners.domains.maze_play import drawn, outcome, played

SMALL = MazeParams.small(observation="map")


def test_it_is_an_oracle_and_shown_as_one() -> None:
    """Its access says so, and it is the only policy of comparisons with it."""
    assert OraclePolicy.access is Access.STATE and isinstance(OraclePolicy(SMALL), StateReader)
    seeing = [
        kind.name
        for kind in POLICIES.values()
        if isinstance(kind, PlannerKind) and kind.scenarios() and "maze_v0" in kind.scenarios()
        if kind.access("maze_v0") is Access.STATE
    ]
    assert seeing == ["oracle"]


def test_it_has_to_be_told_where_the_truth_is() -> None:
    """One sentence says how."""
    policy = OraclePolicy(SMALL)
    with pytest.raises(InputError, match=r"call watch\(environment.simulator\)"):
        policy.predict(np.zeros(policy.observation_size, dtype=np.float32))


def test_nobody_left_has_no_way_out() -> None:
    """The reference is for the living."""
    simulator = drawn("#####\n#0.E#\n#####")
    for _ in range(2):
        simulator.step([[3]])
    with pytest.raises(InputError, match="nobody left"):
        escape_of(simulator)


def test_explanations_give_the_reference() -> None:
    """Nothing before the first decision; then steps, bound, and who is out when."""
    simulator = drawn("########\n#0..1.E#\n########")
    policy = OraclePolicy(simulator.params)
    policy.watch(simulator)
    assert policy.explain().words == "No decision has been made yet."
    assert len(list(played(policy, simulator))) == 5
    explanation = policy.explain()
    assert explanation.words == "All are out after 5 steps, and nobody can be earlier."
    assert explanation.data["ways"] == {"agent_0": 5, "agent_1": 2}


def test_nobody_beats_it_by_seed() -> None:
    """The planners that see less are later in every episode."""
    simulator, later = maze_v0.simulator(SMALL), 0
    for seed in range(4):
        ends = []
        for policy in (OraclePolicy(SMALL), IndependentPolicy(SMALL)):
            simulator.reset([seed])
            if isinstance(policy, OraclePolicy):
                policy.watch(simulator)
            ends.append(len(list(played(policy, simulator))))
        assert ends[0] <= ends[1]
        later += ends[1] - ends[0]
    assert later > 0


def test_stable_baselines_plays_it() -> None:
    """Episode by episode, as long as it watches the environment's simulator."""
    env = maze_v0.gymnasium_env(SMALL)
    policy = OraclePolicy(SMALL)
    policy.watch(env.simulator)
    mean, _ = evaluate_policy(policy, env, n_eval_episodes=2, warn=False)  # type: ignore[arg-type]
    assert mean > 8.0


def test_it_gets_everybody_out() -> None:
    """Always, in mazes that can be left."""
    simulator = maze_v0.simulator(SMALL)
    policy = OraclePolicy(SMALL)
    for seed in range(3):
        simulator.reset([seed])
        policy.watch(simulator)
        list(played(policy, simulator))
        assert (simulator.state.agents.status[0] == 1).all()
    with pytest.raises(InputError):
        outcome(OraclePolicy(SMALL), SMALL, range(1))

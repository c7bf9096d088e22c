"""Facts about episodes, by hand and against what was seen of them."""

from __future__ import annotations

import numpy as np

from planzoo.envs.maze.coordination_score import coordination_scores
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import FOOD, LEFT, NO_ACTION, PLAN_TYPES, REST, RIGHT
from tests.envs.maze.stage import do, everybody, random_actions, staged


def test_facts_by_hand() -> None:
    simulator = staged("#######\n#0.E.1#\n#2#####\n#######\n#######", max_steps=9)
    state = simulator.state
    facts = simulator.episode_info(0)
    assert (facts["success"], facts["escape_rate"], facts["survival_rate"]) == (False, 0.0, 1.0)
    assert (facts["escape_time"], facts["team_time"]) == (9.0, 9)
    state.agents["items"][0, 2, FOOD] = 2
    do(simulator, RIGHT, REST, REST)
    do(simulator, RIGHT, LEFT, REST)
    do(simulator, NO_ACTION, LEFT, REST)
    state.agents.needs[0, 2, :2] = 0
    everybody(simulator, REST)
    state.worlds.amount_wasted[0] = 4.5
    facts = simulator.episode_info(0)
    assert facts["escape_time"] == 2.5 and facts["amount_wasted"] == 4.5
    assert (facts["escape_rate"], facts["survival_rate"], facts["items_lost"]) == (2 / 3, 2 / 3, 2)
    assert (facts["success"], facts["team_time"]) == (False, 9)
    state.agents.status[0, 2], state.agents.ended_at[0, 2] = 1, 7
    facts = simulator.episode_info(0)
    assert (facts["success"], facts["team_time"]) == (True, 7)


def test_plans_are_counted_as_they_were_announced() -> None:
    simulator, random = MazeSimulator(MazeParams(max_steps=200), num_worlds=12), np.random.default_rng(0)
    simulator.reset(0)
    told, accepting, rejecting = np.zeros((3, 12), dtype=int)
    for _ in range(150):
        simulator.step(random_actions(simulator, random))
        for world in range(12):
            told[world] += sum("proposed" in names for names in simulator.events(world))
            accepting[world] += sum("accepted" in names for names in simulator.events(world))
            rejecting[world] += sum("rejected" in names for names in simulator.events(world))
    worlds = np.arange(12)
    facts = simulator.episode_facts(worlds)
    np.testing.assert_array_equal(facts["plans_proposed"], told)
    np.testing.assert_array_equal(facts["plans_proposed"], simulator.state.worlds.plans_proposed)
    for share in ("proposed", "accepted", "completed"):
        by_type = sum(facts[f"{share}_{name.lower()}"] for name in PLAN_TYPES)
        np.testing.assert_array_equal(by_type, facts[f"plans_{share}"])
    assert (facts["plans_completed"] <= facts["plans_accepted"]).all()
    assert facts["plans_completed"].any()
    ended = sum(facts[f"plans_{end}"] for end in ("completed", "rejected", "expired", "abandoned"))
    open_plans = (simulator.state.plans.status > 0).sum(axis=1)
    np.testing.assert_array_equal(ended + open_plans, told)
    np.testing.assert_array_equal(facts["answers_accepted"], accepting)
    np.testing.assert_array_equal(facts["answers_rejected"], rejecting)
    assert ((facts["plan_time"] > 0) <= (facts["plans_completed"] > 0)).all()
    scores = coordination_scores(simulator.constants, simulator.state, worlds)
    np.testing.assert_array_equal(facts["coordination"], scores)


def test_columns_have_plain_types() -> None:
    simulator = MazeSimulator(MazeParams(), num_worlds=4)
    simulator.reset(0)
    facts = simulator.episode_facts(np.array([2, 0]))
    assert all(column.shape == (2,) for column in facts.values())
    assert {column.dtype.kind for column in facts.values()} == {"b", "f", "i"}
    names = {"success", "escape_rate", "survival_rate", "escape_time", "plans_proposed", "plans_accepted"}
    assert names | {"completed_group_exit", "proposed_rendezvous", "plan_time"} <= facts.keys()

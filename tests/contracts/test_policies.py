"""What every policy promises, in every scenario that it fits."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.monitor import Monitor

from planzoo.baselines.checkpoints import find_checkpoint, load_metadata, shipped_checkpoints
from planzoo.baselines.policies import (
    POLICIES,
    LearnedKind,
    Place,
    PlannerKind,
    PolicyKind,
    RandomKind,
    default_place,
    learned_name,
)
from planzoo.baselines.scenarios import make_place
from planzoo.envs.registration import load_scenario
from planzoo.envs.wrappers.resource_vector import ResourceVectorWrapper
from planzoo.planners.policy import Access, Policy

STEPS = 60
"""Decisions that are watched; episodes of a warehouse are cut to as many."""
SEED = 17


@dataclass(frozen=True)
class Case:
    """A policy in a scenario: all that is needed to make both, and whether it heeds action masks."""

    kind: PolicyKind
    place: Place
    arguments: tuple[tuple[str, str], ...] = ()
    heeds_masks: bool = True

    def __str__(self) -> str:
        return "-".join([self.kind.name, self.place.scenario, *dict(self.arguments).values()])

    def policy(self, seed: int = SEED) -> Policy:
        """Makes the policy."""
        return self.kind.make(self.place, dict(self.arguments), seed)

    def environment(self) -> gymnasium.Env[Any, Any]:
        """Makes one world."""
        return self.place.environment()

    def worlds(self, count: int) -> Any:
        """Makes a batch of worlds that begin anew in the step that ends them."""
        scenario = load_scenario(self.place.scenario)
        worlds = scenario.vector_env(count, self.place.params, AutoresetMode.SAME_STEP)
        return worlds if self.place.resources is None else ResourceVectorWrapper(worlds, self.place.resources)


def time_limit(params: Any) -> int:
    """Steps of an episode, where params may leave them to be computed."""
    return int(getattr(params, "time_limit", params.max_steps))


def cases() -> Iterator[Case]:
    """Every planner in its scenarios; every shipped checkpoint in the scenario that it was trained on."""
    for kind in POLICIES.values():
        if isinstance(kind, LearnedKind) or kind.name == "oracle":  # which has to watch a simulator
            continue
        for name in kind.scenarios():
            steps = min(time_limit(load_scenario(name).params()), STEPS)
            yield Case(kind, default_place(kind, name, max_steps=steps))
    for checkpoint in shipped_checkpoints():
        metadata = load_metadata(find_checkpoint(checkpoint))
        place = make_place(metadata.scenario)
        place = replace(place, params=replace(place.params, max_steps=min(time_limit(place.params), STEPS)))
        heeds_masks = metadata.algorithm == "maskable_ppo"
        yield Case(
            POLICIES[learned_name(metadata.algorithm)], place, (("checkpoint", checkpoint),), heeds_masks
        )


CASES = list(cases())
PLANNERS = [case for case in CASES if isinstance(case.kind, PlannerKind)]
DETERMINISTIC = [case for case in CASES if not isinstance(case.kind, RandomKind)]
HEEDING = [case for case in CASES if case.heeds_masks]


@pytest.fixture(params=CASES, ids=str, scope="module")
def case(request: pytest.FixtureRequest) -> Case:
    made: Case = request.param
    return made


def flat_masks(info: dict[str, Any], worlds: int = 1) -> NDArray[np.bool_]:
    """The masks of all worlds, bool (B, N·A)."""
    masks: NDArray[np.bool_] = np.array(info["action_mask"], dtype=np.bool_).reshape(worlds, -1)
    return masks


def in_space(env: gymnasium.Env[Any, Any], action: Any) -> Any:
    """Asserts that an action is in the space, and gives it as the space has it."""
    shaped = np.asarray(action).reshape(env.action_space.shape or ())[()]
    assert env.action_space.contains(shaped), action
    return shaped


def play(
    case: Case, policy: Policy, steps: int = STEPS, masked: bool = True
) -> Iterator[tuple[Any, Any, Any]]:
    """Plays on through episodes of one environment; gives observation, mask and action of each decision."""
    env = case.environment()
    observation, info = env.reset(seed=SEED)
    memory, start = None, np.ones(1, dtype=bool)
    for _ in range(steps):
        masks = flat_masks(info)
        action, memory = policy.predict(observation, memory, start, True, masks if masked else None)
        action = in_space(env, action)
        yield observation, masks[0], action
        observation, _, terminated, truncated, info = env.step(action)
        start = np.array([terminated or truncated])
        if start[0]:
            observation, info = env.reset()


def play_together(case: Case, policy: Policy, batch: bool, seeds: list[int]) -> list[list[Any]]:
    """Plays one world a seed side by side; asks for a batch, or world by world. Gives actions (steps, B)."""
    env = case.worlds(len(seeds))
    observations, infos = env.reset(seed=seeds)
    starts = np.ones(len(seeds), dtype=bool)
    memories: Any = None if batch else [None] * len(seeds)
    history = []
    for _ in range(STEPS):
        masks = flat_masks(infos, len(seeds))
        if batch:
            actions, memories = policy.predict(observations, memories, starts, True, masks)
        else:
            answers = [
                policy.predict(row, memories[world], starts[world : world + 1], True, masks[world])
                for world, row in enumerate(observations)
            ]
            actions, memories = np.array([answer[0] for answer in answers]), [answer[1] for answer in answers]
        observations, _, terminated, truncated, infos = env.step(actions)
        starts = terminated | truncated
        history.append(np.asarray(actions).tolist())
    return history


def test_access_is_declared(case: Case) -> None:
    policy = case.policy()
    assert isinstance(policy.access, Access) and policy.access is case.kind.access(case.place.scenario)
    assert policy.access is not Access.STATE, "only the oracle sees the state"
    assert (policy.training_steps > 0) == isinstance(case.kind, LearnedKind)


def test_actions_are_in_the_space_with_and_without_masks(case: Case) -> None:
    for masked in (True, False):
        assert len(list(play(case, case.policy(), masked=masked))) == STEPS


def assert_allowed(decisions: Iterator[tuple[Any, Any, Any]]) -> None:
    for _, mask, action in decisions:
        chosen = np.atleast_1d(action)
        assert mask.reshape(len(chosen), -1)[np.arange(len(chosen)), chosen].all(), (mask, action)


@pytest.mark.parametrize("case", HEEDING, ids=str)
def test_what_is_masked_is_never_chosen(case: Case) -> None:
    assert_allowed(play(case, case.policy(), 4 * STEPS))


@pytest.mark.parametrize("case", PLANNERS, ids=str)
def test_planners_know_what_is_masked_without_being_told(case: Case) -> None:
    assert_allowed(play(case, case.policy(), 4 * STEPS, masked=False))


def test_the_same_seed_is_the_same_episode(case: Case) -> None:
    policy = case.policy()
    first = [np.asarray(action).tolist() for *_, action in play(case, policy)]
    policy.reset(SEED)
    assert [np.asarray(action).tolist() for *_, action in play(case, policy)] == first, "reset forgets all"
    assert [np.asarray(action).tolist() for *_, action in play(case, case.policy())] == first
    if isinstance(case.kind, RandomKind):
        other = [np.asarray(action).tolist() for *_, action in play(case, case.policy(SEED + 1))]
        assert other != first


def test_a_batch_is_decided_as_its_rows(case: Case) -> None:
    seeds = [3, 1, 4]
    together = play_together(case, case.policy(), True, seeds)
    assert together == play_together(case, case.policy(), False, seeds)


@pytest.mark.parametrize("case", DETERMINISTIC, ids=str)
def test_memories_keep_episodes_side_by_side_apart(case: Case) -> None:
    seeds = [3, 1, 4]
    together = play_together(case, case.policy(), True, seeds)
    for world, seed in enumerate(seeds):
        alone = play_together(case, case.policy(), True, [seed])
        assert [step[world] for step in together] == [step[0] for step in alone]


def test_deciding_leaves_the_environment_alone(case: Case) -> None:
    """Neither its randomness nor anything else is touched: replaying the actions gives the same states."""
    env, replay, policy = case.environment(), case.environment(), case.policy()
    observation, info = env.reset(seed=SEED)
    replay.reset(seed=SEED)
    memory, start = None, np.ones(1, dtype=bool)
    for _ in range(STEPS):
        given, masks = observation.copy(), flat_masks(info)
        action, memory = policy.predict(given, memory, start, True, masks)
        policy.explain()
        np.testing.assert_array_equal(given, observation)
        observation, _, terminated, truncated, info = env.step(in_space(env, action))
        replay.step(in_space(env, action))
        start = np.array([terminated or truncated])
        if start[0]:
            observation, info = env.reset()
            replay.reset()
        mine, theirs = (each.unwrapped.simulator.state for each in (env, replay))  # type: ignore[attr-defined]
        for name, own, other in zip(mine._fields, mine, theirs, strict=True):
            np.testing.assert_array_equal(own, other, err_msg=name)


def test_deciding_uses_no_global_randomness(case: Case) -> None:
    before = np.random.get_state(legacy=False)
    list(play(case, case.policy(), 5))
    after = np.random.get_state(legacy=False)
    np.testing.assert_array_equal(before["state"]["key"], after["state"]["key"])  # type: ignore[index]
    assert before["state"]["pos"] == after["state"]["pos"]  # type: ignore[index]


def test_decisions_say_what_they_cost_and_why(case: Case) -> None:
    policy = case.policy()
    assert policy.last_decision.seconds == 0
    assert_explains(policy)
    before = policy.explain()
    for _ in play(case, policy, 25):
        cost = policy.last_decision
        assert cost.seconds > 0
        assert min(cost.expansions, cost.simulations, cost.replans, cost.messages) >= 0
        assert_explains(policy)
    policy.reset(SEED)
    assert policy.explain() == before, "a reset forgets the last decision"


def assert_explains(policy: Policy) -> None:
    """A sentence for people, and data that can be stored."""
    explanation = policy.explain()
    assert explanation.words.strip(" .") and explanation.words.endswith(".")
    assert json.loads(json.dumps(explanation.data, allow_nan=False)) is not None


@pytest.mark.parametrize("case", DETERMINISTIC, ids=str)
def test_memories_can_be_kept_and_taken_up_again(case: Case) -> None:
    env, policy = case.environment(), case.policy()
    observation, _ = env.reset(seed=SEED)
    _, memory = policy.predict(observation, None, np.ones(1, dtype=bool))
    kept = copy.deepcopy(memory)
    first, _ = policy.predict(observation, memory, np.zeros(1, dtype=bool))
    again, _ = policy.predict(observation, kept, np.zeros(1, dtype=bool))
    np.testing.assert_array_equal(first, again)


def test_evaluate_policy_of_sb3_runs_it(case: Case) -> None:
    env = Monitor(case.environment())
    returns, lengths = evaluate_policy(
        case.policy(),  # type: ignore[arg-type]
        env,
        n_eval_episodes=2,
        return_episode_rewards=True,
    )
    assert len(returns) == len(lengths) == 2  # type: ignore[arg-type]
    assert all(0 < length <= STEPS for length in lengths)  # type: ignore[union-attr]
    assert env.get_episode_rewards() == pytest.approx(returns, abs=1e-5)


def test_wrong_observations_are_refused(case: Case) -> None:
    policy = case.policy()
    with pytest.raises(ValueError, match="was made for observations of"):
        policy.predict(np.zeros(policy.observation_size + 1, dtype=np.float32))

"""Actors as policies: a slippery grid, asked as any policy is and run by SB3's evaluation."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import gymnasium
import numpy as np
import pytest
from numpy.random import Generator
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.monitor import Monitor

from planzoo.planners.htn import Action, Domain, Goal, HierarchicalPlanner, State, Task
from planzoo.planners.htn.acting.acting_policy import ActingPolicy, Progress
from planzoo.planners.htn.acting.actor import ActingStatus, Actor
from planzoo.planners.htn.acting.choice_tree import ChoiceRule
from planzoo.planners.htn.acting.generative import ExpectedCost, OperatorModel
from planzoo.planners.htn.acting.lazy_lookahead import LazyLookahead
from planzoo.planners.htn.acting.refinement import RefinementActor
from planzoo.planners.htn.acting.rollouts import RolloutBudget
from planzoo.planners.policy import Access, DecisionInfo

SIZE, SLIP = 4, 0.2
MOVES = {"north": (-1, 0), "south": (1, 0), "west": (0, -1), "east": (0, 1)}
NAMES = list(MOVES)
STAY = 4
PIT = (1, 1)
TARGET = (3, 3)


class SlipperyGrid(gymnasium.Env[Any, Any]):
    """From the north-western corner to the south-eastern one; a move fails with probability ``SLIP``."""

    def __init__(self, max_steps: int = 60) -> None:
        self.observation_space = gymnasium.spaces.Box(0, SIZE - 1, (2,), np.float32)
        self.action_space = gymnasium.spaces.Discrete(5)
        self.max_steps = max_steps

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed)
        self.cell, self.steps = (0, 0), 0
        return np.array(self.cell, np.float32), {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        self.steps += 1
        if action != STAY and self.np_random.random() >= SLIP:
            there = neighbour(self.cell, NAMES[int(action)])
            self.cell = there if there != PIT and inside(there) else self.cell
        done = self.cell == TARGET
        return np.array(self.cell, np.float32), float(done), done, self.steps >= self.max_steps, {}


def neighbour(cell: tuple[int, int], name: str) -> tuple[int, int]:
    return (cell[0] + MOVES[name][0], cell[1] + MOVES[name][1])


def inside(cell: tuple[int, int]) -> bool:
    return all(0 <= coordinate < SIZE for coordinate in cell)


def grid_domain() -> Domain:
    domain = Domain("grid")

    @domain.operator
    def step(state: State, name: str) -> bool:
        there = neighbour(state.cell, name)
        if there == PIT or not inside(there):
            return False
        state.cell = there
        return True

    @domain.goal_method("cell")
    def nearer(state: State, target: tuple[int, int]) -> Iterator[Any]:
        names = [name for name in NAMES if inside(neighbour(state.cell, name))]
        names = [name for name in names if neighbour(state.cell, name) != PIT]
        for name in sorted(names, key=lambda name: distance(neighbour(state.cell, name), target)):
            yield [("step", name), Goal("cell", target)]

    return domain


def distance(one: tuple[int, int], other: tuple[int, int]) -> int:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


class GridInterface:
    """The actor's goal is the corner; each action is one step of the grid."""

    def begin(self) -> list[int]:
        return [0]

    def state(self, observation: Any, memory: Any) -> Mapping[Any, Any]:
        memory[0] += 1
        return State(cell=(int(observation[0]), int(observation[1])))

    def tasks(
        self, state: Mapping[Any, Any], status: ActingStatus, memory: Any
    ) -> Sequence[tuple[Any, ...]] | None:
        return [Goal("cell", TARGET)] if status is ActingStatus.IDLE else None

    def progress(self, action: Action, observation: Any, memory: Any) -> Progress:
        return Progress.OVER

    def command(self, action: Action | None, observation: Any, memory: Any, mask: Any) -> int:
        return STAY if action is None else NAMES.index(action.arguments[0])


def refinement(domain: Domain) -> RefinementActor:
    return RefinementActor(
        domain,
        OperatorModel(domain, {"step": SLIP}),
        RolloutBudget(30, depth=40),
        utility=ExpectedCost(50),
        rule=ChoiceRule(attempts=10),
    )


@pytest.fixture(params=["lookahead", "refinement"])
def policy(request: pytest.FixtureRequest) -> ActingPolicy:
    domain = grid_domain()
    lookahead = LazyLookahead(HierarchicalPlanner(domain))
    actor: Actor = lookahead if request.param == "lookahead" else refinement(domain)
    return ActingPolicy(GridInterface(), actor, 2, seed=1)


def test_evaluate_policy_of_sb3_runs_it_to_the_goal(policy: ActingPolicy) -> None:
    env = Monitor(SlipperyGrid())
    env.reset(seed=5)
    returns, lengths = evaluate_policy(
        policy,  # type: ignore[arg-type]
        env,
        n_eval_episodes=8,
        return_episode_rewards=True,
    )
    assert returns == [1.0] * 8
    # Six moves that succeed 8 times in 10: 7.5 steps, with a standard deviation of √(6 × 0.2) / 0.8.
    assert min(lengths) >= 6  # type: ignore[type-var]
    assert np.mean(lengths) <= 7.5 + 4 * (1.2**0.5 / 0.8) / 8**0.5


def test_a_batch_is_decided_as_its_rows_and_memories_are_kept_apart(policy: ActingPolicy) -> None:
    cells = np.array([[0, 0], [3, 1], [2, 3]], np.float32)
    together, memories = policy.predict(cells)
    alone = [policy.predict(cell)[0] for cell in cells]
    assert together.tolist() == alone
    kept = copy.deepcopy(memories)
    moved = np.array(
        [neighbour((int(r), int(c)), NAMES[a]) for (r, c), a in zip(cells, together, strict=True)]
    )
    first, _ = policy.predict(moved, memories, np.zeros(3, bool))
    again, _ = policy.predict(moved, kept, np.zeros(3, bool))
    assert first.tolist() == again.tolist()


def test_decisions_say_what_they_cost_and_why(policy: ActingPolicy) -> None:
    assert policy.access is Access.MODEL
    assert policy.explain().words == "No decision has been made yet."
    action, _ = policy.predict(np.zeros(2, np.float32))
    cost = policy.last_decision
    assert cost.seconds > 0
    if isinstance(policy.actor, LazyLookahead):
        assert (cost.replans, cost.simulations) == (1, 0)
        assert cost.expansions >= 6
    else:
        assert (cost.replans, cost.expansions) == (1, 0)
        assert cost.simulations >= 30 * 6
    explanation = policy.explain()
    assert json.loads(json.dumps(explanation.data, allow_nan=False)) == explanation.data
    assert explanation.words.startswith(
        f"step({NAMES[action]}), for cell = (3, 3) by nearer, since cell = (0, 0)"
    )
    assert ("choices" in explanation.data) == isinstance(policy.actor, RefinementActor)
    policy.reset(1)
    assert policy.explain().words == "No decision has been made yet."
    assert policy.last_decision == DecisionInfo()


def test_a_kept_plan_costs_nothing() -> None:
    policy = ActingPolicy(GridInterface(), LazyLookahead(HierarchicalPlanner(grid_domain())), 2)
    action, memory = policy.predict(np.zeros(2, np.float32))
    there = np.array(neighbour((0, 0), NAMES[action]), np.float32)
    policy.predict(there, memory, np.zeros(1, bool))
    assert (policy.last_decision.replans, policy.last_decision.expansions) == (0, 0)
    policy.predict(np.zeros(2, np.float32), memory, np.zeros(1, bool))
    assert policy.last_decision.replans == 1, "it is back where it was, and the rest does not execute"


class LongActions(GridInterface):
    """Every action takes three steps; the world tells when, and how it ended."""

    def __init__(self, ends: Progress) -> None:
        self.ends = ends
        self.given: list[ActingStatus] = []

    def state(self, observation: Any, memory: Any) -> Mapping[Any, Any]:
        memory[0] = (memory[0] + 1) % 3
        return State(cell=(0, 0))

    def tasks(
        self, state: Mapping[Any, Any], status: ActingStatus, memory: Any
    ) -> Sequence[tuple[Any, ...]] | None:
        self.given.append(status)
        return [Task("step", "east")] if status is not ActingStatus.NO_PLAN else None

    def progress(self, action: Action, observation: Any, memory: Any) -> Progress:
        return Progress.RUNNING if memory[0] != 1 else self.ends


@pytest.mark.parametrize("ends", [Progress.SUCCEEDED, Progress.FAILED])
def test_an_action_may_take_several_steps(ends: Progress) -> None:
    domain, asked = grid_domain(), 0
    interface = LongActions(ends)
    policy = ActingPolicy(interface, LazyLookahead(HierarchicalPlanner(domain)), 2)
    memory, running = None, []
    for step in range(7):
        _, memory = policy.predict(np.zeros(2), memory, np.array([step == 0]))
        running.append(bool(policy.explain().data["running"]))
        asked += policy.last_decision.replans
        if running[-1]:
            assert policy.explain().words.startswith("Goes on: step(east)")
    assert running == [False, True, True] * 2 + [False]
    if ends is Progress.SUCCEEDED:
        assert interface.given == [ActingStatus.IDLE, ActingStatus.DONE, ActingStatus.DONE]
        assert asked == 3, "each list of tasks is planned once"
    else:
        assert (interface.given, asked) == ([ActingStatus.IDLE], 1)
        assert memory is not None
        assert memory[0].actor.spent.retries == 2


def test_the_environment_is_told_when_there_is_nothing_to_do() -> None:
    class Idle(GridInterface):
        def tasks(self, state: Mapping[Any, Any], status: ActingStatus, memory: Any) -> Any:
            return None

    policy = ActingPolicy(Idle(), LazyLookahead(HierarchicalPlanner(grid_domain())), 2)
    action, memory = policy.predict(np.zeros(2))
    assert action == STAY
    assert policy.explain().words == "No action: idle."
    assert policy.predict(np.zeros(2), memory)[0] == STAY


def test_the_same_seed_makes_the_same_choices(policy: ActingPolicy) -> None:
    def history() -> list[Any]:
        env, actions = SlipperyGrid(), []
        observation, _ = env.reset(seed=2)
        memory, done = None, False
        while not done:
            action, memory = policy.predict(observation, memory)
            observation, _, terminated, truncated, _ = env.step(action)
            done = terminated or truncated
            actions.append((action, policy.explain()))
        return actions

    first = history()
    assert history() == first
    policy.reset(1)
    assert history() == first


def test_the_true_model_may_slip_sideways() -> None:
    """A sampler stands for what the operator does not say: half of the moves go astray."""

    def astray(state: State, random: Generator, name: str) -> None:
        turned = NAMES[int(random.integers(4))] if random.random() < 0.5 else name
        there = neighbour(state.cell, turned)
        state.cell = there if inside(there) and there != PIT else state.cell

    domain = grid_domain()
    actor = RefinementActor(
        domain,
        OperatorModel(domain, outcomes={"step": astray}),
        RolloutBudget(40, depth=60),
        utility=ExpectedCost(60),
        rule=ChoiceRule(attempts=10),
    )
    policy = ActingPolicy(GridInterface(), actor, 2, seed=4)
    random, memory, state = np.random.default_rng(0), None, State(cell=(0, 0))
    for _ in range(100):
        action, memory = policy.predict(np.array(state.cell, np.float32), memory)
        if state.cell == TARGET:
            break
        astray(state, random, NAMES[action])
    assert state.cell == TARGET
    assert action == STAY

"""PlanZoo's vector environments under resource rules: written in place, with nothing left over."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planzoo.envs import maze_v0, warehouse_v0
from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.wrappers.resource_vector import ResourceVectorWrapper
from tests.envs.wrappers.rules import RESOURCES, tight_rules


def test_amounts_are_written_into_the_environments_own_rows() -> None:
    bare = warehouse_v0.vector_env(2, copy=False)
    env = ResourceVectorWrapper(bare, tight_rules())
    seen, _ = env.reset(seed=0)
    assert np.shares_memory(seen, bare.simulator.buffers.observations)
    assert bare.observation_space == env.observation_space
    rows = seen.reshape(2, 2, -1)
    np.testing.assert_allclose(tight_rules().levels_of(rows), [[[20, 3, 2]] * 2] * 2)


def test_masks_of_the_simulator_stay_its_own() -> None:
    env = ResourceVectorWrapper(warehouse_v0.vector_env(2, copy=False), tight_rules(resources=RESOURCES))
    env.reset(seed=0)
    simulator: Any = env.unwrapped.simulator  # type: ignore[attr-defined]
    for _ in range(4):
        infos = env.step(np.ones((2, 2), dtype=int))[4]
    assert not infos["action_mask"][:, :, 1].any()
    assert simulator.buffers.action_masks[:, :, 0].all()
    assert not np.shares_memory(infos["action_mask"], simulator.buffers.action_masks)


def test_some_worlds_may_begin_anew() -> None:
    env = ResourceVectorWrapper(warehouse_v0.vector_env(3, autoreset_mode="Disabled"), tight_rules())
    env.reset(seed=0)
    env.step(np.zeros((3, 2), dtype=int))
    _, infos = env.reset(options={"reset_mask": np.array([False, True, False])})
    assert infos["resources_left"]["money"].tolist() == [19.5, 20, 19.5]


def test_worlds_that_the_rules_have_ended_stand_still() -> None:
    rules = ResourceRules((), {}, deadline=2)
    env = ResourceVectorWrapper(maze_v0.vector_env(2, autoreset_mode="Disabled"), rules)
    env.reset(seed=0)
    actions = np.full(env.action_space.shape, 4)
    results = [env.step(actions) for _ in range(4)]
    assert [result[3].tolist() for result in results] == [[False] * 2, [True] * 2, [True] * 2, [True] * 2]
    np.testing.assert_array_equal(results[1][0], results[3][0])
    assert results[3][1].tolist() == [0, 0]
    assert "success" in results[1][4]


def test_functions_see_what_the_environment_shows() -> None:
    shapes = []

    class Price:
        """Moving forward costs, whoever does it."""

        def __call__(self, observations: Any, actions: Any) -> Any:
            raise AssertionError("the costs of all actions are known")

        def for_all(self, observations: Any) -> Any:
            shapes.append(observations.shape)
            costs = np.zeros((2, 2, 5, 3))
            costs[:, :, 1, 0] = 7
            return costs

    env = ResourceVectorWrapper(warehouse_v0.vector_env(2), ResourceRules(RESOURCES, Price()))
    env.reset(seed=0)
    _, _, _, _, infos = env.step(np.ones((2, 2), dtype=int))
    assert set(shapes) == {(2, 2 * 71)}
    paid = infos["resources_left"]["money"]
    np.testing.assert_array_equal(infos["action_mask"][paid < 7][:, :, 1], 0)
    assert (paid < 20).any()


def test_inner_functions_are_asked_for_what_outer_rules_let_pass() -> None:
    asked: list[Any] = []

    def price(observations: Any, actions: Any) -> Any:
        asked.append(actions.copy())
        return np.zeros((2, 2, 3))

    inner = ResourceRules(RESOURCES, price, violation="penalize")
    outer = ResourceRules(
        (Resource("gold", "consumable", 1),),  # type: ignore[arg-type]
        {1: [ResourceRequirement("gold", 1)]},
        idle=0,
    )
    env = ResourceVectorWrapper(ResourceVectorWrapper(warehouse_v0.vector_env(2), inner), outer)
    env.reset(seed=0)
    env.ledger.accounts.left[:] = 0
    allowed = env.unwrapped.simulator.buffers.action_masks[:, :, 1]  # type: ignore[attr-defined]
    expected = np.where(allowed, 0, 1)
    assert allowed.any()
    env.step(np.ones((2, 2), dtype=int))
    np.testing.assert_array_equal(asked, [expected])


def test_checked_environments_refuse_before_anything_is_taken() -> None:
    env = ResourceVectorWrapper(warehouse_v0.vector_env(2, checked=True), tight_rules())
    env.reset(seed=0)
    with pytest.raises(ValueError, match="ctions"):
        env.step(np.full((2, 2), 9))
    assert env.ledger.left_of()["money"] == 20

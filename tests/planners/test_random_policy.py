from __future__ import annotations

import numpy as np

from planzoo.planners.policy import Access
from planzoo.planners.random_policy import RandomPolicy


def test_draws_are_uniform_over_the_allowed_actions() -> None:
    policy = RandomPolicy(2, (4,), seed=1)
    mask = np.array([True, False, True, True])
    actions = [policy.predict(np.zeros(2), action_masks=mask)[0] for _ in range(3000)]
    counts = np.bincount(actions, minlength=4)
    assert counts[1] == 0
    assert np.abs(counts[[0, 2, 3]] - 1000).max() < 130


def test_several_dimensions_have_their_masks_in_a_row() -> None:
    policy = RandomPolicy(3, (2, 3), seed=1)
    mask = np.array([False, True, True, False, False])
    action, _ = policy.predict(np.zeros(3), action_masks=mask)
    np.testing.assert_array_equal(action, [1, 0])
    seen = {tuple(policy.predict(np.zeros(3))[0]) for _ in range(300)}
    assert seen == {(first, second) for first in range(2) for second in range(3)}


def test_batches_are_answered_row_by_row() -> None:
    single, _ = RandomPolicy(2, (5,), seed=0).predict(np.zeros((7, 2)))
    assert single.shape == (7,)
    joint, _ = RandomPolicy(2, (5, 5, 5), seed=0).predict(np.zeros((7, 2)))
    assert joint.shape == (7, 3)


def test_the_seed_decides() -> None:
    policy = RandomPolicy(1, (100,), seed=3)
    first = [policy.predict(np.zeros(1))[0] for _ in range(5)]
    policy.reset(3)
    assert [policy.predict(np.zeros(1))[0] for _ in range(5)] == first
    policy.reset(4)
    assert [policy.predict(np.zeros(1))[0] for _ in range(5)] != first


def test_a_mask_that_forbids_all_is_ignored() -> None:
    action, _ = RandomPolicy(1, (3,)).predict(np.zeros(1), action_masks=np.zeros(3, dtype=bool))
    assert action in range(3)


def test_it_says_that_chance_decided() -> None:
    policy = RandomPolicy(1, (3,))
    assert policy.access is Access.OBSERVATION
    assert "uniformly" in policy.explain().words

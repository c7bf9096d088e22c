"""Amounts stand where the spaces say."""

from __future__ import annotations

import numpy as np
import pytest
from gymnasium import spaces

from planzoo.envs.resources.resource import Resource
from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.simulation.spaces import widened_box
from planzoo.envs.wrappers.resource_spaces import Appender, amounts_space, refuse_images
from planzoo.errors import InputError

RULES = ResourceRules(
    (Resource("fuel", "consumable", 3, 6), Resource("gold", "producible", 2)),  # type: ignore[arg-type]
    {},
    deadline=5,
)
SHOWN = np.array([[0.5, 1, 0.25], [0.25, 2, 0.25]], dtype=np.float32)


def test_bounds_are_as_tight_as_the_rules() -> None:
    space = amounts_space(RULES)
    assert space.low.tolist() == [0, 0, 0]
    assert space.high.tolist() == [1, np.inf, 1]
    debts = amounts_space(ResourceRules(RULES.resources, {}, violation="penalize", deadline=5))
    assert debts.low.tolist() == [-np.inf, -np.inf, 0]


def test_each_agents_vector_grows() -> None:
    space = spaces.Box(np.array([0, 1, 2, 3]), np.array([4, 5, 6, 7]), dtype=np.float32)
    append = Appender(space, RULES, agents=2)
    assert append.space.low.tolist() == [0, 1, 0, 0, 0, 2, 3, 0, 0, 0]  # type: ignore[attr-defined]
    grown = append(np.array([1, 2, 3, 4], dtype=np.float32), SHOWN)
    assert grown.tolist() == [1, 2, 0.5, 1, 0.25, 3, 4, 0.25, 2, 0.25]
    batch = append(np.array([[1, 2, 3, 4]] * 2, dtype=np.float32), np.stack([SHOWN, SHOWN]))
    assert batch.tolist() == [grown.tolist()] * 2
    assert widened_box(space, amounts_space(RULES), 2) == append.space


def test_precision_stays() -> None:
    append = Appender(spaces.Box(0, 1, (1,), dtype=np.float64), RULES)
    assert append(np.array([0.1]), SHOWN[:1]).dtype == append.space.dtype == np.float64
    assert append(np.array([0.1]), SHOWN[:1])[0] == 0.1


@pytest.mark.parametrize(
    "space", [spaces.Discrete(4), spaces.Box(0, 255, (2, 2, 3), np.uint8), spaces.Box(0, 9, (3,), np.int64)]
)
def test_what_is_no_vector_of_floats_becomes_a_dict(space: spaces.Space) -> None:
    append = Appender(space, RULES)
    seen = append(space.sample(), SHOWN[:1])
    assert append.space.contains(seen)
    assert seen["resources"].tolist() == SHOWN[0].tolist()


def test_dicts_with_a_mask_grow_inside() -> None:
    space = spaces.Dict(
        {"observation": spaces.Box(0, 1, (1,)), "action_mask": spaces.Box(0, 1, (2,), np.int8)}
    )
    append = Appender(space, RULES)
    seen = append(space.sample(), SHOWN[:1])
    assert append.space.contains(seen)
    assert seen["observation"].shape == (4,)


def test_nothing_grows_unobserved() -> None:
    space = spaces.Discrete(4)
    append = Appender(space, ResourceRules(RULES.resources, {}, observed=False))
    assert append.space is space and append(3, SHOWN[:1]) == 3
    refuse_images((4, 3, 3), ResourceRules(RULES.resources, {}, observed=False))
    with pytest.raises(InputError, match=r"images of shape \(4, 3, 3\); set observed=False"):
        refuse_images((4, 3, 3), RULES)

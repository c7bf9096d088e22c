"""Every policy that needs no checkpoint plays on where much goes wrong."""

from __future__ import annotations

import pytest

from planzoo.baselines.policies import POLICIES, LearnedKind, PolicyKind, default_place
from planzoo.baselines.rollout import rollout
from planzoo.envs.disturbances.rules import DisturbanceRules
from planzoo.envs.wrappers.disturbances import Disturbances
from tests.envs.wrappers.disturbed import LAST, MANY

PLAYERS = [
    (kind, scenario)
    for kind in POLICIES.values()
    if not isinstance(kind, LearnedKind)
    for scenario in kind.scenarios()
]


@pytest.mark.parametrize("rules", [MANY, LAST], ids=["zeros", "last"])
@pytest.mark.parametrize(("kind", "scenario"), PLAYERS, ids=lambda value: getattr(value, "name", value))
def test_episodes_come_to_their_end(kind: PolicyKind, scenario: str, rules: DisturbanceRules) -> None:
    place = default_place(kind, scenario, max_steps=60)
    policy = kind.make(place, {}, 0)
    for seed in range(3):
        episode = rollout(Disturbances(place.environment(), rules), policy, seed)
        assert episode.terminated or episode.truncated
        assert episode.length <= 60
        if kind.name == "replanning" and scenario != "medical_testing_v0":  # there asking in vain is waiting
            assert episode.invalid_actions == 0

"""What strikes whom, and when: the same whoever acts."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.disturbances.kinds import DROPOUT, SLIP
from planzoo.envs.disturbances.mishaps import Mishaps
from planzoo.envs.disturbances.rules import DisturbanceRules, Scheduled
from planzoo.errors import InputError
from tests.envs.disturbances.worlds import ALL, NOTHING, A, B, N, played


def test_other_seeds_of_rules_or_episodes_bring_others() -> None:
    rules = DisturbanceRules(slip=0.5)
    one, _, _ = played(rules)
    for other in (played(DisturbanceRules(slip=0.5, seed=1))[0], played(rules, seed=100)[0]):
        assert 0.2 < (one == other).mean() < 0.8
    np.testing.assert_array_equal(one[:, 1:], played(rules, seed=1)[0][:, :-1])


def test_what_is_scheduled_strikes_in_every_episode() -> None:
    rules = DisturbanceRules(schedule=(Scheduled(1, "slip"), Scheduled(1, "sensor_dropout", 2)))
    mishaps = Mishaps(rules, B, N, A)
    for _ in range(3):
        mishaps.begin(range(B))
        for step in range(3):
            mishaps.strike(np.zeros((B, N), dtype=np.int64), ALL, NOTHING)
            assert ((mishaps.struck >> SLIP & 1) == (step == 1)).all()
            assert (mishaps.struck[0] >> DROPOUT & 1).tolist() == [0, 0, int(step == 1)]


def test_model_errors_are_of_each_action_and_stay_for_the_episode() -> None:
    rules = DisturbanceRules(model_error=0.4)
    mishaps = Mishaps(rules, 200, N, A)
    mishaps.begin(range(200), range(200))
    first = mishaps.chance.failing.copy()
    assert abs(first.mean() - 0.4) < 0.05 and first.std() > 0.2
    mishaps.begin(range(200))
    assert (mishaps.chance.failing != first).any()
    mishaps.begin(range(200), range(200))
    np.testing.assert_array_equal(mishaps.chance.failing, first)


def test_lasting_model_errors_are_those_of_every_episode_and_world() -> None:
    mishaps = Mishaps(DisturbanceRules(model_error=0.4, lasting=True), B, N, A)
    mishaps.begin(range(B), range(B))
    first = mishaps.chance.failing.copy()
    mishaps.begin(range(B))
    np.testing.assert_array_equal(mishaps.chance.failing, first)
    assert (first == first[0]).all()


def test_lost_observations_are_zeros_or_the_last_ones() -> None:
    seen = [np.full((B, N, 2), step + 1.0) for step in range(4)]
    for dropout, expected in (("zeros", 0.0), ("last", 1.0)):
        rules = DisturbanceRules(dropout=dropout, schedule=(Scheduled(0, "sensor_dropout", 1),))
        mishaps = Mishaps(rules, B, N, A)
        mishaps.begin(range(B))
        mishaps.show_first(seen[0], slice(None))
        mishaps.strike(np.zeros((B, N), dtype=np.int64), ALL, NOTHING)
        shown = mishaps.observed(seen[1])
        assert (shown[:, 1] == expected).all() and (shown[:, [0, 2]] == 2.0).all()
        assert (seen[1] == 2.0).all()


def test_agents_that_there_are_not_cannot_be_scheduled() -> None:
    with pytest.raises(InputError, match="scheduled for agent 3, but agents are numbered from 0 to 2"):
        Mishaps(DisturbanceRules(schedule=(Scheduled(0, "slip", 3),)), B, N, A)

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


def test_at_most_every_action_fails() -> None:
    mishaps = Mishaps(DisturbanceRules(model_error=1.0), B, N, A)
    mishaps.begin(range(B))
    assert (mishaps.chance.failing == 1).all()


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


def test_nothing_of_an_episode_goes_on_in_the_next() -> None:
    mishaps = Mishaps(DisturbanceRules(schedule=(Scheduled(1, "stoppage", steps=5),)), B, N, A)
    mishaps.begin(range(B))
    still = np.zeros((B, N), dtype=np.int64)
    for _ in range(2):
        mishaps.strike(still.copy(), ALL, NOTHING)
    told = mishaps.facts()
    assert mishaps.struck.all() and told["disturbances_stoppage"].tolist() == [N] * B
    mishaps.begin([0, 2])
    assert mishaps.struck.any(axis=1).tolist() == [False, True, False, True]
    assert mishaps.facts()["disturbances_total"].tolist() == [0, N, 0, N]
    assert told["disturbances_stoppage"].tolist() == told["disturbances_total"].tolist() == [N] * B
    mishaps.strike(still.copy(), ALL, NOTHING)
    assert mishaps.struck.any(axis=1).tolist() == [False, True, False, True]


def test_streams_that_were_never_seeded_are_others_each_time() -> None:
    rules = DisturbanceRules(slip=0.5)
    one, other = Mishaps(rules, B, N, A), Mishaps(rules, B, N, A)
    one.begin(range(B)), other.begin(range(B))
    assert (one.chance.keys != other.chance.keys).all()


def test_an_episode_s_number_is_its_world_s_own() -> None:
    mishaps, alone = (Mishaps(DisturbanceRules(slip=0.5), B, N, A) for _ in range(2))
    mishaps.begin(range(B), range(B)), alone.begin(range(B), range(B))
    mishaps.begin([0])
    mishaps.begin([1]), alone.begin([1])
    assert (mishaps.chance.keys == alone.chance.keys).tolist() == [False, True, True, True]


def test_seeds_may_be_any_whole_numbers() -> None:
    mishaps = Mishaps(DisturbanceRules(slip=0.5), B, N, A)
    mishaps.begin(range(B), [2**64 + 1, 1, -1, None])
    keys = mishaps.chance.keys
    assert keys[0] == keys[1] and len(set(keys.tolist())) == 3


def test_lasting_model_errors_are_those_of_the_rules() -> None:
    found = []
    for seed in (0, 1):
        mishaps = Mishaps(DisturbanceRules(model_error=0.4, lasting=True, seed=seed), B, N, A)
        mishaps.begin(range(B), range(B))
        found.append(mishaps.chance.failing)
    assert (found[0] != found[1]).any()


def test_every_event_has_a_generator_of_its_own() -> None:
    mishaps = Mishaps(DisturbanceRules(slip=0.5), B, N, A)
    mishaps.begin(range(B), range(B))
    drawn = []
    for _ in range(2):
        mishaps.strike(np.zeros((B, N), dtype=np.int64), ALL, NOTHING)
        for kind in ("event", "goal_change"):
            drawn += [int(mishaps.generator(world, kind).integers(2**60)) for world in range(B)]
    assert len(set(drawn)) == 4 * B


def blind(first: np.ndarray, *steps: int) -> Mishaps:
    """Worlds in which all observations of some steps are lost, and the last ones are seen instead."""
    schedule = tuple(Scheduled(step, "sensor_dropout") for step in steps)
    mishaps = Mishaps(DisturbanceRules(dropout="last", schedule=schedule), B, N, A)
    mishaps.begin(range(B))
    mishaps.show_first(first, slice(None))
    return mishaps


def shown(mishaps: Mishaps, value: float, keep: bool = True) -> np.ndarray:
    """What comes through in the next step of an observation that is the same number everywhere."""
    mishaps.strike(np.zeros((B, N), dtype=np.int64), ALL, NOTHING)
    return mishaps.observed(np.full((B, N, 2), value), keep)


def test_what_was_seen_last_stays_as_it_was_whatever_is_done_with_it() -> None:
    first = np.zeros((B, N, 2))
    mishaps = blind(first, 0, 2, 3)
    first += 100
    assert (shown(mishaps, 1.0) == 0).all()
    seen = shown(mishaps, 2.0)
    seen += 100
    assert (shown(mishaps, 3.0) == 2).all() and (shown(mishaps, 4.0) == 2).all()


def test_what_is_seen_may_be_left_out_of_what_is_kept() -> None:
    mishaps = blind(np.zeros((B, N, 2)), 1)
    assert (shown(mishaps, 1.0, keep=False) == 1).all()
    assert (shown(mishaps, 2.0) == 0).all()


def test_first_observations_are_kept_of_the_worlds_that_begin() -> None:
    mishaps = blind(np.zeros((B, N, 2)), 0)
    mishaps.show_first(np.ones((B, N, 2)), [1, 2])
    assert shown(mishaps, 2.0)[:, 0, 0].tolist() == [0, 1, 1, 0]

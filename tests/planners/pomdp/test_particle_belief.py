from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from planzoo.errors import InputError
from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.observation_model import ObservationModel
from planzoo.planners.pomdp.particle_belief import ParticleBelief, Reinvigoration

PLACES = 5
MODEL = ObservationModel({"at": 0.6}, values={"at": range(PLACES)})
PRIOR = BeliefState.from_weights(({"at": place}, weight) for place, weight in enumerate([1, 2, 3, 2, 1]))


def distance(first: BeliefState, second: BeliefState) -> float:
    """Total variation distance."""
    states = dict.fromkeys((*first.states, *second.states))
    return sum(abs(first.probability(state) - second.probability(state)) for state in states) / 2


def step_right(state: Any, random: np.random.Generator) -> Any:
    """Moves with probability 0.8, at most to the wall."""
    return {"at": min(PLACES - 1, state["at"] + (random.random() < 0.8))}


def exact_step(belief: BeliefState) -> BeliefState:
    """The same for an exact belief."""
    return BeliefState.from_weights(
        ({"at": min(PLACES - 1, state["at"] + moves)}, number * chance)
        for state, number in belief.items()
        for moves, chance in ((1, 0.8), (0, 0.2))
    )


@pytest.mark.parametrize("seed", range(5))
def test_updates_agree_with_bayes(seed: int) -> None:
    count, exact = 4000, PRIOR
    belief = ParticleBelief.from_belief(PRIOR, count, seed)
    for place in [2, 3, 3, 1, 2, 2]:
        belief, exact = belief.update({"at": place}, MODEL), exact.update({"at": place}, MODEL)
        assert belief.weights.sum() == pytest.approx(1)
        assert distance(belief.to_belief(), exact) < 3 * np.sqrt(PLACES / count)
    assert belief.entropy() == pytest.approx(exact.entropy(), abs=0.15)
    assert belief.most_likely_state() == exact.most_likely_state() == {"at": 2}
    assert belief.probability({"at": 2}) == pytest.approx(exact.probability({"at": 2}), abs=0.05)
    assert belief.impossible == belief.refills == 0


@pytest.mark.parametrize("seed", range(5))
def test_filtering_a_moving_state_agrees_with_the_exact_filter(seed: int) -> None:
    count, exact = 4000, PRIOR
    belief = ParticleBelief.from_belief(PRIOR, count, seed)
    for place in [1, 1, 2, 4, 4]:
        belief, exact = belief.predict(step_right), exact_step(exact)
        belief, exact = belief.update({"at": place}, MODEL), exact.update({"at": place}, MODEL)
        assert distance(belief.to_belief(), exact) < 3 * np.sqrt(PLACES / count)


def test_the_effective_size_falls_and_resampling_restores_it() -> None:
    still = Reinvigoration(resample_below=0.0)
    belief = ParticleBelief(["a"] * 90 + ["b"] * 10, reinvigoration=still, random=0)
    assert belief.effective_size == pytest.approx(100)
    after = belief.update(None, lambda _, particles: [0.01 if name == "a" else 1.0 for name in particles])
    assert after.effective_size == pytest.approx((0.9 + 10) ** 2 / (90 * 1e-4 + 10))
    again = after.resample()
    assert again.effective_size == pytest.approx(100)
    assert distance(again.to_belief(), after.to_belief()) < 2 / 100
    eager = ParticleBelief(belief.particles, random=0)
    resampled = eager.update(None, lambda _, particles: [0.01 if name == "a" else 1.0 for name in particles])
    assert resampled.effective_size == pytest.approx(100)


def test_an_observation_that_no_particle_explains_refills_them_from_the_prior() -> None:
    def prior(random: np.random.Generator) -> dict[str, int]:
        return {"at": int(random.choice(PLACES))}

    sharp = ObservationModel({"at": 1.0}, values={"at": range(PLACES)})
    belief = ParticleBelief.from_prior(prior, 50, random=3)
    lost = belief.update({"at": 4}, sharp).update({}, sharp)
    assert lost.to_belief().states == ({"at": 4},)
    depleted = ParticleBelief([{"at": 0}] * 50, reinvigoration=Reinvigoration(prior=prior), random=0)
    after = depleted.update({"at": 3}, sharp)
    assert after.to_belief().states == ({"at": 3},)
    assert (after.refills, after.impossible, len(after.particles)) == (1, 0, 50)


@pytest.mark.parametrize("seed", range(4))
def test_a_refill_remembers_everything_that_was_seen_and_predicted(seed: int) -> None:
    count, exact = 3000, PRIOR
    always = Reinvigoration(refill_below=2.0, prior=ParticleBelief.from_belief(PRIOR, 1).reinvigoration.prior)
    belief = ParticleBelief([{"at": 0}] * count, reinvigoration=always, random=seed)
    for place in [0, 1, 2]:
        belief, exact = belief.predict(step_right), exact_step(exact)
        belief, exact = belief.update({"at": place}, MODEL), exact.update({"at": place}, MODEL)
    assert belief.refills == 3
    assert distance(belief.to_belief(), exact) < np.sqrt(PLACES / count)


def test_impossible_observations_tell_nothing_and_are_counted() -> None:
    sharp = ObservationModel({"at": 1.0}, values={"at": range(PLACES)})
    belief = ParticleBelief.from_belief(PRIOR, 30, random=0)
    after = belief.update({"at": "nowhere"}, sharp)
    assert (after.impossible, belief.impossible) == (1, 0)
    assert after.particles == belief.particles and after.weights.tolist() == belief.weights.tolist()
    assert after.update({"at": "nowhere"}, sharp).impossible == 2
    with pytest.raises(InputError, match="No particle"):
        belief.update({"at": "nowhere"}, sharp, impossible="raise")
    alone = ParticleBelief([{"at": 1}], random=0)
    assert alone.update({"at": 2}, sharp).impossible == 1


def test_noise_finds_what_no_particle_explains() -> None:
    def drift(state: Any, random: np.random.Generator) -> Any:
        return {"at": int(np.clip(state["at"] + random.integers(-1, 2), 0, PLACES - 1))}

    sharp = ObservationModel({"at": 1.0}, values={"at": range(PLACES)})
    belief = ParticleBelief([{"at": 0}] * 200, reinvigoration=Reinvigoration(noise=drift), random=0)
    after = belief.update({"at": 3}, sharp)
    assert after.to_belief().states == ({"at": 3},) and after.refills == 1
    assert belief.update({"at": 77}, sharp).impossible == 1


def gaussian(observation: float, particles: NDArray[np.float64]) -> NDArray[np.float64]:
    """The density of a measurement with deviation 0.5, up to a factor."""
    likelihood: NDArray[np.float64] = np.exp(-((observation - particles) ** 2) / (2 * 0.5**2))
    return likelihood


@pytest.mark.parametrize("seed", range(4))
def test_arrays_follow_the_kalman_filter(seed: int) -> None:
    def walk(particles: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
        return particles + random.normal(0.3, 0.2, particles.shape)

    random = np.random.default_rng(seed)
    belief = ParticleBelief(random.normal(0, 1, 5000), random=random)
    mean, variance = 0.0, 1.0
    for seen in [0.5, 0.4, 1.1, 1.6]:
        belief = belief.predict(walk).update(seen, gaussian)
        mean, variance = mean + 0.3, variance + 0.2**2
        gain = variance / (variance + 0.5**2)
        mean, variance = mean + gain * (seen - mean), (1 - gain) * variance
        assert float(belief.mean()) == pytest.approx(mean, abs=0.06)
    spread = float(belief.weights @ (np.asarray(belief.particles) - belief.mean()) ** 2)
    assert spread == pytest.approx(variance, rel=0.2)


def test_noise_keeps_particles_apart_and_near_the_posterior() -> None:
    def jitter(particles: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
        return particles + random.normal(0, 0.3, particles.shape)

    start = np.random.default_rng(1).uniform(-3, 3, 1000)
    plain, noisy = (
        ParticleBelief(start, reinvigoration=Reinvigoration(noise=noise), random=2)
        for noise in (None, jitter)
    )
    for _ in range(6):
        plain, noisy = plain.update(1.0, gaussian), noisy.update(1.0, gaussian)
    assert len(set(np.asarray(noisy.particles).tolist())) > 2 * len(set(np.asarray(plain.particles).tolist()))
    assert float(noisy.mean()) == pytest.approx(1.0, abs=0.1)


def test_rows_of_an_array_are_states() -> None:
    belief = ParticleBelief(np.array([[1, 2], [1, 2], [3, 4]]), [1, 1, 2], random=0)
    assert belief.most_likely_state() == (1, 2)
    assert belief.probability([3, 4]) == 0.5
    assert belief.entropy() == pytest.approx(1)
    assert belief.mean().tolist() == [2, 3]
    moved = belief.predict(lambda particles, random: particles * 2)
    assert np.asarray(moved.particles).tolist() == [[2, 4], [2, 4], [6, 8]]
    named = ParticleBelief(["a"])
    with pytest.raises(InputError, match="mean"):
        named.mean()


def test_the_same_seed_gives_the_same_particles() -> None:
    def run(seed: int) -> Any:
        belief = ParticleBelief.from_belief(PRIOR, 100, seed)
        return belief.predict(step_right).update({"at": 4}, MODEL).particles

    assert run(1) == run(1) != run(2)


def test_wrong_particles_are_errors() -> None:
    for call in (
        lambda: ParticleBelief([]),
        lambda: ParticleBelief(["a"], [0.0]),
        lambda: ParticleBelief(["a"], [0.5, 0.5]),
        lambda: ParticleBelief(["a", "b"], [-1.0, 2.0]),
        lambda: ParticleBelief(["a"]).update(1, lambda _, particles: [np.nan]),
        lambda: ParticleBelief(["a"]).update("at", MODEL),
        lambda: ParticleBelief.from_belief(PRIOR, 0),
    ):
        with pytest.raises(InputError):
            call()

"""Particle beliefs: samples that stand for a belief over too many states to list.

Sources: Gordon, Salmond and Smith, "Novel approach to nonlinear/non-Gaussian Bayesian state estimation", IEE
Proceedings F 140, 1993, for the bootstrap filter; Kitagawa, "Monte Carlo filter and smoother for non-Gaussian
nonlinear state space models", JCGS 5, 1996, for systematic resampling; Silver and Veness, "Monte-Carlo
planning in large POMDPs", NIPS 2010, section 4, for reinvigoration; Rubin, "Using the SIR algorithm to
simulate posterior distributions", Bayesian Statistics 3, 1988, for refilling from the prior.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planzoo.errors import InputError
from planzoo.planners.pomdp.belief import (
    BeliefState,
    Impossible,
    LikelihoodModel,
    checked_likelihood,
    observation_likelihood,
)
from planzoo.planners.pomdp.frozen_state import frozen
from planzoo.planners.pomdp.particles import (
    Moves,
    Particles,
    effective_size,
    from_logarithms,
    gathered,
    is_array,
    joined,
    kept,
    merged,
    moved,
    normalized,
    scaled,
    systematic_choice,
    taken,
)

ParticleLikelihood = Callable[[Any, Any], ArrayLike]
"""Gives, for an observation and N particles, P(observation | particle) in any common unit, (N,)."""
NOISE_ROUNDS = 20
"""How often noise is tried when no particle can produce an observation."""


@dataclass(frozen=True)
class Reinvigoration:
    """When and how particles are made anew.

    Attributes:
        resample_below: they are resampled when their effective size falls below this share of their number.
        refill_below: they are drawn from the prior anew when it falls below this share, if there is a prior.
        noise: moves copies made by resampling, so that not all are the same; an approximation: a move is
            taken with the ratio of the likelihoods of the last observation, which is right for symmetric
            moves and a flat belief. None moves nothing.
        prior: draws one state of the belief at the very beginning; everything seen and predicted since is
            then remembered, and done again with new draws when particles are lacking.
        most_draws: from the prior, for each particle to be made.
    """

    resample_below: float = 0.5
    refill_below: float = 0.05
    noise: Moves | None = None
    prior: Callable[[np.random.Generator], Any] | None = None
    most_draws: int = 50


@dataclass(frozen=True)
class _Event:
    """What happened to the belief: a prediction, or an observation with its model."""

    kind: Literal["predict", "observe"]
    what: Any
    model: Any = None

    def likelihood(self, particles: Particles) -> NDArray[np.float64]:
        """Gives P(observation | particle), (N,)."""
        if not isinstance(self.model, LikelihoodModel):
            return checked_likelihood(self.model(self.what, particles), len(particles))
        if is_array(particles):
            return observation_likelihood(self.what, self.model, list(particles))
        distinct = list(dict.fromkeys(particles))
        known = observation_likelihood(self.what, self.model, distinct)
        numbers = dict(zip(distinct, known.tolist(), strict=True))
        return np.array([numbers[particle] for particle in particles])


class ParticleBelief:
    """A belief as N weighted samples; updates give a new belief and use up the same random generator.

    An update multiplies the weights by the likelihoods. Then, when the effective size is too small, or no
    particle can produce the observation:

    1. with a prior, all particles are drawn from it anew, given everything that has been seen;
    2. else, if some weights are left, the particles are resampled systematically and copies moved by noise;
    3. else, if there is noise, all particles are moved until some can produce the observation;
    4. else the observation tells nothing, or is an error, as the caller wishes.

    Args:
        particles: an array whose first axis counts them, or a sequence of strings, mappings of variables or
            other hashable states.
        weights: of the particles, not negative; None for equal ones.
        reinvigoration: when and how particles are made anew.
        random: a generator or a seed.

    Attributes:
        particles: as an array, or a tuple of frozen states.
        weights: float64 (N,), sums to 1.
        refills: how often particles were made anew from the prior or by noise.
        impossible: how many observations told nothing, as nothing could produce them.

    Raises:
        InputError: there are no particles, or the weights do not fit.
    """

    def __init__(
        self,
        particles: Sequence[Any] | NDArray[Any],
        weights: ArrayLike | None = None,
        *,
        reinvigoration: Reinvigoration | None = None,
        random: np.random.Generator | int | None = None,
    ) -> None:
        if len(particles) == 0:
            raise InputError("A particle belief needs at least one particle.")
        self.particles: Particles = kept(particles)
        given = checked_likelihood(np.ones(len(particles)) if weights is None else weights, len(particles))
        if not given.max() > 0:
            raise InputError("A particle belief needs a particle with a weight above 0.")
        self.weights = normalized(given)
        self.reinvigoration = reinvigoration or Reinvigoration()
        self.random = np.random.default_rng(random)
        self.refills = 0
        self.impossible = 0
        self._events: tuple[_Event, ...] = ()

    @classmethod
    def from_prior(
        cls,
        prior: Callable[[np.random.Generator], Any],
        count: int,
        random: np.random.Generator | int | None = None,
        noise: Moves | None = None,
    ) -> ParticleBelief:
        """Draws particles from a prior, which refills them later, too.

        Args:
            prior: draws one state.
            count: how many particles.
            random: a generator or a seed.
            noise: see :class:`Reinvigoration`.

        Raises:
            InputError: the count is below 1.
        """
        generator = np.random.default_rng(random)
        drawn = gathered([prior(generator) for _ in range(count)])
        return cls(drawn, reinvigoration=Reinvigoration(prior=prior, noise=noise), random=generator)

    @classmethod
    def from_belief(
        cls, belief: BeliefState, count: int, random: np.random.Generator | int | None = None
    ) -> ParticleBelief:
        """Draws particles from an exact belief, which refills them later, too.

        Raises:
            InputError: the count is below 1.
        """
        shares = np.cumsum(belief.probabilities)

        def prior(generator: np.random.Generator) -> Any:
            drawn = np.searchsorted(shares, generator.random() * shares[-1], side="right")
            return belief.states[int(drawn)]

        generator = np.random.default_rng(random)
        chosen = systematic_choice(belief.probabilities, count, generator)
        particles = [belief.states[state] for state in chosen.tolist()]
        return cls(particles, reinvigoration=Reinvigoration(prior=prior), random=generator)

    # -- how it changes -------------------------------------------------------------------------------------

    def predict(self, transition: Moves) -> ParticleBelief:
        """Moves every particle as the world moves.

        Args:
            transition: draws the next state of a particle, or of all of them in an array at once.
        """
        after = self._with(moved(self.particles, transition, self.random), self.weights)
        after._remember(_Event("predict", transition))
        return after

    def update(
        self,
        observation: Any,
        observation_model: LikelihoodModel | ParticleLikelihood,
        impossible: Impossible = "ignore",
    ) -> ParticleBelief:
        """Gives the belief after an observation; see the class for what becomes of the particles.

        Args:
            observation: ``{variable: value, …}`` for an observation model; else what the function takes.
            observation_model: an observation model, or a function of observation and particles that gives
                their likelihoods, (N,).
            impossible: "ignore" gives the same particles, counted in :attr:`impossible`, when the
                observation remains impossible; "raise" raises then.

        Raises:
            InputError: the observation is impossible and that is to be raised, or the likelihoods are no
                finite numbers of at least 0, one a particle.
        """
        event = _Event("observe", observation, observation_model)
        weights = self.weights * scaled(event.likelihood(self.particles))
        after = self._refilled_or_resampled(event, weights)
        if after is not None:
            after._remember(event)
            return after
        if impossible == "raise":
            raise InputError(
                f"No particle can produce the observation {observation!r}; give a prior or noise."
            )
        unchanged = self._with(self.particles, self.weights)
        unchanged.impossible += 1
        return unchanged

    def _refilled_or_resampled(self, event: _Event, weights: NDArray[np.float64]) -> ParticleBelief | None:
        rule, count = self.reinvigoration, len(weights)
        total = weights.sum()
        size = effective_size(weights)
        if size < rule.refill_below * count:
            refilled = self._from_prior((*self._events, event))
            if refilled is not None:
                return refilled
        if total > 0:
            after = self._with(self.particles, normalized(weights))
            return after._resampled(event) if size < rule.resample_below * count else after
        return self._by_noise(event)

    def resample(self) -> ParticleBelief:
        """Draws N particles of equal weights by systematic resampling."""
        chosen = systematic_choice(self.weights, len(self.weights), self.random)
        return self._with(taken(self.particles, chosen), np.full(len(chosen), 1 / len(chosen)))

    def _resampled(self, event: _Event) -> ParticleBelief:
        """Resamples, and moves copies by noise where the last observation allows it."""
        chosen = systematic_choice(self.weights, len(self.weights), self.random)
        particles = taken(self.particles, chosen)
        if self.reinvigoration.noise is not None:
            others = moved(particles, self.reinvigoration.noise, self.random)
            before, now = event.likelihood(particles), event.likelihood(others)
            copies = np.append(False, chosen[1:] == chosen[:-1])
            accepted = copies & (self.random.random(len(chosen)) * before < now)
            particles = merged(accepted, others, particles)
        return self._with(particles, np.full(len(chosen), 1 / len(chosen)))

    def _from_prior(self, events: Sequence[_Event]) -> ParticleBelief | None:
        """Draws from the prior, weights by all that was seen, and resamples; None if nothing fits."""
        prior, count = self.reinvigoration.prior, len(self.weights)
        drawn: Particles | None = None
        weights = np.empty(0)
        for _ in range(self.reinvigoration.most_draws if prior is not None else 0):
            batch, logarithms = self._replayed(events, count)
            drawn = batch if drawn is None else joined(drawn, batch)
            weights = np.append(weights, logarithms)
            if effective_size(from_logarithms(weights)) >= count:
                break
        shares = from_logarithms(weights)
        if drawn is None or not shares.sum() > 0:
            return None
        chosen = systematic_choice(shares, count, self.random)
        after = self._with(taken(drawn, chosen), np.full(count, 1 / count))
        after.refills += 1
        return after

    def _replayed(self, events: Sequence[_Event], count: int) -> tuple[Particles, NDArray[np.float64]]:
        """Draws particles from the prior and lets everything happen to them; with their log-likelihoods."""
        prior = self.reinvigoration.prior
        assert prior is not None  # the caller has asked
        particles = kept(gathered([prior(self.random) for _ in range(count)]))
        logarithms = np.zeros(count)
        for event in events:
            if event.kind == "predict":
                particles = moved(particles, event.what, self.random)
                continue
            with np.errstate(divide="ignore"):
                logarithms += np.log(event.likelihood(particles))
        return particles, logarithms

    def _by_noise(self, event: _Event) -> ParticleBelief | None:
        """Moves all particles until some can produce the observation; None if none ever can."""
        noise, particles = self.reinvigoration.noise, self.particles
        for _ in range(NOISE_ROUNDS if noise is not None else 0):
            assert noise is not None  # there would be no rounds
            particles = moved(particles, noise, self.random)
            weights = self.weights * scaled(event.likelihood(particles))
            if weights.sum() > 0:
                after = self._with(particles, normalized(weights))._resampled(event)
                after.refills += 1
                return after
        return None

    def _with(self, particles: Particles, weights: NDArray[np.float64]) -> ParticleBelief:
        after = ParticleBelief.__new__(ParticleBelief)
        after.__dict__.update(self.__dict__, particles=particles, weights=weights)
        return after

    @property
    def _in_array(self) -> bool:
        return is_array(self.particles)

    def _remember(self, event: _Event) -> None:
        if self.reinvigoration.prior is not None:
            self._events = (*self._events, event)

    # -- what is believed -----------------------------------------------------------------------------------

    @property
    def effective_size(self) -> float:
        """How many particles of equal weights would tell as much: 1 / the sum of the squared weights."""
        return effective_size(self.weights)

    def to_belief(self) -> BeliefState:
        """Gives the belief over the distinct particles; rows of an array become tuples."""
        states = map(frozen, np.asarray(self.particles).tolist()) if self._in_array else self.particles
        return BeliefState.from_weights(zip(states, self.weights.tolist(), strict=True))

    def entropy(self) -> float:
        """Computes the Shannon entropy in bits of the belief over the distinct particles."""
        return self.to_belief().entropy()

    def most_likely_state(self) -> Any:
        """Gives the state of the largest summed weight, the first of equals."""
        return self.to_belief().most_likely_state()

    def probability(self, state: Any) -> float:
        """Gives the summed weight of the particles that equal a state."""
        return self.to_belief().probability(state)

    def mean(self) -> NDArray[np.float64]:
        """Gives the expected value of numeric particles.

        Raises:
            InputError: the particles are no numbers.
        """
        try:
            numbers = np.asarray(self.particles, dtype=np.float64)
        except (TypeError, ValueError):
            raise InputError("Only particles that are numbers or arrays have a mean.") from None
        return np.tensordot(self.weights, numbers, axes=1)

"""The cells of a comparison: one policy on one scenario, with the seeds that it plays."""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import gymnasium

import planzoo
from planzoo.baselines.checkpoints import find_checkpoint, load_metadata
from planzoo.baselines.config import (
    CompareConfig,
    ComparisonConfig,
    PolicyConfig,
    ScenarioConfig,
    SeedsConfig,
    StrictModel,
    find_document,
    parse,
)
from planzoo.baselines.documents import Document
from planzoo.baselines.facts import check_measures
from planzoo.baselines.policies import PolicyKind, check_observation, find_policy
from planzoo.baselines.rollout import Episode, rollout
from planzoo.baselines.scenarios import Place, make_place, observation_name
from planzoo.envs.wrappers.replanning_ledger import Monitored
from planzoo.envs.wrappers.replanning_monitor import ReplanningMonitor
from planzoo.errors import InputError
from planzoo.planners.policy import Policy


class Cell(StrictModel):
    """One policy on one scenario; plain data that can be sent to another process and stored beside results.

    Attributes:
        key: content hash: equal keys and seeds give equal episodes.
        scenario: the scenario.
        policy: the policy.
        seeds: the seeds to play.
        observation: the name of the observation that the policy reads.
        access: what the policy declares that it may know.
    """

    key: str
    scenario: ScenarioConfig
    policy: PolicyConfig
    seeds: SeedsConfig
    observation: str
    access: str


@dataclass(frozen=True)
class Outcome:
    """One played episode of a cell, with what its policy had cost before.

    Attributes:
        key: the cell's key.
        episode: the episode.
        training_steps: environment steps that the policy was trained on.
        preparation_seconds: wall-clock seconds that it took to make the policy (planning ahead, loading).
    """

    key: str
    episode: Episode
    training_steps: int
    preparation_seconds: float


def load_comparison(name: str, episodes: int | None = None) -> tuple[CompareConfig, tuple[Cell, ...]]:
    """Reads a comparison by path or shipped name and checks all of it before anything runs.

    Args:
        name: a path, or the name of a shipped config.
        episodes: replaces the number of episodes everywhere.

    Raises:
        InputError: naming file, line and key.
    """
    document = find_document("compare", name)
    config = parse(CompareConfig, document)
    config = config if episodes is None else config.with_episodes(episodes)
    return config, make_cells(config, document)


def make_cells(config: CompareConfig, document: Document | None = None) -> tuple[Cell, ...]:
    """Makes the cells of a comparison.

    Args:
        config: the comparison.
        document: where it was read from, so that errors can name the line.

    Raises:
        InputError: a scenario, policy, argument or checkpoint is unknown or does not fit.
    """
    cells = []
    for index, entry in enumerate(config.comparisons):
        with _at(document, "comparisons", index, "scenario"):
            place = make_place(entry.scenario)
        if entry.scenario.measures:
            with _at(document, "comparisons", index, "scenario", "measures"):
                check_measures(entry.scenario, place.environment())
        for position, policy in enumerate(entry.policies):
            with _at(document, "comparisons", index, "policies", position):
                cells.append(_make_cell(entry, policy, entry.seeds or config.seeds))
    return tuple(cells)


@dataclass(frozen=True)
class Contestant:
    """A policy with the environment that it plays in.

    Attributes:
        environment: a centralized environment.
        policy: the policy.
        seconds: wall-clock seconds that it took to make the policy.
    """

    environment: gymnasium.Env[Any, Any]
    policy: Policy
    seconds: float


def make_contestant(scenario: ScenarioConfig, policy: PolicyConfig) -> Contestant:
    """Makes a policy and its environment, with a monitor around it where the policy tells of its plans.

    Raises:
        InputError: scenario, policy, arguments or checkpoint are unknown or do not fit.
    """
    place, kind = _check(scenario, policy)
    environment = place.environment()
    started = time.perf_counter()
    made = kind.make(place, policy.arguments)
    seconds = time.perf_counter() - started
    if isinstance(made, Monitored):
        environment = ReplanningMonitor(environment, made)
    return Contestant(environment, made, seconds)


def play(task: tuple[Cell, int]) -> Outcome:
    """Plays one seed of a cell; the cell's environment and policy are kept for its next seed."""
    cell, seed = task
    contestant = _contestant(cell)
    episode = rollout(contestant.environment, contestant.policy, seed, cell.policy.deterministic)
    return Outcome(cell.key, episode, contestant.policy.training_steps, contestant.seconds)


_contestants: dict[str, Contestant] = {}
"""The cell that this process plays at the moment: seeds of a cell come one after the other."""


def _contestant(cell: Cell) -> Contestant:
    if cell.key not in _contestants:
        _contestants.clear()
        _contestants[cell.key] = make_contestant(cell.scenario, cell.policy)
    return _contestants[cell.key]


def _check(scenario: ScenarioConfig, policy: PolicyConfig) -> tuple[Place, PolicyKind]:
    place = make_place(scenario, policy.changes)
    kind = find_policy(policy.name, place.scenario)
    place = place.observed(kind.reads_resources(place.scenario, policy.arguments))
    check_observation(kind, place)
    kind.check_arguments(place, policy.arguments)
    return place, kind


def _make_cell(entry: ComparisonConfig, policy: PolicyConfig, seeds: SeedsConfig) -> Cell:
    place, kind = _check(entry.scenario, policy)
    return Cell(
        key=_key(place, policy),
        scenario=entry.scenario,
        policy=policy,
        seeds=seeds,
        observation=observation_name(place.params),
        access=kind.access(place.scenario).value,
    )


def _key(place: Place, policy: PolicyConfig) -> str:
    arguments = dict(policy.arguments)
    if "checkpoint" in arguments:
        # The weights count, not the folder's name: a checkpoint that was trained anew is another policy.
        arguments["checkpoint"] = load_metadata(find_checkpoint(arguments["checkpoint"])).weights_sha256
    content = {
        "planzoo": planzoo.__version__,
        "scenario": place.scenario,
        "params": place.params.to_dict(),
        "policy": policy.name,
        "arguments": arguments,
        "deterministic": policy.deterministic,
    }
    if place.resources is not None:
        content["resources"] = place.resources.to_data()
    if place.disturbances is not None:
        content["disturbances"] = place.disturbances.to_data()
    try:
        text = json.dumps(content, sort_keys=True)
    except TypeError as error:
        raise InputError(
            f"the arguments hold a value that has no plain form: {error}; use numbers and text"
        ) from None
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _at(document: Document | None, *location: str | int) -> AbstractContextManager[None]:
    return nullcontext() if document is None else document.at(*location)

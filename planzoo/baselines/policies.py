"""The table name → policy: which scenarios it fits, what it reads, what it may know, how it is made."""

from __future__ import annotations

import importlib
import inspect
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from planzoo.baselines.checkpoints import CheckpointMetadata, find_checkpoint, load_metadata
from planzoo.baselines.scenarios import (
    Place,
    action_counts,
    agent_names,
    check_arguments,
    find_scenario,
    observation_name,
    observation_size,
)
from planzoo.baselines.suggestions import nearest
from planzoo.envs.registration import REGISTRY
from planzoo.errors import InputError

if TYPE_CHECKING:
    from planzoo.baselines.config import Algorithm
    from planzoo.planners.policy import Access, Policy


class PolicyKind(ABC):
    """One row of the table.

    Attributes:
        name: the name that configs use.
        summary: one line for ``planzoo list policies``.
    """

    name: str
    summary: str

    @abstractmethod
    def scenarios(self) -> tuple[str, ...]:
        """Names the scenarios that the policy fits."""

    @abstractmethod
    def access(self, scenario: str) -> Access:
        """Says what the policy may know in a scenario."""

    def observation(self, scenario: str) -> str | None:
        """Names the observation that the policy needs, or None when it reads any."""
        return None

    def reads_resources(self, scenario: str, arguments: Mapping[str, Any]) -> bool:
        """Says whether the policy reads what a resource wrapper shows; others get the plain observation.

        Raises:
            InputError: a checkpoint is missing.
        """
        return False

    @abstractmethod
    def check_arguments(self, place: Place, arguments: Mapping[str, Any]) -> None:
        """Checks the arguments of a config.

        Raises:
            InputError: an argument is unknown, missing, or does not fit the scenario.
        """

    @abstractmethod
    def make(self, place: Place, arguments: Mapping[str, Any], seed: int | None = None) -> Policy:
        """Makes the policy."""


@dataclass(frozen=True)
class PlannerKind(PolicyKind):
    """A policy with a class of its own for each scenario.

    Attributes:
        name: the name that configs use.
        summary: one line for ``planzoo list policies``.
        classes: scenario → ``module:Class``; the class is called with ``model`` (what a planner may know of
            the rules) or ``params``, whichever it takes, and with ``seed``.
        observations: scenario → the observation that the class reads, where it does not read all.
    """

    name: str
    summary: str
    classes: Mapping[str, str]
    observations: Mapping[str, str] = field(default_factory=dict)

    def scenarios(self) -> tuple[str, ...]:
        """Names the scenarios that have a class."""
        return tuple(self.classes)

    def access(self, scenario: str) -> Access:
        """Asks the class."""
        access: Access = self._class(scenario).access
        return access

    def observation(self, scenario: str) -> str | None:
        """Names the observation that the class reads."""
        return self.observations.get(scenario)

    def reads_resources(self, scenario: str, arguments: Mapping[str, Any]) -> bool:
        """Asks whether the class takes resource rules."""
        return "resources" in inspect.signature(self._class(scenario)).parameters

    def check_arguments(self, place: Place, arguments: Mapping[str, Any]) -> None:
        """Compares the arguments with the class's constructor."""
        if self.reads_resources(place.scenario, arguments) and place.resources is None:
            raise InputError(
                f"policy '{self.name}' plans with the resources of a wrapper; give the scenario 'resources'"
            )
        given = {**self._rules(place), "seed": None}
        own = sorted(set(arguments) & set(given))
        if own:
            raise InputError(
                f"policy '{self.name}' gets '{own[0]}' from the scenario and the seeds; leave it out"
            )
        check_arguments(self._class(place.scenario), {**given, **arguments}, f"policy '{self.name}'")

    def make(self, place: Place, arguments: Mapping[str, Any], seed: int | None = None) -> Policy:
        """Calls the class."""
        policy: Policy = self._class(place.scenario)(**self._rules(place), seed=seed, **arguments)
        return policy

    def _rules(self, place: Place) -> dict[str, Any]:
        parameters = inspect.signature(self._class(place.scenario)).parameters
        rules: dict[str, Any] = {"resources": place.resources} if "resources" in parameters else {}
        if "model" in parameters:
            return {**rules, "model": find_scenario(place.scenario).model(place.params)}
        return {**rules, "params": place.params}

    def _class(self, scenario: str) -> Any:
        module, name = self.classes[scenario].split(":")
        return getattr(importlib.import_module(module), name)


@dataclass(frozen=True)
class RandomKind(PolicyKind):
    """Uniformly random among the allowed actions, in every scenario."""

    name: str = "random"
    summary: str = "uniformly random among the allowed actions"

    def scenarios(self) -> tuple[str, ...]:
        """Names all scenarios."""
        return tuple(REGISTRY)

    def access(self, scenario: str) -> Access:
        """It reads the action mask alone."""
        from planzoo.planners.policy import Access

        return Access.OBSERVATION

    def check_arguments(self, place: Place, arguments: Mapping[str, Any]) -> None:
        """Refuses all arguments."""
        if arguments:
            raise InputError(f"policy 'random' takes no argument '{next(iter(arguments))}'; leave it out")

    def make(self, place: Place, arguments: Mapping[str, Any], seed: int | None = None) -> Policy:
        """Reads the spaces from an environment."""
        from planzoo.planners.random_policy import RandomPolicy

        environment = place.environment()
        return RandomPolicy(observation_size(environment), action_counts(environment), seed)


@dataclass(frozen=True)
class LearnedKind(PolicyKind):
    """A network from a checkpoint, shared by the agents, in every scenario that it was trained on.

    Attributes:
        name: the name that configs use.
        summary: one line for ``planzoo list policies``.
        algorithms: what trained the checkpoints that it plays.
    """

    name: str
    summary: str
    algorithms: tuple[Algorithm, ...]

    def scenarios(self) -> tuple[str, ...]:
        """Names all scenarios: a checkpoint can be trained on each."""
        return tuple(REGISTRY)

    def access(self, scenario: str) -> Access:
        """It reads its observation alone."""
        from planzoo.planners.policy import Access

        return Access.OBSERVATION

    def reads_resources(self, scenario: str, arguments: Mapping[str, Any]) -> bool:
        """Asks whether the checkpoint was trained inside of a resource wrapper."""
        checkpoint = arguments.get("checkpoint")
        if not isinstance(checkpoint, str):
            return False
        return load_metadata(find_checkpoint(checkpoint)).scenario.resources is not None

    def check_arguments(self, place: Place, arguments: Mapping[str, Any]) -> None:
        """Compares the checkpoint's algorithm with the policy's, its scenario and spaces with the place's."""
        for name in arguments:
            if name != "checkpoint":
                raise InputError(
                    f"policy '{self.name}' takes no argument '{name}'; did you mean 'checkpoint'?"
                )
        checkpoint = arguments.get("checkpoint")
        if not isinstance(checkpoint, str):
            raise InputError(
                f"policy '{self.name}' needs the argument 'checkpoint'; give a shipped name or a folder"
            )
        metadata = load_metadata(find_checkpoint(checkpoint))
        self._check_algorithm(metadata.algorithm, checkpoint)
        check_spaces(metadata, place, checkpoint)

    def make(self, place: Place, arguments: Mapping[str, Any], seed: int | None = None) -> Policy:
        """Loads the checkpoint for as many agents as the environment has."""
        from planzoo.baselines.learned import LearnedPolicy

        self.check_arguments(place, arguments)
        agents = agent_names(place.environment())
        return LearnedPolicy.load(find_checkpoint(arguments["checkpoint"]), agents, seed)

    def _check_algorithm(self, algorithm: Algorithm, checkpoint: str) -> None:
        if algorithm not in self.algorithms:
            raise InputError(
                f"checkpoint '{checkpoint}' was trained by {algorithm}, which policy '{self.name}' does not "
                f"play; write '{learned_name(algorithm)}' as the policy's name"
            )


def check_spaces(metadata: CheckpointMetadata, place: Place, name: str) -> None:
    """Makes sure that a checkpoint's network fits each agent of an environment.

    Raises:
        InputError: it was trained on another scenario, or on other spaces.
    """
    trained_on = metadata.scenario.scenario
    if trained_on != place.scenario:
        raise InputError(
            f"checkpoint '{name}' was trained on '{trained_on}', not on '{place.scenario}'; choose another"
        )
    environment = place.environment()
    count = len(agent_names(environment))
    here = (observation_size(environment) // count, *sorted(set(action_counts(environment))))
    if here != (metadata.observation_size, metadata.action_count):
        raise InputError(
            f"checkpoint '{name}' was trained for {metadata.observation_size} observed numbers and "
            f"{metadata.action_count} actions an agent, but here an agent has {here[0]} and {here[1]}; "
            f"choose a checkpoint for these params, whose observation is '{observation_name(place.params)}'"
        )


DEFAULT_AMOUNT = 10.0
"""What a policy that reads resources is granted where nobody says how much."""
_WAREHOUSE = "planzoo.planners.domains.warehouse"
_DIAGNOSIS = "planzoo.planners.domains.diagnosis"
_MAZE = "planzoo.planners.domains.maze"
_RESULTS = {"diagnosis_v0": "results", "medical_testing_v0": "results"}


def _both(place: str) -> dict[str, str]:
    """Gives one class to the diagnosis of one patient and to that of several."""
    return dict.fromkeys(_RESULTS, f"{_DIAGNOSIS}{place}")


POLICIES: dict[str, PolicyKind] = {
    kind.name: kind
    for kind in (
        RandomKind(),
        PlannerKind(
            "greedy",
            "takes what looks best at once, without looking ahead",
            {
                "warehouse_v0": f"{_WAREHOUSE}:GreedyTeamPolicy",
                "maze_v0": f"{_MAZE}_greedy:GreedyPolicy",
                **_both(":GreedyPolicy"),
            },
            {"warehouse_v0": "fleet", "maze_v0": "map", **_RESULTS},
        ),
        PlannerKind(
            "htn",
            "decomposes tasks: a fleet's errands (arguments: assignment, paths), or a clinical protocol",
            {"warehouse_v0": f"{_WAREHOUSE}:HTNTeamPolicy", **_both("_protocol:ProtocolPolicy")},
            {"warehouse_v0": "fleet", **_RESULTS},
        ),
        PlannerKind(
            "htn_local",
            "each robot decomposes its own tasks by what it alone has seen, and drives by rules of the road",
            {"warehouse_v0": f"{_WAREHOUSE}_local:LocalHTNPolicy"},
            {"warehouse_v0": "local"},
        ),
        PlannerKind(
            "myopic",
            "weighs the value of the next test against its cost, one step ahead",
            _both(":MyopicPolicy"),
            _RESULTS,
        ),
        PlannerKind(
            "contingent",
            "searches beliefs and follows a conditional plan (arguments: depth, expansions, milliseconds)",
            _both("_contingent:ContingentPolicy"),
            _RESULTS,
        ),
        PlannerKind(
            "independent",
            "each agent decomposes its own survival and escape, and has no part in team plans",
            {"maze_v0": f"{_MAZE}_team:IndependentPolicy"},
            {"maze_v0": "map"},
        ),
        PlannerKind(
            "coordinated",
            "agents propose, accept and reject team plans by their utility, and carry them out",
            {"maze_v0": f"{_MAZE}_team:CoordinatedPolicy"},
            {"maze_v0": "map"},
        ),
        PlannerKind(
            "resource_aware",
            "the scenario's planner, which plans with what a resource wrapper grants and shows",
            {
                "warehouse_v0": f"{_WAREHOUSE}_thrift:ThriftyTeamPolicy",
                "maze_v0": f"{_MAZE}_thrift:ThriftyPolicy",
                **_both("_thrift:ThriftyPolicy"),
            },
            {"warehouse_v0": "fleet", "maze_v0": "map", **_RESULTS},
        ),
        PlannerKind(
            "replanning",
            "the scenario's plans, watched and changed on the way (arguments: when, how, budget, planner)",
            {
                "warehouse_v0": f"{_WAREHOUSE}_replanning:ReplanningFleet",
                "maze_v0": f"{_MAZE}_replanning:ReplanningAgents",
                **_both("_replanning:ReplanningDoctors"),
            },
            {"warehouse_v0": "fleet", "maze_v0": "map", **_RESULTS},
        ),
        PlannerKind(
            "oracle",
            "sees the hidden state and takes the shortest joint escape; a bound, not a competitor",
            {"maze_v0": f"{_MAZE}_oracle:OraclePolicy"},
        ),
        LearnedKind(
            "ppo",
            "a network trained by PPO; argument: checkpoint (a shipped name or a folder)",
            ("ppo", "maskable_ppo"),
        ),
        LearnedKind(
            "recurrent_ppo",
            "a network with a memory, trained by RecurrentPPO; argument: checkpoint",
            ("recurrent_ppo",),
        ),
    )
}
"""All policies that configs and the command line know."""


def learned_name(algorithm: Algorithm) -> str:
    """Names the policy that plays the checkpoints of an algorithm."""
    kinds = [kind for kind in POLICIES.values() if isinstance(kind, LearnedKind)]
    return next(kind.name for kind in kinds if algorithm in kind.algorithms)


def find_policy(name: str, scenario: str) -> PolicyKind:
    """Looks a policy up for a scenario.

    Raises:
        InputError: no policy has this name, or it does not fit the scenario.
    """
    if name not in POLICIES:
        raise InputError(f"there is no policy '{name}'{nearest(name, POLICIES)}")
    kind = POLICIES[name]
    if scenario not in kind.scenarios():
        fitting = [other.name for other in POLICIES.values() if scenario in other.scenarios()]
        raise InputError(
            f"policy '{name}' does not fit scenario '{scenario}'; choose one of {', '.join(fitting)}"
        )
    return kind


def default_place(kind: PolicyKind, scenario: str, **changes: Any) -> Place:
    """Gives a place that suits a policy: default params with what it reads, resources included.

    Args:
        kind: of the policy.
        scenario: the scenario's name.
        changes: fields of the params to replace.
    """
    found, needed = find_scenario(scenario), kind.observation(scenario)
    observed = {} if needed is None else {"observation": needed}
    params = replace(found.default_params(), **observed, **changes)
    if not kind.reads_resources(scenario, {}):
        return Place(scenario, params)
    make_rules = next(iter(found.resource_rules.values()))
    return Place(scenario, params, make_rules(params, DEFAULT_AMOUNT))


def check_observation(kind: PolicyKind, place: Place) -> None:
    """Makes sure that the params give the observation that a policy reads.

    Raises:
        InputError: they give another.
    """
    needed, given = kind.observation(place.scenario), observation_name(place.params)
    if needed is not None and needed != given:
        raise InputError(
            f"policy '{kind.name}' reads the '{needed}' observation of '{place.scenario}', but is given "
            f"'{given}'; write 'observation: {needed}'"
        )

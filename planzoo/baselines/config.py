"""Experiments as data: what a comparison or a training file may say, and where shipped files are found."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from planzoo.baselines.documents import Document, Location
from planzoo.baselines.suggestions import nearest
from planzoo.errors import InputError

Positive = Annotated[int, Field(gt=0)]
Natural = Annotated[int, Field(ge=0, lt=2**32)]
Unit = Annotated[float, Field(ge=0.0, le=1.0)]
Text = Annotated[str, Field(min_length=1)]
Algorithm = Literal["ppo", "maskable_ppo", "recurrent_ppo"]
RECURRENT: Algorithm = "recurrent_ppo"


class StrictModel(BaseModel):
    """A part of a config: frozen, and without any key that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def refuse_unknown_keys(cls, data: Any) -> Any:
        """Names the first unknown key and the key that was probably meant."""
        unknown = [key for key in data if key not in cls.model_fields] if isinstance(data, dict) else []
        if unknown:
            key = str(unknown[0])
            raise PydanticCustomError(
                "unknown_key", "unknown key{hint}", {"place": (key,), "hint": nearest(key, cls.model_fields)}
            )
        return data


class ReferenceConfig(StrictModel):
    """A return to stand beside the scores: an exact optimum, a proven bound or a published figure.

    Attributes:
        value: the reference return.
        source: where it comes from, in a few words.
        kind: what it is: the optimum, a bound that is proven to lie at or above it, or a published figure.
    """

    value: float
    source: Text
    kind: Literal["optimum", "upper_bound", "published"] = "published"

    @property
    def regret_title(self) -> str:
        """Says what regret is measured from."""
        return {
            "optimum": "regret to the optimum",
            "upper_bound": "regret to a proven bound",
            "published": "regret",
        }[self.kind]


class ResourcesConfig(StrictModel):
    """What a resource wrapper enforces: rules that the scenario has ready, or rules in full.

    Attributes:
        preset: rules of the scenario by name, such as ``fuel``.
        arguments: what the preset is called with, such as ``amount``.
        rules: rules in full, see :meth:`planzoo.envs.resources.rules.ResourceRules.from_data`.
    """

    preset: str | None = None
    arguments: dict[str, Any] = {}
    rules: dict[str, Any] | None = None

    @model_validator(mode="after")
    def check_one(self) -> ResourcesConfig:
        """Refuses both, neither, and arguments of nothing."""
        if (self.preset is None) == (self.rules is None):
            raise PydanticCustomError("one_of", "write either a preset or rules")
        if self.rules is not None and self.arguments:
            raise PydanticCustomError("one_of", "arguments belong to a preset; write them into the rules")
        return self


class CurveConfig(StrictModel):
    """Makes a scenario one point of a curve: scenarios whose curves have the same name are drawn together.

    Attributes:
        name: of the curve.
        at: the scenario's place on the horizontal axis.
        axis: what the horizontal axis is.
    """

    name: Text
    at: float
    axis: Text


class ScenarioConfig(StrictModel):
    """One scenario with its numbers.

    Attributes:
        scenario: the scenario's module name, e.g. ``warehouse_v0``.
        preset: a named preset of the scenario's params class; its default params when left out.
        arguments: what the preset is called with.
        resources: what a resource wrapper around the scenario enforces; none when left out.
        disturbances: what strikes how often: data of ``planzoo.envs.disturbances.rules.DisturbanceRules``.
        name: what tables and reports call it.
        reference: a return to compare with.
        measures: facts about an episode that tables and reports show beside the return, with what they call
            them; a list of names is short for names that speak for themselves.
        curve: the curve that it is a point of; None for a scenario by itself.
    """

    scenario: Text
    preset: str | None = None
    arguments: dict[str, Any] = {}
    resources: ResourcesConfig | None = None
    disturbances: dict[str, Any] | None = None
    name: str | None = None
    reference: ReferenceConfig | None = None
    measures: dict[Text, Text] = {}
    curve: CurveConfig | None = None

    @field_validator("measures", mode="before")
    @classmethod
    def read_list(cls, data: Any) -> Any:
        """Reads ``[cost, {tests: tests used}]`` as ``{cost: cost, tests: tests used}``."""
        if not isinstance(data, list | tuple):
            return data
        pairs = [pair for entry in data for pair in _measure(entry)]
        _refuse_repeats([name for name, _ in pairs], "measures", "name")
        return dict(pairs)

    @property
    def title(self) -> str:
        """The name that tables and reports show."""
        return self.name or (f"{self.scenario} {self.preset}" if self.preset else self.scenario)


class PolicyConfig(StrictModel):
    """One policy of a comparison; a bare name is short for ``{name: …}``.

    Attributes:
        name: a name from ``planzoo list policies``.
        label: what tables and reports call it; the name where it is left out.
        observation: overrides the scenario's observation for this policy.
        rules: overrides further arguments of the scenario for this policy, such as a mode of coordination.
        deterministic: whether a stochastic policy takes its most likely action.
        arguments: further arguments of the policy, e.g. a checkpoint.
        panel: where curves are drawn in several panels, the policy's; one without is drawn in all of them.
    """

    name: Text
    label: str | None = None
    observation: str | None = None
    rules: dict[str, Any] = {}
    deterministic: bool = True
    arguments: dict[str, Any] = {}
    panel: str | None = None

    @model_validator(mode="before")
    @classmethod
    def read_bare_name(cls, data: Any) -> Any:
        """Reads ``random`` as ``{name: random}``."""
        return {"name": data} if isinstance(data, str) else data

    @property
    def title(self) -> str:
        """The label that tables and reports show."""
        return self.label or self.name

    @property
    def changes(self) -> dict[str, Any]:
        """The arguments of the scenario that differ for this policy."""
        return self.rules if self.observation is None else {**self.rules, "observation": self.observation}


class SeedsConfig(StrictModel):
    """The seeds of the episodes: ``first``, ``first + 1``, … one for each of ``episodes``."""

    first: Natural = 0
    episodes: Positive

    @property
    def values(self) -> range:
        """All seeds."""
        return range(self.first, self.first + self.episodes)


class ComparisonConfig(StrictModel):
    """Policies that meet on one scenario, all on the same seeds."""

    scenario: ScenarioConfig
    policies: Annotated[tuple[PolicyConfig, ...], Field(min_length=1)]
    seeds: SeedsConfig | None = None

    @model_validator(mode="after")
    def refuse_equal_labels(self) -> ComparisonConfig:
        """Keeps rows of a table apart."""
        _refuse_repeats([policy.title for policy in self.policies], "policies", "label")
        return self


class CompareConfig(StrictModel):
    """A whole comparison.

    Attributes:
        title: heading of the report.
        description: a few sentences under it.
        seeds: the seeds of every comparison that names none of its own.
        comparisons: the scenarios with their policies.
    """

    title: Text
    description: str = ""
    seeds: SeedsConfig = SeedsConfig(episodes=50)
    comparisons: Annotated[tuple[ComparisonConfig, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def refuse_equal_names(self) -> CompareConfig:
        """Keeps the tables of a report apart."""
        _refuse_repeats([entry.scenario.title for entry in self.comparisons], "scenarios", "name")
        return self

    def with_episodes(self, episodes: int) -> CompareConfig:
        """Gives the same comparison with another number of episodes everywhere.

        Raises:
            InputError: ``episodes`` is not positive.
        """
        if episodes < 1:
            raise InputError(f"--episodes {episodes}: at least one episode is needed")
        changed = [
            entry.model_copy(update={"seeds": entry.seeds.model_copy(update={"episodes": episodes})})
            if entry.seeds
            else entry
            for entry in self.comparisons
        ]
        seeds = self.seeds.model_copy(update={"episodes": episodes})
        return self.model_copy(update={"seeds": seeds, "comparisons": tuple(changed)})


class LSTMConfig(StrictModel):
    """The memory of a recurrent network: it stands before the hidden layers of policy and value network.

    Attributes:
        hidden: numbers that a layer remembers.
        layers: layers on top of each other.
        shared: whether the value network reads the policy's memory, which then learns from the policy alone.
        critic: whether the value network has a memory of its own; with neither it has none.
    """

    hidden: Positive = 64
    layers: Positive = 1
    shared: bool = False
    critic: bool = True

    @model_validator(mode="after")
    def refuse_two_memories(self) -> LSTMConfig:
        """Refuses a value network that would read two memories."""
        if self.shared and self.critic:
            raise PydanticCustomError(
                "two_memories",
                "with 'shared: true' the value network has no memory of its own; write 'critic: false'",
            )
        return self


class NetworkConfig(StrictModel):
    """The shape of policy and value network.

    Attributes:
        policy: widths of the hidden layers of the policy network.
        value: widths of the hidden layers of the value network.
        activation: what stands between them.
        lstm: the memory of a recurrent network, None for all others.
    """

    policy: tuple[Positive, ...] = (64, 64)
    value: tuple[Positive, ...] = (64, 64)
    activation: Literal["tanh", "relu"] = "tanh"
    lstm: LSTMConfig | None = None


class HyperparametersConfig(StrictModel):
    """PPO's numbers under Stable-Baselines3's names; ``anneal`` lowers the learning rate to 0."""

    learning_rate: Annotated[float, Field(gt=0.0)] = 3e-4
    anneal: bool = False
    n_steps: Positive = 128
    batch_size: Positive = 2_048
    n_epochs: Positive = 4
    gamma: Unit = 0.99
    gae_lambda: Unit = 0.95
    clip_range: Annotated[float, Field(gt=0.0)] = 0.2
    ent_coef: Annotated[float, Field(ge=0.0)] = 0.01
    vf_coef: Annotated[float, Field(ge=0.0)] = 0.5
    max_grad_norm: Annotated[float, Field(gt=0.0)] = 0.5
    target_kl: float | None = None


class EvaluationConfig(StrictModel):
    """Evaluation during training.

    Attributes:
        every: environment steps between two evaluations.
        episodes: episodes of one evaluation.
        first_seed: seed of the first of them; keep it away from the seeds of comparisons.
        deterministic: whether the policy takes its most likely action.
    """

    every: Positive = 100_000
    episodes: Positive = 20
    first_seed: Natural = 1_000_000
    deterministic: bool = True


class TrainConfig(StrictModel):
    """One training run.

    Attributes:
        name: name of the checkpoint.
        scenario: what to train on.
        algorithm: ``ppo``, ``maskable_ppo``, which never tries a masked action, or ``recurrent_ppo``, which
            remembers the episode so far.
        steps: environment steps: with N agents each brings N decisions.
        seed: seeds networks, environments and minibatches.
        worlds: worlds that are stepped together.
        network: the shape of the networks.
        hyperparameters: PPO's numbers.
        evaluation: evaluation during training.
    """

    name: Text
    scenario: ScenarioConfig
    algorithm: Algorithm = "ppo"
    steps: Positive
    seed: Natural = 0
    worlds: Positive = 64
    network: NetworkConfig = NetworkConfig()
    hyperparameters: HyperparametersConfig = HyperparametersConfig()
    evaluation: EvaluationConfig = EvaluationConfig()

    @model_validator(mode="before")
    @classmethod
    def add_memory(cls, data: Any) -> Any:
        """Gives a recurrent network whose memory is not described the usual one."""
        recurrent = isinstance(data, dict) and data.get("algorithm") == RECURRENT
        network = data.get("network", {}) if recurrent else None
        if isinstance(network, dict) and network.get("lstm") is None:
            return {**data, "network": {**network, "lstm": {}}}
        return data

    @model_validator(mode="after")
    def check_memory(self) -> TrainConfig:
        """Refuses a memory where the algorithm has none."""
        check_memory(self.algorithm, self.network)
        return self


def check_memory(algorithm: Algorithm, network: NetworkConfig) -> None:
    """Makes sure that a network has a memory exactly where its algorithm trains one.

    Raises:
        PydanticCustomError: it has one too many, or lacks one.
    """
    if (algorithm == RECURRENT) == (network.lstm is not None):
        return
    problem = "has no memory; add it" if network.lstm is None else "has no use for a memory; leave it out"
    raise PydanticCustomError(
        "memory",
        "the network of algorithm '{algorithm}' {problem}",
        {"algorithm": algorithm, "problem": problem, "place": ("network", "lstm")},
    )


ModelType = TypeVar("ModelType", bound=StrictModel)


def parse(model: type[ModelType], document: Document) -> ModelType:
    """Reads a document as a config.

    Raises:
        InputError: naming file, line, key, and what was expected there.
    """
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        first = error.errors()[0]
        location: Location = (*first["loc"], *first.get("ctx", {}).get("place", ()))
        raise document.error(location, _problem(first["msg"])) from None


def shipped_configs(group: str) -> tuple[str, ...]:
    """Names the configs of a group (``compare`` or ``train``) that come with PlanZoo."""
    folder = _configs_folder() / group
    entries = folder.iterdir() if folder.is_dir() else ()
    return tuple(
        sorted(entry.name.removesuffix(".yaml") for entry in entries if entry.name.endswith(".yaml"))
    )


def find_document(group: str, name: str) -> Document:
    """Reads a config by its path or, where there is no such file, by the name of a shipped one.

    Raises:
        InputError: there is neither, or the file is not a YAML mapping.
    """
    if Path(name).is_file():
        return Document.read(Path(name), name)
    shipped = shipped_configs(group)
    short = name.removeprefix(f"{group}/").removesuffix(".yaml")
    if short not in shipped:
        raise InputError(
            f"{name}: there is no such file and no shipped {group} config{nearest(short, shipped)}"
        )
    return Document.read(_configs_folder() / group / f"{short}.yaml", f"{group}/{short}.yaml")


def _configs_folder() -> Traversable:
    return resources.files("planzoo") / "configs"


def _refuse_repeats(names: list[str], what: str, key: str) -> None:
    repeated = next((name for index, name in enumerate(names) if name in names[:index]), None)
    if repeated is not None:
        raise PydanticCustomError(
            "repeated_name",
            "two {what} are called '{repeated}'; give one of them another '{key}'",
            {"what": what, "repeated": repeated, "key": key},
        )


def _measure(entry: Any) -> list[tuple[Any, Any]]:
    if isinstance(entry, str):
        return [(entry, entry.replace("_", " "))]
    if isinstance(entry, dict) and len(entry) == 1:
        return list(entry.items())
    raise PydanticCustomError("measure", "expected a fact's name, or 'name: what tables call it'")


def _problem(message: str) -> str:
    return message.replace("Input should be", "expected").replace(
        "Field required", "this key is missing; add it"
    )

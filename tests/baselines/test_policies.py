from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planzoo.baselines.checkpoints import CheckpointMetadata, find_checkpoint, load_metadata, save_checkpoint
from planzoo.baselines.config import LSTMConfig, NetworkConfig, ScenarioConfig
from planzoo.baselines.network import build_network
from planzoo.baselines.policies import (
    POLICIES,
    LearnedKind,
    Place,
    PlannerKind,
    check_observation,
    check_spaces,
    default_place,
    find_policy,
    learned_name,
)
from planzoo.baselines.rollout import prepare_policy
from planzoo.baselines.scenarios import (
    action_counts,
    agent_names,
    find_scenario,
    make_environment,
    observation_size,
)
from planzoo.envs.registration import REGISTRY
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.errors import InputError
from planzoo.planners.policy import Access, Policy

HERE = "tests.baselines.test_policies"
TOY = Place("warehouse_v0", WarehouseParams.toy())


class Knowing(Policy):
    """Is made from the params."""

    access = Access.STATE

    def __init__(self, params: Any, patience: int = 1, seed: int | None = None) -> None:
        super().__init__(71, seed)
        self.params, self.patience = params, patience

    def begin(self) -> None:
        """Remembers nothing."""

    def decide(self, observation: Any, memory: Any, mask: Any, deterministic: bool) -> int:
        return 0


class Modelling(Knowing):
    """Is made from the model."""

    def __init__(self, model: Any, seed: int | None = None) -> None:
        super().__init__(None, seed=seed)
        self.model = model


SHIPPED = {
    "warehouse_v0": "warehouse-tiny-2-local",
    "diagnosis_v0": "diagnosis-asia",
    "medical_testing_v0": "medical-testing",
}
"""A checkpoint for the default parameters of each scenario."""
FITTING = [(kind, scenario) for kind in POLICIES.values() for scenario in kind.scenarios()]


def fitting(scenario: str) -> dict[str, Any]:
    """Gives the facts of a checkpoint that fits a scenario for which none is shipped."""
    environment = make_environment(scenario, find_scenario(scenario).default_params())
    agents = len(agent_names(environment))
    return {
        "scenario": ScenarioConfig(scenario=scenario),
        "agents": agents,
        "observation_size": observation_size(environment) // agents,
        "action_count": action_counts(environment)[0],
    }


def checkpoint_for(kind: LearnedKind, scenario: str, folder: Path) -> str:
    """Names a shipped checkpoint, or makes one of an untrained network where none is shipped."""
    metadata = load_metadata(find_checkpoint(SHIPPED.get(scenario, "medical-testing")))
    if scenario not in SHIPPED:
        metadata = metadata.model_copy(update=fitting(scenario))
    elif metadata.algorithm in kind.algorithms:
        return SHIPPED[scenario]
    recurrent = "recurrent_ppo" in kind.algorithms
    lstm = LSTMConfig(hidden=8) if recurrent else None
    network = NetworkConfig(policy=(8,), value=(8,), lstm=lstm)
    metadata = metadata.model_copy(update={"algorithm": kind.algorithms[0], "network": network})
    save_checkpoint(folder, metadata, build_network(metadata).state_dict())
    return str(folder)


@pytest.mark.parametrize(("kind", "scenario"), FITTING, ids=lambda value: getattr(value, "name", value))
def test_every_row_of_the_table_can_be_made_and_acts(kind: Any, scenario: str, tmp_path: Path) -> None:
    arguments = (
        {"checkpoint": checkpoint_for(kind, scenario, tmp_path)} if isinstance(kind, LearnedKind) else {}
    )
    place = default_place(kind, scenario)
    check_observation(kind, place)
    kind.check_arguments(place, arguments)
    policy = kind.make(place, arguments, seed=1)
    assert policy.access is kind.access(scenario)
    environment = place.environment()
    prepare_policy(policy, environment, seed=1)
    observation, _ = environment.reset(seed=0)
    action, _ = policy.predict(observation)
    assert environment.action_space.contains(np.asarray(action).reshape(environment.action_space.shape)[()])


def test_table_names_its_rows() -> None:
    assert all(name == kind.name and kind.summary for name, kind in POLICIES.items())
    assert set(POLICIES["random"].scenarios()) == set(REGISTRY)


@pytest.mark.parametrize(
    ("name", "scenario", "message"),
    [
        ("hnt", "warehouse_v0", "there is no policy 'hnt'; did you mean 'htn'"),
        (
            "htn_local",
            "diagnosis_v0",
            "policy 'htn_local' does not fit scenario 'diagnosis_v0'; choose one of random",
        ),
        ("myopic", "warehouse_v0", "policy 'myopic' does not fit scenario 'warehouse_v0'"),
    ],
)
def test_unknown_and_unfit_policies(name: str, scenario: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        find_policy(name, scenario)


def test_observation_that_a_policy_does_not_read() -> None:
    with pytest.raises(
        InputError, match=r"policy 'htn' reads the 'fleet' observation .* 'local'; write 'observation: fleet'"
    ):
        check_observation(POLICIES["htn"], TOY)
    check_observation(POLICIES["random"], TOY)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("random", {"speed": 1}, "policy 'random' takes no argument 'speed'"),
        ("ppo", {"chekpoint": "a"}, "takes no argument 'chekpoint'; did you mean 'checkpoint'"),
        ("ppo", {}, "needs the argument 'checkpoint'"),
        ("recurrent_ppo", {}, "policy 'recurrent_ppo' needs the argument 'checkpoint'"),
        ("ppo", {"checkpoint": 3}, "needs the argument 'checkpoint'"),
        ("ppo", {"checkpoint": "nowhere"}, "there is no folder 'nowhere' and no shipped checkpoint"),
    ],
)
def test_bad_arguments(name: str, arguments: Mapping[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        POLICIES[name].check_arguments(TOY, arguments)


def test_planner_kind_passes_params_or_model() -> None:
    by_params = PlannerKind("knowing", "", {"warehouse_v0": f"{HERE}:Knowing"})
    policy = by_params.make(TOY, {"patience": 5}, seed=2)
    assert isinstance(policy, Knowing) or type(policy).__name__ == "Knowing"
    assert (policy.params, policy.patience) == (TOY.params, 5)  # type: ignore[attr-defined]
    assert by_params.access("warehouse_v0") is Access.STATE
    modelling = PlannerKind("modelling", "", {"warehouse_v0": f"{HERE}:Modelling"}).make(TOY, {})
    assert type(modelling.model) is type(find_scenario("warehouse_v0").model(TOY.params))  # type: ignore[attr-defined]


def test_planner_kind_checks_arguments() -> None:
    kind = PlannerKind("knowing", "", {"warehouse_v0": f"{HERE}:Knowing"})
    kind.check_arguments(TOY, {"patience": 5})
    with pytest.raises(
        InputError, match="policy 'knowing' takes no argument 'patients'; did you mean 'patience'"
    ):
        kind.check_arguments(TOY, {"patients": 5})
    with pytest.raises(InputError, match="policy 'knowing' gets 'seed' from the scenario and the seeds"):
        kind.check_arguments(TOY, {"seed": 5})


def test_learned_policy_is_made_for_the_robots_that_there_are(checkpoint: Path) -> None:
    place = Place("warehouse_v0", WarehouseParams.rware(robots=3))
    policy = POLICIES["ppo"].make(place, {"checkpoint": str(checkpoint)}, seed=1)
    environment = make_environment(place.scenario, place.params)
    observation, _ = environment.reset(seed=0)
    assert environment.action_space.contains(policy.predict(observation)[0])
    assert policy.training_steps == 1234


def test_each_learned_policy_refuses_what_another_algorithm_trained(
    checkpoint: Path, recurrent_checkpoint: Path
) -> None:
    for name, own, other, algorithm in (
        ("ppo", checkpoint, recurrent_checkpoint, "recurrent_ppo"),
        ("recurrent_ppo", recurrent_checkpoint, checkpoint, "maskable_ppo"),
    ):
        POLICIES[name].check_arguments(TOY, {"checkpoint": str(own)})
        with pytest.raises(
            InputError,
            match=f"was trained by {algorithm}, which policy '{name}' does not play; "
            f"write '{learned_name(algorithm)}' as the policy's name",  # type: ignore[arg-type]
        ):
            POLICIES[name].check_arguments(TOY, {"checkpoint": str(other)})
    assert learned_name("ppo") == learned_name("maskable_ppo") == "ppo"


def test_checkpoint_for_other_spaces_or_scenario(toy_metadata: CheckpointMetadata) -> None:
    check_spaces(toy_metadata, TOY, "c")
    fleet = Place("warehouse_v0", WarehouseParams.toy(observation="fleet"))
    with pytest.raises(
        InputError, match=r"checkpoint 'c' was trained for 71 .* whose observation is 'fleet'"
    ):
        check_spaces(toy_metadata, fleet, "c")
    with pytest.raises(
        InputError, match="71 observed numbers and 4 actions an agent, but here an agent has 71 and 5"
    ):
        check_spaces(toy_metadata.model_copy(update={"action_count": 4}), TOY, "c")
    with pytest.raises(InputError, match="was trained on 'warehouse_v0', not on 'diagnosis_v0'"):
        check_spaces(toy_metadata, Place("diagnosis_v0", None), "c")

import numpy as np
import pytest

from planzoo.baselines.config import ScenarioConfig
from planzoo.baselines.facts import check_measures, fact_names, numeric_facts
from planzoo.baselines.rollout import rollout
from planzoo.baselines.scenarios import action_counts, find_scenario, make_environment, observation_size
from planzoo.envs.disturbances.rules import DisturbanceRules
from planzoo.envs.registration import REGISTRY
from planzoo.errors import InputError
from planzoo.planners.random_policy import RandomPolicy


def test_what_infos_always_have_is_no_fact() -> None:
    info = {"success": True, "invalid_action": False, "lives": 3, "cost": np.float32(0.5), "TimeLimit": {}}
    assert numeric_facts(info) == {"lives": 3.0, "cost": 0.5}
    assert numeric_facts(info, ("lives",)) == {"cost": 0.5}
    assert all(type(value) is float for value in numeric_facts(info).values())


def test_facts_of_a_scenario_are_those_that_its_episodes_tell() -> None:
    for name in REGISTRY:
        environment = make_environment(name, find_scenario(name).default_params())
        policy = RandomPolicy(observation_size(environment), action_counts(environment), seed=0)
        assert set(rollout(environment, policy, 0).facts) == set(fact_names(environment)) != set()


def test_measures_that_a_scenario_does_not_tell() -> None:
    environment = make_environment("warehouse_v0", find_scenario("warehouse_v0").default_params())
    check_measures(ScenarioConfig(scenario="warehouse_v0", measures={"deliveries": "d"}), environment)
    for name, message in (
        ("deliverys", "'warehouse_v0' tells no fact 'deliverys' of an episode; did you mean 'deliveries'"),
        ("success", "'success' is always shown; leave it out"),
    ):
        with pytest.raises(InputError, match=message):
            check_measures(ScenarioConfig(scenario="warehouse_v0", measures={name: "d"}), environment)


def test_a_resource_wrapper_adds_facts() -> None:
    scenario = find_scenario("warehouse_v0")
    params = scenario.params(max_steps=5)
    environment = make_environment("warehouse_v0", params, scenario.resource_rules["fuel"](params, 3.0))
    policy = RandomPolicy(observation_size(environment), action_counts(environment), seed=0)
    facts = rollout(environment, policy, 0).facts
    assert set(facts) == set(fact_names(environment))
    assert {"left_fuel", "violations"} <= set(facts)


def test_disturbances_add_facts() -> None:
    params = find_scenario("maze_v0").params(max_steps=5)
    environment = make_environment("maze_v0", params, disturbances=DisturbanceRules(slip=1.0))
    policy = RandomPolicy(observation_size(environment), action_counts(environment), seed=0)
    facts = rollout(environment, policy, 0).facts
    assert set(facts) == set(fact_names(environment))
    assert facts["disturbances_slip"] == facts["disturbances_total"] == 15

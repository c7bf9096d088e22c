"""The resource rules that scenarios have ready."""

from __future__ import annotations

import numpy as np
import pytest

from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.resources import money
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.resources import oil
from planzoo.envs.maze.state import DOWN, LEFT, RIGHT, UP
from planzoo.envs.registration import REGISTRY, load_scenario
from planzoo.envs.resources.rules import ResourceRules
from planzoo.envs.warehouse.params import WarehouseParams
from planzoo.envs.warehouse.resources import fuel
from planzoo.envs.wrappers.resource_wrapper import ResourceWrapper
from planzoo.errors import InputError


@pytest.mark.parametrize("name", REGISTRY)
def test_every_scenario_has_rules_that_fit_it_and_can_be_written(name: str) -> None:
    scenario = load_scenario(name)
    for make_rules in scenario.resource_rules.values():
        rules = make_rules(scenario.params(), 7.0, violation="end", penalty=2.0)
        assert (rules.violation, rules.penalty, rules.resources[0].initial_amount) == ("end", 2.0, 7.0)
        ResourceWrapper(scenario.gymnasium_env(), rules).reset(seed=0)
        assert ResourceRules.from_data(rules.to_data()) == rules
        with pytest.raises(InputError, match="initial_amount"):
            make_rules(scenario.params(), -1.0)
    assert scenario.resource_rules


@pytest.mark.parametrize(
    ("movement", "bits", "moves"),
    [("turn", 0, {1, 2, 3}), ("cardinal", 0, {1, 2, 3, 4}), ("turn", 1, {1, 2, 3, 6, 7, 8})],
)
def test_fuel_is_for_moves_and_turns(movement: str, bits: int, moves: set[int]) -> None:
    params = WarehouseParams.toy(movement=movement, message_bits=bits)
    assert set(fuel(params, 9).uses) == moves


def test_fuel_burns_with_every_move_that_is_tried() -> None:
    params = WarehouseParams.toy(message_bits=0)
    environment = ResourceWrapper(load_scenario("warehouse_v0").gymnasium_env(params), fuel(params, 9))
    _, info = environment.reset(seed=1)
    agents = len(environment.agent_names)
    for action, burnt in ((0, 0), (2, agents), (3, agents)):
        before = info["resources_left"]["fuel"]
        *_, info = environment.step(np.full(agents, action))
        assert info["resources_left"]["fuel"] == before - burnt


def test_money_is_for_tests() -> None:
    params = DiagnosisParams.asia()
    rules = money(params, 0.5)
    costs = params.tables.costs.tolist()
    assert {action: needs[0].amount for action, needs in rules.uses.items()} == dict(enumerate(costs))
    assert rules.resources[0].limit == max(0.5, *costs)


def test_oil_is_for_steps() -> None:
    assert set(oil(MazeParams(), 9).uses) == {UP, DOWN, LEFT, RIGHT}
    assert oil(MazeParams(), 9).private == ()

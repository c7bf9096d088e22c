import io

import pytest
from rich.console import Console

from planzoo.baselines.compilation import compile_kernels, compile_scenario, take_steps
from planzoo.baselines.policies import POLICIES, Place
from planzoo.baselines.scenarios import make_environment
from planzoo.envs.registration import REGISTRY
from planzoo.envs.warehouse.params import WarehouseParams


@pytest.mark.parametrize("scenario", list(REGISTRY))
def test_every_planner_that_fits_is_asked(scenario: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(
        "planzoo.baselines.compilation.take_steps", lambda *arguments: asked.append(arguments[1])
    )
    compile_scenario(scenario)
    fitting = [
        kind
        for kind in POLICIES.values()
        if scenario in kind.scenarios() and kind.name not in ("ppo", "recurrent_ppo")
    ]
    assert len(asked) == len(fitting) > 1


def test_take_steps_ends_with_the_episode() -> None:
    place = Place("warehouse_v0", WarehouseParams.toy(max_steps=2))
    policy = POLICIES["random"].make(place, {})
    environment = make_environment(place.scenario, place.params)
    assert take_steps(environment, policy, 5) == 2
    assert take_steps(environment, policy, 1) == 1


def test_each_scenario_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planzoo.baselines.compilation.compile_scenario", lambda name: None)
    console = Console(file=io.StringIO())
    compile_kernels(console)
    assert isinstance(console.file, io.StringIO)
    assert [line.partition(":")[0] for line in console.file.getvalue().splitlines()] == list(REGISTRY)

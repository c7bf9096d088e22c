"""The scenario's page says what is so."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import numpy as np
import pytest

from planzoo.envs import diagnosis, diagnosis_v0
from planzoo.envs.diagnosis.model import DiagnosisModel
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.roles import Roles, read_model
from planzoo.planners.domains.diagnosis import ContingentPolicy, GreedyPolicy, MyopicPolicy
from planzoo.planners.domains.diagnosis_protocol import ProtocolPolicy
from planzoo.planners.random_policy import RandomPolicy
from tests.planners.domains.test_diagnosis import exact_return

PAGE = (Path(diagnosis.__file__).parent / "page.md").read_text(encoding="utf-8")
PRESETS = {"asia": DiagnosisParams.asia, "toy": DiagnosisParams.toy}


def figures(policy: str) -> dict[str, float]:
    """The numbers in the row of a policy, by preset."""
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| {policy}"))
    numbers = [float(cell.replace("−", "-")) for cell in re.findall(r"[−\d.]+(?= \|)", row)]
    return dict(zip(PRESETS, numbers, strict=True))


@pytest.mark.parametrize("preset", PRESETS)
def test_returns_are_the_exact_ones(preset: str) -> None:
    model = DiagnosisModel(PRESETS[preset]())
    policies = {
        "contingent plan": ContingentPolicy(model),
        "HTN protocol": ProtocolPolicy(model),
        "myopic": MyopicPolicy(model),
        "greedy": GreedyPolicy(model),
    }
    for name, policy in policies.items():
        assert figures(name)[preset] == pytest.approx(exact_return(policy), abs=6e-4)
    at_once = float((model.belief() @ model.utilities).max())
    assert figures("best treatment at once")[preset] == pytest.approx(at_once, abs=6e-4)
    assert f"{model.belief() @ model.utilities.max(axis=1):.3f} (`{preset}`)" in PAGE


@pytest.mark.parametrize("preset", PRESETS)
def test_the_random_policys_return_is_measured(preset: str) -> None:
    worlds = 20_000
    simulator = diagnosis_v0.simulator(PRESETS[preset](), num_worlds=worlds)
    policy = RandomPolicy(simulator.observation_size, (simulator.num_actions,), seed=0)
    simulator.reset(0)
    total = np.zeros(worlds)
    while not simulator.state.ended.all():
        open_worlds = np.flatnonzero(~simulator.state.ended)
        actions = np.zeros((worlds, 1), dtype=np.int64)
        masks = simulator.buffers.action_masks[open_worlds, 0]
        seen = simulator.buffers.observations[open_worlds, 0]
        actions[open_worlds, 0] = policy.predict(seen, action_masks=masks)[0]
        simulator.step(actions)
        total += simulator.buffers.rewards[:, 0]
    error = total.std() / np.sqrt(worlds)
    assert abs(total.mean() - figures("random")[preset]) < 4 * error + 0.01


def test_the_plan_is_the_planners() -> None:
    params = DiagnosisParams.asia()
    policy = ContingentPolicy(DiagnosisModel(params))
    labels = dict(zip(params.tests, params.test_labels, strict=True))
    assert policy.plan().to_text(labels) in PAGE


def test_the_example_of_use_runs(tmp_path: Path) -> None:
    code = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    assert len(code) == 1
    script = tmp_path / "use.py"
    script.write_text(code[0], encoding="utf-8")
    assert runpy.run_path(str(script))["action"] == 1


def test_the_example_of_roles_can_be_read(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
    (tmp_path / "roles.yaml").write_text(text, encoding="utf-8")
    assert read_model(tmp_path / "roles.yaml", Roles).diseases["lung"].severity == 40

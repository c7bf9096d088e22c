"""The scenario's page says what is so."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planzoo.envs import diagnosis, diagnosis_v0, medical_testing_v0
from planzoo.envs.diagnosis import roles
from planzoo.envs.diagnosis.layout import ObservationLayout, observation_layout
from planzoo.envs.diagnosis.model import DiagnosisModel
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.planners.domains.diagnosis_problem import DiagnosisProblem, first_information
from planzoo.planners.domains.diagnosis_values import test_values as values_of_tests

PAGE = (Path(diagnosis.__file__).parent / "page.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.splitlines() if line.startswith("|")
]


def blocks(language: str) -> list[str]:
    """The page's code in a language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.fixture
def examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the page's Python leaves behind, run where the page's files are."""
    for language, name in {"bif": "car.bif", "yaml": "car.yaml", "csv": "small.csv"}.items():
        (text,) = blocks(language)
        assert f"`{name}`" in PAGE
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    left = []
    for number, code in enumerate(blocks("python")):
        script = tmp_path / f"example_{number}.py"
        script.write_text(code, encoding="utf-8")
        left.append(runpy.run_path(str(script)))
    return left


def test_the_examples_run(examples: list[dict[str, Any]]) -> None:
    use, team, wrapped, car, table = examples
    assert use["action"] == use["params"].tables.tests.index("smoke")
    assert set(team["rewards"]) == {f"doctor_{number}" for number in range(4)}
    assert wrapped["belief"][:8].sum() == pytest.approx(1)
    assert "does it start?" in car["env"].render()
    assert table["params"].tables.conditions == ("cold", "influenza", "measles")


def test_the_car_is_what_its_comments_say(examples: list[dict[str, Any]]) -> None:
    tables = examples[3]["params"].tables
    assert tables.conditions[:2] == ("battery=flat + broken starter", "battery=flat")
    assert tables.severities.max(axis=0).tolist() == [20, 25]
    voltmeter = tables.tests.index("voltmeter")
    assert tables.outcomes[voltmeter] == ("low", "high")
    assert tables.outcomes[tables.tests.index("bench")] == ("yes", "no")
    np.testing.assert_allclose(tables.channels[tables.tests.index("bench")], [[0.9, 0.1], [0.02, 0.98]])
    charge = tables.treatments.index("charge")
    cured = [name for name, bits in zip(tables.conditions, tables.cured[:, charge], strict=True) if bits]
    assert cured == ["battery=weak + broken starter", "battery=weak"]
    assert tables.treatment_harms[tables.conditions.index("healthy")].tolist() == [0, 0, 2]


@pytest.mark.parametrize(
    "model", [roles.Roles, roles.DiseaseRole, roles.SymptomRole, roles.TestRole, roles.TreatmentRole]
)
def test_every_key_of_a_roles_file_is_explained(model: type[roles.StrictModel]) -> None:
    explained = {key for row in ROWS for key in re.findall(r"`(\w+)`", row[0])}
    assert set(model.model_fields) <= explained


@pytest.mark.parametrize(
    ("model", "key", "default"),
    [
        (roles.TestRole, "kind", "`test`"),
        (roles.DiseaseRole, "absent", '`"no"`'),
        (roles.Roles, "treatment_ends", "`true`"),
        (roles.Roles, "stop", "`stop`"),
    ],
)
def test_defaults_are_the_true_ones(model: type[roles.StrictModel], key: str, default: str) -> None:
    (row,) = [row for row in ROWS if re.fullmatch(rf"(… )?`{key}`", row[0])]
    assert row[1] == default
    assert str(model.model_fields[key].default).lower() == default.strip('`"').lower()


def test_every_block_of_the_observation_is_explained() -> None:
    names = [row[0].strip("`") for row in ROWS]
    start = names.index("results")
    blocks_of_layout = [name for name in ObservationLayout.__dataclass_fields__ if name != "size"]
    assert names[start : start + len(blocks_of_layout)] == blocks_of_layout


def test_blocks_are_as_long_as_they_are_said_to_be() -> None:
    params = DiagnosisParams.troubleshooting(patients=2, deadline=30)
    tables = params.tables
    layout = observation_layout(params)
    sizes = {name: part.stop - part.start for name, part in vars(layout).items() if name != "size"}
    assert sizes == {
        "results": sum(map(len, tables.outcomes)),
        "belief": 0,
        "done": 0,
        "pending": len(tables.tests),
        "given": len(tables.treatments),
        "budget": 1,
        "time": 1,
        "laboratory": 1,
        "doctors": 1,
    }
    beliefs = observation_layout(params.changed(observation="belief"))
    marginals = observation_layout(params.changed(observation="marginals"))
    assert (beliefs.belief.stop, beliefs.done.stop - beliefs.done.start) == (64, 11)
    assert marginals.belief.stop == sum(map(len, tables.disease_states))


def preset_rows(public: bool) -> list[list[str]]:
    rows = [row for row in ROWS if row[0].startswith("`DiagnosisParams.")]
    return [row for row in rows if (".public(" in row[0]) == public]


def preset_of(row: list[str]) -> tuple[str, str]:
    """The name and arguments of the call in a row."""
    call = re.fullmatch(r"`DiagnosisParams\.(\w+)\((.*)\)`", row[0])
    assert call is not None
    return call[1], call[2].strip('"')


@pytest.mark.parametrize("row", preset_rows(public=False), ids=lambda row: preset_of(row)[0])
def test_presets_are_as_large_as_they_are_said_to_be(row: list[str]) -> None:
    tables = getattr(DiagnosisParams, preset_of(row)[0])().tables
    if row[1] == "2^diseases":
        assert row[2:4] == ["any", "diseases + 1"]
        assert (len(tables.conditions), len(tables.treatments)) == (2 ** len(tables.diseases), 4)
    else:
        sizes = [len(tables.conditions), len(tables.tests), len(tables.treatments)]
        assert row[1:4] == [str(size) for size in sizes]


@pytest.mark.parametrize("row", preset_rows(public=True), ids=lambda row: preset_of(row)[1])
def test_public_networks_have_as_many_tests_and_treatments(row: list[str]) -> None:
    path = Path(diagnosis.__file__).parent / "networks" / f"{preset_of(row)[1]}.yaml"
    read = roles.read_roles(path)
    assert row[2:4] == [str(len(read.tests)), str(len(read.treatments))]


@pytest.mark.long
@pytest.mark.parametrize("row", preset_rows(public=True), ids=lambda row: preset_of(row)[1])
def test_public_networks_have_as_many_conditions(row: list[str]) -> None:
    pytest.importorskip("pgmpy")
    assert row[1] == str(len(DiagnosisParams.public(preset_of(row)[1]).tables.conditions))


def test_every_option_is_named() -> None:
    options = set(DiagnosisParams.__dataclass_fields__) - {"network", "roles"}
    (line,) = re.findall(r"Options of all of them: (.*?)\.", PAGE, flags=re.DOTALL)
    assert set(re.findall(r"`(\w+)`", line)) == options


@pytest.mark.parametrize("preset", [DiagnosisParams.asia(), DiagnosisParams.troubleshooting()])
def test_the_time_limit_is_what_it_is_said_to_be(preset: DiagnosisParams) -> None:
    tables = preset.tables
    steps = sum((delay + 1) * times for delay, times in zip(tables.delays, tables.repeats, strict=True))
    treatments = 1 if preset.roles.treatment_ends else len(tables.treatments) + 1
    assert preset.time_limit == 2 * (steps + treatments)


def test_names_are_the_registered_ones() -> None:
    for scenario in (diagnosis_v0.SCENARIO, medical_testing_v0.SCENARIO):
        for name in (scenario.name, scenario.gymnasium_id, scenario.pettingzoo_id):
            assert f"`{name}`" in PAGE
    facts = diagnosis_v0.simulator().episode_info(0)
    (line,) = re.findall(r"\*\*At the end\*\* `info` has (.*?)\. Where", PAGE, flags=re.DOTALL)
    assert set(re.findall(r"`(\w+)`", line)) == set(facts)


def test_smoking_is_worth_nothing_by_itself_and_yet_asked_first(examples: list[dict[str, Any]]) -> None:
    model = DiagnosisModel(DiagnosisParams.asia())
    problem = DiagnosisProblem(model)
    values = {value.test: value.utility for value in values_of_tests(problem, first_information(model))}
    assert values["smoke"] == 0
    plan, tables = examples[0]["policy"].plan(), model.tables
    assert plan.root_action == "smoke"
    assert plan.to_text(dict(zip(tables.findings, tables.labels, strict=True))) in PAGE

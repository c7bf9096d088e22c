from __future__ import annotations

from pathlib import Path

import pytest

from planzoo.envs.diagnosis import roles as roles_module
from planzoo.envs.diagnosis.roles import DiseaseRole, read_roles, validated
from planzoo.errors import InputError

ROLES = """
diseases:
  flu: { severity: 5 }
  cold: { severity: { mild: 1, bad: 3 }, absent: none }
tests:
  fever: { cost: 1, label: take the temperature }
treatments:
  rest: { treats: [flu, cold=mild], cost: 2 }
  nothing: {}
budget: 4
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "roles.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_reads_roles_with_their_defaults(tmp_path: Path) -> None:
    roles = read_roles(written(tmp_path, ROLES))
    assert list(roles.diseases) == ["flu", "cold"]
    assert roles.diseases["flu"].absent == "no"
    assert roles.tests["fever"].label == "take the temperature"
    assert roles.treatments["rest"].treats == ("flu", "cold=mild")
    assert roles.treatments["nothing"].cost == 0
    assert (roles.budget, roles.health_value, roles.stop) == (4, 0, "stop")
    assert (roles.deadline, roles.capacity, roles.step_cost, roles.treatment_ends) == (None, None, 0, True)
    assert (roles.symptoms, roles.treatments["nothing"].harms) == ({}, {})
    fever = roles.tests["fever"]
    assert (fever.node, fever.kind, fever.harm, fever.delay, fever.repeats) == (None, "test", 0, 0, 1)
    assert fever.sensitivity is fever.specificity is fever.accuracy is fever.channel is None


def test_budget_and_treatments_can_be_left_out(tmp_path: Path) -> None:
    roles = read_roles(written(tmp_path, ROLES.partition("treatments:")[0]))
    assert roles.budget is None and roles.treatments == {}


def test_severity_is_of_a_state() -> None:
    role = DiseaseRole(severity={"mild": 1, "bad": 3}, absent="none")
    assert [role.severity_of(state) for state in ("mild", "bad", "none", "other")] == [1, 3, 0, 0]
    assert DiseaseRole(severity=7).severity_of("yes") == 7
    assert DiseaseRole(severity=7).severity_of("no") == 0


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("budget: 4", "deadline: 0", "at deadline: Input should be greater than or equal to 1, not 0"),
        ("budget: 4", "capacity: 1.5", "at capacity"),
        ("budget: 4", "step_cost: -1", "at step_cost"),
        ("budget: 4", "treatment_ends: maybe", "at treatment_ends"),
        ("cost: 1", "delay: -1", "at tests.fever.delay"),
        ("cost: 1", "repeats: 0", "at tests.fever.repeats"),
        ("cost: 1", "kind: ogle", "at tests.fever.kind: Input should be 'observe', 'ask' or 'test'"),
        ("cost: 1", "accuracy: 1.1", "at tests.fever.accuracy"),
        ("cost: 1", "sensitivity: .nan", "at tests.fever.sensitivity"),
        ("cost: 1", "channel: { high: { a: .inf } }", "at tests.fever.channel.high.a"),
        ("  nothing: {}", "  nothing: { harms: 3 }", "at treatments.nothing.harms"),
        ("budget: 4", "budget: 0", "at budget: Input should be greater than 0, not 0"),
        ("budget: 4", "budget: .inf", "at budget: Input should be a finite number"),
        ("cost: 1", "price: 1", "at tests.fever"),
        ("cost: 1", "cost: -1", "at tests.fever.cost"),
        ("absent: none", "absent: no", "quote them"),
        ("{ mild: 1, bad: 3 }", "{ yes: 1 }", "quote them"),
        ("  nothing: {}", "  rest: {}", "line 9, column 3: the key 'rest' stands twice"),
        ("cold=mild]", "cold=mild", "line 8"),
        ("diseases:", "deseases:", "at diseases: Field required"),
    ],
)
def test_errors_name_file_and_key(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in ROLES
    path = written(tmp_path, ROLES.replace(old, new))
    with pytest.raises(InputError) as caught:
        read_roles(path)
    assert words in str(caught.value)
    assert "roles.yaml" in str(caught.value)


@pytest.mark.parametrize("text", ["", "- a list", "? [a, b]\n: 1", "!!python/object/apply:os.getcwd []"])
def test_yaml_that_is_no_roles_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match=r"roles\.yaml"):
        read_roles(written(tmp_path, text))


def test_files_that_cannot_be_read_are_errors(tmp_path: Path) -> None:
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    for name in ("missing.yaml", "binary.yaml", "."):
        with pytest.raises(InputError, match="cannot be read"):
            read_roles(tmp_path / name)


def test_roles_cannot_be_changed() -> None:
    role = validated({"cost": 1}, roles_module.TestRole, "here")
    with pytest.raises(ValueError, match="frozen"):
        role.cost = 2.0  # type: ignore[misc]

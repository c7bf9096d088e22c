"""``planzoo plan`` and ``planzoo voi``, as scripts use them."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from planzoo.baselines import diagnosis_commands
from planzoo.baselines.cli import main
from planzoo.baselines.diagnosis_commands import Planning, search_plan
from planzoo.baselines.diagnosis_input import problem_after, read_network, roles_for
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.planners.domains.diagnosis_problem import DiagnosisProblem
from planzoo.planners.pomdp.contingent_plan import ContingentPlan
from planzoo.planners.pomdp.contingent_planner import SearchBudget

OPTIMUM = 4.050370064
"""Expected utility of the best plan of asia: the page of the scenario says 4.050."""


def problem(name: str) -> DiagnosisProblem:
    roles = roles_for(None, name)
    assert roles is not None
    return problem_after(read_network(name), roles, {})


def answer(words: list[str], capsys: pytest.CaptureFixture[str]) -> Any:
    assert main(words) == 0
    captured = capsys.readouterr()
    assert captured.err == ""  # no progress where nobody watches
    return json.loads(captured.out)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """A network and roles of somebody's own, a network with a cycle, and a place for a drawing."""
    shipped = resources.files("planzoo.envs.diagnosis").joinpath("networks", "asia.bif")
    (tmp_path / "mine.bif").write_text(shipped.read_text(encoding="utf-8"), encoding="utf-8")
    roles = DiagnosisParams.asia().roles.model_dump(mode="json", exclude_defaults=True)
    (tmp_path / "mine.yaml").write_text(json.dumps(roles), encoding="utf-8")
    cycle = "network c {}\n" + "".join(f"variable {v} {{ type discrete [ 2 ] {{ t, f }}; }}\n" for v in "ab")
    rows = "{ (t) 0.5, 0.5; (f) 0.5, 0.5; }"
    cycle += f"probability ( a | b ) {rows}\nprobability ( b | a ) {rows}\n"
    (tmp_path / "cycle.bif").write_text(cycle, encoding="utf-8")
    (tmp_path / "cut.bif").write_text("network c {}\nvariable a { type disc", encoding="utf-8")
    (tmp_path / "wrong.yaml").write_text("diseases: {lung: {severity: 40}}\ntests: {xrey: {}}\n")
    names = {"BIF": "mine.bif", "ROLES": "mine.yaml", "CYCLE": "cycle.bif", "CUT": "cut.bif"}
    names |= {"WRONG": "wrong.yaml", "OUT": "out"}
    return {key: str(tmp_path / name) for key, name in names.items()}


# -- planzoo plan --------------------------------------------------------------------------------------------


def test_plan_as_json(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(["plan", files["BIF"], "--roles", files["ROLES"], "--json"], capsys)
    assert set(found) == {
        "plan", "expected_utility", "lower_bound", "upper_bound", "status", "cpu_seconds", "expansions",
    }  # fmt: skip
    assert found["status"] == "solved"
    assert found["lower_bound"] == found["expected_utility"] == pytest.approx(OPTIMUM, abs=1e-9)
    assert found["upper_bound"] == pytest.approx(OPTIMUM, abs=1e-9)
    assert found["expansions"] > 0 and 0 <= found["cpu_seconds"] < 10
    plan = ContingentPlan.from_dict(found["plan"])
    assert plan.root_action == "smoke" and plan.expected_utility == found["expected_utility"]


def test_plan_by_name_equals_plan_by_file(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    by_name = answer(["plan", "asia", "--json"], capsys)
    by_file = answer(["plan", files["BIF"], "--roles", "asia", "--json"], capsys)
    assert by_name["plan"] == by_file["plan"]


def test_evidence_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    whole = answer(["plan", "asia", "--json"], capsys)["plan"]
    rest = answer(["plan", "asia", "--evidence", "smoke=yes", "--json"], capsys)["plan"]
    branch = whole["branches"]["yes"]
    # What was asked for is paid already, and the money for it is still there.
    assert rest["action"] == branch["action"]
    assert rest["expected_utility"] >= branch["expected_utility"] - 1e-9
    assert rest["belief"] == pytest.approx(branch["belief"])


def test_depth_bounds_the_tests(capsys: pytest.CaptureFixture[str]) -> None:
    values = [answer(["plan", "asia", "--depth", str(n), "--json"], capsys) for n in (0, 1, 3)]
    assert [each["plan"]["depth"] for each in values] == [0, 1, 3]
    utilities = [each["expected_utility"] for each in values]
    assert utilities == sorted(utilities) and utilities[-1] == pytest.approx(OPTIMUM, abs=1e-9)


def test_spent_budget_is_said_and_bounds_hold(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(["plan", "asia", "--expansions", "3", "--json"], capsys)
    assert (found["status"], found["expansions"]) == ("budget spent", 3)
    assert found["lower_bound"] <= OPTIMUM <= found["upper_bound"] + 1e-3
    assert found["lower_bound"] < found["upper_bound"]
    assert main(["plan", "asia", "--expansions", "3"]) == 0
    assert "the best plan is worth at most" in capsys.readouterr().out


def test_plan_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "asia"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].startswith("smoker?") and "chest X-ray" in "\n".join(shown)
    assert shown[-1].startswith("Expected utility 4.05, which no plan exceeds (")
    assert main(["plan", "asia", "--min-probability", "0.3"]) == 0
    folded = capsys.readouterr().out.splitlines()
    assert len(folded) < len(shown) and any("more" in line for line in folded)


@pytest.mark.parametrize(("form", "beginning"), [("--svg", "<svg"), ("--html", "<!DOCTYPE html>")])
def test_plan_as_drawing(
    files: dict[str, str], capsys: pytest.CaptureFixture[str], form: str, beginning: str
) -> None:
    assert main(["plan", "asia", form, files["OUT"]]) == 0
    text = Path(files["OUT"]).read_text(encoding="utf-8")
    assert beginning.lower() in text[:200].lower() and "smoker?" in text
    assert f"Drawing: {files['OUT']}" in capsys.readouterr().out


def test_without_a_budget_the_search_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    budgets = []

    def search(problem: Any, budget: SearchBudget, depth: int | None) -> Planning:
        budgets.append(budget)
        return search_plan(problem, SearchBudget(expansions=1), depth)

    monkeypatch.setattr(diagnosis_commands, "search_plan", search)
    assert main(["plan", "troubleshooting", "--json"]) == 0
    assert main(["plan", "troubleshooting", "--json", "--expansions", "5"]) == 0
    assert main(["plan", "troubleshooting", "--json", "--milliseconds", "7"]) == 0
    assert budgets == [SearchBudget(None, 10_000.0), SearchBudget(5, None), SearchBudget(None, 7.0)]


def test_slices_find_what_one_search_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = search_plan(problem("troubleshooting"), SearchBudget(expansions=40))
    monkeypatch.setattr(diagnosis_commands, "SLICE_MILLISECONDS", 1.0)
    sliced = search_plan(problem("troubleshooting"), SearchBudget(expansions=40))
    assert sliced.expansions == whole.expansions == 40
    assert sliced.plan.to_dict() == whole.plan.to_dict()
    assert (sliced.lower_bound, sliced.upper_bound) == (whole.lower_bound, whole.upper_bound)


def test_time_is_a_bound() -> None:
    found = search_plan(problem("troubleshooting"), SearchBudget(milliseconds=0))
    assert (found.status, found.expansions) == ("budget spent", 0)
    assert found.plan.depth == 0
    assert "troubleshooting" not in found.words() and "budget spent" in found.words()


def test_terminal_sees_the_bounds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(diagnosis_commands, "SLICE_MILLISECONDS", 1.0)
    search_plan(problem("troubleshooting"), SearchBudget(expansions=60))
    assert "the best plan is worth" in capsys.readouterr().err


# -- planzoo voi ---------------------------------------------------------------------------------------------


def test_voi_as_json(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    plain = answer(["voi", files["BIF"], "--target", "lung", "--json"], capsys)
    assert [set(row) for row in plain] == [{"test", "bits", "utility", "cost", "net"}] * 7
    assert plain[0]["test"] == "either"
    assert answer(["voi", "asia", "--target", "lung", "--json"], capsys) == plain
    priced = answer(["voi", files["BIF"], "--roles", files["ROLES"], "--json"], capsys)
    assert [row["test"] for row in priced] == ["dysp", "smoke", "asia", "xray"]
    assert answer(["voi", "asia", "--json"], capsys) == priced
    both = answer(["voi", "asia", "--roles", "asia", "--target", "lung", "--json"], capsys)
    assert {row["test"]: row["net"] for row in both} == {row["test"]: row["net"] for row in priced}
    bits = {row["test"]: row["bits"] for row in plain}
    assert all(row["bits"] == pytest.approx(bits[row["test"]], abs=1e-12) for row in both)


def test_evidence_may_be_given_in_one_go_or_several(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["voi", "asia", "--target", "lung", "--json"]
    once = answer([*words, "--evidence", "smoke=yes", "dysp=no"], capsys)
    twice = answer([*words, "--evidence", "smoke=yes", "--evidence", "dysp=no"], capsys)
    assert once == twice
    assert {row["test"] for row in once} == {"asia", "tub", "bronc", "either", "xray"}


def test_voi_as_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["voi", "asia", "--evidence", "smoke=yes"]) == 0
    shown = capsys.readouterr().out
    assert (
        "What a test tells of the condition after smoke=yes\n" in shown
        and "utility" in shown
        and "xray" in shown
    )
    assert main(["voi", "asia", "--target", "lung"]) == 0
    shown = capsys.readouterr().out
    assert "What a test tells of lung" in shown and "utility" not in shown


# -- bad input -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["plan", "aisa"], "did you mean 'asia'"),
        (["plan", "BIF"], "give --roles ROLES.yaml, or name one of asia"),
        (["plan", "BIF", "--roles", "WRONG"], "has no variable 'xrey'"),
        (["plan", "BIF", "--roles", "OUT"], "cannot be read"),
        (["plan", "CYCLE", "--roles", "ROLES"], "cycle"),
        (["plan", "CUT", "--roles", "ROLES"], "line 2"),
        (["plan", "asia", "--milliseconds", "-1"], "must not be negative"),
        (["plan", "asia", "--milliseconds", "nan"], "must not be negative"),
        (["plan", "asia", "--depth", "-1"], "must not be negative"),
        (["plan", "asia", "--evidence", "smoke"], "expected NODE=STATE"),
        (["plan", "asia", "--evidence", "either=no", "lung=yes"], "has probability zero"),
        (["plan", "asia", "--svg", "OUT/nothing/a.svg"], "cannot be written"),
        (["voi", "BIF"], "say what is to be known: --target NODE"),
        (["voi", "CYCLE", "--target", "a"], "cycle"),
        (["voi", "BIF", "--target", "lung", "--evidence", "either=no", "tub=yes"], "has probability zero"),
        (["voi", "asia", "--evidence", "either=no", "tub=yes"], "has probability zero"),
        (["voi", "asia", "--target", "nix"], "has no variable 'nix'"),
        (["voi", "asia", "--target", "lung", "--evidence", "nix=yes"], "has no variable 'nix'"),
        (["voi", "asia", "--target", "lung", "--evidence", "tub=maybe"], "has no state 'maybe'"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    files: dict[str, str], capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    given = [files.get(word, word.replace("OUT/", f"{files['OUT']}/")) for word in words]
    assert main(given) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("planzoo: ") and captured.err.count("\n") == 1
    assert message in captured.err and "Traceback" not in captured.err


def test_forms_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["plan", "asia", "--json", "--svg", "a.svg"])
    assert stop.value.code == 2
    assert "not allowed with" in capsys.readouterr().err


def test_too_deep_for_json(monkeypatch: pytest.MonkeyPatch) -> None:
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"a": deep}
    with pytest.raises(diagnosis_commands.InputError, match="too deep for JSON"):
        diagnosis_commands.as_json(deep)

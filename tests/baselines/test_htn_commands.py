"""What ``planzoo htn`` prints and writes, its exit codes, and its errors in one line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from planzoo.baselines.cli import main
from planzoo.planners.htn import HierarchicalPlanner, Plan
from planzoo.planners.htn.documentation import describe_domain
from planzoo.planners.htn.domains import EXAMPLE_DOMAINS, example_domain, example_problem


def expected(name: str, size: int, seed: int = 0) -> Plan:
    plan = HierarchicalPlanner(example_domain(name)).solve(example_problem(name, size, seed)).plan
    assert plan is not None
    return plan


def test_list_names_every_domain(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["htn", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(EXAMPLE_DOMAINS)
    assert all(len(line.split()) > 3 for line in lines)


def test_show_describes_the_domain(capsys: pytest.CaptureFixture[str]) -> None:
    description = describe_domain(example_domain("rovers"))
    for option, told in (([], description.to_text() + "\n"), (["--markdown"], description.to_markdown())):
        assert main(["htn", "show", "rovers", *option]) == 0
        assert capsys.readouterr().out == told
    assert main(["htn", "show", "rovers", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == description.to_data()


def test_solve_shows_the_tree_and_what_it_took(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["htn", "solve", "rovers", "--size", "2", "--seed", "3"]) == 0
    out = capsys.readouterr().out
    plan = expected("rovers", 2, 3)
    assert out.startswith(f"{len(plan.actions)} actions, cost {plan.cost:g}")
    assert f"1. {plan.actions[0]}" in out and f"{len(plan.actions)}. {plan.actions[-1]}" in out
    assert "ms, " in out and out.endswith(" expansions.\n")


def test_solve_writes_json_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["htn", "solve", "logistics", "--size", "3", "--json"]) == 0
    assert Plan.from_json(capsys.readouterr().out) == expected("logistics", 3)


def test_solve_draws(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture, graph = tmp_path / "tree.svg", tmp_path / "tree.dot"
    assert main(["htn", "solve", "assembly", "--svg", str(picture)]) == 0
    assert f"Drawing: {picture}" in capsys.readouterr().out
    assert ElementTree.parse(picture).getroot().get("role") == "img"
    assert main(["htn", "solve", "assembly", "--dot", str(graph)]) == 0
    assert graph.read_text() == expected("assembly", 6).to_dot()


def test_solve_explains_a_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["htn", "solve", "blocks", "--explain", "2"]) == 0
    words = capsys.readouterr().out
    assert words.startswith(f"Step 2 is {expected('blocks', 6).actions[1]}.")
    assert main(["htn", "solve", "blocks", "--explain", "2", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["step"] == 1 and data["words"] == words.strip()


def test_solve_traces_the_search(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["htn", "solve", "rovers", "--size", "1", "--trace"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("take up ") and lines[-1] == "solved"
    done = [line.split("do ", 1)[1] for line in lines if line.strip().startswith("do ")]
    assert done == [str(action) for action in expected("rovers", 1).actions]


@pytest.mark.parametrize("options", [[], ["--trace"]])
def test_a_spent_budget_is_exit_code_1(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["htn", "solve", "blocks", "--milliseconds", "0", *options]) == 1
    error = capsys.readouterr().err
    assert error.startswith("planzoo: budget spent: The budget of 0 ms was spent") and error.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["show", "blcks"], "did you mean 'blocks'"),
        (["solve", "blocks", "--size", "0"], "has no blocks; ask for at least 1"),
        (["solve", "blocks", "--milliseconds", "-1"], "must be at least 0"),
        (["solve", "blocks", "--svg", "/nowhere/tree.svg"], "/nowhere/tree.svg: cannot be written"),
        (["solve", "blocks", "--explain", "0"], "--explain 0: the plan has "),
        (["solve", "blocks", "--explain", "99"], "steps, counted from 1"),
        (["solve", "blocks", "--explain", "1", "--trace"], "give one of them"),
    ],
)
def test_bad_input_is_one_line(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["htn", *words]) == 2
    error = capsys.readouterr().err
    assert told in error and error.startswith("planzoo: ") and error.count("\n") == 1


def test_forms_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["htn", "solve", "blocks", "--json", "--trace"])
    assert stop.value.code == 2
    assert "not allowed with" in capsys.readouterr().err


def test_solving_imports_nothing_heavy() -> None:
    heavy = ("numba", "torch", "scipy", "matplotlib", "yaml", "pydantic", "rich")
    code = (
        "import sys\nfrom planzoo.baselines.cli import main\nmain(['htn', 'solve', 'blocks', '--json'])\n"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stderr == "[]\n"


def test_a_reader_who_has_enough_is_no_error() -> None:
    code = "from planzoo.baselines.cli import main\nraise SystemExit(main(['htn', 'show', 'rovers']))"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 141
    process.stderr.close()

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import planzoo
from planzoo.baselines.cli import build_parser, main
from planzoo.baselines.config import CompareConfig
from tests.baselines.conftest import as_yaml


@pytest.fixture
def config_file(tmp_path: Path, toy_config: CompareConfig) -> Path:
    path = tmp_path / "toys.yaml"
    path.write_text(as_yaml(toy_config))
    return path


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"planzoo {planzoo.__version__}\n"


def test_help_imports_nothing_heavy() -> None:
    heavy = (
        "torch",
        "stable_baselines3",
        "matplotlib",
        "numba",
        "pygame",
        "PIL",
        "rich",
        "yaml",
        "pydantic",
        "pyarrow",
    )
    script = (
        "import sys\nfrom planzoo.baselines.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stderr.strip() == "[]"
    assert all(
        command in answer.stdout
        for command in ("compare", "train", "watch", "plan", "voi", "list", "report", "benchmark")
    )


def test_compare_and_report(config_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "out"
    assert main(["compare", str(config_file), "--output", str(output), "--episodes", "1"]) == 0
    assert "Toy warehouse" in capsys.readouterr().out
    run = json.loads((output / "run.json").read_text())
    assert run["command"] == f"planzoo compare {config_file} --output {output} --episodes 1"
    assert main(["report", str(output)]) == 0
    assert "report.html" in capsys.readouterr().out


def test_default_output_is_named_after_the_config(
    config_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["compare", str(config_file), "--episodes", "1"]) == 0
    assert (tmp_path / "results" / "toys" / "report.html").is_file()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["compare", "dmo"], "dmo: there is no such file"),
        (["compare", "CONFIG", "--episodes", "0"], "--episodes 0"),
        (["compare", "CONFIG", "--jobs", "0", "--output", "OUT"], "--jobs 0"),
        (["compare", "CONFIG", "--output", "CONFIG"], "cannot be written"),
        (["train", "nothing"], "nothing: there is no such file"),
        (["report", "OUT"], "run.json: cannot be read"),
        (["watch", "warehouse_v1"], "there is no scenario 'warehouse_v1'"),
        (["watch", "warehouse_v0", "--set", "robots"], "--set robots: expected KEY=VALUE"),
        (["benchmark", "nothing"], "there is no benchmark 'nothing'"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    config_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    names = {"CONFIG": str(config_file), "OUT": str(tmp_path / "out")}
    assert main([names.get(word, word) for word in words]) == 2
    error = capsys.readouterr().err
    assert error.startswith("planzoo: ") and error.count("\n") == 1
    assert message in error and "Traceback" not in error


def test_missing_extra_is_named(
    config_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    monkeypatch.delitem(sys.modules, "planzoo.baselines.compare", raising=False)
    monkeypatch.delitem(sys.modules, "planzoo.baselines.report.page", raising=False)
    assert main(["compare", str(config_file)]) == 2
    assert (
        capsys.readouterr().err
        == "planzoo: this command needs jinja2; install it with: pip install 'planzoo[report]'\n"
    )


def test_other_missing_modules_are_bugs(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(options: object) -> int:
        raise ModuleNotFoundError("No module named 'planzoo.gone'", name="planzoo.gone")

    monkeypatch.setattr("planzoo.baselines.cli._run", fail)
    with pytest.raises(ModuleNotFoundError):
        main(["list"])


def test_overwrite_and_resume_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        build_parser().parse_args(["compare", "demo", "--resume", "--overwrite"])
    assert stop.value.code == 2
    assert "not allowed with" in capsys.readouterr().err


@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_leaves_a_run_that_goes_on(config_file: Path, tmp_path: Path, jobs: int) -> None:
    output = tmp_path / "out"
    words = [
        sys.executable,
        "-m",
        "planzoo",
        "compare",
        str(config_file),
        "--output",
        str(output),
        "--jobs",
        str(jobs),
    ]
    run = subprocess.Popen(
        [*words, "--episodes", "100000"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        preexec_fn=_heed_ctrl_c,
    )
    deadline = time.monotonic() + 60
    while not _lines(output) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(run.pid, signal.SIGINT)
    _, error = run.communicate(timeout=60)
    assert run.returncode == 130
    assert "give the same command again" in error and "Traceback" not in error
    kept = _lines(output)
    assert main([*words[3:], "--episodes", "1"]) == 0
    assert kept <= _lines(output) <= kept + 2


def _heed_ctrl_c() -> None:
    """Processes that a shell has put into the background are born deaf to it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _lines(output: Path) -> int:
    path = output / "results.jsonl"
    return path.read_bytes().count(b"\n") if path.exists() else 0

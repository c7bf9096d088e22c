from pathlib import Path

import pytest

from planzoo.baselines.cli import main
from planzoo.baselines.commands import benchmark_scripts, settings
from planzoo.errors import InputError


def test_settings_are_yaml_values() -> None:
    words = ["robots=4", "size=tiny", "reward=two=stage", "fast=true", "share=0.5"]
    assert settings(words) == {"robots": 4, "size": "tiny", "reward": "two=stage", "fast": True, "share": 0.5}


@pytest.mark.parametrize("word", ["robots", "=4", "a=[1", ""])
def test_bad_settings(word: str) -> None:
    with pytest.raises(InputError, match="expected KEY=VALUE"):
        settings([word])


def test_benchmark_scripts_are_found_by_name(tmp_path: Path) -> None:
    for name in ("b.py", "a.py", "c.txt"):
        (tmp_path / name).write_text('if __name__ == "__main__":\n    main()\n')
    (tmp_path / "shared.py").write_text("def table() -> None: ...\n")
    assert list(benchmark_scripts(tmp_path)) == ["a", "b"]
    with pytest.raises(InputError, match="benchmarks run from a checkout"):
        benchmark_scripts(tmp_path / "missing")


def test_benchmark_is_listed_and_run_with_its_arguments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "benchmarks").mkdir()
    script = "import sys  # for __main__\nopen(sys.argv[1], 'w').write(' '.join(sys.argv[2:]))\nsys.exit(5)\n"
    (tmp_path / "benchmarks" / "speed.py").write_text(script)
    monkeypatch.setattr("planzoo.__file__", str(tmp_path / "planzoo" / "__init__.py"))
    assert main(["benchmark"]) == 0
    assert capsys.readouterr().out == "speed\n"
    assert main(["benchmark", "speed", str(tmp_path / "seen"), "--json", "x"]) == 5
    assert (tmp_path / "seen").read_text() == "--json x"


def test_train_writes_a_checkpoint_that_compare_can_use(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(
        "name: quick\nscenario: {scenario: warehouse_v0, preset: toy, arguments: {max_steps: 10}}\n"
        "steps: 999\nworlds: 2\nhyperparameters: {n_steps: 8, batch_size: 16}\nevaluation: {episodes: 1}\n"
    )
    output = tmp_path / "quick"
    assert (
        main(["train", str(tmp_path / "t.yaml"), "--output", str(output), "--steps", "16", "--seed", "2"])
        == 0
    )
    (tmp_path / "c.yaml").write_text(
        "title: T\nseeds: {episodes: 2}\ncomparisons:\n"
        "  - scenario: {scenario: warehouse_v0, preset: toy, arguments: {max_steps: 10}}\n"
        f"    policies: [random, {{name: ppo, arguments: {{checkpoint: {output}}}}}]\n"
    )
    assert main(["compare", str(tmp_path / "c.yaml"), "--output", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "results.jsonl").read_text().count('"training_steps":16') == 2


def test_watch_shows_the_episode_in_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["watch", "warehouse_v0", "--preset", "toy", "--set", "max_steps=3", "--seed", "4"]
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert shown.count("Return  ") == 4 and shown.endswith("after 3 steps.\n")


def test_watch_makes_a_film(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film = tmp_path / "a.gif"
    words = ["watch", "warehouse_v0", "--preset", "toy", "--steps", "2", "--output", str(film)]
    assert main(words) == 0
    assert film.read_bytes().startswith(b"GIF8")
    assert f"Film: {film}" in capsys.readouterr().out


@pytest.mark.parametrize("what", ["scenarios", "policies", "configs", "checkpoints"])
def test_list_one_thing(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", what]) == 0
    assert capsys.readouterr().out.startswith(what.capitalize())


def test_list_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    shown = capsys.readouterr().out
    assert all(title in shown for title in ("Scenarios", "Policies", "Configs", "Checkpoints"))


def test_watch_gives_a_planner_the_observation_that_it_reads(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["watch", "warehouse_v0", "--policy", "htn", "--set", "robots=3", "--steps", "4"]) == 0
    assert "Robot 2" in capsys.readouterr().out
    assert main(["watch", "warehouse_v0", "--policy", "htn", "--set", "observation=local"]) == 2
    assert "reads the 'fleet' observation" in capsys.readouterr().err


def test_watch_puts_a_checkpoint_where_it_was_trained(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["watch", "warehouse_v0", "--policy", "ppo", "--checkpoint", "warehouse-tiny-2-fleet"]
    assert main([*words, "--steps", "4"]) == 0
    assert "Robot 1" in capsys.readouterr().out
    assert main([*words, "--set", "robots=4"]) == 2
    assert "was trained for" in capsys.readouterr().err

"""What each command of the command line does."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import planzoo
from planzoo.baselines.suggestions import nearest
from planzoo.errors import InputError

if TYPE_CHECKING:
    from planzoo.baselines.config import PolicyConfig, ScenarioConfig


def run_compare(options: argparse.Namespace) -> int:
    """Compares policies and writes the report."""
    from rich.console import Console

    from planzoo.baselines.cells import load_comparison
    from planzoo.baselines.compare import CompareOptions, compare

    config, cells = load_comparison(options.config, options.episodes)
    output = options.output or Path("results") / Path(options.config).stem
    compare(
        config,
        cells,
        CompareOptions(output, options.jobs, options.overwrite, options.command_line),
        Console(),
    )
    return 0


def run_train(options: argparse.Namespace) -> int:
    """Trains a policy and saves its checkpoint."""
    from rich.console import Console

    from planzoo.baselines.training import load_training, train

    config = load_training(options.config, options.steps, options.seed)
    train(config, options.output or Path("runs") / config.name, Console())
    return 0


def run_watch(options: argparse.Namespace) -> int:
    """Shows or films one episode, the same that a comparison plays with this seed."""
    from planzoo.baselines.cells import make_contestant
    from planzoo.baselines.watch import View, watch

    contestant = make_contestant(*watched(options))
    mode: Literal["human", "ansi", "rgb_array"] = "ansi" if options.output is None else "rgb_array"
    view = View(options.mode or mode, options.output, options.pace, options.steps, options.policy)
    episode = watch(contestant.environment, contestant.policy, options.seed, view, sys.stdout)
    sys.stdout.write(f"Return {episode.episode_return:g} after {episode.length} steps.\n")
    if options.output is not None:
        sys.stdout.write(f"Film: {options.output}\n")
    return 0


def watched(options: argparse.Namespace) -> tuple[ScenarioConfig, PolicyConfig]:
    """Says who plays what: what the options leave open is what the policy needs.

    A planner gets the observation that it reads, a checkpoint the scenario that it was trained on.

    Raises:
        InputError: a setting, the policy or the checkpoint is unknown.
    """
    from planzoo.baselines.checkpoints import find_checkpoint, load_metadata
    from planzoo.baselines.config import PolicyConfig, ScenarioConfig
    from planzoo.baselines.policies import find_policy
    from planzoo.baselines.scenarios import find_scenario

    find_scenario(options.scenario)
    given = settings(options.settings)
    scenario = ScenarioConfig(scenario=options.scenario, preset=options.preset, arguments=given)
    if options.checkpoint is not None:
        trained_on = load_metadata(find_checkpoint(options.checkpoint)).scenario
        own = options.preset is None and not given and trained_on.scenario == options.scenario
        policy = PolicyConfig(name=options.policy, arguments={"checkpoint": options.checkpoint})
        return (trained_on if own else scenario), policy
    needed = find_policy(options.policy, options.scenario).observation(options.scenario)
    return scenario, PolicyConfig(name=options.policy, observation=None if "observation" in given else needed)


def settings(words: list[str]) -> dict[str, Any]:
    """Reads ``KEY=VALUE`` words; the values are YAML, so that numbers are numbers.

    Raises:
        InputError: a word has no equals sign, or its value is not YAML.
    """
    import yaml

    found = {}
    for word in words:
        key, sign, value = word.partition("=")
        try:
            found[key] = yaml.safe_load(value)
        except yaml.YAMLError:
            sign = ""
        if not key or not sign:
            raise InputError(f"--set {word}: expected KEY=VALUE, such as robots=4")
    return found


def run_list(options: argparse.Namespace) -> int:
    """Lists what there is."""
    from rich.console import Console

    from planzoo.baselines.listing import LISTINGS

    console = Console()
    for name in (options.what,) if options.what else tuple(LISTINGS):
        console.print(LISTINGS[name]())
    return 0


def run_htn(options: argparse.Namespace) -> int:
    """Lists, shows or solves example domains of the HTN engine."""
    from planzoo.baselines import htn_commands

    return int(getattr(htn_commands, f"run_{options.action}")(options))


def run_plan(options: argparse.Namespace) -> int:
    """Searches for a contingent plan of a diagnosis."""
    from planzoo.baselines import diagnosis_commands

    return diagnosis_commands.run_plan(options)


def run_voi(options: argparse.Namespace) -> int:
    """Ranks the tests of a diagnosis by what they are worth."""
    from planzoo.baselines import diagnosis_commands

    return diagnosis_commands.run_voi(options)


def run_report(options: argparse.Namespace) -> int:
    """Makes the report of a folder anew."""
    from rich.console import Console

    from planzoo.baselines.compare import write_report

    write_report(options.folder, Console())
    return 0


def run_compile(options: argparse.Namespace) -> int:
    """Compiles every kernel; they stay in Numba's cache on disk."""
    from rich.console import Console

    from planzoo.baselines.compilation import compile_kernels

    compile_kernels(Console())
    return 0


def run_benchmark(options: argparse.Namespace) -> int:
    """Lists the benchmarks of a checkout, or runs one with the further arguments."""
    scripts = benchmark_scripts(Path(planzoo.__file__).parents[1] / "benchmarks")
    if options.name is None:
        sys.stdout.write("".join(f"{name}\n" for name in scripts))
        return 0
    name = Path(options.name).stem
    if name not in scripts:
        raise InputError(f"there is no benchmark '{name}'{nearest(name, scripts)}")
    return subprocess.run([sys.executable, str(scripts[name]), *options.rest], check=False).returncode


def benchmark_scripts(folder: Path) -> dict[str, Path]:
    """Finds the benchmark scripts of a checkout by name.

    Raises:
        InputError: there is no such folder, as PlanZoo was installed without its sources.
    """
    if not folder.is_dir():
        raise InputError(
            f"{folder}: there is no such folder; benchmarks run from a checkout of PlanZoo's sources"
        )
    scripts = {path.stem: path for path in sorted(folder.glob("*.py"))}
    # The folder also holds what the benchmarks share.
    return {name: path for name, path in scripts.items() if "__main__" in path.read_text(encoding="utf-8")}

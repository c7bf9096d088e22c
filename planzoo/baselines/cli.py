"""The command line: nothing heavy is imported before a command is known, so ``--help`` answers at once."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import planzoo
from planzoo.errors import InputError

_EXTRAS = {
    "PIL": "render",
    "pygame": "render",
    "imageio": "render",
    "torch": "train",
    "stable_baselines3": "train",
    "sb3_contrib": "train",
    "safetensors": "train",
    "tensorboard": "train",
    "matplotlib": "report",
    "jinja2": "report",
    "pyarrow": "report",
    "pgmpy": "networks",
}
"""Package → the extra that installs it."""

_BAD_INPUT, _INTERRUPTED, _UNREAD = 2, 130, 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
        arguments: the words after ``planzoo``; those of this process when None.

    Returns:
        The exit code: 0 done, 1 no plan was found, 2 bad input (one line on stderr), 130 stopped by Ctrl-C,
        141 nobody reads the output any more.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    options = build_parser().parse_args(words)
    options.command_line = shlex.join(["planzoo", *words])
    try:
        code = _run(options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        return _stop_writing()
    except InputError as error:
        return _complain(str(error))
    except ModuleNotFoundError as error:
        extra = _EXTRAS.get((error.name or "").partition(".")[0])
        if extra is None:
            raise
        return _complain(f"this command needs {error.name}; install it with: pip install 'planzoo[{extra}]'")
    except KeyboardInterrupt:
        return _say_goodbye(options)


def build_parser() -> argparse.ArgumentParser:
    """Makes the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="planzoo", description="One field on which planners and learned agents meet."
    )
    parser.add_argument("--version", action="version", version=f"planzoo {planzoo.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_compare(commands)
    _add_train(commands)
    _add_watch(commands)
    _add_htn(commands)
    _add_plan(commands)
    _add_voi(commands)
    listing = commands.add_parser("list", help="list scenarios, policies, configs and checkpoints")
    listing.add_argument("what", nargs="?", choices=("scenarios", "policies", "configs", "checkpoints"))
    report = commands.add_parser("report", help="make tables and page anew from the results in a folder")
    report.add_argument("folder", type=Path)
    commands.add_parser("compile", help="compile all kernels now, so that later commands start at once")
    benchmark = commands.add_parser("benchmark", help="list the speed benchmarks of a checkout, or run one")
    benchmark.add_argument("name", nargs="?", help="name of the benchmark; without it they are listed")
    benchmark.add_argument("rest", nargs=argparse.REMAINDER, help="further arguments for the benchmark")
    return parser


def _add_compare(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    compare = commands.add_parser("compare", help="compare policies on scenarios and write a report")
    compare.add_argument("config", help="a YAML file, or the name of a shipped config such as 'demo'")
    compare.add_argument("--output", type=Path, help="folder of the results (default: results/CONFIG)")
    compare.add_argument("--jobs", type=int, default=1, help="processes that play episodes (default: 1)")
    compare.add_argument(
        "--episodes", type=int, help="episodes of each policy, instead of the config's number"
    )
    begin = compare.add_mutually_exclusive_group()
    begin.add_argument("--resume", action="store_true", help="go on with what the folder holds (the default)")
    begin.add_argument("--overwrite", action="store_true", help="drop what the folder holds and begin anew")


def _add_train(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    train = commands.add_parser("train", help="train a policy and save a checkpoint")
    train.add_argument("config", help="a YAML file, or the name of a shipped training config")
    train.add_argument("--output", type=Path, help="folder of the checkpoint (default: runs/NAME)")
    train.add_argument("--steps", type=int, help="environment steps, instead of the config's number")
    train.add_argument("--seed", type=int, help="seed, instead of the config's")


def _add_watch(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    watch = commands.add_parser("watch", help="watch an episode, or film it")
    watch.add_argument("scenario", help="name of a scenario, see 'planzoo list scenarios'")
    watch.add_argument("--policy", default="random", help="name of a policy (default: random)")
    watch.add_argument("--preset", help="preset of the scenario")
    watch.add_argument(
        "--set", dest="settings", metavar="KEY=VALUE", action="append", default=[], help="a scenario argument"
    )
    watch.add_argument("--checkpoint", help="checkpoint of a learned policy")
    watch.add_argument("--seed", type=int, default=0, help="seed of the episode (default: 0)")
    watch.add_argument(
        "--mode",
        choices=("human", "ansi", "rgb_array"),
        help="window, terminal, or only a file (default: ansi)",
    )
    watch.add_argument(
        "--output", type=Path, help="file for the episode: .gif, .mp4, or .png for its last moment"
    )
    watch.add_argument("--pace", type=float, default=8.0, help="frames a second (default: 8)")
    watch.add_argument("--steps", type=int, help="stop after so many steps")


def _add_htn(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    htn = commands.add_parser("htn", help="try the HTN planner on example domains")
    actions = htn.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="list the example domains")
    show = actions.add_parser("show", help="show what a domain declares")
    solve = actions.add_parser("solve", help="draw a problem at random, solve it and show the plan")
    for parser in (show, solve):
        parser.add_argument("domain", help="name of a domain, see 'planzoo htn list'")
    form = show.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON")
    form.add_argument("--markdown", action="store_true", help="as a page of Markdown")
    solve.add_argument("--size", type=int, default=6, help="size of the problem (default: 6)")
    solve.add_argument("--seed", type=int, default=0, help="seed of the problem (default: 0)")
    solve.add_argument("--milliseconds", type=float, help="time for the search (default: unbounded)")
    form = solve.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON")
    form.add_argument("--svg", type=Path, metavar="FILE", help="draw the decomposition tree")
    form.add_argument("--dot", type=Path, metavar="FILE", help="write the tree for Graphviz")
    form.add_argument("--trace", action="store_true", help="print what the search did, step by step")
    solve.add_argument(
        "--explain", type=int, metavar="STEP", help="say why this step (from 1) is in the plan"
    )


def _add_plan(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    plan = commands.add_parser("plan", help="plan tests and treatments for a network of causes and findings")
    _add_diagnosis(plan)
    plan.add_argument("--depth", type=int, help="tests one after another (default: as many as there is time)")
    plan.add_argument("--milliseconds", type=float, help="time for the search (default: 10000)")
    plan.add_argument("--expansions", type=int, help="belief states to expand, instead of a time")
    plan.add_argument(
        "--min-probability",
        type=float,
        default=0.0,
        metavar="P",
        help="fold less probable branches of a tree that is shown",
    )
    form = plan.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON: plan, utility, bounds, CPU seconds")
    form.add_argument("--svg", type=Path, metavar="FILE", help="draw the tree")
    form.add_argument("--html", type=Path, metavar="FILE", help="write a page with a tree that folds")


def _add_voi(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    voi = commands.add_parser("voi", help="rank tests by what their results are worth")
    _add_diagnosis(voi)
    voi.add_argument("--target", metavar="NODE", help="what the bits are of (default: the joint condition)")
    voi.add_argument("--json", action="store_true", help="print JSON: a list, the best test first")


def _add_diagnosis(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("network", help="a BIF file, or a name such as asia, troubleshooting, hepar2")
    parser.add_argument(
        "--roles", metavar="ROLES", help="YAML file of diseases, tests and treatments, or the name of ours"
    )
    parser.add_argument(
        "--evidence",
        metavar="NODE=STATE",
        nargs="+",
        action="extend",
        default=[],
        help="what is known already; may be given several times",
    )


def _run(options: argparse.Namespace) -> int:
    from planzoo.baselines import commands

    run = getattr(commands, f"run_{options.command}")
    return int(run(options))


def _complain(problem: str) -> int:
    sys.stderr.write(f"planzoo: {' '.join(problem.split())}\n")
    return _BAD_INPUT


def _stop_writing() -> int:
    # Python writes what is left of the output when it ends, and would complain of the closed pipe again.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _UNREAD


def _say_goodbye(options: argparse.Namespace) -> int:
    words = {
        "compare": "finished episodes are kept; to go on, give the same command again without --overwrite",
        "train": "the best weights evaluated so far stay in the output folder; training itself starts anew",
    }
    sys.stderr.write(f"\nplanzoo: stopped: {words.get(options.command, 'nothing was left half done')}\n")
    return _INTERRUPTED

"""When to replan, and how: ``python benchmarks/replanning_rates.py [--quick] [--picture FILE]``.

Plays the comparison ``replanning`` (what its folder holds already is not played again) and prints, in
Markdown, the mean return of each policy at each disturbance rate, what replanning took and kept, and by how
much repairing a plan does better than making it anew, seed by seed over all rates above 0. ``--picture``
draws the returns over the rates, with their intervals shaded. Intervals are 95 % percentile bootstrap
intervals over the episodes.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from comparison_tables import Facts, estimate, markdown, played, save_picture, written
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from planzoo.baselines.compare import CompareOptions
from planzoo.baselines.metrics import bootstrap_interval

WHENS = ("failures", "threshold", "periodic", "proactive")
HOWS = ("full", "repair", "continuation", "opportunistic", "cost aware")
DIGITS = {"Warehouse": 1, "Diagnosis": 2, "Maze": 1}

Curves = Mapping[str, Mapping[float, Mapping[str, Facts]]]
"""Scenario → rate → policy → facts of its episodes."""


def main() -> None:
    """Reads the command line, plays what is missing, prints and draws."""
    parser = argparse.ArgumentParser(description="Measures when and how replanning pays.")
    parser.add_argument(
        "--output", type=Path, default=Path("results/replanning"), help="folder of the results"
    )
    parser.add_argument("--jobs", type=int, default=1, help="processes that play episodes")
    parser.add_argument("--quick", action="store_true", help="two episodes of each instead of all")
    parser.add_argument("--picture", type=Path, help="where to draw returns over rates (PNG or SVG)")
    options = parser.parse_args()
    run = CompareOptions(options.output, options.jobs, command="python benchmarks/replanning_rates.py")
    curves = by_rate(played("replanning", run, 2 if options.quick else None))
    for name, rates in curves.items():
        print(f"\n## {name}\n\n{returns(rates, DIGITS[name])}")
        print(f"\n### What replanning took and kept, {name.lower()}\n\n{costs(rates)}")
        print(f"\n### Repair against full replanning, {name.lower()}\n\n{repair_rows(rates, DIGITS[name])}")
    if options.picture is not None:
        save_picture(picture(curves), options.picture)


def by_rate(found: Mapping[str, Mapping[str, Facts]]) -> Curves:
    """Sorts scenarios such as ``Maze, rate 0.1`` by their name and rate."""
    curves: dict[str, dict[float, Mapping[str, Facts]]] = {}
    for title, policies in found.items():
        name, _, rate = title.partition(", rate ")
        curves.setdefault(name, {})[float(rate)] = policies
    return curves


def returns(rates: Mapping[float, Mapping[str, Facts]], digits: int) -> str:
    """Gives the table of mean returns: a row for each policy, a column for each rate."""
    policies = list(next(iter(rates.values())))
    rows = [
        [policy, *(estimate(rates[rate][policy]["return"], digits) for rate in rates)] for policy in policies
    ]
    return markdown(["policy", *(f"rate {rate:g}" for rate in rates)], rows)


def costs(rates: Mapping[float, Mapping[str, Facts]]) -> str:
    """Gives replans, planning time and stability of the strategies, over all rates above 0."""
    rows = []
    for policy in (f"{when}, {how}" for when in WHENS for how in HOWS):
        replans, seconds, kept = (
            pooled(rates, policy, name) for name in ("replans", "planning_seconds", "plan_stability")
        )
        rows.append(
            [policy, estimate(replans, 1), written(1000 * float(seconds.mean()), 1), estimate(kept, 2)]
        )
    return markdown(["policy", "replans an episode", "planning, ms an episode", "share of a plan kept"], rows)


def repair_rows(rates: Mapping[float, Mapping[str, Facts]], digits: int) -> str:
    """Gives for each rule what repair earns more than full replanning, and what it takes less."""
    rows = []
    for when in WHENS:
        repair, full = f"{when}, repair", f"{when}, full"
        more = pooled(rates, repair, "return") - pooled(rates, full, "return")
        kept = pooled(rates, repair, "plan_stability") - pooled(rates, full, "plan_stability")
        time = [float(pooled(rates, each, "planning_seconds").sum()) for each in (repair, full)]
        ratio = f"{time[0] / max(time[1], 1e-9):.2f} ×"
        rows.append([when, estimate(more, digits), estimate(kept, 2), ratio])
    return markdown(["rule", "return more", "kept more", "planning time"], rows)


def pooled(rates: Mapping[float, Mapping[str, Facts]], policy: str, fact: str) -> NDArray[np.float64]:
    """Gives a fact of a policy's episodes at all rates above 0."""
    return np.concatenate([policies[policy][fact] for rate, policies in rates.items() if rate > 0])


def picture(curves: Curves) -> Figure:
    """Draws the mean returns over the rates: a row for each scenario, a column for each rule."""
    figure = Figure((3.1 * len(WHENS), 2.5 * len(curves) + 0.5), layout="constrained", dpi=120)
    grid = figure.subplots(len(curves), len(WHENS), squeeze=False, sharex=True, sharey="row")
    for axes, when in zip(grid[0], WHENS, strict=True):
        axes.set_title(when, fontsize=10)
    for row, (name, rates) in zip(grid, curves.items(), strict=True):
        for axes, when in zip(row, WHENS, strict=True):
            others = [policy for policy in next(iter(rates.values())) if ", " not in policy]
            draw(axes, rates, [(f"{when}, {how}", how, "-") for how in HOWS])
            draw(axes, rates, [(each, each if "PPO" in each else "own planner", "--") for each in others])
            axes.grid(alpha=0.3)
        row[0].set_ylabel(f"{name}\nmean return")
    for axes in grid[-1]:
        axes.set_xlabel("disturbance rate")
    handles, labels = grid[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False, fontsize=9)
    return figure


def draw(
    axes: Axes, rates: Mapping[float, Mapping[str, Facts]], lines: Sequence[tuple[str, str, str]]
) -> None:
    """Draws mean returns with their intervals: each policy with its label and stroke."""
    for policy, label, stroke in lines:
        returns = [policies[policy]["return"] for policies in rates.values()]
        means = [float(each.mean()) for each in returns]
        ends = [bootstrap_interval(each) for each in returns]
        line = axes.plot(list(rates), means, stroke, marker="o", markersize=3, linewidth=1.4, label=label)
        low, high = [each.low for each in ends], [each.high for each in ends]
        axes.fill_between(list(rates), low, high, color=line[0].get_color(), alpha=0.1, linewidth=0)


if __name__ == "__main__":
    main()

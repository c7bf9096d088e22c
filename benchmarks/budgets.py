"""What budgets cost, and who plans with them: ``python benchmarks/budgets.py [--quick] [--picture FILE]``.

Plays the comparison ``resources`` (what its folder holds already is not played again) and prints, in
Markdown, a table of each scenario and what awareness brings, seed by seed. ``--picture`` draws the return of
each policy over the budgets. Intervals are 95 % percentile bootstrap intervals over the episodes.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from comparison_tables import Facts, estimate, markdown, played, save_picture
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from planzoo.baselines.compare import CompareOptions
from planzoo.baselines.metrics import bootstrap_interval

COLUMNS = {
    "return": ("return", 2),
    "violations": ("refused actions", 1),
    "left_fuel": ("fuel left", 0),
    "left_money": ("money left", 2),
    "left_oil": ("oil left", 1),
    "tests": ("tests used", 2),
    "correct": ("treated correctly", 3),
    "escape_rate": ("escaped", 2),
}
"""Fact → heading and digits of its column, where a scenario tells it."""
AWARE = {
    "HTN team (aware)": "HTN team",
    "Contingent (aware)": "Contingent",
    "Independent (aware)": "Independent",
}
"""Who knows of budgets → who decides in the same way but does not."""
TRAINED = {"PPO (wrapper)": "PPO"}

Scenarios = Mapping[str, Mapping[str, Facts]]


def main() -> None:
    """Reads the command line, plays what is missing, prints and draws."""
    parser = argparse.ArgumentParser(description="Measures what budgets cost, and who plans with them.")
    parser.add_argument(
        "--output", type=Path, default=Path("results/resources"), help="folder of the results"
    )
    parser.add_argument("--jobs", type=int, default=1, help="processes that play episodes")
    parser.add_argument("--quick", action="store_true", help="four episodes of each instead of all")
    parser.add_argument("--picture", type=Path, help="where to draw returns over budgets (PNG or SVG)")
    options = parser.parse_args()
    run = CompareOptions(options.output, options.jobs, command="python benchmarks/budgets.py")
    scenarios = played("resources", run, 4 if options.quick else None)
    for title, policies in scenarios.items():
        print(f"\n## {title}\n\n{table(policies)}")
    print(f"\n## What awareness brings\n\n{differences(scenarios)}")
    if options.picture is not None:
        save_picture(picture(scenarios), options.picture)
        print(f"\nPicture: {options.picture}")


def table(policies: Mapping[str, Facts]) -> str:
    """The table of one scenario: a row a policy."""
    told = [name for name in COLUMNS if name in next(iter(policies.values()))]
    rows = [
        [title, *(estimate(facts[name], COLUMNS[name][1]) for name in told)]
        for title, facts in policies.items()
    ]
    return markdown(["policy", *(COLUMNS[name][0] for name in told)], rows)


def differences(scenarios: Scenarios) -> str:
    """How much more a policy earns that plans, or was trained, with what is left; seed by seed."""
    rows = [
        [title, f"{one} − {other}", estimate(policies[one]["return"] - policies[other]["return"], 2)]
        for title, policies in scenarios.items()
        for one, other in (AWARE | TRAINED).items()
        if one in policies
    ]
    return markdown(["scenario", "difference", "return"], rows)


def picture(scenarios: Scenarios) -> Figure:
    """Draws for each environment what every policy earns without, with a loose and with a tight budget."""
    environments = list(dict.fromkeys(title.split(",")[0] for title in scenarios))
    figure = Figure((4.2 * len(environments), 5.2), layout="constrained", dpi=120)
    panels = figure.subplots(1, len(environments), squeeze=False)[0]
    for axes, environment in zip(panels, environments, strict=True):
        mine = {title: each for title, each in scenarios.items() if title.startswith(f"{environment},")}
        _draw(axes, mine)
        axes.set_title(environment, loc="left")
    panels[0].set_ylabel("mean return, 95 % interval")
    return figure


def _draw(axes: Axes, scenarios: Scenarios) -> None:
    titles = list(scenarios)
    policies = list(scenarios[titles[-1]])  # under a budget there are all of them
    for number, name in enumerate(policies):
        places = [place for place, title in enumerate(titles) if name in scenarios[title]]
        returns = [scenarios[titles[place]][name]["return"] for place in places]
        means = np.array([values.mean() for values in returns])
        intervals = [bootstrap_interval(values) for values in returns]
        lows, highs = np.array([(each.low, each.high) for each in intervals]).T
        # Side by side, or intervals would hide each other.
        shifted = np.array(places) + 0.05 * (number - (len(policies) - 1) / 2)
        solid = "-" if name in AWARE | TRAINED else "--"
        axes.errorbar(
            shifted,
            means,
            (means - lows, highs - means),
            fmt=f"o{solid}",
            markersize=4,
            capsize=2,
            label=name,
        )
    axes.set_xticks(range(len(titles)), [title.split(", ")[1] for title in titles])
    axes.grid(True, axis="y", linewidth=0.4)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=2, fontsize=8, frameon=False)


if __name__ == "__main__":
    main()

"""Fills the page's template: words, tables and plots of one comparison, in one file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from planzoo.baselines.formats import count, digits_for, interval, milliseconds, number, share
from planzoo.baselines.metrics import bootstrap_interval
from planzoo.baselines.report.curves import Curve, curve_plot, curves_of, quantities_of
from planzoo.baselines.report.palette import series_variable
from planzoo.baselines.report.plots import (
    LEFT,
    MOST_DOTS,
    compute_plot,
    decision_time_plot,
    distribution_plot,
    measure_plot,
    plotted_measure,
    return_plot,
)
from planzoo.baselines.report.resource_plots import gantt_plot, profile_plot, resource_names
from planzoo.baselines.run_file import Run
from planzoo.baselines.summary import PolicySummary, ScenarioSummary
from planzoo.errors import InputError

PAGE_FILE = "report.html"

ACCESS_WORDS = {
    "observation": "knows only what the environment hands an agent",
    "model": "also knows the rules: layout, probabilities, costs; never the hidden state or chance to come",
    "state": "also sees the hidden state: an oracle, shown as a bound and not as a competitor",
}
"""What each access means, in plain words."""

_REFERENCE_WORDS = {
    "published": (
        "the reference for the mean return",
        "Regret is how far the mean return stays below it.",
    ),
    "optimum": (
        "the optimum, the highest mean return that is possible",
        "Regret is how far the mean return stays below it.",
    ),
    "upper_bound": (
        "a proven upper bound of the mean return",
        "Regret is how far the mean return stays below it; the optimum may lie nearer.",
    ),
}
"""Reference → what it is and what regret to it means, in plain words."""

_COSTS = (
    ("expansions", "search nodes a decision"),
    ("simulations", "model calls a decision"),
    ("replans", "replans an episode"),
    ("messages", "messages an episode"),
    ("invalid_actions", "masked actions an episode"),
)


def write_page(run: Run, summaries: tuple[ScenarioSummary, ...], path: Path) -> None:
    """Writes the page.

    Raises:
        InputError: the file cannot be written.
    """
    page = render_page(run, summaries)
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}; choose another folder") from None


def render_page(run: Run, summaries: tuple[ScenarioSummary, ...]) -> str:
    """Gives the page as HTML text."""
    folder = resources.files("planzoo") / "baselines" / "report"
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(
        number=number,
        interval=interval,
        share=share,
        milliseconds=milliseconds,
        count=count,
        series=series_variable,
    )
    template = environment.from_string((folder / "page.html.j2").read_text(encoding="utf-8"))
    shown = {policy.access for summary in summaries for policy in summary.policies}
    return template.render(
        run=run,
        style=Markup((folder / "page.css").read_text(encoding="utf-8")),
        curves=[_curve(curve) for curve in curves_of(summaries)],
        scenarios=[_scenario(summary, run) for summary in summaries],
        access_words={name: words for name, words in ACCESS_WORDS.items() if name in shown},
        total_episodes=sum(policy.episodes for summary in summaries for policy in summary.policies),
    )


def verdict(summary: ScenarioSummary) -> str:
    """Says in a sentence who is ahead by mean return, and over whom the lead may be due to chance."""
    ranked = sorted(summary.competitors, key=lambda policy: policy.mean, reverse=True)
    best, digits = ranked[0], digits_for([policy.mean for policy in ranked])
    if len(ranked) == 1:
        return f"{best.title} earns a mean return of {number(best.mean, digits)}."
    rivals = [policy.title for policy in ranked[1:] if not leads(best, policy)]
    if rivals:
        return (
            f"{best.title} has the highest mean return, {number(best.mean, digits)}, but its lead over "
            f"{' and '.join(rivals)}, compared seed by seed, may be due to chance."
        )
    return (
        f"{best.title} is ahead with a mean return of {number(best.mean, digits)}; {ranked[1].title} follows "
        f"with {number(ranked[1].mean, digits)}. Compared seed by seed, this lead is not due to chance."
    )


def leads(policy: PolicySummary, other: PolicySummary) -> bool:
    """Tells whether the 95 % interval of the mean difference, seed by seed, lies above zero.

    Both play the same seeds, so that luck with the seeds cancels out. A run that was stopped half-way has
    unequal numbers of episodes and shows nothing.
    """
    if policy.episodes != other.episodes:
        return False
    return bootstrap_interval(policy.returns - other.returns).low > 0.0


def _scenario(summary: ScenarioSummary, run: Run) -> dict[str, Any]:
    policies = summary.policies
    seeds = next(cell.seeds.values for cell in run.cells if cell.scenario.title == summary.title)
    return {
        "summary": summary,
        "verdict": verdict(summary),
        "seeds": f"{seeds[0]} to {seeds[-1]}",
        "digits": digits_for([policy.mean for policy in policies]),
        "best": summary.best_mean,
        "costs": [
            (name, words) for name, words in _COSTS if any(getattr(policy, name) for policy in policies)
        ],
        "reference_words": _REFERENCE_WORDS[summary.reference.kind][0] if summary.reference else "",
        "regret_words": _REFERENCE_WORDS[summary.reference.kind][1] if summary.reference else "",
        "measures": [_measure(summary, name, label) for name, label in summary.measures.items()],
        "plots": [(title, words, Markup(draw(summary))) for title, words, draw in _plots(summary)],
        "other_rules": "; ".join(f"{each.title}: {each.rules}" for each in policies if each.rules),
        "mixed_observations": len({policy.observation for policy in policies}) > 1,
    }


def _curve(curve: Curve) -> dict[str, Any]:
    words = "Lines: means; bands: 95 % intervals where there are any. Dashed lines stand in every panel."
    plots = [(each.title, words, Markup(curve_plot(curve, each))) for each in quantities_of(curve)]
    return {"name": curve.name, "axis": curve.axis, "plots": plots}


def _measure(summary: ScenarioSummary, name: str, label: str) -> dict[str, Any]:
    means = [policy.measures[name].mean for policy in summary.policies if name in policy.measures]
    return {"name": name, "label": label, "digits": digits_for(means)}


def _plots(summary: ScenarioSummary) -> list[_Plot]:
    """Lists the plots of a scenario; what is a point of a curve is drawn there."""
    if summary.curve is not None:
        return []
    return [*_PLOTS, *_measure_plots(summary), *_resource_plots(summary)]


def _measure_plots(summary: ScenarioSummary) -> list[_Plot]:
    measure = plotted_measure(summary)
    if measure is None:
        return []
    words = "Mean of each and its 95 % interval, over the same episodes."
    if measure.startswith(LEFT):
        words += " The dashed line joins the policies that no other beats in both (Pareto front)."
    return [(f"Return against {summary.measures[measure]}", words, measure_plot)]


def _resource_plots(summary: ScenarioSummary) -> list[_Plot]:
    names = resource_names(summary)
    plots: list[_Plot] = [
        (
            f"Course of {name}",
            "What was left, on average. Dashed: what there was at first; of what refills, the capacity.",
            partial(profile_plot, name=name),
        )
        for name in names
    ]
    if names:
        words = "First episode. The higher a bar, the more of its steps took something; a stroke is the end."
        plots.append((f"Who took {' or '.join(names)} when", words, gantt_plot))
    return plots


_Plot = tuple[str, str, Callable[[ScenarioSummary], str]]

_PLOTS: tuple[_Plot, ...] = (
    (
        "Return",
        "Dot: mean, diamond: interquartile mean, each with its 95 % interval.",
        return_plot,
    ),
    (
        "Every episode",
        f"Dots: episodes (at most {MOST_DOTS}). Bar: their middle half. Stroke: the median.",
        distribution_plot,
    ),
    (
        "Thinking time",
        "Mean time of a decision; the whisker reaches the 95th percentile.",
        decision_time_plot,
    ),
    (
        "Return against thinking time",
        "Mean return and its 95 % interval. Up and left is better.",
        compute_plot,
    ),
)

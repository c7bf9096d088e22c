"""The comparison as tables for the terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from planzoo.baselines.formats import count, digits_for, interval, milliseconds, number, share
from planzoo.baselines.metrics import Interval
from planzoo.baselines.summary import PolicySummary, ScenarioSummary

WIDE = 118
"""Columns of a terminal from which on a policy fits on one line."""

_UNBOUNDED = 10_000
_REFERENCES = {
    "published": "reference return",
    "optimum": "optimal return",
    "upper_bound": "proven upper bound of the return",
}

_Column = tuple[str, Literal["left", "right"], Callable[[PolicySummary, int], str]]


def scenario_table(summary: ScenarioSummary, width: int = WIDE) -> Table:
    """Makes the table of one scenario: a row a policy, the best mean return in bold.

    Args:
        summary: the scenario.
        width: columns of the terminal; below :data:`WIDE`, or with long names, a policy takes two lines.
    """
    if width >= WIDE:
        table = _scenario_table(summary, _WIDE_COLUMNS)
        # Long names would be folded, while the narrow table has room for them.
        if Console(width=_UNBOUNDED).measure(table).maximum <= width:
            return table
    return _scenario_table(summary, _NARROW_COLUMNS)


def _scenario_table(summary: ScenarioSummary, columns: tuple[_Column, ...]) -> Table:
    table = Table(title=_title(summary), caption=_caption(summary), box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.title_justify = table.caption_justify = "left"
    table.pad_edge = False
    for heading, justify, _ in columns:
        table.add_column(heading, justify=justify, no_wrap=heading != "policy", overflow="fold")
    digits = digits_for([policy.mean for policy in summary.policies])
    for policy in summary.policies:
        style = "bold" if policy.mean == summary.best_mean else None
        table.add_row(*(text(policy, digits) for _, _, text in columns), style=style)
    return table


def _title(summary: ScenarioSummary) -> str:
    episodes = sorted({policy.episodes for policy in summary.policies})
    return escape(f"{summary.title} · {' or '.join(str(each) for each in episodes)} episodes each")


def _caption(summary: ScenarioSummary) -> str | None:
    if summary.reference is None:
        return None
    return escape(
        f"{_REFERENCES[summary.reference.kind]} {number(summary.reference.value)}: {summary.reference.source}"
    )


def _estimate(value: float, bounds: Interval, digits: int) -> str:
    return f"{number(value, digits)} {interval(bounds, digits)}"


def _mean(policy: PolicySummary, digits: int) -> str:
    return _estimate(policy.mean, policy.mean_interval, digits)


def _iqm(policy: PolicySummary, digits: int) -> str:
    return _estimate(policy.iqm, policy.iqm_interval, digits)


_WIDE_COLUMNS: tuple[_Column, ...] = (
    ("policy", "left", lambda policy, _: escape(policy.title)),
    ("access", "left", lambda policy, _: policy.access),
    ("observation", "left", lambda policy, _: escape(policy.observation)),
    ("mean return [95 %]", "right", _mean),
    ("IQM [95 %]", "right", _iqm),
    ("success", "right", lambda policy, _: share(policy.success)),
    ("decision ms", "right", lambda policy, _: milliseconds(policy.decision_seconds)),
    ("training steps", "right", lambda policy, _: count(policy.training_steps)),
)

_NARROW_COLUMNS: tuple[_Column, ...] = (
    ("policy", "left", lambda policy, _: escape(policy.title)),
    ("access\nobservation", "left", lambda policy, _: f"{policy.access}\n{escape(policy.observation)}"),
    ("mean return\n[95 %]", "right", lambda policy, digits: _mean(policy, digits).replace(" ", "\n", 1)),
    ("IQM\n[95 %]", "right", lambda policy, digits: _iqm(policy, digits).replace(" ", "\n", 1)),
    ("won", "right", lambda policy, _: share(policy.success)),
    ("decide\nms", "right", lambda policy, _: milliseconds(policy.decision_seconds)),
    ("train\nsteps", "right", lambda policy, _: count(policy.training_steps)),
)

"""The comparison as tables for the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Literal

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from planzoo.baselines.formats import MISSING, count, digits_for, interval, milliseconds, number, share
from planzoo.baselines.metrics import Interval
from planzoo.baselines.summary import Estimate, PolicySummary, ScenarioSummary

WIDE = 118
"""Columns of a terminal from which on a policy fits on one line."""

_UNBOUNDED = 10_000
_DETAIL_WIDTH = 18
"""Columns for an estimate in :func:`detail_tables`: an interval of numbers of seven digits fits."""
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
    best = max(policy.mean for policy in summary.policies)
    digits = digits_for([policy.mean for policy in summary.policies])
    for policy in summary.policies:
        style = "bold" if policy.mean == best else None
        table.add_row(*(text(policy, digits) for _, _, text in columns), style=style)
    return table


def detail_tables(summary: ScenarioSummary, width: int = WIDE) -> list[Table]:
    """Makes the tables that stand under :func:`scenario_table`: regret, and the scenario's own measures.

    Args:
        summary: the scenario.
        width: columns of the terminal; what does not fit beside each other stands in a further table.

    Returns:
        No table where there is neither a reference nor a measure.
    """
    columns = _details(summary)
    names = max(len(policy.title) for policy in summary.policies)
    fitting = max(1, (width - names - 1) // (_DETAIL_WIDTH + 1))
    return [
        _detail_table(summary, columns[first : first + fitting]) for first in range(0, len(columns), fitting)
    ]


def _details(summary: ScenarioSummary) -> list[tuple[str, list[Estimate | None]]]:
    columns: list[tuple[str, list[Estimate | None]]] = []
    if summary.reference is not None:
        columns.append((summary.reference.regret_title, [policy.regret for policy in summary.policies]))
    for name, label in summary.measures.items():
        columns.append((label, [policy.measures.get(name) for policy in summary.policies]))
    return columns


def _detail_table(summary: ScenarioSummary, columns: list[tuple[str, list[Estimate | None]]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("policy", overflow="fold")
    for heading, _ in columns:
        lines = textwrap.wrap(heading, _DETAIL_WIDTH) or [heading]
        table.add_column(
            escape("\n".join([*lines, "[95 %]"])), justify="right", no_wrap=True, overflow="fold"
        )
    texts = [_detail_texts(estimates) for _, estimates in columns]
    for policy, *row in zip(summary.policies, *texts, strict=True):
        table.add_row(escape(policy.title), *row)
    return table


def _detail_texts(estimates: list[Estimate | None]) -> list[str]:
    digits = digits_for([estimate.mean for estimate in estimates if estimate is not None])
    return [
        MISSING
        if estimate is None
        else _estimate(estimate.mean, estimate.interval, digits).replace(" ", "\n", 1)
        for estimate in estimates
    ]


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

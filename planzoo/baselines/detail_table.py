"""What stands under the terminal's table of a scenario: regret, and the scenario's own measures."""

from __future__ import annotations

import textwrap

from rich import box
from rich.markup import escape
from rich.table import Table

from planzoo.baselines.formats import MISSING, digits_for, interval, number
from planzoo.baselines.summary import Estimate, ScenarioSummary

_WIDTH = 18
"""Columns for an estimate: an interval of numbers of seven digits fits."""

_Column = tuple[str, list[Estimate | None]]
"""A heading, and an estimate for each policy."""


def detail_tables(summary: ScenarioSummary, width: int) -> list[Table]:
    """Makes the tables: columns of means with their intervals, a row a policy.

    Args:
        summary: the scenario.
        width: columns of the terminal; what does not fit beside each other stands in a further table.

    Returns:
        No table where there is neither a reference nor a measure.
    """
    columns = _details(summary)
    names = max(len(policy.title) for policy in summary.policies)
    fitting = max(1, (width - names - 1) // (_WIDTH + 1))
    return [_table(summary, columns[first : first + fitting]) for first in range(0, len(columns), fitting)]


def _details(summary: ScenarioSummary) -> list[_Column]:
    columns: list[_Column] = []
    if summary.reference is not None:
        columns.append((summary.reference.regret_title, [policy.regret for policy in summary.policies]))
    for name, label in summary.measures.items():
        columns.append((label, [policy.measures.get(name) for policy in summary.policies]))
    return columns


def _table(summary: ScenarioSummary, columns: list[_Column]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("policy", overflow="fold")
    for heading, _ in columns:
        lines = textwrap.wrap(heading, _WIDTH) or [heading]
        table.add_column(
            escape("\n".join([*lines, "[95 %]"])), justify="right", no_wrap=True, overflow="fold"
        )
    texts = [_texts(estimates) for _, estimates in columns]
    for policy, *row in zip(summary.policies, *texts, strict=True):
        table.add_row(escape(policy.title), *row)
    return table


def _texts(estimates: list[Estimate | None]) -> list[str]:
    digits = digits_for([estimate.mean for estimate in estimates if estimate is not None])
    return [
        MISSING
        if estimate is None
        else f"{number(estimate.mean, digits)}\n{interval(estimate.interval, digits)}"
        for estimate in estimates
    ]

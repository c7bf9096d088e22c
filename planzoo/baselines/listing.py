"""What there is: scenarios, policies, configs and checkpoints, as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich import box
from rich.markup import escape
from rich.table import Table

from planzoo.baselines.checkpoints import find_checkpoint, load_metadata, shipped_checkpoints
from planzoo.baselines.config import find_document, shipped_configs
from planzoo.baselines.formats import count, number
from planzoo.baselines.policies import POLICIES
from planzoo.baselines.scenarios import find_scenario, preset_names
from planzoo.envs.registration import REGISTRY


def scenarios_table() -> Table:
    """Lists the scenarios with their ids and presets."""
    rows = []
    for name in REGISTRY:
        scenario = find_scenario(name)
        rows.append(
            (name, scenario.gymnasium_id, ", ".join(preset_names(scenario.params_class)), scenario.summary)
        )
    return _table("Scenarios", ("name", "Gymnasium id", "presets", "what it is"), rows)


def policies_table() -> Table:
    """Lists the policies: a line for each scenario that a policy fits."""
    rows = [
        (kind.name, scenario, kind.access(scenario).value, kind.observation(scenario) or "any", kind.summary)
        for kind in POLICIES.values()
        for scenario in kind.scenarios()
    ]
    return _table("Policies", ("name", "scenario", "access", "observation", "what it does"), rows)


def configs_table() -> Table:
    """Lists the shipped configs with the command that runs each."""
    rows = []
    for group in ("compare", "train"):
        for name in shipped_configs(group):
            data = find_document(group, name).data
            rows.append((f"planzoo {group} {name}", str(data.get("title") or data.get("name"))))
    return _table("Configs", ("command", "title"), rows)


def checkpoints_table() -> Table:
    """Lists the shipped checkpoints."""
    rows = []
    for name in shipped_checkpoints():
        metadata = load_metadata(find_checkpoint(name))
        rows.append(
            (
                name,
                metadata.scenario.title,
                metadata.algorithm,
                count(metadata.steps),
                number(metadata.evaluation_return),
            )
        )
    return _table("Checkpoints", ("name", "trained on", "algorithm", "training steps", "mean return"), rows)


LISTINGS: dict[str, Callable[[], Table]] = {
    "scenarios": scenarios_table,
    "policies": policies_table,
    "configs": configs_table,
    "checkpoints": checkpoints_table,
}
"""What ``planzoo list`` can list."""


def _table(title: str, headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    return table

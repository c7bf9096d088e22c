from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from planzoo.baselines.checkpoints import shipped_checkpoints
from planzoo.baselines.config import shipped_configs
from planzoo.baselines.listing import checkpoints_table, configs_table, policies_table, scenarios_table
from planzoo.baselines.policies import POLICIES
from planzoo.envs.registration import REGISTRY


def column(table: Table, index: int) -> list[str]:
    return [str(cell) for cell in table.columns[index].cells]


def test_scenarios() -> None:
    table = scenarios_table()
    assert column(table, 0) == list(REGISTRY)
    assert column(table, 2)[0] == "everything, from_file, from_map, fulfilment, rware, sorting, toy"


def test_policies_have_a_line_for_each_scenario_they_fit() -> None:
    table = policies_table()
    pairs = list(zip(column(table, 0), column(table, 1), strict=True))
    assert pairs == [(kind.name, scenario) for kind in POLICIES.values() for scenario in kind.scenarios()]
    assert set(column(table, 2)) <= {"observation", "model", "state"}


def test_configs_are_commands() -> None:
    commands = column(configs_table(), 0)
    assert "planzoo compare demo" in commands
    assert len(commands) == len(shipped_configs("compare")) + len(shipped_configs("train"))


def test_checkpoints(monkeypatch: pytest.MonkeyPatch, checkpoint: Path) -> None:
    assert column(checkpoints_table(), 0) == list(shipped_checkpoints())
    monkeypatch.setattr("planzoo.baselines.listing.shipped_checkpoints", lambda: (str(checkpoint),))
    table = checkpoints_table()
    assert [column(table, index)[0] for index in (1, 2, 3, 4)] == [
        "warehouse_v0 toy",
        "maskable_ppo",
        "1.23 k",
        "0.50",
    ]


def test_names_in_brackets_are_no_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "planzoo.baselines.listing.shipped_configs", lambda group: ("[bold]",) * (group == "train")
    )
    monkeypatch.setattr(
        "planzoo.baselines.listing.find_document", lambda group, name: type("D", (), {"data": {"name": "n"}})
    )
    console = Console(width=80)
    with console.capture() as capture:
        console.print(configs_table())
    assert "planzoo train [bold]" in capture.get()

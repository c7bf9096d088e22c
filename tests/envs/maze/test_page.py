"""The scenario's page says what is so."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from planzoo.envs import maze, maze_v0
from planzoo.envs.maze.cooperation_types import AgentRole, PlanStatus
from planzoo.envs.maze.layout import GUIDES, ObservationLayout, observation_layout
from planzoo.envs.maze.params import Coordination, MazeParams
from planzoo.envs.maze.plan_roles import PLAN_ROLES
from planzoo.envs.maze.state import (
    DROP,
    FIRST_PROPOSAL,
    GENERALIST,
    GIVE,
    PLAN_IMPORTANCE,
    PLAN_SECONDS,
    PLAN_STATUSES,
    PLAN_TYPES,
    PROPOSALS,
    REST,
    ROLES,
    TARGETS,
)
from planzoo.envs.maze.text_maze import SIGNS, START_SIGN

PAGE = (Path(maze.__file__).parent / "page.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.splitlines() if line.startswith("|")
]


def table(heading: str) -> list[list[str]]:
    """The rows of the table whose first heading this is."""
    start = ROWS.index(next(row for row in ROWS if row[0] == heading)) + 2
    return ROWS[start : next((n for n in range(start, len(ROWS)) if set(ROWS[n][0]) == {"-"}), 1000) - 1]


@pytest.fixture
def examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the page's Python leaves behind."""
    monkeypatch.chdir(tmp_path)
    left = []
    for number, code in enumerate(re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)):
        script = tmp_path / f"example_{number}.py"
        script.write_text(code, encoding="utf-8")
        left.append(runpy.run_path(str(script)))
    return left


def test_the_examples_run(examples: list[dict[str, Any]]) -> None:
    team, controlled, text, plans, memory, bad, planned = examples
    assert not team["env"].agents and team["terminations"].keys() == team["truncations"].keys()
    assert "Maze · 3 agents" in controlled["env"].render()
    assert (text["params"].doors, text["params"].height, text["params"].width) == (1, 5, 11)
    assert plans["system"].get_plan(plans["plan_id"]).status is PlanStatus.COMPLETED
    assert plans["roles"] == [AgentRole.COORDINATOR, AgentRole.NAVIGATOR, AgentRole.GENERALIST]
    assert plans["system"].messages[-1].startswith("Plan completed")
    assert "accepted" in memory["events"]
    assert memory["memory"].success_rate("RENDEZVOUS") == 1 and memory["memory"].trust(0, 1) == 2 / 3
    assert memory["later"].state.kept[0, 0, 1] == 1
    assert "no exit can be reached" in bad["message"]
    assert planned["actions"].shape == (3,) and planned["words"].startswith("agent_0: ")


def test_numbers_of_actions_are_the_true_ones() -> None:
    names = {row[0]: row[1] for row in table("number") if len(row) == 3}
    assert names[str(REST)] == "rest"
    assert names[f"{GIVE} – {DROP - 1}"].startswith("give food, water, medicine, a key")
    assert names[f"{DROP} – {FIRST_PROPOSAL - 1}"].startswith("drop food, water, medicine, a key")
    last = FIRST_PROPOSAL + len(PROPOSALS)
    assert names[f"{FIRST_PROPOSAL} – {last - 1}"].startswith("propose")
    for start, answer in (
        (f"{last} …", "accept"),
        (f"{last} + P …", "reject"),
        (f"{last} + 2P …", "complete"),
    ):
        assert names[start].startswith(answer)
    assert MazeParams(plan_slots=5).num_actions == last + 3 * 5
    assert f"`Discrete({FIRST_PROPOSAL})`, with plans `Discrete({last} + 3 · plan_slots)`" in PAGE


def test_proposals_are_in_their_order() -> None:
    rows = [row for row in ROWS if row[0].isdigit() and row[1].strip("`") in PLAN_TYPES]
    expected = [
        [str(FIRST_PROPOSAL + number), f"`{PLAN_TYPES[plan_type]}`", TARGETS[target].replace("_", " ")]
        for number, (plan_type, target) in enumerate(PROPOSALS)
    ]
    assert rows == expected


def test_types_of_plans_have_their_seconds_and_importance() -> None:
    rows = [row for row in ROWS if row[0].strip("`") in PLAN_TYPES and len(row) == 5]
    numbers = zip(PLAN_TYPES, PLAN_SECONDS, PLAN_IMPORTANCE, strict=True)
    assert [row[:3] for row in rows] == [
        [f"`{name}`", str(time), str(worth)] for name, time, worth in numbers
    ]


def test_roles_of_plans_are_the_true_ones() -> None:
    rows = [row for row in ROWS if row[0].strip("`") in PLAN_TYPES and len(row) == 2]
    for row, roles in zip(rows, PLAN_ROLES, strict=True):
        assert re.findall(r"`(\w+)`", row[1]) == [ROLES[role] for role in roles if role != GENERALIST]
    assert [row[0].strip("`") for row in table("role")] == list(ROLES)


def test_every_status_is_explained() -> None:
    assert all(f"`{status}`" in PAGE for status in PLAN_STATUSES[1:])


def test_every_block_of_the_observation_is_explained() -> None:
    names = [row[0].strip("`") for row in table("block")]
    assert names == [name for name in ObservationLayout.__dataclass_fields__ if name != "size"]
    for name in names:
        assert f"- `{name}`" in PAGE or name == "map"
    (ways,) = re.findall(r"the way to (.*?) \|", PAGE)
    assert all(guide.replace("_", " ") in ways for guide in GUIDES)


@pytest.mark.parametrize("agents", [1, 3, 12])
def test_blocks_are_as_long_as_they_are_said_to_be(agents: int) -> None:
    for observation in ("window", "guided", "map"):
        mode: Coordination = "none" if agents == 1 else "enabled"
        params = MazeParams(agents=agents, coordination=mode, view=2, width=17, observation=observation)
        layout = observation_layout(params)
        sizes = {name: part.stop - part.start for name, part in vars(layout).items() if name != "size"}
        assert sizes == {
            "own": 22,
            "window": 25 * 10,
            "teammates": min(agents - 1, 7) * 16,
            "plans": 4 * 26 if params.plans else 0,
            "guide": 8 * 6 if observation == "guided" else 0,
            "map": 15 * 17 if observation == "map" else 0,
        }


def test_every_parameter_is_explained_with_its_default() -> None:
    start = ROWS.index(["params", "default", ""])
    said: dict[str, str] = {}
    for row in ROWS[start + 2 :]:
        if row[0] == "params":
            break
        names = re.findall(r"`(\w+)`", row[0])
        said.update(zip(names, row[1].split(", "), strict=True))
    assert list(said) == sorted(said, key=list(said).index) and set(said) == set(
        MazeParams.__dataclass_fields__
    )
    for name, value in vars(MazeParams()).items():
        if name in said:
            shown = "none" if value is None else f"{value:g}" if type(value) in (int, float) else f"`{value}`"
            assert said[name] == shown, name


def test_presets_are_as_large_as_they_are_said_to_be() -> None:
    rows = [row for row in ROWS if row[0].startswith("`MazeParams")]
    for row in rows:
        for name in re.findall(r"MazeParams(?:\.(\w+))?\(\)", row[0]):
            params = getattr(MazeParams, name)() if name else MazeParams()
            assert row[1:3] == [f"{params.height} × {params.width}", str(params.agents)]
    told = set(re.findall(r"MazeParams\.(\w+)\(\)", " ".join(row[0] for row in rows)))
    made = {name for name, member in vars(MazeParams).items() if isinstance(member, classmethod)}
    assert told == {name for name in made if not name.startswith(("_", "from_"))}


def test_every_sign_of_a_text_maze_is_explained() -> None:
    signs = set(re.findall(r"`(.)`", " ".join(row[0] for row in table("sign"))))
    assert signs == {*SIGNS, START_SIGN}


def test_names_are_the_registered_ones() -> None:
    scenario = maze_v0.SCENARIO
    for name in (scenario.name, scenario.gymnasium_id, scenario.pettingzoo_id):
        assert f"`{name}`" in PAGE


def test_facts_of_an_episode_are_named() -> None:
    simulator = maze_v0.simulator()
    simulator.reset(0)
    (text,) = re.findall(r"\*\*At the end\*\* `info` has (.*?)\n\n", PAGE, flags=re.DOTALL)
    named = set(re.findall(r"`(\w+)`", text))
    facts = set(simulator.episode_info(0))
    by_type = {name for name in facts if name.removeprefix("proposed_").upper() in PLAN_TYPES}
    by_type |= {name for name in facts if name.removeprefix("accepted_").upper() in PLAN_TYPES}
    by_type |= {name for name in facts if name.removeprefix("completed_").upper() in PLAN_TYPES}
    assert named - {"info"} <= facts and facts - by_type <= named

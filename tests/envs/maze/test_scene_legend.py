"""The legend draws each shape once, of what can occur."""

from __future__ import annotations

from planzoo.envs.maze.scene_legend import legend
from planzoo.envs.maze.scene_style import Style
from planzoo.envs.simulation.scene import Field, Icon
from tests.envs.maze.scene_stage import hall, view

NEAR = Style()


def labels(style: Style = NEAR, **changes: object) -> list[str]:
    """What the legend explains."""
    return [row.label for row in legend(view(hall(**changes)), style).rows if isinstance(row, Field)]


def test_only_what_can_occur_is_explained() -> None:
    everything = labels(doors=1, hazards=1, food=1, water=1, medicine=1, safe_rooms=1)
    for word in ("exit", "safe room", "locked door", "hazard", "food", "water", "medicine", "key"):
        assert word in everything
    bare = labels()
    assert not {"safe room", "locked door", "hazard", "food", "water", "medicine", "key"} & set(bare)
    assert "exit" in bare


def test_plans_are_explained_where_they_are_made() -> None:
    assert any("target of plan" in label for label in labels())
    alone = labels(agents=1, coordination="none")
    assert not any("plan" in label or "role" in label or "colours" in label for label in alone)


def test_far_maps_have_no_badges() -> None:
    assert any("role" in label for label in labels())
    assert not any("role" in label for label in labels(Style(near=False)))


def test_every_row_has_an_icon_of_its_own() -> None:
    for style in (Style(), Style(near=False)):
        rows = legend(view(hall(doors=1, hazards=1, food=1, water=1, medicine=1)), style).rows
        icons = [row.mark for row in rows if isinstance(row, Field)]
        assert all(isinstance(icon, Icon) and icon.shapes for icon in icons)
        assert len(set(icons)) == len(icons)

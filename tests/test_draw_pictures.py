"""The documentation's pictures can be drawn anew, and the one of all options has every mark."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from planzoo.envs.rendering.image import render_image
from planzoo.envs.simulation.scene import Bar, Field, Gauges, Label, Row, Scene, Text
from planzoo.envs.warehouse import scene_marks
from planzoo.errors import InputError
from tests.house import ROOT

MOST_BYTES = 150_000


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "docs" / "draw_pictures.py"))


def test_every_picture_has_its_drawing(script: dict[str, Any]) -> None:
    drawn = {f"{name}.png" for name in script["SCENES"]} | {"diagnosis.png", "htn_tree.svg"}
    drawn |= {f"resources-{name}.png" for name in ("gantt", "profile", "pareto")}
    by_benchmarks = {"diagnosis_anytime.png", "budgets.png", "replanning.png"}
    assert drawn | by_benchmarks == {path.name for path in script["PICTURES"].iterdir()}


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "pictures").iterdir()), ids=lambda path: path.name)
def test_pictures_are_small(path: Path) -> None:
    assert path.stat().st_size < MOST_BYTES


def test_the_picture_of_all_options_has_every_mark(script: dict[str, Any]) -> None:
    drawn = script["options"]()
    shapes = set(drawn.shapes)
    for mark, place in (
        (scene_marks.broken, (2.98, 8.98)),
        (scene_marks.stuck, (3.31, 8.98)),
        (scene_marks.dry, (4.98, 9.98)),
        (scene_marks.blind, (-0.02, 3.98)),
        (scene_marks.waiting, (5.98, 13.98)),
    ):
        assert set(mark(place, 0.34)) <= shapes
    assert set(scene_marks.barrier(6, 3)) | set(scene_marks.barrier(18, 0)) <= shapes
    assert {"×2", "10", "01", "11"} <= {shape.text for shape in shapes if isinstance(shape, Label)}
    legend = next(panel for panel in drawn.panels if panel.medium == "picture")
    assert len([row for row in legend.rows if isinstance(row, Field)]) >= 24


def words(drawn: Scene) -> str:
    """All that stands in the panels of a picture."""
    rows = [row for panel in drawn.panels for row in panel.rows]
    return "\n".join(row_words(row) for row in rows)


def row_words(row: Row) -> str:
    """What stands in one row."""
    if isinstance(row, Gauges):
        return f"{row.label}: {', '.join(gauge.value for gauge in row.gauges)}"
    return row.text if isinstance(row, Text) else f"{row.label}: {row.value}"


def test_the_clinics_picture_shows_what_its_caption_says(script: dict[str, Any]) -> None:
    drawn = script["clinic"]()
    cards = {panel.title: words(Scene("", panels=(panel,))) for panel in drawn.panels}
    assert "chest X-ray in 2 steps" in cards["Doctor 0"]
    assert "treated right" in cards["Doctor 1"]
    assert "too late" in cards["Doctor 2"]
    assert "quick x-ray yes ×2" in cards["Doctor 3"]


def test_the_robot_cells_picture_shows_a_repair_that_was_not_enough(script: dict[str, Any]) -> None:
    drawn = script["troubleshooting"]()
    bars = {row.label: row.value for row in drawn.panels[0].rows if isinstance(row, Bar)}
    assert bars["leaking hose"] == "treated"
    text = words(drawn)
    assert "replace the hose: not all cured" in text
    assert "have the maker read the log: in 2 steps" in text
    assert "True condition: hidden" in text


def test_the_liver_patients_picture_shows_many_findings(script: dict[str, Any]) -> None:
    pytest.importorskip("pgmpy")
    assert "Belief in each disease after 25 results" in [panel.title for panel in script["hepar2"]().panels]


def test_the_mazes_pictures_show_plans_and_roles(script: dict[str, Any]) -> None:
    plans, roles = script["maze"](), script["maze_roles"]()
    assert "in progress" in words(plans) and "proposed" in words(plans)
    labels = {shape.text for shape in roles.shapes if isinstance(shape, Label)}
    assert labels >= set("01234567") and labels & set("SGNCP")
    assert "locked door" in words(roles)


def without_pgmpy() -> Scene:
    """What the drawing of a public network does where there is no pgmpy."""
    raise InputError("There is no pgmpy.")


def test_pictures_that_cannot_be_drawn_are_left_as_they_are(
    script: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw, nothing = script["draw"], lambda path: None
    for name in ("diagnosis", "htn_tree", "resources"):
        monkeypatch.setitem(draw.__globals__, name, nothing)
    optional, needed = script["OPTIONAL"][0], "warehouse"
    monkeypatch.setitem(draw.__globals__, "SCENES", {optional: without_pgmpy, "clinic": script["clinic"]})
    draw(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["clinic.png"]
    monkeypatch.setitem(draw.__globals__, "SCENES", {needed: without_pgmpy})
    with pytest.raises(InputError, match="no pgmpy"):
        draw(tmp_path)


def test_the_picture_shows_the_scene(script: dict[str, Any], tmp_path: Path) -> None:
    frame = render_image(script["options"]())
    script["write"](frame, tmp_path / "options.png")
    picture = np.asarray(Image.open(tmp_path / "options.png").convert("RGB"))
    assert picture.shape == frame.shape
    assert np.abs(picture.astype(int) - frame).mean() < 1


def test_the_tree_is_that_of_the_tutorial(script: dict[str, Any], tmp_path: Path) -> None:
    script["htn_tree"](tmp_path / "tree.svg")
    assert (tmp_path / "tree.svg").read_text() == (script["PICTURES"] / "htn_tree.svg").read_text()


def test_the_pictures_of_resources_are_those_of_the_example(script: dict[str, Any], tmp_path: Path) -> None:
    script["resources"](tmp_path)
    for name in ("gantt", "profile", "pareto"):
        drawn, kept = (
            np.asarray(Image.open(folder / f"resources-{name}.png"))
            for folder in (tmp_path, script["PICTURES"])
        )
        assert drawn.shape == kept.shape
        assert np.abs(drawn.astype(int) - kept).mean() < 1

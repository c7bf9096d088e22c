"""Figures: names stand for themselves, files are told by their suffix, nothing is shared between threads."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import pytest

from planzoo.envs.resources.resource import Resource, ResourceType
from planzoo.errors import InputError
from planzoo.planners.resources.drawing.figure import new_figure, plain, quiet_axes, save_figure, svg_text
from planzoo.planners.resources.drawing.gantt import gantt_figure
from planzoo.planners.resources.drawing.pareto import pareto_figure
from planzoo.planners.resources.drawing.profile import profile_figure
from planzoo.planners.resources.project import Mode, project_of
from planzoo.planners.resources.schedule import Schedule
from planzoo.planners.resources.tracker import ResourceTracker

CREW = Resource("crew", ResourceType.REUSABLE, 1)
SCHEDULE = Schedule(project_of([CREW], {"a $1$ & <b>\n": Mode(1)}), (0,), (0,))
PICTURES: dict[str, Callable[[], object]] = {
    "gantt": lambda: gantt_figure(SCHEDULE),
    "profile": lambda: profile_figure(SCHEDULE, ResourceTracker([CREW])),
    "pareto": lambda: pareto_figure([(1, 2)]),
}


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_the_same_in_every_thread_and_leave_nothing_behind(name: str) -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    draw = PICTURES[name]
    with ThreadPoolExecutor(4) as threads:
        texts = set(threads.map(lambda _: svg_text(draw()), range(8)))  # type: ignore[arg-type]
    assert len(texts) == 1
    (text,) = texts
    assert text.startswith("<svg")
    assert "<text" in text
    assert "<metadata" not in text
    assert ElementTree.fromstring(text).tag.endswith("svg")
    assert dict(matplotlib.rcParams) == before
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or pyplot.get_fignums() == []


@pytest.mark.parametrize("name", PICTURES)
def test_without_matplotlib_it_is_said_what_to_install(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(InputError, match=r"Plots need matplotlib.*pip install 'planzoo\[report\]'"):
        PICTURES[name]()


@pytest.mark.parametrize(
    ("suffix", "beginning"), [("png", b"\x89PNG"), ("svg", b"<svg"), ("pdf", b"%PDF"), ("PNG", b"\x89PNG")]
)
def test_files_are_told_by_their_suffix(suffix: str, beginning: bytes, tmp_path: Path) -> None:
    path = save_figure(gantt_figure(SCHEDULE), tmp_path / f"chart.{suffix}")
    assert path == tmp_path / f"chart.{suffix}"
    assert path.read_bytes().startswith(beginning)


def test_pictures_are_large_enough_to_print(tmp_path: Path) -> None:
    data = save_figure(gantt_figure(SCHEDULE), str(tmp_path / "chart.png")).read_bytes()
    assert int.from_bytes(data[16:20], "big") == 1200


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("chart.gif", r"ends with \.png, \.svg, \.pdf, not as 'chart\.gif' does"),
        ("chart", "ends with"),
        ("no/chart.png", "folder .*no' does not exist"),
    ],
)
def test_other_files_are_refused(name: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=words):
        save_figure(new_figure(2, 2), tmp_path / name)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a $x_1$", r"a \$x_1\$"),
        ("two\nlines\x00", "two lines "),
        ("a" * 40, "a" * 31 + "…"),
        (7, "7"),
    ],
)
def test_names_stand_for_themselves(text: object, shown: str) -> None:
    assert plain(text) == shown


def test_odd_names_are_drawn() -> None:
    assert "a $1$ &amp; &lt;b&gt;" in svg_text(gantt_figure(SCHEDULE))


def test_axes_have_lines_where_they_are_wanted() -> None:
    axes = new_figure(2, 2).add_subplot()
    quiet_axes(axes, "x")
    assert [axes.spines[side].get_visible() for side in ("top", "left", "bottom")] == [False, False, True]
    lines = [axis.get_gridlines()[0].get_visible() for axis in (axes.xaxis, axes.yaxis)]
    assert lines == [True, False]

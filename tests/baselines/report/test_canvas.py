"""What plots are drawn on: a row for each title, room for labels, and SVG that the page can colour."""

from xml.etree import ElementTree

import matplotlib
import pytest

from planzoo.baselines.report.canvas import LEAST_INCHES, STYLE, rows_of, scatter_of, svg_of
from planzoo.baselines.report.palette import INK, series


def test_rows_stand_in_order_from_the_top() -> None:
    figure, axes = rows_of(["first", "second", "third"], "return")
    assert [label.get_text() for label in axes.get_yticklabels()] == ["first", "second", "third"]
    bottom, top = axes.get_ylim()
    assert bottom > 2 > 0 > top
    assert axes.get_xlabel() == "return"
    taller = rows_of(["first", "second", "third"], "return", row_inches=1.0)[0]
    assert taller.get_figheight() > figure.get_figheight() > rows_of(["first"], "return")[0].get_figheight()


def test_axes_grow_with_the_labels() -> None:
    assert (
        scatter_of(1, "step")[0].get_figheight() == LEAST_INCHES < scatter_of(20, "step")[0].get_figheight()
    )
    axes = scatter_of(3, "step")[1]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("step", "mean return")


def test_svg_takes_its_size_and_colours_from_the_page() -> None:
    with matplotlib.rc_context(STYLE):
        figure, axes = rows_of(["one & only"], "return")
        axes.plot([0, 1], [0, 0], color=series(0))
        axes.text(0, 0, "here", color=INK)
        svg = svg_of(figure)
    root = ElementTree.fromstring(svg)
    assert root.tag.endswith("svg") and "viewBox" in root.attrib
    assert not {"width", "height"} & set(root.attrib)
    assert "var(--series-1)" in svg and "var(--ink)" in svg
    assert "one &amp; only" in svg
    for absent in ("font-family", "<metadata", 'id="axes_1"', INK):
        assert absent not in svg


@pytest.mark.parametrize("count", [1, 5])
def test_the_same_figure_is_the_same_svg(count: int) -> None:
    with matplotlib.rc_context(STYLE):
        one, other = (svg_of(rows_of([str(row) for row in range(count)], "x")[0]) for _ in range(2))
    assert one == other

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.planners.pomdp.contingent_plan import ContingentPlan
from planzoo.planners.pomdp.drawing.layout import layout
from planzoo.planners.pomdp.drawing.nodes import drawn_nodes
from planzoo.planners.pomdp.drawing.svg import headline, state_colours, to_svg, tooltip
from tests.planners.pomdp.drawing.plans import HOSTILE, hostile, random_plan, small

SVG = "{http://www.w3.org/2000/svg}"


def texts(picture: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(picture).iter(f"{SVG}text")]


def test_a_picture_shows_every_action_and_observation() -> None:
    words = texts(to_svg(small(), {"light": "is the light on"}))
    for word in ("is the light on?", "leave", "repair", "it ends", "on", "off", "mended", "75.0%", "ill"):
        assert word in words
    assert words.count("treats") == 1
    assert headline(small()) in words
    assert "… 1 more" in texts(to_svg(small(), min_probability=0.01))


def test_hostile_names_stay_text() -> None:
    picture = to_svg(hostile())
    root = ElementTree.fromstring(picture)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {
        "svg", "title", "style", "rect", "text", "path", "g",
    }  # fmt: skip
    assert any("<script>" in text for text in texts(picture))
    assert "<script" not in picture
    assert HOSTILE not in picture


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.05]))
def test_every_picture_is_well_formed_and_within_its_frame(seed: int, least: float) -> None:
    root = ElementTree.fromstring(to_svg(random_plan(seed), min_probability=least))
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for shape in root.iter(f"{SVG}rect"):
        if "x" in shape.attrib:
            place = {name: float(shape.attrib[name]) for name in ("x", "y", "width", "height")}
            assert place["x"] >= 0
            assert place["y"] >= 0
            assert place["width"] >= 0
            assert place["x"] + place["width"] <= width
            assert place["y"] + place["height"] <= height
    for text in root.iter(f"{SVG}text"):
        assert 0 < float(text.attrib["y"]) < height


def test_bars_are_as_long_as_conditions_are_probable() -> None:
    root = ElementTree.fromstring(to_svg(ContingentPlan("go", belief=small().belief)))
    bars = [float(b.attrib["width"]) for b in root.iter(f"{SVG}rect") if b.attrib.get("height") == "8"]
    assert bars[1::2] == pytest.approx([share * bars[0] for share in (0.7, 0.2, 0.1)], abs=0.06)


def test_conditions_have_one_colour_in_the_whole_picture() -> None:
    colours = state_colours(layout(drawn_nodes(small())))
    assert list(colours) == ["ill", "well", "neither"]
    assert len(set(colours.values())) == 3


def test_tooltips_have_names_whole() -> None:
    node = drawn_nodes(small().follow("off"), {"replace": "x" * 200})[2]
    assert "x" * 200 in tooltip(node)
    assert "reached with probability 0.25" in tooltip(node)
    assert "ill 70.0%, well 20.0%" in tooltip(node)

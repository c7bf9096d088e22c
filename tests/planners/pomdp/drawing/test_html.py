from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.planners.pomdp.drawing.html import to_html
from tests.planners.pomdp.drawing.plans import hostile, random_plan, small

HTML = "{http://www.w3.org/1999/xhtml}"


def test_a_page_needs_nothing_from_elsewhere() -> None:
    page = to_html(small(), {"light": "is the light on"})
    assert page.startswith("<!DOCTYPE html>")
    for word in ("<script", "src=", "href=", "@import", "url("):
        assert word not in page
    assert "is the light on?" in page
    assert page.count("<svg") == 1


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_the_tree_folds_as_the_plan_branches(seed: int) -> None:
    plan = random_plan(seed)
    root = ElementTree.fromstring(to_html(plan))
    inner = [node for node in plan.nodes() if node.branches]
    assert len(list(root.iter(f"{HTML}details"))) == len(inner)
    leaves = [div for div in root.iter(f"{HTML}div") if div.attrib.get("class") == "leaf"]
    assert len(leaves) == sum(1 for _ in plan.nodes()) - len(inner)
    for details, node in zip(root.iter(f"{HTML}details"), inner, strict=True):
        assert len(details) == 1 + len(node.branches)


def test_only_the_first_levels_are_open() -> None:
    root = ElementTree.fromstring(to_html(random_plan(3, 200)))
    states = [details.attrib.get("open") for details in root.iter(f"{HTML}details")]
    assert states[0] == "open"
    assert None in states


def test_hostile_names_stay_text() -> None:
    page = to_html(hostile())
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(page).iter()}
    assert "script" not in tags
    assert "b" in tags
    assert page.count("&lt;script&gt;") >= 4
    assert "\x00" not in page

"""The picture of a tree: well-formed whatever it says, with everything within its bounds."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given

from planzoo.planners.htn import NO_PARENT, Action, Decomposition, Plan, Task
from planzoo.planners.htn.drawing.labels import columns
from planzoo.planners.htn.drawing.layout import HEIGHT, LABEL_COLUMN, NOTE_COLUMN, Box, layout
from planzoo.planners.htn.drawing.nodes import drawn_nodes
from tests.planners.htn.random_plans import chain, plans, rounds

SVG = "{http://www.w3.org/2000/svg}"


def boxes_of(plan: Plan, nodes: int | None = None) -> list[Box]:
    return layout(drawn_nodes(plan, nodes), plan.decomposition.tasks)


@given(plans())
def test_the_picture_is_well_formed_and_holds_everything(plan: Plan) -> None:
    picture = ElementTree.fromstring(plan.to_svg(None))
    groups = picture.findall(f"{SVG}g")
    assert len(groups) == len(plan.decomposition.tasks)
    numbers = [text.text for text in picture.iter(f"{SVG}text") if text.get("class") == "number"]
    assert numbers == [str(step) for step in range(1, len(plan.actions) + 1)]
    width, height = float(picture.get("width", 0)), float(picture.get("height", 0))
    for box in boxes_of(plan):
        assert box.left > 0 and box.right < width and box.top > 0 and box.top + HEIGHT < height
    plan.to_svg(None).encode("utf-8")


@given(plans())
def test_no_text_leaves_its_box(plan: Plan) -> None:
    picture = ElementTree.fromstring(plan.to_svg(None))
    for box, group in zip(boxes_of(plan), picture.findall(f"{SVG}g"), strict=True):
        for text in group.findall(f"{SVG}text"):
            letter = {"label": LABEL_COLUMN, "note": NOTE_COLUMN, "number": 7.2}[text.get("class", "")]
            middle, half = float(text.get("x", 0)), letter * columns(text.text or "") / 2
            assert box.left < middle - half and middle + half < box.right


def test_large_trees_are_closed_and_say_so() -> None:
    picture = rounds(1_000).to_svg()
    assert picture.count("<g>") <= 300
    assert "steps 199 to 2000" in picture and "not opened here" in picture
    assert "not opened here" not in rounds(1_000).to_svg(None)


def test_deep_trees_are_drawn_without_recursion() -> None:
    assert chain(20_000).to_svg(None).count("<g>") == 20_001


def test_agents_have_colours_of_their_own() -> None:
    tasks = (Task("lift", "a"), Task("lift", "b"), Task("lift", "a"))
    actions = tuple(Action("lift", task.arguments, agent=task.arguments[0]) for task in tasks)
    plan = Plan(actions, Decomposition(tasks, (NO_PARENT,) * 3, (None,) * 3))
    picture = ElementTree.fromstring(plan.to_svg())
    fills = [rect.get("fill") for group in picture.findall(f"{SVG}g") for rect in group.iter(f"{SVG}rect")]
    assert fills[0] == fills[2] != fills[1]
    words = [text.text for text in picture.iter(f"{SVG}text")]
    assert "action of a" in words and "action of b" in words


@pytest.mark.parametrize("text", ["<script>", "a & b", '"quoted"', "it's", "\x00", "\n"])
def test_text_stays_text(text: str) -> None:
    plan = Plan((), Decomposition((Task("say", text),), (NO_PARENT,), (text,)))
    picture = ElementTree.fromstring(plan.to_svg())
    assert picture.find(f".//{SVG}script") is None
    shown = text if text.isprintable() else repr(text)[1:-1]
    assert picture.findtext(f"{SVG}g/{SVG}title") == f"say({shown}) · {shown}"


def test_the_empty_plan_has_a_picture() -> None:
    picture = ElementTree.fromstring(Plan((), Decomposition((), (), ())).to_svg())
    assert picture.findtext(f"{SVG}title") == "0 actions, cost 0, duration 0"


def test_the_legend_explains_what_there_is() -> None:
    assert "next round" in rounds(3).to_svg() and "goal, method" not in rounds(3).to_svg()
    assert "next round" not in chain(3).to_svg() and "action, step" in chain(3).to_svg()


def test_a_long_legend_takes_several_lines() -> None:
    tasks = tuple(Task("go", f"robot number {number}") for number in range(8))
    actions = tuple(Action("go", task.arguments, agent=task.arguments[0]) for task in tasks)
    plan = Plan(actions, Decomposition(tasks, (NO_PARENT,) * 8, (None,) * 8))
    picture = ElementTree.fromstring(plan.to_svg())
    keys = [text for text in picture.findall(f"{SVG}text") if text.get("class") == "note"]
    assert len(keys) == 8 and len({text.get("y") for text in keys}) > 1
    for text in keys:
        end = float(text.get("x", 0)) + NOTE_COLUMN * len(text.text or "")
        assert end <= float(picture.get("width", 0)) and float(text.get("y", 0)) < float(
            picture.get("height", 0)
        )

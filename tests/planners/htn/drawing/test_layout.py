"""Where boxes go: nothing overlaps, steps read from above to below, loops stay narrow."""

from __future__ import annotations

from hypothesis import given

from planzoo.planners.htn import NO_PARENT, Plan
from planzoo.planners.htn.drawing.layout import HEIGHT, Box, layout
from planzoo.planners.htn.drawing.nodes import drawn_nodes
from tests.planners.htn.random_plans import chain, plans, rounds


def boxes_of(plan: Plan, nodes: int | None = None) -> list[Box]:
    return layout(drawn_nodes(plan, nodes), plan.decomposition.tasks)


@given(plans())
def test_no_two_boxes_overlap(plan: Plan) -> None:
    boxes = boxes_of(plan)
    for index, box in enumerate(boxes):
        for other in boxes[index + 1 :]:
            beside = box.right < other.left or other.right < box.left
            assert beside or abs(box.top - other.top) > HEIGHT


@given(plans())
def test_parents_stand_left_and_steps_go_down(plan: Plan) -> None:
    boxes = boxes_of(plan)
    for box in boxes:
        if box.parent is not None:
            assert boxes[box.parent].right < box.left and boxes[box.parent].top <= box.top
        if box.before is not None:
            assert boxes[box.before].left == box.left and boxes[box.before].top < box.top
        assert box.parent is None or box.before is None
        orphan = box.node.parent == NO_PARENT
        assert orphan == (box.parent is None and box.before is None)
    tops = [box.top for box in boxes if box.node.action is not None]
    assert tops == sorted(set(tops))


def test_the_first_row_is_the_path_to_the_first_step() -> None:
    boxes = boxes_of(chain(3))
    assert len({box.top for box in boxes}) == 1
    assert [box.left for box in boxes] == sorted(box.left for box in boxes)


def test_a_loop_is_as_narrow_as_one_round() -> None:
    once, often = boxes_of(rounds(3)), boxes_of(rounds(100))
    assert {box.left for box in once} == {box.left for box in often}
    loops = [box for box in often if box.node.label.startswith("loop")]
    assert len({box.left for box in loops}) == 1
    assert [box.before is not None for box in loops] == [False] + [True] * 100

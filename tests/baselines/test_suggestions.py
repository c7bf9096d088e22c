from hypothesis import given
from hypothesis import strategies as st

from planzoo.baselines.suggestions import nearest


def test_near_name_is_offered() -> None:
    assert nearest("gredy", ["greedy", "random"]) == "; did you mean 'greedy'?"


def test_far_name_lists_all_in_order() -> None:
    assert nearest("xyz", ["random", "greedy"]) == "; known are 'greedy', 'random'"


def test_nothing_known() -> None:
    assert nearest("xyz", []) == "; none is known"


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, unique=True), st.data())
def test_known_name_is_nearest_to_itself(known: list[str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(known))
    assert nearest(name, known) == f"; did you mean '{name}'?"

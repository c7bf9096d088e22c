from __future__ import annotations

from typing import Any

import pytest

from planzoo.planners.pomdp.and_or_search import AndOrSearch
from planzoo.planners.pomdp.information_problem import Branch, Choice, DepthLimited
from planzoo.planners.pomdp.testing_information import TestingInformation
from tests.planners.pomdp.graphs import GraphProblem
from tests.planners.pomdp.tables import asia, optimum


def test_a_choice_ends_it_when_nothing_follows() -> None:
    assert Choice(0, 1.0).ends
    assert Choice(0, 1.0, (Branch("cured", 0.5, None), Branch("not cured", 0.5, None))).ends
    assert not Choice(0, 1.0, (Branch("cured", 0.5, None), Branch("not cured", 0.5, 3))).ends


def test_a_limit_counts_what_gathers_information_only() -> None:
    problem = GraphProblem(0, nodes=6)
    after = (Branch("o", 0.75, 4), Branch("end", 0.25, None))
    problem.table[0] = [Choice(0, 0.0), Choice(1, 1.0, after), Choice(3, 2.0, after)]
    limited = DepthLimited(problem, 1)
    test, wait = limited.choices(limited.initial())[1:]
    assert limited.initial() == (0, 1)
    assert [branch.information for branch in test.branches] == [(4, 0), None]
    assert [branch.information for branch in wait.branches] == [(4, 1), None]
    assert [choice.action for choice in limited.choices((0, 0))] == [0, 3]
    for method in ("lower_bound", "upper_bound", "belief"):
        whole, part = getattr(problem, method)(2), getattr(limited, method)((2, 1))
        assert str(whole) == str(part)
    assert (limited.name(1), limited.kind(1), limited.cost(1)) == ("test", "test", 0.25)


@pytest.mark.parametrize("depth", range(5))
def test_a_limit_around_a_table_is_the_tables_own(depth: int) -> None:
    problem = asia()
    inside, outside = TestingInformation(problem, depth), DepthLimited(TestingInformation(problem), depth)
    values = []
    for limited in (inside, outside):
        search = AndOrSearch(limited)
        assert search.run()
        values.append(search.lower_bound)
    assert values == pytest.approx([optimum(problem, depth)] * 2, abs=1e-9)


def test_the_optional_ending_is_passed_on() -> None:
    tables = TestingInformation(asia())
    limited: Any = DepthLimited(tables, 2)
    assert limited.ending(limited.initial()) == tables.ending(())
    assert not hasattr(DepthLimited(GraphProblem(0), 2), "ending")

from __future__ import annotations

import pytest

from planzoo.planners.htn import Budget, ConformantDomain, Domain, State
from planzoo.planners.htn.beliefs.conformant import WORLDS
from planzoo.planners.htn.meter import BudgetSpent, Meter
from planzoo.planners.pomdp.belief_search import BeliefSearch, belief_of, ground_actions, parameterless
from tests.planners.pomdp.random_moves import RandomMoves


def search_for(moves: RandomMoves, goal: int, threshold: float, budget: Budget) -> tuple[BeliefSearch, State]:
    """The search for being at a position, and the state to start from."""
    domain = ConformantDomain(moves.domain(), threshold)

    def chance(state: State) -> float:
        return sum(number for world, number in state[WORLDS].items() if world and world.state().at == goal)

    return BeliefSearch(domain, parameterless(domain), chance, Meter(budget)), domain.state_of(
        moves.belief.items()
    )


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("threshold", [0.55, 0.8, 1.0])
def test_the_plan_is_the_cheapest_of_all_sequences(seed: int, threshold: float) -> None:
    moves = RandomMoves(seed)
    search, start = search_for(moves, seed % 4, threshold, Budget(expansions=20_000))
    found, least = search.run(start), moves.cheapest(seed % 4, threshold, longest=5)
    if found is None:
        assert least == float("inf")
        return
    plan, end = found
    sequence = tuple(int(action.name.removeprefix("act_")) for action in plan.actions)
    assert moves.chance(sequence, seed % 4) >= threshold - 1e-9
    assert plan.cost == least if len(sequence) <= 5 else plan.cost <= least
    assert belief_of(end).probabilities.sum() == pytest.approx(1)


def test_a_plan_without_methods_has_its_actions_as_tasks() -> None:
    search, start = search_for(RandomMoves(0), 0, 0.55, Budget())
    found = search.run(start)
    assert found is not None
    plan = found[0]
    assert [tuple(task) for task in plan.decomposition.tasks] == [(action.name,) for action in plan.actions]
    assert plan.decomposition.leaves == tuple(range(len(plan.actions)))


def test_the_budget_stops_it() -> None:
    search, start = search_for(RandomMoves(1), 9, 1.0, Budget(expansions=2))
    with pytest.raises(BudgetSpent):
        search.run(start)


def test_actions_are_found_and_offered() -> None:
    domain = Domain("mixed")
    domain.add_operator(lambda state: None, "wait")
    domain.add_operator(lambda state, speed=1: None, "go")
    domain.add_operator(lambda state, box: None, "open")
    assert parameterless(domain) == [("wait",), ("go",)]
    start = ConformantDomain(domain).state_of([({"at": 1}, 0.4), ({"at": 2}, 0.6)])
    assert ground_actions(start, lambda world: [("open", world.at), ("wait",)]) == [
        ("open", 2),
        ("wait",),
        ("open", 1),
    ]
    assert dict(belief_of(start).items()) == pytest.approx(
        {belief_of(start).states[0]: 0.4, belief_of(start).states[1]: 0.6}
    )

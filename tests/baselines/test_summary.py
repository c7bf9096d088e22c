from dataclasses import replace

import numpy as np
import pytest

from planzoo.baselines.cells import Cell, make_cells
from planzoo.baselines.config import CompareConfig, ReferenceConfig
from planzoo.baselines.metrics import bootstrap_interval
from planzoo.baselines.results import Record
from planzoo.baselines.summary import Estimate, ScenarioSummary, summarize, summarize_policy

RETURNS = {5: 1.0, 6: 2.0, 7: 6.0}


def records(cells: tuple[Cell, ...], record: Record) -> dict[tuple[str, int], Record]:
    return {
        (cell.key, seed): replace(
            record, key=cell.key, episode=replace(record.episode, seed=seed, episode_return=value)
        )
        for cell in cells
        for seed, value in RETURNS.items()
    }


def test_policy_summary_has_all_scores(toy_config: CompareConfig, record: Record) -> None:
    cell = make_cells(toy_config)[0]
    cell = cell.model_copy(
        update={
            "scenario": cell.scenario.model_copy(update={"reference": ReferenceConfig(value=4.0, source="s")})
        }
    )
    found = list(records((cell,), record).values())
    found[0] = replace(found[0], episode=replace(found[0].episode, success=False), preparation_seconds=9.0)
    summary = summarize_policy(cell, found)
    assert (summary.title, summary.access, summary.observation, summary.episodes) == (
        "random",
        "observation",
        "local",
        3,
    )
    assert (summary.mean, summary.iqm) == (3.0, 3.0)
    assert summary.mean_interval == bootstrap_interval(np.array([1.0, 2.0, 6.0]))
    assert summary.success == 2 / 3
    assert (summary.decision_seconds, summary.decision_seconds_p95) == pytest.approx((0.1, 0.2))
    assert summary.preparation_seconds == 9.0
    assert (summary.expansions, summary.simulations) == (7.5, 5.0)
    assert (summary.replans, summary.messages, summary.invalid_actions) == (2.0, 6.0, 1.0)


def test_rules_of_a_policy_are_told(toy_config: CompareConfig, record: Record) -> None:
    cell = make_cells(toy_config)[0]
    assert summarize_policy(cell, [record]).rules == ""
    policy = cell.policy.model_copy(update={"rules": {"robots": 2, "sight": 3}})
    changed = cell.model_copy(update={"policy": policy})
    assert summarize_policy(changed, [record]).rules == "robots 2, sight 3"


def test_an_oracle_is_no_competitor(toy_summary: ScenarioSummary) -> None:
    low, high = toy_summary.policies
    seeing = replace(high, access="state")
    assert toy_summary.best_mean == high.mean
    summary = replace(toy_summary, policies=(low, seeing))
    assert (summary.competitors, summary.best_mean) == ((low,), low.mean)
    assert replace(toy_summary, policies=(seeing,)).competitors == (seeing,)


def test_regret_has_the_mirrored_interval_of_the_mean(toy_config: CompareConfig, record: Record) -> None:
    plain = make_cells(toy_config)[0]
    reference = ReferenceConfig(value=4.0, source="s", kind="optimum")
    cell = plain.model_copy(update={"scenario": plain.scenario.model_copy(update={"reference": reference})})
    summary = summarize_policy(cell, list(records((cell,), record).values()))
    assert summary.regret is not None and summary.regret.mean == 1.0
    ends = (summary.regret.interval.low, summary.regret.interval.high)
    assert ends == pytest.approx((4.0 - summary.mean_interval.high, 4.0 - summary.mean_interval.low))
    assert summarize_policy(plain, list(records((plain,), record).values())).regret is None


def with_measures(cell: Cell, **measures: str) -> Cell:
    return cell.model_copy(update={"scenario": cell.scenario.model_copy(update={"measures": measures})})


def test_measures_are_means_of_facts_with_intervals(toy_config: CompareConfig, record: Record) -> None:
    cell = with_measures(make_cells(toy_config)[0], cost="money", deliveries="shelves", tests="tests")
    found = [
        replace(each, episode=replace(each.episode, facts={"deliveries": float(index), **facts}))
        for index, (each, facts) in enumerate(
            zip(records((cell,), record).values(), ({}, {"cost": 2.0}, {"cost": 5.0}), strict=True)
        )
    ]
    (summary,) = summarize((cell,), {(cell.key, each.episode.seed): each for each in found})
    assert summary.measures == {"cost": "money", "deliveries": "shelves", "tests": "tests"}
    (policy,) = summary.policies
    assert list(policy.measures) == ["cost", "deliveries"]
    assert policy.measures["cost"] == Estimate(3.5, bootstrap_interval(np.array([2.0, 5.0])))
    assert policy.measures["deliveries"] == Estimate(1.0, bootstrap_interval(np.array([0.0, 1.0, 2.0])))


def test_records_of_other_cells_and_seeds_are_passed_over(toy_config: CompareConfig, record: Record) -> None:
    cells = make_cells(toy_config)
    found = records(cells[:1], record)
    found["stranger", 5] = record
    found[cells[0].key, 99] = record
    (summary,) = summarize(cells, found)
    assert [policy.title for policy in summary.policies] == ["random"]
    assert summary.policies[0].returns.tolist() == [1.0, 2.0, 6.0]
    assert (summary.title, summary.scenario, summary.reference) == ("Toy warehouse", "warehouse_v0", None)
    assert summary.policies[0].regret is None


def test_order_is_that_of_the_config_whatever_the_order_of_the_records(
    toy_config: CompareConfig, record: Record
) -> None:
    cells = make_cells(toy_config)
    found = dict(reversed(records(cells, record).items()))
    (summary,) = summarize(cells, found)
    assert [policy.title for policy in summary.policies] == ["random", "random fleet"]
    assert summary.policies[0].returns.tolist() == [1.0, 2.0, 6.0]


def test_nothing_yet(toy_config: CompareConfig) -> None:
    assert summarize(make_cells(toy_config), {}) == ()

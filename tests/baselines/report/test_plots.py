import re
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planzoo.baselines.metrics import Interval
from planzoo.baselines.report.plots import (
    MOST_DOTS,
    compute_plot,
    decision_time_plot,
    distribution_plot,
    front_of,
    measure_plot,
    plotted_measure,
    return_plot,
)
from planzoo.baselines.summary import Estimate, ScenarioSummary

PLOTS = [return_plot, distribution_plot, decision_time_plot, compute_plot, measure_plot]
Draw = Callable[[ScenarioSummary], str]


@pytest.mark.parametrize("draw", PLOTS)
def test_plot_is_svg_that_names_every_policy_and_takes_type_and_colour_from_the_page(
    draw: Draw, measured: ScenarioSummary
) -> None:
    svg = draw(measured)
    root = ElementTree.fromstring(svg)
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"random", "random fleet"} <= set(texts)
    assert "viewBox" in root.attrib and "width" not in root.attrib and "height" not in root.attrib
    assert "font-family" not in svg and "<metadata" not in svg
    assert "var(--series-1)" in svg and "var(--series-2)" in svg
    assert not re.search(r"(fill|stroke): #(?!ffffff)", svg)


@pytest.mark.parametrize("draw", PLOTS)
def test_same_summary_same_plot(draw: Draw, measured: ScenarioSummary) -> None:
    assert draw(measured) == draw(measured)


@pytest.mark.parametrize("draw", PLOTS)
def test_one_episode_without_time_or_interval_can_be_drawn(draw: Draw, measured: ScenarioSummary) -> None:
    nothing = Interval(float("nan"), float("nan"))
    policy = replace(
        measured.policies[0],
        returns=np.array([0.0]),
        mean=0.0,
        iqm=0.0,
        mean_interval=nothing,
        iqm_interval=nothing,
        decision_seconds=0.0,
        decision_seconds_p95=0.0,
    )
    assert draw(replace(measured, policies=(policy,))).startswith("<svg")


def test_every_episode_is_a_dot_up_to_a_limit(summary: ScenarioSummary) -> None:
    def dots(episodes: int) -> int:
        policy = replace(summary.policies[0], returns=np.zeros(episodes))
        return distribution_plot(replace(summary, policies=(policy,))).count("<use")

    assert dots(MOST_DOTS) - dots(MOST_DOTS - 50) == 50
    assert dots(MOST_DOTS + 50) == dots(MOST_DOTS)


def test_measure_plot_shows_every_policy_that_told_the_measure(measured: ScenarioSummary) -> None:
    assert plotted_measure(measured) == "cost"
    assert "var(--series-1)" in measure_plot(measured) and "money &lt;spent&gt;" in measure_plot(measured)
    silent = replace(measured.policies[0], measures={})
    svg = measure_plot(replace(measured, policies=(silent, measured.policies[1])))
    assert "var(--series-1)" not in svg and "var(--series-2)" in svg and ">random<" not in svg


def test_measure_plot_of_one_episode(measured: ScenarioSummary) -> None:
    nothing = Interval(float("nan"), float("nan"))
    policy = replace(
        measured.policies[0], mean=0.0, mean_interval=nothing, measures={"cost": Estimate(0.0, nothing)}
    )
    assert ">random<" in measure_plot(replace(measured, policies=(policy,)))


def test_no_measure_no_plot(summary: ScenarioSummary) -> None:
    assert plotted_measure(summary) is None
    assert plotted_measure(replace(summary, measures={"bribes": "bribes"})) is None
    with pytest.raises(ValueError, match="no measure to draw"):
        measure_plot(summary)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("draw", [compute_plot, measure_plot])
def test_a_dozen_policies_are_all_named(draw: Draw, measured: ScenarioSummary) -> None:
    policies = tuple(
        replace(measured.policies[index % 2], title=f"policy number {index}") for index in range(12)
    )
    svg = draw(replace(measured, policies=policies))
    assert all(f">policy number {index}<" in svg for index in range(12))


def test_reference_is_a_dashed_line(summary: ScenarioSummary) -> None:
    assert "stroke-dasharray" in return_plot(summary)
    assert "stroke-dasharray" not in return_plot(replace(summary, reference=None))


def test_more_policies_than_colours(summary: ScenarioSummary) -> None:
    policies = tuple(replace(summary.policies[0], title=f"number {index}") for index in range(10))
    svg = return_plot(replace(summary, policies=policies))
    assert "number 9" in svg and "var(--series-8)" in svg


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=8))
def test_the_front_is_what_nothing_beats(points: list[tuple[float, float]]) -> None:
    unbeaten = {p for p in points if not any(q != p and q[0] >= p[0] and q[1] >= p[1] for q in points)}
    assert front_of(points) == sorted(unbeaten)


def test_what_is_left_of_a_resource_has_a_front(measured: ScenarioSummary) -> None:
    left = [replace(policy, measures={"left_fuel": policy.measures["cost"]}) for policy in measured.policies]
    svg = measure_plot(replace(measured, policies=tuple(left), measures={"left_fuel": "fuel left"}))
    assert "stroke-dasharray" in svg and "stroke-dasharray" not in measure_plot(measured)

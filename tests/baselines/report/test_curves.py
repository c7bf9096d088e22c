from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from planzoo.baselines.config import CurveConfig
from planzoo.baselines.metrics import Interval
from planzoo.baselines.report.curves import Curve, curve_plot, curves_of, quantities_of
from planzoo.baselines.report.page import render_page
from planzoo.baselines.run_file import Run
from planzoo.baselines.summary import ScenarioSummary


def point(summary: ScenarioSummary, at: float, name: str = "Toy") -> ScenarioSummary:
    """A scenario of which the first policy gets worse by 1 for each 1 on the axis."""
    falling, steady = summary.policies
    mean = falling.mean - at
    policies = (
        replace(falling, title="often, full", panel="often", mean=mean, mean_interval=Interval(mean, mean)),
        replace(falling, title="seldom, full", panel="seldom"),
        replace(steady, title="steady", panel=None),
    )
    curve = CurveConfig(name=name, at=at, axis="disturbance rate")
    return replace(summary, title=f"{name} {at}", policies=policies, curve=curve)


@pytest.fixture
def curve(measured: ScenarioSummary) -> Curve:
    points = (point(measured, 0.5), point(measured, 0.0), measured, point(measured, 0.1, "Other"))
    return curves_of(points)[0]


def texts(svg: str) -> list[str | None]:
    root = ElementTree.fromstring(svg)
    return [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]


def test_scenarios_of_one_name_are_one_curve_in_the_order_of_its_axis(curve: Curve) -> None:
    assert (curve.name, curve.axis) == ("Toy", "disturbance rate")
    assert curve.places == [0.0, 0.5]
    assert curve.panels == ["often", "seldom"]
    assert [policy.title for policy in curve.policies] == ["often, full", "seldom, full", "steady"]


def test_every_quantity_that_anybody_tells_has_a_plot(curve: Curve, measured: ScenarioSummary) -> None:
    titles = [each.title for each in quantities_of(curve)]
    assert titles[0] == "Return" and "Thinking time" in titles and "Money <spent>" in titles
    blind = replace(measured, policies=tuple(replace(each, success=None) for each in measured.policies))
    named = replace(blind, curve=CurveConfig(name="Blind", at=0.0, axis="rate"))
    assert "Success" not in [each.title for each in quantities_of(curves_of((named,))[0])]


def test_a_plot_has_a_panel_each_and_names_policies_without_it(curve: Curve) -> None:
    for quantity in quantities_of(curve):
        found = texts(curve_plot(curve, quantity))
        assert {"often", "seldom", "disturbance rate", "full", "steady"} <= set(found)
        assert found.count("full") == 1


def test_policies_that_differ_in_the_panel_alone_have_one_colour(curve: Curve) -> None:
    svg = curve_plot(curve, quantities_of(curve)[0])
    assert "var(--series-1)" in svg and "var(--series-2)" in svg and "var(--series-3)" not in svg


def test_a_policy_that_is_missing_at_a_point_is_drawn_at_the_others(curve: Curve) -> None:
    first, second = curve.scenarios
    lonely = Curve(curve.name, curve.axis, (replace(first, policies=first.policies[:1]), second))
    assert "steady" in texts(curve_plot(lonely, quantities_of(lonely)[0]))


def test_intervals_of_one_episode_are_left_out(curve: Curve) -> None:
    nothing = Interval(float("nan"), float("nan"))
    policies = tuple(
        replace(each, returns=np.zeros(1), mean_interval=nothing) for each in curve.scenarios[0].policies
    )
    alone = Curve(curve.name, curve.axis, (replace(curve.scenarios[0], policies=policies),))
    assert curve_plot(alone, quantities_of(alone)[0]).startswith("<svg")


def test_the_page_shows_curves_first_and_their_scenarios_as_tables(
    run: Run, measured: ScenarioSummary
) -> None:
    run_title = run.cells[0].scenario.title
    lone = replace(point(measured, 0.1), title=run_title)
    page = render_page(run, (lone,))
    count = len(quantities_of(curves_of((lone,))[0]))
    assert page.count("<svg") == count
    assert 'id="curve-1"' in page and page.index('id="curve-1"') < page.index('id="scenario-1"')

"""The plots of resources, of two policies, one of which spends evenly and one at once."""

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from planzoo.baselines.report.page import render_page
from planzoo.baselines.report.resource_plots import gantt_plot, mean_course, profile_plot, resource_names
from planzoo.baselines.resource_trace import ResourceTrace
from planzoo.baselines.run_file import Run
from planzoo.baselines.summary import ScenarioSummary

EVEN = ResourceTrace(2, 5, {"fuel": 10.0}, {"fuel": [10, 6, 2, 0]}, {"ann": [1, 1, 1], "bob": [0, 0.5, 0]})
HASTY = ResourceTrace(1, 2, {"fuel": 10.0}, {"fuel": [10, 5, 0]}, {"ann": [1, 1], "bob": [1, 1]})


@pytest.fixture
def spending(summary: ScenarioSummary) -> ScenarioSummary:
    policies = zip(summary.policies, (EVEN, HASTY), strict=True)
    return replace(summary, policies=tuple(replace(policy, traces=(own,)) for policy, own in policies))


def texts(svg: str) -> list[str | None]:
    return [each.text for each in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_the_course_is_the_mean_of_the_episodes() -> None:
    moments = np.array([0.0, 1.0, 2.0, 3.0, 5.0, 9.0])
    assert mean_course((EVEN,), "fuel", moments).tolist() == [10, 8, 6, 4, 0, 0]
    assert mean_course((EVEN, HASTY), "fuel", moments).tolist() == [10, 6.5, 3, 2, 0, 0]


def test_the_profile_names_policies_and_shows_the_limit(spending: ScenarioSummary) -> None:
    svg = profile_plot(spending, "fuel")
    assert {"random", "random fleet", "step", "fuel left"} <= set(texts(svg))
    assert "stroke-dasharray" in svg and "var(--series-1)" in svg and "var(--series-2)" in svg
    with pytest.raises(ValueError, match="no resource 'oil'"):
        profile_plot(spending, "oil")


def test_the_gantt_chart_has_a_row_for_each_agent_and_a_bar_for_each_busy_span(
    spending: ScenarioSummary,
) -> None:
    svg = gantt_plot(spending)
    rows = [text for text in texts(svg) if text and "," in text]
    assert rows == ["random, ann", "random, bob", "random fleet, ann", "random fleet, bob"]
    idle = replace(spending.policies[0], traces=(replace(EVEN, busy={"ann": [0, 0, 0], "bob": [0, 0, 0]}),))
    assert svg != gantt_plot(replace(spending, policies=(idle, spending.policies[1])))


def test_without_resources_there_is_nothing_to_draw(run: Run, summary: ScenarioSummary) -> None:
    assert resource_names(summary) == ()
    assert "Course of" not in render_page(run, (summary,))


def test_the_page_has_both(run: Run, spending: ScenarioSummary) -> None:
    page = render_page(run, (spending,))
    assert "<h3>Course of fuel</h3>" in page and "<h3>Who took fuel when</h3>" in page


def test_policies_without_a_trace_are_left_out(spending: ScenarioSummary) -> None:
    some = replace(spending, policies=(replace(spending.policies[0], traces=()), spending.policies[1]))
    assert resource_names(some) == ("fuel",)
    assert "random fleet" in texts(profile_plot(some, "fuel"))
    assert "random" not in texts(profile_plot(some, "fuel"))
    assert "random, ann" not in texts(gantt_plot(some))


def test_an_episode_without_steps_can_be_drawn(spending: ScenarioSummary) -> None:
    nothing = ResourceTrace(1, 0, {"fuel": 1.0}, {"fuel": [1.0]}, {"ann": []})
    alone = replace(spending, policies=(replace(spending.policies[0], traces=(nothing,)),))
    assert profile_plot(alone, "fuel").startswith("<svg") and gantt_plot(alone).startswith("<svg")

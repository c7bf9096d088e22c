import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from planzoo.baselines.formats import MISSING, interval, number
from planzoo.baselines.report.page import PAGE_FILE, leads, render_page, verdict, write_page
from planzoo.baselines.run_file import Run
from planzoo.baselines.summary import ScenarioSummary
from planzoo.errors import InputError

VOID = {"meta", "link", "br", "hr", "img"}


class Checker(HTMLParser):
    """Keeps a stack of open tags, the ids, and what the page would load from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attributes:
            if name == "id":
                self.ids.append(value or "")
            if name in ("src", "srcset", "data") or (name == "href" and tag == "link"):
                self.loaded.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_page_is_whole_and_needs_nothing_from_outside(run: Run, summary: ScenarioSummary) -> None:
    page = render_page(run, (summary, replace(summary, reference=None)))
    checker = Checker()
    checker.feed(page)
    assert checker.open == [] and checker.loaded == []
    assert not re.search(r"url\(['\"]?http|@import", page)
    assert {"scenario-1", "scenario-2"} <= set(checker.ids)
    assert page.count("<svg") == 8


def test_page_says_what_was_measured_and_how(run: Run, summary: ScenarioSummary) -> None:
    page = render_page(run, (summary,))
    words = (
        "A &lt;title&gt;",
        "planzoo compare toys --jobs 2",
        "abcdef123456",
        "Abacus, 2 cores",
        "numpy 2.0",
        "Toy warehouse: 5 to 7",
        "random fleet",
        "a proof &lt;in&gt; four lines",
        "regret",
        "knows only what the environment hands an agent",
        "Not all policies here read the same observation",
    )
    for word in words:
        assert word in page
    assert "an oracle" not in page


def test_parts_that_do_not_apply_are_left_out(run: Run, summary: ScenarioSummary) -> None:
    plain = replace(summary, reference=None, policies=summary.policies[:1])
    page = render_page(run.model_copy(update={"command": "", "description": ""}), (plain,))
    assert "regret" not in page and "dashed line" not in page and "same observation." not in page
    assert "Command" not in page and "<nav" not in page


def test_measures_have_a_table_and_a_plot(
    run: Run, summary: ScenarioSummary, measured: ScenarioSummary
) -> None:
    page = render_page(run, (measured,))
    checker = Checker()
    checker.feed(page)
    assert checker.open == [] and page.count("<svg") == 5 and page.count("<table") == 3
    assert page.count('<th scope="col">money &lt;spent&gt;</th>') == 1
    for policy in measured.policies:
        cost = policy.measures["cost"]
        assert (
            f'<td>{number(cost.mean, 1)}<span class="interval">{interval(cost.interval, 1)}</span></td>'
            in page
        )
    assert page.count(f"<td>{MISSING}</td>") == 2 + render_page(run, (summary,)).count(f"<td>{MISSING}</td>")
    assert "<h3>Return against money &lt;spent&gt;</h3>" in page


def test_measure_that_no_episode_told_has_no_plot(run: Run, summary: ScenarioSummary) -> None:
    page = render_page(run, (replace(summary, measures={"bribes": "bribes"}),))
    assert page.count("<svg") == 4 and '<th scope="col">bribes</th>' in page


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("published", ("regret, 95 % interval", "the reference for the mean return, 12.5: a proof")),
        ("optimum", ("regret to the optimum, 95 % interval", "the optimum, the highest mean return")),
        ("upper_bound", ("regret to a proven bound, 95 % interval", "the optimum may lie nearer")),
    ],
)
def test_regret_says_to_what(run: Run, summary: ScenarioSummary, kind: str, words: tuple[str, str]) -> None:
    assert summary.reference is not None
    page = render_page(
        run, (replace(summary, reference=summary.reference.model_copy(update={"kind": kind})),)
    )
    assert all(word in page for word in words)
    regret = summary.policies[0].regret
    assert regret is not None and interval(regret.interval, 1) in page


def test_verdict_tells_a_lead_from_a_doubt(summary: ScenarioSummary) -> None:
    low, high = summary.policies
    assert verdict(summary).startswith("random fleet is ahead")
    assert verdict(summary).endswith("is not due to chance.")
    close = replace(low, mean=high.mean - 0.01, returns=high.returns[::-1] - 0.01)
    doubtful = verdict(replace(summary, policies=(close, high)))
    assert doubtful.endswith("its lead over random, compared seed by seed, may be due to chance.")
    assert verdict(replace(summary, policies=(low,))).startswith("random earns")


def test_an_oracle_is_no_rival(run: Run, summary: ScenarioSummary) -> None:
    low, high = summary.policies
    seen = replace(summary, policies=(low, replace(high, access="state")))
    assert verdict(seen).startswith("random earns")
    page = render_page(run, (seen,))
    assert "an oracle, shown as a bound" in page and page.count('class="best"') == 1


def test_other_rules_are_told(run: Run, summary: ScenarioSummary) -> None:
    low, high = summary.policies
    changed = replace(summary, policies=(low, replace(high, rules="robots 2")))
    words = "Not all policies here play by the same rules: random fleet: robots 2."
    assert words in render_page(run, (changed,))
    assert "the same rules" not in render_page(run, (summary,))


def test_seeds_are_compared_in_pairs(summary: ScenarioSummary) -> None:
    high = summary.policies[1]
    slightly_worse = replace(high, returns=high.returns - 0.01)
    assert leads(high, slightly_worse) and not leads(slightly_worse, high) and not leads(high, high)


def test_single_episodes_and_stopped_runs_show_no_lead(summary: ScenarioSummary) -> None:
    low, high = summary.policies
    assert not leads(replace(high, returns=high.returns[:1]), replace(low, returns=low.returns[:1]))
    assert not leads(high, replace(low, returns=low.returns[:5]))


def test_write_page(tmp_path: Path, run: Run, summary: ScenarioSummary) -> None:
    write_page(run, (summary,), tmp_path / PAGE_FILE)
    assert (tmp_path / PAGE_FILE).read_text(encoding="utf-8") == render_page(run, (summary,))
    with pytest.raises(InputError, match=r"report\.html: cannot be written"):
        write_page(run, (summary,), tmp_path / "missing" / PAGE_FILE)

"""The picture of a diagnosis says what is known, and the truth only at the end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planzoo.envs.diagnosis.generator import random_instance
from planzoo.envs.diagnosis.model import DiagnosisModel
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.scene import LISTED, SEEN, TRUTH, Moment, draw, moment_of, scene
from planzoo.envs.diagnosis.simulator import DiagnosisSimulator
from planzoo.envs.rendering.image import render_image
from planzoo.envs.rendering.text import render_text
from planzoo.envs.simulation.scene import Bar, Field, Panel, Row, Scene, Text

BEGINNING = Moment((), 0, None, ended=False)


@pytest.fixture(scope="module")
def toy() -> DiagnosisParams:
    return DiagnosisParams.toy()


@pytest.fixture(scope="module")
def asia() -> DiagnosisParams:
    return DiagnosisParams.asia()


def panel(drawn: Scene, title: str) -> Panel:
    return next(panel for panel in drawn.panels if panel.title.startswith(title))


def bars(drawn: Scene) -> list[Bar]:
    return [row for row in panel(drawn, "Belief").rows if isinstance(row, Bar)]


def field(drawn: Scene, title: str, label: str) -> Field:
    rows: dict[str, Row] = {getattr(row, "label", ""): row for row in panel(drawn, title).rows}
    row = rows[label]
    assert isinstance(row, Field)
    return row


def test_bars_show_the_exact_posterior(asia: DiagnosisParams) -> None:
    evidence = ((1, 0), (3, 0))
    drawn = draw(asia, Moment(evidence, 0, None, ended=False))
    belief = DiagnosisModel(asia).belief(evidence)
    assert [bar.fraction for bar in bars(drawn)] == belief.tolist()
    assert [bar.label for bar in bars(drawn)] == list(asia.conditions)
    assert [bar.highlighted for bar in bars(drawn)] == (belief == belief.max()).tolist()
    assert panel(drawn, "Belief").title == "Belief after 2 tests"


def test_results_and_prices_stand_in_the_list_of_tests(toy: DiagnosisParams) -> None:
    drawn = draw(toy, Moment(((1, 0),), 0, None, ended=False))
    done = field(drawn, "Tests", "listen to the motor")
    assert (done.value, done.mark, done.strong) == ("rattle", SEEN, True)
    assert field(drawn, "Tests", "read the pressure gauge").value == "costs 0.5"
    assert field(drawn, "Tests", "compare with a second sensor").value == "costs 1.5"


def test_tests_beyond_the_budget_are_too_dear(toy: DiagnosisParams) -> None:
    drawn = draw(toy.changed(budget=1.75), Moment(((0, 0),), 0, None, ended=False))
    assert field(drawn, "Tests", "listen to the motor").value == "costs 1"
    assert field(drawn, "Tests", "compare with a second sensor").value == "costs 1.5, too dear"
    budget = panel(drawn, "Episode").rows[0]
    assert isinstance(budget, Bar)
    assert budget.fraction == pytest.approx(1.25 / 1.75)
    assert budget.value == "1.25 / 1.75"


def test_the_best_treatment_stands_out(toy: DiagnosisParams) -> None:
    evidence = ((1, 0),)
    drawn = draw(toy, Moment(evidence, 0, None, ended=False))
    expected = DiagnosisModel(toy).belief(evidence) @ toy.utilities
    rows = [row for row in panel(drawn, "Treatments").rows if isinstance(row, Field)]
    assert [row.value for row in rows] == [f"{value:+.2f}" for value in expected]
    assert [row.label for row in rows if row.strong] == [toy.treatments[int(expected.argmax())]]


@pytest.mark.parametrize("condition", [0, 1, 2])
def test_the_condition_is_hidden_until_the_end(toy: DiagnosisParams, condition: int) -> None:
    evidence = ((0, 0),)
    hidden = [draw(toy, Moment(evidence, other, None, ended=False)) for other in (condition, 0)]
    assert hidden[0] == hidden[1]
    ended = draw(toy, Moment(evidence, condition, 0, ended=True))
    assert field(ended, "Episode", "True condition").value == toy.conditions[condition]
    assert [bar.label for bar in bars(ended) if bar.colour == TRUTH] == [toy.conditions[condition]]


def outcome(params: DiagnosisParams, moment: Moment) -> str:
    return field(draw(params, moment), "Episode", "Outcome").value


def test_the_outcome_tells_right_from_wrong(toy: DiagnosisParams) -> None:
    leak, seal, rewind = 0, 0, 1
    assert outcome(toy, BEGINNING) == "open"
    assert outcome(toy, Moment((), leak, seal, ended=True)) == "right, utility 8"
    assert outcome(toy, Moment((), leak, rewind, ended=True)) == "wrong, utility -17"
    assert outcome(toy, Moment((), leak, None, ended=True)) == "untreated, utility -12"


def test_the_given_treatment_is_marked(toy: DiagnosisParams) -> None:
    drawn = draw(toy, Moment((), 0, 1, ended=True))
    marked = [row.label for row in panel(drawn, "Treatments").rows if getattr(row, "mark", None) == SEEN]
    assert marked == ["rewind"]
    assert field(drawn, "Episode", "Treatment").value == "rewind"


def test_a_simulators_episode_is_told_step_by_step(toy: DiagnosisParams) -> None:
    simulator = DiagnosisSimulator(toy, num_worlds=2)
    simulator.reset(4)
    condition, results = int(simulator.state.condition[1]), simulator.state.results[1].tolist()
    assert moment_of(simulator, 1) == Moment((), condition, None, ended=False)
    told = []
    for test in (2, 0):
        simulator.step(np.array([[1], [test]]))
        told.append(field(scene(simulator, 1), "Episode", "Last action").value)
    expected = Moment(((0, results[0]), (2, results[2])), condition, None, ended=False, last_action=0)
    assert moment_of(simulator, 1) == expected
    assert told == [f"{toy.test_labels[test]} {toy.outcomes[test][results[test]]}" for test in (2, 0)]
    simulator.step(np.array([[1], [len(toy.tests) + 2]]))
    drawn = scene(simulator, 1)
    assert field(drawn, "Episode", "Last action").value == "give replace sensor"
    utility = simulator.buffers.rewards[1, 0]
    assert field(drawn, "Episode", "Outcome").value.endswith(f"utility {utility:g}")
    assert drawn == draw(toy, moment_of(simulator, 1))


@pytest.mark.parametrize("observation", ["results", "belief"])
def test_the_observation_does_not_change_the_picture(toy: DiagnosisParams, observation: str) -> None:
    simulators = [DiagnosisSimulator(toy), DiagnosisSimulator(toy.changed(observation=observation))]
    for simulator in simulators:
        simulator.reset(2)
        simulator.step(np.array([[1]]))
    assert scene(simulators[0]) == scene(simulators[1])


def test_the_text_tells_it_all(asia: DiagnosisParams) -> None:
    text = render_text(draw(asia, Moment(((2, 0),), 3, None, ended=False)))
    for words in ("chest X-ray", "yes", "short of breath?", "costs 0.2", "bronchodilator", "hidden", "1 / 3"):
        assert words in text


def test_the_picture_keeps_its_size(asia: DiagnosisParams) -> None:
    moments = [BEGINNING, Moment(((0, 1), (1, 0), (3, 1)), 2, None, False), Moment(((0, 1),), 2, 4, True)]
    shapes = {render_image(draw(asia, moment)).shape for moment in moments}
    assert len(shapes) == 1


def test_long_lists_are_cut_to_what_matters() -> None:
    params = random_instance(0, faults=20, tests=13)
    drawn = draw(params, replace(BEGINNING, evidence=((12, 0),)))
    belief = DiagnosisModel(params).belief(((12, 0),))
    assert [bar.fraction for bar in bars(drawn)] == np.sort(belief)[::-1][: LISTED - 1].tolist()
    rest = panel(drawn, "Belief").rows[-1]
    assert isinstance(rest, Text) and rest.text.startswith("and 9 more, together ")
    assert getattr(panel(drawn, "Tests").rows[0], "label", "") == params.test_labels[12]
    assert all(len(panel.rows) <= LISTED for panel in drawn.panels)

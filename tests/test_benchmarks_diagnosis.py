"""The benchmark of diagnosis: ours is measured with or without peers, and peers are asked the same."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.errors import InputError

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"
NAMES = ("report", "peers", "diagnosis", "anytime")


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The script as Python would load it, forgotten afterwards."""
    monkeypatch.syspath_prepend(str(FOLDER))
    import diagnosis

    yield diagnosis
    for name in [name for name in sys.modules if name.split(".")[0] in NAMES]:
        del sys.modules[name]


@pytest.fixture
def no_peers(benchmark: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    for module in (benchmark.pgmpy, benchmark.pyagrum):
        monkeypatch.setattr(module, "PACKAGE", "no-such-package")
    return benchmark


def tiny(benchmark: Any) -> Any:
    return benchmark.Scale(evidence_sets=5, seconds=1e-4, repetitions=1, worlds=2, moments=(1e-3, 0.05))


def test_ours_is_measured_without_peers(no_peers: Any) -> None:
    own, absent = no_peers.posterior_rows("asia", tiny(no_peers))
    assert own.ours < 1e-12 and own.ratio > 1
    assert absent.peer_version == f"not installed: pip install {no_peers.pgmpy.REQUIREMENT}"
    rows = no_peers.voi_rows(tiny(no_peers), "asia")
    assert sum(row.ours is not None and row.ours > 0 for row in rows) == 3
    assert [row.peer_version for row in rows if row.ours is None] == [
        f"not installed: pip install {module.REQUIREMENT}" for module in (no_peers.pgmpy, no_peers.pyagrum)
    ]
    rows = no_peers.steps_rows("asia", tiny(no_peers))
    assert rows[0].ours > 0 and rows[1].ours > 0
    assert rows[2].peer_version == f"not installed: pip install {no_peers.pgmpy.REQUIREMENT}"


def test_absent_networks_get_a_row_that_says_so(benchmark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> Any:
        raise InputError("pip install 'planzoo[networks]'")

    monkeypatch.setattr(benchmark, "params_of", fail)
    scale = tiny(benchmark)
    measures = [
        lambda: benchmark.posterior_rows("child", scale),
        lambda: benchmark.voi_rows(scale),
        lambda: benchmark.best_test_rows("hepar2"),
        lambda: benchmark.steps_rows("child", scale),
        lambda: benchmark.anytime_rows("child", scale),
    ]
    for measure in measures:
        (row,) = measure()
        assert (row.ours, row.peer_version) == (None, "pip install 'planzoo[networks]'")
        assert benchmark.report._cells(row)[1] == "–"


def test_evidence_is_possible_and_leaves_its_target_alone(benchmark: Any) -> None:
    network = DiagnosisParams.troubleshooting().network
    drawn = list(itertools.islice(benchmark.random_evidence(network, seed=3), 40))
    assert drawn == list(itertools.islice(benchmark.random_evidence(network, seed=3), 40))
    sizes = {len(evidence) for _, evidence in drawn}
    assert min(sizes) >= 1 and max(sizes) < len(network.variables) and len(sizes) > 5
    for target, evidence in drawn:
        assert target not in evidence
        assert network.joint([], evidence) > 0


def test_random_actions_are_allowed_ones(benchmark: Any) -> None:
    random = np.random.default_rng(0)
    masks = (random.random((500, 2, 5)) < 0.4).astype(np.int8)
    masks[..., 3] = 1
    actions = benchmark.allowed_actions(masks, random)
    assert actions.shape == (500, 2)
    assert np.take_along_axis(masks, actions[..., None], axis=2).all()
    assert set(actions.ravel()) == set(range(5))
    assert benchmark.allowed_actions(masks[:, :1], random).shape == (500,)


def test_curves_come_together(benchmark: Any) -> None:
    curve = benchmark.anytime_curve(DiagnosisParams.asia(), 20.0)
    assert curve[0].lower == pytest.approx(2.94372) and curve[-1].lower == pytest.approx(4.050370064)
    assert curve[-1].upper == pytest.approx(4.050370064)
    for before, after in itertools.pairwise(curve):
        assert before.seconds < after.seconds
        assert before.lower <= after.lower <= after.upper <= before.upper
    assert benchmark.at(curve, 0.0) == curve[0]
    assert benchmark.at(curve, 1e9) == curve[-1]


def test_rows_of_a_curve(benchmark: Any) -> None:
    rows = benchmark.anytime_rows("asia", tiny(benchmark))
    assert rows[0].task == "asia: value of the plan without a search"
    assert "proven to be the best" in rows[-1].task or rows[-1].task.endswith("after 0.05 s")
    assert all(row.ours <= row.peer_value + 1e-9 for row in rows)


def test_picture(benchmark: Any, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    moment = benchmark.Moment
    curves = {name: [moment(0.0, -1.0, 2.0), moment(1.0, 0.0, 1.0)] for name in "abcd"}
    benchmark.draw(curves, tmp_path / "curves.png")
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_command(benchmark: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert len(benchmark.tasks(benchmark.QUICK)) == 8 + 1 + 2 + 9 + 6
    benchmark.main(["--quick", "--json", "--only", "steps, clinic"])
    rows = json.loads(capsys.readouterr().out)
    assert [row["unit"] for row in rows] == ["steps/s", "steps/s"] and rows[0]["ours"] > 0
    with pytest.raises(SystemExit):
        benchmark.main(["--only", "nothing"])
    assert "no task has 'nothing' in it" in capsys.readouterr().err


def test_another_best_test_is_noticed(benchmark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong:
        def __init__(self, network: Any) -> None:
            self.network = network

        def information(self, target: str, evidence: Any) -> dict[str, float]:
            return {"asia": 1.0, "xray": 0.5}

    monkeypatch.setattr(benchmark, "TARGETS", {"asia": "lung"})
    monkeypatch.setattr(benchmark.pgmpy, "Engine", Wrong)
    with pytest.raises(AssertionError):
        benchmark.best_test_rows("asia")


@pytest.mark.filterwarnings("ignore")  # the peers' own
@pytest.mark.parametrize("peer", ["pgmpy", "pyagrum"])
def test_peers_are_given_the_same_network(benchmark: Any, peer: str) -> None:
    pytest.importorskip(peer)
    network = DiagnosisParams.troubleshooting().network
    engine = getattr(benchmark, peer).Engine(network)
    for target, evidence in itertools.islice(benchmark.random_evidence(network, seed=1), 10):
        ours = network.posterior(target, evidence)
        np.testing.assert_allclose(engine.posterior([target], evidence), ours, atol=1e-9)
    ours = benchmark.NetworkBelief(network, {"arm": "still"}).information("fuse")
    theirs = engine.information("fuse", {"arm": "still"})
    assert list(theirs.values()) == pytest.approx([ours[name] for name in theirs], abs=1e-9)
    assert set(theirs) == set(ours) - {"arm"}


@pytest.mark.filterwarnings("ignore")  # the peers' own
def test_posteriors_equal_those_of_pgmpy(benchmark: Any) -> None:
    pytest.importorskip("pgmpy.inference", exc_type=ImportError)
    plain, compiled, speed = benchmark.posterior_rows("asia", tiny(benchmark))
    assert max(plain.ours, compiled.ours) < 1e-12
    assert speed.peer_value > 0 and speed.ratio == speed.peer_value / speed.ours

"""Diagnosis: ``python benchmarks/diagnosis.py [--json] [--quick] [--only TEXT] [--picture FILE]``.

Posteriors are compared with pgmpy's, number by number, for random evidence drawn from each network: variable
elimination for one question, and the compiled inference that environments, planners and factored beliefs
share. One question and a scan of the value of every finding are timed against pgmpy and pyAgrum, with engines
and networks made beforehand on all sides. Environments take random allowed actions, with autoreset, and show
the exact belief; the time is that of the steps. Searches for contingent plans are stopped at some moments to
see what the plan is worth and at most could be.

Times are seconds of CPU of this process. Peers are optional, as are the networks that pgmpy brings along::

    pip install pgmpy==1.1.2 pyagrum==3.3.1
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import report
from anytime import Moment, anytime_curve, at, draw
from numpy.typing import NDArray
from peers import Missing, pgmpy, pyagrum
from report import Row

from planzoo.envs import diagnosis_v0
from planzoo.envs.diagnosis.model import DiagnosisModel
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.networks.inference import Inference
from planzoo.envs.networks.network import BayesianNetwork
from planzoo.errors import InputError
from planzoo.planners.domains.diagnosis_problem import DiagnosisProblem, first_information
from planzoo.planners.domains.diagnosis_values import test_values
from planzoo.planners.pomdp.network_belief import NetworkBelief

AGREEMENT = 1e-9
"""How far our posteriors may be from pgmpy's."""
SCAN_MILLISECONDS = 15.0
"""What a scan of all findings of hepar2 may take."""
TARGETS = {"hepar2": "PBC", "win95pts": "PrtOn"}
STEPS_WANTED = {"asia": 100_000.0, "hepar2": 5_000.0}
OURS = ("asia", "troubleshooting", "random")
"""Networks that need no other package."""
LARGE = ("child", "alarm", "hepar2", "win95pts", "pathfinder")

Evidence = dict[str, str]


@dataclass(frozen=True)
class Scale:
    """How much is measured.

    Attributes:
        evidence_sets: random evidence sets of each network.
        seconds: of CPU for each measurement of a speed.
        repetitions: measurements of each, of which the median counts.
        worlds: of the vector environments.
        moments: seconds of CPU at which a search is looked at.
    """

    evidence_sets: int = 1000
    seconds: float = 0.5
    repetitions: int = 5
    worlds: int = 1024
    moments: tuple[float, ...] = (0.1, 1.0, 10.0, 30.0)


FULL = Scale()
QUICK = Scale(evidence_sets=20, seconds=0.02, repetitions=1, worlds=8, moments=(0.05, 0.2))


@cache
def params_of(name: str) -> DiagnosisParams:
    """Gives a scenario by the name of its network.

    Raises:
        InputError: the network is neither ours nor brought along by an installed pgmpy.
    """
    if name in OURS:
        return {
            "asia": DiagnosisParams.asia,
            "troubleshooting": DiagnosisParams.troubleshooting,
            "random": partial(DiagnosisParams.random, seed=1, diseases=5, tests=20),
        }[name]()
    return DiagnosisParams.public(name)


def absent(task: str, why: str, peer: str = pgmpy.PACKAGE) -> Row:
    """Makes the row of what cannot be measured here; None is shown as a dash."""
    return Row(task, None, peer, why, None, None, "")  # type: ignore[arg-type]


def limit(task: str, value: float, most: float, unit: str) -> Row:
    """Makes a row of a figure that must not exceed a limit."""
    ratio = most / max(value, np.finfo(float).tiny)
    return Row(task, value, "limit", "", most, ratio, unit, 1.0)


# -- posteriors ----------------------------------------------------------------------------------------------


def random_evidence(network: BayesianNetwork, seed: int) -> Iterator[tuple[str, Evidence]]:
    """Draws a variable and what is seen of 1 to V - 1 others, from the network itself, again and again."""
    random, order = np.random.default_rng(seed), network.topological_order()
    while True:
        seen: Evidence = {}
        for name in order:
            parents = network.parents[network.index(name)]
            given = tuple(network.state_index(parent, seen[parent]) for parent in parents)
            row = network.tables[network.index(name)][given]
            seen[name] = network.states_of(name)[random.choice(len(row), p=row / row.sum())]
        names = [str(name) for name in random.permutation(network.variables)]
        size = int(random.integers(1, len(names)))
        yield names[0], {name: seen[name] for name in names[1 : size + 1]}


class Asked(NamedTuple):
    """One question: how far the answers are from the reference, and the seconds of each.

    The reference is pgmpy or, where it is absent, our variable elimination.
    """

    elimination_error: float
    compiled_error: float
    elimination_seconds: float
    peer_seconds: float


def timed(run: Callable[[], Any]) -> tuple[Any, float]:
    """Gives what a function gives, and its seconds of CPU."""
    started = time.process_time()
    result = run()
    return result, time.process_time() - started


def ask(prior: NetworkBelief, peer: Any, target: str, evidence: Evidence) -> Asked:
    """Asks for one posterior in two ways, and a peer if there is one."""
    plain, seconds = timed(lambda: prior.network.posterior(target, evidence))
    theirs, peer_seconds = (plain, math.nan)
    if peer is not None:
        theirs, peer_seconds = timed(lambda: peer.posterior([target], evidence))
    compiled = prior.update(evidence, "raise").marginal(target).probabilities
    errors = (float(abs(ours - theirs).max()) for ours in (plain, compiled))
    return Asked(*errors, seconds, peer_seconds)


def posterior_rows(name: str, scale: Scale) -> list[Row]:
    """Compares posteriors with pgmpy's for random evidence."""
    task = f"{name}: posteriors after {scale.evidence_sets:,} random evidence sets, largest difference of"
    try:
        network = params_of(name).network
    except InputError as missing:
        return [absent(task, str(missing))]
    found, missing_peers = engines(network, pgmpy)
    peer, prior = found.get(pgmpy.PACKAGE), NetworkBelief(network)
    cases = random_evidence(network, seed=0)
    asked = [ask(prior, peer, *next(cases)) for _ in range(scale.evidence_sets)]
    plainly, compiled = (max(errors) for errors in list(zip(*asked, strict=True))[:2])
    if peer is None:
        (who, why), *_ = missing_peers
        own = limit(f"{task} compiled inference from elimination", compiled, AGREEMENT, "")
        return [own, absent(task, why, who)]
    ours = 1000 * statistics.median(case.elimination_seconds for case in asked)
    theirs = 1000 * statistics.median(case.peer_seconds for case in asked)
    version = report.version_of(pgmpy.PACKAGE)
    return [
        limit(f"{task} variable elimination from pgmpy", plainly, AGREEMENT, ""),
        limit(f"{task} compiled inference from pgmpy", compiled, AGREEMENT, ""),
        Row(f"{name}: one posterior", ours, pgmpy.PACKAGE, version, theirs, theirs / ours, "ms"),
    ]


# -- value of information ------------------------------------------------------------------------------------


def milliseconds(run: Callable[[], Any], scale: Scale) -> float:
    """Gives the median CPU milliseconds of a function, after a call to warm up."""
    run()
    found = []
    for _ in range(scale.repetitions):
        calls, spent = 0, 0.0
        while spent < scale.seconds / scale.repetitions or not calls:
            spent += timed(run)[1]
            calls += 1
        found.append(1000 * spent / calls)
    return statistics.median(found)


def against(task: str, ours: float, peers: Mapping[str, Callable[[], Any]], scale: Scale) -> list[Row]:
    """Makes a row for each peer of one of our times."""
    rows = []
    for name, run in peers.items():
        theirs = milliseconds(run, scale)
        rows.append(Row(task, ours, name, report.version_of(name), theirs, theirs / ours, "ms"))
    return rows


def engines(network: BayesianNetwork, *modules: Any) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Makes the peers that are installed; gives them by name, and (name, why) of the others."""
    found, missing = {}, []
    for module in modules:
        try:
            found[module.PACKAGE] = module.Engine(network)
        except Missing as why:
            missing.append((module.PACKAGE, str(why)))
    return found, missing


def voi_rows(scale: Scale, name: str = "hepar2") -> list[Row]:
    """Times one question and a scan of the value of all findings, each after new evidence."""
    target = TARGETS.get(name, "lung")
    task, one = f"{name}: bits of all findings about {target}", f"{name}: P({target} | three findings)"
    try:
        params = params_of(name)
    except InputError as missing:
        return [absent(task, str(missing))]
    network = params.network
    turns = few_findings(network, target)
    found, missing_peers = engines(network, pgmpy, pyagrum)
    asking = {who: cycle(partial(ask_peer, peer, [target]), turns) for who, peer in found.items()}
    scanning = {who: cycle(partial(scan_peer, peer, target), turns) for who, peer in found.items()}
    own = own_milliseconds(network, target, turns, scale)
    return [
        *against(f"{one}, compiled", own["compiled"], asking, scale),
        *against(f"{one}, variable elimination", own["elimination"], asking, scale),
        *against(task, own["scan"], scanning, scale),
        limit(task, own["scan"], SCAN_MILLISECONDS, "ms"),
        plain(f"{task}, with laying out the network", own["laying out"], "ms"),
        plain(f"{name}: utility, cost and bits of all tests of the roles", utility_scan(params, scale), "ms"),
        *(absent(task, why, who) for who, why in missing_peers),
    ]


def few_findings(network: BayesianNetwork, target: str) -> list[Evidence]:
    """Draws findings of up to three nodes, fifty times."""
    cases = random_evidence(network, seed=1)
    drawn = [list(evidence.items()) for _, evidence in (next(cases) for _ in range(50))]
    return [dict([item for item in items if item[0] != target][:3]) for items in drawn]


def own_milliseconds(
    network: BayesianNetwork, target: str, turns: Sequence[Evidence], scale: Scale
) -> dict[str, float]:
    """Times our ways to one posterior, and to the bits of all findings."""
    prior, compiled = NetworkBelief(network), Inference(network, [target], network.variables)
    runs: dict[str, Callable[[Evidence], Any]] = {
        "compiled": lambda seen: compiled.posterior(compiled.likelihood(seen)),
        "elimination": lambda seen: network.posterior(target, seen),
        "scan": lambda seen: prior.update(seen).information(target),
        "laying out": lambda seen: NetworkBelief(network, seen).information(target),
    }
    return {name: milliseconds(cycle(run, turns), scale) for name, run in runs.items()}


def ask_peer(peer: Any, targets: Sequence[str], seen: Evidence) -> Any:
    """Asks a peer for a posterior."""
    return peer.posterior(targets, seen)


def scan_peer(peer: Any, target: str, seen: Evidence) -> Any:
    """Asks a peer for the bits of all findings."""
    return peer.information(target, seen)


def cycle(run: Callable[[Evidence], Any], turns: Sequence[Evidence]) -> Callable[[], Any]:
    """Calls a function with the next evidence each time."""
    place = iter(range(10**9))
    return lambda: run(turns[next(place) % len(turns)])


def plain(task: str, value: float, unit: str) -> Row:
    """Makes a row of a figure without a peer."""
    return Row(task, value, "–", "", None, None, unit)


def utility_scan(params: DiagnosisParams, scale: Scale) -> float:
    """Times the values of all tests of the roles, in a new problem each time: it keeps what it computes."""
    model = DiagnosisModel(params)
    start = first_information(model)
    return milliseconds(lambda: test_values(DiagnosisProblem(model), start), scale)


def best_test_rows(name: str) -> list[Row]:
    """Names the finding that tells most of a target, and its bits; the peer must name the same.

    Raises:
        AssertionError: the peer names another.
    """
    target = TARGETS[name]
    task = f"{name}: bits of the best first test for {target}"
    try:
        network = params_of(name).network
        peer = pgmpy.Engine(network)
    except (InputError, Missing) as missing:
        return [absent(task, str(missing))]
    ours, theirs = NetworkBelief(network).information(target), peer.information(target, {})
    best = max(ours, key=ours.__getitem__)
    assert best == max(theirs, key=theirs.__getitem__)
    version = report.version_of(pgmpy.PACKAGE)
    error = max(abs(ours[test] - theirs[test]) for test in ours)
    return [
        Row(f"{task}, {best}", ours[best], pgmpy.PACKAGE, version, theirs[best], None, "bits"),
        limit(f"{name}: bits about {target}, largest difference of any test", error, AGREEMENT, "bits"),
    ]


# -- environments --------------------------------------------------------------------------------------------


def steps_per_second(params: DiagnosisParams, scale: Scale) -> float:
    """Steps a vector environment on one thread with random allowed actions; gives the median rate."""
    env = diagnosis_v0.vector_env(scale.worlds, params=params, copy=False, threads=1)
    _, infos = env.reset(seed=0)
    random = np.random.default_rng(0)
    rates = []
    for _ in range(scale.repetitions + 1):
        steps, spent = 0, 0.0
        while spent < scale.seconds:
            actions = allowed_actions(infos["action_mask"], random)
            started = time.process_time()
            *_, infos = env.step(actions)
            spent += time.process_time() - started
            steps += scale.worlds
        rates.append(steps / spent)
    env.close()
    return statistics.median(rates[1:])


def allowed_actions(masks: NDArray[np.int8], random: np.random.Generator) -> NDArray[np.int64]:
    """Draws an allowed action for each agent of each world, uniformly: (B, N), or (B,) of one agent."""
    actions = (masks * random.random(masks.shape)).argmax(axis=-1)
    return actions[:, 0] if masks.shape[1] == 1 else actions


def steps_rows(name: str, scale: Scale) -> list[Row]:
    """Measures steps of an environment with belief and with plain results, and pgmpy's beliefs alone."""
    task = f"{name}: steps with the exact belief"
    try:
        params = DiagnosisParams.clinic(4) if name == "clinic" else params_of(name)
    except InputError as missing:
        return [absent(task, str(missing))]
    belief = steps_per_second(params.changed(observation="belief"), scale)
    rows = [plain(f"{name}: steps with results alone", steps_per_second(params, scale), "steps/s")]
    if name in STEPS_WANTED:
        wanted = STEPS_WANTED[name]
        rows.insert(0, Row(task, belief, "limit", "", wanted, belief / wanted, "steps/s", 1.0))
        rows += _belief_rows(task, params, belief, scale)
    else:
        rows.insert(0, plain(task, belief, "steps/s"))
    return rows


def _belief_rows(task: str, params: DiagnosisParams, ours: float, scale: Scale) -> list[Row]:
    """Says how many such beliefs pgmpy computes in a second, after up to four findings."""
    network, diseases = params.network, list(params.roles.diseases)
    try:
        peer = pgmpy.Engine(network)
    except Missing as missing:
        return [absent(task, str(missing))]
    cases, turns = random_evidence(network, seed=2), []
    for number in range(20):
        _, evidence = next(cases)
        turns.append({node: evidence[node] for node in list(params.roles.tests) if node in evidence})
        turns[-1] = dict(list(turns[-1].items())[: number % 5])
    rate = 1000 / milliseconds(cycle(partial(ask_peer, peer, diseases), turns), scale)
    name = f"{pgmpy.PACKAGE}, its beliefs alone"
    return [Row(task, ours, name, report.version_of(pgmpy.PACKAGE), rate, ours / rate, "1/s")]


# -- anytime curves ------------------------------------------------------------------------------------------


CURVES: dict[str, list[Moment]] = {}
"""What was measured, for the picture."""


def anytime_rows(name: str, scale: Scale) -> list[Row]:
    """Says what the plan is worth after some time, and what the best one is at most worth."""
    task = f"{name}: value of the plan"
    try:
        curve = CURVES[name] = anytime_curve(params_of(name), scale.moments[-1])
    except InputError as missing:
        return [absent(task, str(missing))]
    end = curve[-1]
    rows = [_moment_row(f"{task} without a search", curve[0])]
    for seconds in scale.moments:
        if seconds <= end.seconds:
            rows.append(_moment_row(f"{task} after {seconds:g} s", at(curve, seconds)))
    if math.isclose(end.lower, end.upper, abs_tol=1e-9):
        rows.append(_moment_row(f"{task}, proven to be the best after {end.seconds:.2g} s", end))
    return rows


def _moment_row(task: str, moment: Moment) -> Row:
    return Row(task, moment.lower, "upper bound", "", moment.upper, None, "utility")


# -- the command ---------------------------------------------------------------------------------------------


def tasks(scale: Scale) -> dict[str, Callable[[], list[Row]]]:
    """Gives what can be measured, by name."""
    names = (*OURS, *LARGE)
    chosen: dict[str, Callable[[], list[Row]]] = {}
    chosen |= {f"posteriors, {name}": partial(posterior_rows, name, scale) for name in names}
    chosen["value of information, hepar2"] = partial(voi_rows, scale)
    chosen |= {f"best first test, {name}": partial(best_test_rows, name) for name in TARGETS}
    chosen |= {f"steps, {name}": partial(steps_rows, name, scale) for name in ("clinic", *names)}
    chosen |= {f"anytime, {name}": partial(anytime_rows, name, scale) for name in ("troubleshooting", *LARGE)}
    return chosen


def main(words: Sequence[str] | None = None) -> None:
    """Runs the benchmark from the command line."""
    parser = argparse.ArgumentParser(description="Diagnosis")
    parser.add_argument("--json", action="store_true", help="print a list of rows as JSON instead of a table")
    parser.add_argument("--quick", action="store_true", help="measure little, to see that it works")
    parser.add_argument(
        "--only", metavar="TEXT", default="", help="run only the tasks with this text in them"
    )
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw the anytime curves")
    options = parser.parse_args(words)
    every = tasks(QUICK if options.quick else FULL)
    chosen = [name for name in every if options.only.lower() in name.lower()]
    if not chosen:
        parser.error(f"no task has {options.only!r} in it; there are: {'; '.join(every)}")
    rows = [row for name in chosen for row in every[name]()]
    if options.picture is not None and CURVES:
        draw(CURVES, options.picture)
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
    else:
        report.print_table("Diagnosis", rows)


if __name__ == "__main__":
    main()

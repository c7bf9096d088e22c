"""Factored beliefs against variable elimination, against the joint table, and against pgmpy."""

from __future__ import annotations

import itertools
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planzoo.envs.networks.bif import parse_bif
from planzoo.envs.networks.network import BayesianNetwork
from planzoo.errors import InputError
from planzoo.planners.pomdp.information import mutual_information
from planzoo.planners.pomdp.network_belief import NetworkBelief


def shipped(name: str) -> BayesianNetwork:
    folder = files("planzoo.envs.diagnosis").joinpath("networks")
    return parse_bif(folder.joinpath(f"{name}.bif").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def asia() -> BayesianNetwork:
    return shipped("asia")


@st.composite
def cases(draw: st.DrawFn) -> tuple[BayesianNetwork, dict[str, np.ndarray]]:
    """Small random networks with zeros in their tables, and a likelihood of each state of some variables."""
    count = draw(st.integers(1, 5))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    sizes = [draw(st.integers(1, 3)) for _ in range(count)]
    parents = [tuple(p for p in range(child) if draw(st.booleans())) for child in range(count)]
    tables = []
    for child in range(count):
        table = random.random((*(sizes[p] for p in parents[child]), sizes[child]))
        table *= random.random(table.shape) < 0.7
        table[..., -1] += 0.05
        tables.append(table / table.sum(axis=-1, keepdims=True))
    network = BayesianNetwork(
        name="random",
        variables=tuple(f"v{child}" for child in range(count)),
        states=tuple(tuple(f"s{k}" for k in range(size)) for size in sizes),
        parents=tuple(tuple(f"v{p}" for p in row) for row in parents),
        tables=tuple(tables),
    )
    seen = {}
    for child in range(count):
        if draw(st.booleans()):
            row = draw(
                st.lists(st.sampled_from([0.0, 0.3, 1.0]), min_size=sizes[child], max_size=sizes[child])
            )
            seen[f"v{child}"] = np.array(row)
    return network, seen


def enumerated(network: BayesianNetwork, seen: dict[str, np.ndarray]) -> np.ndarray:
    """P(all variables, what was seen), one assignment at a time."""
    joint = np.zeros([len(states) for states in network.states])
    for assignment in itertools.product(*(range(size) for size in joint.shape)):
        value = 1.0
        for child, table in enumerate(network.tables):
            value *= table[(*(assignment[p] for p in network.parent_indices[child]), assignment[child])]
        for name, row in seen.items():
            value *= row[assignment[network.index(name)]]
        joint[assignment] = value
    return joint


@settings(max_examples=60, deadline=None)
@given(cases())
def test_everything_equals_the_joint_table(case: tuple[BayesianNetwork, dict[str, np.ndarray]]) -> None:
    network, seen = case
    joint, before = enumerated(network, seen), NetworkBelief(network)
    after = before.update(seen)
    if not joint.any():
        assert after is before
        with pytest.raises(InputError, match="probability zero"):
            before.update(seen, impossible="raise")
        with pytest.raises(InputError, match="probability zero"):
            NetworkBelief(network, seen)
        return
    posterior = joint / joint.sum()
    for axis, name in enumerate(network.variables):
        others = tuple(other for other in range(joint.ndim) if other != axis)
        np.testing.assert_allclose(after.marginal(name).probabilities, posterior.sum(axis=others), atol=1e-12)
    np.testing.assert_allclose(after.joint(network.variables), posterior, atol=1e-12)
    np.testing.assert_allclose(after.joint(network.variables[::-1]), posterior.T, atol=1e-12)
    scale = np.prod([row.max() for row in seen.values()])
    assert after.probability_of_evidence == pytest.approx(joint.sum() / scale, rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(cases())
def test_observations_come_in_any_order(case: tuple[BayesianNetwork, dict[str, np.ndarray]]) -> None:
    network, seen = case
    together = NetworkBelief(network).update(seen)
    single = NetworkBelief(network)
    for name, row in reversed(seen.items()):
        single = single.update({name: row})
    if enumerated(network, seen).any():
        for name in network.variables:
            expected = together.marginal(name).probabilities
            np.testing.assert_allclose(single.marginal(name).probabilities, expected, atol=1e-12)


def test_marginals_equal_variable_elimination_in_a_public_sized_network() -> None:
    network = shipped("troubleshooting")
    random = np.random.default_rng(0)
    before = NetworkBelief(network)
    for _ in range(10):
        names = [str(name) for name in random.permutation(network.variables)]
        evidence = {name: str(random.choice(network.states_of(name))) for name in names[:3]}
        after = before.update(evidence)
        if after is not before:
            assert after.probability_of_evidence == pytest.approx(
                float(network.joint([], evidence)), rel=1e-9
            )
            for name in names[3:]:
                expected = network.posterior(name, evidence)
                np.testing.assert_allclose(after.marginal(name).probabilities, expected, atol=1e-12)
            expected = network.posterior(names[3:6], evidence)
            np.testing.assert_allclose(after.joint(names[3:6]), expected, atol=1e-12)


@pytest.mark.filterwarnings("ignore")  # pgmpy's own, of what it imports
def test_marginals_equal_pgmpy(asia: BayesianNetwork) -> None:
    pytest.importorskip("pgmpy.inference", exc_type=ImportError)
    from pgmpy.factors.discrete import TabularCPD
    from pgmpy.inference import VariableElimination
    from pgmpy.utils import get_example_model

    peer = VariableElimination(get_example_model("asia"))
    soft = TabularCPD("dysp", 2, [[0.9], [0.2]], state_names={"dysp": ["yes", "no"]})
    answer = peer.query(["lung"], {"xray": "yes"}, virtual_evidence=[soft], show_progress=False)
    ours = NetworkBelief(asia).update({"xray": "yes", "dysp": [0.9, 0.2]}).marginal("lung")
    for state in ("yes", "no"):
        assert ours.probability(state) == pytest.approx(answer.get_value(lung=state), abs=1e-12)


def test_words_about_one_variable(asia: BayesianNetwork) -> None:
    belief = NetworkBelief(asia, {"xray": "yes"})
    lung = asia.posterior("lung", {"xray": "yes"})
    assert belief.marginal("lung").states == ("yes", "no")
    assert belief.most_likely_state("lung") == asia.states_of("lung")[int(lung.argmax())]
    assert belief.entropy("lung") == pytest.approx(-(lung * np.log2(lung)).sum())
    assert belief.entropy("xray") == 0
    assert list(belief.evidence) == ["xray"]
    assert belief.evidence["xray"].tolist() == [1, 0]


def test_beliefs_do_not_change(asia: BayesianNetwork) -> None:
    before = NetworkBelief(asia)
    chance = before.marginal("lung").probability("yes")
    after = before.update({"xray": "yes"})
    assert before.marginal("lung").probability("yes") == chance < after.marginal("lung").probability("yes")
    assert before.evidence == {} and before.probability_of_evidence == pytest.approx(1)


def test_layouts_are_shared_by_the_beliefs_that_follow(
    asia: BayesianNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    from planzoo.planners.pomdp import network_belief

    made = []
    real = network_belief.Inference

    def counted(*arguments: object) -> object:
        made.append(arguments[1])
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(network_belief, "Inference", counted)
    belief = NetworkBelief(asia)
    for state in ("yes", "no"):
        after = belief.update({"dysp": state}).update({"smoke": "no"})
        for name in asia.variables:
            after.marginal(name)
        after.joint(["lung", "tub"])
    assert len(made) == 2


def test_repeated_reports_weigh_more(asia: BayesianNetwork) -> None:
    report = [0.8, 0.1]
    once = NetworkBelief(asia).update({"lung": report})
    twice = once.update({"lung": report})
    odds = [
        chance / (1 - chance) for chance in (b.marginal("lung").probability("yes") for b in (once, twice))
    ]
    assert odds[1] == pytest.approx(8 * odds[0])


def test_reports_without_end_do_not_vanish(asia: BayesianNetwork) -> None:
    belief = NetworkBelief(asia)
    for _ in range(2000):
        belief = belief.update({"lung": [0.5, 0.4], "bronc": [1e-300, 1e-300]})
    assert belief.most_likely_state("lung") == "yes"


def test_impossible_evidence_follows_the_rule(asia: BayesianNetwork) -> None:
    belief = NetworkBelief(asia, {"either": "no"})
    assert belief.update({"lung": "yes"}) is belief
    assert belief.update({"smoke": [0, 0]}) is belief
    with pytest.raises(InputError, match="lung=yes has probability zero after what is known in the network"):
        belief.update({"lung": "yes"}, impossible="raise")
    with pytest.raises(InputError, match="must be 'ignore' or 'raise'"):
        belief.update({}, impossible="perhaps")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("observation", "message"),
    [
        ({"nothing": "yes"}, "has no variable 'nothing'"),
        ({"lung": "perhaps"}, "has no state 'perhaps'"),
        ({"lung": [1.0]}, "2 finite numbers"),
        ({"lung": [1.0, -0.1]}, "2 finite numbers"),
        ({"lung": [np.nan, 1.0]}, "2 finite numbers"),
    ],
)
def test_bad_observations(asia: BayesianNetwork, observation: dict[str, list[float]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        NetworkBelief(asia).update(observation)
    with pytest.raises(InputError, match=message):
        NetworkBelief(asia, observation)


def test_belief_of_mappings_is_what_planners_take(asia: BayesianNetwork) -> None:
    belief = NetworkBelief(asia, {"either": "no"}).belief(["lung", "smoke"])
    assert {tuple(sorted(state.items())) for state in belief.states} == {
        (("lung", "no"), ("smoke", "no")),
        (("lung", "no"), ("smoke", "yes")),
    }
    assert belief.marginal("smoke").probability("yes") == pytest.approx(
        float(asia.posterior("smoke", {"either": "no"})[0])
    )


def test_bits_equal_those_of_joint_queries(asia: BayesianNetwork) -> None:
    evidence = {"dysp": "yes"}
    belief = NetworkBelief(asia, evidence)
    bits = belief.information("bronc")
    assert set(bits) == set(asia.variables) - {"bronc"}
    assert bits["dysp"] == 0
    for name in set(bits) - {"dysp"}:
        table = asia.posterior([name, "bronc"], evidence)
        np.testing.assert_allclose(belief.pairs("bronc")[name], table, atol=1e-12)
        assert bits[name] == pytest.approx(mutual_information(table), abs=1e-12)

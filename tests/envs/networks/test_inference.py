from __future__ import annotations

import math
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from planzoo.envs.networks.bif import read_bif
from planzoo.envs.networks.inference import Inference, _Layout
from planzoo.envs.networks.network import BayesianNetwork
from planzoo.errors import InputError
from tests.envs.networks.enumeration import networks, weighed
from tests.envs.networks.questions import drawn_likelihood, inferences, naive_bayes

ASIA = read_bif(str(files("planzoo.envs.diagnosis").joinpath("networks", "asia.bif")))
RANDOM_NETWORKS = networks(most_variables=9, fewest_states=2, most_states=4)


def parts_of(inference: Inference, likelihood: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """The likelihood of each observable variable."""
    return dict(
        zip(inference.observable, np.split(likelihood, inference.observable_starts[1:-1]), strict=False)
    )


@settings(max_examples=120)
@given(inferences(), st.integers(0, 2**32))
def test_posteriors_equal_enumeration(inference: Inference, seed: int) -> None:
    likelihood = drawn_likelihood(inference, seed)
    table = weighed(inference.network, inference.targets, parts_of(inference, likelihood)).reshape(-1)
    posterior = inference.posterior(likelihood)
    assert (posterior is None) == (table.sum() == 0)
    if posterior is not None:
        np.testing.assert_allclose(posterior, table / table.sum(), atol=1e-12)


@settings(max_examples=80)
@given(RANDOM_NETWORKS, st.data())
def test_observed_states_lead_to_what_elimination_computes(
    network: BayesianNetwork, data: st.DataObject
) -> None:
    names = data.draw(st.permutations(network.variables))
    targets = names[: min(2, len(names))]
    seen = {name: data.draw(st.sampled_from(network.states_of(name))) for name in names[2:6]}
    inference = Inference(network, targets, tuple(seen))
    table = network.joint(targets, seen).reshape(-1)
    posterior = inference.posterior(inference.likelihood(seen))
    if posterior is None:
        assert table.sum() == 0
    else:
        np.testing.assert_allclose(posterior, table / table.sum(), atol=1e-12)


@settings(max_examples=60)
@given(inferences(), st.integers(0, 2**32))
def test_a_scan_equals_enumeration(inference: Inference, seed: int) -> None:
    """For every state of every observable variable: the joint with the targets, given the evidence."""
    likelihood = drawn_likelihood(inference, seed)
    parts = parts_of(inference, likelihood)
    joint = inference.scan(likelihood)
    total = weighed(inference.network, (), parts)
    if not inference.observable:
        assert joint is not None and joint.shape == (0, inference.num_conditions)
        return
    assert (joint is None) == (total == 0)
    if joint is None:
        return
    for name, rows in zip(
        inference.observable, np.split(joint, inference.observable_starts[1:-1]), strict=True
    ):
        states = np.eye(len(rows))
        for state, row in enumerate(rows):
            # A target can be observed, too: then only its own state is left of it.
            supposed = {**parts, name: parts[name] * states[state]}
            expected = weighed(inference.network, inference.targets, supposed).reshape(-1)
            np.testing.assert_allclose(row, expected / total, atol=1e-12)


@settings(max_examples=40)
@given(inferences(most_variables=6), st.lists(st.integers(0, 2**32), min_size=1, max_size=6))
def test_many_at_once_are_as_each_alone(inference: Inference, seeds: list[int]) -> None:
    likelihoods = np.stack([drawn_likelihood(inference, seed) for seed in seeds])
    for likelihood, together in zip(likelihoods, inference.posteriors(likelihoods), strict=True):
        alone = inference.posterior(likelihood)
        assert (alone is None) == (together is None)
        if alone is not None and together is not None:
            np.testing.assert_array_equal(alone, together)


@settings(max_examples=60)
@given(inferences(most_variables=6), st.integers(0, 2**32), st.floats(1e-250, 1e250))
def test_a_factor_does_not_matter(inference: Inference, seed: int, factor: float) -> None:
    likelihood = drawn_likelihood(inference, seed)
    plain, scaled = inference.posterior(likelihood), inference.posterior(likelihood * factor)
    assert (plain is None) == (scaled is None)
    if plain is not None and scaled is not None:
        np.testing.assert_allclose(plain, scaled, atol=1e-12)


def test_asia_has_the_published_posteriors() -> None:
    """Of a patient who is short of breath and has been to Asia, and of one who also does not smoke."""
    inference = Inference(ASIA, ["tub"], ["asia", "dysp", "xray", "smoke"])
    for name, prior in {"tub": 0.0104, "lung": 0.055, "bronc": 0.45, "either": 0.064828}.items():
        posterior = Inference(ASIA, [name], ["dysp"]).posterior(np.ones(2))
        assert posterior is not None and posterior[0] == pytest.approx(prior, abs=1e-12)
    visited = {"asia": "yes", "dysp": "yes"}
    for name, chance in {"tub": 0.0878, "lung": 0.0995, "bronc": 0.8114}.items():
        inference = Inference(ASIA, [name], ["asia", "dysp", "xray"])
        posterior = inference.posterior(inference.likelihood(visited))
        assert posterior is not None and posterior[0] == pytest.approx(chance, abs=5e-5)


def test_impossible_evidence_is_told() -> None:
    inference = Inference(ASIA, ["tub", "bronc"], ["either", "lung", "xray"])
    impossible = inference.likelihood({"either": "no", "lung": "yes"})
    assert inference.posterior(impossible) is None
    assert inference.scan(impossible) is None
    possible = inference.likelihood({"xray": "yes"})
    first, second, third = inference.posteriors(np.stack([possible, impossible, possible]))
    assert second is None and first is not None and third is not None
    np.testing.assert_array_equal(first, third)
    assert inference.posterior(np.zeros(6)) is None


@pytest.mark.parametrize("order", ["mixed", "one after the other"])
def test_hundreds_of_findings_do_not_make_a_cause_impossible(order: str) -> None:
    """Each cause is unlikely by some hundred findings, to 1e-900; what counts is which one is less so."""
    tests = 900
    chances = np.full((tests, 2), 0.99)
    half = np.arange(tests) % 2 == 0 if order == "mixed" else np.arange(tests) < tests // 2
    chances[half, 0], chances[~half, 1] = 0.01, 0.0101
    network = naive_bayes(chances)
    inference = Inference(network, ["cause"], network.variables[1:])
    likelihood = np.tile([1.0, 0.0], tests)
    odds = math.exp(450 * (math.log(0.01) - math.log(0.0101)))
    posterior = inference.posterior(likelihood)
    assert posterior is not None
    np.testing.assert_allclose(posterior, [odds / (1 + odds), 1 / (1 + odds)], rtol=1e-10)
    joint = inference.scan(likelihood)
    assert joint is not None
    np.testing.assert_allclose(joint[::2], np.tile(posterior, (tests, 1)), rtol=1e-10)
    assert not joint[1::2].any()


def test_a_long_chain_of_findings_that_contradict_each_other_can_be_scanned() -> None:
    """A hidden chain with two findings at each of 400 places, against the backward recursion."""
    length, step = 400, np.array([[0.9, 0.1], [0.2, 0.8]])
    first, second = np.array([[2e-6, 1 - 2e-6], [0.5, 0.5]]), np.array([[0.5, 0.5], [1e-6, 1 - 1e-6]])
    hidden = [f"h{place}" for place in range(length)]
    seen = [f"{kind}{place}" for kind in "fs" for place in range(length)]
    network = BayesianNetwork(
        name="chain",
        variables=(*hidden, *seen),
        states=(("x", "y"),) * 3 * length,
        parents=((), *((name,) for name in hidden[:-1]), *((name,) for name in hidden * 2)),
        tables=(np.array([0.5, 0.5]), *([step] * (length - 1)), *([first] * length), *([second] * length)),
    )
    inference = Inference(network, [hidden[0]], seen)
    weight, backward = first[:, 0] * second[:, 0], np.ones(2)
    for _ in range(length - 1):
        backward = step @ (weight * backward)
        backward /= backward.sum()
    expected = weight * backward / (weight @ backward)
    likelihood = np.tile([1.0, 0.0], 2 * length)
    posterior = inference.posterior(likelihood)
    assert posterior is not None
    np.testing.assert_allclose(posterior, expected, rtol=1e-10)
    joint = inference.scan(likelihood)
    assert joint is not None
    np.testing.assert_allclose(joint[::2], np.tile(expected, (2 * length, 1)), rtol=1e-10)


@pytest.mark.parametrize(
    ("targets", "observable", "words"),
    [
        ([], ["xray"], "one target or more"),
        (["lung", "lung"], [], "The targets of an inference must be different: lung, lung"),
        (["lung"], ["xray", "xray"], "The observable variables of an inference must be different"),
        (["flu"], [], "no variable 'flu'"),
        (["lung"], ["flu"], "no variable 'flu'"),
    ],
)
def test_unusable_questions_are_errors(targets: list[str], observable: list[str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        Inference(ASIA, targets, observable)


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        ({"flu": "yes"}, "no variable 'flu'"),
        ({"xray": "maybe"}, "no state 'maybe'"),
        ({"bronc": "yes"}, "not laid out for evidence; observable are xray, dysp"),
    ],
)
def test_unusable_evidence_is_an_error(seen: dict[str, str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        Inference(ASIA, ["lung"], ["xray", "dysp"]).likelihood(seen)


@pytest.mark.parametrize(
    ("likelihood", "words"),
    [
        (np.ones(3), r"need 4 numbers, .* shape \(3,\)"),
        (np.ones((1, 4)), "need 4 numbers"),
        (np.array([1.0, -1.0, 1.0, 1.0]), "finite and not negative"),
        (np.array([1.0, np.nan, 1.0, 1.0]), "finite and not negative"),
        (np.array([1.0, np.inf, 1.0, 1.0]), "finite and not negative"),
    ],
)
def test_unusable_likelihoods_are_errors(likelihood: NDArray[np.float64], words: str) -> None:
    inference = Inference(ASIA, ["lung"], ["xray", "dysp"])
    for ask in (inference.posterior, inference.scan):
        with pytest.raises(InputError, match=words):
            ask(likelihood)


def test_likelihoods_of_any_layout_and_type_are_read() -> None:
    inference = Inference(ASIA, ["lung"], ["xray", "dysp"])
    plain = np.array([[1.0, 0.0, 1.0, 1.0], [1.0, 1.0, 0.0, 1.0]])
    for same in (np.asfortranarray(plain), np.repeat(plain, 2, axis=1)[:, ::2], plain.astype(np.int64)):
        for one, other in zip(inference.posteriors(plain), inference.posteriors(same), strict=True):
            np.testing.assert_array_equal(one, other)


def grid(side: int) -> BayesianNetwork:
    """A square of coins, each of which depends on its neighbours above and to the left."""
    cells = [(row, column) for row in range(side) for column in range(side)]
    above = [[(row - 1, column), (row, column - 1)] for row, column in cells]
    parents = [[cell for cell in pair if min(cell) >= 0] for pair in above]
    return BayesianNetwork(
        name="grid",
        variables=tuple(f"{row},{column}" for row, column in cells),
        states=(("x", "y"),) * len(cells),
        parents=tuple(tuple(f"{row},{column}" for row, column in own) for own in parents),
        tables=tuple(np.full([2] * (len(own) + 1), 0.5) for own in parents),
    )


def test_networks_too_dense_are_refused() -> None:
    with pytest.raises(InputError, match="over 4194304 entries together; name fewer targets"):
        Inference(grid(30), ["29,29"], ["0,0"])
    posterior = Inference(grid(8), ["7,7"], ["0,0"]).posterior(np.array([1.0, 0.0]))
    np.testing.assert_allclose(posterior, [0.5, 0.5])
    with pytest.raises(InputError, match="too large to compute"):
        Inference(grid(5), grid(5).variables, [])


@settings(max_examples=80)
@given(inferences())
def test_buckets_hang_together(inference: Inference) -> None:
    """Each table is in one bucket, and all buckets that know of a variable are next to each other."""
    layout = _Layout(inference.network, inference.targets, inference.observable)
    buckets, tree = layout.buckets, inference.tree
    scopes = [set(bucket.scope) for bucket in buckets]
    assert buckets[-1].variable is None and buckets[-1].scope == layout.targets
    assert len({bucket.variable for bucket in buckets}) == len(buckets)
    children = [child for bucket in buckets for child in bucket.children]
    assert sorted(children) == list(range(len(buckets) - 1)), "every message goes to one bucket"
    for number, bucket in enumerate(buckets):
        for child in bucket.children:
            assert child < number and tree.parents[child] == number
            assert set(buckets[child].message_scope) <= scopes[number]
    for scope, _ in layout.factors:
        first = next(
            number
            for number, bucket in enumerate(buckets)
            if bucket.variable is None or bucket.variable in scope
        )
        assert set(scope) <= scopes[first]
    for variable in set().union(*scopes):
        having = [number for number, scope in enumerate(scopes) if variable in scope]
        linked = [number for number in having if tree.parents[number] in having]
        assert len(linked) == len(having) - 1, "the buckets that have a variable make a tree"

"""Messages along the buckets; that posteriors are right is tested in ``test_inference.py``."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from planzoo.envs.networks import propagation
from planzoo.envs.networks.inference import Inference
from planzoo.envs.networks.propagation import CLEAN, DIRTY, propagate, propagate_rows, scan_states
from planzoo.envs.simulation.kernel import python_function
from tests.envs.networks.enumeration import random_network, weighed
from tests.envs.networks.questions import drawn_likelihood, inferences, naive_bayes

ROOT = Path(__file__).parents[3]
any_tiny, take_powers, give_back, has_evidence = map(
    python_function,
    (propagation.any_tiny, propagation.take_powers, propagation.give_back, propagation.has_evidence),
)


@settings(max_examples=80)
@given(inferences(), st.lists(st.integers(0, 2**32), min_size=1, max_size=4))
def test_what_a_scratch_was_used_for_does_not_matter(inference: Inference, seeds: list[int]) -> None:
    tree, used = inference.tree, inference.scratch()
    used.messages[:], used.products[:], used.saved[:] = np.nan, np.nan, np.nan
    for seed in seeds:
        likelihood = drawn_likelihood(inference, seed)
        fresh, again = np.full((2, inference.num_conditions), 7.0)
        total = propagate(tree, likelihood, inference.scratch(), fresh)
        assert propagate(tree, likelihood, used, again) == total >= 0
        np.testing.assert_array_equal(again, fresh)
        assert (fresh == 7.0).all() == (total == 0), "left alone when the evidence is impossible"


@settings(max_examples=80)
@given(inferences(), st.integers(0, 2**32))
def test_a_scan_leaves_messages_as_they_were(inference: Inference, seed: int) -> None:
    if not inference.observable:
        return
    tree, scratch = inference.tree, inference.scratch()
    likelihood = drawn_likelihood(inference, seed)
    joint = np.zeros((inference.num_states, inference.num_conditions))
    total = propagate(tree, likelihood, scratch, joint[0])
    kept = scratch._replace(**{name: array.copy() for name, array in scratch._asdict().items()})
    scan_states(tree, inference.observable_buckets, likelihood, scratch, joint)
    sent = np.repeat(scratch.dirty != CLEAN, tree.out_sizes)
    np.testing.assert_array_equal(scratch.messages[sent], kept.messages[sent])
    for name in ("dirty", "shifts", "scales"):
        np.testing.assert_array_equal(getattr(scratch, name), getattr(kept, name))
    assert joint.any() == (total > 0)


@settings(max_examples=60)
@given(inferences(), st.integers(0, 2**32))
def test_messages_are_sent_where_there_is_evidence_below(inference: Inference, seed: int) -> None:
    tree, scratch = inference.tree, inference.scratch()
    likelihood = drawn_likelihood(inference, seed)
    propagate(tree, likelihood, scratch, np.zeros(inference.num_conditions))
    parts = np.split(likelihood, inference.observable_starts[1:-1])
    told = zip(inference.observable_buckets.tolist(), parts, strict=False)
    seen = {bucket for bucket, part in told if (part != 1).any()}
    above = set(seen) | {len(tree.parents) - 1}
    for bucket in sorted(seen):
        while bucket < len(tree.parents):
            above.add(bucket)
            bucket = int(tree.parents[bucket])
    assert set(np.flatnonzero(scratch.dirty == DIRTY).tolist()) == above
    for bucket in range(len(tree.parents)):
        assert has_evidence(tree, likelihood, scratch.dirty, bucket) == (
            bucket in above if bucket < len(tree.parents) - 1 or seen else False
        )


def test_rows_are_propagated_one_after_the_other() -> None:
    inference = Inference(random_network(np.random.default_rng(1), [2, 3, 2, 2]), ["v0"], ["v1", "v2", "v3"])
    likelihoods = np.stack([drawn_likelihood(inference, seed) for seed in range(20)])
    rows, totals = np.zeros((20, 2)), np.zeros(20)
    propagate_rows(inference.tree, likelihoods, inference.scratch(), rows, totals)
    for likelihood, row, total in zip(likelihoods, rows, totals, strict=True):
        alone = np.zeros(2)
        assert propagate(inference.tree, likelihood, inference.scratch(), alone) == total
        np.testing.assert_array_equal(row, alone)


@given(st.lists(st.one_of(st.just(0.0), st.floats(1e-300, 1e300)), min_size=1, max_size=8), st.integers(1, 6))
@example([0.0, 0.0], 1)
def test_powers_that_are_taken_out_can_be_given_back(numbers: list[float], times: int) -> None:
    """A product of many numbers, far below what a float can hold, keeps all ratios that one can hold."""
    scratch = Inference(naive_bayes(np.full((1, 8), 0.5)), ["cause"], ["t0"]).scratch()
    size = len(numbers)
    scratch.products[:size] = 1.0
    for taken in range(times):
        scratch.products[:size] *= numbers
        take_powers(scratch, size, taken)
        assert not any_tiny(scratch, size)
    power = give_back(scratch, size)
    largest = max(numbers)
    expected = [float(np.float64(number / largest)) ** times if largest else 0.0 for number in numbers]
    found = scratch.products[:size]
    np.testing.assert_allclose(found / (found.max() or 1.0), expected, rtol=1e-12, atol=1e-300)
    if largest:
        assert power == pytest.approx(times * np.log2(largest), abs=times + 1)
        assert 0.5 <= found.max() < 1


def test_tiny_is_what_might_become_nothing() -> None:
    scratch = Inference(naive_bayes(np.full((1, 3), 0.5)), ["cause"], ["t0"]).scratch()
    for products, tiny in (([0, 0, 1], False), ([1e-80, 0, 1], False), ([1, 1e-95, 0], True)):
        scratch.products[:3] = products
        assert any_tiny(scratch, 3) == tiny
        assert not any_tiny(scratch, 1)


@settings(max_examples=60)
@given(inferences())
def test_children_are_idle_where_their_message_is_one(inference: Inference) -> None:
    tree = inference.tree
    ends = tree.message_starts + tree.out_sizes
    for edge, child in enumerate(tree.children):
        message = tree.prior_messages[tree.message_starts[child] : ends[child]]
        assert tree.child_is_idle[edge] == (message == 1.0).all()
    prior = tree.prior_messages[tree.message_starts[-1] :]
    expected = weighed(inference.network, inference.targets, {}).reshape(-1)
    np.testing.assert_allclose(prior, expected, atol=1e-12)


def digest() -> str:
    """What some inferences come to, to the last bit."""
    seen = hashlib.sha256()
    for seed in range(6):
        network = random_network(np.random.default_rng(seed), [2, 3, 2, 3, 2, 2])
        inference = Inference(network, network.variables[:2], network.variables[1:])
        for each in range(5):
            likelihood = drawn_likelihood(inference, each)
            for answer in (inference.posterior(likelihood), inference.scan(likelihood)):
                seen.update(b"impossible" if answer is None else answer.tobytes())
    many = naive_bayes(10 ** np.random.default_rng(0).uniform(-12, 0, (60, 3)))
    inference = Inference(many, ["cause"], many.variables[1:])
    answer = inference.scan(np.tile([1.0, 0.0], 60))
    assert answer is not None
    seen.update(answer.tobytes())
    return seen.hexdigest()


def test_compiled_inference_equals_its_python_functions() -> None:
    code = "from tests.envs.networks.test_propagation import digest; print(digest())"
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == digest()

"""Exact inference as compiled functions: messages along a bucket tree that was laid out beforehand.

Buckets come in the order of elimination, the root last. A bucket multiplies its tables with the likelihood of
its variable and with the messages from its children, sums its variable out, and the result is its message.
Where no evidence lies below a bucket, its message is what it was without any evidence, which is known.
"""

from __future__ import annotations

from math import frexp, ldexp
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.simulation.kernel import driver, kernel

NOT_OBSERVED = -1
ALL_STATES = -1
CLEAN, DIRTY, SUPPOSED = 0, 1, 2
"""No evidence below a bucket; evidence; and, added to either, a state that is supposed for the moment."""
LOWEST = -(2**20)
"""A power of two that is as good as 0."""
LAST_OF_MANY, TINY = 15, 2.0**-300
"""After every 16 messages powers of two are taken out of products that have become so small."""


class BucketTree(NamedTuple):
    """What never changes. N = buckets, the root included; C = edges from a bucket to a child.

    Attributes:
        out_sizes: int64 (N,), numbers in a bucket's message.
        variable_sizes: int64 (N,), states of the variable that a bucket sums out; 1 for the root.
        base_starts: int64 (N,), where a bucket's table begins in ``base``; its variable changes fastest.
        base: float64, product of the conditional tables of each bucket.
        message_starts: int64 (N,), where a bucket's message begins in an array of all messages.
        prior_messages: float64 (P,), all messages when there is no evidence.
        observed_starts: int64 (N,), where a bucket's variable begins in the likelihood, or NOT_OBSERVED.
        parents: int64 (N,), the bucket that gets the message; N for the root.
        child_starts: int64 (N + 1,), where a bucket's children begin in the next three.
        children: int64 (C,).
        child_is_idle: bool (C,), whether the child's message is all ones without evidence.
        index_starts: int64 (C,), where the child's entries begin in ``indices``.
        indices: int32, for each entry of a bucket's table the entry of a child's message.
    """

    out_sizes: NDArray[np.int64]
    variable_sizes: NDArray[np.int64]
    base_starts: NDArray[np.int64]
    base: NDArray[np.float64]
    message_starts: NDArray[np.int64]
    prior_messages: NDArray[np.float64]
    observed_starts: NDArray[np.int64]
    parents: NDArray[np.int64]
    child_starts: NDArray[np.int64]
    children: NDArray[np.int64]
    child_is_idle: NDArray[np.bool_]
    index_starts: NDArray[np.int64]
    indices: NDArray[np.int32]


class Scratch(NamedTuple):
    """Room for one propagation after the other. P = numbers in all messages, N = buckets.

    Attributes:
        messages: float64 (P,), of the evidence.
        products: float64 (largest table,), of a bucket's table and messages.
        exponents: int64 (largest table,), the powers of two that were taken out of the products.
        dirty: uint8 (N,), where there is evidence in a bucket or below it.
        saved: float64 (P,), messages that are about to be overwritten.
        shifts: int64 (N,), the power of two that was taken out of all of a bucket's products.
        scales: float64 (N,), what a bucket's message was divided by after that.
    """

    messages: NDArray[np.float64]
    products: NDArray[np.float64]
    exponents: NDArray[np.int64]
    dirty: NDArray[np.uint8]
    saved: NDArray[np.float64]
    shifts: NDArray[np.int64]
    scales: NDArray[np.float64]


@driver
def propagate(
    tree: BucketTree, likelihood: NDArray[np.float64], scratch: Scratch, posterior: NDArray[np.float64]
) -> float:
    """Computes the posterior of the root's variables.

    Args:
        tree: the tree.
        likelihood: float64 (S,), of each state of each variable that can be observed; all ones tells nothing.
        scratch: overwritten.
        posterior: float64 (K,), written; left alone when the evidence is impossible.

    Returns:
        A positive number if the evidence is possible, else 0.
    """
    root = tree.parents.shape[0] - 1
    for bucket in range(root + 1):
        scratch.dirty[bucket] = CLEAN
        scratch.shifts[bucket], scratch.scales[bucket] = 0, 1.0
        if bucket == root or has_evidence(tree, likelihood, scratch.dirty, bucket):
            scratch.dirty[bucket] = DIRTY
            scale(tree, scratch, bucket, send(tree, likelihood, scratch, bucket, ALL_STATES))
    start, size = tree.message_starts[root], tree.out_sizes[root]
    total = 0.0
    for entry in range(size):
        total += scratch.messages[start + entry]
    if total > 0.0:
        for entry in range(size):
            posterior[entry] = scratch.messages[start + entry] / total
    return total


@kernel
def has_evidence(
    tree: BucketTree, likelihood: NDArray[np.float64], dirty: NDArray[np.uint8], bucket: int
) -> bool:
    """Tells whether a bucket's variable is observed, or anything below it."""
    start = tree.observed_starts[bucket]
    if start != NOT_OBSERVED:
        for state in range(tree.variable_sizes[bucket]):
            if likelihood[start + state] != 1.0:
                return True
    for edge in range(tree.child_starts[bucket], tree.child_starts[bucket + 1]):
        if dirty[tree.children[edge]] != CLEAN:
            return True
    return False


@kernel
def send(
    tree: BucketTree, likelihood: NDArray[np.float64], scratch: Scratch, bucket: int, supposed: int
) -> float:
    """Computes one bucket's message, for all states of its variable or for a supposed one.

    Returns:
        The largest number in the message.
    """
    variable_size, start = tree.variable_sizes[bucket], tree.message_starts[bucket]
    observed = tree.observed_starts[bucket]
    scratch.shifts[bucket] = multiply(tree, scratch, bucket)
    largest = 0.0
    for out in range(tree.out_sizes[bucket]):
        total = 0.0
        for state in range(variable_size):
            if supposed == ALL_STATES or state == supposed:
                value = scratch.products[out * variable_size + state]
                if observed != NOT_OBSERVED:
                    value *= likelihood[observed + state]
                total += value
        scratch.messages[start + out] = total
        largest = max(largest, total)
    return largest


@kernel
def scale(tree: BucketTree, scratch: Scratch, bucket: int, largest: float) -> None:
    """Makes 1 the largest number of a message, so that no evidence is too improbable to be computed with."""
    if largest > 0.0:
        scratch.scales[bucket] = largest
        start = tree.message_starts[bucket]
        for out in range(tree.out_sizes[bucket]):
            scratch.messages[start + out] /= largest


@kernel
def multiply(tree: BucketTree, scratch: Scratch, bucket: int) -> int:
    """Writes the product of a bucket's table and its children's messages into the scratch.

    Returns:
        The power of two that was taken out of all products.
    """
    size = tree.out_sizes[bucket] * tree.variable_sizes[bucket]
    base, taken = tree.base_starts[bucket], 0
    for entry in range(size):
        scratch.products[entry] = tree.base[base + entry]
    for edge in range(tree.child_starts[bucket], tree.child_starts[bucket + 1]):
        child = tree.children[edge]
        message, index = tree.message_starts[child], tree.index_starts[edge]
        if scratch.dirty[child] != CLEAN:
            for entry in range(size):
                scratch.products[entry] *= scratch.messages[message + tree.indices[index + entry]]
        elif not tree.child_is_idle[edge]:
            for entry in range(size):
                scratch.products[entry] *= tree.prior_messages[message + tree.indices[index + entry]]
        if edge - tree.child_starts[bucket] & LAST_OF_MANY == LAST_OF_MANY and any_tiny(scratch, size):
            take_powers(scratch, size, taken)
            taken += 1
    return give_back(scratch, size) if taken > 0 else 0


@kernel
def any_tiny(scratch: Scratch, size: int) -> bool:
    """Tells whether some of the products might become 0 with the next messages."""
    tiny = False
    for entry in range(size):
        tiny |= 0.0 < scratch.products[entry] < TINY
    return tiny


@kernel
def take_powers(scratch: Scratch, size: int, taken: int) -> None:
    """Takes each product's power of two out of it; ``taken`` tells how often that was done before."""
    for entry in range(size):
        mantissa, exponent = frexp(scratch.products[entry])
        scratch.products[entry] = mantissa
        scratch.exponents[entry] = exponent + (scratch.exponents[entry] if taken > 0 else 0)


@kernel
def give_back(scratch: Scratch, size: int) -> int:
    """Gives the powers of two back to the products, all but the largest one.

    Returns:
        That one.
    """
    largest = LOWEST
    for entry in range(size):
        if scratch.products[entry] > 0.0:
            largest = max(largest, scratch.exponents[entry])
    for entry in range(size):
        shift = max(LOWEST, scratch.exponents[entry] - largest)
        scratch.products[entry] = ldexp(scratch.products[entry], int(shift))
    return largest


@driver
def propagate_rows(
    tree: BucketTree,
    likelihoods: NDArray[np.float64],
    scratch: Scratch,
    posteriors: NDArray[np.float64],
    totals: NDArray[np.float64],
) -> None:
    """Runs :func:`propagate` for each row: likelihoods (B, S), posteriors (B, K), totals (B,)."""
    for row in range(likelihoods.shape[0]):
        totals[row] = propagate(tree, likelihoods[row], scratch, posteriors[row])


@driver
def scan_states(
    tree: BucketTree,
    observable: NDArray[np.int64],
    likelihood: NDArray[np.float64],
    scratch: Scratch,
    joint: NDArray[np.float64],
) -> None:
    """Computes P(root's variables, state of X | evidence) for every state of every observable variable X.

    After one propagation of the evidence, each state is supposed in turn; only the messages from X to the
    root are computed again.

    Args:
        tree: the tree.
        observable: int64 (X,), the buckets of the observable variables, in the order of the likelihood.
        likelihood: float64 (S,).
        scratch: overwritten.
        joint: float64 (S, K), written; sums to 1 over the states of each variable and K. Zeros when the
            evidence is impossible.
    """
    joint[:] = 0.0
    if propagate(tree, likelihood, scratch, joint[0]) <= 0.0:
        return
    row = 0
    for number in range(observable.shape[0]):
        row = scan_variable(tree, observable[number], likelihood, scratch, joint, row)


@kernel
def scan_variable(
    tree: BucketTree,
    bucket: int,
    likelihood: NDArray[np.float64],
    scratch: Scratch,
    joint: NDArray[np.float64],
    row: int,
) -> int:
    """Writes the rows of one variable's states; gives the row after them."""
    root = tree.parents.shape[0] - 1
    start, size, states = tree.message_starts[root], tree.out_sizes[root], tree.variable_sizes[bucket]
    suppose(tree, scratch, bucket)
    total = 0.0
    for state in range(states):
        at, supposed = bucket, state
        while at <= root:
            send_again(tree, likelihood, scratch, at, supposed)
            at, supposed = tree.parents[at], ALL_STATES
        for entry in range(size):
            joint[row + state, entry] = scratch.messages[start + entry]
            total += scratch.messages[start + entry]
    for state in range(states):
        for entry in range(size):
            joint[row + state, entry] /= total
    restore(tree, scratch, bucket)
    return row + states


@kernel
def send_again(
    tree: BucketTree, likelihood: NDArray[np.float64], scratch: Scratch, bucket: int, supposed: int
) -> None:
    """Sends a message under a supposition, scaled as it was without, so that suppositions can be compared."""
    shift = scratch.shifts[bucket]
    send(tree, likelihood, scratch, bucket, supposed)
    power = max(LOWEST, scratch.shifts[bucket] - shift)
    scratch.shifts[bucket] = shift
    start, divisor = tree.message_starts[bucket], scratch.scales[bucket]
    for out in range(start, start + tree.out_sizes[bucket]):
        if power != 0:
            scratch.messages[out] = ldexp(scratch.messages[out], int(power))
        scratch.messages[out] /= divisor


@kernel
def suppose(tree: BucketTree, scratch: Scratch, bucket: int) -> None:
    """Keeps the messages from a bucket to the root, which are about to be overwritten."""
    at = bucket
    while at < tree.parents.shape[0]:
        start = tree.message_starts[at]
        for entry in range(start, start + tree.out_sizes[at]):
            scratch.saved[entry] = scratch.messages[entry]
        scratch.dirty[at] += SUPPOSED
        at = tree.parents[at]


@kernel
def restore(tree: BucketTree, scratch: Scratch, bucket: int) -> None:
    """Undoes :func:`suppose`."""
    at = bucket
    while at < tree.parents.shape[0]:
        start = tree.message_starts[at]
        for entry in range(start, start + tree.out_sizes[at]):
            scratch.messages[entry] = scratch.saved[entry]
        scratch.dirty[at] -= SUPPOSED
        at = tree.parents[at]

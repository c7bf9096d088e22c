"""Jumanji's RobotWarehouse in JAX: jitted, vectorized, unrolled by ``lax.scan``, begun anew as its docs say.

An episode also ends when two robots collide. Compilation is not measured.
"""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from peers import Peer, Steps

SIZES = {"tiny": (1, 3), "small": (2, 3), "medium": (2, 5), "large": (3, 5)}
UNROLLED = 10
ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def peer(size: str, robots: int, worlds: int) -> Peer:
    """Describes a batch of warehouses."""
    make = partial(steps, size, robots, worlds)
    return Peer("jumanji", "jumanji==1.1.2 jax==0.10.2", make)


def environment(size: str, robots: int) -> Any:
    """Makes the warehouse that rware calls by the same name, in episodes that begin anew by themselves."""
    from jumanji.environments import RobotWarehouse
    from jumanji.environments.routing.robot_warehouse.generator import RandomGenerator
    from jumanji.wrappers import AutoResetWrapper

    rows, columns = SIZES[size]
    generator = RandomGenerator(
        shelf_rows=rows,
        shelf_columns=columns,
        column_height=8,
        num_agents=robots,
        sensor_range=1,
        request_queue_size=robots,
    )
    return AutoResetWrapper(RobotWarehouse(generator))


def steps(size: str, robots: int, worlds: int) -> Steps:
    """Steps a batch of warehouses; the observations of each step are part of what is carried on."""
    os.environ.setdefault("XLA_FLAGS", ONE_THREAD)
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    import jax

    env = environment(size, robots)
    carried = jax.jit(jax.vmap(env.reset))(jax.random.split(jax.random.PRNGKey(0), worlds))
    actions = jax.random.randint(jax.random.PRNGKey(1), (UNROLLED, worlds, robots), 0, 5)

    def step(moment: Any, action: Any) -> tuple[Any, Any]:
        state, timestep = jax.vmap(env.step)(moment[0], action)
        return (state, timestep), timestep.reward

    unroll = jax.jit(lambda moment: jax.lax.scan(step, moment, actions))

    def run() -> int:
        nonlocal carried
        carried, _ = jax.block_until_ready(unroll(carried))
        return UNROLLED * worlds

    return run

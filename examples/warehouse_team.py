"""A fleet that plans together, step by step: run it, and read why each robot does what it does.

``python examples/warehouse_team.py [steps]``
"""

from __future__ import annotations

import sys

import gymnasium

import planzoo  # noqa: F401, registers the environments
from planzoo.envs import warehouse_v0
from planzoo.planners.domains.warehouse import HTNTeamPolicy


def main(steps: int = 120) -> float:
    """Plays the beginning of an episode and gives the deliveries."""
    params = warehouse_v0.WarehouseParams.rware("tiny", robots=3, observation="fleet")
    env = gymnasium.make("planzoo/Warehouse-v0", params=params, render_mode="ansi")
    team = HTNTeamPolicy(warehouse_v0.model(params))
    observation, _ = env.reset(seed=7)
    memory, delivered = None, 0.0
    for step in range(steps):
        actions, memory = team.predict(observation, memory)
        observation, reward, _, _, _ = env.step(actions)
        delivered += float(reward)
        if team.last_decision.replans:
            print(f"step {step}: a new plan. {team.explain().words}")
    print(env.render())
    print(f"{delivered:.0f} shelves delivered in {steps} steps")
    return delivered


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))

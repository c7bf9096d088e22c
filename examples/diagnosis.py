"""From a network of causes and findings to a plan that a person can read, and to a case treated by it.

``python examples/diagnosis.py [NETWORK.bif ROLES.yaml]``; without files, a robot cell that fails to pick.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import mkdtemp

from planzoo.envs import diagnosis_v0
from planzoo.envs.diagnosis_v0 import DiagnosisParams
from planzoo.planners.domains.diagnosis import ContingentPolicy
from planzoo.planners.domains.diagnosis_values import test_values
from planzoo.planners.pomdp import NetworkBelief


def main(*files: str, seed: int = 0, milliseconds: float = 2000) -> float:
    """Shows what is believed, what tests are worth, the plan, and one case; gives the case's return."""
    params = DiagnosisParams.from_bif(*files) if files else DiagnosisParams.troubleshooting()
    env = diagnosis_v0.gymnasium_env(params)
    policy = ContingentPolicy(diagnosis_v0.model(params), milliseconds=milliseconds)

    print("What is believed, before anything is seen:")
    belief = NetworkBelief(params.network)
    for disease, role in params.roles.diseases.items():
        print(f"  {role.label or disease}: {belief.marginal(disease).words()}")

    print("What each test alone is worth above its cost:")
    for value in test_values(policy.problem, policy.problem.initial())[:5]:
        print(f"  {value.test:14} {value.bits:.3f} bits, worth {value.utility:.2f} for {value.cost:.2f}")

    plan = policy.plan()
    labels = policy.problem.labels()
    print(f"The plan, of expected utility {plan.expected_utility:.2f}:")
    print(plan.to_text(labels, min_probability=0.1))
    path = Path(mkdtemp(prefix="planzoo-")) / "plan.svg"
    path.write_text(plan.to_svg(labels, min_probability=0.02), encoding="utf-8")
    print(f"All of it as a drawing: {path}")

    print("One case:")
    observation, _ = env.reset(seed=seed)
    memory, over, total = None, False, 0.0
    while not over:
        action, memory = policy.predict(observation, memory)
        print(f"  {policy.explain().words}")
        observation, reward, terminated, truncated, _ = env.step(action)
        total, over = total + float(reward), terminated or truncated
    print(f"In the end {total:.2f}.")
    return total


if __name__ == "__main__":
    main(*sys.argv[1:3])

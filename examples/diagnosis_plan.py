"""From a Bayesian network to a plan that a doctor could follow, and to patients treated by it.

``python examples/diagnosis_plan.py [patients]``
"""

from __future__ import annotations

import sys

import gymnasium

import planzoo  # noqa: F401, registers the environments
from planzoo.envs import diagnosis_v0
from planzoo.planners.domains.diagnosis import ContingentPolicy


def main(patients: int = 200) -> float:
    """Prints the plan, treats some patients by it, and gives their mean return."""
    params = diagnosis_v0.DiagnosisParams.asia()
    policy = ContingentPolicy(diagnosis_v0.model(params))
    plan = policy.plan()
    print(plan.to_text(dict(zip(params.tests, params.test_labels, strict=True))))
    env = gymnasium.make("planzoo/Diagnosis-v0", params=params)
    total = 0.0
    for seed in range(patients):
        observation, _ = env.reset(seed=seed)
        memory, over = None, False
        while not over:
            action, memory = policy.predict(observation, memory)
            observation, reward, terminated, truncated, _ = env.step(action)
            total, over = total + float(reward), terminated or truncated
    mean = total / patients
    print(f"expected {plan.expected_utility:.2f} a patient; {mean:.2f} on {patients} patients")
    return mean


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))

"""Diagnosis: a hidden condition, tests that tell of it at a cost, and treatments that end the episode.

See :class:`~planzoo.envs.simulation.scenario.Scenario` for the functions.
"""

from planzoo.envs.diagnosis.model import DiagnosisModel
from planzoo.envs.diagnosis.params import DiagnosisParams
from planzoo.envs.diagnosis.resources import money
from planzoo.envs.diagnosis.simulator import DiagnosisSimulator
from planzoo.envs.simulation.scenario import Scenario

SCENARIO = Scenario(
    name="diagnosis_v0",
    summary="A doctor pays for tests, then treats a hidden condition.",
    gymnasium_id="planzoo/Diagnosis-v0",
    pettingzoo_id="planzoo/diagnosis-v0",
    params_class=DiagnosisParams,
    default_params=DiagnosisParams.asia,
    simulator_class=DiagnosisSimulator,
    scene_module="planzoo.envs.diagnosis.scene",
    make_model=DiagnosisModel,
    resource_rules={"money": money},
)

simulator = SCENARIO.simulator
model = SCENARIO.model
gymnasium_env = SCENARIO.gymnasium_env
vector_env = SCENARIO.vector_env
parallel_env = SCENARIO.parallel_env
env = SCENARIO.env
sb3_vec_env = SCENARIO.sb3_vec_env

__all__ = [
    "SCENARIO",
    "DiagnosisParams",
    "env",
    "gymnasium_env",
    "model",
    "parallel_env",
    "sb3_vec_env",
    "simulator",
    "vector_env",
]

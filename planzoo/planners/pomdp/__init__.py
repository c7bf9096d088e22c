"""Planning under uncertainty: beliefs, value of information and contingent plans, on a user's own models.

Three kinds of models are planned for. A :class:`TableProblem` is a user's own table of conditions, tests
and treatments; :class:`ContingentPlanner` finds the best plan for it, and :func:`rank_tests` what each test
is worth. An :class:`InformationProblem` says what can be known and done as an AND/OR graph, for the same
planner. And where there is a planner for the world when it is known, :class:`POMDPPlanner` plans with it for
the world when it is not.
"""

from planzoo.planners.pomdp.and_or_search import AndOrSearch
from planzoo.planners.pomdp.belief import BeliefState
from planzoo.planners.pomdp.belief_space_planner import BeliefSpacePlanner
from planzoo.planners.pomdp.contingent_plan import ContingentPlan
from planzoo.planners.pomdp.contingent_planner import ContingentPlanner, ContingentPlanning, SearchBudget
from planzoo.planners.pomdp.execution import ExecutionTrace
from planzoo.planners.pomdp.information import (
    InformationValue,
    rank_tests,
    select_observation,
    should_stop,
    value_of_information,
)
from planzoo.planners.pomdp.information_problem import Branch, Choice, InformationProblem
from planzoo.planners.pomdp.network_belief import NetworkBelief
from planzoo.planners.pomdp.observation_model import Channel, ObservationAction, ObservationModel
from planzoo.planners.pomdp.particle_belief import ParticleBelief
from planzoo.planners.pomdp.pomdp_planner import POMDPPlanner
from planzoo.planners.pomdp.problem import TableProblem, TestingProblem

__all__ = [
    "AndOrSearch",
    "BeliefSpacePlanner",
    "BeliefState",
    "Branch",
    "Channel",
    "Choice",
    "ContingentPlan",
    "ContingentPlanner",
    "ContingentPlanning",
    "ExecutionTrace",
    "InformationProblem",
    "InformationValue",
    "NetworkBelief",
    "ObservationAction",
    "ObservationModel",
    "POMDPPlanner",
    "ParticleBelief",
    "SearchBudget",
    "TableProblem",
    "TestingProblem",
    "rank_tests",
    "select_observation",
    "should_stop",
    "value_of_information",
]

"""docs/seeds.md: every name that the seeds give is listed; a row that is alive points at something real."""

from __future__ import annotations

import ast
import importlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.house import ROOT

NOT_YET = "not yet"
NO_EXAMPLE = "—"

# The classes and the members that the seeds give them, in Python's spelling.
MEMBERS: dict[str, str] = {
    "HierarchicalPlanner": "",
    "Goal": "",
    "Task": "",
    "Plan": "",
    "Action": "",
    "AgentType": "COOPERATIVE COMPETITIVE SELF_INTERESTED",
    "NegotiationProtocol": "CONTRACT_NET MONOTONIC_CONCESSION MEDIATION",
    "Agent": (
        "propose_plan evaluate_proposal negotiate agent_id agent_type planner goals capabilities resources"
    ),
    "Proposal": "agent_id task plan cost utility required_resources",
    "Agreement": "agents task joint_plan resource_allocation utility_distribution",
    "MultiAgentCoordinator": (
        "allocate_tasks form_coalition resolve_conflicts execute_joint_plan "
        "allocate_tasks_with_resources coordinate_with_beliefs agents protocol"
    ),
    "ResourceType": "CONSUMABLE REUSABLE PRODUCIBLE",
    "Resource": "name resource_type initial_amount capacity cost_per_unit",
    "ResourceRequirement": "resource amount when",
    "ResourceState": "time available allocated",
    "ResourceViolation": "",
    "ResourceTracker": (
        "check_feasibility compute_resource_timeline find_violations resources timeline current_state"
    ),
    "ResourceAwarePlanner": "plan optimize_resources repair_plan base_planner tracker constraints",
    "ExecutionStatus": "SUCCESS FAILURE PARTIAL DELAYED",
    "ReplanTrigger": "FAILURE OPPORTUNITY DIVERGENCE TIMEOUT NEW_GOAL",
    "ExecutionResult": "action status actual_state expected_state cost duration",
    "ExecutionTrace": "plan results current_step current_state total_cost total_time",
    "ExecutionMonitor": (
        "execute_step check_divergence detect_failure should_replan plan executor trace current_state"
    ),
    "ReplanningEngine": (
        "execute_with_monitoring replan repair_plan replan_with_resources planner monitor replan_strategy"
    ),
    "AdaptivePlanner": "plan_and_execute learn_from_failures base_planner execution_history",
    "BeliefState": "update entropy most_likely_state states probabilities",
    "ObservationAction": "variable cost accuracy",
    "ContingentPlan": "root_action branches depth expected_cost",
    "ObservationModel": "sample_observation likelihood accuracy",
    "POMDPPlanner": (
        "plan value_of_information select_observation execute_contingent_plan base_planner observation_model"
    ),
    "BeliefSpacePlanner": "plan_in_belief_space base_planner",
    "AdvancedPlanningSystem": (
        "plan_and_execute agents resources observation_model monitoring coordination_protocol"
    ),
    "PlanType": (
        "RENDEZVOUS RESOURCE_SHARE SYNCHRONIZED_EXPLORATION GROUP_EXIT RESCUE_MISSION AREA_SWEEP SUPPLY_RUN"
    ),
    "AgentRole": "SCOUT GATHERER NAVIGATOR COORDINATOR PROTECTOR GENERALIST",
    "PlanStatus": "PROPOSED ACCEPTED REJECTED IN_PROGRESS COMPLETED ABANDONED EXPIRED",
    "CooperativePlan": (
        "id plan_type initiator initiator_name participants objective target_location target_time "
        "duration role_assignments requirements status created_at accepted_by rejected_by "
        "completed_by success completion_time outcome"
    ),
    "PlanProposal": "plan",
    "PlanAcceptance": "",
    "CooperativePlanningSystem": (
        "propose_plan respond_to_plan start_plan complete_plan_part update_plans finalize_plan "
        "get_plan get_active_plans get_agent_plans get_statistics get_team_coordination "
        "get_agent_role update_agent_role get_role_performance update_role_performance "
        "share_proposal_in_conversation PLAN_TIMEOUT active_plans"
    ),
    "TeamCoordination": (
        "team_id members active_plans completed_plans total_plans_proposed total_plans_completed "
        "success_rate coordination_score"
    ),
    "RolePerformance": (
        "agent_id role tasks_completed success_rate efficiency helpfulness reliability role_specific_stats"
    ),
}

# Everything else that they name, by kind.
NAMES: dict[str, str] = {
    "system": (
        "HTN planner; Causal chain finder; Goal decomposition; Multi-agent coordinator; "
        "Resource-aware planner; Replanning engine; POMDP planner; Advanced planning system; "
        "Cooperative planning and coordination system"
    ),
    "capability": (
        "Negotiation; Coalition formation; Task allocation; Conflict resolution; Joint plan "
        "execution; Message passing; Shared state; Commitments; Trust mechanisms; Resource tracking; "
        "Allocation optimization; Budget constraints; Feasibility checking; Execution monitoring; "
        "State tracking; Failure detection; Progress tracking; Dynamic replanning; Plan repair versus "
        "full replan; Belief state tracking; Information-gathering actions; Contingent planning; "
        "Value of information; Optimal stopping; Duration of each plan type; Importance of each plan "
        "type; Requirements of each plan type; Plan proposal and acceptance; Automatic plan timeout; "
        "Role-based assignments; Performance tracking; Memory of plans and decisions"
    ),
    "strategy": (
        "Allocation: CONTRACT_NET; Allocation: OPTIMAL_ASSIGNMENT; Allocation: CAPABILITY_MATCH; "
        "Replanning: FULL; Replanning: REPAIR; Replanning: CONTINUATION; Replanning: OPPORTUNISTIC"
    ),
    "algorithm": (
        "Hungarian algorithm; Shapley value; Core stability; Point-based value iteration; Monte-Carlo "
        "planning in POMDPs"
    ),
    "conflict type": "Resource conflict; Timing conflict; Goal conflict",
    "resource": "Time; Money; Materials; Energy; Personnel",
    "constraint": "Budget; Deadline; Capacity; Precedence",
    "when": "when: start; when: end; when: duration",
    "objective": "minimize_cost; minimize_time; balance (Pareto frontier)",
    "policy of when": "Failure-driven; Proactive; Periodic; Threshold-based",
    "information-gathering action": "Observe; Test; Ask",
    "criterion": "Value of information per cost; Largest reduction of entropy; Enables the goal",
    "composition": ("Multi-agent + resources; Resources + replanning; POMDP + multi-agent; All together"),
    "test scenario": (
        "Multi-robot warehouse; Auction bidding; Supply chain contracts; Project planning; "
        "Manufacturing; Mission planning; Robot navigation; Emergency response; Stock trading; Poker; "
        "Diagnosis; Robot localization; Medical testing"
    ),
    "demo": ("demo_multi_agent_warehouse; demo_resource_planning; demo_replanning; demo_pomdp_diagnosis"),
    "module": "multi_agent; resources; replanning; pomdp",
    "tests": "Unit tests for each component; Integration tests; End-to-end scenarios",
    "document": "Architecture document; API reference; Tutorial notebooks",
    "scenario": (
        "Resource sharing rendezvous; Group exit coordination; Plan rejection and replanning; Rescue mission"
    ),
    "manual test": "Plan proposal; Plan acceptance; Plan execution; Plan timeout; Statistics",
    "ablation": ("No coordination; Coordination enabled; Forced coordination; Role-based coordination"),
    "metric": (
        "Plan proposal rate over time; Acceptance versus rejection ratio; Success rate by plan type; "
        "Average time to plan completion; Correlation of coordination and escape time"
    ),
    "extension": (
        "LLM-based plan generation; Plan templates; Subgoal decomposition; Contingency planning; "
        "Trust-based coordination"
    ),
    "neighbouring system": "Cross-simulation memory; Danger warning; Map sharing; Role emergence",
    "panel": (
        "Active plans panel; Plan proposal notifications; Visual indicators of plan execution; "
        "Success rate dashboard per agent"
    ),
}


@dataclass(frozen=True)
class Row:
    """One row of the table: a name, and where it lives, is tested and is shown."""

    line: int
    name: str
    kind: str
    where: str
    test: str
    example: str

    @property
    def is_alive(self) -> bool:
        """True unless the row says in all three columns that it is not there yet."""
        return (self.where, self.test, self.example) != (NOT_YET, NOT_YET, NOT_YET)


def parse(text: str) -> list[Row]:
    """Read the rows of every table with five columns; their heads are left out."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        cells = [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|") or set(cells[0]) <= set("-: ") or cells[0] == "name":
            continue
        assert len(cells) == 5, f"docs/seeds.md:{number}: {len(cells)} columns instead of 5"
        found.append(Row(number, *cells))
    return found


@cache
def rows() -> tuple[Row, ...]:
    """The rows of the page as it stands."""
    return tuple(parse((ROOT / "docs" / "seeds.md").read_text(encoding="utf-8")))


def has_member(owner: Any, name: str) -> bool:
    """True for an attribute, and for a field that only an instance has."""
    bases = getattr(owner, "__mro__", ())
    return hasattr(owner, name) or any(name in vars(base).get("__annotations__", {}) for base in bases)


def fault_of_place(where: str) -> str | None:
    """Say what is wrong with `module:Qualified.name` or a path; None when it points at something."""
    module_name, colon, qualified = where.partition(":")
    if not colon:
        return None if (ROOT / where).exists() else f"no file {where}"
    try:
        owner: Any = importlib.import_module(module_name)
    except ImportError as error:
        return str(error)
    for part in qualified.split("."):
        if not has_member(owner, part):
            return f"{where}: no {part}"
        owner = getattr(owner, part, None)
    return None


def names_of_tests(path: Path) -> set[str]:
    """The functions, methods and classes of a test file, methods also as `Class::method`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    defined = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    names = {node.name for node in ast.walk(tree) if isinstance(node, defined)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            names |= {
                f"{node.name}::{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef)
            }
    return names


def fault_of_test(test: str) -> str | None:
    """Say what is wrong with `tests/….py::name`; None when that test exists."""
    name_of_file, colons, name = test.partition("::")
    path = ROOT / name_of_file
    if not colons or not name_of_file.startswith("tests/") or not path.is_file():
        return f"no test file in {test}"
    return None if name in names_of_tests(path) else f"{name_of_file} has no {name}"


def faults(row: Row) -> list[str]:
    """Everything that a row that is alive points at and that is not there."""
    found = [fault_of_place(row.where), fault_of_test(row.test)]
    if row.example != NO_EXAMPLE and not (ROOT / row.example).is_file():
        found.append(f"no example {row.example}")
    return [f"docs/seeds.md:{row.line} {row.name}: {fault}" for fault in found if fault]


def required() -> set[tuple[str, str]]:
    """Every name that must have a row, with its kind; members count under any kind."""
    members = {("member", f"{owner}.{name}") for owner, names in MEMBERS.items() for name in names.split()}
    others = {(kind, name) for kind, names in NAMES.items() for name in names.split("; ")}
    return members | others | {("class", name) for name in MEMBERS}


def listed() -> set[tuple[str, str]]:
    """The rows as `required` writes them."""
    members = {name for kind, name in required() if kind == "member"}
    return {("member" if row.name in members else row.kind, row.name) for row in rows()}


def test_every_name_of_the_seeds_has_a_row() -> None:
    assert required() - listed() == set()


def test_no_row_is_there_twice() -> None:
    keys = [(row.kind, row.name) for row in rows()]
    assert [key for key in keys if keys.count(key) > 1] == []


def test_every_row_points_at_something() -> None:
    assert [fault for row in rows() if row.is_alive for fault in faults(row)] == []


@pytest.mark.parametrize(
    ("where", "test", "example", "count"),
    [
        ("planzoo.errors:InputError", "tests/test_seeds.py::test_no_row_is_there_twice", NO_EXAMPLE, 0),
        ("planzoo/errors.py", "tests/test_seeds.py::test_no_row_is_there_twice", "docs/seeds.md", 0),
        ("planzoo.errors:Absent", "tests/test_seeds.py::test_no_row_is_there_twice", NO_EXAMPLE, 1),
        ("planzoo.absent:InputError", "tests/test_seeds.py::absent", "examples/absent.py", 3),
        ("planzoo/absent.py", "tests/test_absent.py::test_absent", NOT_YET, 3),
        ("not yet", "tests/test_seeds.py::test_no_row_is_there_twice", NO_EXAMPLE, 1),
    ],
)
def test_a_row_that_points_nowhere_would_be_found(where: str, test: str, example: str, count: int) -> None:
    text = f"| name | kind | where | test | example |\n| `X` | class | {where} | {test} | {example} |"
    (row,) = parse(text)
    assert row.is_alive
    assert len(faults(row)) == count


def test_fields_of_instances_are_found() -> None:
    assert fault_of_place("tests.test_seeds:Row.example") is None
    assert fault_of_place("tests.test_seeds:Row.is_alive") is None
    assert fault_of_place("tests.test_seeds:Row.absent") is not None

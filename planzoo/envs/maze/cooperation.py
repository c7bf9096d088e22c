"""Team plans by hand: the planning system of the project's maze document, over a simulator's state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from planzoo.envs.maze.cooperation_checks import (
    check_answer,
    check_completion,
    check_proposer,
    invited_team,
)
from planzoo.envs.maze.cooperation_types import (
    AgentRole,
    CooperativePlan,
    Location,
    PlanAcceptance,
    PlanProposal,
    PlanStatus,
    PlanType,
    RolePerformance,
    TeamCoordination,
)
from planzoo.envs.maze.cooperation_words import PlanWords, answer_message, proposal_message
from planzoo.envs.maze.plan_book import PlanBook
from planzoo.envs.maze.plan_calls import call_answer, call_finish, call_note_part, call_update
from planzoo.envs.maze.plan_drafts import chosen_patient, chosen_target
from planzoo.envs.maze.plan_life import end_plan, open_plan, start_plan
from planzoo.envs.maze.plan_statistics import as_performance, plan_statistics
from planzoo.envs.maze.state import (
    ABANDONED,
    ACCEPTED,
    COMPLETED,
    IN_PROGRESS,
    NO_STATUS,
    PLAN_STATUSES,
    PLAN_TYPES,
    PROPOSED,
    ROLES,
)
from planzoo.envs.maze.team_views import Agent, TeamView, members
from planzoo.envs.simulation.simulator import Simulator
from planzoo.errors import InputError


class CooperativePlanningSystem:
    """Proposes, answers, starts, completes and counts the plans of one world of a simulator.

    The plans themselves live in the simulator's state, where the agents' own actions make plans too; this
    object adds what was said about them, and keeps all plans of the episode that it saw: it looks whenever
    it is asked anything, and in between no more than ``history`` plans (of the parameters) may end. Every
    change is visible in the simulator's masks and observations at once. Agents are given by number, id or
    name.

    Args:
        simulator: of the maze.
        world: which of its worlds.
        names: what people call the agents.

    Raises:
        InputError: there is no such world, or not one different name for each agent.
    """

    PLAN_TIMEOUT: ClassVar[dict[PlanType, int]] = {each: each.seconds for each in PlanType}
    """Seconds after which plans of each type expire."""

    def __init__(self, simulator: Simulator, world: int = 0, names: Sequence[str] | None = None) -> None:
        self.simulator, self.world = simulator, world
        self.view = TeamView(simulator, world, names)
        self._book = PlanBook(self.view)

    @property
    def messages(self) -> list[str]:
        """What happened to plans up to the last call, in the order in which it was seen."""
        return self._book.messages

    @property
    def active_plans(self) -> dict[str, CooperativePlan]:
        """The plans that have not ended, by id."""
        return {plan.id: plan for plan in self.get_active_plans()}

    @property
    def _state(self) -> Any:
        return self.simulator.state

    def _changed(self) -> None:
        self.simulator.refresh()
        self._book.look()

    def propose_plan(
        self,
        initiator: Agent,
        plan_type: PlanType | str,
        objective: str,
        target_location: Location | None = None,
        target_time: int | None = None,
        required_participants: Sequence[Agent] | None = None,
    ) -> PlanProposal:
        """Proposes a plan under the same rules as the agents' actions do.

        Args:
            initiator: who proposes it.
            plan_type: what is to be done together.
            objective: what for, in words.
            target_location: column and row; None for the usual place of such plans.
            target_time: the step until which it must be done; None for the usual time.
            required_participants: who is asked; None asks all who hear it.

        Raises:
            InputError: it is proposed by the dead, to nobody, for a place out of reach or a time that is over
                or too late, or the rules do not allow it now.
        """
        self._book.look()
        kind, agent = self._plan_type(plan_type), self.view.living(initiator)
        check_proposer(self.view, agent, kind)
        team = invited_team(self.view, agent, required_participants)
        patient = chosen_patient(self.view, agent, team, kind)
        target = chosen_target(self.view, agent, (kind, patient), target_location)
        self._check_time(kind, target_time)
        slot = int(np.flatnonzero(self._state.plans[self.world].status == NO_STATUS)[0])
        plan = self._state.plans[self.world, slot]
        plan.type, plan.initiator, plan.patient = PLAN_TYPES.index(kind), agent, patient
        plan.invited, plan.target = team, target
        number = int(self._state.worlds[self.world].plans_proposed)
        words = self._book.words[number] = PlanWords(objective, target_location, target_time)
        open_plan(self.simulator.constants, self._state, self.world, slot)
        if target_time is not None:
            plan.deadline = target_time
        self._changed()
        return PlanProposal(self._book.plan(number), proposal_message(kind, words))

    def _check_time(self, plan_type: PlanType, target_time: int | None) -> None:
        longest = int(self.simulator.constants.plan_steps[PLAN_TYPES.index(plan_type)])
        first, last = self.view.now + 1, self.view.now + longest
        if target_time is not None and not first <= target_time <= last:
            raise InputError(f"A {plan_type} can last until step {first} to {last}, not {target_time}.")

    @staticmethod
    def _plan_type(plan_type: PlanType | str) -> PlanType:
        if plan_type not in PLAN_TYPES:
            raise InputError(f"There is no plan type {plan_type!r}: choose one of {', '.join(PLAN_TYPES)}.")
        return PlanType(plan_type)

    def share_proposal_in_conversation(self, agent: Agent, teammate: Agent, proposal: PlanProposal) -> str:
        """Tells a teammate of a proposal, in words, and notes that among the messages.

        Returns:
            What was said.

        Raises:
            InputError: one of them takes no part in it or has ended, or they are the same agent.
        """
        speaker, hearer = self.view.living(agent), self.view.living(teammate)
        for each in (speaker, hearer):
            if self.view.ids[each] not in proposal.plan.participants or speaker == hearer:
                raise InputError(f"{self.view.names[each]} cannot share {proposal.plan.id} like this.")
        names = self.view.names
        self.messages.append(f'{names[speaker]} to {names[hearer]}: "{proposal.message}"')
        return proposal.message

    def respond_to_plan(self, agent: Agent, plan_id: str, accepted: bool, reason: str = "") -> PlanAcceptance:
        """Accepts or rejects a plan.

        Raises:
            InputError: the plan is unknown, has started or ended; the agent has ended, was not asked, has
                answered already, or wants to accept while in another plan in progress.
        """
        slot, number = self._book.slot(plan_id), self.view.living(agent)
        plan = self._state.plans[self.world, slot]
        check_answer(self.view, plan, number, accepted)
        name = self.view.ids[number]
        self._book.words[int(plan.number)].reasons[name] = reason
        kind = PlanType(PLAN_TYPES[plan.type])
        call_answer(self.simulator.constants, self._state, self.world, slot, number, bool(accepted))
        self._changed()
        message = answer_message(kind, accepted, reason)
        names = self.view.names[number]
        return PlanAcceptance(plan_id, name, names, bool(accepted), reason, self.view.now, message)

    def start_plan(self, plan_id: str) -> None:
        """Starts an accepted plan without waiting for further answers.

        Raises:
            InputError: the plan is unknown, has not been accepted, has started or ended.
        """
        slot = self._book.slot(plan_id)
        status = self._state.plans[self.world, slot].status
        if status != ACCEPTED:
            raise InputError(f"{plan_id} is {PLAN_STATUSES[status]}: only an ACCEPTED plan can start.")
        start_plan(self.simulator.constants, self._state, self.world, slot)
        self._changed()

    def complete_plan_part(self, agent: Agent, plan_id: str, success: bool = True) -> None:
        """Marks an agent's part of a plan as done, or as failed; the last part ends the plan.

        Raises:
            InputError: the plan is unknown, ended or not in progress; the agent has ended or takes no part,
                its part has ended already, or is not done although ``success`` says so.
        """
        slot, number = self._book.slot(plan_id), self.view.living(agent)
        check_completion(self.view, slot, number, success)
        call_finish(self.simulator.constants, self._state, self.world, slot, number, bool(success))
        self._changed()

    def finalize_plan(self, plan_id: str, success: bool) -> None:
        """Ends an accepted or running plan at once: as COMPLETED if enough parts are done, or as ABANDONED.

        Raises:
            InputError: the plan is unknown, not accepted yet or ended; or success is claimed with too few
                parts done.
        """
        slot = self._book.slot(plan_id)
        plan = self._state.plans[self.world, slot]
        if plan.status == PROPOSED:
            raise InputError(f"{plan_id} is PROPOSED: wait for answers, or let its participants reject it.")
        if success and len(members(plan.completed)) < plan.minimum:
            raise InputError(f"{plan_id} needs {plan.minimum} parts done to be completed: finalize it later.")
        end_plan(self._state, self.world, slot, COMPLETED if success else ABANDONED)
        self._changed()

    def update_plans(self) -> None:
        """Starts plans that all have answered and ends those whose time is over, as every step does."""
        self._book.look()
        call_update(self.simulator.constants, self._state, self.world)
        self._changed()

    def get_active_plans(self) -> list[CooperativePlan]:
        """Lists the plans that have not ended, in the order of their proposals."""
        self._book.look()
        return list(self._book.plans(ended=False))

    def get_agent_plans(self, agent_id: Agent) -> list[CooperativePlan]:
        """Lists the active plans that an agent was asked to take part in, its own among them.

        Raises:
            InputError: nobody is called like that.
        """
        name = self.view.ids[self.view.number(agent_id)]
        return [plan for plan in self.get_active_plans() if name in plan.participants]

    def get_plan(self, plan_id: str) -> CooperativePlan:
        """Gives a plan of this episode, also one that has ended.

        Raises:
            InputError: there is none with that id, or it ended unseen too long ago.
        """
        return self._book.plan(self._book.number(plan_id))

    def get_agent_role(self, agent_id: Agent) -> AgentRole:
        """Gives an agent's role: in its plan in progress, or else the usual one.

        Raises:
            InputError: nobody is called like that.
        """
        agent = self.view.number(agent_id)
        plan = self._plan_in_progress(agent)
        return AgentRole(ROLES[self.view.agents.role[agent] if plan is None else plan.roles[agent]])

    def _plan_in_progress(self, agent: int) -> Any:
        for plan in self._state.plans[self.world]:
            if plan.status == IN_PROGRESS and agent in members(plan.accepted):
                return plan
        return None

    def update_agent_role(self, agent_id: Agent, new_role: AgentRole | str) -> None:
        """Gives an agent another role, in its plan in progress too.

        Raises:
            InputError: nobody is called like that, or there is no such role.
        """
        agent = self.view.number(agent_id)
        if new_role not in ROLES:
            raise InputError(f"There is no role {new_role!r}: choose one of {', '.join(ROLES)}.")
        number, plan = ROLES.index(new_role), self._plan_in_progress(agent)
        self.view.agents.role[agent] = self.view.agents.usual_role[agent] = number
        if plan is not None:
            plan.roles[agent] = number
        self.messages.append(f"{self.view.names[agent]} is now {ROLES[number]}")
        self._changed()

    def get_role_performance(self, agent_id: Agent) -> RolePerformance:
        """Gives how an agent does its parts of plans.

        Raises:
            InputError: nobody is called like that.
        """
        agent = self.view.number(agent_id)
        ids, record = self.view.ids, self._state.performance[self.world, agent]
        return as_performance(ids[agent], self.get_agent_role(agent), record)

    def update_role_performance(self, agent_id: Agent, success: bool) -> None:
        """Counts a task outside of plans that an agent did or failed, in its current role.

        Its mean efficiency stays as it is.

        Raises:
            InputError: nobody is called like that.
        """
        agent = self.view.number(agent_id)
        role = ROLES.index(self.get_agent_role(agent))
        efficiency = float(self._state.performance[self.world, agent].efficiency) if success else -1.0
        call_note_part(self._state, self.world, agent, role, efficiency)
        self._changed()

    def get_team_coordination(self) -> TeamCoordination:
        """Gives what the team has planned and done together."""
        self._book.look()
        statistics, ended = self.get_statistics(), self._book.plans(ended=True)
        return TeamCoordination(
            team_id=f"world_{self.world}",
            members=self.view.ids,
            active_plans=self._book.plans(ended=False),
            completed_plans=tuple(plan for plan in ended if plan.status is PlanStatus.COMPLETED),
            total_plans_proposed=statistics["total_proposed"],
            total_plans_completed=statistics["total_completed"],
            success_rate=statistics["success_rate"],
            coordination_score=statistics["coordination_score"],
        )

    def get_statistics(self) -> dict[str, Any]:
        """Counts plans and answers, see :func:`~planzoo.envs.maze.plan_statistics.plan_statistics`."""
        self._book.look()
        return plan_statistics(self.simulator.constants, self._state, self.world)

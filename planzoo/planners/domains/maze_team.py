"""Teams of planners in the maze: each agent decides from its own observation and what it remembers."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.state import (
    ACCEPTED,
    EAT,
    ENERGY,
    FIRST_PROPOSAL,
    GIVE,
    GROUP_EXIT,
    ITEMS,
    PICK_UP,
    PROPOSALS,
    PROPOSED,
    REST,
)
from planzoo.planners.domains.maze_answers import Answer, answer
from planzoo.planners.domains.maze_case import Case
from planzoo.planners.domains.maze_exploring import doors_to_look_at, next_aim
from planzoo.planners.domains.maze_masks import ROUNDING, allowed_actions, move_energy
from planzoo.planners.domains.maze_memory import MazeMemory, signs_of
from planzoo.planners.domains.maze_offers import Offer, best_offer
from planzoo.planners.domains.maze_site import MazeSite
from planzoo.planners.domains.maze_tasks import maze_domain, maze_problem
from planzoo.planners.domains.maze_view import MazeReader, MazeView
from planzoo.planners.htn import Action, HierarchicalPlanner
from planzoo.planners.policy import Access, DecisionInfo, Explanation, Mask, Observation, TeamPolicy

MOVING = ("walk", "search")
"""Actions that take a step for each cell of the way."""
TALKING = ("answer_plan", "propose", "complete")
"""Actions that are messages to the team."""


class IndependentPolicy(TeamPolicy):
    """Each agent decomposes its own survival and escape by a task network, and has no eyes for the others.

    It proposes nothing and rejects what it is asked. What it sees is on the maps of those who come near all
    the same, and what they see on its own.

    Args:
        params: the rules; their observation is ``map``.
        seed: unused, the policy is deterministic.

    Raises:
        InputError: the params have another observation.
    """

    access: ClassVar[Access] = Access.MODEL
    cooperative: ClassVar[bool] = False

    def __init__(self, params: MazeParams, seed: int | None = None) -> None:
        self.reader = MazeReader(params)
        agents = tuple(f"agent_{number}" for number in range(params.agents))
        super().__init__(agents, self.reader.size, seed)
        self.params = params
        self.planner = HierarchicalPlanner(maze_domain())
        self._last: list[tuple[MazeView, MazeMemory]] = []

    def reset(self, seed: int | None = None) -> None:
        """Seeds anew and forgets the last decision."""
        super().reset(seed)
        self._last = []

    def begin(self) -> list[MazeMemory]:
        """Begins an episode: nobody knows anything."""
        return [MazeMemory() for _ in self.agents]

    def decide_team(
        self, observations: Observation, memory: Any, masks: Mask | None, deterministic: bool
    ) -> NDArray[np.int64]:
        """Chooses each agent's action by itself."""
        self._last, self.last_decision = [], DecisionInfo()
        rows = enumerate(observations)
        actions = [self._decide(n, row, memory[n], None if masks is None else masks[n]) for n, row in rows]
        return np.array(actions, dtype=np.int64)

    def _decide(self, number: int, row: Observation, memory: MazeMemory, mask: Mask | None) -> int:
        if not row.any():  # it has left, and nothing is observed any more
            return REST
        view = self.reader.read(row, number)
        memory.observe(view, self.params)
        self._last.append((view, memory))
        if view.ended:
            memory.forget_plan()
            return REST
        allowed = allowed_actions(view, self.params, memory.step >= memory.next_proposal)
        if mask is not None:
            allowed &= mask
        action = self._act(view, memory, allowed)
        memory.waited = memory.waited + 1 if action == REST else 0
        if not allowed[action]:
            memory.forget_plan()
            return REST
        memory.note_action(action, view, self.params)
        return action

    def _act(self, view: MazeView, memory: MazeMemory, allowed: Mask) -> int:
        """Goes on with the plan while what it was made from stands; else plans anew."""
        signs = signs_of(view, memory)
        site = self._site(view, memory)
        while memory.queue and self._is_done(memory.queue[0], view):
            del memory.queue[0]
        if signs != memory.signs or not memory.queue:
            self._plan(site, memory, allowed)
            memory.signs = signs
        return self.next_action(site, memory)

    def _site(self, view: MazeView, memory: MazeMemory) -> MazeSite:
        """Gives what the agent makes of its map."""
        return MazeSite(view, self.params, memory.exits if self.cooperative else ())

    def _plan(self, site: MazeSite, memory: MazeMemory, allowed: Mask) -> None:
        case = self.weigh_up(site, memory, allowed)
        result = self.planner.solve(maze_problem(site, case))
        memory.plan, memory.reasons = result.plan, case.reasons
        memory.queue = [] if result.plan is None else list(result.plan.actions)
        memory.aim = -1 if case.aim is None else case.aim
        last = self.last_decision
        self.last_decision = DecisionInfo(
            expansions=last.expansions + result.expansions,
            replans=last.replans + 1,
            messages=last.messages + int(bool(memory.queue) and memory.queue[0].name in TALKING),
        )
        while memory.queue and self._is_done(memory.queue[0], site.view):
            del memory.queue[0]

    def weigh_up(self, site: MazeSite, memory: MazeMemory, allowed: Mask) -> Case:
        """Weighs up what planning needs to know."""
        return Case(
            aim=next_aim(site, memory, self.cooperative),
            answer=self._answer(site, memory),
            offer=self._offer(site, memory, allowed),
            cooperative=self.cooperative,
            waited=memory.waited,
            doors=doors_to_look_at(site, memory),
            holding=self.cooperative and _awaits_answers(site),
        )

    def _answer(self, site: MazeSite, memory: MazeMemory) -> Answer | None:
        """Decides about the first plan that awaits an answer."""
        plan = next((plan for plan in site.view.plans if plan.awaits), None)
        if plan is None:
            return None
        weighed = answer(site, memory, plan)
        words = f"rejects agent_{plan.initiator}'s {plan.name}: I see to myself"
        return Answer(plan.slot, False, words, weighed.appraisal)

    def _offer(self, site: MazeSite, memory: MazeMemory, allowed: Mask) -> Offer | None:
        """Proposes nothing."""
        return None

    def _is_done(self, action: Action, view: MazeView) -> bool:
        return action.name in MOVING and action.arguments[0] == view.cell

    def next_action(self, site: MazeSite, memory: MazeMemory) -> int:
        """Gives the action that the first step of the plan asks for now."""
        view = site.view
        if not memory.queue:
            return REST
        step = memory.queue[0]
        if step.name in MOVING:
            if view.needs[ENERGY] < move_energy(view, self.params) - ROUNDING:
                return REST
            direction = site.direction(step.arguments[0], step.name == "search")
            return REST if direction is None else direction
        del memory.queue[0]
        return self._number(step)

    def _number(self, step: Action) -> int:
        """Gives the number of an action that is not a move."""
        first, slots = FIRST_PROPOSAL + len(PROPOSALS), self.params.plan_slots
        match step.name:
            case "pick_up":
                return PICK_UP
            case "use":
                return EAT + int(step.arguments[0])
            case "give":
                return GIVE + int(step.arguments[0])
            case "answer_plan":
                return first + int(step.arguments[0]) + (0 if step.arguments[1] else slots)
            case "propose":
                return int(step.arguments[0])
            case "complete":
                return first + 2 * slots + int(step.arguments[0])
        return REST

    def explain(self) -> Explanation:
        """Tells what each agent does and why, by which tasks and methods, and what it knows."""
        if not self._last:
            return Explanation("No decision has been made yet.", {})
        data = {self.agents[view.number]: _account(view, memory) for view, memory in self._last}
        words = [f"{agent}: {each['words']}" for agent, each in data.items()]
        return Explanation("; ".join(words) + ".", data)


class CoordinatedPolicy(IndependentPolicy):
    """Agents who make plans together: they propose, accept and reject by utility, and keep their promises.

    It serves every mode of coordination: where agents may make plans they do, where they are obliged to they
    take part, and in roles they do what their role is good for. Even without plans they leave each other the
    places that others are nearer to, and look where others got out.
    """

    cooperative: ClassVar[bool] = True

    def _answer(self, site: MazeSite, memory: MazeMemory) -> Answer | None:
        plans = [plan for plan in site.view.plans if plan.awaits]
        if not plans:
            return None
        answers = [answer(site, memory, plan) for plan in plans]
        return max(answers, key=lambda each: each.appraisal.utility)

    def _offer(self, site: MazeSite, memory: MazeMemory, allowed: Mask) -> Offer | None:
        if not allowed[FIRST_PROPOSAL:].any():
            return None
        offer = best_offer(site, memory)
        return offer if offer is not None and allowed[offer.action] else None


def _awaits_answers(site: MazeSite) -> bool:
    """Tells whether a group exit is still talked about and the agent would be gone with its next step."""
    talked = any(
        plan.type == GROUP_EXIT and plan.takes_part and plan.status in (PROPOSED, ACCEPTED)
        for plan in site.view.plans
    )
    return talked and site.way_out is not None and site.steps(site.way_out) <= 1


def _account(view: MazeView, memory: MazeMemory) -> dict[str, Any]:
    """Tells in plain data what an agent does, by which tasks and methods, why, and what it knows."""
    if memory.plan is None or not memory.plan.actions:
        idle = "has nothing left to do" if view.ended else "waits, as what it planned is not possible now"
        return {
            "words": idle,
            "tasks": [],
            "why": "",
            "cell": list(view.place(view.cell)),
        }
    tree = memory.plan.decomposition
    place = max(len(memory.plan.actions) - len(memory.queue) - 1, 0)
    nodes = tree.path(tree.leaves[min(place, len(tree.leaves) - 1)])[:-1]
    chain = [f"{tree.tasks[node][0]} by {tree.methods[node]}" for node in nodes]
    reasons = [
        memory.reasons[str(tree.methods[node])] for node in nodes if tree.methods[node] in memory.reasons
    ]
    action = said(memory.queue[0] if memory.queue else memory.plan.actions[-1], view)
    why = reasons[-1] if reasons else ""
    return {
        "words": f"{action}, because {why}" if why else action,
        "why": why,
        "tasks": chain,
        "cell": list(view.place(view.cell)),
        "told_exits": [list(view.place(cell)) for cell in sorted(memory.exits)],
        "steps": [said(each, view) for each in memory.queue],
    }


def said(action: Action, view: MazeView) -> str:
    """Says what an agent does, in words."""
    first = action.arguments[0] if action.arguments else -1
    match action.name:
        case "walk":
            return f"walks to {view.place(first)}"
        case "search":
            return f"looks for a way to {view.place(first)}"
        case "pick_up" | "use":
            return f"{'picks up' if action.name == 'pick_up' else 'uses'} {ITEMS[first]}"
        case "give":
            return f"gives {ITEMS[first]} to agent_{action.arguments[1]}"
    return {"answer_plan": "answers", "propose": "asks the team", "complete": "tells the team"}.get(
        action.name, "waits"
    )

"""The four scenarios of the maze document, played through real steps: the same events in the same order."""

from __future__ import annotations

from typing import Any

import numpy as np

from planzoo.envs.maze.cooperation import CooperativePlanningSystem
from planzoo.envs.maze.params import MazeParams
from planzoo.envs.maze.simulator import MazeSimulator
from planzoo.envs.maze.state import (
    ALIVE,
    DOWN,
    DRINK,
    EAT,
    ENERGY,
    FOOD,
    GIVE,
    HEAL,
    HEALTH,
    HUNGER,
    LEFT,
    MEDICINE,
    REST,
    RIGHT,
    THIRST,
    UP,
    WATER,
)
from planzoo.envs.maze.team_memory import agent_memories

Place = tuple[int, int]
TOLD = ("gave", "ate", "drank", "healed", "found_exit", "escaped", "died")
"""Events that are told beside what the planning system tells; of an exit the first who finds it tells."""


def hall(width: int, height: int, signs: dict[Place, str]) -> str:
    """Draw a hall with some signs at (x, y)."""
    rows = [["."] * width for _ in range(height)]
    for x in range(width):
        rows[0][x] = rows[-1][x] = "#"
    for row in rows:
        row[0] = row[-1] = "#"
    for (x, y), sign in signs.items():
        rows[y][x] = sign
    return "\n".join("".join(row) for row in rows)


class Play:
    """A team in a maze of its own, which keeps a diary.

    Args:
        maze: width, height, and its signs at (x, y).
        agents: their names, and where they begin, x and y.
    """

    def __init__(
        self, maze: tuple[int, int, dict[Place, str]], agents: dict[str, Place], **changes: Any
    ) -> None:
        width, height, signs = maze
        names, text = tuple(agents), hall(width, height, signs | dict.fromkeys(agents.values(), "@"))
        params = MazeParams.from_text(text, agents=len(names), **changes)
        self.simulator = MazeSimulator(params)
        self.simulator.reset(0)
        self.names, self.diary = names, []
        self.plans = CooperativePlanningSystem(self.simulator, names=names)
        self._told = len(self.plans.messages)
        self.goals: dict[str, Place] = {}
        for number, place in enumerate(agents.values()):
            self.simulator.state.agents.cell[0, number] = self.plans.view.cell(place)
        self.simulator.refresh()

    def number(self, name: str) -> int:
        """The number of an agent."""
        return self.names.index(name)

    def needs(self, name: str, **needs: float) -> None:
        """Change what an agent needs."""
        columns = {"health": HEALTH, "hunger": HUNGER, "thirst": THIRST, "energy": ENERGY}
        for need, value in needs.items():
            self.simulator.state.agents.needs[0, self.number(name), columns[need]] = value
        self.simulator.refresh()

    def carry(self, name: str, item: int) -> None:
        """Put an item into an agent's bag."""
        self.simulator.state.agents.items[0, self.number(name), item] += 1
        self.simulator.refresh()

    def need(self, name: str, need: int) -> float:
        """What an agent has of a need."""
        return float(self.simulator.state.agents.needs[0, self.number(name), need])

    def place(self, name: str) -> Place:
        """Where an agent is."""
        return self.plans.view.location(int(self.simulator.state.agents.cell[0, self.number(name)]))

    def step(self, **actions: int) -> None:
        """Let the agents act, who rest if nothing else is said, and note what happens."""
        row = np.full((1, len(self.names)), REST)
        for name, action in actions.items():
            row[0, self.number(name)] = action
        self.simulator.step(row)
        assert not self.simulator.buffers.invalid_actions.any(), actions
        for name in sorted(self.goals):
            if self.place(name) == self.goals[name]:
                self.goals.pop(name)
                self.diary.append(f"{name} arrives")
        for name, events in zip(self.names, self.simulator.events(0), strict=True):
            told = [f"{name} {event}" for event in events if event in TOLD]
            found = any(line.endswith("found_exit") for line in self.diary)
            self.diary += [line for line in told if not (found and line.endswith("found_exit"))]
        self.listen()

    def listen(self) -> None:
        """Note what the planning system tells."""
        self.plans.get_active_plans()
        self.diary += self.plans.messages[self._told :]
        self._told = len(self.plans.messages)

    def say(self, text: str) -> None:
        """Note what somebody says or what one sees."""
        self.listen()
        self.diary.append(text)

    def walk(self, **goals: Place) -> None:
        """Let agents walk to places, column first, and note who arrives."""
        self.goals = {name: goal for name, goal in goals.items() if self.place(name) != goal}
        while self.goals:
            self.step(**{name: self.towards(name, goal) for name, goal in self.goals.items()})

    def is_there(self, name: str) -> bool:
        """Whether an agent lives."""
        return bool(self.simulator.state.agents.status[0, self.number(name)] == ALIVE)

    def towards(self, name: str, goal: Place) -> int:
        """A move towards a place, or rest without the energy for it."""
        (x, y), (goal_x, goal_y) = self.place(name), goal
        move = (RIGHT if goal_x > x else LEFT) if goal_x != x else (DOWN if goal_y > y else UP)
        allowed = self.simulator.buffers.action_masks[0, self.number(name), move]
        return move if allowed else REST

    def complete(self, slot: int = 0) -> int:
        """The action that marks one's part of the plan in a slot as done."""
        return self.simulator.num_actions - self.simulator.params.plan_slots + slot


def trading() -> Play:
    """Arth is starving, Vani is dying of thirst, and each has what the other needs."""
    play = Play((40, 40, {(25, 30): "S", (38, 38): "E"}), {"Arth": (20, 29), "Vani": (31, 28)})
    play.needs("Arth", health=80, hunger=20, thirst=60, energy=40)
    play.needs("Vani", health=90, hunger=70, thirst=10, energy=80)
    play.carry("Arth", WATER)
    play.carry("Vani", FOOD)
    return play


def test_scenario_1_resource_sharing_rendezvous() -> None:
    play = trading()
    objective = "Meet at safe room to trade resources"
    proposal = play.plans.propose_plan("Arth", "RESOURCE_SHARE", objective, (25, 30))
    play.say(proposal.message)
    answer = play.plans.respond_to_plan("Vani", proposal.plan.id, True, "I need water urgently")
    play.say(answer.message)
    assert play.plans.get_plan("plan_0").status == "ACCEPTED"
    play.walk(Arth=(25, 30), Vani=(25, 30))
    play.step(Arth=GIVE + WATER)
    play.step(Vani=GIVE + FOOD)
    play.step(Arth=play.complete(), Vani=play.complete())
    play.step(Arth=EAT, Vani=DRINK)
    assert play.diary == [
        f'Arth proposed RESOURCE_SHARE plan: "{objective}"',
        f"I propose we coordinate a RESOURCE_SHARE plan: {objective}. Let's meet at [25, 30]. Are you in?",
        f"Vani accepted plan: {objective}",
        f'Plan "{objective}" accepted by 2 agents',
        "I agreed to join the RESOURCE_SHARE plan. I need water urgently",
        f'Plan started: "{objective}" with 2 participants',
        "Arth arrives",
        "Vani arrives",
        "Arth gave",
        "Vani gave",
        f"Arth completed their part of plan: {objective}",
        f"Vani completed their part of plan: {objective}",
        f'Plan completed: "{objective}"',
        "Arth ate",
        "Vani drank",
    ]
    assert play.need("Arth", HUNGER) > 60
    assert play.need("Vani", THIRST) > 50
    state = play.simulator.state
    assert state.kept[0].tolist() == [[0, 1], [1, 0]]
    for agent in range(2):
        events = [memory.event for memory in agent_memories(play.simulator, 0, agent)]
        assert "plan_completed" in events
        assert {"gave", "received"} <= set(events)


def at_the_exit() -> Play:
    """Kael is about to discover the exit, tired; Vani is near, Arth is far."""
    agents = {"Arth": (35, 40), "Vani": (45, 50), "Kael": (45, 46)}
    play = Play((53, 53, {(48, 48): "E"}), agents, sight=2)
    play.needs("Kael", energy=1.0)
    return play


def test_scenario_2_group_exit_coordination() -> None:
    play = at_the_exit()
    play.step(Kael=RIGHT)
    objective = "All of us exit together for maximum success"
    proposal = play.plans.propose_plan("Kael", "GROUP_EXIT", objective, (48, 48))
    play.say(proposal.message)
    play.plans.respond_to_plan("Arth", "plan_0", True, "I'm far but I want to escape")
    play.plans.respond_to_plan("Vani", "plan_0", True, "I'm close!")
    plan = play.plans.get_plan("plan_0")
    assert (plan.status, len(plan.accepted_by)) == ("ACCEPTED", 3)
    play.step()
    play.walk(Vani=(48, 48))
    play.walk(Kael=(48, 48))
    play.say("Waiting for Arth")
    assert all(play.is_there(name) for name in play.names)
    play.walk(Arth=(48, 48))
    assert play.diary == [
        "Kael found_exit",
        f'Kael proposed GROUP_EXIT plan: "{objective}"',
        f"I propose we coordinate a GROUP_EXIT plan: {objective}. Let's meet at [48, 48]. "
        "Requirements: All participants are alive, Exit location is known. Are you in?",
        f"Arth accepted plan: {objective}",
        f'Plan "{objective}" accepted by 2 agents',
        f"Vani accepted plan: {objective}",
        f'Plan started: "{objective}" with 3 participants',
        "Vani arrives",
        "Kael arrives",
        "Waiting for Arth",
        "Arth arrives",
        "Arth escaped",
        "Vani escaped",
        "Kael escaped",
        f"Arth completed their part of plan: {objective}",
        f"Vani completed their part of plan: {objective}",
        f"Kael completed their part of plan: {objective}",
        f'Plan completed: "{objective}"',
    ]
    assert play.simulator.episode_info(0)["success"]
    assert play.plans.get_team_coordination().coordination_score > 0.85


def scattered() -> Play:
    """Vani in the north, Arth far in the south, Kael on his way east."""
    agents = {"Arth": (20, 40), "Vani": (20, 12), "Kael": (24, 14)}
    return Play((40, 50, {(38, 48): "E"}), agents, seconds_per_step=12.0, max_steps=300)


def test_scenario_3_plan_rejection_and_replanning() -> None:
    play = scattered()
    objective = "Explore the north wing together for safety"
    play.step()
    proposal = play.plans.propose_plan("Vani", "SYNCHRONIZED_EXPLORATION", objective, (20, 10))
    play.say(proposal.message)
    too_far = "I'm too far and need to find food first"
    play.plans.respond_to_plan("Arth", "plan_0", False, too_far)
    play.plans.respond_to_plan("Kael", "plan_0", False, "Already committed to mapping task")
    play.say("Vani explores alone")
    play.walk(Vani=(20, 9))
    for _ in range(50):
        play.step(Arth=play.towards("Arth", (20, 27)) if play.place("Arth") != (20, 27) else REST)
    hub = "Let's just meet at the hub to share info"
    play.plans.propose_plan("Vani", "RENDEZVOUS", hub, (20, 18))
    play.plans.respond_to_plan("Arth", "plan_1", True, "Shorter distance")
    play.plans.respond_to_plan("Kael", "plan_1", True, "It is on the way")
    play.walk(Kael=(20, 18), Arth=(20, 19), Vani=(20, 17))
    play.step(**dict.fromkeys(play.names, play.complete()))
    assert play.diary == [
        f'Vani proposed SYNCHRONIZED_EXPLORATION plan: "{objective}"',
        f"I propose we coordinate a SYNCHRONIZED_EXPLORATION plan: {objective}. "
        "Let's meet at [20, 10]. Are you in?",
        f"Arth rejected plan: {objective}",
        f"Kael rejected plan: {objective}",
        f'Plan rejected: "{objective}"',
        "Vani explores alone",
        "Vani arrives",
        f'Vani proposed RENDEZVOUS plan: "{hub}"',
        f"Arth accepted plan: {hub}",
        f'Plan "{hub}" accepted by 2 agents',
        f"Kael accepted plan: {hub}",
        f'Plan started: "{hub}" with 3 participants',
        "Arth arrives",
        "Kael arrives",
        "Vani arrives",
        f"Arth completed their part of plan: {hub}",
        f"Vani completed their part of plan: {hub}",
        f"Kael completed their part of plan: {hub}",
        f'Plan completed: "{hub}"',
    ]
    rejected = play.plans.get_plan("plan_0")
    assert (rejected.status, len(rejected.accepted_by)) == ("REJECTED", 1)
    assert rejected.reasons["agent_0"] == too_far
    waited = play.plans.get_plan("plan_1").created_at - rejected.created_at
    assert waited * play.simulator.params.seconds_per_step >= 600


def in_danger() -> Play:
    """Arth lies in a dead end with little health; Kael is near and has medicine; Vani is far."""
    walls = {(x, y): "#" for y in (9, 11) for x in range(10, 16)} | {(10, 10): "#"}
    agents = {"Kael": (18, 10), "Vani": (35, 36), "Arth": (11, 10)}
    play = Play((40, 40, {**walls, (38, 1): "E"}), agents)
    play.needs("Arth", health=15, hunger=10)
    play.carry("Kael", MEDICINE)
    return play


def test_scenario_4_rescue_mission() -> None:
    play = in_danger()
    objective = "Save Arth who is in critical danger"
    proposal = play.plans.propose_plan("Kael", "RESCUE_MISSION", objective)
    play.say(proposal.message)
    play.plans.respond_to_plan("Vani", "plan_0", True, "I'll come help if I can")
    play.plans.respond_to_plan("Arth", "plan_0", True, "Health critical, stuck in dead end")
    play.walk(Kael=(12, 10))
    assert play.need("Arth", HEALTH) == 15
    play.step(Kael=GIVE + MEDICINE)
    play.step(Arth=HEAL)
    assert play.need("Arth", HEALTH) == 65
    play.walk(Kael=(17, 10), Arth=(16, 10))
    play.step(Kael=play.complete(), Arth=play.complete())
    play.plans.complete_plan_part("Vani", "plan_0", success=False)
    play.listen()
    assert play.diary == [
        f'Kael proposed RESCUE_MISSION plan: "{objective}"',
        f"I propose we coordinate a RESCUE_MISSION plan: {objective}. "
        "Requirements: Rescuer has resources to help. Are you in?",
        f"Vani accepted plan: {objective}",
        f'Plan "{objective}" accepted by 2 agents',
        f"Arth accepted plan: {objective}",
        f'Plan started: "{objective}" with 3 participants',
        "Kael arrives",
        "Kael gave",
        "Arth healed",
        "Arth arrives",
        "Kael arrives",
        f"Kael completed their part of plan: {objective}",
        f"Arth completed their part of plan: {objective}",
        f"Vani failed their part of plan: {objective}",
        f'Plan completed: "{objective}"',
    ]
    kael = play.plans.get_role_performance("Kael")
    assert kael.role_specific_stats["PROTECTOR_successes"] == 1
    assert kael.helpfulness > 0.15
    saved = [(memory.event, memory.other) for memory in agent_memories(play.simulator, 0, "agent_2")]
    assert ("received", "agent_0") in saved
    assert play.simulator.state.kept[0, 2, 0] == 1

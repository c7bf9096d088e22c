"""The frozen numbers of a maze, validated, with named presets."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from planzoo.envs.maze.checks import check_params
from planzoo.envs.maze.state import FIRST_PROPOSAL, PLAN_SECONDS, PLAN_TYPES, PROPOSALS

if TYPE_CHECKING:
    from planzoo.envs.maze.text_maze import TextMaze

Kind = Literal["perfect", "braided", "rooms", "caves", "text"]
Coordination = Literal["none", "enabled", "forced", "roles"]
ObservationKind = Literal["window", "guided", "map"]
Memory = Literal["episode", "kept"]


@dataclass(frozen=True)
class MazeParams:
    """Everything that is fixed in a maze scenario.

    Attributes:
        kind: how mazes are generated, or ``text``.
        height: of the maze in cells, 5 to 200.
        width: the same.
        text: a maze in text, see :mod:`planzoo.envs.maze.text_maze`; with ``kind="text"`` only.
        maze_seed: the same maze in all episodes, drawn with this seed; None draws a new one in each.
        agents: N, 1 to 64.
        together: whether agents start side by side instead of anywhere.
        openness: ``braided``: share of dead ends that are opened; ``rooms``: share of the floor that rooms
            aim at; ``caves``: share of cells that begin open. In [0, 1].
        exits: ways out of a generated maze, at least 1.
        safe_rooms: cells where hunger, thirst and hazards pause and rest gives twice the energy.
        hazards: cells that hurt.
        food: cells with food at the beginning; likewise water and medicine.
        doors: locked doors on the ways to exits; as many keys lie where no door is in the way.
        sight: cells seen in each direction, as far as walls and doors let light pass.
        hazard_sight: how far away a hazard is recognized.
        view: cells in each direction that the observed window of the remembered map shows.
        carried: items that an agent can carry.
        hunger_rate: units of 100 lost in a step; likewise thirst_rate.
        move_energy: energy that a move takes; without it agents rest.
        rest_energy: energy that a step of rest gives.
        starvation: health lost in a step for each of hunger and thirst that is 0.
        regeneration: health gained in a step when hunger and thirst are above 50.
        hazard_damage: health lost in a step on a hazard.
        food_gain: hunger that food restores; likewise water_gain and medicine_gain (health).
        coordination: ``none``, ``enabled`` (agents propose, accept and reject), ``forced`` (whoever is asked
            takes part) or ``roles`` (participants get roles that change what they can do).
        message_range: cells (king's moves) from which proposals are heard and teammates are observed; None =
            everywhere.
        map_sharing: whether agents within ``share_range`` of each other share maps and warnings.
        share_range: in cells.
        plan_slots: plans at a time.
        minimum_participants: that a plan needs, the initiator among them.
        seconds_per_step: a plan of so many seconds takes that many steps fewer.
        response_steps: how long answers to a proposal are awaited.
        proposal_pause: steps until an agent may propose again.
        history: ended plans that a world keeps, at least ``plan_slots``.
        memories: events that an agent keeps.
        memory: ``kept`` leaves trust and statistics of plan types standing when a new episode begins.
        observation: ``window``, ``guided`` (adds the first step to the nearest of each kind of goal) or
            ``map`` (adds the whole remembered map).
        escape_reward: of getting out; death_penalty of dying; step_cost of each step of each living agent.
        exploration_reward: of each cell that nobody of the team had seen.
        plan_reward: of completing one's part of a plan.
        team_share: share of everyone's reward that is divided among all, in [0, 1].
        max_steps: time limit.

    Raises:
        InputError: a field is out of range, or fields contradict each other.
    """

    kind: Kind = "braided"
    height: int = 15
    width: int = 15
    text: str | None = None
    maze_seed: int | None = None
    agents: int = 3
    together: bool = False
    openness: float = 0.5
    exits: int = 1
    safe_rooms: int = 1
    hazards: int = 4
    food: int = 5
    water: int = 5
    medicine: int = 2
    doors: int = 0
    sight: int = 4
    hazard_sight: int = 1
    view: int = 3
    carried: int = 3
    hunger_rate: float = 0.5
    thirst_rate: float = 0.7
    move_energy: float = 0.5
    rest_energy: float = 4.0
    starvation: float = 1.0
    regeneration: float = 0.25
    hazard_damage: float = 15.0
    food_gain: float = 50.0
    water_gain: float = 50.0
    medicine_gain: float = 50.0
    coordination: Coordination = "enabled"
    message_range: int | None = None
    map_sharing: bool = True
    share_range: int = 3
    plan_slots: int = 4
    minimum_participants: int = 2
    seconds_per_step: float = 2.0
    response_steps: int = 6
    proposal_pause: int = 12
    history: int = 32
    memories: int = 16
    memory: Memory = "episode"
    observation: ObservationKind = "window"
    escape_reward: float = 10.0
    death_penalty: float = 10.0
    step_cost: float = 0.01
    exploration_reward: float = 0.01
    plan_reward: float = 0.0
    team_share: float = 0.0
    max_steps: int = 400

    def __post_init__(self) -> None:
        check_params(self)

    @classmethod
    def default(cls, **changes: Any) -> MazeParams:
        """Gives a braided maze of 15 x 15 cells for three agents who can make plans."""
        return cls(**changes)

    @classmethod
    def small(cls, **changes: Any) -> MazeParams:
        """Gives a maze of 11 x 11 cells."""
        numbers = {"hazards": 2, "food": 3, "water": 3, "medicine": 1, "max_steps": 250}
        return cls._of_size(11, numbers, changes)

    @classmethod
    def medium(cls, **changes: Any) -> MazeParams:
        """Gives a maze of 15 x 15 cells."""
        return cls._of_size(15, {}, changes)

    @classmethod
    def large(cls, **changes: Any) -> MazeParams:
        """Gives a maze of 25 x 25 cells."""
        numbers = {"hazards": 10, "food": 10, "water": 10, "medicine": 4, "safe_rooms": 2, "max_steps": 800}
        return cls._of_size(25, numbers, changes)

    @classmethod
    def rooms(cls, **changes: Any) -> MazeParams:
        """Gives rooms joined by corridors, 21 x 21 cells."""
        numbers = {"kind": "rooms", "hazards": 8, "food": 7, "water": 7, "medicine": 3, "max_steps": 600}
        return cls._of_size(21, numbers, changes)

    @classmethod
    def caves(cls, **changes: Any) -> MazeParams:
        """Gives caves joined by tunnels, 21 x 21 cells."""
        numbers = {"kind": "caves", "openness": 0.55, "hazards": 8, "food": 7, "water": 7, "medicine": 3}
        return cls._of_size(21, {**numbers, "max_steps": 600}, changes)

    @classmethod
    def rescue(cls, **changes: Any) -> MazeParams:
        """Gives a maze with few supplies and many hazards, where agents need each other's help."""
        return cls._of_size(15, {"hazards": 10, "food": 3, "water": 3, "medicine": 4}, changes)

    @classmethod
    def locked(cls, **changes: Any) -> MazeParams:
        """Gives a maze without loops where two doors stand between the agents and the exit."""
        return cls._of_size(15, {"kind": "perfect", "doors": 2, "food": 6, "water": 6}, changes)

    @classmethod
    def seed(cls, **changes: Any) -> MazeParams:
        """Gives the maze of the seed's stories: 50 x 50 cells, three agents, a second a step."""
        amounts = {"safe_rooms": 4, "hazards": 30, "food": 25, "water": 25, "medicine": 10}
        rates = {"hunger_rate": 0.25, "thirst_rate": 0.35, "move_energy": 0.25, "rest_energy": 2.0}
        times = {"seconds_per_step": 1.0, "response_steps": 12, "proposal_pause": 24, "max_steps": 3000}
        return cls._of_size(50, {**amounts, **rates, **times, "sight": 6, "share_range": 4}, changes)

    @classmethod
    def from_text(cls, text: str, **changes: Any) -> MazeParams:
        """Takes a maze from text, see :mod:`planzoo.envs.maze.text_maze`.

        Raises:
            InputError: the text is no maze, or a change is out of range.
        """
        from planzoo.envs.maze.text_maze import parse_maze

        return cls._from_maze(parse_maze(text), text, changes)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], **changes: Any) -> MazeParams:
        """Takes a maze from a text file.

        Raises:
            InputError: the file cannot be read or is no maze, or a change is out of range.
        """
        from planzoo.envs.maze.text_maze import read_maze

        maze = read_maze(path)
        return cls._from_maze(maze, maze.text(), changes)

    @classmethod
    def _from_maze(cls, maze: TextMaze, text: str, changes: dict[str, Any]) -> MazeParams:
        height, width = maze.codes.shape
        size = {"kind": "text", "text": text, "height": height, "width": width}
        return cls(**{**size, **maze.amounts, **changes})

    @classmethod
    def _of_size(cls, side: int, numbers: dict[str, Any], changes: dict[str, Any]) -> MazeParams:
        return cls(**{"height": side, "width": side, **numbers, **changes})

    @cached_property
    def text_maze(self) -> TextMaze | None:
        """The parsed text, None where mazes are generated."""
        from planzoo.envs.maze.text_maze import parse_maze

        return None if self.text is None else parse_maze(self.text)

    @property
    def plans(self) -> bool:
        """Whether agents can make plans."""
        return self.coordination != "none"

    @property
    def num_actions(self) -> int:
        """A: moves, rest, items; with plans also the proposals, then accept, reject, complete by slot."""
        return FIRST_PROPOSAL + (len(PROPOSALS) + 3 * self.plan_slots if self.plans else 0)

    @property
    def plan_steps(self) -> dict[str, int]:
        """How many steps plans of each type may take."""
        steps = (max(1, round(seconds / self.seconds_per_step)) for seconds in PLAN_SECONDS)
        return dict(zip(PLAN_TYPES, steps, strict=True))

    def to_dict(self) -> dict[str, Any]:
        """Gives the fields as data, for checkpoints and reports."""
        return asdict(self)

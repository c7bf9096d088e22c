"""What stands beside the maze: the episode, the agents with their needs, what happened in the last step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planzoo.envs.maze.scene_agents import body
from planzoo.envs.maze.scene_style import BAD
from planzoo.envs.maze.scene_things import Agent
from planzoo.envs.maze.scene_view import View
from planzoo.envs.maze.scene_words import activity, percent, plain, role
from planzoo.envs.maze.state import EVENTS, GENERALIST, HEALTH, MOST_NEED, NEEDS
from planzoo.envs.simulation.scene import Bar, Field, Gauge, Gauges, Icon, Palette, Panel, Row
from planzoo.envs.simulation.scene_parts import happenings_panel

COLUMNS = 40
"""Width of the panels in characters."""
LISTED_AGENTS, LISTED_EVENTS, NAMED_AGENTS = 8, 3, 6
"""Most rows of the lists beside the maze, and most agents that an event names; larger teams are summed up."""
NEED_COLOURS = (Palette.GREEN, Palette.ORANGE, Palette.SKY, Palette.PURPLE)
"""Of health, hunger, thirst and energy."""
LOW_NEED = 20.0
"""From here on down a need is shown as an alarm."""


def episode_panel(view: View) -> Panel:
    """Tells how the episode goes."""
    seen, cells = view.open_seen
    counts = [sum(part) for part in zip(*((a.alive, a.escaped, a.dead) for a in view.agents), strict=True)]
    rows: list[Row] = [
        Field("Step", f"{view.steps} / {view.constants.max_steps}"),
        Field("In the maze, escaped, dead", ", ".join(map(str, counts)), strong=True),
        Bar("Seen of the maze", seen / max(1, cells), percent(seen / max(1, cells)), Palette.SKY),
    ]
    return Panel("Episode", tuple(rows), COLUMNS)


def agents_panel(view: View) -> Panel:
    """Shows each agent's role, what it carries and its needs, or sums a large team up."""
    if len(view.agents) > LISTED_AGENTS:
        return Panel("Agents", tuple(_team_rows(view)), COLUMNS)
    heading = Gauges("", tuple(Gauge(name) for name in NEEDS))
    rows = [row for agent in view.agents for row in agent_rows(agent)]
    return Panel("Agents: 100 is best, hunger and thirst too", (heading, *rows), COLUMNS)


def agent_rows(agent: Agent) -> tuple[Row, Row]:
    """Gives the two rows of an agent: who it is, and its needs."""
    words, colour = activity(agent)
    name = f"Agent {agent.number}" + ("" if agent.role == GENERALIST else f" · {role(agent)}")
    doing = "" if agent.plan is None or not agent.alive else f"plan {agent.plan}"
    return Field(name, words, icon(agent), colour), Gauges(doing, _gauges(agent), colour=Palette.MUTED)


def icon(agent: Agent) -> Icon:
    """Draws an agent for a row."""
    return Icon(tuple(body(agent, (0.5, 0.5), 0.42)))


def _gauges(agent: Agent) -> tuple[Gauge, ...]:
    if not agent.alive:
        return tuple(Gauge("") for _ in NEEDS)
    return tuple(_gauge(need, value) for need, value in enumerate(agent.needs))


def _gauge(need: int, value: float) -> Gauge:
    colour = BAD if value <= LOW_NEED else NEED_COLOURS[need]
    return Gauge(f"{value:.0f}", value / MOST_NEED, colour)


def _team_rows(view: View) -> Iterator[Row]:
    """Sums up the needs of those of a large team who still play."""
    living = [agent for agent in view.agents if agent.alive]
    heading = tuple(Gauge(name) for name in NEEDS)
    yield Gauges("", heading)
    for words, choose in (("mean", lambda values: sum(values) / len(values)), ("lowest", min)):
        needs = zip(*(agent.needs for agent in living), strict=True)
        gauges = tuple(_gauge(need, choose(values)) for need, values in enumerate(needs))
        yield Gauges(words, gauges or tuple(Gauge("") for _ in NEEDS))
    worst = min(living, key=lambda agent: agent.needs[HEALTH], default=None)
    yield Field("Lowest health", "" if worst is None else f"agent {worst.number}", colour=BAD)


def events_panel(view: View) -> Panel:
    """Tells what happened in the last step, in always as many lines."""
    return happenings_panel(_happenings(view), LISTED_EVENTS, COLUMNS)


def _happenings(view: View) -> Iterable[str]:
    for event, name in enumerate(EVENTS):
        agents = [agent.number for agent in view.agents if agent.events >> event & 1]
        if agents:
            yield f"{plain(name)}: {_names(agents)}"


def _names(agents: list[int]) -> str:
    if len(agents) > NAMED_AGENTS:
        return f"{len(agents)} agents"
    return ("agent " if len(agents) == 1 else "agents ") + ", ".join(map(str, agents))

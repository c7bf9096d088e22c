"""A team of planners in a maze: they look for the way out, make plans together and say why.

``python examples/maze_team.py [picture.png]``
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from planzoo.envs import maze_v0
from planzoo.planners.domains.maze_oracle import escape_of
from planzoo.planners.domains.maze_team import CoordinatedPolicy

TALK = ("proposes ", "accepts ", "rejects ")


def main(picture: str | None = None, seed: int = 3) -> int:
    """Plays one episode, prints what is proposed and answered, and gives the steps until all are out."""
    params = maze_v0.MazeParams.large(observation="map", hunger_rate=0.8, thirst_rate=1.2)
    env = maze_v0.gymnasium_env(params, render_mode="rgb_array")
    policy, memory, frame = CoordinatedPolicy(params), None, None
    observation, _ = env.reset(seed=seed)
    reference = escape_of(env.simulator)
    over, step = False, 0
    while not over:
        actions, memory = policy.predict(observation, memory)
        words = spoken(policy.explain().data)
        for line in words:
            print(f"step {step:3d}  {line}")
        frame = env.render() if words else frame
        observation, _, terminated, truncated, info = env.step(actions)
        over, step = terminated or truncated, step + 1
    path = Path(picture or Path(tempfile.mkdtemp()) / "maze_team.png")
    save(env.render() if frame is None else frame, path)
    print(f"After {step} steps {info['escape_rate']:.0%} are out; all could be out after {reference.steps}.")
    print(f"The last talk as a picture: {path}")
    return step


def spoken(data: dict[str, Any]) -> list[str]:
    """What agents say to each other in a step, with their reasons."""
    return [f"{agent} {each['why']}." for agent, each in data.items() if each["why"].startswith(TALK)]


def save(frame: Any, path: Path) -> None:
    """Writes a frame as a picture."""
    from PIL import Image

    Image.fromarray(frame).save(path)


if __name__ == "__main__":
    main(*sys.argv[1:2])

"""What teams and agents remember."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from planzoo.envs.maze.state import RENDEZVOUS, TO_HERE
from planzoo.envs.maze.team_memory import AgentMemory, TeamMemory, agent_memories
from planzoo.errors import InputError
from tests.envs.maze.plan_hall import BEGIN, Hall


def met(times: int = 1, **changes: object) -> Hall:
    """A hall where agents 0 and 1 have met so many times, and agent 2 has said no."""
    hall = Hall(**changes)
    for _ in range(times):
        hall.started(RENDEZVOUS, TO_HERE)
        hall.tick(4)
        assert hall.complete(0)
        assert hall.complete(1)
    return hall


def same(one: TeamMemory, other: TeamMemory) -> bool:
    """Whether two memories are equal."""
    names = ("type_counts", "type_steps", "kept", "broken")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


def test_a_memory_says_what_worked_and_whom_to_trust() -> None:
    memory = TeamMemory.read(met(2).simulator)
    assert memory.num_agents == 3
    assert memory.success_rate("RENDEZVOUS") == 1.0
    assert memory.success_rate("GROUP_EXIT") is None
    assert memory.type_steps.tolist() == [8, 0, 0, 0, 0, 0, 0]
    assert memory.trust(0, 1) == pytest.approx(3 / 4)
    assert memory.trust(0, 2) == 0.5


def test_memories_of_episodes_add_up() -> None:
    once, thrice = TeamMemory.read(met(1).simulator), TeamMemory.read(met(3).simulator)
    assert same(once + once + once, thrice)
    with pytest.raises(InputError, match="3 and 4 agents don't add up"):
        once + TeamMemory.read(Hall(agents=4).simulator)


def test_a_memory_is_written_into_a_world_and_stays() -> None:
    memory = TeamMemory.read(met(3).simulator)
    hall = Hall(memory="kept")
    memory.write(hall.simulator)
    assert same(TeamMemory.read(hall.simulator), memory)
    hall.do(BEGIN)
    assert same(TeamMemory.read(hall.simulator), memory)


def test_a_memory_may_be_written_before_the_first_reset() -> None:
    memory, hall = TeamMemory.read(met(3).simulator), Hall(memory="kept")
    hall.state.performance.reliability = 0.0
    memory.write(hall.simulator)
    hall.do(BEGIN)
    assert same(TeamMemory.read(hall.simulator), memory)


def test_a_memory_fits_the_world_or_is_an_error() -> None:
    memory = TeamMemory.read(met().simulator)
    with pytest.raises(InputError, match="memory='kept'"):
        memory.write(Hall().simulator)
    with pytest.raises(InputError, match="not of 2"):
        memory.write(Hall(agents=2, memory="kept").simulator)
    with pytest.raises(InputError, match="no world 3"):
        TeamMemory.read(Hall().simulator, 3)
    with pytest.raises(InputError, match="no plan type 'PARTY'"):
        memory.success_rate("PARTY")


def test_a_memory_is_saved_and_loaded(tmp_path: Path) -> None:
    memory = TeamMemory.read(met(2).simulator)
    memory.save(tmp_path / "team.json")
    assert same(TeamMemory.load(tmp_path / "team.json"), memory)
    data = json.loads((tmp_path / "team.json").read_text(encoding="utf-8"))
    assert data["plans"]["RENDEZVOUS"]["COMPLETED"] == 2


@pytest.mark.parametrize("text", [b"", b"{", b"\xff\xfe\x00", b"[" * 100_000])
def test_a_file_that_is_no_json_is_an_error(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "team.json"
    path.write_bytes(text)
    with pytest.raises(InputError, match=r"team\.json: is no JSON file"):
        TeamMemory.load(path)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        TeamMemory.load(tmp_path / "absent.json")


def test_agents_remember_events_in_order() -> None:
    hall = met(1, agents=2)
    memories = agent_memories(hall.simulator, 0, 1)
    assert [memory.event for memory in memories] == [
        "accepted", "plan_accepted", "plan_started", "completed_part", "plan_completed"
    ]  # fmt: skip
    assert memories[0] == AgentMemory(0, "accepted", "agent_0", "plan_0", (4, 4))
    assert memories[-1].step == 5


def test_the_last_memories_are_left_when_there_are_more() -> None:
    hall = met(3, agents=2, memories=4)
    events = [memory.event for memory in agent_memories(hall.simulator, 0, "agent_1")]
    assert events == ["plan_accepted", "plan_started", "completed_part", "plan_completed"]


def test_nobody_has_memories_of_nothing() -> None:
    hall = Hall()
    assert agent_memories(hall.simulator, 0, 2) == ()
    with pytest.raises(InputError, match="no agent 5"):
        agent_memories(hall.simulator, 0, 5)
    with pytest.raises(InputError, match="no world 2"):
        agent_memories(hall.simulator, 2, 0)

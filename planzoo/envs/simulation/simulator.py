"""The substrate under every scenario: B independent worlds of N agents in preallocated arrays."""

from __future__ import annotations

import os
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from copy import copy
from functools import cached_property, partial
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.accounts.arrays import Books, no_books
from planzoo.envs.simulation.crew import Crew, Desk
from planzoo.envs.simulation.jobs import Job, begin_accounts, end_accounts
from planzoo.envs.simulation.kernel import COMPILED, call
from planzoo.envs.simulation.random import COUNTER, KEY, stream_keys

WORLDS_PER_THREAD = 64
"""Below this many worlds a thread costs more than it saves."""
NO_WORLDS = (0, 0)
"""Stands for whoever steps no worlds, but begins episodes or looks at them."""
FORK_BRANCH = 1
"""Separates the random streams of forks from those of episodes with the same seed."""


class Buffers(NamedTuple):
    """What a step writes, rewritten in place each time.

    Attributes:
        observations: float32 (B, N, D).
        action_masks: bool (B, N, A), True = allowed; never all False.
        rewards: float32 (B, N), of the last step.
        terminated: bool (B, N), ended by the rules.
        truncated: bool (B,), ended by the clock.
        invalid_actions: bool (B, N), True where the last action was outside its mask and did nothing.
        accepted_actions: int64 (B, N), the last actions; -1 where they did nothing.
    """

    observations: NDArray[np.float32]
    action_masks: NDArray[np.bool_]
    rewards: NDArray[np.float32]
    terminated: NDArray[np.bool_]
    truncated: NDArray[np.bool_]
    invalid_actions: NDArray[np.bool_]
    accepted_actions: NDArray[np.int64]


class Snapshot(NamedTuple):
    """A moment of a simulator, random streams included: for saving, replays and tests."""

    state: tuple[NDArray[Any], ...]
    terminated: NDArray[np.bool_]
    truncated: NDArray[np.bool_]


class Simulator(ABC):
    """Steps B worlds of N agents through a scenario's compiled kernels.

    The state is a NamedTuple of arrays with the world as first axis; nothing else remembers. Every scenario's
    state has the fields ``random_streams`` uint64 (B, 2), ``steps`` int32 (B,) and ``ended`` bool (B,).
    A world that has ended stands still until it is reset. It ends at the latest when all of its agents have;
    an agent that ended earlier acts no more and gets no more rewards.

    Args:
        params: the scenario's frozen parameters.
        num_worlds: B.
        threads: threads that share a step; None chooses by B and the machine.

    Raises:
        ValueError: ``num_worlds`` or ``threads`` is not positive.
    """

    agents: tuple[str, ...]
    num_actions: int
    observation_low: NDArray[np.float32]
    observation_high: NDArray[np.float32]
    observation_shape: tuple[int, ...]
    global_state_size: int
    event_names: tuple[str, ...] = ()
    num_agent_events: int = 0
    """The first so many events happen to one agent, the others to the whole world."""
    ready_disturbances: tuple[str, ...] = ()
    """The kinds that :meth:`disturb` knows."""
    constants: Any
    state: Any
    _crew: Crew | None = None
    _books: Books | None = None

    def __init__(self, params: Any, num_worlds: int = 1, threads: int | None = None) -> None:
        if num_worlds < 1 or (threads is not None and threads < 1):
            raise ValueError(f"num_worlds and threads must be positive, got {num_worlds} and {threads}.")
        self.params = params
        self.num_worlds = num_worlds
        self.threads = (threads or _thread_count(num_worlds)) if COMPILED else 1
        self._rooms: dict[tuple[int, int], Any] = {}
        self._bind()
        if not hasattr(self, "observation_shape"):
            self.observation_shape = self.observation_low.shape
        agents = len(self.agents)
        self.buffers = Buffers(
            observations=np.zeros((num_worlds, agents, len(self.observation_low)), dtype=np.float32),
            action_masks=np.ones((num_worlds, agents, self.num_actions), dtype=np.bool_),
            rewards=np.zeros((num_worlds, agents), dtype=np.float32),
            terminated=np.zeros((num_worlds, agents), dtype=np.bool_),
            truncated=np.zeros(num_worlds, dtype=np.bool_),
            invalid_actions=np.zeros((num_worlds, agents), dtype=np.bool_),
            accepted_actions=np.full((num_worlds, agents), -1, dtype=np.int64),
        )

    @abstractmethod
    def _bind(self) -> None:
        """Sets agents, actions, observation bounds, constants and a zeroed state."""

    def _new_room(self) -> Any:
        """Gives what a thread writes into, of which each needs its own; scenarios may add scratch."""
        return self.buffers

    def _room(self, worlds: tuple[int, int]) -> Any:
        """Gives the room of the thread that steps these worlds."""
        if worlds not in self._rooms:
            self._rooms[worlds] = self._new_room()
        return self._rooms[worlds]

    @abstractmethod
    def _step_worlds(self, actions: NDArray[np.int64], autoreset: bool, worlds: tuple[int, int]) -> None:
        """Runs the step kernel on worlds ``worlds[0]`` to ``worlds[1]``, the latter excluded.

        With ``autoreset``, worlds that have ended begin anew instead of standing still.
        """

    def _server(self, job: Job, desk: Desk) -> Callable[[], None]:
        """Gives what a thread runs to do its job whenever it is asked to, see :class:`Crew`."""
        raise NotImplementedError(f"{type(self).__name__} steps in one thread.")

    @abstractmethod
    def _reset_worlds(self, worlds: NDArray[np.int64]) -> None:
        """Draws the initial state of the given worlds from their streams and writes the buffers."""

    @abstractmethod
    def refresh(self) -> None:
        """Writes observations and action masks anew after the state was edited by hand."""

    @abstractmethod
    def write_global_state(self, world: int, out: NDArray[np.float32]) -> None:
        """Writes what a centralized critic may see into ``out``, float32 (global_state_size,)."""

    @abstractmethod
    def episode_facts(self, worlds: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
        """Gives facts about the episodes of some worlds, at least ``success``.

        Args:
            worlds: int64 (n,).

        Returns:
            The same names each time, each with a column (n,): bool, int64 or float64.
        """

    def episode_info(self, world: int) -> dict[str, Any]:
        """Gives the facts about one world's episode, of type bool, int or float."""
        facts = self.episode_facts(np.array([world]))
        return {name: column[0].item() for name, column in facts.items()}

    def disturb(self, world: int, kind: str, random: np.random.Generator) -> None:
        """Lets something happen to a world between two steps, see ``ready_disturbances``.

        What is observed and allowed tells of it from the next step on.

        Args:
            world: the world.
            kind: ``event`` or ``goal_change``.
            random: where all chance comes from; the world's own stream stays as it is.
        """
        raise NotImplementedError(f"{type(self).__name__} has no {kind} ready.")

    def append_columns(self, count: int) -> int:
        """Makes every agent's vector in the buffers longer; who asks for the columns writes them.

        Forks have them too. Vectors only: images have no columns.

        Args:
            count: of the columns.

        Returns:
            The first of them.
        """
        seen = self.buffers.observations
        wide = np.zeros((*seen.shape[:2], seen.shape[2] + count), dtype=np.float32)
        wide[..., : seen.shape[2]] = seen
        self.buffers = self.buffers._replace(observations=wide)
        self._rooms = {}
        self._dismiss_crew()
        return int(seen.shape[2])

    def keep_books(self, books: Books) -> None:
        """Has the threads that step worlds keep accounts of them, too, from now on; forks have none.

        ``books.resting`` is written at each step; what else is no account is the simulator's own.
        """
        self._books = books
        self._dismiss_crew()

    def _dismiss_crew(self) -> None:
        """Lets threads go that would use what is no longer so."""
        if self._crew is not None:
            self._crew.dismiss()
            self._crew = None

    @property
    def num_agents(self) -> int:
        """N."""
        return len(self.agents)

    @property
    def observation_size(self) -> int:
        """D, the length of one agent's observation vector."""
        return len(self.observation_low)

    @property
    def event_bits(self) -> NDArray[np.int32]:
        """What happened in the last step, int32 (B, N): bit n of an agent's number is ``event_names[n]``.

        Only where a scenario has ``event_names``.
        """
        raise NotImplementedError(f"{type(self).__name__} reports no events.")

    def events(self, world: int) -> list[list[str]]:
        """Names what happened to each agent of a world in the last step."""
        names = self.event_names
        bits = self.event_bits[world].tolist()
        if not any(bits):
            return [[] for _ in bits]
        return [[name for number, name in enumerate(names) if each >> number & 1] for each in bits]

    def listed_events(self, world: int) -> list[dict[str, str | None]]:
        """Lists what happened in a world in the last step, with the agent where it happened to one alone."""
        told = self.events(world)
        common = self.event_names[self.num_agent_events :]
        shared: list[dict[str, str | None]] = [
            {"event": name, "agent": None} for name in told[0] if name in common
        ]
        own: list[dict[str, str | None]] = [
            {"event": name, "agent": agent}
            for agent, names in zip(self.agents, told, strict=True)
            for name in names
            if name not in common
        ]
        return [*shared, *own]

    @property
    def state_bytes_per_world(self) -> float:
        """Bytes of state (not of buffers) that one world takes."""
        return float(sum(array.nbytes for array in self.state)) / self.num_worlds

    @cached_property
    def _all_worlds(self) -> NDArray[np.int64]:
        return np.arange(self.num_worlds, dtype=np.int64)

    @cached_property
    def parts(self) -> list[tuple[int, int]]:
        """The range of worlds of each thread."""
        bounds = np.linspace(0, self.num_worlds, self.threads + 1).astype(np.int64).tolist()
        return list(pairwise(bounds))

    def _present_crew(self) -> Crew:
        """Gives the threads that step all parts but the first; a forked process has none of its parent's."""
        if self._crew is None or self._crew.process != os.getpid():
            actions = np.zeros((self.num_worlds, self.num_agents), dtype=np.int64)
            servers = [partial(self._hire, actions, part) for part in self.parts[1:]]
            self._crew = Crew(actions, servers)
            weakref.finalize(self, self._crew.dismiss)
        return self._crew

    def _hire(self, actions: NDArray[np.int64], worlds: tuple[int, int], desk: Desk) -> Callable[[], None]:
        return self._server(self._job(actions, worlds), desk)

    def _job(self, actions: NDArray[np.int64], worlds: tuple[int, int]) -> Job:
        accepted, ended = self.buffers.accepted_actions, self.state.ended
        return Job(actions, accepted, ended, worlds, self._books or no_books())

    def reset(
        self, seeds: int | Sequence[int] | NDArray[Any] | None = None, worlds: Sequence[int] | None = None
    ) -> None:
        """Begins new episodes.

        Args:
            seeds: one seed for each world to reset, or one integer s for the seeds s, s + 1, …; None goes on
                with each world's random stream.
            worlds: the worlds to reset; None means all.

        Raises:
            ValueError: there is no such world, the number of seeds is not the number of worlds, or a seed is
                negative.
        """
        rows = self._all_worlds if worlds is None else self._checked_worlds(worlds)
        if seeds is not None:
            self.state.random_streams[rows, KEY] = stream_keys(_seed_array(seeds, len(rows)))
            self.state.random_streams[rows, COUNTER] = 0
        self._reset_worlds(rows)

    def _checked_worlds(self, worlds: Sequence[int]) -> NDArray[np.int64]:
        """Keeps compiled code from writing outside of the arrays."""
        rows = np.ascontiguousarray(worlds, dtype=np.int64).reshape(-1)
        if rows.size and not 0 <= rows.min() <= rows.max() < self.num_worlds:
            raise ValueError(f"Worlds are numbered from 0 to {self.num_worlds - 1}, but got {rows.tolist()}.")
        return rows

    def step(self, actions: NDArray[Any], autoreset: bool = False) -> Buffers:
        """Steps all worlds.

        Args:
            actions: integers (B, N). An action outside the mask, or outside [0, A), does nothing and is
                flagged in ``invalid_actions``.
            autoreset: whether worlds that have ended begin a new episode instead of standing still.

        Returns:
            The buffers, rewritten in place.
        """
        actions = np.asarray(actions, dtype=np.int64, order="C").reshape(self.num_worlds, self.num_agents)
        if self.threads == 1:
            actions = actions if self._books is None else actions.copy()
            self._step_part(actions, autoreset, (0, self.num_worlds))
            return self.buffers
        crew, (first, *others) = self._present_crew(), self.parts
        crew.begin(actions, autoreset)
        self._step_part(crew.actions, autoreset, first)
        crew.finish(lambda part: self._step_part(crew.actions, autoreset, others[part]))
        return self.buffers

    def _step_part(self, actions: NDArray[np.int64], autoreset: bool, worlds: tuple[int, int]) -> None:
        """Steps some worlds and keeps their accounts."""
        if self._books is None:
            self._step_worlds(actions, autoreset, worlds)
            return
        job = self._job(actions, worlds)
        call(begin_accounts, job)
        self._step_worlds(actions, autoreset, worlds)
        call(end_accounts, job, autoreset)

    def fork(
        self, world: int = 0, copies: int = 1, seed: int = 0, into: Simulator | None = None
    ) -> Simulator:
        """Copies one world into a new simulator with fresh randomness.

        The copies' random streams depend on ``seed`` alone, never on the original's, so that a planner that
        simulates ahead cannot see what will happen. They do have the hidden state: a policy that forks the
        world it acts in declares ``Access.STATE``.

        Args:
            world: the world to copy.
            copies: B of the new simulator.
            seed: seeds the copies: copy i gets seed + i.
            into: a simulator that an earlier fork gave, whose worlds are overwritten; this saves planners
                that fork at every step the allocation.

        Returns:
            A simulator of the same class and parameters.
        """
        other = copy(self) if into is None else into
        if into is None:
            for name in ("_all_worlds", "parts", "_crew"):
                other.__dict__.pop(name, None)
            other.num_worlds, other._rooms, other._books = copies, {}, None
            other.threads = _thread_count(copies)
            other.state = type(self.state)(*(_repeated(array, world, copies) for array in self.state))
            other.buffers = Buffers(*(_repeated(array, world, copies) for array in self.buffers))
        else:
            copies = into.num_worlds
            for source, target in zip(
                (*self.state, *self.buffers), (*into.state, *into.buffers), strict=True
            ):
                _overwrite(target, source, world)
        other.state.random_streams[:, KEY] = stream_keys(_seed_array(seed, copies), FORK_BRANCH)
        other.state.random_streams[:, COUNTER] = 0
        return other

    def snapshot(self) -> Snapshot:
        """Copies the whole moment, random streams included."""
        return Snapshot(
            state=tuple(array.copy() for array in self.state),
            terminated=self.buffers.terminated.copy(),
            truncated=self.buffers.truncated.copy(),
        )

    def restore(self, snapshot: Snapshot) -> None:
        """Goes back to a moment that :meth:`snapshot` kept.

        Raises:
            ValueError: the snapshot is of another number of worlds or of other parameters.
        """
        shapes = [array.shape for array in self.state]
        if [array.shape for array in snapshot.state] != shapes:
            raise ValueError(
                "This snapshot is of a simulator with other parameters or another number of worlds."
            )
        for target, source in zip(self.state, snapshot.state, strict=True):
            target[:] = source
        self.buffers.terminated[:] = snapshot.terminated
        self.buffers.truncated[:] = snapshot.truncated
        self.buffers.rewards[:] = 0
        self.refresh()

    def __getstate__(self) -> dict[str, Any]:
        """Leaves the threads behind: they are made again where the simulator is unpickled."""
        return {key: value for key, value in self.__dict__.items() if key != "_crew"}


def _thread_count(num_worlds: int) -> int:
    return min(os.cpu_count() or 1, max(1, num_worlds // WORLDS_PER_THREAD))


def _repeated(array: NDArray[Any], world: int, copies: int) -> NDArray[Any]:
    repeated = np.empty_like(array, shape=(copies, *array.shape[1:]))
    _overwrite(repeated, array, world)
    return repeated


def _overwrite(target: NDArray[Any], source: NDArray[Any], world: int) -> None:
    """Writes one world's part of an array into all of another, as bytes: else records copy field by field."""
    rows = target.view(np.ndarray).reshape(len(target), -1).view(np.uint8)
    rows[:] = source.view(np.ndarray)[world].reshape(-1).view(np.uint8)


def _seed_array(seeds: int | Sequence[int] | NDArray[Any], count: int) -> NDArray[np.uint64]:
    if isinstance(seeds, int | np.integer) and 0 <= seeds <= 2**63:
        return np.uint64(seeds) + np.arange(count, dtype=np.uint64)
    if isinstance(seeds, int | np.integer):
        seeds = [int(seeds) + index for index in range(count)]
    values = [int(seed) for seed in seeds]
    if len(values) != count or min(values, default=0) < 0:
        raise ValueError(f"Expected {count} seeds, none negative, but got {values[:8]}.")
    return np.array([value % 2**64 for value in values], dtype=np.uint64)

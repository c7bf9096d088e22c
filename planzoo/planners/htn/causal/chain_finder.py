"""The causal structure of a plan, found by executing it once and watching what each step reads and writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain, islice
from typing import Any

from planzoo.errors import InputError
from planzoo.planners.htn.causal.graph import graph_data, graph_dot, graph_text
from planzoo.planners.htn.causal.links import (
    START,
    Breakage,
    CausalLink,
    MethodLink,
    Threat,
    WriteHistory,
    broken_links,
    canonical,
    differs,
    is_whole,
    single_goals,
    upsets,
    watch_step,
)
from planzoo.planners.htn.causal.method_links import MethodReads, watch_methods
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.plan import Plan
from planzoo.planners.htn.recording import Footprint, WatchedState
from planzoo.planners.htn.state import ABSENT, State, Variable
from planzoo.planners.htn.task import Goal

MAXIMUM_CHAINS = 1000
"""How many chains are given unless the caller asks for more: their number can grow exponentially."""


class CausalChainFinder:
    """Finds out what each step of a plan is needed for; nothing has to be declared.

    The plan is executed once on a watched copy of the state. Steps are counted from 0; ``START`` (-1) stands
    for the initial state, and the number of steps for the goals.

    Source of the notions: McAllester and Rosenblitt, Systematic nonlinear planning (1991), on causal
    links; here preconditions are what the operators were seen to read.

    Args:
        domain: the domain of the plan.
        state: the facts before its first step; stays unchanged.
        plan: the plan.
        goals: what the plan is for: a mapping of facts, or a list of goals and multigoals. The problem's own
            tasks do: those that are no goals are passed over. If nothing remains, the plan is taken to be for
            everything that it leaves behind: each variable that some step has written, with its last value.

    Attributes:
        plan: the plan.
        goals: the goals that hold after the plan.
        unmet: the goals given that do not: no link leads to them.
        goals_given: whether there were goals among those given.
        footprints: what each step has read and written.
        links: all causal links, ordered by consumer.

    Raises:
        InputError: a step is not applicable when its turn comes, or it is not an operator of the domain.
    """

    def __init__(
        self,
        domain: Domain,
        state: Mapping[Any, Any],
        plan: Plan,
        goals: Iterable[tuple[Any, ...]] | Mapping[Any, Any] = (),
    ) -> None:
        self.domain = domain
        self.plan = plan
        self._state = state.copy() if isinstance(state, State) else State(state)
        watched, history = WatchedState(self._state), WriteHistory(self._state)
        footprints: list[Footprint] = []
        links: list[CausalLink] = []
        for step, action in enumerate(plan.actions):
            footprint = watch_step(domain, watched, step, (action.name, *action.arguments))
            links += [CausalLink(*source, step) for source in history.sources(footprint)]
            history.note(step, footprint)
            footprints.append(footprint)
        self.footprints = tuple(footprints)
        wanted = single_goals(goals)
        self.goals_given = bool(wanted)
        self.goals, self.unmet = self._split(wanted or self._left_behind(), watched)
        needed = Footprint(reads={goal.variable: goal.value for goal in self.goals})
        links += [CausalLink(*source, len(footprints)) for source in history.sources(needed)]
        self.links = tuple(links)

    def _left_behind(self) -> tuple[Goal, ...]:
        final = {variable: value for print_ in self.footprints for variable, value in print_.writes.items()}
        return single_goals(final)

    def _split(self, wanted: tuple[Goal, ...], state: State) -> tuple[tuple[Goal, ...], tuple[Goal, ...]]:
        holding = dict.fromkeys(goal for goal in wanted if goal.holds_in(state))
        return tuple(holding), tuple(goal for goal in wanted if not goal.holds_in(state))

    # -- links ----------------------------------------------------------------------------------------------

    @cached_property
    def _into(self) -> list[list[CausalLink]]:
        into: list[list[CausalLink]] = [[] for _ in range(len(self.footprints) + 1)]
        for link in self.links:
            into[link.consumer].append(link)
        return into

    @cached_property
    def _from(self) -> list[list[CausalLink]]:
        outgoing: list[list[CausalLink]] = [[] for _ in range(len(self.footprints) + 1)]
        for link in self.links:
            outgoing[link.producer].append(link)  # the last list is that of START
        return outgoing

    @cached_property
    def _writers(self) -> dict[Variable, list[int]]:
        writers: dict[Variable, list[int]] = {}
        for step, footprint in enumerate(self.footprints):
            for variable in footprint.writes:
                writers.setdefault(variable, []).append(step)
        return writers

    def links_into(self, step: int) -> tuple[CausalLink, ...]:
        """Gives the links that a step relies on; the goals' links for the number of steps.

        Raises:
            InputError: the plan has no such step.
        """
        self._require(step, 0, len(self.footprints))
        return tuple(self._into[step])

    def links_from(self, step: int) -> tuple[CausalLink, ...]:
        """Gives the links that rely on a step, or on the initial state (``START``).

        Raises:
            InputError: the plan has no such step.
        """
        self._require(step, START, len(self.footprints) - 1)
        return tuple(self._from[step])

    def threats(self, link: CausalLink | None = None) -> tuple[Threat, ...]:
        """Gives the threats to one link, or to all: their number can grow with the square of the steps'."""
        return tuple(chain.from_iterable(map(self._threats_to, self.links if link is None else (link,))))

    def _threats_to(self, link: CausalLink) -> Iterator[Threat]:
        for step in self._writers_of(link.variable):
            if step not in (link.producer, link.consumer):
                writes = self.footprints[step].writes
                variables = self._touched(step, link.variable)
                if any(upsets(link, variable, writes[variable]) for variable in variables):
                    yield Threat(link, step)

    def _writers_of(self, variable: Variable) -> Iterable[int]:
        return range(len(self.footprints)) if is_whole(variable) else self._writers.get(variable, ())

    def _touched(self, step: int, variable: Variable) -> list[Variable]:
        """Gives the variables among a step's writes that ``variable``, perhaps a whole table, stands for."""
        if not is_whole(variable):
            return [variable]
        writes = self.footprints[step].writes
        return [written for written in writes if isinstance(written, tuple) and written[0] == variable[0]]

    # -- what a step is for ---------------------------------------------------------------------------------

    @cached_property
    def _supporting(self) -> frozenset[int]:
        """The steps, and perhaps ``START``, from which a chain of links leads to a goal."""
        supporting: set[int] = set()
        for link in reversed(self.links):
            if link.consumer == len(self.footprints) or link.consumer in supporting:
                supporting.add(link.producer)
        return frozenset(supporting)

    def supports_goal(self, step: int) -> bool:
        """Says whether a chain of links leads from a step (or ``START``) to a goal.

        Raises:
            InputError: the plan has no such step.
        """
        self._require(step, START, len(self.footprints) - 1)
        return step in self._supporting

    def goals_served(self, step: int) -> tuple[Goal, ...]:
        """Gives the goals to which chains of links lead from a step (or ``START``).

        Raises:
            InputError: the plan has no such step.
        """
        self._require(step, START, len(self.footprints) - 1)
        sources = {step} | self._falling({step})
        return self._goals_on({link.variable for link in self._into[-1] if link.producer in sources})

    def idle_steps(self) -> tuple[int, ...]:
        """Gives the steps that no later step and no goal relies on."""
        return tuple(step for step in range(len(self.footprints)) if not self._from[step])

    def chains(self, step: int, limit: int = MAXIMUM_CHAINS) -> tuple[tuple[CausalLink, ...], ...]:
        """Gives the chains of links that lead from a step (or ``START``) to a goal, at most ``limit``.

        Raises:
            InputError: the plan has no such step.
        """
        self._require(step, START, len(self.footprints) - 1)
        return tuple(islice(self._chains(step), max(limit, 0)))

    def _chains(self, step: int) -> Iterator[tuple[CausalLink, ...]]:
        """Follows the links depth-first; every one that is followed leads to a goal."""
        current: list[CausalLink] = []
        open_links = [self._leading_on(step)]
        while open_links:
            link = next(open_links[-1], None)
            if link is None:
                open_links.pop()
                del current[-1:]
            elif link.consumer == len(self.footprints):
                yield (*current, link)
            else:
                current.append(link)
                open_links.append(self._leading_on(link.consumer))

    def _leading_on(self, step: int) -> Iterator[CausalLink]:
        goal, supporting = len(self.footprints), self._supporting
        return (link for link in self._from[step] if link.consumer == goal or link.consumer in supporting)

    # -- what breaks ----------------------------------------------------------------------------------------

    def if_lost(self, variable: Variable, after_step: int) -> Breakage:
        """Says what breaks when a fact is gone after a step (or before the first one: ``START``).

        Raises:
            InputError: the plan has no such step.
        """
        return self.invalidated_by({variable: ABSENT}, after_step + 1)

    def invalidated_by(self, changes: Mapping[Any, Any], executed: int) -> Breakage:
        """Says which links an exogenous change of the state breaks, and what falls with them.

        A link is broken when the change comes between its producer and its consumer and the value is not the
        one that was read: nothing else is sure to do what the plan expects. The consumer may still work with
        the other value; :meth:`still_executable` tries that.

        Args:
            changes: the variables changed with their new values; ``ABSENT`` for one that is gone.
            executed: how many steps were executed before the change.

        Raises:
            InputError: the plan has fewer steps than that.
        """
        self._require(executed, 0, len(self.footprints), "point after step")
        broken = broken_links(self.links, _canonical(changes), executed, self._writers)
        hit = {link.consumer for link in broken} - {len(self.footprints)}
        falling = self._falling(hit)
        lost = {link.variable for link in broken if link.consumer == len(self.footprints)}
        shaken = {link.variable for link in self._into[-1] if link.producer in hit | falling} - lost
        return Breakage(
            tuple(broken),
            tuple(sorted(hit)),
            self._goals_on(lost),
            tuple(sorted(falling)),
            self._goals_on(shaken),
        )

    def _falling(self, hit: set[int]) -> set[int]:
        """Gives the steps that rely on these, directly or not, without these."""
        reached, todo = set(hit), list(hit)
        while todo:
            for link in self._from[todo.pop()]:
                if link.consumer not in reached and link.consumer < len(self.footprints):
                    reached.add(link.consumer)
                    todo.append(link.consumer)
        return reached - hit

    def _goals_on(self, variables: set[Variable]) -> tuple[Goal, ...]:
        return tuple(goal for goal in self.goals if goal.variable in variables)

    def still_executable(self, changes: Mapping[Any, Any], executed: int) -> int | None:
        """Executes the rest of the plan from the changed state.

        An operator that raises, because a fact that it reads is gone, counts as not applicable.

        Args:
            changes: the variables changed with their new values; ``ABSENT`` for one that is gone.
            executed: how many steps were executed before the change.

        Returns:
            The first step that fails; the number of steps when all can be taken but a goal is missed; None
            when the plan still works.

        Raises:
            InputError: the plan has fewer steps than ``executed``.
        """
        state = self.state_after(executed)
        _write(state, changes)
        for step in range(executed, len(self.footprints)):
            name, arguments, *_ = self.plan.actions[step]
            try:
                applicable = self.domain.operators[name].function(state, *arguments) is not False
            except Exception:
                applicable = False
            if not applicable:
                return step
        return None if all(goal.holds_in(state) for goal in self.goals) else len(self.footprints)

    def state_after(self, executed: int) -> State:
        """Gives the state that the plan expects after so many steps, without executing them again.

        Raises:
            InputError: the plan has fewer steps than that.
        """
        self._require(executed, 0, len(self.footprints), "point after step")
        state = self._state.copy()
        for footprint in self.footprints[:executed]:
            _write(state, footprint.writes)
        return state

    def changes_in(self, observed: Mapping[Any, Any], executed: int) -> dict[Variable, Any]:
        """Gives the variables of an observed state that are not as the plan expects, with what they are.

        Args:
            observed: all facts after ``executed`` steps; what is not among them is gone (``ABSENT``).
            executed: how many steps were executed.

        Raises:
            InputError: the plan has fewer steps than that.
        """
        expected = self.state_after(executed)
        facts = observed if isinstance(observed, State) else State(observed)
        seen = dict(facts.items())
        changes = {v: value for v, value in seen.items() if differs(value, expected.get(v, ABSENT))}
        return changes | {variable: ABSENT for variable in expected if variable not in seen}

    # -- the decomposition ----------------------------------------------------------------------------------

    @cached_property
    def _methods(self) -> MethodReads:
        return watch_methods(self.domain, self._state, self.plan)

    @property
    def method_reads(self) -> Mapping[int, Footprint]:
        """What each node's method has read up to the alternative that the plan takes, by node.

        The plan is executed a second time for this, at the first use.

        Raises:
            InputError: the decomposition is none of this domain and state.
        """
        return self._methods.footprints

    @property
    def method_links(self) -> tuple[MethodLink, ...]:
        """The links into the decomposition: what the methods have read, and the goals at their ends."""
        return self._methods.links

    def unjustified_by(self, changes: Mapping[Any, Any], executed: int) -> tuple[MethodLink, ...]:
        """Gives the links into nodes yet to begin (or goals yet to end) that a change breaks.

        Args:
            changes: the variables changed with their new values; ``ABSENT`` for one that is gone.
            executed: how many steps were executed before the change.

        Raises:
            InputError: the plan has fewer steps than that.
        """
        self._require(executed, 0, len(self.footprints), "point after step")
        return tuple(broken_links(self.method_links, _canonical(changes), executed, self._writers))

    # -- for people and programs ----------------------------------------------------------------------------

    def to_data(self) -> dict[str, Any]:
        """Gives steps, goals, links and idle steps as dicts, lists, numbers and strings."""
        return graph_data(self.plan, self.goals, self.links)

    def to_text(self) -> str:
        """Lists for the start and each step what it makes that is used, and by whom. Steps count from 1."""
        return graph_text(self.plan, self.goals, self.links)

    def to_dot(self) -> str:
        """Writes the graph in the DOT language: start, steps and goals, with the facts on the edges."""
        return graph_dot(self.plan, self.goals, self.links)

    def _require(self, number: Any, least: int, most: int, what: str = "step") -> None:
        if not isinstance(number, int) or not least <= number <= most:
            raise InputError(
                f"The plan has no {what} {number!r}; give a whole number from {least} to {most}."
            )


def _canonical(changes: Mapping[Any, Any]) -> dict[Variable, Any]:
    return {canonical(variable): value for variable, value in changes.items()}


def _write(state: State, facts: Mapping[Variable, Any]) -> None:
    for variable, value in facts.items():
        if value is ABSENT:
            state.pop(variable, None)
        else:
            state[variable] = value

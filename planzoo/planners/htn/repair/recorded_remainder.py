"""What remains of a recorded plan: only what a change concerns is looked at again."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from typing import Any

from planzoo.planners.htn.causal.links import EVERY, differs
from planzoo.planners.htn.domain import Domain
from planzoo.planners.htn.meter import Meter
from planzoo.planners.htn.repair.differences import differences, written
from planzoo.planners.htn.repair.recorded_plan import RecordedPlan
from planzoo.planners.htn.repair.remainder import Break, Remainder, Segment
from planzoo.planners.htn.state import ABSENT, State, Variable


class RecordedRemainder(Remainder):
    """Carries a plan on by following the facts that are not as expected.

    An action, method or goal that reads none of them does what it did when the plan was recorded: it is not
    called, and what it writes is written for it. One that reads such a fact is called and decides which facts
    differ from then on.

    Args:
        domain: the domain that the plan was made for.
        record: the plan.
        executed: how many of its actions were executed.
        expected: the facts that the plan led to expect now.
        observed: the facts as they are.
    """

    def __init__(
        self, domain: Domain, record: RecordedPlan, executed: int, expected: State, observed: State
    ) -> None:
        super().__init__(domain, record.plan, executed, record.index)
        self.record = record
        self.expected = expected
        self.changes = differences(expected, observed)
        self._written: dict[int, dict[Variable, Any]] = {self.first: {}}

    def carry_on(self, state: State, segment: Segment, meter: Meter) -> Break | None:
        """Carries a segment on as :meth:`Remainder.carry_on` does; expansions are the nodes looked at.

        After the last segment the facts are those after the plan only if :attr:`to_the_end` is set; else they
        are those at the last node that the changes concern.
        """
        broken = self._missed_goal(state, segment.start, segment.limit)
        if broken is not None:
            return broken
        course = _Course(self, state, segment)
        try:
            return course.follow()
        finally:
            meter.charge(course.visits)

    def differing(self, state: State, node: int) -> set[Variable]:
        """Gives the variables that differ from what they were before a node in the plan's own course."""
        assert state.trail is not None
        if node == self.first and not state.trail:
            return set(self.changes)
        variables = {*self.changes, *self._written_before(node), *written(state.trail)}
        return {
            variable
            for variable in variables
            if variable[-1] is EVERY or differs(state.get(variable, ABSENT), self.value(variable, node))
        }

    def value(self, variable: Variable, node: int) -> Any:
        """Gives the value that a variable had before a node in the plan's own course."""
        writer = self.record.last_writer(variable, node)
        if writer is None or writer < self.first:
            return self.expected.get(variable, ABSENT)
        return self.record.footprints[writer].writes[variable]

    def _written_before(self, node: int) -> dict[Variable, Any]:
        """Gives what the pending actions before a node write in the plan's own course."""
        found = self._written.get(node)
        if found is None:
            found = self._written[node] = {}
            for action in self.index.actions(self.first, node):
                found.update(self.record.footprints[action].writes)
        return found


class _Course:
    """One walk along a segment, from one node that is concerned to the next."""

    def __init__(self, remainder: RecordedRemainder, state: State, segment: Segment) -> None:
        self.remainder = remainder
        self.record = remainder.record
        self.state = state
        self.segment = segment
        self.differing = remainder.differing(state, segment.start)
        self.visits = 0
        self.position = segment.start
        self._queue: list[tuple[int, int, Variable]] = []
        self._serial = count()
        for variable in self.differing:
            self._expect(variable, 2 * segment.start + 1)

    def follow(self) -> Break | None:
        """Goes to the segment's end, or to where it breaks."""
        while self._queue:
            moment, variables = self._next()
            node, begins = divmod(moment, 2)
            self._replay(node)
            broken = self._visit(node, variables) if begins else self._end(node)
            if broken is not None:
                return broken
            for variable in variables & self.differing:
                self._expect(variable, moment + 1)
        if not self.remainder.ends_in(self.segment):
            self._replay(self.segment.stop)
        return None

    def _expect(self, variable: Variable, moment: int) -> None:
        """Queues the next moment in which a variable matters."""
        found = self.record.next_moment(variable, moment)
        if found is not None and found <= 2 * self.segment.stop:
            heappush(self._queue, (found, next(self._serial), variable))

    def _next(self) -> tuple[int, set[Variable]]:
        """Takes the next moment, with the differing variables that matter then."""
        moment, _, variable = heappop(self._queue)
        variables = {variable}
        while self._queue and self._queue[0][0] == moment:
            variables.add(heappop(self._queue)[2])
        return moment, variables & self.differing

    def _replay(self, node: int) -> None:
        """Writes what the actions before a node write, which nothing that differs concerns."""
        for action in self.remainder.index.actions(self.position, node):
            self._write(action)
        self.position = max(self.position, node)

    def _write(self, action: int) -> None:
        for variable, value in self.record.footprints[action].writes.items():
            if value is ABSENT:
                self.state.pop(variable, None)
            else:
                self.state[variable] = value

    def _end(self, node: int) -> Break | None:
        self.visits += 1
        return self.remainder._missed_goal(self.state, node, len(self.remainder.tree.tasks))

    def _visit(self, node: int, variables: set[Variable]) -> Break | None:
        """Looks at a node that the variables concern; an action that only overwrites them is not called."""
        if not variables:
            return None
        tree = self.remainder.tree
        if tree.methods[node] is None and not self.record.concerns(node, variables):
            self.differing.difference_update(self.record.footprints[node].writes)
            return None
        self.visits += 1
        assert self.state.trail is not None
        mark = len(self.state.trail)
        fault = self.remainder._fault(self.state, node)
        if fault:
            return self.remainder._break(node, node, fault)
        if tree.methods[node] is None:
            self.position = node + 1
            self._compare(node, {*written(self.state.trail[mark:])})
        return None

    def _compare(self, action: int, variables: set[Variable]) -> None:
        """Finds out which facts differ after an action that was called and has written these variables."""
        writes = self.record.footprints[action].writes
        for variable in variables | writes.keys():
            value = writes[variable] if variable in writes else self.remainder.value(variable, action)
            differing = variable[-1] is EVERY or differs(self.state.get(variable, ABSENT), value)
            if differing and variable not in self.differing:
                self.differing.add(variable)
                self._expect(variable, 2 * action + 2)
            elif not differing:
                self.differing.discard(variable)

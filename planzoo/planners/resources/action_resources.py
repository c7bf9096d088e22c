"""What the actions of a domain take of resources, and in which ways they can be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from planzoo.envs.resources.resource import Resource
from planzoo.errors import InputError
from planzoo.planners.htn.plan import Action
from planzoo.planners.resources.project import Mode
from planzoo.planners.resources.timed_steps import Needs, action_mode

Modes = Mapping[str, Sequence[Mode]] | Callable[[Action], Sequence[Mode]]
"""The ways to do an action: by the operator's name, or a function of the action."""


@dataclass(frozen=True)
class ActionResources:
    """What actions take.

    Attributes:
        resources: what there is, by name.
        needs: what actions require; None: what their operators say that they hold.
        modes: other ways to do an action, after the one that the domain itself gives; None: no others.
        ignored: resources that count as if there were enough of them.
    """

    resources: Mapping[str, Resource]
    needs: Needs | None = None
    modes: Modes | None = None
    ignored: frozenset[str] = field(default_factory=frozenset)

    def without(self, resource: str) -> ActionResources:
        """Gives a copy for which there is enough of a resource."""
        return replace(self, ignored=self.ignored | {resource})

    def modes_of(self, action: Action) -> tuple[Mode, ...]:
        """Gives every way to do an action, the domain's own first.

        Raises:
            InputError: a requirement is about an unknown resource, or more than there ever is.
        """
        own = action_mode(action, self.resources, self.needs)
        others = self._others(action)
        for mode in others:
            mode.check(self.resources, f"Action {action} in mode {mode.name!r}")
        return tuple(self._counted(mode) for mode in (own, *others))

    def _others(self, action: Action) -> tuple[Mode, ...]:
        if self.modes is None:
            return ()
        found = self.modes(action) if callable(self.modes) else self.modes.get(action.name, ())
        for mode in found:
            if not isinstance(mode, Mode):
                raise InputError(f"Action {action} has the mode {mode!r}; give Mode(duration, requirements).")
        return tuple(found)

    def _counted(self, mode: Mode) -> Mode:
        return mode.without(self.ignored, self.resources) if self.ignored else mode

"""What the wrappers must know of the environment that they are put around."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gymnasium import spaces

from planzoo.envs.resources.rules import ResourceRules, Violation
from planzoo.errors import InputError


def inner_wrappers(env: Any, kind: type[Any]) -> Iterator[Any]:
    """Gives the wrappers of one kind around an environment, the outermost first."""
    while env is not None:
        if isinstance(env, kind):
            yield env
        env = vars(env).get("env", vars(env).get("venv"))


def check_names(rules: ResourceRules, env: Any, kind: type[Any]) -> None:
    """Makes sure that no wrapper inside keeps a resource of the same name.

    Raises:
        InputError: naming the resource.
    """
    for wrapper in inner_wrappers(env, kind):
        for name in rules.names:
            if name in wrapper.rules.names:
                raise InputError(
                    f"A wrapper inside already keeps a resource named {name!r}; give each its own name."
                )


def check_idle(rules: ResourceRules, space: spaces.Space[Any]) -> None:
    """Makes sure that a foreign environment has an action for those that are blocked.

    Raises:
        InputError: ``idle`` is missing or outside of the space.
    """
    if rules.violation is Violation.PENALIZE or (not rules.resources and rules.idle is None):
        return
    if rules.idle is None:
        raise InputError(
            "This environment knows no action that does nothing; say with idle=… which one stands for a "
            "blocked action, or choose violation='penalize'."
        )
    if isinstance(rules.idle, tuple) != isinstance(space, spaces.Box):
        raise InputError(f"idle is {rules.idle!r}, which is no action of {space}.")


@contextmanager
def unchecked(env: Any) -> Iterator[None]:
    """Lets PlanZoo's own environments take the action that does nothing, which is outside of their space."""
    own = env.unwrapped
    if not hasattr(own, "checked"):
        yield
        return
    before, own.checked = own.checked, False
    try:
        yield
    finally:
        own.checked = before

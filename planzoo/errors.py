"""The one exception that PlanZoo raises for input it cannot use."""

from __future__ import annotations


class InputError(ValueError):
    """Bad input: a layout, network, config, checkpoint or folder that PlanZoo cannot use.

    The message is one sentence for a person: what is wrong, where, and how to mend it. The command line
    prints it without a traceback and exits with code 2.
    """

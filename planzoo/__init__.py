"""PlanZoo: planners and learned agents meet on the same field.

Importing the package registers its environments with Gymnasium and PettingZoo::

    import gymnasium
    import planzoo

    env = gymnasium.make("planzoo/Warehouse-v0", robots=4)
"""

from planzoo.envs.registration import register_all
from planzoo.errors import InputError

__version__ = "0.1.0"
__all__ = ["InputError", "__version__"]

register_all()

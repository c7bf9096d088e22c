"""Rules under which much goes wrong."""

from __future__ import annotations

from planzoo.envs.disturbances.rules import DisturbanceRules

MANY = DisturbanceRules(
    action_failure=0.1, slip=0.2, stoppage=0.05, sensor_dropout=0.3, model_error=0.1, event=0.2, seed=3
)
LAST = DisturbanceRules(slip=0.2, sensor_dropout=0.5, dropout="last", event=0.1)

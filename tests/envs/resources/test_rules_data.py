"""Rules from configuration files are strict about every key."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource
from planzoo.envs.resources.rules import ResourceRules
from planzoo.errors import InputError

TEXT = """
resources:
  - {name: fuel, resource_type: consumable, initial_amount: 10}
  - {name: charge, resource_type: producible, initial_amount: 2, capacity: 4, cost_per_unit: 0.5}
uses:
  "*": [{resource: fuel, amount: 0.5}]
  2: [{resource: charge, amount: 1, produces: true}]
private: [charge]
refill: {charge: 0.25}
deadline: 30
violation: end
penalty: 2
"""


def test_a_yaml_file_says_it_all() -> None:
    rules = ResourceRules.from_data(yaml.safe_load(TEXT))
    assert rules == ResourceRules(
        (Resource("fuel", "consumable", 10), Resource("charge", "producible", 2, 4, 0.5)),  # type: ignore[arg-type]
        {"*": [ResourceRequirement("fuel", 0.5)], 2: [ResourceRequirement("charge", 1, produces=True)]},
        private=("charge",),
        refill={"charge": 0.25},
        deadline=30,
        violation="end",
        penalty=2,
    )
    assert yaml.safe_load(yaml.safe_dump(rules.to_data())) == rules.to_data()


def test_actions_in_a_box_are_lists() -> None:
    rules = ResourceRules.from_data({**yaml.safe_load(TEXT), "idle": [0.0, 1.0]})
    assert rules.idle == (0.0, 1.0)
    assert rules.to_data()["idle"] == [0.0, 1.0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"use": {}}, "the resource rules has the unknown key 'use'; there are resources, uses"),
        ({"resources": 3}, "resources is 3; it must be a list"),
        ({"resources": [{"name": "fuel"}]}, "resource 1 lacks the key 'resource_type'"),
        ({"resources": [{"title": "fuel"}]}, "resource 1 has the unknown key 'title'"),
        ({"resources": ["fuel"]}, "resource 1 must map names to values"),
        ({"uses": []}, "uses maps actions to lists"),
        ({"uses": {2: {"resource": "fuel"}}}, r"uses\[2\] is .* it must be a list"),
        ({"uses": {2: [{"resource": "fuel"}]}}, "a requirement of action 2 lacks the key 'amount'"),
        ({"uses": {"2": [{"resource": "fuel", "amount": 1}]}}, "names action '2'; actions are numbers"),
        ({"private": "charge"}, "private is 'charge'; it must be a list"),
        ({"refill": [1]}, r"refill maps resources to numbers, but is \[1\]"),
        ({"hold": 3}, "hold maps resources to numbers, but is 3"),
        ({"deadline": "soon"}, "deadline is 'soon'"),
    ],
)
def test_what_cannot_be_read_is_named(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        ResourceRules.from_data({**yaml.safe_load(TEXT), **changes})


def test_missing_keys_are_named() -> None:
    with pytest.raises(InputError, match="the resource rules lacks the key 'uses'"):
        ResourceRules.from_data({"resources": []})
    with pytest.raises(InputError, match="the resource rules must map names to values, but is 3"):
        ResourceRules.from_data(3)  # type: ignore[arg-type]

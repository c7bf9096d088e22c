"""Domains in words: everything declared is told, in order, and nothing of it is taken for markup."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from planzoo.planners.htn import Domain, State
from planzoo.planners.htn.documentation import DEPENDS, Entry, describe_domain
from planzoo.planners.htn.domains import EXAMPLE_DOMAINS, example_domain


def fare(state: State, truck: Any, place: Any) -> float:
    return float(len(place))


def make_domain() -> Domain:
    domain = Domain("depot", "Trucks\n   bring parcels.")
    domain.type("place")
    domain.type("yard", "place")
    domain.variable(
        "at", "parcel" if "parcel" in domain.schema.types else "place", description="what is there"
    )
    domain.variable("phase", values=("day", "night"))
    domain.variable("home", values="yard")

    @domain.operator(cost=fare, duration=lambda state, truck, place: 2, agent=0, resources={"fuel": 1.5})
    def drive(state: State, truck: Any, place: Any) -> None:
        """Drive somewhere.

        A second paragraph.
        """

    @domain.operator(agent=lambda *crew: crew[0], resources=lambda state, *crew: {})
    def lift(state: State, *crew: Any) -> None: ...

    domain.add_operator(max, "most")

    @domain.method("deliver")
    def by_truck(state: State, parcel: Any) -> list[Any]:
        """Send a truck."""
        return []

    domain.add_method("deliver", lambda state, parcel: None, "not at all")
    domain.add_goal_method("at", lambda state, place, value: [], "bring it")
    return domain


TEXT = """\
depot: Trucks bring parcels.

Types
  place
  yard: below place

Variables
  at[place]: what is there
  phase: values day | night
  home: values yard

Operators
  drive(truck, place): Drive somewhere. (cost depends on the state (fare), duration depends on the state, \
agent truck, resources 1.5 fuel)
  lift(*crew): cost 1, duration 1, agent depends on the arguments, resources depends on the state
"""


def test_the_text_tells_everything_in_order() -> None:
    text = describe_domain(make_domain()).to_text()
    assert text.startswith(TEXT)
    assert text.index("Task deliver, by methods in this order\n  1. by_truck(parcel): Send a truck.") > 0
    assert "  2. not at all(parcel)\n" in text
    assert "Goals on at, by methods in this order\n  1. bring it(place, value)\n" in text
    assert text.endswith("  1. one after another(multigoal): " + text.rsplit("(multigoal): ", 1)[1])


def test_the_page_has_a_section_for_each_part() -> None:
    page = describe_domain(make_domain()).to_markdown()
    heads = [line for line in page.splitlines() if line.startswith("#")]
    assert heads == [
        "# Domain `depot`",
        "## Types",
        "## Variables",
        "## Operators",
        "## Task `deliver`",
        "## Goals on `at`",
        "## Several goals at once",
    ]
    assert "- `phase` (values day \\| night)\n" in page
    assert "1. `by_truck(parcel)` Send a truck.\n2. `not at all(parcel)`\n" in page


def test_the_data_is_json() -> None:
    data = json.loads(json.dumps(describe_domain(make_domain()).to_data()))
    assert data["types"][1] == {"name": "yard", "description": "", "below": "place"}
    assert data["operators"][0]["cost"] == f"{DEPENDS} (fare)"
    assert data["operators"][0]["agent"] == "truck"
    assert [method["name"] for method in data["tasks"]["deliver"]] == [
        "by_truck(parcel)",
        "not at all(parcel)",
    ]
    assert list(data["goals"]) == ["at"]


def test_an_empty_domain_has_nothing_but_the_way_of_multigoals() -> None:
    text = describe_domain(Domain("empty")).to_text()
    assert text.splitlines()[:3] == ["empty", "", "Several goals at once, by methods in this order"]


def test_every_example_is_documented() -> None:
    """Every operator and method of the examples has a description, as a user's domain should."""
    for name in EXAMPLE_DOMAINS:
        described = describe_domain(example_domain(name))
        methods = [entry for _, entries in (*described.tasks, *described.goals) for entry in entries]
        assert described.description and described.operators
        assert [entry.name for entry in (*described.operators, *methods) if not entry.description] == []


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_text_breaks_the_page(name: str, description: str) -> None:
    """One entry is one line, and what looks like markup is escaped."""
    domain = Domain("any", description)
    domain.add_operator(lambda state: None, f"act {name}")
    page = describe_domain(domain).to_markdown()
    lines = [line for line in page.split("\n") if line.startswith("- ")]
    assert len(lines) == 1 and lines[0].endswith("(cost 1, duration 1)")
    assert "<" not in page.partition("## Operators")[0].replace("\\<", "")


def test_an_entry_with_nothing_to_say_is_its_name() -> None:
    assert Entry("wait()").words == "wait()"
    assert Entry("wait()", details=(("cost", "0"),)).words == "wait(): cost 0"

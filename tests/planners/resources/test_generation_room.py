"""Precedences by activity, and whether a project may be mirrored in time."""

from __future__ import annotations

from planzoo.planners.resources.arrays import project_arrays
from planzoo.planners.resources.generation_room import followers_of, generation_room, only_shares
from tests.planners.resources.projects import random_project


def test_only_what_is_shared_may_be_mirrored() -> None:
    simple = random_project(0, simple=True)
    assert only_shares(project_arrays(simple))
    assert only_shares(project_arrays(simple.changed(deadline=1000)))
    calendars = random_project(0).constraints.calendars
    assert not only_shares(project_arrays(simple.changed(calendars=calendars)))
    assert not only_shares(project_arrays(random_project(0).changed(calendars=(), windows=())))
    arrays = project_arrays(simple)
    for column, value in ((0, 1.0), (1, 500.0)):
        windows = arrays.windows.copy()
        windows[2, column] = value
        assert not only_shares(arrays._replace(windows=windows))


def test_precedences_are_sorted_by_either_end() -> None:
    arrays = project_arrays(random_project(3))
    links = {(a, b, lag) for (a, b), lag in zip(arrays.links.tolist(), arrays.lags.tolist(), strict=True)}
    for mirrored in (False, True):
        followers = followers_of(arrays, mirrored)
        found = set()
        for place in range(len(arrays.windows)):
            for entry in range(followers.first[place], followers.first[place + 1]):
                other, lag = int(followers.activities[entry]), float(followers.lags[entry])
                found.add((other, place, lag) if mirrored else (place, other, lag))
        assert found == links != set()


def test_what_returns_takes_at_its_start_and_gives_it_back() -> None:
    arrays = project_arrays(random_project(1, size=30))
    returning = generation_room(arrays).returning.tolist()
    for mode, returns in enumerate(returning):
        changes = arrays.changes[mode]
        assert returns == all(end == -start for start, end in changes.tolist())
    assert 0 < sum(returning) < len(returning)

"""Files in PSPLIB's format: what is read, and what is said about broken ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from planzoo.envs.resources.resource import ResourceType
from planzoo.errors import InputError
from planzoo.planners.resources.effort import Effort
from planzoo.planners.resources.optimization import optimize_schedule
from planzoo.planners.resources.psplib import parse_psplib, read_psplib
from planzoo.planners.status import Status

EXACT = Effort(milliseconds=20_000, solver="exact")
SINGLE = """\
************************************************************************
file with basedata            : none
************************************************************************
projects                      :  1
jobs (incl. supersource/sink ):  5
RESOURCES
  - renewable                 :  2   R
************************************************************************
PROJECT INFORMATION:
pronr.  #jobs rel.date duedate tardcost  MPM-Time
    1      3      0        9       2        9
************************************************************************
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   3
   2        1          1           4
   3        1          1           5
   4        1          1           5
   5        1          0
************************************************************************
REQUESTS/DURATIONS:
jobnr. mode duration  R 1  R 2
------------------------------------------------------------------------
  1      1     0       0    0
  2      1     3       2    0
  3      1     4       1    3
  4      1     2       0    1
  5      1     0       0    0
************************************************************************
RESOURCEAVAILABILITIES:
  R 1  R 2
    2    3
************************************************************************
"""

SEVERAL = """\
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          1           2
   2        2          1           3
   3        1          0
***
REQUESTS/DURATIONS:
jobnr. mode duration  R 1  N 1
  1      1     0       0    0
  2      1     3       2    7
         2     5       1    4
  3      1     1       1    0
***
RESOURCEAVAILABILITIES:
  R 1  N 1
    2    5
"""


def test_single_modes(tmp_path: Path) -> None:
    file = tmp_path / "small.sm"
    file.write_text(SINGLE, encoding="utf-8")
    project = read_psplib(file)
    assert [activity.name for activity in project.activities] == ["job 2", "job 3", "job 4"]
    assert [str(link) for link in project.constraints.precedences] == ["job 2 precedes job 4"]
    assert [(resource.name, resource.initial_amount) for resource in project.resources] == [
        ("R 1", 2),
        ("R 2", 3),
    ]
    needs = project.activities[1].modes[0].requirements
    assert [(need.resource, need.amount) for need in needs] == [("R 1", 1), ("R 2", 3)]
    # 2 and 3 cannot overlap because of R 1, nor 3 and 4 because of R 2.
    result = optimize_schedule(project, effort=EXACT)
    assert result.schedule is not None
    assert (result.status, result.schedule.makespan) == (Status.SOLVED, 9)


def test_several_modes() -> None:
    project = parse_psplib(SEVERAL)
    # The last job takes time: it is no marker.
    assert [activity.name for activity in project.activities] == ["job 2", "job 3"]
    assert [mode.duration for mode in project.activities[0].modes] == [3, 5]
    assert project.resource_table["N 1"].resource_type is ResourceType.CONSUMABLE
    result = optimize_schedule(project, effort=EXACT)
    assert result.schedule is not None
    assert result.schedule.makespan == 6  # the quick mode would use up more than there is


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("RESOURCEAVAILABILITIES", "AVAILABLE", "no section 'RESOURCEAVAILABILITIES'"),
        ("PRECEDENCE RELATIONS", "ORDER", "no section 'PRECEDENCE RELATIONS'"),
        ("    2    5\n", "    2\n", "Line 16 of text has 1 amounts of 2 resources"),
        ("    2    5\n", "", "two lines"),
        ("  R 1  N 1\n    2", "  R 1  D 1\n    2", "Line 15 of text has the resource 'D 1'"),
        ("2     5       1    4", "2     5       1", "Line 11 of text has 3 numbers"),
        ("2     5       1    4", "2     x       1    4", "Line 11 of text has '2 x 1 4'"),
        ("2     5       1    4", "2     5      -1    4", "Line 11 of text has the negative number -1"),
        ("   2        2          1           3", "   2        2          2           3", "Line 4 of text"),
        ("   2        2          1           3", "   2        2          1           8", "about job 8"),
        (
            "   2        2          1           3",
            "   2        3          1           3",
            "says 3 modes of job 2",
        ),
    ],
)
def test_broken_text_is_named(old: str, new: str, message: str) -> None:
    assert old in SEVERAL
    with pytest.raises(InputError, match=message):
        parse_psplib(SEVERAL.replace(old, new))


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_psplib(tmp_path / "none.sm")

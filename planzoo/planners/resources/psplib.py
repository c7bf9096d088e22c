"""Reads projects from files in PSPLIB's format: ``.sm`` with one mode an activity, ``.mm`` with several.

Kolisch and Sprecher, "PSPLIB – A project scheduling problem library", European Journal of Operational
Research 96, 1997, section 4, describes the format. Renewable resources become reusable ones, nonrenewable
ones consumable. The first and the last job, which take no time and need nothing, are left out. Due dates are
no deadlines there, and are not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from planzoo.envs.resources.requirement import ResourceRequirement
from planzoo.envs.resources.resource import Resource, ResourceType
from planzoo.errors import InputError
from planzoo.planners.resources.constraints import Constraints, Precedence
from planzoo.planners.resources.project import Activity, Mode, Project

KINDS = {"R": ResourceType.REUSABLE, "N": ResourceType.CONSUMABLE}
PRECEDENCES, REQUESTS, AMOUNTS = "PRECEDENCE RELATIONS", "REQUESTS/DURATIONS", "RESOURCEAVAILABILITIES"


def read_psplib(path: str | Path) -> Project:
    """Reads a project from a file.

    Raises:
        InputError: the file cannot be read, or is not in the format; the message names the line.
    """
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise InputError(f"The project file {str(path)!r} cannot be read: {error.strerror}.") from error
    return parse_psplib(text, str(path))


def parse_psplib(text: str, name: str = "text") -> Project:
    """Reads a project from the text of a file.

    Args:
        text: what the file holds.
        name: what errors call it.

    Raises:
        InputError: the text is not in the format; the message names the line.
    """
    return _Reader(text, name).project()


class _Reader:
    """Reads one file, section by section."""

    def __init__(self, text: str, name: str) -> None:
        self.lines, self.name = text.splitlines(), name

    def project(self) -> Project:
        amounts = self._amounts()
        modes = self._modes(list(amounts))
        followers = self._followers(modes)
        kept = [job for job in modes if not self._is_marker(job, modes)]
        activities = tuple(Activity(f"job {job}", tuple(modes[job])) for job in kept)
        precedences = tuple(
            Precedence(f"job {job}", f"job {follower}")
            for job in kept
            for follower in followers[job]
            if follower in set(kept)
        )
        resources = tuple(
            Resource(resource, KINDS[resource[0]], amount) for resource, amount in amounts.items()
        )
        return Project(resources, activities, Constraints(precedences=precedences))

    def _section(self, title: str) -> Iterator[tuple[int, list[str]]]:
        """Gives a section's lines with their numbers, from the one with the columns' headings on."""
        places = [place for place, line in enumerate(self.lines) if line.strip().startswith(title)]
        if not places:
            raise InputError(f"{self.name} has no section '{title}'; give a file in PSPLIB's format.")
        for place in range(places[0] + 1, len(self.lines)):
            line = self.lines[place].strip()
            if line.startswith("*"):
                return
            if line and not line.startswith("-"):
                yield place + 1, line.split()

    def _amounts(self) -> dict[str, int]:
        """Gives how much there is of each resource, such as ``R 1``."""
        rows = list(self._section(AMOUNTS))
        if len(rows) != 2:
            raise InputError(f"{self.name} needs two lines in '{AMOUNTS}': the resources, and how much.")
        (heading, names), (number, row) = rows
        resources = [" ".join(pair) for pair in zip(names[::2], names[1::2], strict=False)]
        unknown = [name for name in resources if name[0] not in KINDS]
        if unknown:
            raise self._error(heading, f"has the resource {unknown[0]!r}; only R and N are known")
        values = self._numbers(number, row)
        if len(values) != len(resources):
            raise self._error(number, f"has {len(values)} amounts of {len(resources)} resources")
        return dict(zip(resources, values, strict=True))

    def _modes(self, resources: Sequence[str]) -> dict[int, list[Mode]]:
        """Gives each job's modes."""
        modes: dict[int, list[Mode]] = {}
        for number, row in list(self._section(REQUESTS))[1:]:
            values = self._numbers(number, row)
            if len(values) == len(resources) + 3:
                modes[values[0]] = []
            elif len(values) != len(resources) + 2 or not modes:
                raise self._error(
                    number,
                    f"has {len(values)} numbers; write job, mode, duration and {len(resources)} needs, "
                    "without the job in its further modes",
                )
            duration, *needs = values[-len(resources) - 1 :]
            requirements = [
                ResourceRequirement(resource, amount)
                for resource, amount in zip(resources, needs, strict=True)
                if amount
            ]
            rows = modes[next(reversed(modes))]
            rows.append(Mode(duration, tuple(requirements), name=f"mode {len(rows) + 1}"))
        return modes

    def _followers(self, modes: dict[int, list[Mode]]) -> dict[int, list[int]]:
        """Gives which jobs follow each."""
        followers: dict[int, list[int]] = {job: [] for job in modes}
        for number, row in list(self._section(PRECEDENCES))[1:]:
            job, *values = self._numbers(number, row)
            if len(values) < 2 or len(values) != values[1] + 2:
                raise self._error(number, "does not have as many jobs as it says follow")
            for other in (job, *values[2:]):
                if other not in modes:
                    raise self._error(number, f"is about job {other}, which has no duration")
            if values[0] != len(modes[job]):
                raise self._error(number, f"says {values[0]} modes of job {job}, not {len(modes[job])}")
            followers[job] = values[2:]
        return followers

    @staticmethod
    def _is_marker(job: int, modes: dict[int, list[Mode]]) -> bool:
        """Says whether a job only marks the beginning or the end of all."""
        return job in (min(modes), max(modes)) and all(
            not mode.duration and not mode.requirements for mode in modes[job]
        )

    def _numbers(self, number: int, row: Sequence[str]) -> list[int]:
        try:
            values = [int(word) for word in row]
        except ValueError:
            raise self._error(number, f"has {' '.join(row)!r} where only whole numbers may be") from None
        if min(values, default=0) < 0:
            raise self._error(number, f"has the negative number {min(values)}")
        return values

    def _error(self, number: int, what: str) -> InputError:
        return InputError(f"Line {number} of {self.name} {what}.")

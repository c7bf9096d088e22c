"""What the house tests share: the files of the project, read once, and the list of exceptions."""

from __future__ import annotations

import ast
import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "planzoo"

# The one place for exceptions. Key: "rule: place"; value: why clarity wins there. A test fails when an entry
# is no longer needed.
EXCEPTIONS: dict[str, str] = {}

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
SKIPPED_FOLDERS = {"__pycache__", "results", "runs", "site", "build", "dist"}


@dataclass(frozen=True)
class Source:
    """One Python file of the package.

    Attributes:
        module: dotted name, such as `planzoo.envs.simulation.random`.
        path: where it lies.
        text: what it holds.
        tree: the parsed file.
    """

    module: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def is_package(self) -> bool:
        """True for an `__init__.py`."""
        return self.path.name == "__init__.py"

    @property
    def lines(self) -> int:
        """Number of lines, empty ones included."""
        return len(self.text.splitlines())

    @property
    def place(self) -> str:
        """The path as a reader would write it, from the root of the project."""
        return self.path.relative_to(ROOT).as_posix()


@dataclass(frozen=True)
class Function:
    """One function or method, with the file that it stands in."""

    source: Source
    node: FunctionNode
    qualified_name: str

    @property
    def place(self) -> str:
        """The file and the name: what a person needs to find it."""
        return f"{self.source.place}::{self.qualified_name}"

    @property
    def is_kernel(self) -> bool:
        """True when Numba compiles it."""
        decorators = [ast.unparse(decorator) for decorator in self.node.decorator_list]
        return any(re.search(r"\b(njit|kernel)\b", text) for text in decorators)


def python_files(folder: Path) -> list[Path]:
    """Every Python file under `folder`, in order; folders reached through links are left out."""
    return sorted(path for path in folder.rglob("*.py") if not SKIPPED_FOLDERS & set(path.parts))


def module_name(path: Path) -> str:
    """`planzoo/envs/maze/__init__.py` is `planzoo.envs.maze`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def sources() -> tuple[Source, ...]:
    """Every file of the package, read and parsed once."""
    texts = {path: path.read_text(encoding="utf-8") for path in python_files(PACKAGE)}
    return tuple(Source(module_name(p), p, text, ast.parse(text, str(p))) for p, text in texts.items())


def functions_in(source: Source) -> list[Function]:
    """Every function and method of a file, nested ones too."""
    found: list[Function] = []

    def visit(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, FunctionNode | ast.ClassDef):
                name = f"{prefix}{child.name}"
                if isinstance(child, FunctionNode):
                    found.append(Function(source, child, name))
                visit(child, f"{name}.")
            else:
                visit(child, prefix)

    visit(source.tree, "")
    return found


@cache
def functions() -> tuple[Function, ...]:
    """Every function and method of the package."""
    return tuple(function for source in sources() for function in functions_in(source))


def tracked_files() -> list[Path]:
    """The files that belong to the project: git's list where there is one, else all that is not a cache."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [name for name in listed.stdout.split("\0") if name]
    else:
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if _belongs(path)]
    return [ROOT / name for name in names if (ROOT / name).is_file() and not (ROOT / name).is_symlink()]


def _belongs(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return not SKIPPED_FOLDERS & set(parts) and not any(part.startswith(".") for part in parts)


def without_exceptions(rule: str, places: dict[str, str]) -> list[str]:
    """What breaks a rule and is not excused.

    Args:
        rule: short name of the rule, the first half of an exception's key.
        places: for each place that breaks it, what was found there.

    Returns:
        One line for each, ready to be shown.
    """
    return [f"{place}: {found}" for place, found in places.items() if f"{rule}: {place}" not in EXCEPTIONS]


def stale_exceptions(rule: str, places: dict[str, str]) -> list[str]:
    """Exceptions from a rule that nothing needs any more."""
    excused = [key.removeprefix(f"{rule}: ") for key in EXCEPTIONS if key.startswith(f"{rule}: ")]
    return [place for place in excused if place not in places]

"""Imports run one way: baselines, planners, envs, errors; no cycle; nothing heavy before it is needed."""

from __future__ import annotations

import ast
import json
import subprocess
import sys

import pytest

from tests.house import EXCEPTIONS, Source, sources

RANKS = {"errors": 0, "envs": 1, "planners": 2, "baselines": 3}
UNRESTRICTED = {"planzoo", "planzoo.__main__"}
HEAVY = {
    "PIL",
    "imageio",
    "jinja2",
    "matplotlib",
    "ortools",
    "pandas",
    "pyarrow",
    "pygame",
    "ray",
    "sb3_contrib",
    "stable_baselines3",
    "tensorboard",
    "torch",
}
MODULES = frozenset(source.module for source in sources())


def rank(module: str) -> int:
    """How high a module stands; the package itself may be imported by all."""
    parts = module.split(".")
    return 0 if len(parts) == 1 else RANKS.get(parts[1], 0)


def imported_modules(node: ast.AST) -> list[str]:
    """The modules of this package that one statement imports; names of objects lead to their module."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.module:
        names = [f"{node.module}.{alias.name}" for alias in node.names]
        names = [name if name in MODULES else node.module for name in names]
    else:
        return []
    return [name for name in names if name.split(".")[0] == "planzoo"]


def all_imports(source: Source) -> list[tuple[int, str]]:
    """Line and module of every import of this package in a file, wherever it stands."""
    nodes = [node for node in ast.walk(source.tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return [(node.lineno, name) for node in nodes for name in imported_modules(node)]


def module_level_imports(source: Source) -> set[str]:
    """What importing a file imports of this package: everything outside its functions."""
    found: set[str] = set()
    waiting: list[ast.AST] = [source.tree]
    while waiting:
        node = waiting.pop()
        found.update(imported_modules(node))
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))
    return found - {source.module}


def cycles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules that reach each other (Tarjan 1972), each sorted."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    groups: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in graph.get(node, set()):
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            start = stack.index(node)
            groups.append(sorted(stack[start:]))
            del stack[start:]

    for node in graph:
        if node not in index:
            visit(node)
    return [group for group in groups if len(group) > 1]


def test_no_import_goes_uphill() -> None:
    uphill = [
        f"{source.place}:{line} imports {target}"
        for source in sources()
        if source.module not in UNRESTRICTED
        for line, target in all_imports(source)
        if rank(target) > rank(source.module) and f"uphill: {source.place}" not in EXCEPTIONS
    ]
    assert uphill == []


def test_every_import_is_absolute() -> None:
    relative = [
        f"{source.place}:{node.lineno}"
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_no_cycle() -> None:
    graph = {source.module: module_level_imports(source) for source in sources()}
    assert cycles(graph) == []


def test_a_cycle_would_be_found() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": set()}
    assert cycles(graph) == [["a", "b", "c"]]


def test_planners_know_no_scenario_but_in_their_domains() -> None:
    """A planner is a library of its own: only planners/domains may know a scenario's folder."""
    scenarios = {module.rpartition(".")[0] for module in MODULES if module.endswith(".dynamics")}
    strangers = [
        f"{source.place}:{line} imports {target}"
        for source in sources()
        if source.module.startswith("planzoo.planners.") and ".domains" not in source.module
        for line, target in all_imports(source)
        if any(f"{target}.".startswith(f"{scenario}.") for scenario in scenarios)
    ]
    assert strangers == []


@pytest.mark.parametrize(
    "module", ["planzoo", "planzoo.__main__", "planzoo.baselines.cli", "planzoo.envs", "planzoo.planners"]
)
def test_nothing_heavy_is_imported_before_it_is_needed(module: str) -> None:
    code = f"import {module}, json, sys; print(json.dumps(sorted(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    loaded = {name.split(".")[0] for name in json.loads(answer.stdout.splitlines()[-1])}
    assert loaded & HEAVY == set()

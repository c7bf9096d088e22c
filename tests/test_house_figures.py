"""The house figures: short functions and files, shallow nesting, few parameters, all documented and typed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from tests.house import (
    EXCEPTIONS,
    PACKAGE,
    ROOT,
    Function,
    FunctionNode,
    Source,
    functions,
    functions_in,
    python_files,
    sources,
    stale_exceptions,
    without_exceptions,
)

BLOCKS = ast.If | ast.For | ast.AsyncFor | ast.While | ast.With | ast.AsyncWith | ast.Try | ast.Match
BRANCHES = ast.If | ast.For | ast.AsyncFor | ast.While | ast.ExceptHandler | ast.IfExp | ast.Assert


def docstring_lines(node: ast.AST) -> int:
    """Lines that a docstring takes, its quotes included; 0 without one."""
    body = getattr(node, "body", [])
    if not body or not isinstance(body[0], ast.Expr) or not isinstance(body[0].value, ast.Constant):
        return 0
    if not isinstance(body[0].value.value, str):
        return 0
    return (body[0].end_lineno or body[0].lineno) - body[0].lineno + 1


def function_length(node: FunctionNode) -> int:
    """Lines from `def` to the last statement; the docstring is not counted."""
    return (node.end_lineno or node.lineno) - node.lineno + 1 - docstring_lines(node)


def nesting(node: ast.AST) -> int:
    """How deep blocks stand within blocks; `elif` goes no deeper, a nested function counts for itself."""
    return max((_nesting_of(child, node) for child in ast.iter_child_nodes(node)), default=0)


def _nesting_of(child: ast.AST, parent: ast.AST) -> int:
    if isinstance(child, FunctionNode | ast.Lambda | ast.ClassDef):
        return 0
    is_elif = isinstance(child, ast.If) and isinstance(parent, ast.If) and parent.orelse == [child]
    return nesting(child) + (isinstance(child, BLOCKS) and not is_elif)


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of the functions within it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, FunctionNode | ast.ClassDef):
            yield child
            yield from own_nodes(child)


def complexity(node: ast.AST) -> int:
    """McCabe's cyclomatic complexity (1976): one more than the number of branches."""
    nodes = list(own_nodes(node))
    cases = sum(len(inner.cases) for inner in nodes if isinstance(inner, ast.Match))
    return 1 + cases + sum(isinstance(inner, BRANCHES) for inner in nodes)


def parameters(node: FunctionNode) -> list[ast.arg]:
    """The named parameters but `self` and `cls`."""
    named = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return [argument for argument in named if argument.arg not in ("self", "cls")]


def is_public(name: str) -> bool:
    """True when no part of a qualified name starts with an underscore."""
    return not any(part.startswith("_") for part in name.split("."))


def is_inner(function: Function) -> bool:
    """True for a function that stands within another one: nobody outside can name it."""
    outer = function.qualified_name.rpartition(".")[0]
    return any(other.qualified_name == outer for other in functions_in(function.source))


def long_functions() -> dict[str, str]:
    """Functions over 60 lines."""
    lengths = {function.place: function_length(function.node) for function in functions()}
    return {place: f"{length} lines" for place, length in lengths.items() if length > 60}


def long_files() -> dict[str, str]:
    """Files over 450 lines."""
    return {source.place: f"{source.lines} lines" for source in sources() if source.lines > 450}


def deep_functions() -> dict[str, str]:
    """Functions with blocks nested more than 3 deep, 4 in a kernel."""
    depths = {function: nesting(function.node) for function in functions()}
    return {f.place: f"nesting {depth}" for f, depth in depths.items() if depth > (4 if f.is_kernel else 3)}


def many_parameters() -> dict[str, str]:
    """Functions with more than 6 parameters."""
    counts = {function.place: len(parameters(function.node)) for function in functions()}
    return {place: f"{count} parameters" for place, count in counts.items() if count > 6}


def complex_functions() -> dict[str, str]:
    """Functions with a cyclomatic complexity over 10."""
    counts = {function.place: complexity(function.node) for function in functions()}
    return {place: f"complexity {count}" for place, count in counts.items() if count > 10}


def undocumented() -> dict[str, str]:
    """Public modules, classes and functions without a docstring."""
    missing = {source.place: "no docstring" for source in sources() if not ast.get_docstring(source.tree)}
    for source in sources():
        missing |= {f"{source.place}::{name}": "no docstring" for name in _undocumented_classes(source)}
    for function in functions():
        if is_public(function.qualified_name) and not is_inner(function) and not _excused(function):
            missing[function.place] = "no docstring"
    return missing


def _undocumented_classes(source: Source) -> list[str]:
    classes = [node for node in source.tree.body if isinstance(node, ast.ClassDef)]
    return [node.name for node in classes if is_public(node.name) and not ast.get_docstring(node)]


def _excused(function: Function) -> bool:
    """Documented, or a part of something documented: an overload, or the setter of a property."""
    decorators = [ast.unparse(decorator) for decorator in function.node.decorator_list]
    return bool(ast.get_docstring(function.node)) or any(
        text.endswith(("overload", ".setter")) or text == "override" for text in decorators
    )


def untyped() -> dict[str, str]:
    """Functions with a parameter or a result that has no annotation, kernels included."""
    found = {}
    for function in functions():
        node = function.node
        named = parameters(node) + [extra for extra in (node.args.vararg, node.args.kwarg) if extra]
        missing = [argument.arg for argument in named if argument.annotation is None]
        if node.returns is None:
            missing.append("return")
        if missing:
            found[function.place] = f"no type for {', '.join(missing)}"
    return found


RULES: dict[str, Callable[[], dict[str, str]]] = {
    "function length": long_functions,
    "file length": long_files,
    "nesting": deep_functions,
    "parameters": many_parameters,
    "complexity": complex_functions,
    "docstring": undocumented,
    "types": untyped,
}


@pytest.mark.parametrize("rule", RULES)
def test_rule_holds_everywhere(rule: str) -> None:
    assert without_exceptions(rule, RULES[rule]()) == []


def test_every_exception_is_still_needed() -> None:
    stale = [f"{rule}: {place}" for rule, check in RULES.items() for place in stale_exceptions(rule, check())]
    unknown = [key for key in EXCEPTIONS if key.partition(": ")[0] not in RULES]
    assert stale + unknown == []


def test_typical_function_is_short() -> None:
    lengths = [function_length(function.node) for function in functions()]
    assert np.median(lengths) <= 8
    assert np.percentile(lengths, 95) <= 35


def test_typical_file_is_short() -> None:
    assert np.median([source.lines for source in sources() if not source.is_package]) <= 150


def test_tests_are_as_long_as_the_source() -> None:
    source_lines = sum(source.lines for source in sources())
    test_lines = sum(
        len(path.read_text(encoding="utf-8").splitlines()) for path in python_files(ROOT / "tests")
    )
    assert test_lines >= 0.8 * source_lines, (
        f"{test_lines} lines of tests for {source_lines} of {PACKAGE.name}"
    )


def test_measures_on_a_known_function() -> None:
    text = '''
def known(self, a, b, *, c, **more):
    """One.

    Two.
    """
    for x in a:
        if x and b:
            with c:
                pass
        elif b:
            pass

    def inner():
        while True:
            while True:
                while True:
                    while True:
                        pass
'''
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.FunctionDef)
    assert function_length(node) == 14
    assert nesting(node) == 3
    assert complexity(node) == 4
    assert [argument.arg for argument in parameters(node)] == ["a", "b", "c"]

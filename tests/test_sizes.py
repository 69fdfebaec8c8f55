"""One file, one idea: modules and functions stay short enough to be read at once."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
MOST_LINES, MOST_LINES_OF_A_BODY = 300, 40


def modules():
    packages = sorted(path.parent for path in ROOT.glob("*/__init__.py"))
    return [path for package in packages for path in sorted(package.rglob("*.py"))]


def functions(tree):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return (node for node in ast.walk(tree) if isinstance(node, kinds))


def body_lines(function):
    """Lines after the docstring: parameters with their descriptions do not count."""
    statements = function.body[1:] if ast.get_docstring(function) else function.body
    return function.end_lineno - statements[0].lineno + 1 if statements else 0


def test_no_module_has_more_than_300_lines():
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_function_does_more_than_40_lines_of_work():
    lengths = {
        f"{path.relative_to(ROOT)}: {function.name}": body_lines(function)
        for path in modules()
        for function in functions(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES_OF_A_BODY} == {}

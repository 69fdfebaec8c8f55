"""Calls in Python files by their full names, whatever they were imported as."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_ASKING = "is_available"
"""A function of this name says whether a device is there."""


@dataclass(frozen=True)
class Call:
    """One call."""

    name: str
    """Full where the import says so, as `torch.hub.load`; a method as `.cuda`."""
    node: ast.Call
    is_guarded: bool
    """Whether it stands in a branch that asked for the device before."""

    @property
    def line(self) -> int:
        """Where it stands."""
        return self.node.lineno

    def keyword(self, name: str) -> object:
        """Return a keyword's constant, or None."""
        for keyword in self.node.keywords:
            if keyword.arg == name and isinstance(keyword.value, ast.Constant):
                return keyword.value.value
        return None

    def constants(self) -> list[object]:
        """Return the constants among its arguments by position."""
        return [node.value for node in self.node.args if isinstance(node, ast.Constant)]

    def texts(self) -> list[str]:
        """Return every text constant among its arguments."""
        inner = (*self.node.args, *(keyword.value for keyword in self.node.keywords))
        constants = (node for part in inner for node in ast.walk(part) if isinstance(node, ast.Constant))
        return [node.value for node in constants if isinstance(node.value, str)]


@dataclass(frozen=True)
class _Names:
    """What names of a file mean."""

    aliases: dict[str, str]
    """Local name -> full name of what is imported."""
    answers: frozenset[str]

    def asked_in(self, test: ast.expr) -> bool:
        """Tell whether a condition asks for a device, or uses an answer."""
        return _asks(test) or any(_last_name(part) in self.answers for part in ast.walk(test))


def calls_in(tree: ast.Module) -> list[Call]:
    """Return every call of a file."""
    return list(_calls(tree, _Names(_aliases(tree), _answers(tree)), guarded=False))


def texts_in(tree: ast.Module) -> Iterator[ast.Constant]:
    """Yield every text of a file that is no docstring."""
    statements = (node for node in ast.walk(tree) if isinstance(node, ast.Expr))
    docstrings = {id(node.value) for node in statements}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node


def _aliases(tree: ast.Module) -> dict[str, str]:
    """Return local name -> full name of what is imported."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update({alias.asname: alias.name for alias in node.names if alias.asname})
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
    return names


def _answers(tree: ast.Module) -> frozenset[str]:
    """Return the variables and attributes that hold whether a device is there."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value and _asks(node.value):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found.update(name for target in targets if (name := _last_name(target)))
    return frozenset(found)


def _asks(expression: ast.expr) -> bool:
    return any(_last_name(part) == _ASKING for part in ast.walk(expression))


def _last_name(node: ast.AST) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def _calls(node: ast.AST, names: _Names, *, guarded: bool) -> Iterator[Call]:
    if isinstance(node, ast.Call):
        yield Call(_full_name(node.func, names.aliases), node, guarded)
    guarded = guarded or (isinstance(node, ast.If | ast.IfExp) and names.asked_in(node.test))
    for child in ast.iter_child_nodes(node):
        yield from _calls(child, names, guarded=guarded)


def _full_name(function: ast.expr, aliases: dict[str, str]) -> str:
    parts: list[str] = []
    while isinstance(function, ast.Attribute):
        parts.insert(0, function.attr)
        function = function.value
    if isinstance(function, ast.Name):
        return ".".join([aliases.get(function.id, function.id), *parts])
    return "." + parts[-1] if parts else ""

"""What `--help` shows of parameters: names in capital letters say what a value is, and a flag has none.

Typer would add the Python type of each, such as <bool> and <list[Path]>.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.models import CommandFunctionType


class PlainCommand(TyperCommand):
    """A command that shows no Python types."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters, `--help` among them."""
        return _without_types(super().get_params(ctx))


class PlainGroup(TyperGroup):
    """The same with commands in it."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters, `--help` among them."""
        return _without_types(super().get_params(ctx))


class App(typer.Typer):
    """Commands and groups of them, which show no Python types."""

    def __init__(self, cls: type[PlainGroup] = PlainGroup, **settings: Any) -> None:
        super().__init__(cls=cls, no_args_is_help=True, pretty_exceptions_enable=False, **settings)

    def command(  # type: ignore[override]  # settings are passed on
        self, name: str | None = None, *, cls: type[PlainCommand] = PlainCommand, **settings: Any
    ) -> Callable[[CommandFunctionType], CommandFunctionType]:
        """Return what registers a function as a command."""
        return super().command(name, cls=cls, **settings)


def _without_types(parameters: list[Any]) -> list[Any]:
    for parameter in parameters:
        if isinstance(parameter, TyperArgument):
            # A metavar replaces the type of an option, and not that of an argument.
            parameter.display_type_rich = _nothing  # type: ignore[method-assign]
        elif isinstance(parameter, TyperOption) and parameter.is_flag:
            parameter.metavar = ""
    return parameters


def _nothing(ctx: Any) -> None:
    return None

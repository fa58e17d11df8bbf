"""Commands that are built when they are called: `--help` needs a name and a line of each, `--version` nothing."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Commands"]

Function = TypeVar("Function", bound="Callable[..., int]")


class Commands(TyperGroup):
    """The root of the command line; it reads a command's flags from its function when that command is called.

    Typer itself reads the flags of all commands at every start, which costs more than Python's own start.
    """

    functions: ClassVar[dict[str, Callable[..., int]]] = {}
    """What each command calls, by the command's name."""
    groups: ClassVar[dict[str, typer.Typer]] = {}
    """Commands of commands."""

    @classmethod
    def add(cls, function: Function) -> Function:
        """Make a function a command of the same name (`import_` for a word that is Python's); a decorator."""
        cls.functions[function.__name__.removesuffix("_")] = function
        return function

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 -- the signature is Typer's
        """Return all names, in the order they were added."""
        return [*self.functions, *self.groups]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """Build a command, or return None when there is none of that name."""
        if cmd_name in self.groups:
            return typer.main.get_group(self.groups[cmd_name])
        if cmd_name not in self.functions:
            return None
        alone = typer.Typer(add_completion=False, rich_markup_mode=None)
        alone.command(cmd_name)(self.functions[cmd_name])
        return typer.main.get_command(alone)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Write each command's name and the first line of what it says about itself."""
        lines = {name: inspect.getdoc(function) or "" for name, function in self.functions.items()}
        lines |= {name: str(group.info.help) for name, group in self.groups.items()}
        with formatter.section("Commands"):
            formatter.write_dl([(name, text.partition("\n")[0]) for name, text in lines.items()])

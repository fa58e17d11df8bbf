"""The table of commands: each is a module of `infragen.commands`, which is imported when it is called.

Its name is the module's, its help the module's docstring, its flags are what its function takes.
"""

import inspect
import os
from collections.abc import Mapping
from importlib import import_module
from keyword import iskeyword
from typing import Any, Final

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

_ALONE: Final = (
    "init", "new", "validate", "render", "eject", "explain", "describe", "parity", "runbook", "cost", "graph", "paths",
    "permissions", "signals", "promises", "affected", "plan", "show", "apply", "release", "outputs", "destroy", "sql",
    "runs", "resume", "unlock", "drift", "import", "bootstrap", "report", "zip", "schema", "doctor",
)  # fmt: skip
COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(_ALONE, tuple[str, ...]()),
    "state": ("moves",),
    "ci": ("github", "atlantis"),
    "sandbox": ("start", "status", "stop", "reset", "outage", "ls", "env"),
    "providers": ("lock", "check", "upgrade"),
}
"""Commands in the order of use; those of a group are modules of a package of that name."""
_FOLDER: Final = __file__.removesuffix("cli/commands.py") + "commands"
_LONGEST_LINE: Final = 500  # bytes; the first line of a docstring is shorter


class Commands(TyperGroup):
    """A group of the table's commands, built when they are called.

    Typer itself reads the flags of all commands at every start, which costs more than Python's own start.
    """

    def __init__(self, group: str = "", **attributes: Any) -> None:
        names = COMMANDS[group] if group else COMMANDS
        super().__init__(**{**attributes, "suggest_commands": False, "commands": dict.fromkeys(names)})
        self._group = (group,) if group else ()

    def invoke(self, ctx: Any) -> Any:
        """Run a command; Ctrl-C is an Abort, about which Typer, unlike of KeyboardInterrupt, leaves the word to us."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise typer.Abort from error

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except TyperException as error:
            from infragen.cli.synonyms import of_command

            said = of_command(args[0], list(self.commands), *self._group)
            error.message = f"No such command {args[0]!r}. {said}"
            raise

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 -- the signature is Typer's
        if cmd_name not in self.commands:
            return None
        if not self._group and COMMANDS[cmd_name]:
            return Commands(
                cmd_name, name=cmd_name, help=_help_line(cmd_name), no_args_is_help=True, rich_markup_mode=None
            )
        return command_of(*self._group, cmd_name)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Write each command's name and the first line of its help, for which nothing is imported."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _help_line(*self._group, name)) for name in self.commands])


def command_of(*path: str) -> Any:
    names = [_module_name(name) for name in path]
    module = import_module(".".join(("infragen.commands", *names)))
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(path[-1], help=inspect.getdoc(module))(getattr(module, names[-1]))
    return typer.main.get_command(alone)


def _help_line(*path: str) -> str:
    is_group = len(path) == 1 and COMMANDS[path[0]]
    file = os.open("/".join((_FOLDER, *map(_module_name, path))) + ("/__init__.py" if is_group else ".py"), os.O_RDONLY)
    try:  # `--help` reads one of each: a buffer of their own would take them longer than all the rest
        return os.read(file, _LONGEST_LINE).decode(errors="ignore").partition("\n")[0].strip('"')
    finally:
        os.close(file)


def _module_name(command: str) -> str:
    return f"{command}_" if iskeyword(command) else command

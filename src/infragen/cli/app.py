"""The command line: the table of its commands, and the one place that catches everything that they raise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Final

import typer
from typer.exceptions import TyperException

from infragen.cli.commands import Commands
from infragen.cli.streams import CLOSED_PIPE, ReaderGoneError, UnwritableError, discard

if TYPE_CHECKING:
    from infragen.cli.kept_answer import KeptAnswer
    from infragen.diagnostics import InfragenError
    from infragen.workflow.resume import NextCommand


app = typer.Typer(
    name="infragen",
    cls=Commands,
    help="Terraform from a catalogue of services and databases: validate, render, plan, apply, report.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
SHELLS: Final = ("bash", "zsh", "fish", "powershell", "pwsh")
"""Those that completion can be named for: `infragen --install-completion zsh`."""
_SHOW: Final = "--show-completion"
_OUT: Final = "that is the saved plan of `infragen plan`"
_OFFLINE: Final = (
    "it changes what is there",
    "`infragen plan --offline` plans without credentials; `--sandbox` works on an emulated AWS",
)
_ELSEWHERE: Final[Mapping[tuple[str | None, str | None], tuple[str, str]]] = {
    ("report", "--out"): (_OUT, "write `--report FILE`"),
    ("github", "--out"): (_OUT, "write `--file FILE`"),
    ("atlantis", "--out"): (_OUT, "write `--file FILE`"),
    ("apply", "--offline"): _OFFLINE,
    ("destroy", "--offline"): _OFFLINE,
}
"""Flags of other commands that people look for at a command: why it has none, and what to write."""


def _version(value: bool) -> None:
    if value:
        from infragen import __version__

        typer.echo(f"infragen {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001  # its callback shows it
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,  # its callback does it
) -> None:
    """Prepare what a command finds in place; help and version need none of it."""
    from infragen.commands.formats import Terminal
    from infragen.workflow.console import use_console
    from infragen.workflow.invocation import ARGUMENTS, PROJECT, WORKED_ON

    use_console(Terminal())
    if not ARGUMENTS.get():  # otherwise it is run by another, which worked on the same project
        PROJECT.set(None)
    ARGUMENTS.set(tuple(context.obj))
    WORKED_ON.set(None)


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code: 0, 1 error, 2 changes, 130 interrupted, 141."""
    from contextvars import copy_context

    return copy_context().run(run_once, arguments)  # what is noted of this command, the next one does not know


def run_once(arguments: list[str], kept: KeptAnswer | None = None) -> int:
    try:
        if len(arguments) == 2 and _completes_named_shell(arguments):
            return 0
        command = typer.main.get_command(app)
        ended = command.main(arguments, prog_name="infragen", standalone_mode=False, obj=arguments)
        code = ended if isinstance(ended, int) else _next(ended)
    except (KeyboardInterrupt, typer.Abort):  # an Abort is a Ctrl-C, too: `Commands.invoke`
        typer.echo("interrupted", err=True)
        return 130
    except Exception as error:  # noqa: BLE001  # the one place: a bug becomes a file, not a traceback
        return ended_by(error)
    if kept is not None:
        kept.keep(code)
    return code


def _completes_named_shell(arguments: list[str]) -> bool:
    """Whether completion for a named shell is wanted; X046 for an unknown one. Without a name, Typer finds it."""
    flag, shell = arguments
    if flag not in {"--install-completion", _SHOW} or shell.startswith("-"):
        return False
    if shell not in SHELLS:
        from infragen.commands.formats import Terminal
        from infragen.diagnostics import Diagnostic, InfragenError
        from infragen.diagnostics.hints import did_you_mean
        from infragen.workflow.console import use_console

        use_console(Terminal())
        hint = did_you_mean(shell, SHELLS) or f"shells: {', '.join(SHELLS)}"
        raise InfragenError(Diagnostic("X046", f"there is no completion for the shell {shell!r}", hint=hint))
    from typer._completion_shared import get_completion_script, install

    if flag == _SHOW:
        typer.echo(get_completion_script(prog_name="infragen", complete_var="_INFRAGEN_COMPLETE", shell=shell))
        return True
    _, path = install(shell=shell, prog_name="infragen", complete_var="_INFRAGEN_COMPLETE")
    typer.echo(f"completion for {shell} installed in {path}; open a new terminal to have it")
    return True


def ended_by(error: Exception) -> int:
    """Say what ended a command, and return its exit code; what findings are made of is imported only then."""
    from infragen.diagnostics import InfragenError

    match error:
        case InfragenError():
            return _errors(error)
        case TyperException():
            return _usage(error)
        case ReaderGoneError():
            discard(1)
            return CLOSED_PIPE
        case UnwritableError():
            from infragen.workflow.console import note

            discard(1)  # a full disk behind `> FILE`, for example
            note(f"error X041 the output cannot be written: {error.strerror or error}")
            return 1
        case OSError():
            from infragen.terraform.engine import REFUSALS, refused_by_system

            # A full disk, for example; any other error of its kind is a bug.
            return _errors(InfragenError(refused_by_system(error))) if error.errno in REFUSALS else _crash(error)
        case _:
            return _crash(error)


def _next(again: NextCommand | None) -> int:
    if again is None:
        return 0
    from infragen.workflow.recovery.approval import RESUMED

    RESUMED.set(again.resumed)
    return run(list(again.arguments))


def _errors(error: InfragenError) -> int:
    from infragen.workflow.console import console

    console().findings(error.diagnostics)
    return 1


def _usage(error: TyperException) -> int:
    """Show a usage error; 1, because 2 means changes."""
    context = getattr(error, "ctx", None)
    flag = getattr(error, "option_name", None)
    command = getattr(context, "info_name", None)
    if (command, flag) in _ELSEWHERE:
        from infragen.diagnostics import Diagnostic, InfragenError

        why, hint = _ELSEWHERE[command, flag]
        return _errors(InfragenError(Diagnostic("X014", f"`infragen {command}` has no {flag}: {why}", hint=hint)))
    if flag is not None and context is not None and hasattr(error, "possibilities"):
        from infragen.cli.synonyms import of_flag

        if said := of_flag(flag, context.command, context.find_root().obj or ()):
            error.message, error.possibilities = f"No such option: {flag}. {said}", None
    show = getattr(error, "show", None)
    if show is not None:
        from infragen.text import printed

        error.message = printed(error.message)
        show()
    return 1


def _crash(error: Exception) -> int:
    import tempfile
    import traceback

    from infragen.workflow.console import note, note_text

    what = "".join(traceback.format_exception(error))
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="infragen-crash-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.write(what)
        report = f"please report it with {file.name}"
    except OSError:
        report = f"please report it with this:\n{what}"
    note(f"error B001 infragen itself failed: {type(error).__name__}: {error}")
    note_text(f"  {report}")
    return 1

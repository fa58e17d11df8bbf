"""Completion for a shell that is named: `infragen --install-completion zsh`; without a name, Typer finds the shell."""

from __future__ import annotations

from typing import Final

SHELLS: Final = ("bash", "zsh", "fish", "powershell", "pwsh")
_INSTALL: Final = "--install-completion"
_SHOW: Final = "--show-completion"


def completes_named_shell(arguments: list[str]) -> bool:
    """Install or show the completion for a shell that the arguments name, and return whether they do.

    InfragenError X046 for a shell that is not known.
    """
    if len(arguments) != 2 or arguments[0] not in (_INSTALL, _SHOW) or arguments[1].startswith("-"):
        return False
    flag, shell = arguments
    if shell not in SHELLS:
        from infragen.commands.console import Terminal
        from infragen.diagnostics import Diagnostic, InfragenError
        from infragen.diagnostics.hints import did_you_mean
        from infragen.workflow.console import use_console

        use_console(Terminal())
        hint = did_you_mean(shell, SHELLS) or f"shells: {', '.join(SHELLS)}"
        raise InfragenError(Diagnostic("X046", f"there is no completion for the shell {shell!r}", hint=hint))
    import typer
    from typer._completion_shared import get_completion_script, install

    if flag == _SHOW:
        typer.echo(get_completion_script(prog_name="infragen", complete_var="_INFRAGEN_COMPLETE", shell=shell))
        return True
    _, path = install(shell=shell, prog_name="infragen", complete_var="_INFRAGEN_COMPLETE")
    typer.echo(f"completion for {shell} installed in {path}; open a new terminal to have it")
    return True

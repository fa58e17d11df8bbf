"""Flags and arguments that several commands take, with one meaning each; a command's own are in its file."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

from typer import Argument, BadParameter, Option

from infragen.commands import completion
from infragen.commands.formats import FINDINGS_FORMATS, FORMATS, GRAPH_FORMATS, LIST_FORMATS, SUFFIXES, TEXT_FORMATS

HERE = Path()
EXAMPLE = completion.example()
"""An environment that help may name: the project's own, where there is one."""
FROM = "Where from: a stack that the catalogue no longer has, or an end like services/web. Repeatable."
"""Help of `--from`, which names a stack in one command and an end of a way in another."""


def _format(values: Iterable[str]) -> Any:
    """Return `--format` of one of some values: those that the table has when the command runs."""

    def checked(given: str) -> str:
        if given not in values:
            raise BadParameter(f"{given!r} is not one of {', '.join(map(repr, values))}.")
        return given

    return Option(
        "--format",
        metavar=f"[{'|'.join(values)}]",
        help="Output format.",
        callback=checked,
        autocompletion=lambda incomplete: [value for value in values if value.startswith(incomplete)],
    )


ReportFormat = Annotated[str, _format(FORMATS)]
FindingsFormat = Annotated[str, _format(FINDINGS_FORMATS)]
ListFormat = Annotated[str, _format(LIST_FORMATS)]
TextFormat = Annotated[str, _format(TEXT_FORMATS)]
GraphFormat = Annotated[str, _format(GRAPH_FORMATS)]
Target = Annotated[
    str,
    Argument(
        metavar="TARGET", help=f"Environment or stack: {EXAMPLE}, {EXAMPLE}/network.", autocompletion=completion.targets
    ),
]
AnyTarget = Annotated[
    str | None,
    Argument(
        metavar="[TARGET]",
        help=f"System, environment or stack: {EXAMPLE.partition('/')[0]}, {EXAMPLE}; all by default.",
        autocompletion=completion.targets,
    ),
]
SystemOrEnvironment = Annotated[
    str | None,
    Argument(
        metavar="[TARGET]",
        help=f"System or environment: {EXAMPLE.partition('/')[0]}, {EXAMPLE}; all by default.",
        autocompletion=completion.environments,
    ),
]
OneEnvironment = Annotated[
    str, Argument(metavar="TARGET", help=f"Environment: {EXAMPLE}.", autocompletion=completion.environments)
]
System = Annotated[
    str | None,
    Option(
        "--system",
        metavar="NAME",
        help="Name of the system; by default the only one.",
        autocompletion=completion.systems,
    ),
]
ProjectFolder = Annotated[
    Path,
    Option(
        "--project",
        "-C",
        metavar="FOLDER",
        help="Folder that contains catalog/; by default the current one or the nearest above it.",
    ),
]
Profiles = Annotated[
    list[str], Option("--profile", metavar="SIZE", help="Size to use: busy, or web=busy for one service. Repeatable.")
]
Sandbox = Annotated[bool, Option("--sandbox", help="Use the emulated AWS on this machine; it is started if necessary.")]
PluginDir = Annotated[
    Path | None,
    Option("--plugin-dir", metavar="FOLDER", help="Provider mirror; `infragen doctor` shows the one in use."),
]
Jobs = Annotated[
    int | None,
    Option("--jobs", min=1, metavar="COUNT", help="Stacks at a time; by default as many as cores and memory allow."),
]
Everything = Annotated[bool, Option("--all", help="Also plan stacks that have not changed since their last apply.")]
LockTimeout = Annotated[
    str | None,
    Option("--lock-timeout", metavar="TIME", help="How long to wait for a state lock: 30s, 10m; 60s by default."),
]
Yes = Annotated[bool, Option("--yes", "-y", help="Skip confirmation.")]
Apply = Annotated[bool, Option("--apply", help="Carry it out after confirmation; otherwise it is only shown.")]
Details = Annotated[bool, Option("--details", help="Show everything, however long.")]
Check = Annotated[bool, Option("--check", help="Write nothing; exit 2 when a file is not up to date.")]
Diff = Annotated[bool, Option("--diff", help="Show the differences.")]
DetailedExitcode = Annotated[
    bool, Option("--detailed-exitcode", help="Exit 2 when there are changes, 0 when there are none.")
]
Identities = Annotated[
    list[Path], Option("--identity", metavar="FILE", help="Private key that decrypts a saved plan. Repeatable.")
]
_BASE = Option("--base", metavar="REVISION", help="Revision to compare with: a branch, a tag, a commit.")
Base = Annotated[str, _BASE]
PerhapsBase = Annotated[str | None, _BASE]
Reports = Annotated[
    list[Path],
    Option(
        "--report",
        metavar="FILE",
        help=f"Also write the report to a file; its suffix is the format: {' '.join(SUFFIXES)}. Repeatable.",
    ),
]
GeneratedFile = Annotated[
    Path | None, Option("--file", metavar="FILE", help="File to generate: not the usual one, or not printed.")
]
Platforms = Annotated[
    list[str],
    Option(
        "--platform",
        metavar="OS_ARCH",
        help="linux_amd64, darwin_arm64 ...; by default those of infragen.toml. Repeatable.",
    ),
]
Domain = Annotated[
    str | None,
    Option(
        "--domain", metavar="NAME", help="Business domain; by default the only one.", autocompletion=completion.domains
    ),
]
Title = Annotated[str | None, Option("--title", metavar="TEXT", help="Display title.")]
Account = Annotated[str | None, Option("--account", metavar="NUMBER", help="AWS account: 111122223333.")]
Region = Annotated[str | None, Option("--region", metavar="NAME", help="AWS region: ap-northeast-1.")]

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
_NAMES = f"{EXAMPLE.partition('/')[0]}, {EXAMPLE}"
FROM = "Where from: a stack that the catalogue no longer has, or an end like services/web. Repeatable."
"""Help of `--from`, which names a stack in one command and an end of a way in another."""


def option(flag: str, metavar: str, words: str, offered: Any = None, **more: Any) -> Any:
    return Option(flag, metavar=metavar, help=words, autocompletion=offered, **more)


def argument(metavar: str, words: str, offered: Any = None, **more: Any) -> Any:
    return Argument(metavar=metavar, help=words, autocompletion=offered, **more)


def _format(values: Iterable[str]) -> Any:
    """Return `--format` of one of some values: those that the table has when the command runs."""

    def checked(given: str) -> str:
        if given not in values:
            raise BadParameter(f"{given!r} is not one of {', '.join(map(repr, values))}.")
        return given

    return option(
        "--format",
        f"[{'|'.join(values)}]",
        "Output format.",
        lambda incomplete: [value for value in values if value.startswith(incomplete)],
        callback=checked,
    )


ReportFormat = Annotated[str, _format(FORMATS)]
FindingsFormat = Annotated[str, _format(FINDINGS_FORMATS)]
ListFormat = Annotated[str, _format(LIST_FORMATS)]
TextFormat = Annotated[str, _format(TEXT_FORMATS)]
GraphFormat = Annotated[str, _format(GRAPH_FORMATS)]
Target = Annotated[str, argument("TARGET", f"Environment or stack: {EXAMPLE}, {EXAMPLE}/network.", completion.targets)]
AnyTarget = Annotated[
    str | None, argument("[TARGET]", f"System, environment or stack: {_NAMES}; all by default.", completion.targets)
]
SystemOrEnvironment = Annotated[
    str | None, argument("[TARGET]", f"System or environment: {_NAMES}; all by default.", completion.environments)
]
OneEnvironment = Annotated[str, argument("TARGET", f"Environment: {EXAMPLE}.", completion.environments)]
System = Annotated[
    str | None, option("--system", "NAME", "Name of the system; by default the only one.", completion.systems)
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
    list[str], option("--profile", "SIZE", "Size to use: busy, or web=busy for one service. Repeatable.")
]
Sandbox = Annotated[bool, Option("--sandbox", help="Use the emulated AWS on this machine; it is started if necessary.")]
PluginDir = Annotated[
    Path | None, option("--plugin-dir", "FOLDER", "Provider mirror; `infragen doctor` shows the one in use.")
]
Jobs = Annotated[
    int | None, option("--jobs", "COUNT", "Stacks at a time; by default as many as cores and memory allow.", min=1)
]
Everything = Annotated[bool, Option("--all", help="Also plan stacks that have not changed since their last apply.")]
LockTimeout = Annotated[
    str | None, option("--lock-timeout", "TIME", "How long to wait for a state lock: 30s, 10m; 60s by default.")
]
Yes = Annotated[bool, Option("--yes", "-y", help="Skip confirmation.")]
Apply = Annotated[bool, Option("--apply", help="Carry it out after confirmation; otherwise it is only shown.")]
Details = Annotated[bool, Option("--details", help="Show everything, however long.")]
Check = Annotated[bool, Option("--check", help="Write nothing; exit 2 when a file is not up to date.")]
Diff = Annotated[bool, Option("--diff", help="Show the differences.")]
DetailedExitcode = Annotated[
    bool, Option("--detailed-exitcode", help="Exit 2 when there are changes, 0 when there are none.")
]
Identities = Annotated[list[Path], option("--identity", "FILE", "Private key that decrypts a saved plan. Repeatable.")]
_BASE = option("--base", "REVISION", "Revision to compare with: a branch, a tag, a commit.")
Base = Annotated[str, _BASE]
PerhapsBase = Annotated[str | None, _BASE]
Reports = Annotated[
    list[Path],
    option(
        "--report",
        "FILE",
        f"Also write the report to a file; its suffix is the format: {' '.join(SUFFIXES)}. Repeatable.",
    ),
]
GeneratedFile = Annotated[Path | None, option("--file", "FILE", "File to generate: not the usual one, or not printed.")]
Platforms = Annotated[
    list[str],
    option("--platform", "OS_ARCH", "linux_amd64, darwin_arm64 ...; by default those of infragen.toml. Repeatable."),
]
Domain = Annotated[
    str | None, option("--domain", "NAME", "Business domain; by default the only one.", completion.domains)
]
Title = Annotated[str | None, option("--title", "TEXT", "Display title.")]
Account = Annotated[str | None, option("--account", "NUMBER", "AWS account: 111122223333.")]
Region = Annotated[str | None, option("--region", "NAME", "AWS region: ap-northeast-1.")]

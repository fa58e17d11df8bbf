"""The tables of formats, by name: of change sets, of findings, of lists; and the console that prints in them."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.diagnostics.hints import unless_full
from infragen.storage import confined_user_path
from infragen.text import printed
from infragen.workflow.console import Console, note_text, out_text
from infragen.workflow.invocation import PROJECT, typeable_hint

if TYPE_CHECKING:
    from infragen.plan import ChangeSet
    from infragen.stacks.outputs import Instruction
    from infragen.terraform.engine import Progress


LOG_COLUMNS = 100


class Options(Struct, frozen=True):
    """What the formats can be told: bytes of a comment, a base for links, everything instead of what matters."""

    budget: int | None = None
    base_url: str | None = None
    details: bool = False
    is_printed: bool = True


def _terminal(change_set: ChangeSet, title: str, options: Options) -> str:
    from infragen.report import terminal

    width = columns() if options.is_printed else LOG_COLUMNS
    color = options.is_printed and wants_colour(sys.stdout)
    return terminal.render(change_set, title, width=width, color=color, details=options.details)


def _markdown(change_set: ChangeSet, title: str, options: Options) -> str:
    from infragen.report import markdown

    budget = markdown.DEFAULT_BUDGET if options.budget is None else options.budget
    return markdown.render(change_set, title, budget=budget, base_url=options.base_url)


def _svg(change_set: ChangeSet, title: str, options: Options) -> str:
    from infragen.report import svg

    return svg.render(change_set, title, details=options.details)


def _of_report(name: str) -> Callable[[ChangeSet, str, Options], str]:
    """Return what renders a format that has no options: a module of `infragen.report`, imported when it is asked."""
    return lambda change_set, title, _options: str(import_module(f"infragen.report.{name}").render(change_set, title))


def _text(found: Sequence[Diagnostic], root: Path) -> str:
    from infragen.report.diagnostics import text

    return text.render(found, colour=wants_colour(sys.stdout), source=source_of(root), width=width_of(sys.stdout))


def _of_findings(name: str) -> Callable[[Sequence[Diagnostic], Path], str]:
    return lambda found, _root: str(import_module(f"infragen.report.diagnostics.{name}").render(found))


FORMATS: Mapping[str, Callable[[ChangeSet, str, Options], str]] = {
    "terminal": _terminal,
    "markdown": _markdown,
    **{name: _of_report(name) for name in ("html", "json", "sarif", "junit", "github")},
    "svg": _svg,
}
FINDINGS_FORMATS: Mapping[str, Callable[[Sequence[Diagnostic], Path], str]] = {
    "text": _text,
    **{name: _of_findings(name) for name in ("json", "github", "sarif")},
}
LIST_FORMATS = ("text", "json")
GRAPH_FORMATS = ("svg", "mermaid", "dot")
TEXT_FORMATS = ("text", "markdown", "json")
SUFFIXES: Mapping[str, str] = {
    ".md": "markdown",
    ".html": "html",
    ".json": "json",
    ".sarif": "sarif",
    ".xml": "junit",
    ".svg": "svg",
    ".txt": "terminal",
}


def present(change_set: ChangeSet, title: str, output: str, options: Options | None = None) -> str:
    return FORMATS[output](change_set, title, options or Options())


def print_changes(change_set: ChangeSet, title: str, output: str, options: Options | None = None) -> None:
    text = present(change_set, title, output, options)
    out_text(text, is_styled=output == "terminal", has_commands=output == "github")


def print_findings(found: Sequence[Diagnostic], output: str, root: Path) -> None:
    out_text(FINDINGS_FORMATS[output](found, root), is_styled=output == "text", has_commands=output == "github")


def in_text_format(report: Any, output: str, *found: object, **options: object) -> str:
    """Return what a module of `infragen.report` writes in one of the TEXT_FORMATS; JSON takes no options."""
    write, chosen = (report.as_json, {}) if output == "json" else (getattr(report, output), options)
    return str(write(*found, **chosen))


def format_of(file: Path) -> str:
    """Return the format that a file's suffix stands for; InfragenError X010 when it stands for none."""
    name = file.name.lower()
    if name.endswith(".sarif.json"):
        return "sarif"
    found = SUFFIXES.get(file.suffix.lower())
    if found is None:
        known = ", ".join(f"{suffix} ({name})" for suffix, name in SUFFIXES.items())
        message = f"{file.name} has no suffix that names a format"
        raise InfragenError(Diagnostic("X010", message, hint=f"end it in one of {known}"))
    return found


def write_reports(change_set: ChangeSet, title: str, files: Iterable[Path], options: Options) -> None:
    """Write a report to each file, in the format of its suffix: whole, or not at all.

    InfragenError X010 for a suffix that names no format, X011 for a file that cannot be written.
    """
    formats = {file: format_of(file) for file in files}
    for file, output in formats.items():
        write_file(file, present(change_set, title, output, options))


def write_file(file: Path, text: str, *, replaces: str = "") -> None:
    """Write a file that the user named, whole or not at all; InfragenError X011 when it cannot be written.

    So it is, too, where one is there without the words of what this one replaces.
    """
    if replaces and file.exists() and not (file.is_file() and replaces in file.read_text("utf-8", errors="replace")):
        message = f"{file} already exists, without “{replaces}” in it"
        raise InfragenError(Diagnostic("X011", message, hint="name another file"))
    write_bytes(file, text.encode())


def write_bytes(file: Path, content: bytes) -> None:
    """Write a file that is no text, as `write_file`."""
    files, place = confined_user_path(file)
    try:
        files.write(place, content)
    except OSError as error:
        message = f"cannot write {file}: {error.strerror or error}"
        is_there = file.parent.exists()
        hint = "name a file in a folder that you can write to" if is_there else f"make the folder {file.parent} first"
        raise InfragenError(Diagnostic("X011", message, hint=unless_full(error, hint))) from None


def findings_text(found: Iterable[Diagnostic], *, colour: bool = False, root: Path | None = None) -> str:
    """Return findings as text with the lines they concern, and hints that can be typed."""
    from infragen.report.diagnostics import text

    typeable_command = tuple(one if one.hint is None else replace(one, hint=typeable_hint(one.hint)) for one in found)
    return text.render(typeable_command, colour=colour, source=source_of(root), width=width_of(sys.stderr))


def source_of(root: Path | None) -> Callable[[str], str | None]:
    """Return a reader of the files that findings speak of, relative to a project: by default, the command's own."""
    folder = root or PROJECT.get() or Path()

    def read(file: str) -> str | None:
        from infragen.storage import read_project_file  # only where there is something to say

        try:
            return read_project_file(folder, folder / file).decode()
        except (OSError, InfragenError, ValueError):
            return None

    return read


def refuse_first(code: str, *cases: tuple[object, str, str]) -> None:
    """Raise InfragenError for the first of some contradictions that holds: whether it does, what it is, and a hint."""
    for holds, message, hint in cases:
        if holds:
            raise InfragenError(Diagnostic(code, message, hint=hint))


def columns() -> int:
    """Return the columns of the terminal, or those of a log where there is none."""
    return shutil.get_terminal_size((LOG_COLUMNS, 24)).columns


def width_of(stream: TextIO) -> int | None:
    """Return the columns of a terminal; None where a line may be as long as it likes."""
    return columns() if stream.isatty() else None


def wants_colour(stream: object) -> bool:
    """Say whether a stream shows colours (NO_COLOR is heard, and TERM=dumb)."""
    isatty = getattr(stream, "isatty", None)
    return bool(isatty and isatty()) and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def print_diff(diff: str) -> None:
    """Print a unified diff, in colours where stdout shows them; what is not printed is an escape, in a file as well."""
    if not wants_colour(sys.stdout):
        return out_text(diff)
    colours = {"+": "\x1b[32m", "-": "\x1b[31m", "@": "\x1b[36m"}
    lines = (printed(line) for line in diff.split("\n"))
    text = "\n".join(f"{colours[line[0]]}{line}\x1b[0m" if line[:1] in colours else line for line in lines)
    return out_text(text, is_styled=True)


class Terminal(Console):
    """For a person at a terminal, or a log."""

    def findings(self, found: Iterable[Diagnostic], root: Path | None = None) -> None:
        note_text(findings_text(found, colour=wants_colour(sys.stderr), root=root), is_styled=True)

    def changes(self, change_set: ChangeSet, title: str, output: str) -> None:
        print_changes(change_set, title, output)

    def summary(self, change_set: ChangeSet) -> str:
        from infragen.report.groups import verdict_of
        from infragen.report.headlines import graded
        from infragen.report.labels import headline_counts

        return f"{headline_counts(change_set.summary)}; risk {graded(verdict_of(change_set))}"

    def instructions(self, found: Sequence[Instruction], command: str) -> None:
        from infragen.report.instructions import after_apply

        note_text(after_apply(found, command))

    def progress(
        self, stacks: Sequence[str], verb: str, totals: Mapping[str, int] | None = None
    ) -> AbstractContextManager[Progress]:
        from infragen.report.progress import open_progress

        return open_progress(stacks, verb, totals=totals)

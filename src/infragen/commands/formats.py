"""The formats that a change set can be reported in: by name, and by the suffix of the file they are written to."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.storage import place_named
from infragen.workflow.console import LOG_COLUMNS, columns, wants_colour

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from infragen.plan import ChangeSet

__all__ = ["FORMATS", "Options", "format_of", "present", "write_reports"]


@dataclass(frozen=True, slots=True)
class Options:
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


def _html(change_set: ChangeSet, title: str, _options: Options) -> str:
    from infragen.report import html

    return html.render(change_set, title)


def _json(change_set: ChangeSet, title: str, _options: Options) -> str:
    from infragen.report import json

    return json.render(change_set, title)


def _sarif(change_set: ChangeSet, title: str, _options: Options) -> str:
    from infragen.report import sarif

    return sarif.render(change_set, title)


def _junit(change_set: ChangeSet, title: str, _options: Options) -> str:
    from infragen.report import junit

    return junit.render(change_set, title)


def _github(change_set: ChangeSet, title: str, _options: Options) -> str:
    from infragen.report import github

    return github.render(change_set, title)


def _svg(change_set: ChangeSet, title: str, options: Options) -> str:
    from infragen.report import svg

    return svg.render(change_set, title, details=options.details)


FORMATS: Mapping[str, Callable[[ChangeSet, str, Options], str]] = {
    "terminal": _terminal,
    "markdown": _markdown,
    "html": _html,
    "json": _json,
    "sarif": _sarif,
    "junit": _junit,
    "github": _github,
    "svg": _svg,
}
_SUFFIXES = {
    ".md": "markdown",
    ".html": "html",
    ".json": "json",
    ".sarif": "sarif",
    ".xml": "junit",
    ".svg": "svg",
    ".txt": "terminal",
}


def present(change_set: ChangeSet, title: str, output: str, options: Options | None = None) -> str:
    """Return a change set in one of the formats."""
    return FORMATS[output](change_set, title, options or Options())


def format_of(file: Path) -> str:
    """Return the format that a file's suffix stands for; InfragenError X010 when it stands for none."""
    name = file.name.lower()
    if name.endswith(".sarif.json"):
        return "sarif"
    found = _SUFFIXES.get(file.suffix.lower())
    if found is None:
        known = ", ".join(f"{suffix} ({name})" for suffix, name in _SUFFIXES.items())
        raise InfragenError(
            Diagnostic("X010", f"{file.name} has no suffix that names a format", hint=f"end it in one of {known}")
        )
    return found


def write_reports(change_set: ChangeSet, title: str, files: Iterable[Path], options: Options) -> None:
    """Write a report to each file, in the format of its suffix: whole, or not at all.

    InfragenError X010 for a suffix that names no format, X011 for a file that cannot be written.
    """
    formats = {file: format_of(file) for file in files}
    for file, output in formats.items():
        _replace(file, present(change_set, title, output, options))


def _replace(file: Path, text: str) -> None:
    files, place = place_named(file)
    try:
        files.write(place, text.encode())
    except OSError as error:
        message = f"cannot write {file}: {error.strerror or error}"
        raise InfragenError(Diagnostic("X011", message, hint="name a file in a folder that can be written")) from None

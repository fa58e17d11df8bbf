"""Print the JSON Schema of a kind of file."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from infragen.catalog.schema import schema_of, schemas
from infragen.commands import completion, flags
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.diagnostics.hints import did_you_mean
from infragen.settings import ProjectSettings
from infragen.storage import Confined
from infragen.workflow.console import out
from infragen.workflow.target import open_project

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.catalog import Project

_PROJECT = "project"
"""What the schema of `infragen.toml` is called."""


def schema(
    kind: Annotated[
        str | None,
        Argument(help="service, database ...; by default their names.", autocompletion=completion.schemas),
    ] = None,
    write: Annotated[bool, Option("--write", help="Write all schemas to catalog/.schema/, for editors.")] = False,
    check: flags.Check = False,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Print one schema or the list of kinds, or write or compare all of them; 2 when `check` finds a difference."""
    kinds = {**schemas(), _PROJECT: schema_of(ProjectSettings, _PROJECT)}
    texts = {name: json.dumps(found, ensure_ascii=False, indent=2) + "\n" for name, found in kinds.items()}
    if write or check:
        return _files(open_project(folder), texts, write=write)
    if kind is None:
        out("\n".join(sorted(texts)))
        return 0
    if kind not in texts:
        hint = did_you_mean(kind, texts) or f"kinds of files: {', '.join(sorted(texts))}"
        raise InfragenError(Diagnostic("X002", f"there is no kind of file {kind!r}", hint=hint))
    out(texts[kind])
    return 0


def _files(project: Project, texts: dict[str, str], *, write: bool) -> int:
    place = PurePath("catalog", ".schema")
    folder = project.root / place
    stale = [name for name, text in sorted(texts.items()) if _read(folder / f"{name}.json") != text]
    if not write:
        out("".join(f"not up to date: {folder.parent.name}/.schema/{name}.json\n" for name in stale))
        return 2 if stale else 0
    files = Confined(project.root)
    files.make_folder(place)
    for name in stale:
        files.write(place / f"{name}.json", texts[name].encode())
    out(f"{len(stale)} of {len(texts)} schemas written to {folder.parent.name}/.schema/")
    return 0


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None

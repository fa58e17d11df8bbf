"""Print the JSON Schema of a kind of file."""

from typing import Annotated

from typer import Argument, Option

from infragen.catalog import Project
from infragen.commands import completion, flags
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.diagnostics.hints import did_you_mean
from infragen.storage import Confined
from infragen.workflow.console import out, out_text
from infragen.workflow.rendering.schema_files import FOLDER, schema_files, schema_texts
from infragen.workflow.target import open_project


def schema(
    kind: Annotated[
        str | None, Argument(help="service, database ...; by default their names.", autocompletion=completion.schemas)
    ] = None,
    write: Annotated[bool, Option("--write", help="Write all schemas to catalog/.schema/, for editors.")] = False,
    check: flags.Check = False,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Print one schema or the list of kinds, or write or compare all of them; 2 when `check` finds a difference."""
    if write or check:
        return _files(open_project(folder), write=write)
    texts = schema_texts()
    if kind is None:
        out(*texts)
        return 0
    if kind not in texts:
        hint = did_you_mean(kind, texts) or f"kinds of files: {', '.join(texts)}"
        raise InfragenError(Diagnostic("X002", f"there is no kind of file {kind!r}", hint=hint))
    out_text(texts[kind])
    return 0


def _files(project: Project, *, write: bool) -> int:
    texts = schema_files()
    paths = {place: project.root / place for place in texts}
    known = {place: path.read_text(encoding="utf-8") for place, path in paths.items() if path.is_file()}
    stale = [place for place, text in texts.items() if known.get(place) != text]
    if not write:
        out(*(f"not up to date: {place}" for place in stale))
        return 2 if stale else 0
    files = Confined(project.root)
    files.make_folder(FOLDER)
    for place in stale:
        files.write(place, texts[place].encode())
    out(f"{len(stale)} of {len(texts)} schemas written to {FOLDER}/")
    return 0

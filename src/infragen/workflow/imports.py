"""Adopting what exists: written to the catalogue, rendered as `import` blocks, and planned."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from msgspec import Struct

from infragen.catalog import Project
from infragen.catalog.imports import imports_file, imports_of, problem_of_address
from infragen.diagnostics import Diagnostic, InfragenError, Location, raise_problems
from infragen.plan.model import Change
from infragen.plan.risk import Action
from infragen.provider_schema import has_region
from infragen.render.import_blocks import resolve_imports
from infragen.source import Document, parse, read_text
from infragen.storage import Confined, may_exist
from infragen.workflow.console import note
from infragen.workflow.planning.plans import Planned, plan_environment
from infragen.workflow.rendering.composition import Composed, compose, refuse_unless_rendered, templates_of
from infragen.workflow.session import Session
from infragen.workflow.states.shared_objects import refuse_imported
from infragen.workflow.target import generated_folder, open_project, resolve_one
from infragen.workspace import write

_PAIR: Final = re.compile(r'((?:[^=\["]|\["(?:[^"\\]|\\.)*"\]|\[[0-9]+\])+)=(.+)', re.DOTALL)
_NOT_KEPT: Final = (Action.FORGET, Action.UNKNOWN)
_PLAIN: Final = re.compile(r"[A-Za-z][\w./-]*(?:\[\"[\w./-]+\"\][\w./-]*)*")


class Importing(Struct, frozen=True):
    """What was asked for, in which file it stands, and how many of its lines are new there."""

    file: str
    owner: str
    pairs: Mapping[str, str]
    new: int

    def plan(self, session: Session) -> Planned:
        own = [one for one in session.composed.adopted if one.written.owner == self.owner]
        asked = [one for one in own if one.written.address in self.pairs or one.address in self.pairs]
        planned = plan_environment(session, on_states=lambda states: refuse_imported(asked, states))
        raise_problems(found for change in planned.change_set.changes for found in _lost(change))
        return planned


@contextmanager
def import_resources(folder: Path, target: str, owner: str, pairs: Sequence[str]) -> Iterator[Importing]:
    project = open_project(folder)
    composed = _composed(project, target)
    refuse_unless_rendered(project, composed)
    environment = composed.environment
    file = imports_file(project, environment.system.name, environment.name)
    shown = project.relative(file)
    before = read_text(file, shown) if may_exist(file) else ""
    asked = _pairs(pairs)
    written = {(one.written.owner, one.address): one for one in composed.adopted}
    written |= {(one.written.owner, one.written.address): one for one in composed.adopted}
    new = {}
    for address, given in asked.items():
        known = written.get((owner, address))
        if known is None:
            new[address] = given
        elif known.written.id != given:
            message = f"{address} of {owner} is to be imported as {known.written.id}, not as {given}"
            raise InfragenError(Diagnostic("I007", message, known.written.location, hint="change that line"))
    text = _with_lines(before, shown, owner, new)
    document = Document(shown, parse(text, shown)[0], text)
    with _without_new_places(shown, text, before):  # what is said of a line that is not there yet has no place
        resolve_imports(imports_of(document, environment), composed.stacks, composed.files, has_region)
    undone = _undone_on_failure(project, composed, file, written=bool(new))
    with undone, _without_new_places(shown, text, before):
        if new:
            _put(project, file, text.encode())
            write(generated_folder(project, environment), _composed(project, target).files, within=project.root)
        yield Importing(shown, owner, asked, len(new))


def _lost(change: Change) -> Iterator[Diagnostic]:
    action = change.action
    if change.importing is None or not (action.is_replace or action.destroys or action in _NOT_KEPT):
        return
    message = f"{change.address} would not stay after its import as {change.importing}: {action}"
    forcing = [one for one in change.attributes if one.forces_replacement]
    if not forcing:
        yield Diagnostic("I011", message, hint="write the catalogue as the object is, then import it")
    for one in forcing:
        field, place = (one.origin.field, one.origin.location) if one.origin else (None, None)
        is_written = field and one.origin and one.origin.is_own and one.before and not one.sensitive
        hint = f"write `{field}: {one.before}`" if is_written else f"`{one.path}` follows from `{field}`"
        without = f"no field gives `{one.path}`: leave this object out, or replace it knowingly, without an import"
        yield Diagnostic(
            "I011", f"{message}, because `{one.path}` is {one.before} and would become {one.after}", place,
            hint=hint if field else without,
        )  # fmt: skip


def _composed(project: Project, target: str) -> Composed:
    _, environment = resolve_one(project, target)
    return compose(project, environment, templates_of(project))


def _pairs(texts: Sequence[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in texts:
        match = _PAIR.fullmatch(text.strip())
        lacks = "no id follows its `=`" if text.strip().endswith("=") else "it has no `=`"
        wrong = lacks if match is None else problem_of_address(match[1])
        if match is None or wrong is not None:
            hint = "write ADDRESS=ID: `aws_ecr_repository.this=demo-dev-web`"
            raise InfragenError(Diagnostic("I006", f"{text[:100]!r} cannot be read: {wrong}", hint=hint))
        if pairs.setdefault(match[1], match[2]) != match[2]:
            raise InfragenError(Diagnostic("I006", f"{match[1]} has two ids", hint="leave one of them out"))
    return pairs


def _with_lines(text: str, shown: str, owner: str, pairs: dict[str, str]) -> str:
    if not text.strip():
        text = "# yaml-language-server: $schema=../../.schema/imports.json\n"
    if not text.endswith("\n"):
        text += "\n"
    has_nodes = any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines())
    top = parse(text, shown)[1].value if has_nodes else []
    found = next((pair for pair in top if pair[0].value == owner), None)
    if found is None:
        lines = "".join(f"  {_yaml(address)}: {_yaml(given)}\n" for address, given in pairs.items())
        return f"{text}{_yaml(owner)}:\n{lines}" if pairs else text
    key, value = found
    if getattr(value, "flow_style", False) is True:
        place = f"{shown}:{value.start_mark.line + 1}"
        hint = "write one `ADDRESS: ID` a line below it, then run this again"
        raise InfragenError(Diagnostic("I006", f"{owner} is written in braces at {place}", hint=hint))
    inner = value.value if value.id == "mapping" else []
    indent = " " * (inner[0][0].start_mark.column if inner else 2)
    last = max([key.end_mark.line, *(one.end_mark.line for _, one in inner)])
    new = [f"{indent}{_yaml(address)}: {_yaml(given)}\n" for address, given in pairs.items()]
    lines_before = text.splitlines(keepends=True)
    return "".join([*lines_before[: last + 1], *new, *lines_before[last + 1 :]])


def _yaml(text: str) -> str:
    is_plain = _PLAIN.fullmatch(text) and text not in {"null", "true", "false"}
    return text if is_plain else json.dumps(text, ensure_ascii=False)


@contextmanager
def _without_new_places(shown: str, text: str, before: str) -> Iterator[None]:
    """Leave out of errors the places of lines of a file that are not there yet, or not any more."""
    try:
        yield
    except InfragenError as error:
        old, lines = set(before.splitlines()), text.splitlines()

        def is_new(place: Location | None) -> bool:
            return place is not None and place.file == shown and lines[place.line - 1] not in old

        told = (replace(one, location=None) if is_new(one.location) else one for one in error.diagnostics)
        raise InfragenError(*told) from None


def _put(project: Project, file: Path, content: bytes) -> None:
    files, place = Confined(project.root), file.relative_to(project.root)
    files.make_folder(place.parent)
    files.write(place, content)


@contextmanager
def _undone_on_failure(project: Project, composed: Composed, file: Path, *, written: bool) -> Iterator[None]:
    """Put the file and the generated tree back where something fails, be it Ctrl-C."""
    before = file.read_bytes() if file.is_file() else None
    try:
        yield
    except BaseException:
        if not written:
            raise
        if before is None:
            Confined(project.root).remove(file.relative_to(project.root))
            with suppress(OSError):  # others may have put something there
                file.parent.rmdir()
        else:
            _put(project, file, before)
        write(generated_folder(project, composed.environment), composed.files, within=project.root)
        note("nothing was written: the catalogue is unchanged")
        raise

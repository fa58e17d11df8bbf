"""A system's files, read and indexed by kind and name; nothing is merged or checked across files yet."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field

from infragen.catalog.project import SUFFIXES, Project, misplaced, yaml_file
from infragen.core.entry import is_slug, sample_name, slug_problem
from infragen.diagnostics import Diagnostic, InfragenError, Location
from infragen.diagnostics.hints import did_you_mean
from infragen.kinds import kinds
from infragen.kinds.synonyms import elsewhere
from infragen.source import Document, read
from infragen.storage import entries, files_below, may_exist, refuse_outside

CONTRACTS: Final = "contracts"
"""The folder below a system that holds what its APIs promise, in OpenAPI, and what events look like, in JSON Schema:
`contracts/order/v1.0.0.yaml`, `contracts/order/placed/v1.0.0.yaml`."""


class Catalogue(Struct, frozen=True):
    """A system as it is written: its own file and every entry's, by kind and name."""

    name: str
    system: Document
    entries: Mapping[str, Mapping[str, Document]]
    problems: tuple[Diagnostic, ...]
    unreadable: frozenset[str] = frozenset()
    """Ids of entries whose files cannot be read or give them no good name, as far as the files' names tell."""
    contracts: Mapping[str, Callable[[], Document]] = field(default_factory=dict)
    """What reads each contract, by its path in their folder: `order/v1.0.0`."""


def load(project: Project, system: str) -> Catalogue:
    """Files that are unreadable, nameless or repeated become `problems`; InfragenError for the system's own alone."""
    folder = project.root / "catalog" / system
    path = yaml_file(project, folder, "system")
    if not may_exist(path):
        known = project.systems()
        message = f"there is no system {system!r}: {project.relative(path)} does not exist"
        hint = did_you_mean(system, known) or f"systems here: {', '.join(known) or 'none'}"
        raise InfragenError(Diagnostic("P002", message, hint=hint))
    refuse_outside(project.root, folder)
    own = read(path, project.relative(path)).called("name", system)
    problems: list[Diagnostic] = []
    unreadable: set[str] = set()
    entries: dict[str, dict[str, Document]] = {kind: {} for kind in kinds()}
    for kind, file in _files(project, folder, problems, unread := set[str]()):
        try:
            document = read(file, project.relative(file))
            if is_slug(file.stem):
                document = document.called("name", file.stem)
        except InfragenError as error:
            problems.extend(error.diagnostics)
            unreadable.add(f"{kind}/{file.stem}")
            continue
        if not is_slug(document.data.get("name")):
            unreadable.add(f"{kind}/{file.stem}")  # others refer to it by the name it should have
        _index(kind, document, entries[kind], problems)
    unreadable.update(f"{kind}/{name}" for name in unread for kind, named in entries.items() if name not in named)
    ordered = {kind: dict(sorted(named.items())) for kind, named in entries.items()}
    within = folder / CONTRACTS
    files = files_below(within, project.relative(within), ".yaml", refuse_links=True) if may_exist(within) else ()
    contracts = {
        path.relative_to(within).with_suffix("").as_posix(): cache(partial(read, path, project.relative(path)))
        for path in files
    }
    return Catalogue(system, own, ordered, tuple(problems), frozenset(unreadable), contracts)


def _files(project: Project, folder: Path, problems: list[Diagnostic], unread: set[str]) -> Iterable[tuple[str, Path]]:
    """Yield the files of entries, each with its kind; the names of those that are no entry's go to `unread`."""
    for child in (Path(entry.path) for entry in entries(folder, project.relative(folder))):
        if child.name in frozenset({"extra", "imports", CONTRACTS}):
            continue
        if not child.is_dir():
            if child.suffix in SUFFIXES and child.stem != "system":
                hint = f"move it into the folder of its kind, such as `{project.relative(folder)}/services/`"
                problems.append(misplaced(project, child, hint))
                unread.add(child.stem)
            continue
        try:
            if child.is_symlink():
                refuse_outside(project.root, child)
            files = list(files_below(child, project.relative(child), SUFFIXES, refuse_links=True))
        except InfragenError as error:
            problems.extend(error.diagnostics)
            continue
        if child.name in kinds():
            yield from ((child.name, file) for file in files)
        elif files:
            near = elsewhere(child.name) or did_you_mean(child.name, kinds())
            known = f"kinds are: {', '.join(kinds())}; anything else is Terraform in `extra/`"
            message = f"the folder {child.name!r} is no kind of entry"
            problems.append(Diagnostic("C006", message, Location(project.relative(files[0])), hint=near or known))
            unread.update(file.stem for file in files)


def _index(kind: str, document: Document, named: dict[str, Document], problems: list[Diagnostic]) -> None:
    name: Any = document.data.get("name")
    stem = Path(document.file).stem
    if name is None and (broken := slug_problem(stem)):
        message = f"the file {stem!r} cannot give its entry that name: {broken}"
        hint = f"rename the file, or write `name: {sample_name(stem)}` first in it"
        problems.append(Diagnostic("C003", message, document.locate(["name"]), hint=hint))
    elif not isinstance(name, str) or not name:
        hint = f"write `name: {sample_name(stem)}`, or leave `name` out: the file's name is the entry's then"
        problems.append(Diagnostic("C003", "`name` is not text", document.locate(["name"]), hint=hint))
    elif name in named:
        message = f"{kind}/{name} is already defined at {named[name].locate(['name'])}"
        hint = "choose another name: the file's, or `name: ...` in it"
        problems.append(Diagnostic("C005", message, document.locate(["name"]), hint=hint))
    else:
        named[name] = document

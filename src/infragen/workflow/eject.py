"""One entry's Terraform taken out of infragen's hands: copied into `extra/`, where it stands in place of what is made.

The addresses stay, so nothing changes. The entry stays in the catalogue, since others name it: what they get of it, its
security group and what it asks for follow from its file as before.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from infragen.catalog import load
from infragen.diagnostics import Diagnostic, InfragenError, Location
from infragen.diagnostics.hints import did_you_mean, nearest
from infragen.environment import environments
from infragen.hcl.header import made_from
from infragen.kinds import kinds
from infragen.render.extra_files import ejected_line
from infragen.stacks.build import draft
from infragen.storage import Confined
from infragen.workflow.composition import compose, every_hand_written, sound_environments, templates_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infragen.catalog import Environment, Project


def eject(
    project: Project, system: str, entry: str, environment: str | None, *, security_group: bool
) -> Mapping[str, bool]:
    """Write an entry's Terraform of each environment, or of one, into `extra/`; return the files.

    A file maps to True where it was written, to False where it was not because it holds nothing but the entry's
    security group, which `security_group` asks for. Nothing is written unless all is: InfragenError X057 for an entry
    or an environment that is not there, X058 where there is nothing to eject, X059 for files in the way.
    """
    catalogue = load(project, system)
    known = environments(project, system)
    if environment is not None and environment not in known:
        hint = nearest(environment, known, "its environments")
        raise InfragenError(Diagnostic("X057", f"{system} has no environment {environment}", hint=hint))
    kind, _, name = entry.partition("/")
    named = catalogue.entries.get(kind, {}) if kind in kinds() else {}
    if name not in named:
        every = [f"{one}/{other}" for one in kinds() for other in catalogue.entries.get(one, ())]
        hint = did_you_mean(entry, every) or "name it by its kind and its name: `services/web`"
        raise InfragenError(Diagnostic("X057", f"{system} has no entry {entry}", hint=hint))
    chosen = sound_environments(project, catalogue, known if environment is None else (environment,))
    texts: dict[str, str] = {}
    left: list[str] = []
    for one in chosen:
        for path, text, is_group in _files(project, one, entry):
            if is_group and not security_group:
                left.append(path)
            else:
                texts[path] = text
    if not texts:
        raise InfragenError(_nothing(entry, [one.name for one in chosen]))
    _refuse_in_the_way(project, system, texts)
    confined = Confined(project.root)
    for path, text in texts.items():
        confined.make_folder(PurePath(path).parent)
        confined.create(path, text.encode())
    return dict.fromkeys(texts, True) | dict.fromkeys(left, False)


def _files(project: Project, environment: Environment, entry: str) -> Iterator[tuple[str, str, bool]]:
    """Yield where each file of an entry goes that infragen still makes, its text, and whether it is a group's alone."""
    if environment.find(entry) is None:
        return
    folder = f"catalog/{environment.system.name}/extra/"
    roles: dict[str, set[str]] = {}
    for name, some in draft(environment).stacks.items():
        for part in some:
            if part.owner == entry:
                roles.setdefault(f"{name}/{part.path}", set()).add(part.role)
    composed = compose(project, environment, templates_of(project))
    for stack in composed.stacks:
        for file in stack.files:
            place = f"{stack.name}/{file.path}"
            source, begin = made_from(composed.files[place]) or ("", 0)
            if file.entry == entry and file.path.endswith(".tf") and not source.startswith(folder):
                body = f"{composed.files[place][begin:].strip()}\n"
                path = f"{folder}{stack.name}/{environment.name}/{file.path}"
                yield path, f"{ejected_line(entry, body)}\n\n{body}", roles.get(place) == {"security"}


def _nothing(entry: str, names: list[str]) -> Diagnostic:
    message = f"infragen makes nothing of {entry} in {', '.join(names)} that could be ejected"
    hint = "it is ejected already, or is not in that environment; its files in `extra/` begin with `# ejected:`"
    return Diagnostic("X058", message, hint=hint)


def _refuse_in_the_way(project: Project, system: str, texts: Mapping[str, str]) -> None:
    """Refuse to write where a file is, or where one of all environments would be replaced by the new one."""
    written = {extra.source for extra in every_hand_written(project, system)}
    problems = []
    for path in texts:
        file = PurePath(path)
        for taken in (path, str(file.parent.parent / file.name)):
            if taken in written:
                message = f"{path} is to be written, and this hand-written file has its name"
                hint = f"rename it: `{file.stem}-own.tf`"
                problems.append(Diagnostic("X059", message, Location(taken), hint=hint))
    if problems:
        raise InfragenError(*problems)

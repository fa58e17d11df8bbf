"""Create the file of a service, ready to edit."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from infragen.catalog import load
from infragen.commands import flags
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.source import parse
from infragen.storage import Confined
from infragen.workflow.console import out
from infragen.workflow.invocation import typeable_hint
from infragen.workflow.target import open_project

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.catalog import Catalogue, Project

_SERVICE = """\
# yaml-language-server: $schema=../../../.schema/service.json
name: {name}
title: {title}
domain: {domain}
reason: why it needs this size
sizes:
  normal: {{cpu: 0.5 vCPU, memory: 1 GB, when: normal load}}
tasks: {{min: 2, max: 4}}
{database}# calls:
#   inventory: {{access: read, why: what it asks for}}
"""
_DATABASE = """\
# yaml-language-server: $schema=../../../.schema/database.json
name: {name}
title: {title}
domain: {domain}
data: 50 GB
connections: 40
readers: 1
"""


def service(
    name: Annotated[str, Argument(help="Its name: lower case, digits, hyphens.")],
    system: flags.System = None,
    domain: Annotated[
        str | None, Option("--domain", metavar="NAME", help="Business domain; by default the only one.")
    ] = None,
    title: flags.Title = None,
    database: Annotated[bool, Option("--database/--no-database", help="Also create its database.")] = False,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Write the file of a service, and of its database if wanted; nothing is overwritten."""
    project = open_project(folder)
    catalogue = load(project, system or _only_system(project))
    chosen = _domain(catalogue, domain)
    _check_free(catalogue, "services", name)
    said = title or f"{name} API"
    values = {"name": name, "title": _quoted(said), "domain": chosen}
    texts = {"services": _SERVICE.format(database=f"database: {name}\n" if database else "", **values)}
    if database:
        _check_free(catalogue, "databases", name)
        texts["databases"] = _DATABASE.format(**values)
    files = {
        project.root / "catalog" / catalogue.name / kind / chosen / f"{name}.yaml": text for kind, text in texts.items()
    }
    _check_names(name, said, files)
    confined = Confined(project.root)
    for path, text in files.items():
        place = path.relative_to(project.root)
        confined.make_folder(place.parent)
        confined.create(place, text.encode())
        out(f"wrote {project.relative(path)}")
    out(
        typeable_hint(
            f"next: edit it, then `infragen validate {catalogue.name}` and `infragen render {catalogue.name}`"
        )
    )
    return 0


def _only_system(project: Project) -> str:
    systems = project.systems()
    if len(systems) != 1:
        hint = f"add `--system` with one of {', '.join(systems)}" if systems else "write catalog/NAME/system.yaml first"
        raise InfragenError(Diagnostic("X003", f"the catalogue has {len(systems)} systems", hint=hint))
    return systems[0]


def _domain(catalogue: Catalogue, wanted: str | None) -> str:
    known = list(catalogue.entries["domains"])
    if wanted is None and len(known) == 1:
        return known[0]
    if wanted is None or wanted not in known:
        if catalogue.problems:  # one of which may be why
            raise InfragenError(*catalogue.problems)
        said = f"there is no domain {wanted!r}" if wanted else f"the system has {len(known)} domains"
        raise InfragenError(Diagnostic("X004", said, hint=f"add `--domain` with one of {', '.join(known)}"))
    return wanted


def _check_free(catalogue: Catalogue, kind: str, name: str) -> None:
    found = catalogue.entries[kind].get(name)
    if found:
        raise InfragenError(
            Diagnostic("C005", f"{kind}/{name} exists already", found.locate(), hint="choose another name")
        )


def _check_names(name: str, title: str, files: dict[Path, str]) -> None:
    from infragen.core.entry import Slug, Title

    hint = "lower case, digits and single hyphens, at most 40 characters, a letter first"
    _check_form(Slug, name, "a name", hint)
    _check_form(Title, title, "a title", "one line of at most 120 characters, without spaces around it")
    for path, text in files.items():
        if os.path.lexists(path):
            raise InfragenError(
                Diagnostic("X006", f"{path.name} already exists and was not changed", hint="choose another name")
            )
        parse(text, path.name)


def _check_form(form: Any, text: str, what: str, hint: str) -> None:
    from pydantic import TypeAdapter, ValidationError

    try:
        TypeAdapter(form).validate_python(text)
    except ValidationError:
        raise InfragenError(Diagnostic("X005", f"{text!r} cannot be {what}", hint=hint)) from None


def _quoted(title: str) -> str:
    """Return a title as a YAML scalar: plain where it reads as itself."""
    import json

    try:
        plain = parse(f"title: {title}\n", "title")[0] == {"title": title}
    except InfragenError:
        plain = False
    return title if plain else json.dumps(title, ensure_ascii=False)

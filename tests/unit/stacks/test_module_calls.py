"""Every call of a module fits it: of what is committed, of the fixtures, and of each field where it is the only one.

A module has variants, and which one is called is worked out from what an entry has: what forgets a field calls one
that takes no such argument.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from infragen.catalog.loader import load
from infragen.catalog.project import Project
from infragen.diagnostics import InfragenError
from infragen.environment import environments, resolve
from infragen.hcl.folders import Folders
from infragen.hcl.index import Index
from infragen.render.draft import bodies, render_draft
from infragen.render.holds import Interface
from infragen.render.render import render_modules
from infragen.stacks.build import draft
from infragen.workflow.rendering.composition import templates_of
from tests.conftest import ROOT
from tests.fixtures import FULL, SMALL
from tests.unit.stacks.packaged import FILES, installed
from tests.unit.stacks.systems import write

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from infragen.core.entry import Entry
    from infragen.core.resolved_system import Environment
    from infragen.render.templates import Templates

COMMITTED = sorted(path.parent for path in ROOT.glob("generated/*/*/modules"))
NEEDS_ANOTHER = {
    "depends_on": "the sidecar that it names",
    "global_database": "a password that AWS does not manage",
    "profile": "the size that it names",
}
"""Fields that are not valid alone."""


def misfits(files: Mapping[str, str]) -> list[str]:
    folders, found = Folders(files), []
    interfaces = {name: Interface(folders.blocks(name)) for name in folders.names}
    for folder in folders.names:
        read = folders.outputs_read(folder)
        for call in folders.calls(folder):
            fits = interfaces[f"modules/{call.module}"]
            what = fits.misfits(call, read.get(call.address, ()))
            found += [f"{folder}: {call.address} calls {call.module}, which {one}" for one in what]
    return found


@pytest.mark.parametrize("folder", COMMITTED, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_every_call_of_a_committed_environment_fits(folder: Path) -> None:
    files = {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.tf")}
    assert misfits(files) == []


@pytest.mark.parametrize("root", [SMALL, FULL], ids=lambda path: path.name)
def test_every_call_of_a_fixture_fits(root: Path) -> None:
    project = Project(root)
    for of in resolved(project):
        assert misfits(render_draft(templates_of(project), draft(of))[1]) == []


def test_every_call_of_a_package_s_kind_fits(tmp_path: Path) -> None:
    with installed():
        project = Project(write(tmp_path, FILES))
        for of in resolved(project):
            assert misfits(render_draft(templates_of(project), draft(of))[1]) == []


def resolved(project: Project) -> Iterator[Environment]:
    for system in project.systems():
        for name in environments(project, system):
            yield resolve(project, load(project, system), name).environment()


class Calls:
    """An environment in which one entry is another, and which calls of that entry do not fit their modules."""

    def __init__(self, environment: Environment, templates: Templates) -> None:
        self.environment = environment
        self.templates = templates
        self.interfaces: dict[str, Interface] = {}

    def misfits(self, entry: Entry, what: str) -> Iterator[str]:
        owner = f"{entry.KIND}/{entry.name}"
        entries = self.environment.entries
        others = {**entries, entry.KIND: {**entries[entry.KIND], entry.name: entry}}
        try:
            made = draft(replace(self.environment, entries=others))
            stacks = {
                stack: tuple(part for part in parts if part.owner == owner and part.path.endswith(".tf"))
                for stack, parts in made.stacks.items()
            }
            texts = bodies(self.templates, replace(made, stacks=stacks))
        except InfragenError:  # what is refused for what the entry lacks, or the system, calls nothing
            return
        for text in texts.values():
            for call in Index(text).calls:
                for one in self.interface(call.module).misfits(call, ()):
                    yield f"{owner} with {what} calls {call.module}, which {one}"

    def interface(self, module: str) -> Interface:
        if module not in self.interfaces:
            files = render_modules(self.templates, [module], {"environment": self.environment.settings})
            own = {path: text for path, text in files.items() if path.endswith(".tf")}
            self.interfaces[module] = Interface(Folders(own).blocks(f"modules/{module}"))
        return self.interfaces[module]


def bare(entry: Entry) -> Entry:
    """Return an entry without what it need not have; its domain stays, which says where it is."""
    known = type(entry).model_fields
    optional = {name for name in entry.model_fields_set - {"domain"} if not known[name].is_required()}
    return entry.model_copy(update={name: known[name].get_default(call_default_factory=True) for name in optional})


def test_a_call_fits_where_an_entry_has_one_field_alone() -> None:
    """What the full system's entries have, field by field, on the entry of the small one that has the fewest."""
    project = Project(SMALL)
    small = resolve(project, load(project, "shop"), "test").environment()
    every = Project(FULL)
    full = resolve(every, load(every, "depot"), "prod").environment()
    calls, found, tried = Calls(small, templates_of(project)), [], 0
    for kind, entries in full.entries.items():
        fewest = min(small.entries[kind].values(), key=lambda entry: len(entry.model_fields_set), default=None)
        if fewest is None:
            continue
        plain = bare(fewest)
        for other in entries.values():
            for field in sorted(other.model_fields_set - {"name", *NEEDS_ANOTHER}):
                if (value := getattr(other, field)) != getattr(plain, field):
                    found += calls.misfits(plain.model_copy(update={field: value}), field)
                    tried += 1
    assert tried > 300
    assert found == [], "\n".join(found)

"""Fields against what is rendered: whatever field has another value, some file has, too, or a table says why not."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from infragen.catalog.loader import load
from infragen.catalog.project import Project
from infragen.diagnostics import InfragenError
from infragen.environment import environments, resolve
from infragen.kinds import kinds
from infragen.render.draft import render_draft
from infragen.stacks.build import draft
from infragen.workflow.rendering.composition import templates_of
from tests.fixtures import FULL
from tests.unit.stacks.packaged import FILES, installed
from tests.unit.stacks.systems import write
from tests.unit.stacks.variations import variations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from infragen.core.landscape import Environment

UNBUILT = {
    r"[\w-]+\.title": "what people call it",
    r"[\w-]+\.notes(\.\w+)?": "a contradiction of the document, and what is built: for people",
    r"[\w-]+\.assumptions\.\*": "for people",
    r"document-databases\.readers_for": "for people",
    r"balancers\.firewall_why": "for people, and H108 and H145",
    r"environment\.working_hours\.why": "for people",
    r"(services|bffs|workers|jobs)\.reason": "for people",
    r"(services|bffs|workers|jobs|functions)\.permissions\.\*\.why": "for people, and F131",
    r"(services|bffs|workers|jobs)\.sizes\.\*\.when": "for people",
    r"(services|bffs|workers)\.scaling\.schedules\.\*\.why": "for people",
    r"workers\.scaling\.schedules\.\*\.min_factor": "the worker's minimum is no task, and twice that is none",
    r"(services|bffs|workers|jobs)\.volumes\.\*(\.\w+)?": "figures of the document, for rules",
    r"(services|bffs|workers)\.promise\.availability": "for people: nobody reads it",
    r"bffs\.promise\.notified_within": "a BFF has no queue in which an event could wait",
    r"databases\.availability": "for D110, beside the environment's",
    r"databases\.backup\.before_release": "the command that `infragen outputs` shows, where it is there at all",
    r"databases\.connections_why": "for people",
    r"databases\.readers_for": "for people",
    r"databases\.timeseries(\.\w+)?": "for rules: docs/technova.md says what is not built",
    r"(domains|system)\.defaults\.\*(\.\*)*": "values of other entries by then",
    r"gateways\.mutual_tls": "the load balancer's of the environment is built, and A105 wants it",
    r"environment\.differs\.\*(\.\*)?": "for `infragen parity`",
    r"environment\.document_costs(\..+)?": "for `infragen cost`",
    r"environment\.profiles": "the sizes of entries by then",
    r"environment\.waits": "what entries say by then: tests/unit/stacks/test_standbys.py",
    r"environment\.availability": "for D110, beside a database's",
    r"environment\.recovery(\.\w+)?": "for rules and the bootstrap: docs/technova.md says what is not built",
    r"secrets\.rotation_why": "for people, and B122",
    r"system\.document": "for people",
    r"system\.declared\..+": "totals of the document, for rules",
}
"""Fields of which nothing is built, whose they are and what they are for; `*` is the key of a map."""

ELSEWHERE = {"services.blue_green"}  # gateways lead to every service here: tests/unit/stacks/test_kinds_blue_green.py
"""Fields that no fixture can have."""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bool]:
    """Whether what is rendered changes with a field, for all that the full system and a package's entry set."""
    changes = dict(fields(FULL, "depot"))
    with installed():
        for field, is_built in fields(write(tmp_path_factory.mktemp("packaged"), FILES), "demo"):
            changes[field] = changes.get(field, False) or is_built
    return changes


def fields(root: Path, system: str) -> Iterator[tuple[str, bool]]:
    """Yield each field that has a value, `services.sizes.*.cpu`, and whether any file changes with any of them."""
    project = Project(root)
    templates = templates_of(project)
    changes: dict[str, bool] = {}
    for name in environments(project, system):
        of = resolve(project, load(project, system), name).environment()
        _, before = render_draft(templates, draft(of))
        for (owner, path), other in variations(of, left_out={"name"}):
            [*_, (_, value)] = steps = list(followed(model_of(of, owner), path))
            [*_, (_, now)] = followed(model_of(other, owner), path)
            if now is None and not isinstance(value, BaseModel | dict | tuple):
                continue  # what is only asked whether it is there could be any other value
            field = ".".join((owner.partition("/")[0], *(step for step, _ in steps)))
            if not changes.setdefault(field, False):
                with suppress(InfragenError):  # what is refused for what the other fields say shows nothing
                    changes[field] = render_draft(templates, draft(other))[1] != before
    yield from changes.items()


def model_of(of: Environment, owner: str) -> BaseModel:
    return of.find(owner) or {"environment": of.settings, "system": of.system}[owner]


def followed(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Yield each step of a path, a star for the key of a map, and what it leads to."""
    for step in path:
        inside = value[0] if isinstance(value, tuple) else value
        name, value = ("*", inside.get(step)) if isinstance(inside, dict) else (step, getattr(inside, step))
        yield name, value


def test_every_field_changes_what_is_rendered(found: Mapping[str, bool]) -> None:
    assert len(found) > 250
    unbuilt = {field for field, is_built in found.items() if not is_built}
    assert {field for field in unbuilt if not any(re.fullmatch(known, field) for known in UNBUILT)} == set()
    assert {known for known in UNBUILT if not any(re.fullmatch(known, field) for field in unbuilt)} == set()


def test_every_field_was_changed(found: Mapping[str, bool]) -> None:
    """But for names, which are the keys of entries, too, and what can have one value alone."""
    with installed():
        models = {name: kind.model.model_fields for name, kind in kinds().items()}
    known = {
        f"{kind}.{name}"
        for kind, fields in models.items()
        for name, field in fields.items()
        if name != "name" and not (get_origin(field.annotation) is Literal and len(get_args(field.annotation)) == 1)
    }
    changed = {".".join(field.split(".")[:2]) for field in found}
    assert known - changed == ELSEWHERE

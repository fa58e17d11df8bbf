"""Every role that stacks create has the environment's permissions boundary, and none where there is no such."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from pydantic import TypeAdapter, ValidationError

from infragen.catalog.project import Project
from infragen.core.system import BoundaryPolicy
from infragen.hcl.folders import Folders
from infragen.render.draft import render_draft
from infragen.render.shipped import shipped_templates
from infragen.stacks.build import draft
from infragen.workflow.rendering.composition import compose, templates_of
from infragen.workflow.target import open_project
from tests.fixtures import FULL, SMALL
from tests.unit.stacks.test_module_calls import misfits, resolved

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.core.resolved_system import Environment

ROLE = re.compile(r'^resource "aws_iam_role" "(\w+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
INCLUDE = '# {% include "parts/role_boundary.tf" %}'


def test_every_shipped_role_has_one_but_those_of_ci() -> None:
    """A role of a new module, too: those of CI have the boundary of their own."""
    folder, found = shipped_templates(), 0
    for path in sorted((*folder.glob("modules/**/*.tf"), *folder.glob("parts/*.tf"), *folder.glob("kinds/**/*.tf"))):
        for name, body in ROLE.findall(path.read_text("utf-8")):
            own = "permissions_boundary = var.permissions_boundary_arn" if "github_role" in path.parts else INCLUDE
            assert own in body, (path.relative_to(folder).as_posix(), name)
            found += 1
    assert found > 20


def bounded(environment: Environment, boundary: str | None) -> Environment:
    return replace(environment, settings=environment.settings.model_copy(update={"permissions_boundary": boundary}))


@pytest.mark.parametrize("root", [SMALL, FULL], ids=lambda path: path.name)
def test_every_role_of_an_environment_has_it(root: Path) -> None:
    """The variable has no default: a call that forgets it does not fit its module."""
    project, roles = Project(root), 0
    for environment in resolved(project):
        files = render_draft(templates_of(project), draft(bounded(environment, "company-boundary")))[1]
        assert misfits(files) == []
        for path in files:
            for name, body in ROLE.findall(files[path]):
                assert re.search(r"permissions_boundary += var\.permissions_boundary_arn", body), (path, name)
                roles += 1
        arn = f"arn:aws:iam::{environment.settings.account}:policy/company-boundary"
        folders = Folders(files)
        calls = [call for name in folders.names if "/" not in name for call in folders.calls(name)]
        assert {call.text("permissions_boundary_arn") for call in calls} == {"", arn}
    assert roles > 20


def test_nothing_is_of_one_where_there_is_none() -> None:
    project = Project(SMALL)
    for environment in resolved(project):
        files = render_draft(templates_of(project), draft(environment))[1]
        assert not [path for path in files if "permissions_boundary" in files[path]]


@pytest.mark.parametrize(
    ("given", "arn"),
    [
        ("own", "arn:aws:iam::111122223333:policy/shop-test-roles"),
        ("company-boundary", "arn:aws:iam::111122223333:policy/company-boundary"),
        ("arn:aws:iam::111122223333:policy/teams/shop", "arn:aws:iam::111122223333:policy/teams/shop"),
        ("arn:aws:iam::aws:policy/PowerUserAccess", "arn:aws:iam::aws:policy/PowerUserAccess"),
    ],
)
def test_it_is_the_environments_own_or_one_that_is_there(given: str, arn: str) -> None:
    environment = next(one for one in resolved(Project(SMALL)) if one.name == "test")
    assert bounded(environment, given).permissions_boundary_arn == arn


@pytest.mark.parametrize("given", ["own", None])
def test_hand_written_roles_can_have_it_in_every_environment(tmp_path: Path, given: str | None) -> None:
    root = tmp_path / "project"
    shutil.copytree(SMALL, root)
    extra = root / "catalog/shop/extra/app/reader.tf"
    extra.parent.mkdir(parents=True)
    extra.write_text(
        'resource "aws_iam_role" "reader" {\n  assume_role_policy   = "{}"\n'
        "  permissions_boundary = local.permissions_boundary_arn\n}\n"
    )
    project = open_project(root)
    found = next(one for one in resolved(Project(root)) if one.name == "test")
    files = compose(project, bounded(found, given), templates_of(project)).files
    arn = '"arn:aws:iam::111122223333:policy/shop-test-roles"' if given else "null"
    assert f"permissions_boundary_arn = {arn}" in files["app/extra.tf"]


@pytest.mark.parametrize("wrong", ["", "no name", "teams/shop", "arn:aws:iam::1:policy/p", "arn:aws:iam::1:role/r"])
def test_what_is_no_policy_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError, match="write `own`, or the name or the ARN of a policy of the account"):
        TypeAdapter(BoundaryPolicy).validate_python(wrong)

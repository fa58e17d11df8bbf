"""What the roles of CI may do, held against what the stacks' resources need: none is unused, none is missing."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from tests.engine.small import STACKS, TARGET, small_project

from infragen.catalog import Project
from infragen.workflow.bootstrap.files import environment_of, render_bootstrap
from infragen.workflow.bootstrap.roles import roles_of_ci
from infragen.workflow.rendering.composition import compose, templates_of

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.permissions import Subject
    from infragen.workflow.rendering.composition import Composed


def composed_of(project: Project, target: str) -> Composed:
    return compose(project, environment_of(project, target), templates_of(project))


def bootstrapped(folder: Path, target: str) -> Path:
    """Write a bootstrap, and return the file of its policies."""
    project = Project(folder)
    files = render_bootstrap(project, environment_of(project, target), "technova/infrastructure", no_github=False)
    for path, text in files.items():
        place = folder / "generated" / target / "bootstrap" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return folder / "generated" / target / "bootstrap/policies.tf"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return small_project(tmp_path, aws=STACKS)


def judged(folder: Path, target: str = TARGET) -> dict[str, Subject]:
    project = Project(folder)
    return {one.name: one for one in roles_of_ci(project, composed_of(project, target))}


TARGETS = (
    "dandori-portal/dev", "dandori-portal/prod", "delivery-tracking/dr", "delivery-tracking/prod",
    "delivery-tracking/stg", "multicloud/prod", "shop/dev", "shop/prod", "technova/prod", "webapp/dev", "webapp/prod",
)  # fmt: skip


@pytest.mark.parametrize("target", TARGETS)
def test_of_committed_environments_nothing_is_unused_and_nothing_is_missing(
    repository: Path, tmp_path: Path, target: str
) -> None:
    for folder in ("catalog", "environments"):
        shutil.copytree(repository / folder, tmp_path / folder)
    policies = bootstrapped(tmp_path, target).read_text("utf-8")
    settings = environment_of(Project(tmp_path), target).settings.account_settings
    has_log = settings is not None and settings.session_log is not None
    assert ("SSM-SessionManagerRunShell" in policies) == has_log
    found = judged(tmp_path, target)
    assert {*found} == {"bootstrap plan role", "bootstrap apply role"}
    for one in found.values():
        assert one.permissions
        assert (one.unused, one.missing) == ((), ())
    may = {one.action for one in found["bootstrap apply role"].permissions}
    assert {"ecs:CreateService", "rds:DeleteDBInstance", "logs:CreateLogGroup"} <= may
    assert not {"iam:PassRole", "s3:*"} & may


def test_what_a_type_no_longer_needs_is_unused_and_what_it_needs_is_missing(small: Path) -> None:
    policies = bootstrapped(small, TARGET)
    text = policies.read_text("utf-8")
    assert text.count('"ssm:DeleteParameter"') == 1
    policies.write_text(text.replace('"ssm:DeleteParameter"', '"ssm:SendCommand"'), encoding="utf-8")
    role = judged(small)["bootstrap apply role"]
    assert {one.action for one in role.unused} == {"ssm:SendCommand"}
    assert [(one.action, one.why) for one in role.missing] == [("ssm:DeleteParameter", "nothing allows it")]


def test_without_a_bootstrap_there_is_nothing_to_judge(small: Path) -> None:
    assert judged(small) == {}

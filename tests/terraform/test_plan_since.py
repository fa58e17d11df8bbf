"""A plan that tells what changed in the catalogue since a revision."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.engine.small import edit, render, rendered_project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Outcome

pytestmark = [pytest.mark.terraform, pytest.mark.usefixtures("kept_plans")]

ORDER = "catalog/small/databases/sales/order.yaml"


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.invalid"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_what_changed_since_a_revision_is_at_the_head_of_each_report(
    infragen: Callable[..., Outcome], tmp_path: Path
) -> None:
    project = rendered_project(tmp_path)
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        git(project, *arguments)
    edit(project, ORDER, "max: 8 ACU", "max: 16 ACU")
    render(project)
    reports = [tmp_path / "plan.md", tmp_path / "plan.json"]
    named = [argument for report in reports for argument in ("--report", report)]
    told = infragen("plan", "small/dev", "--offline", "--base", "HEAD", *named, "-C", project)
    assert told.code == 0, told.err
    assert "1 different in the configuration" in told.out, "the base was planned from nothing as well"
    assert "1 create" not in told.out
    line = f"{ORDER}:5 databases/order capacity.max: 8 -> 16"
    assert "# changed since HEAD  1 line" in told.out
    assert line in " ".join(told.out.split())  # a terminal breaks it
    assert line in reports[0].read_text("utf-8")
    assert [one["text"] for one in json.loads(reports[1].read_text("utf-8"))["edits"]["lines"]] == [line]


@pytest.mark.parametrize(
    ("file", "old", "why"),
    [
        (ORDER, "retired_key: 1\n", "this version cannot read the old inputs (C001 "),
        (
            "generated/small/dev/data-sales/database-order.tf",
            'resource "aws_nope" "this" {}\n',
            "Invalid resource type",
        ),
    ],
    ids=["infragen cannot read it", "terraform cannot plan it"],
)
def test_that_the_base_cannot_be_planned_is_at_the_head_of_each_report(
    infragen: Callable[..., Outcome], tmp_path: Path, file: str, old: str, why: str
) -> None:
    """Else all that is there looks like what the change makes."""
    project = rendered_project(tmp_path)
    text = (project / file).read_text("utf-8")
    (project / file).write_text(text + old, "utf-8")
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        git(project, *arguments)
    (project / file).write_text(text, "utf-8")
    reports = [tmp_path / f"plan.{suffix}" for suffix in ("md", "json", "html")]
    named = [argument for report in reports for argument in ("--report", report)]
    told = infragen("plan", "small/dev", "--offline", "--base", "HEAD", *named, "-C", project)
    assert told.code == 0, told.err
    head = " ".join(told.out.split())[:400]
    assert "in the configuration: all of it, since the base could not be planned" in head
    for report in reports:
        said = report.read_text("utf-8")
        assert "the base could not be planned, so nobody can tell what changes" in said
        assert why in said


def test_a_revision_that_is_not_there_is_an_error_before_anything_is_planned(
    infragen: Callable[..., Outcome], tmp_path: Path
) -> None:
    project = rendered_project(tmp_path)
    git(project, "init", "-q")
    told = infragen("plan", "small/dev", "--offline", "--base", "origin/nowhere", "-C", project)
    assert told.code == 1
    assert "origin/nowhere" in told.err
    assert "planning" not in told.err

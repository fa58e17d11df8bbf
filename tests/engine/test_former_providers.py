"""What a provider made that no file names any more is planned, looked at and destroyed all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engine import small

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

_NOTE = """\
resource "aws_sns_topic" "{name}" {{
  name = "small-{name}"{more}
}}
"""
_ELSEWHERE = 'provider "aws" {\n  alias  = "us"\n  region = "us-east-1"\n}\n\n'
EXTRAS = {
    "edge/far.tf": _ELSEWHERE + _NOTE.format(name="far", more="\n  provider = aws.us"),
    "edge/note.tf": _NOTE.format(name="note", more=""),
    "network/stays.tf": _NOTE.format(name="stays", more=""),
    "security/there.tf": _ELSEWHERE + _NOTE.format(name="there", more="\n  provider = aws.us"),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An applied environment of which nothing but hand-written files is of AWS."""
    made = small.small_project(tmp_path_factory.mktemp("former"))
    for path, text in EXTRAS.items():
        file = made / "catalog/small/extra" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    small.render(made)
    try:
        ran(made, "apply", small.TARGET, "--yes")
        yield made
    finally:
        small.stop(made)


def ran(project: Path, *command: str, code: int = 0) -> str:
    done = small.run(project, *command, "--sandbox")
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def remove(project: Path, *paths: str) -> None:
    for path in paths:
        (project / "catalog/small/extra" / path).unlink()
    small.render(project)


def test_a_stack_that_left_is_planned_looked_at_and_destroyed(project: Path, tmp_path: Path) -> None:
    remove(project, "edge/far.tf", "edge/note.tf", "network/stays.tf")
    file = str(tmp_path / "reviewed.plan")
    planned = ran(project, "plan", small.TARGET, "--out", file)
    assert "downtime: messages sent to it are rejected from then on: aws_sns_topic.far" in " ".join(planned.split())
    assert "Plan: 0 to add, 0 to change, 3 to destroy" in planned
    assert "everything is as Terraform left it" in ran(project, "drift", small.TARGET)
    assert "3 destroyed" in ran(project, "apply", file, "--yes")
    assert "error K021" in ran(project, "apply", file, "--yes", code=1)


def test_a_stack_that_stays_says_what_to_have_back_and_can_be_destroyed(project: Path) -> None:
    remove(project, "security/there.tf")
    assert "have the `provider` block back" in ran(project, "plan", small.TARGET, code=1)
    ran(project, "destroy", small.TARGET, "--yes")
    assert not any(state["resources"] for state in small.states(project).values())

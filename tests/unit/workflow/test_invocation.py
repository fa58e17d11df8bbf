"""A command that infragen prints can be typed as it stands, where the user stands."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

import pytest
from tests.engine import small

from infragen.workflow.invocation import (
    PROJECT,
    WORKED_ON,
    Place,
    change_folder,
    same_command_line,
    typeable_command,
    typeable_hint,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Outcome

    Infragen = Callable[..., Outcome]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project in a folder with a space in its name; the user stands beside it."""
    root = tmp_path / "my project"
    (root / "catalog").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    token = PROJECT.set(root)
    yield root
    PROJECT.reset(token)


def test_from_within_the_project_nothing_has_to_be_added(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (project, project / "catalog"):
        monkeypatch.chdir(folder)
        assert typeable_command("infragen resume ID") == "infragen resume ID"


def test_from_outside_the_project_is_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert typeable_command("infragen resume ID") == "infragen resume ID -C 'my project'"
    monkeypatch.chdir(project.parent / "elsewhere")
    assert typeable_command("infragen resume ID") == f"infragen resume ID -C '{project}'"
    for named in ("infragen runs -C x", "infragen runs --project=x"):
        assert typeable_command(named) == named


def test_every_command_of_a_hint_is_typed_and_nothing_else(project: Path) -> None:
    token = WORKED_ON.set(Place("small/dev", on_sandbox=True))
    try:
        said = typeable_hint(
            "`infragen unlock TARGET/network` then `infragen resume`, `infragen outputs TARGET`; `infragen show FILE`,"
            " `terraform x`"
        )
    finally:
        WORKED_ON.reset(token)
    where = f"-C {shlex.quote('my project')}"
    assert said == (
        f"`infragen unlock small/dev/network --sandbox {where}` then `infragen resume {where}`, "
        f"`infragen outputs small/dev --sandbox {where}`; `infragen show FILE`, `terraform x`"
    )


def test_a_command_that_began_in_another_folder_is_typed_from_there(project: Path) -> None:
    before = os.getcwd()  # noqa: PTH109 -- what the shell would say
    arguments = ("apply", "--plan", "../prod.plan", "-C", "..")
    assert same_command_line(arguments) == "infragen apply --plan ../prod.plan -C .."
    from contextvars import copy_context

    def elsewhere() -> tuple[str, str]:
        change_folder(project / "catalog")
        return same_command_line(arguments), typeable_command("infragen runs")

    again, here = copy_context().run(elsewhere)
    os.chdir(before)
    assert again == f"cd '{project}/catalog' && infragen apply --plan ../prod.plan -C .."
    assert here == "infragen runs -C 'my project'"


def test_git_is_asked_once_a_command_and_again_by_the_next(
    infragen: Infragen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = small.small_project(tmp_path, aws=small.STACKS)
    (root / ".git").mkdir()
    (root / ".infragen").mkdir()
    asked: list[str] = []
    monkeypatch.setattr(
        "infragen.terraform.git.Git.tracked",
        lambda *patterns: asked.append(str(patterns)) or (),  # type: ignore[func-returns-value]
    )
    monkeypatch.setenv("INFRAGEN_TERRAFORM", "/nowhere/terraform")
    infragen("render", "-C", root)
    asked.clear()
    said = infragen("import", "small/dev", "databases/order", "aws_sns_topic.this=x", "--sandbox", "-C", root).err
    assert "nothing was written: the catalogue is unchanged" in said, said
    assert len(asked) == 1
    infragen("runs", "-C", root)
    assert len(asked) == 2

"""Targets that are not there, and that git remembers: what brings their files back."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.engine.small import small_project

from infragen.diagnostics import InfragenError
from infragen.workflow.rendering.orphaned_environments import orphaned_environments
from infragen.workflow.target import choose, open_project, resolve_one

FILE = "environments/small/dev.yaml"


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, check=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    made = small_project(tmp_path)
    shutil.copy(made / FILE, made / "environments/small/test.yaml")
    (made / "catalog/other").mkdir()
    (made / "catalog/other/system.yaml").write_text("schema: 1\nname: other\ntitle: Other\n", encoding="utf-8")
    git(made, "init", "-q")
    git(made, "add", "-A")
    git(made, "commit", "-qm", "x")
    return made


def said(project: Path, target: str | None, ask: Any) -> tuple[str, str]:
    with pytest.raises(InfragenError) as caught:
        ask(open_project(project), target)
    return caught.value.diagnostics[0].code, caught.value.diagnostics[0].hint or ""


def test_a_system_whose_folders_went_one_after_the_other_comes_back(project: Path) -> None:
    (project / "catalog/README.md").write_text("systems\n", encoding="utf-8")
    for path in ("environments/small", "catalog/small", "catalog/other"):
        git(project, "rm", "-rq", path)
        git(project, "commit", "-qm", path)
    for target in ("small/dev", None):
        (project / "generated/small/dev").mkdir(parents=True, exist_ok=True)
        code, hint = said(project, target, choose)
        assert code == ("P002" if target else "P005")
        commands = re.findall("`(git checkout .*?)`", hint)
    subprocess.run(" && ".join(commands), cwd=project, shell=True, check=True)
    assert resolve_one(open_project(project), "small/dev")


def test_what_was_rendered_and_cannot_be_read_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "catalog/README.md").write_text("systems\n", encoding="utf-8")
    git(project, "rm", "-rq", "environments/small", "catalog/small", "catalog/other")
    (project / "generated").mkdir(exist_ok=True)
    scan = os.scandir

    def refused(folder: Path | str) -> Any:
        if Path(folder).name == "generated":
            raise PermissionError(13, "Permission denied")
        return scan(folder)

    monkeypatch.setattr(os, "scandir", refused)
    assert said(project, None, choose) == ("S006", "check its permissions")


@pytest.mark.parametrize("ask", [choose, resolve_one])
@pytest.mark.parametrize("is_committed", [True, False])
@pytest.mark.parametrize(
    ("gone", "target", "code", "paths"),
    [
        ([FILE], "small/dev", "P003", FILE),
        ([FILE], "small/dev/network", "P003", FILE),
        (["environments/small"], "small/dev", "P010", "environments/small"),
        (["environments/small", "catalog/small"], "small/dev", "P002", "catalog/small environments/small"),
        (["catalog/small"], "small/dev", "P002", "catalog/small"),
        (["catalog/small/system.yaml"], "small/dev", "P002", "catalog/small/system.yaml"),
        (["catalog/small", FILE], "small/dev", "P002", f"catalog/small {FILE}"),
    ],
)
def test_what_git_remembers_is_brought_back(  # noqa: PLR0917
    project: Path, gone: list[str], target: str, code: str, paths: str, is_committed: bool, ask: Any
) -> None:
    git(project, "rm", "-rq", *gone)
    if is_committed:
        git(project, "commit", "-qm", "y")
    found, hint = said(project, target, ask)
    each = [f"git checkout $(git rev-list -1 HEAD -- {path})^ -- {path}" for path in paths.split()]
    assert (found, " and ".join(f"`{one}`" for one in each) in hint) == (code, True), hint
    command = " && ".join(each) if is_committed else f"git restore -SW {paths}"
    subprocess.run(command, cwd=project, shell=True, check=True)
    assert resolve_one(open_project(project), "small/dev")


@pytest.mark.parametrize(
    "target", ["small/dve", "smal/dev", "small/*", "small/d ev", "a\0b", "small/:(top)dev", "other/dev"]
)
def test_what_git_never_had_is_not_promised(project: Path, target: str) -> None:
    assert "git remembers" not in said(project, target, resolve_one)[1]
    shutil.rmtree(project / ".git")
    (project / FILE).unlink()
    assert "environments of small: test" in said(project, "small/dev", resolve_one)[1]


@pytest.mark.parametrize("gone", ["catalog/small", "catalog/small/system.yaml"])
def test_half_of_a_system_is_told_with_what_brings_it_back_and_what_destroys_it(project: Path, gone: str) -> None:
    (project / "generated/small/dev/network").mkdir(parents=True, exist_ok=True)
    (project / "generated/small/dev/network/backend.tf").touch()
    git(project, "rm", "-rq", gone)
    found = {one.code: one for one in orphaned_environments(open_project(project))}
    assert list(found) == ["P011"]
    assert f"{gone} is gone, and what was applied of it may still exist" in found["P011"].message
    hint = found["P011"].hint or ""
    assert hint.startswith("to destroy it: `infragen destroy small/dev`; then remove the folder")
    assert f"to keep it: `git restore -SW {gone}`" in hint


def test_a_catalogue_that_is_gone_as_a_whole_is_told_with_what_brings_it_back(project: Path) -> None:
    (project / "generated").mkdir(exist_ok=True)
    git(project, "rm", "-rq", "catalog")
    shutil.rmtree(project / "catalog", ignore_errors=True)
    code, hint = said(project, None, choose)
    assert code == "P005"
    assert "`git restore -SW catalog/small`" in hint
    assert "`infragen destroy small/dev` or `infragen destroy small/test`" in hint


@pytest.mark.parametrize("gone", ["catalog/small", "catalog/small/system.yaml"])
def test_the_environments_file_is_enough_to_work_on_what_was_applied(
    project: Path, gone: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = resolve_one(open_project(project), "small/dev")[1]
    git(project, "rm", "-rq", gone)
    for text in (
        f"region: {before.settings.region}",
        "services: {never: {tasks: 3}}",
        "differs: {never: {a: b}}",
        "follows: never",
    ):
        with (project / FILE).open("a") as file:
            file.write(f"{text}\n")
    found = resolve_one(open_project(project), "small/dev/network", as_applied=True)[1]
    assert (found.target, found.state_bucket, found.state_region) == (
        before.target,
        before.state_bucket,
        before.state_region,
    )
    assert not list(found.every())
    told = capsys.readouterr().err
    assert f"{gone} is gone, so {FILE} alone says that the states are in s3://{before.state_bucket}" in told
    assert said(project, "small/dev", resolve_one)[0] == "P002"

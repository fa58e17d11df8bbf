"""`infragen providers check`: what in `generated/` does not fit the AWS provider of today."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from tests.engine.small import TARGET, rendered_project

from infragen.commands.providers.check import check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Check = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rendered_project(tmp_path_factory.mktemp("providers-check") / "project", aws=("network",))


@pytest.fixture
def project(rendered: Path, tmp_path: Path) -> Path:
    return shutil.copytree(rendered, tmp_path / "project")


@pytest.fixture
def checked(project: Path, capsys: Any) -> Check:
    def run(**given: Any) -> tuple[int, str, str]:
        capsys.readouterr()
        code = check(folder=project, **given)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def write(project: Path, text: str, path: str = "network/more.tf") -> None:
    (project / "generated" / TARGET / path).write_text(text)


def test_what_fits_says_with_which_version_and_what_was_not_compared(project: Path, checked: Check) -> None:
    write(project, 'resource "aws_eip" "a" {\n  domain = "vpc"\n}\nresource "aws_eip" "b" {}\n')
    code, said, note = checked(target=TARGET)
    assert (code, said) == (0, "")
    assert note.startswith("4 resources compared with AWS provider 6.25.0, as of 2025-12-10: 0 errors, 0 warnings\n")
    assert "not compared, because the extract of its schema lacks them: aws_ssm_parameter (1)\n" in note


def test_an_error_ends_with_1_and_a_warning_does_not(project: Path, checked: Check) -> None:
    write(project, 'data "aws_region" "here" {}\nlocals {\n  name = data.aws_region.here.name\n}\n')
    code, said, note = checked()
    assert code == 0
    assert f"generated/{TARGET}/network/more.tf:3:10: warning V019" in said
    assert "0 errors, 1 warning\n" in note
    write(project, 'resource "aws_eip" "a" {\n  vpc = true\n}\n')
    code, said, _ = checked(output="json")
    (found,) = json.loads(said)["diagnostics"]
    assert (code, found["code"]) == (1, "V015")


def test_changes_of_the_guide_are_listed_with_what_is_written_of_them(project: Path, checked: Check) -> None:
    write(project, 'resource "aws_eip" "a" {\n  vpc = true\n}\n')
    _, said, _ = checked(changes=True)
    assert "\naws_eip: `vpc` is gone: `domain` instead: found 1 time\n" in said
    assert "\nprovider: nearly every resource has an argument `region`: where it is not written" in f"\n{said}"
    assert "aws_instance" not in said
    assert said.endswith("other changes are of types that are not rendered\n")


def test_the_files_of_the_foundation_are_checked_too(project: Path, checked: Check) -> None:
    (project / "generated" / TARGET / "bootstrap").mkdir()
    write(project, 'resource "aws_eip" "a" {\n  vpc = true\n}\n', "bootstrap/main.tf")
    code, said, _ = checked()
    assert code == 1
    assert "/bootstrap/main.tf:2:3: error V015" in said


def test_an_environment_without_files_is_refused(project: Path, checked: Check) -> None:
    shutil.rmtree(project / "generated" / TARGET)
    code, said, _ = checked()
    assert code == 1
    assert f"error P007 there is nothing in generated/{TARGET}/" in said


def test_an_environment_that_is_not_rendered_does_not_hide_the_others(project: Path, checked: Check) -> None:
    dev = project / "environments/small/dev.yaml"
    dev.with_name("after.yaml").write_text(dev.read_text().replace("dev", "after").replace("10.0.", "10.9."))
    dev.with_name("broken.yaml").write_text("account: 1\n")
    write(project, 'resource "aws_eip" "a" {\n  vpc = true\n}\n')
    code, said, note = checked()
    assert code == 1
    assert "error P007 there is nothing in generated/small/after/" in said
    assert "run `infragen render small/after`" in said
    assert "environments/small/broken.yaml" in said
    assert f"generated/{TARGET}/network/more.tf:2:3: error V015" in said
    assert "resources compared with AWS provider" in note

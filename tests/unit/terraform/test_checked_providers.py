"""What `init` has checked is hashed no more, as long as it is the same."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from infragen.terraform.checked_providers import (
    leave_out_checksums,
    programs,
    restore_checksums,
    take_over_lock,
    write_lock,
)
from infragen.terraform.workfolder import installed_for, note_installed

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = """\
# This file is maintained automatically by "terraform init".

provider "registry.terraform.io/hashicorp/aws" {
  version     = "5.100.0"
  constraints = "5.100.0"
  hashes = [
    "h1:edXOJWE4ORX8Fm=",
    "zh:0123",
  ]
}
"""
BARE = """\
# This file is maintained automatically by "terraform init".

provider "registry.terraform.io/hashicorp/aws" {
  version     = "5.100.0"
  constraints = "5.100.0"
}
"""


def locked(folder: Path) -> str:
    return (folder / ".terraform.lock.hcl").read_text(encoding="utf-8")


@pytest.fixture
def checked(tmp_path: Path) -> Path:
    folder = tmp_path / "combined"
    folder.mkdir()
    write_lock(folder, WHOLE)
    leave_out_checksums(folder)
    return folder


def test_a_checked_folder_s_lock_file_has_no_checksums_until_init_wants_them(checked: Path) -> None:
    assert locked(checked) == BARE
    assert restore_checksums(checked)
    assert locked(checked) == WHOLE


def test_without_room_the_lock_file_stays_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_lock(tmp_path, WHOLE)

    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    leave_out_checksums(tmp_path)
    note_installed(tmp_path, "digest")
    assert locked(tmp_path) == WHOLE
    assert installed_for(tmp_path) == ""


def test_a_stack_takes_over_both(checked: Path, tmp_path: Path) -> None:
    take_over_lock(tmp_path / "network", checked)
    assert locked(tmp_path / "network") == BARE
    assert restore_checksums(tmp_path / "network")
    assert locked(tmp_path / "network") == WHOLE


def test_a_lock_file_of_its_own_is_whole(checked: Path) -> None:
    write_lock(checked, WHOLE.replace("5.100.0", "5.99.0"))
    assert not restore_checksums(checked)
    assert locked(checked) == WHOLE.replace("5.100.0", "5.99.0")


def test_without_a_provider_there_is_nothing_to_check(tmp_path: Path) -> None:
    leave_out_checksums(tmp_path)
    assert not restore_checksums(tmp_path)
    assert programs(tmp_path) == []


def test_a_program_that_was_written_to_is_another_one_also_behind_a_link(tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "terraform-provider-aws").write_text("one")
    place = tmp_path / "work/.terraform/providers/registry.terraform.io/hashicorp/aws/5.100.0"
    place.mkdir(parents=True)
    (place / "linux_amd64").symlink_to(mirror)
    before = programs(tmp_path / "work")
    assert [name.rpartition("/")[2] for name, *_ in before] == ["terraform-provider-aws"]
    assert programs(tmp_path / "work") == before
    (mirror / "terraform-provider-aws").write_text("two")
    assert programs(tmp_path / "work") != before
    (mirror / "terraform-provider-aws").unlink()
    assert programs(tmp_path / "work") == []


def test_a_mirror_that_is_gone_holds_no_programs(tmp_path: Path) -> None:
    place = tmp_path / ".terraform/providers"
    place.mkdir(parents=True)
    (place / "linux_amd64").symlink_to(tmp_path / "gone")
    assert programs(tmp_path) == []

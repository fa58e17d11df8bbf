"""What a machine, or a container on it, has to give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infragen.terraform.environment_variables import free_in_container, free_memory

if TYPE_CHECKING:
    from pathlib import Path


def a_container(folder: Path, limit: str, used: int, files: int) -> Path:
    (folder / "memory.max").write_text(f"{limit}\n")
    (folder / "memory.current").write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon 5\nfile {files}\ninactive_file {files}\nactive_file 0\n")
    return folder


@pytest.mark.parametrize(
    ("limit", "used", "files", "left"),
    [
        ("8000", 2000, 0, 6000),
        ("8000", 7990, 5000, 5010),  # full of files that were read once
        ("8000", 9000, 0, 0),
    ],
)
def test_a_containers_limit_counts_and_files_it_once_read_do_not(
    tmp_path: Path, limit: str, used: int, files: int, left: int
) -> None:
    assert free_in_container(a_container(tmp_path, limit, used, files)) == left


def test_no_limit_is_none(tmp_path: Path) -> None:
    assert free_in_container(a_container(tmp_path, "max", 5, 0)) > 1 << 60
    assert free_in_container(tmp_path / "nowhere") > 1 << 60
    assert free_memory() > 0

"""What a run tries of the dear cases follows from its commit."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.by_commit import FILES, chosen, in_turn, waits
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def test_one_share_of_the_cases_is_not_long_and_the_shares_are_everything() -> None:
    parameters = list(in_turn("abcdefgh", 4))
    usual = [one.values[0] for one in parameters if not one.marks]  # type: ignore[attr-defined]
    assert usual == list("abcdefgh"[chosen(4) :: 4])
    assert {one.values[0] for one in parameters} == set("abcdefgh")  # type: ignore[attr-defined]


def test_commits_choose_different_shares_and_the_same_one_each_time(tmp_path: Path) -> None:
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.invalid", "-c", "init.defaultBranch=main"]
    subprocess.run([*git, "init", "-q"], cwd=tmp_path, check=True)
    found = set()
    for number in range(12):
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", str(number)], cwd=tmp_path, check=True)
        chosen.cache_clear()
        one = chosen(2, tmp_path)
        chosen.cache_clear()
        assert chosen(2, tmp_path) == one
        found.add(one)
    chosen.cache_clear()
    assert found == {0, 1}


def test_every_second_file_that_takes_turns_is_another_runs() -> None:
    files = [ROOT / "tests" / name for name in FILES]
    assert all(file.is_file() for file in files)
    assert [waits(file) for file in files] == [number % 2 != chosen(2) for number in range(len(files))]
    assert not waits(ROOT / "tests/engine/test_resuming.py")


def test_without_a_commit_it_is_the_first_share(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
        assert chosen(4, tmp_path) == 0

"""What a random search finds is kept, and every later run tries it first."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.conftest import ROOT
from tests.finds import FOLDER

if TYPE_CHECKING:
    from pathlib import Path

PLANTED = """\
import pytest
from hypothesis import given, settings, strategies as st

@pytest.mark.parametrize("kind", ["sound", "planted"])
@settings(max_examples=10)
@given(data=st.data(), chance=st.randoms(use_true_random=False))
def test_numbers(kind, tmp_path_factory, data, chance):
    number = data.draw(st.integers(0, 600))
    assert number not in range(300, 330) or kind == "sound"
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A project with one test that fails for one number of twenty."""
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = hypothesis\n")
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["tests.finds"]\n')
    (tmp_path / "test_planted.py").write_text(PLANTED)
    assert run(tmp_path, "pytest").returncode == 0, "what is tried each time does not meet it"
    return tmp_path


@pytest.mark.parametrize("ci", ["", "true"])
def test_a_find_is_kept_and_fails_until_it_is_mended(planted: Path, monkeypatch: pytest.MonkeyPatch, ci: str) -> None:
    monkeypatch.setenv("CI", ci)  # Hypothesis tries the same each time there, where nobody tells it otherwise
    found = run(planted, "tests.fuzz", "--seed", "1", "--rounds", "50", "test_planted.py")
    assert found.returncode == 1, found.stdout
    (file,) = (planted / FOLDER).glob("*.json")
    kept = json.loads(file.read_text())
    assert kept["test"] == "test_planted.py::test_numbers[planted]"
    assert kept["example"][-1] == "Draw 1: 300"
    assert f"kept as {FOLDER / file.name}" in found.stdout
    assert found.stdout.splitlines()[-1] == f"found with SEED={kept['seed']}"

    failed = run(planted, "pytest")
    assert "assert (300 not in range(300, 330)" in failed.stdout
    assert "1 failed, 1 passed" in failed.stdout

    again = run(planted, "tests.fuzz", "--seed", kept["seed"], "--rounds", "1", "test_planted.py")
    assert again.returncode == 1
    assert [file] == list((planted / FOLDER).glob("*.json")), "the same seed finds the same"

    (planted / "test_planted.py").write_text(PLANTED.replace("range(300, 330)", "()"))
    assert run(planted, "pytest").returncode == 0

    (planted / "test_planted.py").write_text(PLANTED.replace("range(300, 330)", "()").replace("600", "9"))
    other = run(planted, "pytest").stdout
    assert f"{file.name}: its choices are another example by now, so write it as a test" in other


def test_every_find_that_is_kept_belongs_to_a_test() -> None:
    for file in (ROOT / FOLDER).glob("*"):
        path, _, name = json.loads(file.read_text(encoding="utf-8"))["test"].partition("::")
        assert f"def {name.rpartition('::')[2].partition('[')[0]}(" in (ROOT / path).read_text(encoding="utf-8"), file

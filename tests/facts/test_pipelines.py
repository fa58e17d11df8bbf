"""WA-14, DT-17, DT-20: committed workflows are what infragen writes, and shellcheck finds nothing in their scripts."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from . import pipelines


@pytest.mark.parametrize("system", pipelines.PIPELINES)
def test_the_committed_workflows_are_those_that_infragen_writes(system: str, tmp_path: Path) -> None:
    written = pipelines.texts(pipelines.repository(tmp_path, system) / pipelines.WORKFLOWS)
    assert pipelines.texts(pipelines.GOLDEN / system) == written, "`make golden` writes them anew"


def shellcheck(script: str) -> str:
    """Return what shellcheck says of a step's script, in which each expression of GitHub's is a word."""
    program = Path(sys.executable).parent / "shellcheck"
    command = [program, "--shell=bash", "--format=gcc", "-"]
    plain = re.sub(r"\$\{\{.*?\}\}", "word", script)
    return subprocess.run(command, input=plain, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize("system", pipelines.PIPELINES)
def test_shellcheck_finds_nothing_in_the_scripts(system: str) -> None:
    jobs = [
        job
        for file in sorted((pipelines.GOLDEN / system).iterdir())
        for job in yaml.safe_load(file.read_text())["jobs"].values()
    ]
    scripts = [step["run"] for job in jobs for step in job.get("steps", ()) if "run" in step]
    assert len(scripts) > 5
    assert [(script, said) for script in scripts if (said := shellcheck(script))] == []


def test_shellcheck_looks_at_all() -> None:
    assert "SC2086" in shellcheck("rm $FOLDER")

"""Offline plans of the committed environments, each made once for all of a test run.

Workers of one run share them: a plan of TechNova's production takes a minute of terraform's. The next run finds those
of the same files (`kept_plans`).
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kept_plans import NAME, before_path

ROOT = Path(__file__).parents[1]

EVERY_TIME = (
    "shop/prod",
    "technova/prod",
    "technova/osaka",
    "delivery-tracking/prod",
    "delivery-tracking/stg",
    "delivery-tracking/dr",
    "webapp/dev",
    "webapp/prod",
    "multicloud/prod",
    "dandori-portal/dev",
    "dandori-portal/prod",
)
"""The committed environments of which `make test` makes a plan."""

IN_LIVES = ("technova/dev",)
"""Those whose whole life `make lives` lives, and that are made as one above is, of less."""

every_environment = pytest.mark.parametrize(
    "target", [*EVERY_TIME, *(pytest.param(target, marks=pytest.mark.long) for target in IN_LIVES)]
)
"""One test for each of them."""


def offline_plan(factory: pytest.TempPathFactory, target: str) -> Path:
    """Return the JSON of `infragen plan TARGET --offline`; who comes first makes it, and others wait."""
    base = factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    file = shared / f"{target.replace('/', '-')}.plan.json"
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            _plan(target, file)
    return file


def _plan(target: str, file: Path) -> None:
    made = file.with_suffix(".part")
    command = [sys.executable, "-m", "infragen", "plan", target, "--offline", "--json-out", str(made)]
    variables = {**os.environ, "PATH": before_path(file.parent / NAME)}
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    made.rename(file)

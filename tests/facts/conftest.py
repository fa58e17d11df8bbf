"""TechNova's production, planned offline twice: as on an ordinary day, and with every peak at once.

No service has more than one peak, so two plans hold every size of the document.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from . import technova as t
from .planned import Resource, planned_resources

ROOT = Path(__file__).parents[2]
PEAKS = tuple(sorted({size.profile for size in t.SIZES} - {"normal", "fixed"}))


@pytest.fixture(scope="session")
def ordinary_plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan with no profile, as terraform shows it."""
    return plan(tmp_path_factory.mktemp("ordinary"))


@pytest.fixture(scope="session")
def ordinary_day(ordinary_plan: Path) -> list[Resource]:
    """What is planned with no profile."""
    return planned_resources(ordinary_plan)


@pytest.fixture(scope="session")
def every_peak(tmp_path_factory: pytest.TempPathFactory) -> list[Resource]:
    """What is planned with every profile in force."""
    return planned_resources(plan(tmp_path_factory.mktemp("peaks"), *PEAKS))


def plan(folder: Path, *profiles: str) -> Path:
    """Run `infragen plan technova/prod --offline` and return the file of what terraform would build."""
    file = folder / "plan.json"
    command = [sys.executable, "-m", "infragen", "plan", "technova/prod", "--offline", "--json-out", str(file)]
    for profile in profiles:
        command += ["--profile", profile]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return file

"""A plan of TechNova's network that is kept and applied later.

The like of tests/engine/test_bundle.py and test_many_machines.py, which prove the same on the small system.
"""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox, pytest.mark.long]

TARGET = "technova/dev/network"


@pytest.fixture
def applied(project: Path) -> Iterator[Path]:
    """A scratch project whose network stands on its own sandbox."""
    assert infragen(project, "render", "technova/dev").returncode == 0
    done = infragen(project, "apply", TARGET, "--sandbox", "--yes")
    assert done.returncode == 0, done.stderr
    yield project
    infragen(project, "sandbox", "stop")


def infragen(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    command = [sys.executable, "-m", "infragen", *arguments, "-C", str(project)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)


def keep_flow_logs(project: Path, days: int) -> None:
    """Change one line of the environment, and render."""
    path = project / "environments/technova/dev.yaml"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if "flow_log_retention: " not in line]
    at = lines.index("network:") + 1
    path.write_text("\n".join([*lines[:at], f"  flow_log_retention: {days} days", *lines[at:], ""]), encoding="utf-8")
    assert infragen(project, "render", "technova/dev").returncode == 0


def test_a_kept_plan_is_applied_as_it_was_reviewed_and_never_as_something_else(applied: Path) -> None:
    keep_flow_logs(applied, 60)
    kept = applied / "kept.plan"
    planned = infragen(applied, "plan", TARGET, "--sandbox", "--out", str(kept), "--format", "json")
    assert planned.returncode == 0, planned.stderr
    (change,) = json.loads(planned.stdout)["changes"]
    assert change["type"] == "aws_cloudwatch_log_group"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600

    keep_flow_logs(applied, 90)
    other = infragen(applied, "apply", TARGET, "--sandbox", "--yes", "--plan", str(kept))
    assert other.returncode == 1
    assert "K008" in other.stderr
    assert "the files of network changed" in other.stderr

    keep_flow_logs(applied, 60)
    done = infragen(applied, "apply", str(kept), "--sandbox", "--yes", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert done.stdout == planned.stdout
    assert "0 added, 1 changed, 0 destroyed" in done.stderr

    again = infragen(applied, "apply", TARGET, "--sandbox", "--yes", "--plan", str(kept))
    assert again.returncode == 1
    assert "K021" in again.stderr
    assert "Traceback" not in again.stderr


def test_a_stack_that_reads_what_does_not_exist_yet_is_neither_kept_nor_applied(project: Path) -> None:
    target = "technova/dev/security"
    assert infragen(project, "render", "technova/dev").returncode == 0
    try:
        refused = infragen(project, "plan", target, "--sandbox", "--out", str(project / "kept.plan"))
        nothing = infragen(project, "apply", target, "--sandbox", "--yes", "--plan", str(project / "none.plan"))
    finally:
        infragen(project, "sandbox", "stop")
    assert refused.returncode == 1
    assert "K011" in refused.stderr
    assert "infragen apply technova/dev/network --sandbox" in refused.stderr
    assert not (project / "kept.plan").exists()
    assert nothing.returncode == 1
    assert "K002" in nothing.stderr

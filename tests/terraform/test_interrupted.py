"""Ctrl-C and a killed emulator in the middle of an apply: what was done is kept, and the next command goes on.

The like of the columns "Ctrl-C" and "unreachable" of tests/engine/test_faults.py, which are of the small system.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from infragen.terraform.running_processes import all_processes
from infragen.terraform.sandbox import Sandbox
from tests.engine.proxy import Proxy
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox, pytest.mark.long]

TARGET = "technova/dev/network"


@pytest.fixture
def rendered(project: Path) -> Iterator[Path]:
    """A rendered scratch project; its sandbox is stopped afterwards."""
    assert infragen(project, "render", "technova/dev").returncode == 0
    yield project
    infragen(project, "sandbox", "stop")


def infragen(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    command = [sys.executable, "-m", "infragen", *arguments, "-C", str(project)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)


def in_progress(project: Path) -> set[str]:
    """Return what the journal of a project's only run has as begun and not as done."""
    [journal] = project.glob(".infragen/runs/2*/journal.jsonl")
    *lines, _unfinished = journal.read_text(encoding="utf-8").split("\n")
    events = [json.loads(line) for line in lines]
    begun, done = ({one["address"] for one in events if one.get("kind") == kind} for kind in ("started", "done"))
    return begun - done


def apply_until(project: Path, strike: Callable[[subprocess.Popen[str], Sandbox], None]) -> tuple[int, str]:
    """Apply, strike when terraform makes its log group, and return the exit code and what was said."""
    sandbox = Sandbox.start(project)
    command = [sys.executable, "-m", "infragen", "apply", TARGET, "--sandbox", "--yes", "-C", str(project)]
    started: list[subprocess.Popen[str]] = []

    def act() -> None:
        until(lambda: started)
        strike(started[0], sandbox)

    with Proxy(sandbox) as before:
        rule = before.on(lambda request: request.target.endswith(".CreateLogGroup"), act=act)
        started.append(
            subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
            )
        )
        _, error = started[0].communicate(timeout=PATIENCE)
        before.settle()
    assert rule.times == 0, error
    return started[0].returncode, error


def test_ctrl_c_ends_cleanly_and_the_next_apply_goes_on(rendered: Path) -> None:
    """What is interrupted has a name: AWS may have made it, and of a subnet `resume` could not tell."""

    def strike(process: subprocess.Popen[str], _sandbox: object) -> None:
        until(lambda: in_progress(rendered) == {"module.flow_log.aws_cloudwatch_log_group.this"})
        process.send_signal(signal.SIGINT)

    code, error = apply_until(rendered, strike)
    assert code == 130, error
    assert "Traceback" not in error
    assert "to continue: infragen " in error

    again = infragen(rendered, "resume")
    assert again.returncode == 0, again.stderr
    plan = infragen(rendered, "plan", TARGET, "--sandbox", "--detailed-exitcode")
    assert plan.returncode == 0, f"{error}{again.stderr}{plan.stdout}{plan.stderr}"


def test_a_killed_emulator_is_named_and_a_new_one_can_be_used(rendered: Path) -> None:
    emulator: list[int] = []

    def strike(_process: object, sandbox: Sandbox) -> None:
        emulator.append(sandbox.server.pid)
        os.kill(sandbox.server.pid, signal.SIGKILL)

    code, error = apply_until(rendered, strike)  # the provider would ask the dead port for five minutes
    assert code == 1, error
    assert f"E006 the emulated AWS (pid {emulator[0]}) is no longer running; its in-memory data is lost" in error
    assert "Traceback" not in error
    status = infragen(rendered, "sandbox", "status")
    assert status.returncode == 1
    assert "is no longer running" in status.stdout

    again = infragen(rendered, "apply", TARGET, "--sandbox", "--yes")
    assert again.returncode == 0, again.stderr
    assert re.search(r"planned, (\d+), (?s:.*) done: \1 added, 0 changed", again.stderr), again.stderr


def test_ctrl_c_while_planning_leaves_nothing_half_done(rendered: Path) -> None:
    command = [sys.executable, "-m", "infragen", "plan", "technova/dev", "--offline", "-C", str(rendered)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stderr is not None
    process.stderr.readline()
    work = str(rendered / ".infragen/work")
    until(lambda: [one for one in all_processes() if str(one.folder).startswith(work)])
    os.kill(process.pid, signal.SIGINT)
    out, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, error
    assert "Traceback" not in error
    assert out == ""

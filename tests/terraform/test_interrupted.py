"""Ctrl-C and a killed emulator in the middle of an apply: what was done is kept, and the next command goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from infragen.terraform.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

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
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def begin_apply(project: Path) -> subprocess.Popen[str]:
    """Start an apply and return once terraform creates resources."""
    command = [sys.executable, "-m", "infragen", "apply", TARGET, "--sandbox", "--yes", "-C", str(project)]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "applying" in line:
            break
    deadline = time.monotonic() + 60
    sandbox = Sandbox.running(project)
    assert sandbox is not None
    while time.monotonic() < deadline:
        if len(sandbox.inventory("111122223333", "ap-northeast-1")) > 3:
            return process
        time.sleep(0.2)
    raise AssertionError("the apply created nothing within a minute")


def test_ctrl_c_ends_cleanly_and_the_next_apply_goes_on(rendered: Path) -> None:
    process = begin_apply(rendered)
    os.kill(process.pid, signal.SIGINT)
    _, error = process.communicate(timeout=120)
    assert process.returncode == 130, error
    assert "Traceback" not in error
    assert "to go on: infragen " in error

    again = infragen(rendered, "resume")
    assert again.returncode == 0, again.stderr
    assert infragen(rendered, "plan", TARGET, "--sandbox", "--detailed-exitcode").returncode == 0


def test_a_killed_emulator_is_named_and_a_new_one_can_be_used(rendered: Path) -> None:
    process = begin_apply(rendered)
    state = json.loads((rendered / ".infragen/sandbox/state.json").read_text(encoding="utf-8"))
    os.kill(state["pid"], signal.SIGKILL)
    _, error = process.communicate(timeout=60)  # the provider would ask the dead port for five minutes
    assert process.returncode == 1, error
    assert f"E006 the emulated AWS (pid {state['pid']}) is gone" in error
    assert "Traceback" not in error
    status = infragen(rendered, "sandbox", "status")
    assert status.returncode == 1
    assert "is gone" in status.stdout

    again = infragen(rendered, "apply", TARGET, "--sandbox", "--yes")
    assert again.returncode == 0, again.stderr
    assert "43 added" in again.stderr


def test_ctrl_c_while_planning_leaves_nothing_half_done(rendered: Path) -> None:
    command = [sys.executable, "-m", "infragen", "plan", "technova/dev", "--offline", "-C", str(rendered)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stderr is not None
    process.stderr.readline()
    time.sleep(1)
    os.kill(process.pid, signal.SIGINT)
    out, error = process.communicate(timeout=60)
    assert process.returncode == 130, error
    assert "Traceback" not in error
    assert out == ""

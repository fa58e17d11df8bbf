"""A program that poses as terraform: each test says what it does, in Python."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from infragen.terraform.adapter import TerraformRunner
from infragen.terraform.binary import Binary, Kind
from infragen.terraform.environment_variables import child_environment
from infragen.terraform.provider_mirror import Mirror
from infragen.terraform.runner import Folder

if TYPE_CHECKING:
    from infragen.terraform.child_process import Stopper

PRELUDE = """\
#!{python}
import json, os, signal, sys, time
arguments = sys.argv[1:]
with open({log!r}, "a") as log:
    log.write(json.dumps(arguments) + "\\n")
def say(type, **more):
    print(json.dumps({{"type": type, "@message": more.pop("message", type), **more}}), flush=True)
def error(summary, detail="", severity="error", **more):
    say("diagnostic", diagnostic={{"severity": severity, "summary": summary, "detail": detail, **more}})
"""

WriteProgram = Callable[..., Path]


@pytest.fixture
def write_program(tmp_path: Path) -> WriteProgram:
    """Return a function that writes an executable with a body in Python; it logs its arguments to `calls.log`."""

    def write(body: str, name: str = "terraform", folder: Path | None = None) -> Path:
        program = (folder or tmp_path) / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(PRELUDE.format(python=sys.executable, log=str(tmp_path / "calls.log")) + dedent(body))
        program.chmod(0o755)
        return program

    return write


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return an empty folder that people know as generated/technova/dev/network."""
    path = tmp_path / "work"
    path.mkdir()
    return Folder(path, "generated/technova/dev/network")


@pytest.fixture
def make_runner(write_program: WriteProgram) -> Callable[..., TerraformRunner]:
    """Return a function that makes a runner of a fake terraform with the given body."""

    def make(body: str, mirror: Mirror | None = None, stopper: Stopper | None = None) -> TerraformRunner:
        binary = Binary((str(write_program(body)),), Kind.TERRAFORM, "1.11.4")
        return TerraformRunner(binary, mirror or Mirror(None, "none"), child_environment(os.environ), stopper)

    return make


@pytest.fixture
def calls(tmp_path: Path) -> Callable[[], list[list[str]]]:
    """Return a function that returns the arguments of every call of the fake terraform so far."""
    import json

    def read() -> list[list[str]]:
        log = tmp_path / "calls.log"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    return read

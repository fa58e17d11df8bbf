"""CDKTF, installed on demand into an environment of its own: the last release for provider 5.100, from PyPI."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from benchmarks.measure import ROOT, Cost, once

if TYPE_CHECKING:
    from pathlib import Path

PACKAGES = ("cdktf==0.20.12", "cdktf-cdktf-provider-aws==19.65.1")
HOME = ROOT / ".infragen/benchmarks/cdktf"
APP = ROOT / "benchmarks/cdktf_app.py"


def install() -> Path:
    """Return the Python that has CDKTF; half a gigabyte the first time.

    Runs the program once, so that bytecode and jsii's cache of packages are there before anything is measured.
    """
    if shutil.which("node") is None:
        raise SystemExit("CDKTF needs node on PATH (https://nodejs.org)")
    python = HOME / "bin/python"
    if not (HOME / "installed").exists():
        print(f"installing {' '.join(PACKAGES)} into {HOME.relative_to(ROOT)}", flush=True)
        subprocess.run((sys.executable, "-m", "venv", str(HOME)), check=True)
        subprocess.run((str(python), "-m", "pip", "install", "--quiet", *PACKAGES), check=True)
        synthesise(python, 1, HOME / "warm")
        (HOME / "installed").touch()
    return python


def synthesise(python: Path, services: int, out: Path) -> Cost:
    """Write so many services; the memory is that of Python and of the node process beside it."""
    shutil.rmtree(out, ignore_errors=True)
    return once((str(python), str(APP), str(services), str(out)), ROOT, processes=True)


def resources(out: Path) -> int:
    """Count the resources that were written."""
    stacks = [json.loads(path.read_text(encoding="utf-8")) for path in out.glob("stacks/*/cdk.tf.json")]
    return sum(len(of_type) for stack in stacks for of_type in stack["resource"].values())

"""What infragen tells of a system: the contradictions of its document, and the workflows that release its code."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path


def said(*arguments: str) -> str:
    """Return what a command of infragen prints about the committed systems."""
    command = [sys.executable, "-m", "infragen", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def as_data(*arguments: str) -> Any:
    """Return the same, as the data that it prints with `--format json`."""
    return json.loads(said(*arguments, "--format", "json"))


@cache
def diagnostics(system: str) -> list[dict[str, Any]]:
    """Return what `infragen validate` tells of a system."""
    found: list[dict[str, Any]] = as_data("validate", system)["diagnostics"]
    return found


Told = tuple[str, str]
"""The demand's id, and how what is built begins."""


def contradictions(diagnostics: Iterable[Mapping[str, Any]], row: str) -> list[Told]:
    """Return the demand and what is built of each contradiction; all are of rows such as `DP-03`."""
    messages = [each["message"] for each in diagnostics if each["code"] == "T102"]
    found = [re.fullmatch(rf"({row}-\d+): specified: .*; built: (.*)", message) for message in messages]
    told = [(match[1], match[2]) for match in found if match]
    assert len(told) == len(found)
    return told


def apart(expected: Sequence[Told], told: Sequence[Told]) -> tuple[list[Told], list[Told]]:
    """Return what is expected and not told, and what is told and not expected."""

    def is_of(one: Told, other: Told) -> bool:
        return one[0] == other[0] and one[1].startswith(other[1])

    return (
        [each for each in expected if not any(is_of(one, each) for one in told)],
        [each for each in told if not any(is_of(each, one) for one in expected)],
    )


def without_signed_in(workflow: Path) -> str:
    """Return a workflow without what a step gets of the session that the job signed in to."""
    return re.sub(r"\n *AWS_\w+: \$\{\{ steps\.aws\.outputs\.[\w-]+ \}\}", "", workflow.read_text("utf-8"))


def release_repository(
    root: Path, system: str, branches: Mapping[str, str], builds: Mapping[str, str], more: str = ""
) -> Path:
    """Return a repository with a catalogue and its code, and what infragen writes there for CI.

    `branches` are those of the environments that are released, `builds` the folders of images, by entry.
    """
    for folder in (f"catalog/{system}", f"environments/{system}"):
        shutil.copytree(ROOT / folder, root / folder)
    (root / ".git").mkdir()
    for folder in builds.values():
        (root / folder).mkdir()
        (root / folder / "Dockerfile").write_text("FROM scratch\n")
    tables = {
        name: ", ".join(f'"{key}" = "{value}"' for key, value in table.items())
        for name, table in {"branches": branches, "builds": builds}.items()
    }
    (root / "infragen.toml").write_text(
        f'[github]\nrepository = "example/{system}"\n\n'
        f'[ci]\ninstall = "git+https://git.example.com/infragen@{"ab" * 20}"\n\n'
        f"[release.{system}]\n" + "".join(f"{name} = {{{text}}}\n" for name, text in tables.items()) + more
    )
    for arguments in (["ci", "github"], *(["bootstrap", f"{system}/{name}"] for name in branches)):
        command = [sys.executable, "-m", "infragen", *arguments, "-C", str(root)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return root

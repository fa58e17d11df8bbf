"""The header by which a balancer knows its distributions, with the real terraform: drawn once, kept, drawn anew."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from infragen.terraform.environment_variables import child_environment
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.terraform


class World:
    """A root that calls the module, with a state of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT / "templates/modules/custom_header", folder / "custom_header")

    def terraform(self, *arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            ["terraform", *arguments, "-no-color"],
            cwd=self.folder, env=child_environment(os.environ, {}), capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def apply(self, version: int) -> tuple[str, list[str]]:
        """Return what distributions send then, and what the balancer accepts."""
        outputs = {
            name: {"value": f"${{module.header.{name}}}", "sensitive": True} for name in ("value", "accepted_values")
        }
        call = {"source": "./custom_header", "value_version": version}
        root: dict[str, Any] = {"module": {"header": call}, "output": outputs}
        (self.folder / "main.tf.json").write_text(json.dumps(root), encoding="utf-8")
        for arguments in (("init", "-input=false"), ("apply", "-input=false", "-auto-approve")):
            code, text = self.terraform(*arguments)
            assert code == 0, text
        found = json.loads(self.terraform("output", "-json")[1])
        return found["value"]["value"], found["accepted_values"]["value"]


def test_a_value_is_kept_until_its_version_is_raised_and_accepted_until_the_next(tmp_path: Path) -> None:
    world = World(tmp_path)
    first, accepted = world.apply(1)
    assert (len(first), accepted) == (36, [first])
    code, text = world.terraform("plan", "-input=false", "-detailed-exitcode")
    assert code == 0, text  # nothing is drawn anew
    assert first not in text
    second, accepted = world.apply(2)
    assert (second != first, accepted) == (True, [first, second])
    third, accepted = world.apply(3)
    assert accepted == [second, third]


def test_a_version_below_one_is_refused(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.apply(1)
    text = (tmp_path / "main.tf.json").read_text(encoding="utf-8").replace('"value_version": 1', '"value_version": 0')
    (tmp_path / "main.tf.json").write_text(text, encoding="utf-8")
    code, text = world.terraform("plan", "-input=false")
    assert (code, "Versions count from 1." in text) == (1, True)

"""The header by which a balancer knows its distributions, with the real terraform: drawn once, kept, drawn anew."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from infragen.terraform.environment_variables import child_environment
from infragen.terraform.provider_mirror import find_mirror
from infragen.terraform.sandbox import Sandbox
from tests.shipped import module_files

pytestmark = pytest.mark.terraform


def copied(folder: Path, *modules: str) -> None:
    """Write modules as environments have them."""
    for module in modules:
        (folder / module).mkdir()
        for name, text in module_files(module).items():
            (folder / module / name).write_text(text, encoding="utf-8")


class World:
    """A root that calls the module, with a state of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.said = folder, ""
        copied(folder, "custom_header")

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
            code, self.said = self.terraform(*arguments)
            assert code == 0, self.said
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
    assert "will be destroyed" in world.said
    assert not [value for value in (first, second, third) if value in world.said]


def test_a_version_below_one_is_refused(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.apply(1)
    text = (tmp_path / "main.tf.json").read_text(encoding="utf-8").replace('"value_version": 1', '"value_version": 0')
    (tmp_path / "main.tf.json").write_text(text, encoding="utf-8")
    code, text = world.terraform("plan", "-input=false")
    assert (code, "Versions count from 1." in text) == (1, True)


PRIMARY = {
    "secret": {
        "source": "./secret_replicated",
        "name": "/shop/prod/balancers/front/custom-header-value",
        "description": "Header",
        "recovery_window_in_days": 0,
        "replica_region": "us-west-2",
    },
    "header": {"source": "./custom_header_stored", "value_version": 1, "secret_arn": "${module.secret.arn}"},
}
STANDBY = {"header": {"source": "./custom_header_replica", "secret_name": PRIMARY["secret"]["name"]}}
ACCEPTED = {"accepted": {"value": "${module.header.accepted_values}", "sensitive": True}}


@pytest.mark.sandbox
def test_a_standby_requires_what_the_primary_drew_by_its_own_region_s_replica(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    sandbox = Sandbox.start(tmp_path / "project", strict=True)
    mirror = find_mirror(None, os.environ, Path.home())
    plugins = [f"-plugin-dir={mirror.path}"] if mirror.flag else []
    try:
        roots = {"us-east-1": PRIMARY, "us-west-2": STANDBY}
        for region, calls in roots.items():
            (tmp_path / region).mkdir()
            copied(tmp_path / region, *(one["source"].removeprefix("./") for one in calls.values()))

        def run(region: str, *arguments: str) -> str:
            variables = child_environment(os.environ, sandbox.environment("111122223333", region))
            done = subprocess.run(
                ["terraform", *arguments, "-no-color"],
                cwd=tmp_path / region, env=variables, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr
            return done.stdout

        def accepted(region: str, version: int) -> list[str]:
            modules = json.loads(json.dumps(roots[region]).replace('"value_version": 1', f'"value_version": {version}'))
            root: dict[str, Any] = {"module": modules, "output": ACCEPTED}
            (tmp_path / region / "main.tf.json").write_text(json.dumps(root), encoding="utf-8")
            run(region, "init", "-input=false", *plugins)
            run(region, "apply", "-input=false", "-auto-approve")
            found: list[str] = json.loads(run(region, "output", "-json", "accepted"))
            return found

        first = accepted("us-east-1", 1)
        assert accepted("us-west-2", 1) == first
        both = accepted("us-east-1", 2)
        assert (len(both), both[0]) == (2, first[0])
        assert accepted("us-west-2", 1) == both
        assert both[0] not in run("us-west-2", "plan", "-input=false", "-detailed-exitcode")
    finally:
        sandbox.stop()

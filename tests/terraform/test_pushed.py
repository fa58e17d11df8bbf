"""What the real terraform stores with `state push`, and what infragen keeps it from storing."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path

import pytest

from infragen.diagnostics import InfragenError
from infragen.terraform.adapter import LOCK_STEP, TerraformRunner
from infragen.terraform.binary import find_binary
from infragen.terraform.environment_variables import child_environment
from infragen.terraform.provider_mirror import find_mirror
from infragen.terraform.runner import Folder, PlanOptions
from tests.waiting import until

pytestmark = pytest.mark.terraform


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path, "here")


@pytest.fixture
def runner() -> TerraformRunner:
    return TerraformRunner(find_binary(), find_mirror(None, os.environ, Path.home()), child_environment(os.environ))


def applied(runner: TerraformRunner, folder: Folder, text: str) -> bytes:
    (folder.path / "main.tf").write_text(text, encoding="utf-8")
    runner.plan(folder, folder.path / "saved")
    runner.apply(folder, folder.path / "saved")
    return runner.state_pull(folder)


def marked(state: bytes) -> bytes:
    """Return a state as a move would store it: read before, one serial on."""
    document = json.loads(state)
    return json.dumps({**document, "serial": document["serial"] + 1}).encode()


def test_what_was_destroyed_meanwhile_does_not_come_back(runner: TerraformRunner, folder: Folder) -> None:
    seen = applied(runner, folder, 'resource "terraform_data" "it" {}\n')
    applied(runner, folder, "")
    with pytest.raises(InfragenError, match="M003 here: everything in it was destroyed since this state was read"):
        runner.state_push(folder, marked(seen))
    assert runner.state_list(folder) == ()
    runner.state_push(folder, marked(runner.state_pull(folder)))  # what is newer is stored


def test_what_is_destroyed_while_a_push_waits_for_the_lock_does_not_come_back(
    runner: TerraformRunner, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = 'resource "terraform_data" "it" {\n  provisioner "local-exec" {\n    when    = destroy\n'
    wait = "until [ -e released ]; do sleep 0.1; done"
    seen = applied(runner, folder, f'{text}    command = "{wait}"\n  }}\n}}\n')
    plan = folder.path / "saved"
    runner.plan(folder, plan, PlanOptions(destroy=True))
    destroying = threading.Thread(target=runner.apply, args=(folder, plan))
    destroying.start()
    until(lambda: (folder.path / ".terraform.tfstate.lock.info").exists() or not destroying.is_alive())
    released, sleep = folder.path / "released", time.sleep

    def while_it_waits(seconds: float) -> None:
        if seconds != LOCK_STEP:
            return sleep(seconds)
        released.touch()
        return destroying.join()

    monkeypatch.setattr(time, "sleep", while_it_waits)
    try:
        with pytest.raises(InfragenError, match="M003"):
            runner.state_push(folder, marked(seen))
        assert not destroying.is_alive()
    finally:  # a push that did not wait fails the test, and leaves nobody waiting
        released.touch()
        destroying.join()
    assert runner.state_list(folder) == ()

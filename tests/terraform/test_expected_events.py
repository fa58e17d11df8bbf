"""The real terraform reports all that its plan owes: whatever happens to an object, however it ends."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from infragen.plan import open_plan
from infragen.plan_contract.expected_events import ExpectedEvents, expected_events
from infragen.terraform.adapter import TerraformRunner
from infragen.terraform.binary import find_binary
from infragen.terraform.environment_variables import child_environment
from infragen.terraform.events import Event, EventKind
from infragen.terraform.provider_mirror import find_mirror
from infragen.terraform.runner import ApplyResult, Folder

pytestmark = pytest.mark.terraform

BEFORE = """
    resource "terraform_data" "updated" {
      input = "1"
    }
    resource "terraform_data" "replaced" {
      triggers_replace = ["1"]
    }
    resource "terraform_data" "replaced_first" {
      triggers_replace = ["1"]
      lifecycle {
        create_before_destroy = true
      }
    }
    resource "terraform_data" "hangs_on_it" {
      input = terraform_data.replaced.output
    }
    resource "terraform_data" "deleted" {}
    resource "terraform_data" "forgotten" {}
    resource "terraform_data" "moved" {}
    output "told" {
      value = "1"
    }
    """

AFTER = """
    resource "terraform_data" "updated" {
      input = "2"
    }
    resource "terraform_data" "replaced" {
      triggers_replace = ["2"]
    }
    resource "terraform_data" "replaced_first" {
      triggers_replace = ["2"]
      lifecycle {
        create_before_destroy = true
      }
    }
    resource "terraform_data" "hangs_on_it" {
      input = terraform_data.replaced.output
    }
    resource "terraform_data" "imported" {}
    resource "terraform_data" "moved_to" {}
    import {
      to = terraform_data.imported
      id = "x"
    }
    moved {
      from = terraform_data.moved
      to   = terraform_data.moved_to
    }
    removed {
      from = terraform_data.forgotten
      lifecycle {
        destroy = false
      }
    }
    output "told" {
      value = "2"
    }
    """


@dataclass
class Place:
    """A folder, the terraform of this machine, and what it reported."""

    folder: Folder
    runner: TerraformRunner
    reported: Counter[tuple[str, str]]

    def plan(self, text: str | None = None) -> ExpectedEvents:
        if text is not None:
            (self.folder.path / "main.tf").write_text(dedent(text))
        out = self.folder.path / "saved"
        self.runner.plan(self.folder, out)
        return expected_events(open_plan(self.runner.show_json(self.folder, out, out.with_suffix(".json"))))

    def apply(self) -> ApplyResult:
        self.reported.clear()
        return self.runner.apply(self.folder, self.folder.path / "saved", on_event=self._hear)

    def _hear(self, event: Event) -> None:
        if event.kind is EventKind.DONE and event.address and event.action:
            self.reported[event.address, event.action] += 1


@pytest.fixture
def place(tmp_path: Path) -> Place:
    runner = TerraformRunner(find_binary(), find_mirror(None, os.environ, Path.home()), child_environment(os.environ))
    folder = Folder(tmp_path, "here")
    return Place(folder, runner, Counter())


def test_all_that_is_owed_is_reported_that_of_a_leftover_object_too(place: Place) -> None:
    owed = place.plan(BEFORE)
    assert len(list(owed.changes.elements())) == 7
    assert owed.missing(place.reported, 0) == tuple(f"{address} (create)" for address, _ in owed.changes)
    assert owed.missing(place.reported, place.apply().counts.imported) == ()

    owed = place.plan(AFTER)
    assert owed.imports == 1
    assert ("terraform_data.hangs_on_it", "update") not in owed.changes  # it comes out as nothing to do
    assert owed.missing(place.reported, place.apply().counts.imported) == ()

    leave_behind(place.folder.path / "terraform.tfstate", "replaced_first")
    owed = place.plan()
    assert list(owed.changes) == [("terraform_data.replaced_first", "delete")]
    assert owed.missing(place.reported, place.apply().counts.imported) == ()

    owed = place.plan(AFTER.replace('value = "2"', 'value = "3"'))
    assert owed == ExpectedEvents()
    assert owed.missing(place.reported, place.apply().counts.imported) == ()


def leave_behind(file: Path, name: str) -> None:
    """Add a deposed object to a state: what a replacement leaves whose second half failed."""
    state = json.loads(file.read_bytes())
    resource = next(one for one in state["resources"] if one["name"] == name)
    resource["instances"].append({**resource["instances"][0], "deposed": "00000001"})
    file.write_text(json.dumps({**state, "serial": state["serial"] + 1}))

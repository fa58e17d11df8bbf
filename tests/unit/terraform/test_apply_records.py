"""The record of applied files: what it covers, and what is left when it cannot be written."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from infragen.hcl.folders import Folders
from infragen.stacks.model import Stack
from infragen.terraform.apply_records import Applied, AppliedRecords, stack_digest

if TYPE_CHECKING:
    from pathlib import Path

NETWORK = Stack("network", (), (), ("vpc",))
TREE = {
    "network/main.tf": 'module "vpc" {\n  source = "../modules/vpc"\n}\n',
    "network/backend.tf": "terraform {}\n",
    "modules/vpc/main.tf": 'module "inner" {\n  source = "../subnet"\n}\n',
    "modules/subnet/main.tf": "# a subnet\n",
    "modules/other/main.tf": "# nobody calls it\n",
    "security/main.tf": "# another stack\n",
}
ONE = Applied("digest", "lineage", 3)


@pytest.mark.parametrize(
    "path", ["network/main.tf", "network/backend.tf", "modules/vpc/main.tf", "modules/subnet/main.tf"]
)
def test_every_file_that_a_stack_is_made_of_counts(path: str) -> None:
    assert stack_digest(Folders({**TREE, path: TREE[path] + "# more\n"}), NETWORK) != stack_digest(
        Folders(TREE), NETWORK
    )


@pytest.mark.parametrize("path", ["modules/other/main.tf", "security/main.tf"])
def test_no_other_file_does(path: str) -> None:
    assert stack_digest(Folders({**TREE, path: "# changed\n"}), NETWORK) == stack_digest(Folders(TREE), NETWORK)


def test_the_order_of_the_files_has_no_meaning_and_a_renamed_one_has() -> None:
    assert stack_digest(Folders(dict(reversed(TREE.items()))), NETWORK) == stack_digest(Folders(TREE), NETWORK)
    renamed = {path.replace("backend.tf", "state.tf"): text for path, text in TREE.items()}
    assert stack_digest(Folders(renamed), NETWORK) != stack_digest(Folders(TREE), NETWORK)


def test_a_record_is_there_until_the_stack_is_destroyed(tmp_path: Path) -> None:
    records = AppliedRecords(tmp_path, "small", "dev")
    assert records.all() == {}
    records.put("network", ONE)
    records.put("security", ONE)
    assert AppliedRecords(tmp_path, "small", "dev").all() == {"network": ONE, "security": ONE}
    records.put("network", None)
    assert records.all() == {"security": ONE}


def test_the_emulated_aws_and_other_environments_have_records_of_their_own(tmp_path: Path) -> None:
    AppliedRecords(tmp_path, "small", "dev").put("network", ONE)
    assert AppliedRecords(tmp_path, "small", "dev", sandbox=True).all() == {}
    assert AppliedRecords(tmp_path, "small", "prod").all() == {}


def test_stacks_that_end_at_once_are_all_recorded(tmp_path: Path) -> None:
    records = AppliedRecords(tmp_path, "small", "dev")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: records.put(f"stack-{number}", ONE), range(40)))
    assert len(records.all()) == 40


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"version": 9}', '{"version": 1, "stacks": {"a": {"b": 1}}}']
)
def test_what_cannot_be_read_is_no_record(tmp_path: Path, content: str) -> None:
    file = tmp_path / ".infragen/applied/small/dev.json"
    file.parent.mkdir(parents=True)
    file.write_text(content)
    records = AppliedRecords(tmp_path, "small", "dev")
    assert records.all() == {}
    records.put("network", ONE)
    assert records.all() == {"network": ONE}


def test_a_full_disk_leaves_no_record_that_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    records = AppliedRecords(tmp_path, "small", "dev")
    records.put("network", ONE)

    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    records.put("network", Applied("newer", "lineage", 4))
    assert records.all() == {}


def test_a_record_that_cannot_be_written_stops_no_apply(tmp_path: Path) -> None:
    records = AppliedRecords(tmp_path, "small", "dev")
    records.file.parent.parent.mkdir(parents=True)
    records.file.parent.symlink_to(tmp_path)
    records.put("network", ONE)
    records.begin("network")
    assert records.all() == {}

"""DT-19: each environment has a tree of its own beside shared modules, and its states lie in S3 with a lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import hcl2
import pytest

from tests.offline_plans import ROOT

from . import delivery_tracking as d

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GENERATED = ROOT / "generated/delivery-tracking"


def backends(environment: str) -> Iterator[dict[str, Any]]:
    for path in sorted((GENERATED / environment).glob("*/backend.tf")):
        [terraform] = hcl2.loads(path.read_text("utf-8"))["terraform"]
        [backend] = terraform["backend"]
        [(kind, said)] = [(key.strip('"'), value) for key, value in backend.items()]
        assert kind == "s3"
        yield {key: value.strip('"') if isinstance(value, str) else value for key, value in said.items()}


def sources(path: Path) -> Iterator[str]:
    for call in hcl2.loads(path.read_text("utf-8")).get("module", []):
        for said in call.values():
            yield said["source"].strip('"')


def test_dt_19_each_environment_has_a_tree_of_its_own_and_dev_has_no_terraform() -> None:
    assert {path.name for path in GENERATED.iterdir() if any(path.rglob("*.tf"))} == d.WITH_TERRAFORM
    assert (GENERATED / "dev/compose.yaml").is_file()


@pytest.mark.parametrize("environment", sorted(d.WITH_TERRAFORM))
def test_dt_19_states_lie_in_s3_each_for_itself_with_a_lock_and_no_table(environment: str) -> None:
    found = list(backends(environment))
    assert len({(said["bucket"], said["key"]) for said in found}) == len(found) > 1
    assert all(said["use_lockfile"] is True and "dynamodb_table" not in said for said in found)
    others = {said["bucket"] for other in d.WITH_TERRAFORM - {environment} for said in backends(other)}
    assert others.isdisjoint(said["bucket"] for said in found)


@pytest.mark.parametrize("module", d.MODULES)
def test_dt_19_the_document_s_modules_are_modules_that_stacks_call(module: str) -> None:
    called = {source for path in (GENERATED / "prod").glob("*/*.tf") for source in sources(path)}
    assert {source for source in called if not source.startswith("../modules/")} == set()
    assert any(source.startswith(f"../modules/{d.MODULES[module]}") for source in called)

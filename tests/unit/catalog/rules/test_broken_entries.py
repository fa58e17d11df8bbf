"""An entry with an error in it is there all the same: no rule says of another one that it lacks it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from infragen.diagnostics import Severity
from tests.by_commit import in_turn
from tests.fixtures import FULL

from .harness import all_cases, findings, good

if TYPE_CHECKING:
    from pathlib import Path

CASES = {case.name: case for case in all_cases()}


def broken(path: Path) -> None:
    path.write_text(path.read_text("utf-8").rstrip("\n") + "\nno_such_field: 1\n", "utf-8")


@pytest.mark.parametrize(
    ("case", "entry"),
    [
        ("B118-nobody", "functions/receipt"),
        ("F145-figures", "balancers/front"),
        ("L165-nothing-is-sent", "jobs/migrate"),
    ],
)
def test_what_an_entry_with_an_error_gives_is_not_missed(case: str, entry: str, tmp_path: Path) -> None:
    root = good(tmp_path)
    for edit in (*CASES[case].bad, *CASES[case].fixed):
        edit.apply(root)
    (root / "catalog/shop/load-tests/peak.yaml").unlink(missing_ok=True)  # it asks a gateway that a case does without
    broken(root / f"catalog/shop/{entry}.yaml")
    codes = {one.code for one in findings(root)}
    assert "C001" in codes
    assert codes == {"C001"}


@pytest.mark.parametrize("share", [*in_turn(range(4), 4)])
def test_an_error_in_any_entry_brings_no_finding_of_another_rule(tmp_path: Path, share: int) -> None:
    root = tmp_path / "depot"
    shutil.copytree(FULL, root)
    known = {one.code for one in findings(root)}
    files = sorted((root / "catalog/depot").glob("*/**/*.yaml"))
    entries = [path for path in files if "contracts" not in path.parts]  # a contract has no entry's fields
    for path in entries[share::4]:
        text = path.read_text("utf-8")
        broken(path)
        assert {one.code for one in findings(root)} <= {*known, "C001"}, path
        path.write_text(text, "utf-8")


@pytest.mark.parametrize("share", [*in_turn(range(4), 4)])
def test_what_refers_to_an_entry_that_is_gone_is_told_and_no_rule_fails(tmp_path: Path, share: int) -> None:
    root = tmp_path / "depot"
    shutil.copytree(FULL, root)
    assert not [one for one in findings(root) if one.severity is Severity.ERROR]
    files = sorted((root / "catalog/depot").glob("*/**/*.yaml"))
    for path in [path for path in files if "contracts" not in path.parts][share::4]:
        text = path.read_text("utf-8")
        path.unlink()
        findings(root)
        path.write_text(text, "utf-8")

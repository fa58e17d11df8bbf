"""Words and numbers where the catalogue takes a text: every character as the file has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from infragen.catalog import Project, load
from infragen.environment import resolve
from tests.unit.catalog.rules.harness import Edit, findings, good

if TYPE_CHECKING:
    from pathlib import Path

SPELLINGS = (
    "true", "True", "TRUE", "false", "False", "FALSE", "yes", "no", "off", "1.10", "0600", "12:30:45", "-0", "0x10",
    "0o17", "1e3", "1_000", "+5", ".inf", ".nan", "1.0", "2026-01-01", "123", "12345678901234567890",
)  # fmt: skip
WRITTEN = "environment: {" + ", ".join(f"V{n}: {text}" for n, text in enumerate(SPELLINGS)) + "}\n"
ORDER = "catalog/shop/services/order.yaml"


def settings(root: Path) -> Any:
    project = Project(root)
    return resolve(project, load(project, "shop"), "test").environment()


@pytest.mark.parametrize(
    "file",
    [
        ORDER,
        "catalog/shop/workers/mailer.yaml",
        "catalog/shop/jobs/migrate.yaml",
        "catalog/shop/functions/receipt.yaml",
        "catalog/shop/bffs/web.yaml",
    ],
)
def test_a_variable_of_a_workload_keeps_every_character(tmp_path: Path, file: str) -> None:
    path = good(tmp_path) / file
    lines = [one for one in path.read_text("utf-8").splitlines(keepends=True) if not one.startswith("environment:")]
    path.write_text("".join(lines) + WRITTEN, "utf-8")
    found = settings(tmp_path).find(f"{path.parent.name}/{path.stem}").environment
    assert tuple(found[f"V{n}"] for n in range(len(SPELLINGS))) == SPELLINGS


def test_a_sidecars_variable_its_command_and_an_override_keep_every_character(tmp_path: Path) -> None:
    Edit(
        ORDER,
        'sidecars:\n  log: {image: "public.ecr.aws/a/b:1", command: [bin/x, --on, True, TRUE],'
        " environment: {DEBUG: True}}\ncalls:\n",
        "calls:\n",
    ).apply(good(tmp_path))
    overrides = "\nevery:\n  services: {environment: {A: FALSE, B: True}}\n"
    overrides += "services:\n  order: {environment: {A: TRUE}}\n"
    Edit(
        "environments/shop/test.yaml", (tmp_path / "environments/shop/test.yaml").read_text("utf-8") + overrides
    ).apply(tmp_path)
    order = settings(tmp_path).find("services/order")
    assert order.sidecars["log"].command == ("bin/x", "--on", "True", "TRUE")
    assert order.sidecars["log"].environment["DEBUG"] == "True"
    assert (order.environment["A"], order.environment["B"]) == ("TRUE", "True")


def test_tags_and_conditions_keep_every_character(tmp_path: Path) -> None:
    lines = "tags: {Debug: True, Paid: FALSE, Cost: 0600}\nentry_tags: {services/order: {Own: TRUE}}\n"
    Edit("environments/shop/test.yaml", (good(tmp_path) / "environments/shop/test.yaml").read_text() + lines).apply(
        tmp_path
    )
    permission = (
        "permissions:\n  read: {actions: ['s3:GetObject'], resources: ['arn:aws:s3:::a/*'],"
        " condition: {Bool: {'aws:SecureTransport': True}}}\ncalls:\n"
    )
    Edit(ORDER, permission, "calls:\n").apply(tmp_path)
    found = settings(tmp_path)
    assert found.settings.tags == {"Debug": "True", "Paid": "FALSE", "Cost": "0600"}
    assert found.settings.entry_tags["services/order"] == {"Own": "TRUE"}
    assert found.find("services/order").permissions["read"].condition["Bool"] == {"aws:SecureTransport": "True"}


def test_a_word_in_place_of_a_text_of_its_own_field_is_told_with_its_spelling(tmp_path: Path) -> None:
    Edit(ORDER, "title: True\n", "title: Orders\n").apply(good(tmp_path))
    [problem] = [one for one in findings(tmp_path) if one.code == "C003"]
    assert problem.message == "`title`: True is not text"
    assert problem.hint == 'quote it, if it is meant as text: `title: "True"`'


@pytest.mark.parametrize("word", ["null", "Null", "~", ""])
def test_a_variable_without_a_value_does_not_vanish(tmp_path: Path, word: str) -> None:
    Edit(ORDER, f"environment: {{EMPTY: {word}, OTHER: x}}\ncalls:\n", "calls:\n").apply(good(tmp_path))
    [problem] = [one for one in findings(tmp_path) if one.code == "C004"]
    assert problem.message == "`environment.EMPTY` has no value"


def test_null_in_an_override_still_unsets_a_variable(tmp_path: Path) -> None:
    Edit(ORDER, "environment: {OTHER: x, KEPT: y}\ncalls:\n", "calls:\n").apply(good(tmp_path))
    path = tmp_path / "environments/shop/test.yaml"
    path.write_text(path.read_text("utf-8") + "\nservices:\n  order: {environment: {OTHER: null}}\n", "utf-8")
    assert [one for one in findings(tmp_path) if one.code.startswith("C")] == []
    assert settings(tmp_path).find("services/order").environment == {"KEPT": "y"}

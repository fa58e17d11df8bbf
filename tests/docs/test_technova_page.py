"""The page about TechNova names everything that `validate` says of it, and says nothing that `validate` does not."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from .pages import ROOT, prose

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Outcome

PAGE = "docs/technova.md"


@dataclass(frozen=True, slots=True)
class Found:
    """A finding of `validate`."""

    code: str
    message: str
    file: str


@pytest.fixture
def findings(infragen: Callable[..., Outcome]) -> list[Found]:
    printed: dict[str, Any] = json.loads(infragen("validate", "technova", "--format", "json", "-C", ROOT).out)
    return [Found(one["code"], one["message"], one["location"]["file"]) for one in printed["diagnostics"]]


def rows(heading: str, *, table: int = 0) -> list[list[str]]:
    """The cells of a section's table, without its head."""
    section = prose(PAGE).split(f"## {heading}\n", maxsplit=1)[1].split("\n## ", maxsplit=1)[0]
    found = re.findall(r"(?:^\|.*\n?)+", section, re.MULTILINE)[table]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found.splitlines()[2:]]


def test_every_demand_has_a_row() -> None:
    here = [row[0] for row in rows("What was built")]
    assert sorted(here) == [f"TN-{number:02}" for number in range(1, 19)]


def test_every_code_that_validate_prints_is_on_the_page(findings: list[Found]) -> None:
    assert {found.code for found in findings} - set(re.findall(r"\b[A-Z]\d{3}\b", prose(PAGE))) == set()


def test_every_note_has_a_row_with_its_id_and_its_file(findings: list[Found]) -> None:
    notes = {(found.message.split(":")[0], found.file.rsplit("/", 1)[1]) for found in findings if found.code == "T102"}
    named = {
        (row[0], file) for row in rows("Where the document disagrees") for file in re.findall(r"[\w-]+\.yaml", row[3])
    }
    assert notes - named == set()
    assert {(note, file) for note, file in named - notes if file != "order.yaml"} == set(), "no such note any more"


def test_every_size_that_is_rounded_up_has_its_row_and_no_other(findings: list[Found]) -> None:
    pattern = re.compile(r"(.+) with (.+) is not a Fargate size: (.+) with (.+) is built")
    expected = set()
    for found in findings:
        if found.code == "F101":
            match = pattern.match(found.message)
            assert match, found.message
            cpu, memory, built_cpu, built_memory = match.groups()
            service = found.file.rsplit("/", 1)[1].removesuffix(".yaml")
            expected.add((service, f"{cpu}, {memory}", f"{built_cpu}, {built_memory}"))
    assert {(row[0], row[2], row[3]) for row in rows("Where the document disagrees", table=1)} == expected


def test_every_quota_that_must_be_raised_has_its_row_and_no_other(
    findings: list[Found], infragen: Callable[..., Outcome]
) -> None:
    codes = dict(re.findall(r"\| (L-\w+) \| ([^|]+) \|", (ROOT / "docs/rules.md").read_text(encoding="utf-8")))
    of = {name.strip(): code for code, name in codes.items()}
    pattern = re.compile(r"technova/(\w+) needs ([\d,]+) of `(.+)`; an account starts with ([\d,]+)")
    expected = set()
    for found in findings:
        if found.code in {"Q101", "Q102"}:
            match = pattern.match(found.message)
            assert match, found.message
            environment, needed, name, default = match.groups()
            expected.add((environment, name, of[name], needed, default))
    assert {tuple(row) for row in rows("Before the first apply to AWS")} == expected


def test_the_files_and_tests_it_cites_exist() -> None:
    tests = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    assert set(re.findall(r"test_\w+\.py", prose(PAGE))) <= tests

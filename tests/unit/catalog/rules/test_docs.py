"""The page of rules and the table of rules say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infragen.rules import all_rules
from infragen.rules.quotas import quotas
from tests.plain_words import ODD

from .harness import all_cases

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
LINES = PAGE.splitlines()


def test_every_rule_has_its_line_and_every_line_its_rule() -> None:
    expected = [f"| {rule.code} | {rule.severity} | {rule.title} | {rule.source} |" for rule in all_rules()]
    written = [line for line in LINES if re.match(r"\| (?:[A-Z]1|D2)[0-9]{2} \|", line)]
    assert written == expected


def test_titles_and_hints_are_in_plain_words() -> None:
    hints = [line for case in all_cases() for line in case.expected.splitlines() if line.startswith("  hint: ")]
    assert [text for text in (*(rule.title for rule in all_rules()), *hints) if ODD.search(text)] == []


def test_every_quota_has_its_line() -> None:
    for quota in quotas():
        code = quota.code or "(fixed)"
        assert f"| {quota.service} | {code} | {quota.name} | {quota.default:,} | {quota.source} |" in LINES


def codes_of(line: str) -> set[str]:
    """Return the codes of a line's first column, ranges written out."""
    column = line.split("|")[1]
    found = re.findall(r"[A-Z][0-9]{3}", column)
    if " to " in column:
        first, last = (int(code[1:]) for code in found)
        return {f"{found[0][0]}{number:03}" for number in range(first, last + 1)}
    return set(found)


@pytest.mark.parametrize("package", ["catalog", "commands", "environment", "plan", "source"])
def test_every_code_in_the_source_is_documented(package: str) -> None:
    documented = set().union(*(codes_of(line) for line in LINES if line.startswith("| ")))
    used = {
        code
        for path in (ROOT / "src" / "infragen" / package).rglob("*.py")
        for code in re.findall(r'"([A-Z][0-9]{3})"', path.read_text(encoding="utf-8"))
    }
    assert used <= documented

"""Every rule: its bad case says exactly its code at its place, and doing what the hint says makes it pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infragen.rules import RULES

from .harness import Case, all_cases, findings, good, text

if TYPE_CHECKING:
    from pathlib import Path

CASES = all_cases()


def test_nothing_is_to_be_said_about_the_good_catalogue(tmp_path: Path) -> None:
    assert text(findings(good(tmp_path))) == ""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_catalogue_is_found_out_at_its_place(case: Case, tmp_path: Path) -> None:
    root = good(tmp_path)
    for edit in case.bad:
        edit.apply(root)
    found = findings(root)
    assert text(found) == case.expected
    assert {one.code for one in found} == {case.code} | case.also


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_doing_what_the_hint_says_makes_it_pass(case: Case, tmp_path: Path) -> None:
    root = good(tmp_path)
    for edit in (*case.bad, *case.fixed):
        edit.apply(root)
    found = findings(root)
    assert text(found) == case.left
    assert case.code not in {one.code for one in found}


def test_every_rule_has_a_case() -> None:
    assert {rule.code for rule in RULES} <= {case.code for case in CASES}


def test_codes_are_given_once_and_files_are_named_after_them() -> None:
    codes = [rule.code for rule in RULES]
    assert len(codes) == len(set(codes))
    assert codes == sorted(codes)
    for rule in RULES:
        assert rule.check.__module__.rpartition(".")[2].startswith(rule.code.lower() + "_")

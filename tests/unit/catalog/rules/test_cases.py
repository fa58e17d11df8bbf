"""Every rule: its bad case says exactly its code at its place, and doing what the hint says makes it pass."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pkgutil import walk_packages
from typing import TYPE_CHECKING

import pytest

import infragen.kinds
import infragen.rules.table
from infragen.core.rule import Severity, rule, rules_of
from infragen.diagnostics import InfragenError
from infragen.kinds.domains import KIND
from infragen.rules import all_rules
from tests.conftest import ROOT

from .harness import Case, all_cases, findings, good, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from infragen.core.landscape import Landscape
    from infragen.core.rule import Finding

CASES = all_cases()


@pytest.mark.parametrize("on_compose", [False, True])
def test_nothing_is_to_be_said_about_the_good_catalogue(on_compose: bool, tmp_path: Path) -> None:
    assert text(findings(good(tmp_path, on_compose=on_compose))) == ""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_catalogue_is_found_out_at_its_place(case: Case, tmp_path: Path) -> None:
    root = good(tmp_path, on_compose=case.on_compose)
    for edit in case.bad:
        edit.apply(root)
    found = findings(root)
    assert text(found) == case.expected
    assert {one.code for one in found} == {case.code} | case.also


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_doing_what_the_hint_says_makes_it_pass(case: Case, tmp_path: Path) -> None:
    root = good(tmp_path, on_compose=case.on_compose)
    for edit in (*case.bad, *case.fixed):
        edit.apply(root)
    found = findings(root)
    assert text(found) == case.left
    assert case.code not in {one.code for one in found}


OF_PACKAGES = {"R120": "tests/terraform/test_a_package_brings_a_kind.py"}
"""Rules that no kind of infragen's own can break, and the test of a package's kind that does."""


def test_every_rule_has_a_case() -> None:
    assert {rule.code for rule in all_rules()} <= {case.code for case in CASES} | set(OF_PACKAGES)
    for code, test in OF_PACKAGES.items():
        assert f"error {code}" in (ROOT / test).read_text(encoding="utf-8")


def test_every_rule_that_is_written_is_applied() -> None:
    modules = [
        import_module(found.name)
        for package in (infragen.kinds, infragen.rules)
        for found in walk_packages(package.__path__, f"{package.__name__}.")
    ]
    assert set(rules_of(*modules)) == set(all_rules())


def test_a_code_that_is_taken_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    @rule("A101", "something else", Severity.ERROR, "nowhere")
    def other(landscape: Landscape) -> Iterator[Finding]:
        yield from ()

    monkeypatch.setattr(infragen.rules.table, "kinds_and_capabilities", lambda: (replace(KIND, rules=(other,)),))
    with pytest.raises(InfragenError, match="A101"):
        all_rules.__wrapped__()

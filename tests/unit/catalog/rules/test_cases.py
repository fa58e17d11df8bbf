"""Every rule: its bad case says exactly its code at its place, and doing what the hint says makes it pass."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

import infragen.kinds
import infragen.rules.table
from infragen.core.rule import Severity, rule, rules_of
from infragen.diagnostics import InfragenError
from infragen.kinds.domains import KIND
from infragen.rules import all_rules
from tests.by_commit import in_turn
from tests.conftest import ROOT

from .harness import COUNTED, Case, all_cases, counted, edited, findings, good, text
from .limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from infragen.core.resolved_system import ResolvedSystem
    from infragen.core.rule import Finding
    from infragen.diagnostics import Diagnostic

CASES = all_cases()


@pytest.mark.parametrize("on_compose", [False, True])
def test_nothing_is_to_be_said_about_the_good_catalogue(on_compose: bool, tmp_path: Path) -> None:
    assert text(findings(good(tmp_path, on_compose=on_compose))) == ""


@pytest.mark.parametrize("on_compose", [False, True])
def test_nor_is_it_about_the_entries_that_cases_count(on_compose: bool, tmp_path: Path) -> None:
    """Else one of them refers to a newer one: `COUNTED` is to have both."""
    assert text(findings(counted(tmp_path, on_compose=on_compose))) == ""
    assert {f"{path.parent.name}/{path.stem}" for path in tmp_path.glob("catalog/shop/*/*.yaml")} == COUNTED


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Mapping[bool, Path]:
    """The good catalogue, without Docker Compose and with it: each case edits one and puts it back."""
    return {is_there: counted(tmp_path_factory.mktemp("good"), on_compose=is_there) for is_there in (False, True)}


ASKED: set[str] = set()
"""The cases that were asked in this run."""


@pytest.fixture(scope="module")
def limits() -> Iterator[Limits]:
    found = Limits()
    with found.watched(all_rules()):
        yield found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.usefixtures("limits")
def test_a_bad_catalogue_is_found_out_at_its_place_and_passes_once_it_is_mended(
    case: Case, projects: Mapping[bool, Path]
) -> None:
    """Mended by doing what the hint says. Of all rules, those that have something to say of it are asked."""
    is_held_to(case, projects[case.on_compose], case.spoken)
    ASKED.add(case.name)


def test_every_limit_of_a_rule_is_met_by_a_case(limits: Limits) -> None:
    """A limit that is off by one is noticed. Where only some cases are run, what they leave out says nothing."""
    if {case.name for case in CASES} == ASKED:
        assert limits.unmet == OWED, "\n".join(sorted(limits.unmet ^ OWED))


OWED = frozenset(
    {
        "A135: end <= begin",
        "F156: needed > seconds",
        "F178: (router.cpu or 0) < least",
        "L143: one[1] > budget.monthly",
        "W102: LARGEST <= block.prefixlen",
        "W104: len(blocks) <= MOST_SUBNETS",
        "W119: cost < saved",
    }
)
"""Comparisons whose sides are equal in no case; a new rule owes none.

Of some, they never are: a router's CPU comes in steps of 32 units, 200 subnets need 67 zones, a /16 has a valid size.
"""


@pytest.mark.parametrize("case", [*in_turn(CASES, 8, lambda case: case.name)])
def test_no_other_rule_has_anything_to_say_of_it(case: Case, projects: Mapping[bool, Path]) -> None:
    is_held_to(case, projects[case.on_compose], None)


def is_held_to(case: Case, root: Path, only: AbstractSet[str] | None) -> None:
    with edited(root, case.bad):
        found = without_asides(findings(root, only), case)
    assert case.told(found) == case.expected
    assert {one.code for one in found} == {case.code} | case.also
    with edited(root, (*case.bad, *case.fixed)):
        mended = without_asides(findings(root, only), case)
    assert case.told(mended) == case.left
    assert case.code not in {one.code for one in mended}


ASIDES = {
    "T110": "production has examples: cases are written with the numbers and names of documents",
    "F178": "cases have a router, and are about where it sends lines",
    "G173": "cases write a contract of some APIs, and leave others without",
    "H184": "cases tell callers apart by what they send, as rules want it, and not when that ends",
    "H176": "the good catalogue's distribution has no name of its own, and cases lead it to balancers",
    "E132": "a key of a load test has no end where cases are about what it lets through",
    "F175": "cases name images of public registries, and are about something else of them",
    "L153": "cases give distributions names, and nobody asks an example from outside",
    "Q101": "six vCPUs of a new account are what the good catalogue needs, so that every task more is said",
}
"""What only cases about it say."""


def without_asides(found: tuple[Diagnostic, ...], case: Case) -> tuple[Diagnostic, ...]:
    """Leave out what many edits bring along."""
    return tuple(one for one in found if one.code not in ASIDES or one.code in case.spoken)


def test_every_case_left_the_good_catalogue_as_it_was(projects: Mapping[bool, Path], tmp_path: Path) -> None:
    for on_compose, root in projects.items():
        assert tree(root) == tree(counted(tmp_path / str(on_compose), on_compose=on_compose))


def tree(root: Path) -> dict[str, bytes]:
    """Return every file below a folder, and every folder as nothing."""
    return {
        str(path.relative_to(root)): path.read_bytes() if path.is_file() else b"" for path in sorted(root.rglob("*"))
    }


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
    def other(resolved: ResolvedSystem) -> Iterator[Finding]:
        yield from ()

    monkeypatch.setattr(infragen.rules.table, "kinds_and_capabilities", lambda: (replace(KIND, rules=(other,)),))
    with pytest.raises(InfragenError, match="A101"):
        all_rules.__wrapped__()

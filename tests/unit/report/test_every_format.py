"""What holds for every format in the table that a new one enters: hostile texts, formulas, failed planning."""

from __future__ import annotations

import csv
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infragen.commands.formats import FINDINGS_FORMATS, FORMATS, Options, print_changes
from infragen.plan import parse_plan
from tests.unit.report.hostile import LINE_ENDS, MARKUP, RUNNER_COMMANDS, WICKED, forged, forged_markdown, is_printed

if TYPE_CHECKING:
    from infragen.plan import ChangeSet

_FORMULAS = ("=cmd|' /C calc'!A0", "+cmd", "-cmd", "@SUM(1)", "\t=cmd", "\r=cmd", '=HYPERLINK("http://x","y")')
_DELIMITERS = (",", ";", "\t")
_TITLES = ("x/y", *WICKED)
OURS = re.compile(
    r"</?(?:details|summary)(?: open)?>|(?:</details>|<details(?: open)?><summary>.*</summary>)\n?", re.DOTALL
)
_ELSEWHERE = {"svg": "test_promises.py"}
"""A picture of what the terminal shows: it has no promises but those of all pictures."""


def _plan(*texts: str, errored: bool = False) -> ChangeSet:
    """Return a plan in which each text stands wherever a plan can hold one of somebody else's."""
    changes = [_change(number, text) for number, text in enumerate(texts)]
    checks = [
        {
            "address": {"kind": "check", "to_display": text},
            "status": "fail",
            "instances": [{"address": {"to_display": text}, "status": "fail", "problems": [{"message": text}]}],
        }
        for text in texts
    ]
    outputs = {text: {"actions": ["create"], "before": None, "after": text, "after_unknown": False} for text in texts}
    document = {
        "format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": changes, "checks": checks,
        "output_changes": outputs, "errored": errored,
    }  # fmt: skip
    return parse_plan(json.dumps(document).encode())


def _change(number: int, text: str) -> dict[str, Any]:
    """Return a database that is destroyed, or a rule that opens everything: both are told in full."""
    name, key = f"n{number}", json.dumps(text)
    is_gone = number % 2 == 0
    kind = "aws_db_instance" if is_gone else "aws_vpc_security_group_ingress_rule"
    before = {"identifier": text, "final_snapshot_identifier": text, "skip_final_snapshot": False, text: text}
    after = None if is_gone else {"cidr_ipv4": "0.0.0.0/0", "ip_protocol": text, "description": text, text: text}
    return {
        "address": f"module.m[{key}].{kind}.{name}[{key}]", "module_address": f"module.m[{key}]", "mode": "managed",
        "type": kind, "name": name, "index": text, "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {
            "actions": ["delete"] if is_gone else ["update"],
            "before": before, "after": after, "after_unknown": {},
        },
    }  # fmt: skip


@cache
def _wicked() -> ChangeSet:
    return _plan(*WICKED, *_FORMULAS)


def _formulas(report: str) -> list[str]:
    """Return the cells that a spreadsheet would work out; a table to one is what has rows of one length."""
    found = []
    for delimiter in _DELIMITERS:
        rows = [row for row in csv.reader(report.splitlines(), delimiter=delimiter) if row]
        if rows and len(rows[0]) > 2 and len({len(row) for row in rows}) == 1:
            found += [cell for row in rows for cell in row if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} and cell[1:]]
    return found


@pytest.mark.parametrize("name", {**FORMATS, **FINDINGS_FORMATS})
def test_each_has_tests_of_its_own_that_render_it(name: str) -> None:
    """Of a change set in a file of its name, of findings in one for all of them."""
    of_change_sets = _ELSEWHERE.get(name, f"test_{name}.py")
    for table, file in ((FORMATS, of_change_sets), (FINDINGS_FORMATS, "diagnostics/test_formats.py")):
        if name in table:
            text = (Path(__file__).parent / file).read_text("utf-8")
            assert re.search(rf"\b{name}(_\w+)?\.render\(", text), file


@pytest.mark.parametrize("title", _TITLES)
@pytest.mark.parametrize("name", FORMATS)
def test_a_title_leaves_only_printed_characters(name: str, title: str) -> None:
    report = FORMATS[name](_plan("a"), title, Options(is_printed=False))
    assert all(map(is_printed, report.split("\n")))


@pytest.mark.parametrize("details", [False, True])
@pytest.mark.parametrize("name", FORMATS)
def test_whatever_a_plan_holds_a_report_is_printed_text(name: str, *, details: bool) -> None:
    report = FORMATS[name](_wicked(), "x/y", Options(details=details, is_printed=False))
    assert not [line for line in report.split("\n") if not is_printed(line)]
    report.encode()


@pytest.mark.parametrize("name", FORMATS)
def test_whatever_a_plan_holds_no_printed_line_commands_a_runner(capsys: pytest.CaptureFixture[str], name: str) -> None:
    texts = (*RUNNER_COMMANDS, *(f"{end}{RUNNER_COMMANDS[0]}" for end in LINE_ENDS), *MARKUP)
    print_changes(_plan(*texts), "".join(texts), name, Options(details=True))
    said = capsys.readouterr().out
    assert not forged(said, "::(?:error|warning|notice) " if name == "github" else "(?!)")
    assert name != "markdown" or not [one for one in forged_markdown(said) if not OURS.fullmatch(one)]


@pytest.mark.parametrize("name", FORMATS)
def test_no_cell_of_a_plan_is_a_formula(name: str) -> None:
    assert not _formulas(FORMATS[name](_wicked(), "x/y", Options(details=True, is_printed=False)))


def test_a_table_of_cells_as_they_are_would_be_found() -> None:
    assert _formulas("a,b,c\nx,=cmd|1,y\n") == ["=cmd|1"]
    assert _formulas("a\tb\tc\nx\t'=cmd\ty\n") == []


@pytest.mark.parametrize("texts", [(), ("a",)], ids=["no change", "a part of the changes"])
@pytest.mark.parametrize("name", FORMATS)
def test_planning_that_failed_looks_like_no_plan_that_did_not(name: str, texts: tuple[str, ...]) -> None:
    failed, planned = (
        FORMATS[name](_plan(*texts, errored=errored), "x/y", Options(is_printed=False)) for errored in (True, False)
    )
    assert failed.strip()
    assert failed != planned
    assert "fail" in failed.casefold()

"""What every format promises, for every plan of the corpus."""

from __future__ import annotations

import base64
import json
import random
import re
import unicodedata
from functools import cache
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from infragen.commands.formats import FORMATS as NAMED
from infragen.commands.formats import Options
from infragen.plan import (
    Action,
    AttributeChange,
    ChangeSet,
    Level,
    Risk,
    RiskKind,
    Summary,
    change_sets,
    compare_change_sets,
    open_plan,
    parse_plan,
    read_plan,
)
from infragen.report import comparison, markdown, svg, terminal
from infragen.report.lines import EVERYTHING, SHORT, Limits
from infragen.report.outline import outline
from infragen.text import visible
from tests.plans.corpus import CASES, Case, case
from tests.unit.report.hostile import plans as hostile_plans
from tests.unit.report.sample import known, repetitive

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from infragen.plan import Comparison


def _named(name: str) -> Callable[[ChangeSet], str]:
    return lambda change_set: NAMED[name](change_set, "x/y", Options(details=True, is_printed=False))


FORMATS: dict[str, Callable[[ChangeSet], str]] = {
    **{name: _named(name) for name in NAMED},
    "terminal 80": lambda c: terminal.render(c, "x/y", width=80),
    "terminal 120, details": lambda c: terminal.render(c, "x/y", width=120, details=True),
    "terminal, colour": lambda c: terminal.render(c, "x/y", color=True),
    "markdown 500": lambda c: markdown.render(c, "x/y", budget=500),
}
"""Every format that a command knows, and some of them in other sizes."""
COMPARED: dict[str, Callable[[Comparison], str]] = {
    "terminal": lambda c: comparison.terminal(c, "x/y", details=True),
    "markdown": lambda c: comparison.markdown(c, "x/y"),
    "json": lambda c: comparison.json(c, "x/y"),
}


@cache
def change_set_of(case: Case) -> ChangeSet:
    return read_plan(case.path, files=case.files)


@cache
def reports(case: Case) -> Mapping[str, str]:
    """Return a case in every format: what all promises are held against, so written once."""
    return {name: render(change_set_of(case)) for name, render in FORMATS.items()}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_no_secret_appears(case: Case) -> None:
    forms = [form for secret in case.secrets for form in forms_of(secret)]
    for name, report in reports(case).items():
        assert not [form for form in forms if form in report], name


@pytest.mark.parametrize("case", CASES, ids=str)
def test_no_secret_appears_where_two_plans_are_compared_and_only_one_marks_it(case: Case) -> None:
    forms = [form for secret in case.secrets for form in forms_of(secret)]
    for name, text in compared(case.plan, _otherwise(case.plan)).items():
        assert not [form for form in forms if form in text], name


def forms_of(secret: str) -> set[str]:
    """Return how a text may be written: raw, escaped, and in base64 wherever it starts (without its uncertain ends)."""
    data = secret.encode()
    aligned = [base64.b64encode(b"x" * start + data).decode().rstrip("=") for start in range(3)]
    encoded = {text[4 * (start > 0) : len(text) - 2] for start, text in enumerate(aligned)}
    return {secret, json.dumps(secret)[1:-1], quote(secret, safe=""), *(text for text in encoded if len(text) > 8)}


def compared(*plans: dict[str, Any]) -> dict[str, str]:
    """Return every text that tells what differs between two plans."""
    old, new = change_sets([open_plan(BytesIO(json.dumps(plan).encode())) for plan in plans])
    found = compare_change_sets(old, new)
    return {name: render(found) for name, render in COMPARED.items()}


def _otherwise(plan: dict[str, Any]) -> dict[str, Any]:
    """Return a plan that does all in another way and marks nothing."""
    for item in plan.get("resource_changes", ()):
        change = item["change"]
        change |= {"before_sensitive": False, "after_sensitive": False}
        for side in ("before", "after"):
            if isinstance(change.get(side), dict):
                change[side] |= {"otherwise": True}
    for output in plan.get("output_changes", {}).values():
        output |= {"before_sensitive": False, "after_sensitive": False, "after": [output.get("after")]}
    return plan


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_report_does_not_depend_on_the_order_of_the_plan(case: Case) -> None:
    plan = json.loads(case.path.read_bytes(), parse_float=_digits, parse_int=_digits)
    random.Random(12).shuffle(plan.get("resource_changes", []))
    backwards = re.sub(r'"#([^"]+)#"', r"\1", _as_terraform_writes(_backwards(plan)))
    other = read_plan(BytesIO(backwards.encode()), files=case.files)
    assert not [name for name, render in FORMATS.items() if reports(case)[name] != render(other)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_comparison_does_not_depend_on_the_order_of_the_plans(case: Case) -> None:
    other = _otherwise(case.plan)
    assert compared(case.plan, other) == compared(_backwards(case.plan), _backwards(other))


def _digits(number: str) -> str:
    """Keep a number as its digits: a float would change the plan."""
    return f"#{number}#"


def _as_terraform_writes(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _backwards(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _backwards(value[key]) for key in sorted(value, reverse=True)}
    return [_backwards(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_cause_is_named(case: Case) -> None:
    change_set = change_set_of(case)
    causes = [cause for change in change_set.changes for cause in change.causes]
    assert all(change.causes for change in change_set.changes if change.action.is_replace)
    for name in ("terminal 120, details", "html", "json"):
        report = reports(case)[name]
        said = " ".join(unescape(re.sub(r"</?code[^>]*>", "", report)).split())
        details = said if name != "json" else str(json.loads(report))
        for cause in causes:
            attribute = cause.attribute and visible(cause.attribute)
            assert visible(cause.words) in details or (attribute and attribute in details), name


@pytest.mark.parametrize("name", NAMED)
def test_a_plan_that_failed_never_reads_like_one_without_changes(name: str) -> None:
    nothing, failed = ChangeSet(), ChangeSet(summary=Summary(errored=True))
    assert FORMATS[name](failed).strip()
    assert FORMATS[name](failed) != FORMATS[name](nothing)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_format_names_what_is_of_high_risk_and_each_check_that_failed(case: Case) -> None:
    change_set = change_set_of(case)
    dangerous = [change.address for change in change_set.changes if any(r.level is Level.HIGH for r in change.risks)]
    for name in NAMED:
        said = _words(reports(case)[name])
        assert not [address for address in dangerous if _words(visible(address)) not in said], name
        assert not [check.address for check in change_set.checks if _words(visible(check.address)) not in said], name


def _words(report: str) -> str:
    """Return a report without what a format puts between letters: marks, escapes, ends of lines."""
    plain = (
        unescape(re.sub(r"<(?!testcase|failure|skipped)[^>]*>", "", report))
        .replace("%0A", " ")
        .replace("%25", "%")
        .replace('\\"', '"')
    )
    return re.sub(r"[\s\\`\u00a0\u200b]+", "", plain)


@settings(max_examples=20, deadline=None)
@given(hostile_plans(), hostile_plans(), st.integers(0, 5_000), st.integers(40, 160))
def test_hostile_texts_stay_in_their_line_of_a_comparison(one: bytes, other: bytes, budget: int, width: int) -> None:
    old, new = change_sets([open_plan(BytesIO(content)) for content in (one, other)])
    found = compare_change_sets(old, new)
    for line in comparison.terminal(found, "x\x1b[31m", width=width).split("\n"):
        check_line(line, width)
    text = comparison.markdown(found, "x\x1b[31m`@team", budget=budget)
    assert len(text.encode()) <= budget
    tokens = [token.type for token in MarkdownIt("commonmark").parse(text)]
    assert tokens in (["fence"], ["paragraph_open", "inline", "paragraph_close"], [])
    json.loads(comparison.json(found, "x"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_terminal_shows_no_control_character_and_stays_inside_its_width(case: Case) -> None:
    for line in reports(case)["terminal 80"].split("\n"):
        check_line(line, 80)


def check_line(line: str, width: int) -> None:
    assert not [c for c in line if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]
    assert sum((unicodedata.east_asian_width(c) in "WF") + 1 - bool(unicodedata.combining(c)) for c in line) <= width


@pytest.mark.parametrize("case", CASES, ids=str)
def test_with_details_every_change_has_its_line_or_is_counted_by_type(case: Case) -> None:
    change_set = change_set_of(case)
    report = terminal.render(change_set, "x/y", width=1000, details=True)
    assert "to keep this short" not in report
    for change in change_set.changes:
        assert change.action in {Action.CREATE, Action.READ} or visible(change.address) in report


@settings(max_examples=30, deadline=None)
@given(repetitive(), st.sampled_from((SHORT, EVERYTHING, Limits(2, 1, 1, 1, 1, 1, 1))), st.integers(38, 140))
def test_the_lines_of_every_section_stand_for_all_its_changes(plan: dict[str, Any], limits: Limits, width: int) -> None:
    change_set = parse_plan(json.dumps(plan).encode())
    sections = outline(change_set, width, limits).sections
    assert sum(len(section.changes) for section in sections) == len(change_set.changes)
    for section in sections:
        lines = sum(line.change_count for line in section.lines)
        assert lines == len(section.changes) or section.types is not None


@settings(max_examples=12, deadline=None)
@given(repetitive(), st.randoms(use_true_random=False))
def test_much_of_the_same_does_not_depend_on_its_order(plan: dict[str, Any], random: Random) -> None:
    reports = []
    for _ in range(2):
        change_set = parse_plan(json.dumps(plan).encode())
        reports.append([render(change_set) for name, render in FORMATS.items() if name.startswith(("term", "mark"))])
        random.shuffle(plan["resource_changes"])
        plan = dict(reversed(plan.items()))
    assert reports[0] == reports[1]


@settings(max_examples=30, deadline=None)
@given(hostile_plans(), st.integers(40, 160), st.booleans())
def test_hostile_texts_stay_in_their_line_of_the_terminal(content: bytes, width: int, details: bool) -> None:
    for line in terminal.render(parse_plan(content), "x\x1b[31m", width=width, details=details).split("\n"):
        check_line(line, width)


@settings(max_examples=20, deadline=None)
@given(repetitive(), st.integers(40, 160), st.booleans())
def test_every_line_keeps_to_its_width(plan: dict[str, Any], width: int, details: bool) -> None:
    change_set = parse_plan(json.dumps(plan).encode())
    for line in terminal.render(change_set, "x/y", width=width, details=details).split("\n"):
        check_line(line, width)


def test_the_first_screen_of_fifty_thousand_changes_says_what_matters() -> None:
    lost = Risk(Level.HIGH, RiskKind.DATA_LOSS, "its data is lost with it")
    changes = [
        known(f"module.m{n % 997}.aws_x.r{n}", Action.UPDATE, AttributeChange("a", str(n), "0")) for n in range(49_990)
    ]
    changes += [known(f"aws_rds_cluster.c{n}", Action.DELETE, risks=(lost,)) for n in range(10)]
    change_set = ChangeSet(changes=tuple(changes), summary=Summary(change=49_990, destroy=10))
    report = terminal.render(change_set, "x/y", width=80).split("\n")
    screen = "\n".join(report[:24])
    assert "10 destroy, 49990 change" in screen
    assert "risk: HIGH (data loss: aws_rds_cluster.c0 is destroyed, and 9 more)" in screen
    assert "- DELETE 10  10 Aurora clusters" in screen
    assert "~ update 49990" in screen
    assert all(f"aws_rds_cluster.c{n}" in screen for n in range(10))
    assert len(report) < 250
    assert len(markdown.render(change_set, "x/y").encode()) <= 65_000


def test_the_picture_is_the_same_each_time_and_loads_nothing() -> None:
    change_set = read_plan(case("048").path)
    first = svg.render(change_set, "x/y")
    assert first == svg.render(change_set, "x/y")
    assert "@font-face" not in first
    assert ET.fromstring(first).tag.endswith("svg")
    assert first.count("http") == first.count("http://www.w3.org/") + first.count("https://www.textualize.io")


def test_a_hundred_thousand_character_value_does_not_fill_the_report() -> None:
    from tests.unit.plan.plans import update

    change_set = parse_plan(update({"a": "x" * 100_000}, {"a": "x" * 50_000 + "y" + "x" * 50_000}))
    assert len(terminal.render(change_set, "x/y")) < 1_000
    assert len(markdown.render(change_set, "x/y")) < 1_000
    assert "xyx" in terminal.render(change_set, "x/y").partition(" -> ")[2]

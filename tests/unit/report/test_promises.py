"""What every format promises, for every plan of the corpus."""

from __future__ import annotations

import json
import random
import unicodedata
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from infragen.plan import Action, ChangeSet, parse_plan, read_plan
from infragen.report import json as json_report
from infragen.report import markdown, svg, terminal
from infragen.report.text import visible
from tests.plans.corpus import CASES, Case, case

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS: dict[str, Callable[[ChangeSet], str]] = {
    "terminal 80": lambda c: terminal.render(c, "x/y", width=80),
    "terminal 120, details": lambda c: terminal.render(c, "x/y", width=120, details=True),
    "terminal, colour": lambda c: terminal.render(c, "x/y", color=True),
    "markdown": lambda c: markdown.render(c, "x/y"),
    "markdown 500": lambda c: markdown.render(c, "x/y", budget=500),
    "json": lambda c: json_report.render(c, "x/y"),
    "svg": lambda c: svg.render(c, "x/y", details=True),
}


@pytest.mark.parametrize("render", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_no_secret_appears(case: Case, render: Callable[[ChangeSet], str]) -> None:
    report = render(read_plan(case.path))
    forms = [form for secret in case.secrets for form in (secret, json.dumps(secret)[1:-1])]
    assert not [form for form in forms if form in report]


@pytest.mark.parametrize("render", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_report_does_not_depend_on_the_order_of_the_plan(case: Case, render: Callable[[ChangeSet], str]) -> None:
    plan = case.plan
    again = dict(reversed(plan.items()))
    random.Random(3).shuffle(again.get("resource_changes", []))
    sides = [render(parse_plan(json.dumps(one).encode())) for one in (plan, again)]
    assert sides[0] == sides[1]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_terminal_shows_no_control_character_and_stays_inside_its_width(case: Case) -> None:
    for line in terminal.render(read_plan(case.path), "x/y", width=80).split("\n"):
        assert line == line.rstrip("\r")
        assert not [c for c in line if unicodedata.category(c) in {"Cc", "Cf", "Cs"}]
        assert sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line) <= 80


@pytest.mark.parametrize("case", CASES, ids=str)
def test_with_details_every_change_has_its_line_or_is_counted_by_type(case: Case) -> None:
    change_set = read_plan(case.path)
    report = terminal.render(change_set, "x/y", width=1000, details=True)
    assert "to keep this short" not in report
    for change in change_set.changes:
        assert change.action in {Action.CREATE, Action.READ} or visible(change.address) in report


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_json_report_has_its_published_shape_and_terraform_s_counts(case: Case) -> None:
    report = json.loads(json_report.render(read_plan(case.path), "x/y"))
    jsonschema.Draft202012Validator.check_schema(json_report.SCHEMA)
    jsonschema.validate(report, json_report.SCHEMA)
    assert report["summary"] == case.counts
    grouped = [address for group in report["groups"] for address in group["addresses"]]
    assert sorted(set(grouped)) == sorted({change["address"] for change in report["changes"]})


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

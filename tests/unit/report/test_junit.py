"""JUnit XML of a change set: a case a change, in a shape that test servers take."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings

from infragen.plan import Level, parse_plan, read_plan
from infragen.report import junit
from tests.plans.corpus import CASES, Case, case
from tests.schemas.junit import problems
from tests.unit.plan.plans import plan, resource
from tests.unit.report import hostile, sample

if TYPE_CHECKING:
    from infragen.plan import ChangeSet


def cases_of(change_set: ChangeSet) -> list[ET.Element]:
    text = junit.render(change_set, "technova/prod")
    assert problems(text) == []
    return list(ET.fromstring(text.encode()).iter("testcase"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_change_of_the_corpus_has_its_case_and_no_secret_is_told(case: Case) -> None:
    change_set = read_plan(case.path)
    waiting = len(change_set.deferred) + sum(one.deferred is not None for one in change_set.invocations)
    others = len(change_set.checks) + len(change_set.effects) + waiting + bool(change_set.partial)
    assert len(cases_of(change_set)) == len(change_set.changes) + others
    assert not [secret for secret in case.secrets if secret in junit.render(change_set, "x/y")]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_exactly_the_changes_of_high_risk_fail(case: Case) -> None:
    change_set = read_plan(case.path)
    failed = [one for one in cases_of(change_set) if one.find("failure") is not None]
    high = [change for change in change_set.changes if change.risks[0].level is Level.HIGH]
    checks = [check for check in change_set.checks if check.status != "unknown"]
    assert len(failed) == len(high) + len(checks)


def test_a_failure_gives_the_reasons_the_causes_and_the_differences() -> None:
    (failure,) = [one.find("failure") for one in cases_of(sample.change()) if one.find("failure") is not None]
    assert failure is not None
    assert failure.attrib == {"type": "data loss", "message": "its data is lost with it: no final snapshot is named"}
    text = failure.text or ""
    assert text.startswith("catalog/technova/databases/sales/order.yaml:2:1\n")
    assert "MEDIUM downtime: connections to it break until the new one is created\n" in text
    assert 'cluster_identifier: "aurora-prod-sales-order" -> "aurora-prod-sales-orders" (forces replacement)' in text


def test_a_medium_risk_passes_and_says_why_one_should_look() -> None:
    (one,) = cases_of(parse_plan(plan(resource("aws_lb.a", ["delete"], {}, None))))
    assert [child.tag for child in one] == ["system-out"]
    assert one.findtext("system-out") == "MEDIUM downtime: nothing answers at its name from then on"


def test_a_plan_that_failed_is_an_error() -> None:
    found = [one for one in cases_of(read_plan(case("053").path)) if one.find("error") is not None]
    assert [one.attrib["name"] for one in found] == ["terraform plan"]


def test_deposed_objects_have_names_of_their_own() -> None:
    names = [one.attrib["name"] for one in cases_of(read_plan(case("041").path))]
    assert len(names) == len(set(names))
    assert any("deposed object" in name for name in names)


@settings(max_examples=100, deadline=None)
@given(hostile.plans())
def test_hostile_texts_are_neither_markup_nor_characters_that_xml_cannot_hold(content: bytes) -> None:
    change_set = parse_plan(content)
    assert len(cases_of(change_set)) == len(change_set.changes) + len(change_set.checks) + bool(change_set.partial)

"""SARIF of a change set: what needs a look, at its line, in a shape that code scanning takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

from infragen.diagnostics import Location
from infragen.plan import ChangeSet, Entry, assign_entries, parse_plan, read_plan
from infragen.report import sarif
from tests.plans.corpus import CASES, Case, case
from tests.unit.plan.plans import plan, resource
from tests.unit.report import hostile, sample

SHAPE = Path(__file__).parents[2] / "schemas" / "sarif.json"
CHECKER = jsonschema.Draft202012Validator(json.loads(SHAPE.read_bytes()))


def run_of(change_set: ChangeSet, target: str = "technova/prod") -> dict[str, Any]:
    document = json.loads(sarif.render(change_set, target))
    CHECKER.validate(document)
    (run,) = document["runs"]
    return dict(run)


def results_of(change_set: ChangeSet) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = run_of(change_set)["results"]
    return results


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_plan_of_the_corpus_is_in_shape_and_keeps_its_secrets(case: Case) -> None:
    change_set = read_plan(case.path)
    run = run_of(change_set)
    assert run["properties"]["summary"] == case.counts
    assert not [secret for secret in case.secrets if secret in sarif.render(change_set, "x/y")]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_whatever_is_destroyed_has_a_result(case: Case) -> None:
    change_set = read_plan(case.path)
    named = [result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] for result in results_of(change_set)]
    for change in change_set.changes:
        if change.action.destroys and len(change.address) < 150 and change.address.isprintable():
            assert change.address in named


def test_a_result_names_the_kind_of_risk_the_reasons_and_the_catalogue_s_line() -> None:
    (result,) = results_of(sample.change())
    assert (result["ruleId"], result["level"]) == ("data-loss", "error")
    assert "its data is lost with it: no final snapshot is named; downtime: " in result["message"]["text"]
    assert "replaced because cluster_identifier cannot be changed in place" in result["message"]["text"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "catalog/technova/databases/sales/order.yaml"
    assert place["region"] == {"startLine": 2, "startColumn": 1}


def test_the_rule_of_a_result_is_the_one_at_its_index() -> None:
    run = run_of(read_plan(case("048").path))
    rules = run["tool"]["driver"]["rules"]
    assert run["results"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_the_worst_comes_first() -> None:
    levels = [result["level"] for result in results_of(read_plan(case("048").path))]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)


def test_a_check_that_does_not_pass_and_a_plan_that_failed_are_errors() -> None:
    assert [result["ruleId"] for result in results_of(read_plan(case("035").path))].count("failed-check") >= 1
    failed = run_of(read_plan(case("053").path))
    assert failed["invocations"] == [{"executionSuccessful": False}]
    assert "failed-plan" in [result["ruleId"] for result in failed["results"]]


def test_a_result_without_a_known_line_stands_at_the_target() -> None:
    (result,) = results_of(parse_plan(plan(resource("aws_s3_bucket.a", ["delete"], {}, None))))
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "technova/prod", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 1},
    }


def test_a_fingerprint_stays_when_the_line_moves_and_tells_deposed_objects_apart() -> None:
    items = [resource(BUCKET, ["delete"], {}, None), resource(BUCKET, ["delete"], {}, None, deposed="1234")]
    found = [results_of(_written_at(Location("catalog/a.yaml", line, 1), *items)) for line in (3, 40)]
    lines, prints = [], []
    for results in found:
        lines.append([one["locations"][0]["physicalLocation"]["region"]["startLine"] for one in results])
        prints.append([one["partialFingerprints"] for one in results])
    assert lines == [[3, 3], [40, 40]]
    assert prints[0] == prints[1]
    assert prints[0][0] != prints[0][1]


BUCKET = "module.data.module.orders.aws_s3_bucket.a"


def _written_at(place: Location, *items: dict[str, Any]) -> ChangeSet:
    return assign_entries(parse_plan(plan(*items)), {("data", "module.orders"): Entry("buckets/a", "", place)})


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("catalog/a b.yaml", "catalog/a%20b.yaml"),
        ("/etc/passwd", "etc/passwd"),
        ("//host/share", "host/share"),
        ("../../up.tf", "up.tf"),
        ("https://x/y.tf", "https%3A/x/y.tf"),
        ("日本.yaml", "%E6%97%A5%E6%9C%AC.yaml"),
        ("a\ud800.yaml", "a%3F.yaml"),
        ("", "plan"),
    ],
)
def test_a_place_is_always_inside_the_project(file: str, uri: str) -> None:
    (result,) = results_of(_written_at(Location(file, 1, 1), resource(BUCKET, ["delete"], {}, None)))
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


@settings(max_examples=100, deadline=None)
@given(hostile.plans())
def test_hostile_texts_become_neither_links_nor_placeholders_nor_other_places(content: bytes) -> None:
    change_set = parse_plan(content)
    text = sarif.render(change_set, "x/y")
    assert text.isascii()
    for result in results_of(change_set):
        message = result["message"]["text"]
        assert hostile.is_printed(message)
        assert "](" not in message
        assert "{0}" not in message.replace("{{0}}", "")

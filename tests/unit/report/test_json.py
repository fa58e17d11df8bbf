"""The JSON report: its published shape, and that nothing is left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given, settings

from infragen.plan import Action, ChangeSet, Level, Noise, RiskKind, Summary, parse_plan, read_plan
from infragen.report import json as json_report
from tests.plans.corpus import CASES, Case, case
from tests.unit.plan.plans import plan, resource
from tests.unit.report import hostile, sample

if TYPE_CHECKING:
    from collections.abc import Iterator

PUBLISHED = Path(__file__).parents[3] / "docs" / "report-schema.json"
SCHEMA: Any = json.loads(PUBLISHED.read_text(encoding="utf-8"))
CHECKER = jsonschema.Draft202012Validator(SCHEMA)


def report_of(change_set: ChangeSet) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(json_report.render(change_set, "x/y"))
    return report


def test_the_published_schema_has_the_version_and_the_words_of_the_code() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    known, members = SCHEMA["$defs"], SCHEMA["properties"]
    assert members["version"] == {"const": json_report.VERSION}
    assert known["risk"]["properties"]["level"]["enum"] == [level.name.lower() for level in reversed(Level)]
    assert known["risk"]["properties"]["kind"]["enum"] == [*RiskKind]
    assert known["attribute"]["properties"]["noise"]["enum"] == [*Noise]
    for action in (known["change"]["properties"], members["outputs"]["items"]["properties"]):
        assert action["action"]["enum"] == [*Action]
    every = Summary(open=1, unknown=1, invoke=1, deferred=1, unread=1).as_dict()
    counts = {name: type(count).__name__ for name, count in every.items()}
    kinds = {"integer": "int", "boolean": "bool"}
    published = {name: of["type"] for name, of in members["summary"]["properties"].items()}
    assert {name: kinds[of if isinstance(of, str) else of[0]] for name, of in published.items()} == counts
    untold = {name for name, count in Summary(without_state=True).as_dict().items() if count is None}
    assert {name for name, of in published.items() if "null" in of} == untold
    assert members["summary"]["required"] == sorted(Summary().as_dict())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_plan_of_the_corpus_has_the_published_shape_and_terraform_s_counts(case: Case) -> None:
    change_set = read_plan(case.path)
    report = report_of(change_set)
    CHECKER.validate(report)
    assert report["summary"] == case.counts
    assert [change["address"] for change in report["changes"]] == [change.address for change in change_set.changes]
    assert sorted(place for group in report["groups"] for place in group["changes"]) == [*range(len(report["changes"]))]
    assert not [secret for secret in case.secrets if secret in json_report.render(change_set, "x/y")]


def test_no_member_is_there_that_the_schema_does_not_know() -> None:
    for change_set in (sample.change(), read_plan(case("048").path), read_plan(case("017").path)):
        assert not [*_unknown_members(report_of(change_set), SCHEMA)]


def _unknown_members(value: Any, schema: Any) -> Iterator[str]:
    schema = _resolved(schema)
    if isinstance(value, dict):
        for name, part in value.items():
            if name in schema["properties"]:
                yield from _unknown_members(part, schema["properties"][name])
            else:
                yield name
    if isinstance(value, list):
        for part in value:
            yield from _unknown_members(part, schema["items"])


def _resolved(schema: Any) -> Any:
    if "anyOf" in schema:
        return _resolved(schema["anyOf"][1])
    if "$ref" in schema:
        definitions: Any = SCHEMA["$defs"]
        return _resolved(definitions[schema["$ref"].rpartition("/")[2]])
    return schema


def test_a_change_tells_its_risks_its_causes_and_where_it_is_written() -> None:
    report = report_of(sample.change())
    cluster = next(change for change in report["changes"] if change["type"] == "aws_rds_cluster")
    assert cluster["risks"][0] == {
        "level": "high",
        "kind": "data loss",
        "reason": "its data is lost with it: no final snapshot is named",
    }
    assert cluster["causes"][0]["attribute"] == "cluster_identifier"
    assert cluster["location"]["file"] == "catalog/technova/databases/sales/order.yaml"
    assert report["risk"] == cluster["risks"][0]
    forcing = [one["path"] for one in cluster["attributes"] if one.get("forces_replacement")]
    assert forcing == ["cluster_identifier"]


def test_one_change_in_many_places_is_one_group_that_names_them_all() -> None:
    (group,) = [group for group in report_of(sample.change())["groups"] if group["kind"] == "same" and group["members"]]
    assert len(group["members"]) + len(group["exceptions"]) == 14
    assert len(group["changes"]) == 14


def test_what_is_written_is_let_go_before_the_next_change_is_worked_out() -> None:
    items = [resource(f"aws_x.n{number}", ["update"], {"a": 1}, {"a": 2}) for number in range(300)]
    pieces = [*json_report.pieces(parse_plan(plan(*items)), "x/y")]
    assert len(pieces) > 300
    assert max(map(len, pieces)) < 20_000


@settings(max_examples=60, deadline=None)
@given(hostile.plans())
def test_hostile_texts_stay_texts(content: bytes) -> None:
    change_set = parse_plan(content)
    text = json_report.render(change_set, "x/y")
    assert text.isascii()
    CHECKER.validate(json.loads(text))
    assert json.loads(text)["summary"] == change_set.summary.as_dict()

"""The JSON report: its published shape, and that nothing is left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given, settings

from infragen.plan import ChangeSet, parse_plan, read_plan
from infragen.report import json as json_report
from tests.plans.corpus import CASES, Case, case
from tests.unit.plan.plans import plan, resource
from tests.unit.report import hostile, sample

if TYPE_CHECKING:
    from collections.abc import Iterator

PUBLISHED = Path(__file__).parents[3] / "docs" / "report-schema.json"
CHECKER = jsonschema.Draft202012Validator(json_report.SCHEMA)


def report_of(change_set: ChangeSet) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(json_report.render(change_set, "x/y"))
    return report


def test_the_published_schema_is_the_one_in_the_code() -> None:
    jsonschema.Draft202012Validator.check_schema(json_report.SCHEMA)
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == json_report.SCHEMA


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
        assert not [*_unknown_members(report_of(change_set), json_report.SCHEMA)]


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
        definitions: Any = json_report.SCHEMA["$defs"]
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

"""Workflow commands of a change set: annotations at their lines, and nothing a plan could slip in."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings

from infragen.plan import ChangeSet, parse_plan, read_plan
from infragen.report import github
from tests.plans.corpus import CASES, Case, case
from tests.unit.plan.plans import plan, resource
from tests.unit.report import hostile, sample

# As the runner reads a command: the first `::` after the name ends its properties.
LINE = re.compile(r"::(error|warning|notice) ((?:[a-z]+=(?:(?!::)[^,])*,?)+)::(.*)")


def lines_of(change_set: ChangeSet) -> list[tuple[str, dict[str, str], str]]:
    """Read the commands as the runner does: unescape last."""
    found = []
    for line in github.render(change_set, "technova/prod").removesuffix("\n").split("\n"):
        match = LINE.fullmatch(line)
        assert match, line
        assert hostile.is_printed(line)
        properties = dict(part.split("=", 1) for part in match[2].split(","))
        found.append((match[1], {name: _read(value) for name, value in properties.items()}, _read(match[3])))
    return found


def _read(text: str) -> str:
    assert not re.search(r"%(?!25|3A|2C)", text)
    return text.replace("%3A", ":").replace("%2C", ",").replace("%25", "%")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_plan_of_the_corpus_is_annotated_without_its_secrets(case: Case) -> None:
    change_set = read_plan(case.path)
    assert lines_of(change_set)[-1][0] == "notice"
    assert not [secret for secret in case.secrets if secret in github.render(change_set, "x/y")]


def test_an_annotation_stands_at_the_catalogue_s_line() -> None:
    (name, properties, message), last = lines_of(sample.change())
    assert name == "error"
    assert properties == {
        "file": "catalog/technova/databases/sales/order.yaml",
        "line": "2",
        "col": "1",
        "title": "REPLACE module.data_sales.module.order.aws_rds_cluster.this",
    }
    assert "its data is lost with it: no final snapshot is named" in message
    assert last[2].startswith("1 replace, 15 change, 2 add. Risk: HIGH (")


def test_no_more_than_github_keeps_are_printed_and_the_rest_is_counted() -> None:
    items = [resource(f"aws_sqs_queue.n{number}", ["delete"], {}, None) for number in range(13)]
    items += [resource(f"aws_lb.n{number}", ["delete"], {}, None) for number in range(11)]
    items += [resource(f"null_resource.n{number}", ["delete"], {}, None) for number in range(30)]
    lines = lines_of(parse_plan(plan(*items)))
    assert [sum(name == kind for name, _, _ in lines) for kind in ("error", "warning", "notice")] == [10, 10, 10]
    assert lines[-1][2].endswith("Not shown here: 3 more errors, 1 more warning, 21 more notices.")


def test_a_check_that_does_not_pass_is_an_error_and_one_that_apply_decides_is_a_notice() -> None:
    change_set = read_plan(case("035").path)
    found = [name for name, properties, _ in lines_of(change_set) if properties["title"].startswith("check ")]
    assert sorted(check.status for check in change_set.checks) == ["fail", "unknown"]
    assert found == ["error", "notice"]


def test_a_plan_without_findings_is_one_notice() -> None:
    ((name, properties, message),) = lines_of(read_plan(case("049").path))
    assert (name, properties, message) == ("notice", {"title": "technova/prod"}, "no changes. Risk: NONE (no changes).")


@settings(max_examples=100, deadline=None)
@given(hostile.plans())
def test_nothing_in_a_plan_begins_a_command_of_its_own(content: bytes) -> None:
    change_set = parse_plan(content)
    lines = lines_of(change_set)
    assert len(lines) <= len(change_set.changes) + len(change_set.checks) + change_set.errored + 1
    assert all(set(properties) <= {"file", "line", "col", "title"} for _, properties, _ in lines)

"""A document of which one part is known after apply is told part by part, from the files that were planned."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from infragen.commands.formats import FORMATS, Options
from infragen.plan import OpenPlan, change_sets, read_plan
from infragen.redaction.decode import decode_plan
from infragen.report import terminal
from tests.plans.corpus import case
from tests.unit.plan.plans import plan, resource

if TYPE_CHECKING:
    from infragen.plan import AttributeChange, ChangeSet

PART = case("144")
LATER = "(known after apply)"


@pytest.fixture(scope="module")
def known_in_part() -> ChangeSet:
    return read_plan(PART.path, files=PART.files)


def attributes_of(change_set: ChangeSet, address: str) -> dict[str, AttributeChange]:
    (change,) = [one for one in change_set.changes if one.address == address]
    return {one.path: one for one in change.attributes if not one.noise}


def sides_of(change_set: ChangeSet, address: str) -> dict[str, tuple[str | None, str | None]]:
    return {path: (one.before, one.after) for path, one in attributes_of(change_set, address).items()}


def test_containers_are_told_by_variable_and_what_stays_is_not_told(known_in_part: ChangeSet) -> None:
    assert sides_of(known_in_part, "module.api.aws_ecs_task_definition.this") == {
        "container api: env ARRIVALS_FORM": (None, f"{LATER}?form=short"),
        "container api: env ARRIVALS_URL": (None, LATER),
        "container api: env LOG_LEVEL": ('"info"', '"debug"'),
        "container api: env MINUTES": (None, '"15"'),
        "new revision": (None, None),
    }


def test_an_unknown_variable_says_what_it_will_come_from(known_in_part: ChangeSet) -> None:
    found = attributes_of(known_in_part, "module.api.aws_ecs_task_definition.this")
    assert found["container api: env ARRIVALS_URL"].comes_from == ("aws_sqs_queue.arrivals",)
    assert found["container api: env ARRIVALS_URL"].unknown
    assert found["container api: env ARRIVALS_URL"].forces_replacement
    assert not found["container api: env MINUTES"].comes_from


def test_policies_are_told_by_statement(known_in_part: ChangeSet) -> None:
    assert sides_of(known_in_part, "module.api.aws_iam_role_policy.queues") == {
        "policy Queues: resources": (None, LATER)
    }
    new = sides_of(known_in_part, "aws_sqs_queue_policy.arrivals")
    assert new["policy statement 1"] == (None, f"Allow sqs:SendMessage on {LATER} to *")


def test_risks_are_those_of_the_statements_that_the_files_have(known_in_part: ChangeSet) -> None:
    found = {one.address: str(one.risks[0].reason) for one in known_in_part.changes}
    assert found["aws_sqs_queue_policy.arrivals"] == "anyone is allowed sqs:SendMessage (Principal *)"
    assert found["module.api.aws_iam_role_policy.queues"] == f"it may do more: sqs:SendMessage on {LATER}"


@pytest.mark.parametrize("module", ["mailer", "batch"])
def test_a_document_with_a_secret_and_one_that_depends_on_what_is_unknown_stay_closed(
    known_in_part: ChangeSet, module: str
) -> None:
    found = sides_of(known_in_part, f"module.{module}.aws_ecs_task_definition.this")
    assert {*found} == {"container_definitions", "new revision"}
    assert found["container_definitions"][1] == LATER


@pytest.mark.parametrize("name", ["terminal", "markdown", "html", "json"])
def test_every_format_tells_the_variables_and_none_the_closed_documents(known_in_part: ChangeSet, name: str) -> None:
    report = FORMATS[name](known_in_part, "x", Options(is_printed=False))
    for word in ("env ARRIVALS_URL", "env MINUTES", "env LOG_LEVEL"):
        assert word in report
    assert "trace" not in report
    assert "TOKEN" not in report


def test_without_the_files_a_plan_says_that_nothing_is_known() -> None:
    found = sides_of(read_plan(PART.path), "module.api.aws_ecs_task_definition.this")
    assert found["container_definitions"][1] == LATER


def opened(files: str, *resources: dict[str, Any], **more: Any) -> ChangeSet:
    return change_sets([OpenPlan(decode_plan(plan(*resources, **more), "plan.json"), "plan.json", {"main.tf": files})])[
        0
    ]


def document(before: Any, **change: Any) -> dict[str, Any]:
    """Return the change of a document that nothing is known of."""
    return resource("aws_x.a", ["update"], {"d": json.dumps(before)}, {}, **{"after_unknown": {"d": True}, **change})


NEW = resource("aws_y.new", ["create"], None, {}, after_unknown={"arn": True})


def test_what_the_plan_knows_of_other_objects_and_of_variables_stands_in_the_document() -> None:
    files = """
    variable "size" { type = number }
    resource "aws_x" "a" {
      d = jsonencode({
        arn  = aws_y.new.arn
        port = aws_y.old["a"].ports[0].port
        size = var.size
        url  = aws_y.none.url
      })
    }
    resource "aws_y" "new" {}
    resource "aws_y" "none" { url = null }
    resource "aws_y" "old" { for_each = toset(["a"]) }
    """
    old = resource('aws_y.old["a"]', ["no-op"], {}, {"ports": [{"port": 80}]})
    none = resource("aws_y.none", ["no-op"], {}, {"url": None})
    variables = {"size": {"value": 3}}
    found = opened(files, document({"port": 80, "size": 2, "url": None}), NEW, old, none, variables=variables)
    assert sides_of(found, "aws_x.a") == {"d.arn": (None, LATER), "d.size": ("2", "3")}


def test_what_was_read_before_the_plan_was_made_stands_in_the_document_and_what_is_sensitive_of_it_does_not() -> None:
    files = """
    resource "aws_x" "a" { d = jsonencode({ arn = aws_y.new.arn, id = data.aws_z.b.id, key = data.aws_z.b.key }) }
    resource "aws_y" "new" {}
    data "aws_z" "b" {}
    """
    read = {
        "address": "data.aws_z.b", "mode": "data", "type": "aws_z", "name": "b",
        "values": {"id": "z-1", "key": "hush-hush"}, "sensitive_values": {"key": True},
    }  # fmt: skip
    before = {"id": "z-1", "key": "another"}
    found = opened(files, document(before), NEW, prior_state={"values": {"root_module": {"resources": [read]}}})
    assert sides_of(found, "aws_x.a") == {"d.arn": (None, LATER), "d.key": ('"another"', "(sensitive)")}


def test_a_secret_of_another_object_stays_hidden_in_a_document_that_nobody_marks() -> None:
    files = """
    resource "aws_x" "a" { d = jsonencode({ arn = aws_y.new.arn, key = aws_y.old.key, same = "say hush-hush" }) }
    resource "aws_y" "new" {}
    resource "aws_y" "old" {}
    """
    old = resource("aws_y.old", ["no-op"], {}, {"key": "hush-hush"}, after_sensitive={"key": True})
    found = opened(files, document({"key": "another"}), NEW, old)
    assert sides_of(found, "aws_x.a") == {
        "d.arn": (None, LATER),
        "d.key": ('"another"', "(sensitive)"),
        "d.same": (None, '"say (sensitive)"'),
    }


@pytest.mark.parametrize("marked", [{"before_sensitive": {"d": True}}, {"after_sensitive": {"d": True}}])
def test_a_document_that_is_marked_on_one_side_is_not_evaluated(marked: dict[str, Any]) -> None:
    files = 'resource "aws_x" "a" { d = jsonencode({ arn = aws_y.new.arn, pin = "12" }) }\nresource "aws_y" "new" {}'
    found = sides_of(opened(files, document({"pin": "11"}, **marked), NEW), "aws_x.a")
    assert found["d"][1] == LATER
    assert "12" not in str(found)


@pytest.mark.parametrize(
    "value",
    [
        "aws_y.new.arn",
        '"${aws_y.new.arn}/*"',
        "jsonencode({ pin = 12 })",  # the files know all of it, the plan does not: they are not those of the plan
        "jsonencode({ (aws_y.new.arn) = 12 })",
        'aws_y.new.arn == "x" ? jsonencode({ pin = 12, arn = aws_y.new.arn }) : "{}"',
        "strange(aws_y.new.arn)",
    ],
)
def test_what_is_no_document_or_cannot_be_told_is_shown_as_before(value: str) -> None:
    files = f'resource "aws_x" "a" {{\n  d = {value}\n}}\nresource "aws_y" "new" {{}}'
    assert sides_of(opened(files, document({"pin": 11}), NEW), "aws_x.a") == {"d": (r'"{\"pin\": 11}"', LATER)}


def test_a_text_before_that_is_no_document_is_shown_whole() -> None:
    files = 'resource "aws_x" "a" { d = jsonencode({ arn = aws_y.new.arn }) }\nresource "aws_y" "new" {}'
    before = resource("aws_x.a", ["update"], {"d": "words"}, {}, after_unknown={"d": True})
    assert sides_of(opened(files, before, NEW), "aws_x.a") == {"d": ('"words"', LATER)}


def test_documents_that_become_different_things_are_no_change_in_many_places() -> None:
    sizes = {"one": 2, "two": 3, "three": 3, "four": 3}
    calls = [f'module "{name}" {{\n  source = "./m"\n  size = {size}\n}}\n' for name, size in sizes.items()]
    inner = """
    variable "size" {}
    resource "aws_y" "new" {}
    resource "aws_x" "a" { d = jsonencode({ arn = aws_y.new.arn, size = var.size }) }
    """
    forcing = {"after_unknown": {"d": True}, "replace_paths": [["d"]]}
    changes = [
        resource(
            f"module.{name}.aws_x.a", ["create", "delete"], {"d": '{"size":1}'}, {},
            module_address=f"module.{name}", **forcing,
        )
        for name in sizes
    ]  # fmt: skip
    decoded = decode_plan(plan(*changes), "plan.json")
    (found,) = change_sets([OpenPlan(decoded, "plan.json", {"main.tf": "".join(calls), "m/main.tf": inner})])
    report = terminal.render(found, "x", width=120, details=True)
    assert report.count("d.size  1 -> 2") == 1
    assert report.count("d.size  1 -> 3") == 1


@pytest.mark.parametrize("name", ["override.tf", "x_override.tf"])
def test_where_a_file_overrides_others_nothing_is_evaluated(name: str) -> None:
    text = 'resource "aws_x" "a" { d = jsonencode({ arn = aws_y.new.arn, size = 2 }) }\nresource "aws_y" "new" {}'
    decoded = decode_plan(plan(document({"size": 1}), NEW), "plan.json")
    merged = {"main.tf": text, name: 'resource "aws_x" "a" {\n  d = jsonencode({ arn = aws_y.new.arn })\n}'}
    (found,) = change_sets([OpenPlan(decoded, "plan.json", merged)])
    assert sides_of(found, "aws_x.a")["d"][1] == LATER


STARTS = """
resource "aws_ecs_task_definition" "job" { family = "job" }
resource "aws_iam_role_policy" "starts" {
  role   = "starts"
  policy = jsonencode({ Statement = [
    { Effect = "Allow", Action = ACTIONS, Resource = "${aws_ecs_task_definition.job.arn_without_revision}:*" }
  ] })
}
"""
FAMILY = "arn:aws:ecs:ap-northeast-1:1:task-definition/job"


def starting(actions: str, before: dict[str, Any], after: dict[str, Any]) -> ChangeSet:
    """Return a plan in which a job gets its next revision, and a policy may start each of them."""
    unknown = {"arn": True, "arn_without_revision": True}
    old = {"family": "job", "arn": f"{FAMILY}:1", "arn_without_revision": FAMILY} | before
    job = resource(
        "aws_ecs_task_definition.job", ["create", "delete"], old, {"family": "job"} | after, after_unknown=unknown
    )
    statement = {"Action": "ecs:RunTask", "Effect": "Allow", "Resource": f"{FAMILY}:*"}
    written = json.dumps({"Statement": [statement]}, separators=(",", ":"))
    sides = [{"role": "starts", "policy": written}, {"role": "starts"}]
    policy = resource("aws_iam_role_policy.starts", ["update"], *sides, after_unknown={"policy": True})
    return opened(STARTS.replace("ACTIONS", actions), job, policy)


def rights(change_set: ChangeSet) -> list[str]:
    found = next(one for one in change_set.changes if one.type == "aws_iam_role_policy")
    return [risk.reason for risk in found.risks if risk.kind == "privilege"]


def test_the_next_revision_of_a_family_is_no_wider_right() -> None:
    same = starting('"ecs:RunTask"', {}, {})
    assert rights(same) == []
    assert sides_of(same, "aws_iam_role_policy.starts") == {}
    more = starting('["ecs:RunTask", "ecs:StopTask"]', {}, {})
    assert rights(more) == [f"it may do more: ecs:StopTask on {FAMILY}:*"]
    assert "ecs:StopTask" in str(sides_of(more, "aws_iam_role_policy.starts"))


@pytest.mark.parametrize(
    ("before", "after"),
    [({}, {"family": "other"}), ({"region": "ap-northeast-1"}, {"region": "ap-northeast-3"}), ({"family": None}, {})],
)
def test_another_family_is_not_known_before_apply(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert rights(starting('"ecs:RunTask"', before, after)) == [f"it may do more: ecs:RunTask on {LATER}:*"]

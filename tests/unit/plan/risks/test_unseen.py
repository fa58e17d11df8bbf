"""What gives rights or lets somebody in is never LOW where it is hidden, known only after apply or of no known type."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import structs

from infragen.commands.formats import FORMATS, Options
from infragen.plan import OpenPlan, change_sets, parse_plan
from infragen.plan.risks import types
from infragen.plan.risks.types import own_table
from infragen.redaction.decode import decode_plan
from infragen.render.shipped import shipped_templates
from tests.unit.plan.plans import plan, resource
from tests.unit.plan.risks.judging import told

if TYPE_CHECKING:
    from infragen.plan import ChangeSet

LATER = "MEDIUM unknown effect: what it allows is known only after apply"
HIDDEN = "MEDIUM unknown effect: what it allows is hidden in this plan"
QUIET = "LOW harmless: only additions"


def document(action: object, on: object = "*", **more: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, **more}]}).replace(
        '"Action"', f'"Resource": {json.dumps(on)}, "Action"'
    )


FULL = document("*")
ANYONE = document("sts:AssumeRole", Principal={"AWS": "*"})
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
SSH = {"security_group_id": "sg-1", "ip_protocol": "tcp", "from_port": 22, "to_port": 22}
ATTRIBUTES: list[tuple[str, str, Any, dict[str, Any], str]] = [
    ("aws_iam_role", "assume_role_policy", ANYONE, {}, "HIGH privilege: anyone may assume the role (Principal *)"),
    ("aws_iam_role_policy", "policy", FULL, {"role": "app"}, "HIGH privilege: *:* on *: full access"),
    (
        "aws_iam_role_policy_attachment",
        "policy_arn",
        ADMINISTRATOR,
        {"role": "app"},
        "HIGH privilege: full access (AdministratorAccess)",
    ),
    (
        "aws_vpc_security_group_ingress_rule",
        "cidr_ipv4",
        "0.0.0.0/0",
        SSH,
        "HIGH exposure: port 22 (SSH) opens to the whole internet (0.0.0.0/0)",
    ),
    (
        "aws_security_group_rule",
        "cidr_blocks",
        ["0.0.0.0/0"],
        {"type": "ingress", "protocol": "tcp", "from_port": 22, "to_port": 22},
        "HIGH exposure: port 22 (SSH) opens to the whole internet (0.0.0.0/0)",
    ),
    (
        "aws_s3_bucket_policy",
        "policy",
        document("s3:*", "arn:aws:s3:::data/*", Principal="*"),
        {"bucket": "data"},
        "HIGH exposure: anyone is allowed s3:* (Principal *)",
    ),
    ("aws_lambda_permission", "principal", "*", {}, "HIGH exposure: anyone may invoke the function (principal *)"),
    (
        "aws_s3_bucket_acl",
        "acl",
        "public-read",
        {"bucket": "data"},
        "HIGH exposure: anyone may read its objects: acl is public-read",
    ),
]
each_attribute = pytest.mark.parametrize(("kind", "name", "value", "others", "plain"), ATTRIBUTES)


def planned(files: str, *resources: dict[str, Any], **more: Any) -> ChangeSet:
    """Return the changes of a plan with the files that it was made of."""
    opened = OpenPlan(decode_plan(plan(*resources, **more), "plan.json"), "plan.json", {"main.tf": files})
    return change_sets([opened])[0]


def first(change_set: ChangeSet, kind: str) -> str:
    risk = next(one for one in change_set.changes if one.type == kind).risks[0]
    return f"{risk.level.name} {risk.kind}: {risk.reason}"


@each_attribute
def test_a_value_that_can_be_seen_is_judged(kind: str, name: str, value: Any, others: Any, plain: str) -> None:
    assert told(kind, "create", None, {**others, name: value})[0] == plain


@each_attribute
def test_what_is_hidden_is_not_harmless(kind: str, name: str, value: Any, others: Any, plain: str) -> None:
    found = told(kind, "create", None, {**others, name: value}, after_sensitive={name: True})
    assert found[0] == HIDDEN
    assert plain not in found


@each_attribute
def test_what_is_known_only_after_apply_is_not_harmless(
    kind: str, name: str, value: Any, others: Any, plain: str
) -> None:
    assert told(kind, "create", None, others, after_unknown={name: True})[0] == LATER, value
    assert told(kind, "update", {**others, name: "x"}, others, after_unknown={name: True})[0] == LATER, plain


@each_attribute
def test_what_a_terraform_data_hands_through_is_judged(
    kind: str, name: str, value: Any, others: Any, plain: str
) -> None:
    files = f"""
    resource "terraform_data" "p" {{
      input = {{ value = var.value }}
    }}
    variable "value" {{ type = any }}
    locals {{ value = terraform_data.p.output.value }}
    resource "{kind}" "a" {{
      {name} = local.value
    }}
    """
    item = resource(f"{kind}.a", ["create"], None, others, after_unknown={name: True})
    hands = resource(
        "terraform_data.p", ["create"], None, {"input": {"value": value}}, after_unknown={"output": True}
    )  # fmt: skip
    assert first(planned(files, item, hands, variables={"value": {"value": value}}), kind) == plain


def test_a_switch_that_is_hidden_or_handed_through_is_not_harmless() -> None:
    on = {"publicly_accessible": True}
    assert told("aws_db_instance", "create", None, on, after_sensitive=on)[0] == HIDDEN
    files = """
    resource "terraform_data" "p" { input = true }
    resource "aws_db_instance" "a" { publicly_accessible = terraform_data.p.output }
    """
    item = resource("aws_db_instance.a", ["create"], None, {}, after_unknown=on)
    hands = resource("terraform_data.p", ["create"], None, {"input": True}, after_unknown={"output": True})
    assert first(planned(files, item, hands), "aws_db_instance") == LATER


def test_a_document_in_which_something_is_handed_through_is_judged() -> None:
    files = """
    resource "terraform_data" "p" { input = "*" }
    resource "aws_iam_role_policy" "a" {
      policy = jsonencode({ Statement = [{ Effect = "Allow", Action = terraform_data.p.output, Resource = "*" }] })
    }
    """
    item = resource("aws_iam_role_policy.a", ["create"], None, {}, after_unknown={"policy": True})
    hands = resource("terraform_data.p", ["create"], None, {"input": "*"}, after_unknown={"output": True})
    assert first(planned(files, item, hands), "aws_iam_role_policy") == "HIGH privilege: *:* on *: full access"


NEW = [
    resource("aws_iam_policy.p", ["create"], None, {"policy": document("s3:GetObject")}, after_unknown={"arn": True}),
    resource("aws_cloudformation_stack.s", ["update"], {}, {}, after_unknown={"outputs": True}),
    resource("data.aws_iam_policy.d", ["read"], None, {}, after_unknown={"arn": True}) | {"mode": "data"},
    resource("aws_eip.e", ["create"], None, {}, after_unknown={"public_ip": True}),
]
BLOCKS = """
resource "aws_iam_policy" "p" {}
resource "aws_cloudformation_stack" "s" {}
data "aws_iam_policy" "d" {}
resource "aws_eip" "e" {}
"""


@pytest.mark.parametrize(
    ("kind", "name", "expression", "expected"),
    [
        ("aws_iam_role_policy_attachment", "policy_arn", "aws_iam_policy.p.arn", QUIET),
        ("aws_iam_role_policy_attachment", "policy_arn", "data.aws_iam_policy.d.arn", LATER),
        ("aws_iam_role_policy_attachment", "policy_arn", 'aws_cloudformation_stack.s.outputs["arn"]', LATER),
        ("aws_iam_role_policy_attachment", "policy_arn", 'replace(aws_iam_policy.p.arn, "/.*/", "x")', LATER),
        (
            "aws_iam_role_policy_attachments_exclusive",
            "policy_arns",
            "[aws_iam_policy.p.arn, aws_iam_policy.p.arn]",
            QUIET,
        ),
        ("aws_iam_role_policy_attachments_exclusive", "policy_arns", "[data.aws_iam_policy.d.arn]", LATER),
        ("aws_vpc_security_group_ingress_rule", "cidr_ipv4", '"${aws_eip.e.public_ip}/32"', QUIET),
        ("aws_vpc_security_group_ingress_rule", "cidr_ipv4", '"${aws_eip.e.public_ip}/8"', LATER),
        ("aws_vpc_security_group_egress_rule", "cidr_ipv4", '"${aws_eip.e.public_ip}/8"', QUIET),
    ],
)
def test_what_only_names_an_object_of_the_plan_hides_nothing(
    kind: str, name: str, expression: str, expected: str
) -> None:
    files = f'{BLOCKS}\nresource "{kind}" "a" {{\n  {name} = {expression}\n}}'
    item = resource(f"{kind}.a", ["create"], None, {}, after_unknown={name: True, "security_group_id": True})
    assert first(planned(files, item, *NEW), kind) == expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ('Action = ["s3:GetObject"], Resource = "${aws_s3_bucket.b.arn}/*"', QUIET),
        ('Action = "s3:GetObject", Resource = join(":", slice(split(":", aws_s3_bucket.b.arn), 0, 7))', QUIET),
        ('Action = "s3:GetObject", Resource = "*", Condition = { A = { b = aws_s3_bucket.b.tags_all["x"] } }', QUIET),
        ('Action = "iam:PassRole", Resource = join("*", slice(split(":", aws_s3_bucket.b.arn), 3, 5))', LATER),
        ('Action = "iam:PassRole", Resource = replace(aws_s3_bucket.b.arn, "/.*/", "*")', LATER),
        ('Action = "iam:PassRole", Resource = "${aws_s3_bucket.b.website_endpoint}*"', LATER),
        ('Action = "iam:PassRole", Resource = aws_s3_bucket.b.tags_all["x"]', LATER),
        ('Action = "${aws_s3_bucket.b.tags_all["x"]}*", Resource = "*"', LATER),
        ('Action = aws_s3_bucket.b.tags_all["x"], Resource = "*"', LATER),
    ],
)
def test_a_policy_of_which_a_part_is_unknown_is_judged_by_what_that_may_be(statement: str, expected: str) -> None:
    policy = f'jsonencode({{ Statement = [{{ Effect = "Allow", {statement} }}] }})'
    files = f'resource "aws_s3_bucket" "b" {{}}\nresource "aws_iam_policy" "a" {{\n  policy = {policy}\n}}'
    item = resource("aws_iam_policy.a", ["create"], None, {}, after_unknown={"policy": True})
    bucket = resource("aws_s3_bucket.b", ["create"], None, {}, after_unknown={"arn": True, "tags_all": True})
    assert first(planned(files, item, bucket), "aws_iam_policy") == expected


@pytest.mark.parametrize("resources", ["aws_s3_bucket.b.arn", 'aws_s3_bucket.b.tags_all["x"]'])
@pytest.mark.parametrize("with_files", [True, False])
def test_what_a_data_source_puts_together_is_judged_by_its_statements(resources: str, with_files: bool) -> None:
    files = f"""
    resource "aws_s3_bucket" "b" {{}}
    data "aws_iam_policy_document" "d" {{
      statement {{
        actions   = ["iam:PassRole"]
        resources = [{resources}]
      }}
    }}
    resource "aws_iam_policy" "a" {{ policy = data.aws_iam_policy_document.d.json }}
    """
    statement = {"actions": ["iam:PassRole"], "resources": [None]}
    marks = {"json": True, "statement": [{"resources": [True]}]}
    read = resource("data.aws_iam_policy_document.d", ["read"], None, {"statement": [statement]}, after_unknown=marks)
    bucket = resource("aws_s3_bucket.b", ["create"], None, {}, after_unknown={"arn": True, "tags_all": True})
    item = resource("aws_iam_policy.a", ["create"], None, {}, after_unknown={"policy": True})
    of_data, of_policy = (
        {"statement": [{"resources": {"references": [resources, "aws_s3_bucket.b"]}}]},
        {"policy": {"references": ["data.aws_iam_policy_document.d.json", "data.aws_iam_policy_document.d"]}},
    )
    blocks = [
        {"address": "data.aws_iam_policy_document.d", "expressions": of_data},
        {"address": "aws_iam_policy.a", "expressions": of_policy},
    ]
    made = plan(item, read | {"mode": "data"}, bucket, configuration={"root_module": {"resources": blocks}})
    opened = OpenPlan(decode_plan(made, "plan.json"), "plan.json", {"main.tf": files} if with_files else {})
    assert first(change_sets([opened])[0], "aws_iam_policy") == (QUIET if resources.endswith("arn") else LATER)


def referring(kind: str, name: str, *references: str) -> str:
    """Return the first risk of an argument that refers to others, in a plan without its files."""
    expressions = {name: {"references": [*references]}} if references else {}
    configuration = {"root_module": {"resources": [{"address": f"{kind}.a", "expressions": expressions}]}}
    item = resource(f"{kind}.a", ["create"], None, {}, after_unknown={name: True})
    return first(parse_plan(plan(item, *NEW, configuration=configuration)), kind)


def test_without_files_references_say_what_is_only_a_name() -> None:
    kind = "aws_iam_role_policy_attachment"
    assert referring(kind, "policy_arn", "aws_iam_policy.p.arn", "aws_iam_policy.p") == QUIET
    assert referring(kind, "policy_arn", "data.aws_iam_policy.d.arn", "data.aws_iam_policy.d") == LATER
    assert referring(kind, "policy_arn", "terraform_data.p.output", "terraform_data.p") == LATER


@pytest.mark.parametrize(("kind", "name"), [("aws_security_group", "ingress"), ("aws_kms_key", "policy")])
def test_what_the_provider_chooses_is_no_secret(kind: str, name: str) -> None:
    assert referring(kind, name) == QUIET
    files = f'resource "{kind}" "a" {{}}'
    assert first(planned(files, resource(f"{kind}.a", ["create"], None, {}, after_unknown={name: True})), kind) == QUIET


def test_blocks_that_only_apply_knows_may_let_anybody_in() -> None:
    files = """
    resource "aws_cloudformation_stack" "s" {}
    resource "aws_security_group" "a" {
      dynamic "ingress" {
        for_each = aws_cloudformation_stack.s.outputs
        content { cidr_blocks = [ingress.value] }
      }
    }
    """
    item = resource("aws_security_group.a", ["create"], None, {}, after_unknown={"ingress": True})
    assert first(planned(files, item, NEW[1]), "aws_security_group") == LATER
    for rule, expected in (({"cidr_blocks": [True]}, LATER), ({"security_groups": [True]}, QUIET)):
        found = told("aws_security_group", "create", None, {"ingress": [{}]}, after_unknown={"ingress": [rule]})
        assert found == [expected]


def test_a_policy_with_a_secret_in_it_is_judged_but_for_that() -> None:
    secret = resource("aws_x.s", ["no-op"], {"s": "hush-hush"}, {"s": "hush-hush"}, after_sensitive={"s": True})
    for value, expected in (
        (document("s3:GetObject", Condition={"A": {"b": "hush-hush"}}), QUIET),
        (document("s3:GetObject", "arn:aws:s3:::hush-hush"), QUIET),
        (document("hush-hush"), HIDDEN),
    ):
        item = resource("aws_iam_policy.a", ["create"], None, {"policy": value})
        assert first(parse_plan(plan(item, secret)), "aws_iam_policy") == expected


def test_what_is_hidden_as_before_is_not_told_again() -> None:
    sides = {"policy": FULL, "tags": {}}, {"policy": FULL, "tags": {"a": "b"}}
    marks = {"before_sensitive": {"policy": True}, "after_sensitive": {"policy": True}}
    assert HIDDEN not in told("aws_iam_policy", "update", *sides, **marks)
    assert HIDDEN not in told("aws_iam_policy", "update", *sides, after_sensitive={"policy": True})


@pytest.mark.parametrize("name", ["type", "from_port", "protocol"])
def test_a_rule_of_which_the_kind_is_hidden_may_let_anybody_in(name: str) -> None:
    rule = {"type": "ingress", "protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"]}
    found = told("aws_security_group_rule", "create", None, rule, after_sensitive={name: True})
    assert found[0].startswith("HIGH exposure: ")
    assert told("aws_security_group_rule", "create", None, rule | {"type": "egress"})[0].startswith("LOW ")


GIVEN = [
    (name if name.startswith("kubernetes_") else f"aws_{name}", words)
    for words, names in own_table(parse_plan.__globals__["__file__"].replace("reader.py", "risks/x"), "judges.toml")[
        "privilege"
    ]["given"]
    for name in names.split()
]


@pytest.mark.parametrize(("kind", "words"), GIVEN)
def test_what_gives_rights_or_runs_something_is_told(kind: str, words: str) -> None:
    assert f"MEDIUM privilege: {words}" in told(kind, "create", None, {"name": "a"})
    assert f"MEDIUM privilege: {words}" in told(kind, "update", {"input": "a"}, {"input": "b"})
    assert "privilege" not in str(told(kind, "update", {"tags": {}}, {"tags": {"a": "b"}}))


def test_groups_that_somebody_leaves_give_nothing() -> None:
    old, new = {"groups": ["a", "b"]}, {"groups": ["a"]}
    assert "privilege" not in str(told("aws_iam_user_group_membership", "update", old, new))
    assert "privilege" in str(told("aws_iam_user_group_membership", "update", new, old))


RESOURCE = re.compile(r'resource "(aws_\w+)"')
UNKNOWN_TYPES = [
    "acme_role_binding", "aws_newer_thing", "aws_transfer_server", "helm_release",
    "local_file", "kubernetes_daemonset", "datadog_user", "google_organization_iam_custom_role",
]  # fmt: skip


def test_what_a_new_object_of_infragens_own_types_brings_was_looked_at() -> None:
    written = {name for path in shipped_templates().rglob("*.tf*") for name in RESOURCE.findall(path.read_text())}
    assert len(written) > 150
    unjudged = [name for name in written if "not judged" in str(told(name, "create", None, {}))]
    assert unjudged == []
    assert types.considered() >= types.CREATED


@pytest.mark.parametrize("kind", UNKNOWN_TYPES)
def test_a_new_object_of_a_type_that_nobody_knows_is_not_judged(kind: str) -> None:
    assert told(kind, "create", None, {}) == ["LOW unknown effect: not judged: creation"]


@pytest.mark.parametrize("kind", ["aws_autoscaling_group", "random_id", "google_service_account", "datadog_monitor"])
def test_a_new_object_of_a_known_type_is_an_addition(kind: str) -> None:
    assert told(kind, "create", None, {}) == [QUIET]


def test_a_report_names_the_objects_that_nobody_judged() -> None:
    known = [resource(f"aws_{kind}.a", ["create"], None, {}) for kind in ("vpc", "subnet", "eip", "sqs_queue")]
    found = parse_plan(plan(*known, *(resource(f"{kind}.a", ["create"], None, {}) for kind in UNKNOWN_TYPES)))
    report = FORMATS["markdown"](found, "x", Options(is_printed=False))
    assert "❔ **not judged** `(creation of" in report
    for kind in UNKNOWN_TYPES:
        assert f"create {kind}.a" in report


@pytest.mark.parametrize("is_by_hand", [True, False])
def test_what_a_person_wrote_is_not_judged_by_what_infragen_writes(*, is_by_hand: bool) -> None:
    (change,) = parse_plan(plan(resource("aws_sns_topic.a", ["create"], None, {"name": "a"}))).changes
    found = structs.replace(change, sources=SimpleNamespace(is_by_hand=lambda _: is_by_hand)).risks
    assert [str(one.kind) for one in found] == [*(["unknown effect"] if is_by_hand else []), "harmless"]

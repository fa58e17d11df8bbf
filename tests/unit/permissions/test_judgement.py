"""Each way in which a policy may say something is understood, and held against what a use needs."""

from __future__ import annotations

import pytest

from infragen.permissions import Declared
from tests.unit.permissions.plans import ACCOUNT, REGION, TRUST, found, inline, role, task, verdicts

QUEUE = 'resource "aws_sqs_queue" "orders" {\n  name = "orders"\n}\n'
SENDS = Declared("api", "queues send", "orders")
ARN = "aws_sqs_queue.orders.arn"
SEND = f'{{ Effect = "Allow", Action = "sqs:SendMessage", Resource = {ARN} }}'
ON_QUEUE = "[orders sqs queue]"
LACKS = {f"missing sqs:SendMessage on {ON_QUEUE}"}


def may(statement: str) -> set[str]:
    """Return what is wrong where a task sends to a queue and its role has one statement."""
    return verdicts(role(task() + QUEUE + inline(statement), SENDS))


def allow(actions: str, resources: str, **more: str) -> str:
    """Return a statement; `actions` and `resources` are HCL, and each of `more` is another argument."""
    return f'{{ Effect = "Allow", {actions}, {resources}{"".join(f", {name} = {it}" for name, it in more.items())} }}'


SENDING, ON_IT = 'Action = "sqs:SendMessage"', f"Resource = {ARN}"
OTHER = f"arn:aws:sqs:{REGION}:444455556666:orders"
IN_PLAIN = '{ Bool = { "aws:SecureTransport" = "false" } }'
FROM_NETWORK = '{ StringEquals = { "aws:SourceVpc" = "vpc-1" } }'
PURGE = allow('Action = "sqs:PurgeQueue"', ON_IT)
DENY = '{ Effect = "Deny", Action = "sqs:*", Resource = "*"'


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        (SEND, set()),
        (f"[{SEND}]", set()),
        (allow('Action = ["SQS:sendmessage"]', f'Resource = ["${{{ARN}}}"]'), set()),
        (allow(SENDING, f'Resource = "arn:aws:sqs:{REGION}:{ACCOUNT}:orders"'), set()),
        (allow(SENDING, f'Resource = "{OTHER}"'), LACKS | {f"unused sqs:SendMessage on {OTHER}"}),
        (allow(SENDING, 'Resource = "*"'), {"wider sqs:SendMessage on *"}),
        (allow('Action = "sqs:*"', ON_IT), {f"wider sqs:* on {ON_QUEUE}"}),
        (allow('Action = "sqs:Send????age"', ON_IT), {f"wider sqs:Send????age on {ON_QUEUE}"}),
        (allow('NotAction = "iam:*"', ON_IT), {f"wider all but iam:* on {ON_QUEUE}"}),
        (allow('NotAction = "sqs:Send*"', ON_IT), LACKS | {f"wider all but sqs:Send* on {ON_QUEUE}"}),
        (allow(SENDING, 'NotResource = "arn:aws:sqs:*:*:x"'), {"wider sqs:SendMessage on all but arn:aws:sqs:*:*:x"}),
        (f"[{SEND}, {PURGE}]", {f"unused sqs:PurgeQueue on {ON_QUEUE}"}),
        (f"[{SEND}, {DENY} }}]", LACKS),
        (f"[{SEND}, {DENY}, Condition = {IN_PLAIN} }}]", set()),
        (allow(SENDING, ON_IT, Condition=FROM_NETWORK), LACKS | {f"unused sqs:SendMessage on {ON_QUEUE}"}),
    ],
)  # fmt: skip
def test_a_statement_is_held_against_a_use(statement: str, wrong: set[str]) -> None:
    assert may(statement) == wrong


def test_why_something_is_missing_is_said() -> None:
    condition = 'Condition = { StringEquals = { "aws:SourceVpc" = "vpc-1" } }'
    allowed = inline(f'{{ Effect = "Allow", Action = "sqs:SendMessage", Resource = {ARN}, {condition} }}')
    (missing,) = role(task() + QUEUE + allowed, SENDS).missing
    assert (missing.why, missing.use) == ("allowed only if StringEquals aws:SourceVpc vpc-1", "sends to a queue")
    assert missing.source.startswith("https://docs.aws.amazon.com/AWSSimpleQueueService/")


POLICY = f"""
resource "aws_iam_policy" "shared" {{
  policy = jsonencode({{ Statement = {SEND} }})
}}
"""
HEREDOC = """
resource "aws_iam_role_policy" "own" {
  role   = aws_iam_role.api.name
  policy = <<-EOT
    {"Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "${aws_sqs_queue.orders.arn}"}]}
  EOT
}
"""
MANAGED = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"


def attachment(kind: str, to: str, arn: str) -> str:
    """Return what attaches a policy with an ARN."""
    return f'resource "{kind}" "a" {{\n  {to}\n  policy_arn = {arn}\n}}\n'


SHARED = "aws_iam_policy.shared.arn"


@pytest.mark.parametrize(
    "attached",
    [
        POLICY + attachment("aws_iam_role_policy_attachment", "role = aws_iam_role.api.name", SHARED),
        POLICY + attachment("aws_iam_policy_attachment", "roles = [aws_iam_role.api.name]", SHARED),
        inline(SEND, role='"api"'),
        inline(SEND, role="aws_iam_role.api.id"),
        HEREDOC,
    ],
)
def test_a_policy_reaches_its_role_however_it_is_attached(attached: str) -> None:
    assert verdicts(role(task() + QUEUE + attached, SENDS)) == set()


def test_policies_inside_a_role_count() -> None:
    inside = (
        f'  inline_policy {{\n    policy = jsonencode({{ Statement = {SEND} }})\n  }}\n  name               = "api"'
    )
    assert verdicts(role(task().replace('  name               = "api"', inside, 1) + QUEUE, SENDS)) == set()
    arns = '  managed_policy_arns = [aws_iam_policy.shared.arn]\n  name               = "api"'
    assert verdicts(role(task().replace('  name               = "api"', arns, 1) + QUEUE + POLICY, SENDS)) == set()


def test_a_boundary_takes_away() -> None:
    bounded = task().replace('  name               = "api"', "  permissions_boundary = aws_iam_policy.edge.arn", 1)
    edge = 'resource "aws_iam_policy" "edge" {{\n  policy = jsonencode({{ Statement = {} }})\n}}\n'
    allowed = inline(SEND, role="aws_iam_role.api.id")
    inside = edge.format('{ Effect = "Allow", Action = "sqs:*", Resource = "*" }')
    outside = edge.format('{ Effect = "Allow", Action = "s3:*", Resource = "*" }')
    assert verdicts(role(bounded + QUEUE + allowed + inside, SENDS)) == set()
    (missing,) = role(bounded + QUEUE + allowed + outside, SENDS).missing
    assert missing.why == "outside of the role's boundary"


def test_a_boundary_that_is_not_in_the_plan_takes_nothing_away_and_is_named() -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:policy/company-boundary"
    bounded = task().replace('  name               = "api"', f'  permissions_boundary = "{arn}"', 1)
    whole = found(bounded + QUEUE + inline(SEND, role="aws_iam_role.api.id"), SENDS)
    assert [one for one in whole.subjects if one.missing] == []
    assert f"policies that could not be read: {arn} (a permissions boundary that is not in this plan)" in whole.unread


IMAGE = f'"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/app:1"'
LOGS = '{ logDriver = "awslogs", options = { awslogs-group = "/app" } }'


def test_what_aws_manages_is_known_and_is_wide() -> None:
    attached = attachment("aws_iam_role_policy_attachment", "role = aws_iam_role.start.name", f'"{MANAGED}"')
    start = role(task(image=IMAGE, logConfiguration=LOGS) + attached, name="start role")
    assert start.missing == ()
    assert {one.action for one in start.unused if one.wider} == {
        "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "logs:CreateLogStream",
        "logs:PutLogEvents",
    }  # fmt: skip
    assert [one.action for one in start.permissions if one.resource == "*" and not one.wider] == [
        "ecr:GetAuthorizationToken"  # AWS knows no narrower resource for it
    ]


def test_a_policy_that_is_nowhere_is_not_read() -> None:
    elsewhere = '"arn:aws:iam::111122223333:policy/elsewhere"'
    attached = attachment("aws_iam_role_policy_attachment", "role = aws_iam_role.api.name", elsewhere)
    unread = found(task() + attached).unread
    assert unread[0] == "policies that could not be read: arn:aws:iam::111122223333:policy/elsewhere"


@pytest.mark.parametrize(
    ("condition", "wrong"),
    [
        ("", set()),
        (f', Condition = {{ StringEquals = {{ "aws:SourceAccount" = "{ACCOUNT}" }} }}', set()),
        (
            ', Condition = { StringEquals = { "aws:SourceAccount" = "444455556666" } }',
            {"unused sts:AssumeRole on the role", "missing sts:AssumeRole on the role"},
        ),
    ],
)
def test_a_role_has_to_trust_who_takes_it(condition: str, wrong: set[str]) -> None:
    trusting = task().replace('"ecs-tasks.amazonaws.com" } }', f'"ecs-tasks.amazonaws.com" }}{condition} }}')
    assert verdicts(role(trusting)) == wrong


def test_who_is_trusted_beyond_need_is_told() -> None:
    both = TRUST.replace('"ecs-tasks.amazonaws.com"', '["ecs-tasks.amazonaws.com", "ec2.amazonaws.com"]')
    (unused,) = role(task().replace(TRUST, both)).unused
    assert (unused.by, unused.action) == ("ec2.amazonaws.com", "sts:AssumeRole")


def test_a_role_that_nothing_uses_has_everything_unused() -> None:
    alone = f'resource "aws_iam_role" "api" {{\n  name = "api"\n  assume_role_policy = {TRUST}\n}}\n'
    subject = role(alone + QUEUE + inline(SEND))
    assert subject.uses == ()
    assert verdicts(subject) == {"unused sts:AssumeRole on the role", f"unused sqs:SendMessage on {ON_QUEUE}"}


def test_what_a_plan_hides_is_not_read_from_the_configuration() -> None:
    text = task() + QUEUE + inline(SEND)
    hidden = {"after": {"policy": "{}", "role": "api"}, "after_unknown": {}, "after_sensitive": {"policy": True}}
    answer = found(text, SENDS, changes={"aws_iam_role_policy.own": hidden})
    assert answer.unread[0] == "policies that could not be read: aws_iam_role_policy.own"
    assert "missing sqs:SendMessage" in " ".join(
        verdicts(next(one for one in answer.subjects if one.name == "api role"))
    )


def test_what_a_plan_knows_is_taken_from_it() -> None:
    known = {"after": {"policy": '{"Statement": []}', "role": "api"}, "after_unknown": {}}
    answer = found(task() + QUEUE + inline(SEND), SENDS, changes={"aws_iam_role_policy.own": known})
    assert verdicts(next(one for one in answer.subjects if one.name == "api role")) == LACKS

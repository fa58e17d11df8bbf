"""Who may do what, as people and programs read it."""

from __future__ import annotations

import json

from infragen.permissions import Missing, Permission, Permissions, Subject
from infragen.report.permissions import as_json, markdown, text

LETTERS = ("a", "b", "c", "d", "e", "f", "g", "h")
QUEUE = "[queues/orders sqs queue]"
FOUND = Permissions(
    "shop/dev",
    (
        Subject(
            "services/api task role", "services/api", "aws_iam_role.task", True, ("sends to a queue",),
            (
                Permission("sqs:PurgeQueue", QUEUE, policy="aws_iam_role_policy.own"),
                *(
                    Permission(f"sqs:{letter}", QUEUE, needed_by=("sends to a queue",), condition="Bool x true")
                    for letter in LETTERS
                ),
                Permission("sqs:*", "*", denies=True),
            ),
            (Missing("kms:Decrypt", "[key kms key]", "sends to a queue", "https://docs.aws", why="nothing allows it"),),
        ),
        Subject(
            "alerts sns topic", "alerts", "aws_sns_topic.this", False, ("lets alarms publish",),
            (
                Permission(
                    "sns:Publish", "*", "cloudwatch.amazonaws.com", needed_by=("lets alarms publish",), wider=True
                ),
            ),
            (),
        ),
    ),
    ("what nobody looks at",),
)  # fmt: skip


def test_what_is_wrong_comes_first_and_what_is_alike_stands_together() -> None:
    assert (
        text(FOUND)
        == """\
shop/dev: 1 role and 1 resource policy, as planned; 2 unused permissions, 1 missing

services/api task role
  missing: kms:Decrypt
      on [key kms key]; sends to a queue: nothing allows it, https://docs.aws
  unused: sqs:PurgeQueue
      on [queues/orders sqs queue]
  sqs:a, sqs:b, sqs:c, sqs:d, sqs:e, sqs:f and 2 more
      on [queues/orders sqs queue]; if Bool x true; sends to a queue
  denied: sqs:*
      on *

alerts sns topic
  wider than needed: sns:Publish
      on * by cloudwatch.amazonaws.com; lets alarms publish

Not checked
  what nobody looks at"""
    )


def test_details_name_every_action() -> None:
    assert "sqs:h" not in text(FOUND)
    assert "sqs:h" in text(FOUND, details=True)


def test_a_table_has_a_row_for_what_is_alike() -> None:
    rows = markdown(FOUND).splitlines()
    assert r"| services/api task role | denied | sqs:\* | on \* |" in rows
    assert sum(row.startswith("| services/api task role") for row in rows) == 4


def test_findings_are_what_is_unused_or_missing_alone() -> None:
    left = FOUND.of_findings()
    assert [one.action for one in left.subjects[0].permissions] == ["sqs:PurgeQueue"]
    assert text(left).splitlines()[0] == text(FOUND).splitlines()[0]
    assert "sqs:a" not in text(left)
    nothing = Subject("quiet role", "quiet", "aws_iam_role.quiet", True, (), FOUND.subjects[0].permissions[1:2], ())
    assert "quiet role" not in text(Permissions("a/b", (nothing,)).of_findings())
    assert FOUND.of(lambda owner: owner == "alerts").subjects == FOUND.subjects[1:]


def test_the_json_has_every_permission_with_its_policy() -> None:
    document = json.loads(as_json(FOUND))
    assert (document["version"], document["target"], document["not_looked_at"]) == (
        1, "shop/dev", ["what nobody looks at"],
    )  # fmt: skip
    first = document["subjects"][0]
    assert first["permissions"][0] == {
        "action": "sqs:PurgeQueue", "resource": QUEUE, "by": "", "condition": "", "needed_by": [], "wider": False,
        "denies": False, "policy": "aws_iam_role_policy.own", "unused": True,
    }  # fmt: skip
    assert first["missing"][0]["source"] == "https://docs.aws"

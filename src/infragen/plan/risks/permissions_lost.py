"""Permissions that go: someone who may do something now is denied it, whichever argument took it away.

It is the same to its user whether an attachment is destroyed, a list is shortened or a policy says less.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.plan.model import Level, Risk, RiskKind
from infragen.plan.risks.lookups import blocks, shown, sides, texts
from infragen.plan.risks.policy_documents import UNCONDITIONAL, allowed, denied, each, sentence, unsaid
from infragen.plan.risks.types import GOOGLE_BINDINGS, of_updates
from infragen.redaction.values import holds_unknown
from infragen.text import first_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infragen.plan.risks.policy_documents import Statement
    from infragen.plan.risks.types import Judge
    from infragen.plan.view import View
    from infragen.redaction.values import Value

_MOST = 3


def _denied(reason: str, level: Level = Level.MEDIUM) -> Risk:
    return Risk(level, RiskKind.DOWNTIME, reason)


def _of_list(name: str, words: str) -> Judge:
    """Return the judge of a list of names that loses some; each may be the end of an ARN."""

    def judge(view: View) -> Iterator[Risk]:
        before, after = sides(view, name)
        gone = sorted({*texts(before)} - {*texts(after)})
        if gone and not holds_unknown(after):
            lost = first_of([one.rpartition("/")[2] for one in gone], _MOST)
            yield _denied(f"{words}: {name} loses {lost}")

    return judge


def _of_policy(name: str) -> Judge:
    """Return the judge of a policy that allows less, or denies more, to those it speaks of."""

    def judge(view: View) -> Iterator[Risk]:
        before, after = view.before(name), view.expected(name)
        if after != before and not holds_unknown(after):
            yield from _less((before,), (after,))

    return judge


def _of_inline_policies(view: View) -> Iterator[Risk]:
    before, after = sides(view, "inline_policy")
    if not holds_unknown(after):
        yield from _less(*([policy.get("policy") for policy in blocks(side)] for side in (before, after)))


def _less(before: Sequence[Value], after: Sequence[Value]) -> Iterator[Risk]:
    old, new = (tuple(each(allowed, side)) for side in (before, after))
    if lost := [*unsaid(new, old)]:
        yield _denied(f"what was allowed is denied: {_said(lost)}")
    old, new = (tuple(each(denied, side)) for side in (before, after))
    if more := [*unsaid(old, new)]:
        is_open = all(one.condition != UNCONDITIONAL for one in more)
        yield _denied(f"more is denied: {_said(more)}", Level.LOW if is_open else Level.MEDIUM)


def _said(statements: Sequence[Statement]) -> str:
    whom = (f" by {shown(one.principals[0][1])}" if one.principals else "" for one in statements)
    return first_of([f"{sentence(one)}{who}" for one, who in zip(statements, whom, strict=True)], _MOST)


_MISSING = "its permissions are missing"
_THEIRS = "the permissions of those it loses are missing"
# Source: the provider's schema, version 5.100: the arguments by which AWS's permissions are given.
JUDGES = of_updates(
    (_of_list("managed_policy_arns", _MISSING), "iam_role"),
    (
        _of_list("policy_arns", _MISSING),
        "iam_group_policy_attachments_exclusive iam_role_policy_attachments_exclusive",
        "iam_user_policy_attachments_exclusive",
    ),
    (
        _of_list("policy_names", _MISSING),
        "iam_group_policies_exclusive iam_role_policies_exclusive iam_user_policies_exclusive",
    ),
    (_of_list("groups", _MISSING), "iam_user_group_membership"),
    *((_of_list(name, _THEIRS), "iam_policy_attachment") for name in ("groups", "roles", "users")),
    (_of_list("users", _THEIRS), "iam_group_membership"),
    (_of_list("members", _THEIRS), *GOOGLE_BINDINGS),
    (_of_inline_policies, "iam_role"),
    (_of_policy("assume_role_policy"), "iam_role"),
    (_of_policy("inline_policy"), "ssoadmin_permission_set_inline_policy"),
    (
        _of_policy("policy"),
        "backup_vault_policy cloudwatch_event_bus_policy dynamodb_resource_policy ecr_registry_policy",
        "ecr_repository_policy efs_file_system_policy iam_group_policy iam_policy iam_role_policy iam_user_policy",
        "kinesis_resource_policy kms_key kms_key_policy msk_cluster_policy s3_access_point s3_bucket s3_bucket_policy",
        "s3control_access_point_policy secretsmanager_secret secretsmanager_secret_policy sns_topic sns_topic_policy",
        "sqs_queue sqs_queue_policy vpc_endpoint vpc_endpoint_policy",
    ),
    (
        _of_policy("access_policies"),
        "elasticsearch_domain elasticsearch_domain_policy opensearch_domain opensearch_domain_policy",
    ),
)

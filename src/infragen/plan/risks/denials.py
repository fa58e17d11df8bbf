"""What policies denied, and a change lets through: a statement of theirs is removed, or denies less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.plan.model import Action, Level, Risk, RiskKind
from infragen.plan.risks.conditions import narrower, tests
from infragen.plan.risks.policy_documents import Statement, covered, denied
from infragen.redaction.values import holds_unknown
from infragen.text import first_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infragen.plan.risks.types import Judge
    from infragen.plan.view import View

# A policy that is an object of its own: the attribute that names what it is of, and the type of that.
_OWNERS: Mapping[str, tuple[str, str]] = {
    "aws_api_gateway_rest_api_policy": ("rest_api_id", "aws_api_gateway_rest_api"),
    "aws_backup_vault_policy": ("backup_vault_name", "aws_backup_vault"),
    "aws_dynamodb_resource_policy": ("resource_arn", "aws_dynamodb_table"),
    "aws_ecr_repository_policy": ("repository", "aws_ecr_repository"),
    "aws_efs_file_system_policy": ("file_system_id", "aws_efs_file_system"),
    "aws_iam_group_policy": ("group", "aws_iam_group"),
    "aws_iam_role_policy": ("role", "aws_iam_role"),
    "aws_iam_user_policy": ("user", "aws_iam_user"),
    "aws_kinesis_resource_policy": ("resource_arn", "aws_kinesis_stream"),
    "aws_kms_key_policy": ("key_id", "aws_kms_key"),
    "aws_s3_bucket_policy": ("bucket", "aws_s3_bucket"),
    "aws_secretsmanager_secret_policy": ("secret_arn", "aws_secretsmanager_secret"),
    "aws_sns_topic_policy": ("arn", "aws_sns_topic"),
    "aws_sqs_queue_policy": ("queue_url", "aws_sqs_queue"),
}
_MOST = 4
_MOST_NAMES = 3


def denials_lost(kind: RiskKind, name: str = "policy") -> Judge:
    """Return the judge of a policy that denies less than before, to people or to other accounts."""

    def judge(view: View) -> Iterator[Risk]:
        before = () if view.action is Action.CREATE else denied(view.before(name))
        if not before or holds_unknown(view.after(name)):
            return
        if view.action.destroys and not (view.action.is_replace or _stays(view)):
            return
        after = denied(view.after(name))
        lost = [one for one in before if not any(_denies_as_much(other, one) for other in after)]
        for one in lost[:_MOST]:
            fewer = any(_same_but_for_condition(other, one) and _asks_the_same(other, one) for other in after)
            words = "denied to fewer" if fewer else "no longer denied"
            yield Risk(Level.MEDIUM, kind, f"{words}: {_sentence(one)}")
        if len(lost) > _MOST:
            yield Risk(Level.MEDIUM, kind, f"no longer denied: what {len(lost) - _MOST} more statements said")

    return judge


def _stays(view: View) -> bool:
    """Whether what a policy was of is there afterwards."""
    name, owner = _OWNERS.get(view.type, ("", ""))
    return bool(name and view.held_by((name,), (owner,)))


def _denies_as_much(statement: Statement, former: Statement) -> bool:
    return _same_but_for_condition(statement, former) and not narrower(statement.condition, former.condition)


def _same_but_for_condition(statement: Statement, former: Statement) -> bool:
    """Whether a statement denies all actions on all resources that a former one did, to all whom it meant."""
    if statement.but or former.but:
        same = (statement.but, {*statement.actions}) == (former.but, {*former.actions})
    else:
        same = covered(former.actions, statement.actions)
    whom = statement.is_for_anybody or {*former.principals} <= {*statement.principals}
    return same and whom and covered(former.resources, statement.resources)


def _asks_the_same(statement: Statement, former: Statement) -> bool:
    asked, before = ({(test.operator, test.key) for test in tests(one.condition)} for one in (statement, former))
    return asked >= before


def _sentence(statement: Statement) -> str:
    keys = first_of(sorted({test.key for test in tests(statement.condition)}), _MOST_NAMES)
    limit = f", by {keys}" if keys else ""
    lead = "everything except " if statement.but else ""
    where = f" on {first_of(statement.resources, _MOST_NAMES)}" if statement.resources else ""
    return f"{lead}{first_of(statement.actions, _MOST_NAMES)}{where}{limit}"

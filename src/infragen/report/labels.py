"""The words that reports use for entries, resource types, actions and counts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from infragen.plan import LOOKS, Action
from infragen.text import counted, plural

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infragen.plan import Change, Summary

SYMBOLS = {
    Action.DELETE: "-",
    Action.REPLACE_DELETE_FIRST: "!",
    Action.REPLACE_CREATE_FIRST: "!",
    Action.REPLACE_FORGET: "!",
    Action.FORGET: ".",
    Action.UNKNOWN: "?",
    Action.UPDATE: "~",
    Action.CREATE: "+",
    Action.IMPORT: "=",
    Action.MOVE: ">",
    **dict.fromkeys(LOOKS, "<"),
    Action.NO_OP: " ",
}
_ACRONYMS = frozenset(
    word
    for words in (
        "acl acm acmpca alb api arn asg az cidr cmk cors db dlm dms dns ebs ec2 ecr ecs efs eip eks emr fsx iam igw",
        "iot ip kms lb mq msk mwaa nat nlb oidc ram rds rest s3 saml ses sfn sms sns sqs ssm sso tls vpc vpn waf xray",
    )
    for word in words.split()
)
_FAMILIES = {
    "acmpca_": "private CA",
    "api_gateway_": "API Gateway",
    "apigatewayv2_": "API Gateway",
    "cloudwatch_": "CloudWatch",
    "elasticache_": "ElastiCache",
    "secretsmanager_": "Secrets Manager",
    "service_discovery_": "Cloud Map",
    "wafv2_": "WAF",
}
_TYPE_WORDS = {
    "aws_appautoscaling_policy": "scaling policy",
    "aws_appautoscaling_scheduled_action": "scheduled scaling",
    "aws_appautoscaling_target": "scaling target",
    "aws_cloudwatch_log_group": "log group",
    "aws_cloudwatch_metric_alarm": "alarm",
    "aws_db_proxy": "RDS Proxy",
    "aws_db_proxy_default_target_group": "RDS Proxy target group",
    "aws_db_proxy_endpoint": "RDS Proxy endpoint",
    "aws_db_proxy_target": "RDS Proxy target",
    "aws_codedeploy_app": "CodeDeploy application",
    "aws_codedeploy_deployment_config": "CodeDeploy deployment configuration",
    "aws_codedeploy_deployment_group": "CodeDeploy deployment group",
    "aws_default_security_group": "default security group",
    "aws_docdb_cluster": "DocumentDB cluster",
    "aws_docdb_cluster_instance": "DocumentDB instance",
    "aws_docdb_cluster_parameter_group": "DocumentDB cluster parameter group",
    "aws_eip": "elastic IP",
    "aws_kms_alias": "KMS alias",
    "aws_lb": "load balancer",
    "aws_lb_target_group": "target group",
    "aws_lb_listener_rule": "listener rule",
    "aws_lb_listener": "listener",
    "aws_rds_cluster": "Aurora cluster",
    "aws_rds_cluster_instance": "Aurora instance",
    "aws_rds_cluster_parameter_group": "Aurora cluster parameter group",
    "aws_secretsmanager_secret": "secret",
    "aws_secretsmanager_secret_version": "secret version",
    "aws_service_discovery_service": "Cloud Map service",
    "aws_vpc_security_group_egress_rule": "egress rule",
    "aws_vpc_security_group_ingress_rule": "ingress rule",
}
# What an entry is known by comes before what belongs to it.
_FIRST = {
    f"aws_{name}": place
    for place, name in enumerate(
        word
        for words in (
            "ecs_service rds_cluster rds_cluster_instance docdb_cluster docdb_cluster_instance",
            "elasticache_replication_group db_proxy api_gateway_rest_api ecs_cluster lb vpc subnet nat_gateway",
            "wafv2_web_acl kms_key ecs_task_definition appautoscaling_target appautoscaling_policy",
            "appautoscaling_scheduled_action ecr_repository sqs_queue s3_bucket dynamodb_table security_group",
        )
        for word in words.split()
    )
}
_COUNTED = (
    ("replace", "replace"),
    ("destroy", "destroy"),
    ("forget", "forget"),
    ("unknown", "unknown"),
    ("revise", "new revision"),
    ("change", "change"),
    ("add", "add"),
    ("imported", "import"),
    ("move", "move"),
    ("read", "read"),
    ("open", "open"),
    ("deferred", "deferred"),
)


_REVISE = "revise"
DIFFERS, UNEQUAL = "differs", "≠"
"""What is compared without a state: whether AWS changes it or makes it anew, only a plan with one can tell."""


def type_words(resource_type: str) -> str:
    """Return `ECS task definition` for `aws_ecs_task_definition`."""
    known = _TYPE_WORDS.get(resource_type)
    if known:
        return known
    name = resource_type.removeprefix("aws_")
    for prefix, words in _FAMILIES.items():
        if name.startswith(prefix):
            return f"{words} {' '.join(map(_word, name.removeprefix(prefix).split('_')))}"
    return " ".join(map(_word, name.split("_")))


def type_counts(changes: Iterable[Change]) -> str:
    """Return `Aurora cluster, 2 Aurora instances, alarm`: what people name a thing by first, then the alphabet."""
    return ", ".join(words for words, _ in counted_types(changes))


def counted_types(changes: Iterable[Change]) -> tuple[tuple[str, int], ...]:
    """Return (`Aurora cluster`, 1), (`2 Aurora instances`, 2) and so on, in the order of `type_counts`."""
    counts = Counter(change.type for change in changes)
    named = sorted((_FIRST.get(kind, len(_FIRST)), type_words(kind), count) for kind, count in counts.items())
    return tuple((_counted(words, count), count) for _, words, count in named)


def type_plural(resource_type: str) -> str:
    """Return `log groups` for `aws_cloudwatch_log_group`."""
    return plural(type_words(resource_type))


def action_word(action: Action) -> str:
    """Return the action as a word; capitals where something is destroyed."""
    return action.word.upper() if action.destroys else action.word


def word_of(change: Change) -> str:
    """Return what happens as a word: the action's, but for a new revision, and where nobody knows what AWS will do."""
    if change.is_difference and change.action is Action.UPDATE:
        return DIFFERS
    return _REVISE if change.is_revision else action_word(change.action)


def symbol_of(change: Change) -> str:
    """Return the symbol of what `word_of` says; that of an update for a new revision."""
    if change.is_difference and change.action is Action.UPDATE:
        return UNEQUAL
    return SYMBOLS[Action.UPDATE if change.is_revision else change.action]


def action_counts(changes: Iterable[Change]) -> str:
    """Return `REPLACE 1, update 2, create 14`, worst first."""
    found = Counter((change.is_revision, change.action.rank, word_of(change)) for change in changes)
    counts: Counter[str] = Counter()
    for (_, _, word), count in sorted(found.items()):
        counts[word] += count
    return ", ".join(f"{word} {count}" for word, count in counts.items())


def entry_label(entry_id: str) -> str:
    """Return `service planning` for `services/planning`."""
    kind, slash, name = entry_id.partition("/")
    return f"{_singular(kind)} {name}" if slash else entry_id


def kind_plural(entry_id: str) -> str:
    """Return `services` for `services/planning`."""
    return entry_id.partition("/")[0]


def headline_counts(summary: Summary) -> str:
    """Return `1 replace, 14 change, 2 add`: here a replacement is not also an addition and a destruction.

    Nor is a new revision a replacement. Without a state, nothing but the configuration is counted.
    """
    if summary.without_state:
        return _in_configuration(summary)
    counts = {name: int(getattr(summary, name)) for name, _ in _COUNTED}
    forgetting = max(summary.replace - summary.destroy, 0)
    counts["add"] -= summary.replace
    counts["destroy"] -= summary.replace - forgetting
    counts["forget"] -= forgetting
    counts["replace"] -= summary.revise
    parts = [
        _counted(word, counts[name], always=True) if name == "revise" else f"{counts[name]} {word}"
        for name, word in _COUNTED
        if counts[name] > 0
    ]
    if summary.outputs_changed:
        parts.append(_counted("output", summary.outputs_changed, always=True))
    if summary.unread:
        parts.append(f"{_counted('item', summary.unread, always=True)} of unknown sections")
    parts += [f"Actions: {summary.invoke} to invoke"] if summary.invoke else []
    return ", ".join(parts) or (f"no changes, {summary.drift_shown} drifted" if summary.drift_shown else "no changes")


def _in_configuration(summary: Summary) -> str:
    """Return `262 in the configuration`, or what of it differs from another one's."""
    if not summary.is_difference:
        whole = ": all of it, since the base could not be planned" if summary.without_base else ""
        return f"{summary.add} in the configuration{whole}"
    found = ((summary.destroy, "gone"), (summary.change, "different"), (summary.add, "new"))
    none = "no known difference" if summary.untold else "no difference"
    said = ", ".join(f"{count} {word}" for count, word in found if count) or none
    untold = f", {counted(summary.untold, 'value')} cannot be told" if summary.untold else ""
    return f"{said} in the configuration{untold}"


def plan_line(summary: Summary) -> str:
    """Return the sentence that terraform itself ends a plan with, and the counts that it leaves out."""
    if summary.without_state:
        return f"Planned without a state: {_in_configuration(summary)}."
    imported = f"{summary.imported} to import, " if summary.imported else ""
    line = f"Plan: {imported}{summary.add} to add, {summary.change} to change, {summary.destroy} to destroy"
    others = (
        ("to forget", summary.forget), ("to move", summary.move), ("to read", summary.read), ("to open", summary.open),
        ("unknown", summary.unknown),
    )  # fmt: skip
    line += "".join(f", {count} {word}" for word, count in others if count) + "."
    return line + (f" Actions: {summary.invoke} to invoke." if summary.invoke else "")


def _word(part: str) -> str:
    return part.upper() if part in _ACRONYMS else part


def _counted(words: str, count: int, *, always: bool = False) -> str:
    if count == 1:
        return f"1 {words}" if always else words
    return f"{count} {plural(words)}"


def _singular(kind: str) -> str:
    if kind.endswith("ies"):
        return f"{kind[:-3]}y"
    return kind.removesuffix("s")

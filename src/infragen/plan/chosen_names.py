"""Names that a configuration chooses and that AWS gives once: a second object of one is refused, or is the first.

While an object goes, another of its name cannot come: terraform knows no order between two addresses.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from infragen.plan.model import Change, ChosenNames
from infragen.plan.risk import Action
from infragen.plan.view import View

NAMED_BY: Final[Mapping[str, str]] = {
    f"aws_{kind}": argument
    for argument, kinds in (
        ("alarm_name", "cloudwatch_metric_alarm"),
        ("bucket", "s3_bucket"),
        ("cluster_identifier", "docdb_cluster rds_cluster"),
        ("configuration_set_name", "sesv2_configuration_set"),
        ("dashboard_name", "cloudwatch_dashboard"),
        ("database_name", "timestreamwrite_database"),
        ("deployment_config_name", "codedeploy_deployment_config"),
        ("domain_name", "api_gateway_domain_name opensearch_domain"),
        ("email_identity", "sesv2_email_identity"),
        ("function_name", "lambda_function"),
        ("global_cluster_identifier", "rds_global_cluster"),
        ("identifier", "db_instance docdb_cluster_instance rds_cluster_instance"),
        ("name", "athena_workgroup cloudwatch_event_rule cloudwatch_log_group db_parameter_group db_proxy"),
        ("name", "db_subnet_group docdb_cluster_parameter_group dynamodb_table ecr_repository ecs_cluster"),
        ("name", "elasticache_parameter_group elasticache_subnet_group iam_instance_profile iam_role iam_user"),
        ("name", "kms_alias rds_cluster_parameter_group ssm_document ssm_parameter"),
        ("name", "backup_vault cloudfront_function cloudwatch_event_bus scheduler_schedule_group"),
        ("replication_group_id", "elasticache_replication_group"),
        ("user_group_id", "elasticache_user_group"),
        ("user_id", "elasticache_user"),
    )
    for kind in kinds.split()
}
"""Types whose `terraform import` takes the value of one argument (the provider's documentation, 5.100).

AWS refuses to make a second one of such a name. What is not here has an id of AWS's choice (a VPC), or is made again
under the same id (a topic): the first no one can find by its address, the second needs no finding.
"""
IMPORTED_BY: Final[Mapping[str, str]] = {
    **{kind: f"{{{argument}}}" for kind, argument in NAMED_BY.items()},
    "aws_cloudwatch_log_stream": "{log_group_name}:{name}",
    "aws_iam_policy": "arn:aws:iam::{account}:policy{path}{name}",
    "aws_db_proxy_endpoint": "{db_proxy_name}/{db_proxy_endpoint_name}",
    "aws_scheduler_schedule": "{group_name}/{name}",
    "aws_timestreamwrite_table": "{table_name}:{database_name}",
}
"""What `terraform import` takes of types that AWS has one of: names that the configuration chose, and its account."""
IMPORTED_BY_PARTS: Final = frozenset({"aws_codedeploy_app", "aws_codedeploy_deployment_group", "aws_ecs_service"})
"""Types like those, of which `terraform/import_ids.toml` has the names."""
LOOKED_UP_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "aws_iam_openid_connect_provider": ("url",),
    "aws_security_group": ("name", "vpc_id"),
    **{
        f"aws_{kind}": ("name",)
        for kind in (
            "budgets_budget", "cloudfront_cache_policy", "cloudfront_response_headers_policy",
            "kinesis_firehose_delivery_stream", "lb", "lb_target_group", "lb_trust_store", "secretsmanager_secret",
            "sfn_state_machine",
        )
    },
}  # fmt: skip
"""Types of which AWS has one of a name, under an id of its own; the data source of a type finds it by these arguments.

A balancer is made for minutes, in which whoever dies has not heard its id. A secret that is scheduled for deletion is
not found: `aws.kept` asks for it.
"""
ONE_OF_A_NAME: Final[Mapping[str, str]] = {
    **NAMED_BY,
    **{kind: arguments[0] for kind, arguments in LOOKED_UP_BY.items()},
    **dict.fromkeys(("aws_sns_topic", "aws_sqs_queue"), "name"),
}
"""Types of which AWS has one of a name (a security group: in a VPC), and the argument that gives it.

Amazon SNS and SQS API, `CreateTopic` and `CreateQueue`: a second is the first, and goes with it.
"""


def is_made_again(kind: str) -> bool:
    """Whether to create a second object is to find the first: a topic, a queue, or a setting of a bucket (`Put...`)."""
    return kind in {"aws_sns_topic", "aws_sqs_queue"} or kind.startswith("aws_s3_bucket_")


def chosen_names(view: View) -> ChosenNames:
    argument = ONE_OF_A_NAME[view.type]
    before = view.before(argument)
    after = before if view.action is Action.FORGET else view.expected(argument)
    return ChosenNames(*(name if isinstance(name, str) and name else None for name in (before, after)))


def coming(changes: Iterable[Change]) -> dict[tuple[str, str], Change]:
    return {(change.type, name): change for change in changes if (name := change.chosen_names.comes)}


def going(changes: Iterable[Change]) -> dict[tuple[str, str], Change]:
    return {(change.type, name): change for change in changes if (name := change.chosen_names.goes)}

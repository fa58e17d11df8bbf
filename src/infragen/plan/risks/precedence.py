"""Which of several risks of one grade is told first.

Data that is lost goes before what stops to serve, that before what leads to it; then what is opened, and what no one
watches or takes over any more; then rights; and last what only helps the others: roles, rules, groups of parameters.
"""

from __future__ import annotations

from infragen.plan.model import Risk, RiskKind
from infragen.plan.risks import data_stores as holders
from infragen.plan.risks.downtime import WITHOUT
from infragen.plan.risks.judges import aws

_FIRST_LOST = (
    frozenset(
        {
            *aws(
                "db_instance docdb_cluster docdbelastic_cluster dsql_cluster dynamodb_table keyspaces_table",
                "lightsail_database neptune_cluster neptunegraph_graph opensearch_domain qldb_ledger rds_cluster",
                "redshift_cluster redshiftserverless_namespace timestreaminfluxdb_db_instance timestreamwrite_table",
            ),
            "google_sql_database_instance",
            "google_spanner_instance",
        }
    ),
    frozenset(aws("kms_external_key kms_key kms_replica_external_key kms_replica_key")),
    frozenset(
        aws(
            "ebs_volume efs_file_system fsx_lustre_file_system fsx_ontap_volume fsx_openzfs_file_system",
            "fsx_windows_file_system lightsail_bucket s3_bucket s3_directory_bucket s3tables_table",
        )
    ),
)
_LAST_LOST = frozenset(
    {
        *holders.BACKUPS,
        *aws("cloudwatch_log_group codeartifact_repository ecr_repository ecrpublic_repository ssm_parameter"),
    }
)


# What runs, answers or holds; all else that `WITHOUT` knows leads to it.
_SERVES = frozenset(
    aws(
        "alb api_gateway_rest_api apigatewayv2_api apprunner_service appsync_graphql_api autoscaling_group",
        "cloudfront_distribution cloudwatch_event_bus cognito_user_pool dax_cluster db_instance db_proxy docdb_cluster",
        "docdb_cluster_instance dynamodb_table ecs_cluster ecs_service ecs_task_set efs_file_system eks_cluster",
        "eks_fargate_profile eks_node_group elasticache_cluster elasticache_replication_group",
        "elasticache_serverless_cache elasticsearch_domain elb globalaccelerator_accelerator instance",
        "kinesis_stream lambda_alias lambda_function lb lightsail_instance lightsail_lb memorydb_cluster mq_broker",
        "msk_cluster neptune_cluster neptune_cluster_instance opensearch_domain rds_cluster rds_cluster_instance",
        "rds_shard_group redshift_cluster redshiftserverless_workgroup route53_zone s3_bucket sfn_state_machine",
        "sns_topic spot_instance_request sqs_queue subnet vpc",
    )
)
_WATCHES = tuple(aws("route53_record route53_health_check cloudwatch_metric_alarm cloudwatch_composite_alarm"))
_HELPS = frozenset(
    aws(
        "ecr_repository_policy efs_file_system_policy iam_group_policy iam_instance_profile iam_policy",
        "iam_policy_attachment iam_role iam_role_policy iam_role_policy_attachment iam_service_linked_role iam_user",
        "iam_user_policy iam_user_policy_attachment kms_alias kms_key_policy s3_bucket_policy",
        "secretsmanager_secret_policy security_group security_group_rule sns_topic_policy sqs_queue_policy",
        "vpc_security_group_egress_rule vpc_security_group_ingress_rule",
    )
)
_OF_KIND = {RiskKind.EXPOSURE: 3, RiskKind.PRIVILEGE: 4, RiskKind.COST: 6, RiskKind.HARMLESS: 7}


def precedence(resource_type: str, risk: Risk) -> tuple[int, int]:
    """Return the place of a risk among those of its level; the smallest is told first."""
    if risk.kind is RiskKind.DATA_LOSS:
        return 0, _of_loss(resource_type)
    if risk.kind is not RiskKind.DOWNTIME:
        return _OF_KIND[risk.kind], 0
    if resource_type in _WATCHES:
        return _OF_KIND[RiskKind.EXPOSURE], 1 + _WATCHES.index(resource_type)
    if resource_type in _SERVES:
        return 1, 0
    return 5 if resource_type in _HELPS or resource_type not in WITHOUT else 2, 0


def _of_loss(resource_type: str) -> int:
    """Return which of several losses is the worst: a database's is the smallest number, what is made again the last."""
    if resource_type in _LAST_LOST:
        return len(_FIRST_LOST) + 1
    return next((place for place, types in enumerate(_FIRST_LOST) if resource_type in types), len(_FIRST_LOST))

"""What keeps data in the emulated AWS: databases, time series, secrets, buckets, queues and topics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.opensearch.models import opensearch_backends
from moto.rds.models import DBInstanceClustered, rds_backends
from moto.s3.models import s3_backends
from moto.secretsmanager.models import ReplicaSecret, secretsmanager_backends
from moto.settings import moto_server_port
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from moto.ssm.models import ssm_backends
from moto.timestreamwrite.models import timestreamwrite_backends

from infragen_sandbox.corrections.rds_proxy_endpoints import proxy_endpoints
from infragen_sandbox.corrections.ssm_associations import associations
from infragen_sandbox.inventory.found import Found, tags_of

if TYPE_CHECKING:
    from collections.abc import Iterator

STATE_TAG = "infragen:sandbox-state"
"""Marks the bucket of the stacks' states, which is not part of what they describe."""


def databases(account: str, region: str) -> Iterator[Found]:
    """Yield clusters, instances, their groups, proxies and the snapshots that somebody asked for."""
    backend: Any = rds_backends[account][region]
    kinds = [
        ("aws_db_subnet_group", backend.subnet_groups, "name"),
        ("aws_db_parameter_group", backend.db_parameter_groups, "name"),
        ("aws_db_proxy", backend.db_proxies, "db_proxy_name"),
    ]
    for kind, things, name in kinds:
        for thing in things.values():
            identifier = getattr(thing, name)
            if not identifier.startswith("default"):
                yield Found("rds", kind, identifier, thing.arn, tags_of(thing.tags))
    for one in rds_backends[account]["us-east-1"].global_clusters.values():  # of no region: told where it was made of
        if one.members and one.members[0].region == region:
            name = one.global_cluster_identifier
            yield Found("rds", "aws_rds_global_cluster", name, one.arn, tags_of(one.tags))
    yield from _clusters(backend)
    yield from _snapshots(backend)
    for proxy in backend.db_proxies.values():
        yield from _targets(proxy)
    for endpoint in proxy_endpoints(backend).values():
        name = f"{endpoint.db_proxy_name}/{endpoint.db_proxy_endpoint_name}"
        yield Found("rds", "aws_db_proxy_endpoint", name, endpoint.arn, tags_of(endpoint.tags))


def _snapshots(backend: Any) -> Iterator[Found]:
    """Yield the snapshots of clusters and of instances that somebody asked for."""
    kinds = (
        ("aws_db_cluster_snapshot", backend.cluster_snapshots, "db_cluster_snapshot_identifier"),
        ("aws_db_snapshot", backend.database_snapshots, "db_snapshot_identifier"),
    )
    for kind, snapshots, name in kinds:
        for one in snapshots.values():
            if one.snapshot_type != "automated":
                yield Found("rds", kind, getattr(one, name), one.arn, tags_of(one.tags))


def _clusters(backend: Any) -> Iterator[Found]:
    """Yield clusters of Aurora and DocumentDB, their parameter groups, and the instances of both and of RDS."""
    for cluster in backend.clusters.values():
        kind = f"aws_{_api(cluster.engine)}_cluster"
        yield Found("rds", kind, cluster.db_cluster_identifier, cluster.arn, tags_of(cluster.tags))
    for group in backend.db_cluster_parameter_groups.values():
        if not group.name.startswith("default"):
            kind = f"aws_{_api(group.db_parameter_group_family)}_cluster_parameter_group"
            yield Found("rds", kind, group.name, group.arn, tags_of(group.tags))
    for instance in backend.databases.values():
        is_member = isinstance(instance, DBInstanceClustered)
        kind = f"aws_{_api(instance.engine)}_cluster_instance" if is_member else "aws_db_instance"
        yield Found("rds", kind, instance.db_instance_identifier, instance.arn, tags_of(instance.tags))


def _api(engine: str) -> str:
    """Return how the provider's types begin that are for an engine, or a family of parameter groups."""
    return "docdb" if engine.startswith("docdb") else "rds"


def search(account: str, region: str) -> Iterator[Found]:
    """Yield domains of OpenSearch, and the sign-in through another provider of those that have it."""
    backend: Any = opensearch_backends[account][region]
    for domain in backend.domains.values():
        if not domain.deleted:
            tags = tags_of(backend.tagger.get_tag_dict_for_resource(domain.arn))
            yield Found("es", "aws_opensearch_domain", domain.domain_name, domain.arn, tags)
            if domain.advanced_security_options.get("SAMLOptions"):
                yield Found("es", "aws_opensearch_domain_saml_options", domain.domain_name)


def time_series(account: str, region: str) -> Iterator[Found]:
    """Yield databases of Timestream and their tables, in a region that has it."""
    if region not in timestreamwrite_backends[account].regions:
        return
    backend: Any = timestreamwrite_backends[account][region]
    for database in backend.databases.values():
        found = [("aws_timestreamwrite_database", database.name, database.arn)]
        found += [
            ("aws_timestreamwrite_table", f"{table.name}:{database.name}", table.arn)
            for table in database.tables.values()
        ]
        for kind, name, arn in found:
            tags = tags_of(backend.list_tags_for_resource(arn)["Tags"])
            yield Found("timestream", kind, name, arn, tags)


def _targets(proxy: Any) -> Iterator[Found]:
    name = proxy.db_proxy_name
    for group in proxy.proxy_target_groups.values():
        yield Found("rds", "aws_db_proxy_default_target_group", name)
        for target in group.targets:
            # An instance that serves a cluster's proxy is listed with its cluster.
            if target.type == "TRACKED_CLUSTER" or not any(one.type == "TRACKED_CLUSTER" for one in group.targets):
                place = f"{name}/{group.target_group_name}/{target.type}/{target.rds_resource_id}"
                yield Found("rds", "aws_db_proxy_target", place)


def secrets(account: str, region: str) -> Iterator[Found]:
    """Yield secrets that are not scheduled for deletion, without those that RDS manages or that are copies."""
    backend: Any = secretsmanager_backends[account][region]
    for secret in backend.secrets.values():
        # A copy is a block of the secret that it is a copy of.
        if isinstance(secret, ReplicaSecret) or secret.deleted_date or secret.name.startswith("rds!"):
            continue
        yield Found("secretsmanager", "aws_secretsmanager_secret", secret.arn, secret.arn, tags_of(secret.tags))
        for version in secret.versions:
            yield Found("secretsmanager", "aws_secretsmanager_secret_version", f"{secret.arn}|{version}")
        if secret.rotation_enabled:
            yield Found("secretsmanager", "aws_secretsmanager_secret_rotation", secret.arn)


def parameters(account: str, region: str) -> Iterator[Found]:
    """Yield the parameters, documents and associations that somebody put, without those that AWS publishes."""
    backend: Any = ssm_backends[account][region]
    tags = vars(backend)["_resource_tags"]["Parameter"]
    for name, versions in list(vars(backend)["_parameters"].items()):
        if versions and not name.startswith("/aws/"):
            arn = f"{backend.ssm_prefix}/{name.removeprefix('/')}"
            yield Found("ssm", "aws_ssm_parameter", name, arn, tags_of(tags.get(name)))
    tags = vars(backend)["_resource_tags"]["Document"]
    for name in list(vars(backend)["_documents"]):
        arn = f"{backend.ssm_prefix.removesuffix('parameter')}document/{name}"
        yield Found("ssm", "aws_ssm_document", name, arn, tags_of(tags.get(name)))
    tags = vars(backend)["_resource_tags"]["Association"]
    for name, association in list(associations(backend).items()):
        arn = f"{backend.ssm_prefix.removesuffix('parameter')}association/{name}"
        title = association.get("AssociationName") or name
        yield Found("ssm", "aws_ssm_association", title, arn, tags_of(tags.get(name)))


def objects(account: str, region: str) -> Iterator[Found]:
    """Yield buckets with each of their settings, and their objects."""
    backend: Any = s3_backends[account]["aws"]
    for bucket in backend.buckets.values():
        tags = tags_of(backend.tagger.get_tag_dict_for_resource(bucket.arn))
        if bucket.account_id != account or bucket.region_name != region or STATE_TAG in tags:
            continue
        yield Found("s3", "aws_s3_bucket", bucket.name, bucket.arn, tags)
        for kind, setting in _settings(bucket).items():
            if setting:
                yield Found("s3", kind, bucket.name)
        for key in bucket.keys:
            yield Found("s3", "aws_s3_object", key, f"{bucket.arn}/{key}")


def _settings(bucket: Any) -> dict[str, Any]:
    return {
        "aws_s3_bucket_cors_configuration": bucket.cors,
        "aws_s3_bucket_lifecycle_configuration": bucket.rules,
        "aws_s3_bucket_logging": bucket.logging,
        "aws_s3_bucket_notification": bucket.notification_configuration,
        "aws_s3_bucket_ownership_controls": bucket.ownership_rule,
        "aws_s3_bucket_policy": bucket.policy,
        "aws_s3_bucket_public_access_block": bucket.public_access_block,
        "aws_s3_bucket_replication_configuration": getattr(bucket, "replication", None),
        "aws_s3_bucket_server_side_encryption_configuration": bucket.encryption,
        "aws_s3_bucket_versioning": bucket.versioning_status,
    }


def queues_and_topics(account: str, region: str) -> Iterator[Found]:
    """Yield queues, topics, their policies and subscriptions."""
    queues: Any = sqs_backends[account][region]
    for queue in queues.queues.values():
        url = f"http://127.0.0.1:{moto_server_port()}/{account}/{queue.name}"
        yield Found("sqs", "aws_sqs_queue", url, queue.queue_arn, tags_of(queue.tags))
        if queue.attributes.get("Policy"):
            yield Found("sqs", "aws_sqs_queue_policy", url)
        if queue.attributes.get("RedriveAllowPolicy"):
            yield Found("sqs", "aws_sqs_queue_redrive_allow_policy", url)
    topics: Any = sns_backends[account][region]
    for topic in topics.topics.values():
        yield Found("sns", "aws_sns_topic", topic.arn, topic.arn, tags_of(topic._tags))  # noqa: SLF001
        if topic._policy_json != topic._create_default_topic_policy(region, account, topic.name):  # noqa: SLF001
            yield Found("sns", "aws_sns_topic_policy", topic.arn)
    for subscription in topics.subscriptions.values():
        yield Found("sns", "aws_sns_topic_subscription", subscription.arn, subscription.arn)

"""What the rest stands on in the emulated AWS: roles, keys, logs, alarms, trails and records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.cloudtrail.models import cloudtrail_backends
from moto.cloudwatch.models import cloudwatch_backends
from moto.config.models import config_backends
from moto.ec2.models import ec2_backends
from moto.firehose.models import firehose_backends
from moto.guardduty.models import guardduty_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.logs.models import logs_backends

from infragen_sandbox.inventory.found import Found, tags_of

if TYPE_CHECKING:
    from collections.abc import Iterator


def roles(account: str, region: str) -> Iterator[Found]:
    """Yield roles and policies (of the whole account: IAM has no regions), without what AWS manages itself."""
    del region
    backend: Any = iam_backends[account]["aws"]
    for role in backend.roles.values():
        if role.path.startswith("/aws-service-role/"):
            if role.tags:  # who asks for one tags it; AWS makes the others by itself
                yield Found("iam", "aws_iam_service_linked_role", role.arn, role.arn, tags_of(role.tags))
            continue
        yield Found("iam", "aws_iam_role", role.name, role.arn, tags_of(role.tags))
        for policy in role.policies:
            yield Found("iam", "aws_iam_role_policy", f"{role.name}:{policy}")
        for arn in role.managed_policies:
            yield Found("iam", "aws_iam_role_policy_attachment", f"{role.name}|{arn}")
    for profile in backend.instance_profiles.values():
        yield Found("iam", "aws_iam_instance_profile", profile.name, profile.arn, tags_of(profile.tags))
    for arn, policy in backend.managed_policies.items():
        if not arn.startswith("arn:aws:iam::aws:"):
            yield Found("iam", "aws_iam_policy", arn, arn, tags_of(policy.tags))
    for arn, provider in backend.open_id_providers.items():
        yield Found("iam", "aws_iam_openid_connect_provider", arn, arn, tags_of(provider.tag_list_type))


def keys(account: str, region: str) -> Iterator[Found]:
    """Yield customer keys that are not scheduled for deletion, and their aliases."""
    backend: Any = kms_backends[account][region]
    for key in backend.keys.values():
        owned_by_aws = any(alias.startswith("alias/aws/") for alias in key.aliases)
        if key.key_state == "PendingDeletion" or key.key_manager == "AWS" or owned_by_aws:
            continue
        tags = tags_of(backend.tagger.get_tag_dict_for_resource(key.id))
        yield Found("kms", "aws_kms_key", key.id, key.arn, tags)
        for alias in key.aliases:
            yield Found("kms", "aws_kms_alias", alias)


def watch(account: str, region: str) -> Iterator[Found]:
    """Yield log groups, streams, alarms, dashboards and trails, without alarms that target tracking makes itself."""
    yield from _logs(account, region)
    for stream in firehose_backends[account][region].delivery_streams.values():
        yield Found(
            "firehose", "aws_kinesis_firehose_delivery_stream", stream.delivery_stream_name, stream.delivery_stream_arn
        )
    cloudwatch: Any = cloudwatch_backends[account][region]
    for alarm in cloudwatch.alarms.values():
        if not alarm.name.startswith("TargetTracking-"):
            tags = tags_of(cloudwatch.tagger.get_tag_dict_for_resource(alarm.alarm_arn))
            yield Found("cloudwatch", "aws_cloudwatch_metric_alarm", alarm.name, alarm.alarm_arn, tags)
    for name in cloudwatch.dashboards:
        yield Found("cloudwatch", "aws_cloudwatch_dashboard", name)
    for trail in cloudtrail_backends[account][region].trails.values():
        yield Found("cloudtrail", "aws_cloudtrail", trail.arn, trail.arn)


def account_settings(account: str, region: str) -> Iterator[Found]:
    """Yield what the account has once in the region: the detector of threats, the record, the encryption of volumes."""
    for detector in guardduty_backends[account][region].detectors.values():
        yield Found("guardduty", "aws_guardduty_detector", detector.id, tags=tags_of(detector.tags))
        for feature in detector.features:
            yield Found("guardduty", "aws_guardduty_detector_feature", f"{detector.id}/{feature['name']}")
    config: Any = config_backends[account][region]
    for recorder in config.recorders.values():
        yield Found("config", "aws_config_configuration_recorder", recorder.name)
        if recorder.status.recording:
            yield Found("config", "aws_config_configuration_recorder_status", recorder.name)
    for channel in config.delivery_channels:
        yield Found("config", "aws_config_delivery_channel", channel)
    if config.retention_configuration is not None:
        yield Found("config", "aws_config_retention_configuration", config.retention_configuration.name)
    for one in config.config_rules.values():
        yield Found("config", "aws_config_config_rule", one.config_rule_name, one.config_rule_arn, tags_of(one.tags))
    ec2: Any = ec2_backends[account][region]
    if ec2.ebs_encryption_by_default:
        yield Found("ec2", "aws_ebs_encryption_by_default", str(True))
    key = getattr(ec2, "default_kms_key_id", "")
    found = kms_backends[account][region].keys.get(key.rpartition("/")[2])
    if found is not None and "alias/aws/ebs" not in found.aliases:
        yield Found("ec2", "aws_ebs_default_kms_key", key)


def _logs(account: str, region: str) -> Iterator[Found]:
    logs: Any = logs_backends[account][region]
    for group in logs.groups.values():
        tags = tags_of(logs.tagger.get_tag_dict_for_resource(group.arn.removesuffix(":*")))
        yield Found("logs", "aws_cloudwatch_log_group", group.name, group.arn, tags)
        for stream in group.streams.values():
            yield Found("logs", "aws_cloudwatch_log_stream", stream.log_stream_name, stream.arn)
        for name in group.subscription_filters:
            yield Found("logs", "aws_cloudwatch_log_subscription_filter", f"{group.name}|{name}")
    for name in logs.resource_policies:
        yield Found("logs", "aws_cloudwatch_log_resource_policy", name)
    for one in logs.filters.metric_filters:
        yield Found("logs", "aws_cloudwatch_log_metric_filter", one["filterName"])

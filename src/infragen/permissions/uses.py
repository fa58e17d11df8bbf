"""What the planned resources use roles and policies of resources for."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from infragen.hcl.later import Known, marked
from infragen.permissions import deliveries, tasks
from infragen.permissions.deliveries import uses_of_deliveries
from infragen.permissions.subjects import KEY, ROLE
from infragen.permissions.tasks import uses_of_tasks
from infragen.permissions.used import (
    BUCKET,
    ENCRYPTION,
    FUNCTION,
    REPLICATION,
    Parts,
    Used,
    bucket_key_of,
    bucket_keys_of,
    copies_of,
    environment_of,
    key_of,
    role_of,
    scheduled,
    told,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infragen.permissions.objects import Object, Objects

_GROUP: Final = "aws_cloudwatch_log_group"
_SECRET: Final = "aws_secretsmanager_secret"  # noqa: S105 - a type
_TOPIC: Final = "aws_sns_topic"
_API: Final = "aws_api_gateway_rest_api"
_METHOD: Final = "aws_api_gateway_method"
_ACCOUNT: Final = "aws_api_gateway_account"
_PROXY: Final = "aws_db_proxy"
_FLOW_LOG: Final = "aws_flow_log"
_BALANCER: Final = "aws_lb"
_ROTATION: Final = "aws_secretsmanager_secret_rotation"
_MAPPING: Final = "aws_lambda_event_source_mapping"
_TARGET: Final = "aws_cloudwatch_event_target"
_RULE: Final = "aws_cloudwatch_event_rule"
_SUBSCRIBER: Final = "aws_sns_topic_subscription"
_INVOKE: Final = "aws_lambda_function_event_invoke_config"
_QUEUE: Final = "aws_sqs_queue"
_DELIVERY: Final = "aws_kinesis_firehose_delivery_stream"
_SUBSCRIPTION: Final = "aws_cloudwatch_log_subscription_filter"
_ALARMS: Final = ("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
_DISTRIBUTION: Final = "aws_cloudfront_distribution"
_TRAIL: Final = "aws_cloudtrail"
_BUDGET: Final = "aws_budgets_budget"
_INSTANCE: Final = "aws_db_instance"
_CLUSTER: Final = "aws_rds_cluster"
_MONITORED: Final = (_INSTANCE, "aws_rds_cluster_instance", _CLUSTER)
_HOST: Final = "aws_instance"
_PROFILE: Final = "aws_iam_instance_profile"
_HOST_CALLS: Final = {"ec2:stopInstances": "stop-host", "ec2:startInstances": "start-host"}
"""Calls of EC2's API that the clock makes, which name several hosts."""
_BUS: Final = re.compile(r"arn:aws:events:[^:]*:[^:]*:event-bus/.+")
_UNIVERSAL: Final = "arn:aws:scheduler:::aws-sdk:"
_CALLS: Final = {
    "rds:stopDBInstance": ("stop-instance", "DbInstanceIdentifier", "db"),
    "rds:startDBInstance": ("start-instance", "DbInstanceIdentifier", "db"),
    **{f"{service}:stopDBCluster": ("stop-cluster", "DbClusterIdentifier", "cluster") for service in ("rds", "docdb")},
    **{
        f"{service}:startDBCluster": ("start-cluster", "DbClusterIdentifier", "cluster") for service in ("rds", "docdb")
    },
}
"""Calls of AWS's API that the clock makes: the use, what they name, and what that is in an ARN of RDS."""
TYPES: Final = (
    *tasks.TYPES, *deliveries.TYPES,
    _GROUP, _SECRET, BUCKET, ENCRYPTION, _TOPIC, _API, _METHOD, _ACCOUNT, _PROXY, _FLOW_LOG, _BALANCER,
    FUNCTION, _MAPPING, _INVOKE, _ROTATION, _QUEUE, REPLICATION, _DELIVERY, _SUBSCRIPTION, _DISTRIBUTION, _TRAIL,
    _BUDGET, _TARGET, _RULE, _SUBSCRIBER, _HOST, _PROFILE, *_ALARMS, *_MONITORED,
)  # fmt: skip


def planned_uses(objects: Objects) -> Iterator[Used]:
    """Yield what the planned resources use roles and policies of resources for."""
    for work in (
        uses_of_tasks,
        uses_of_deliveries,
        _of_roles,
        _of_hosts,
        _of_functions,
        _of_destinations,
        _of_triggers,
        _of_buckets,
        _of_trails,
        _of_distributions,
        _of_log_routes,
        _of_keys,
        _of_topics,
        _of_gateways,
    ):
        yield from work(objects)


def _of_roles(objects: Objects) -> Iterator[Used]:
    """Yield what resources that name a role use it for."""
    for proxy in objects.of_type(_PROXY):
        role = role_of(objects, proxy, "role_arn")
        for auth in proxy.blocks("auth"):
            secret = objects.meant(auth.get("secret_arn"), _SECRET)
            if role is not None and secret is not None:
                parts = {"secret": [secret.arn], "key": key_of(objects, secret, "kms_key_id")}
                yield Used("proxy-login", role, parts)
    for log in objects.of_type(_FLOW_LOG):
        role = role_of(objects, log, "iam_role_arn")
        group = objects.meant(log.value("log_destination"), _GROUP)
        if role is not None and group is not None:
            yield Used("flow-log", role, {"group": [group.arn]})
    for one in objects.of_type(_ACCOUNT):
        if (role := role_of(objects, one, "cloudwatch_role_arn")) is not None:
            yield Used("gateway-log", role, {})
    for one in objects.of_type(*_MONITORED):
        if (role := role_of(objects, one, "monitoring_role_arn")) is not None:
            yield Used("database-monitoring", role, {})


def _of_hosts(objects: Objects) -> Iterator[Used]:
    for host in objects.of_type(_HOST):
        profile = objects.meant_by(host, "iam_instance_profile", _PROFILE)
        role = role_of(objects, profile, "role") if profile is not None else None
        if role is not None:
            yield Used("host-sessions", role, {})


def _of_functions(objects: Objects) -> Iterator[Used]:
    for one in objects.of_type(FUNCTION):
        role = role_of(objects, one, "role")
        if role is not None:
            name, account = one.text("function_name"), objects.setting.account
            log = f"arn:aws:logs:{one.region}:{account}:log-group:/aws/lambda/{name}"
            yield Used("function-log", role, {"group": [objects.canonical(log)]})
            if one.blocks("vpc_config"):
                yield Used("function-network", role, {})
            for _, value in environment_of(one):
                yield from _delivered_with(objects, value, role)


def _of_destinations(objects: Objects) -> Iterator[Used]:
    """Yield the queues that Lambda sends to what a function could not handle, and the event buses that hear of runs."""
    for how in objects.of_type(_INVOKE):
        function = objects.meant_by(how, "function_name", FUNCTION)
        role = role_of(objects, function, "role") if function is not None else None
        for failed in how.blocks("destination_config", "on_failure"):
            queue = objects.meant(failed.get("destination"), _QUEUE)
            if role is not None and queue is not None:
                parts = {"queue": [queue.arn], "key": key_of(objects, queue, "kms_master_key_id")}
                yield Used("function-failures", role, parts)
        said = [*how.blocks("destination_config", "on_failure"), *how.blocks("destination_config", "on_success")]
        buses = {str(arn) for one in said if _BUS.fullmatch(str(arn := one.get("destination")))}
        if role is not None and buses:
            yield Used("function-outcomes", role, {"bus": [objects.canonical(arn) for arn in sorted(buses)]})


def _delivered_with(objects: Objects, text: str, role: str) -> Iterator[Used]:
    """Yield the secrets that a JSON text in a variable names, which a function reads to deliver alerts."""
    for level in (_read(text) or {}).values():
        for name in ("pagerduty", "slack"):
            secret = objects.meant(level.get(name), _SECRET) if isinstance(level, dict) else None
            if secret is not None:
                parts = {"secret": [secret.arn], "key": key_of(objects, secret, "kms_key_id")}
                yield Used("deliver-alerts", role, parts)


def _read(text: str) -> dict[str, object] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _passwords(objects: Objects, function: Object | None, role: str) -> Iterator[Used]:
    """Yield the database that a function which rotates a secret has RDS set the password of."""
    given = dict(environment_of(function)) if function is not None else {}
    for type_, what in ((_INSTANCE, "instance-password"), (_CLUSTER, "cluster-password")):
        database = objects.meant(given.get("DATABASE"), type_)
        if database is not None:
            yield Used(what, role, {"database": [database.arn]})


def _of_triggers(objects: Objects) -> Iterator[Used]:
    """Yield what functions are started for: messages, a secret to be rotated, a schedule, an event."""
    for mapping in objects.of_type(_MAPPING):
        function = objects.meant_by(mapping, "function_name", FUNCTION)
        queue = objects.meant_by(mapping, "event_source_arn", _QUEUE)
        role = role_of(objects, function, "role") if function is not None else None
        if role is not None and queue is not None:
            parts = {"queue": [queue.arn], "key": key_of(objects, queue, "kms_master_key_id")}
            yield Used("function-queue", role, parts)
    for rotation in objects.of_type(_ROTATION):
        function = objects.meant_by(rotation, "rotation_lambda_arn", FUNCTION)
        secret = objects.meant_by(rotation, "secret_id", _SECRET)
        role = role_of(objects, function, "role") if function is not None else None
        if role is not None and secret is not None:
            parts = {"secret": [secret.arn], "key": key_of(objects, secret, "kms_key_id")}
            yield Used("secret-rotation", role, parts)
            yield from _passwords(objects, function, role)
        if function is not None and secret is not None:
            yield Used("function-rotation", function.address, {"function": [function.arn], "secret": [secret.arn]})
    yield from _of_events(objects)
    for starter, target, source in scheduled(objects):
        function = objects.meant(target.get("arn"), FUNCTION)
        if function is not None:
            yield Used("schedule-function", starter, {"function": [function.arn], **source})
        yield from _called(objects, starter, target, source)


def _called(objects: Objects, starter: str, target: Mapping[str, Any], source: Parts) -> Iterator[Used]:
    """Yield what stopping and starting by the clock needs of the schedule's role."""
    call = str(target.get("arn")).removeprefix(_UNIVERSAL)
    if (found := _CALLS.get(call)) is not None:
        use, argument, what = found
        name, region = _argument(target.get("input"), argument), objects.region_of(starter)
        arn = f"arn:aws:rds:{region}:{objects.setting.account}:{what}:{name}"
        yield Used(use, starter, {"database": [objects.canonical(arn)], **source})
    if (use_of_host := _HOST_CALLS.get(call)) is not None:
        for host in _hosts_in(objects, str(target.get("input"))):
            disks = (objects.meant(one.get("kms_key_id"), KEY) for one in host.blocks("root_block_device"))
            parts = {"host": [host.arn], "key": [key.arn for key in disks if key is not None]}
            yield Used(use_of_host, starter, {**parts, **source})


def _hosts_in(objects: Objects, text: str) -> Iterator[Object]:
    """Yield the hosts whose ids a text will have."""
    for part in marked(text):
        found = objects.at(part.address) if isinstance(part, Known) else None
        if found is not None and found.type == _HOST:
            yield found


def _of_events(objects: Objects) -> Iterator[Used]:
    """Yield the functions that a rule's events start, and messages of a topic."""
    for target in objects.of_type(_TARGET):
        function, rule = objects.meant(target.value("arn"), FUNCTION), objects.meant_by(target, "rule", _RULE)
        if function is not None and rule is not None and not target.has("role_arn"):
            yield Used("function-event", function.address, {"function": [function.arn], "rule": [rule.arn]})
    for one in objects.of_type(_SUBSCRIBER):
        function, topic = objects.meant(one.value("endpoint"), FUNCTION), objects.meant_by(one, "topic_arn", _TOPIC)
        if function is not None and topic is not None:
            yield Used("function-topic", function.address, {"function": [function.arn], "topic": [topic.arn]})


def _argument(text: object, name: str) -> str:
    """Return an argument of a call that the clock makes; `*` where it is not known yet."""
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    return str(found[name]) if isinstance(found, dict) and name in found else "*"


def _of_buckets(objects: Objects) -> Iterator[Used]:
    for one in objects.of_type(REPLICATION):
        role, source = role_of(objects, one, "role"), objects.meant(one.value("bucket"), BUCKET)
        if role is not None and source is not None:
            keys = one.blocks("rule", "destination", "encryption_configuration")
            copy_keys = [found.arn for key in keys if (found := objects.meant(key.get("replica_kms_key_id"), KEY))]
            parts = {"bucket": [source.arn], "copy": copies_of(objects, one), "copy_key": copy_keys}
            yield Used("replication", role, {**parts, "key": bucket_key_of(objects, source)})
    for balancer in objects.of_type(_BALANCER):
        for log in balancer.blocks("access_logs"):
            store = objects.meant(log.get("bucket"), BUCKET)
            if log.get("enabled") is True and store is not None and balancer.value("load_balancer_type") != "network":
                prefix = f"{log['prefix']}/" if log.get("prefix") else ""
                yield Used("balancer-log", store.address, {"bucket": [store.arn], "prefix": [prefix]})


def _of_trails(objects: Objects) -> Iterator[Used]:
    """Yield the buckets that trails write to, and the keys that they encrypt with."""
    for trail in objects.of_type(_TRAIL):
        bucket = objects.meant(trail.value("s3_bucket_name"), BUCKET)
        if bucket is not None:
            prefix = f"{found}/" if (found := trail.text("s3_key_prefix")) else ""
            yield Used("trail-log", bucket.address, {"bucket": [bucket.arn], "prefix": [prefix], "trail": [trail.arn]})
        if (key := objects.meant(trail.value("kms_key_id"), KEY)) is not None:
            yield Used("key-trail", key.address, {"trail": [trail.arn]})


def _of_distributions(objects: Objects) -> Iterator[Used]:
    """Yield the buckets that distributions fetch from and sign for, and the keys of what is in them."""
    for one in objects.of_type(_DISTRIBUTION):
        # Its id is drawn by AWS, and its buckets stand before it: their policies can name those of the account.
        mine = [one.arn, f"arn:aws:cloudfront::{objects.setting.account}:distribution/*"]
        for origin in one.blocks("origin"):
            bucket = _bucket_at(objects, origin.get("domain_name"))
            if bucket is None or not origin.get("origin_access_control_id"):
                continue
            parts = {"bucket": [bucket.arn], "path": [str(origin.get("origin_path") or "")], "distribution": mine}
            yield Used("distribution-origin", bucket.address, parts)
            for key in bucket_keys_of(objects, bucket):
                yield Used("key-distribution", key.address, {"distribution": mine})


def _bucket_at(objects: Objects, domain: object) -> Object | None:
    """Return the bucket that a domain name of S3 is of."""
    found = next(iter(marked(domain)), "") if isinstance(domain, str) else ""
    if isinstance(found, Known):
        one = objects.at(found.address)
        return one if one is not None and one.type == BUCKET else None
    return objects.meant(found.partition(".s3.")[0], BUCKET)


def _of_log_routes(objects: Objects) -> Iterator[Used]:
    """Yield what hands the events of a log group to Firehose, and what writes them to a bucket."""
    for stream in objects.of_type(_DELIVERY):
        for to in stream.blocks("extended_s3_configuration"):
            role, bucket = objects.meant(to.get("role_arn"), ROLE), objects.meant(to.get("bucket_arn"), BUCKET)
            if role is None or bucket is None:
                continue
            written = (str(to.get(name) or "").partition("!{")[0] for name in ("prefix", "error_output_prefix"))
            errors = stream.blocks("extended_s3_configuration", "cloudwatch_logging_options")
            groups = [(objects.meant(one.get("log_group_name"), _GROUP), one.get("log_stream_name")) for one in errors]
            parts = {
                "bucket": [bucket.arn],
                "prefix": [*written],
                "key": bucket_key_of(objects, bucket),
                "group": [group.arn for group, _ in groups if group is not None],
                "stream": [objects.canonical(str(name)) for _, name in groups],
                "external": [objects.setting.account],
            }
            yield Used("log-delivery", role.address, parts)
    for one in objects.of_type(_SUBSCRIPTION):
        role_of_sender, stream_of_it = (
            role_of(objects, one, "role_arn"),
            objects.meant_by(one, "destination_arn", _DELIVERY),
        )
        if role_of_sender is not None and stream_of_it is not None:
            yield Used("log-sender", role_of_sender, {"delivery": [stream_of_it.arn]})


def _of_keys(objects: Objects) -> Iterator[Used]:
    for key in objects.of_type(KEY):
        yield Used("key-account", key.address, {})
    encrypting = (objects.meant(group.value("kms_key_id"), KEY) for group in objects.of_type(_GROUP))
    for address in sorted({found.address for found in encrypting if found}):
        yield Used("key-logs", address, {})


def _of_topics(objects: Objects) -> Iterator[Used]:
    """Yield the topics that alarms, budgets and rules of events publish to, and the keys of those."""
    for who, arns in (
        ("alarms", _told_by_alarms(objects)),
        ("budgets", _told_by_budgets(objects)),
        ("events", _told_by_rules(objects)),
    ):
        found = (objects.meant(arn, _TOPIC) for arn in arns)
        for topic in {topic.address: topic for topic in found if topic}.values():
            yield from told(objects, topic, who)


def _told_by_alarms(objects: Objects) -> Iterator[object]:
    for alarm in objects.of_type(*_ALARMS):
        for name in ("alarm_actions", "ok_actions", "insufficient_data_actions"):
            yield from _listed(alarm.value(name))


def _told_by_budgets(objects: Objects) -> Iterator[object]:
    for budget in objects.of_type(_BUDGET):
        for notification in budget.blocks("notification"):
            yield from _listed(notification.get("subscriber_sns_topic_arns"))


def _told_by_rules(objects: Objects) -> Iterator[object]:
    for target in objects.of_type(_TARGET):
        if not target.has("role_arn"):
            yield target.value("arn")


def _of_gateways(objects: Objects) -> Iterator[Used]:
    """Yield the APIs that take requests which nobody signed: a policy has to let those in."""
    opened = {
        api.address: api
        for method in objects.of_type(_METHOD)
        if method.value("authorization") == "NONE" and method.value("http_method") != "OPTIONS"
        and (api := objects.meant_by(method, "rest_api_id", _API))
    }  # fmt: skip
    for api in opened.values():
        yield Used("gateway-open", api.address, {"api": [api.mark("execution_arn")]})


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []

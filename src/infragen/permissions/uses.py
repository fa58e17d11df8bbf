"""What the planned resources use roles and policies of resources for."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from infragen.hcl.later import Known, marked
from infragen.permissions.machines import MACHINE, uses_of_machines
from infragen.permissions.model import Parts, Used
from infragen.permissions.objects import BUCKET, COPIES, FUNCTION, KEY, LOGS, QUEUE, ROLE, SECRET, TASKS, TOPIC, Objects
from infragen.permissions.tasks import log_group, task_parts, uses_of_tasks

_RULE: Final = "aws_cloudwatch_event_rule"
_TARGET: Final = "aws_cloudwatch_event_target"
_DELIVERY: Final = "aws_kinesis_firehose_delivery_stream"
_SHELLS: Final = "/session-manager/shells"
"""The log group that hosts record shells in, which another environment of the account may make (`account_settings`)."""
_HOST_CALLS: Final = {"ec2:stopInstances": "stop-host", "ec2:startInstances": "start-host"}
"""Calls of EC2's API that the clock makes, which name several hosts."""
_BUS: Final = re.compile(r"arn:aws:events:[^:]*:[^:]*:event-bus/.+")
_CALLS: Final = {
    f"{service}:{verb}DB{what}": (
        f"{verb}-{what.lower()}",
        f"Db{what}Identifier",
        "db" if what == "Instance" else "cluster",
    )
    for service, what in (("rds", "Instance"), ("rds", "Cluster"), ("docdb", "Cluster"))
    for verb in ("stop", "start")
}
"""Calls of AWS's API that the clock makes: the use, what they name, and what that is in an ARN of RDS."""


def planned_uses(objects: Objects) -> Iterator[Used]:
    for work in (
        uses_of_tasks, uses_of_machines, _of_roles, _of_boards, _of_proxies, _of_hosts, _of_functions,
        _of_destinations, _of_triggers, _of_buckets, _of_trails, _of_config, _of_authorities, _of_distributions,
        _of_log_routes, _of_keys, _of_topics, _of_gateways,
    ):  # fmt: skip
        yield from work(objects)


def _of_roles(objects: Objects) -> Iterator[Used]:
    for proxy in objects.of_type("aws_db_proxy"):
        role = objects.role_of(proxy, "role_arn")
        for auth in proxy.blocks("auth"):
            arn = auth.get("secret_arn")
            if (secret := objects.meant(arn, SECRET)) is not None:
                yield Used("proxy-login", role, objects.secret_parts(secret))
            elif isinstance(arn, str):  # a replica that is read, with AWS's own key
                yield Used("proxy-login", role, {"secret": [arn], "key": []})
    for log in objects.of_type("aws_flow_log"):
        if group := objects.arns_of(log.value("log_destination"), LOGS):
            yield Used("flow-log", objects.role_of(log, "iam_role_arn"), {"group": group})
    for kind, name, use in (
        ("aws_api_gateway_account", "cloudwatch_role_arn", "gateway-log"),
        ("aws_db_instance", "monitoring_role_arn", "database-monitoring"),
        ("aws_rds_cluster_instance", "monitoring_role_arn", "database-monitoring"),
        ("aws_rds_cluster", "monitoring_role_arn", "database-monitoring"),
    ):
        yield from (Used(use, objects.role_of(one, name), {}) for one in objects.of_type(kind))


def _of_boards(objects: Objects) -> Iterator[Used]:
    read = {"workspace": [one.arn for one in objects.of_type("aws_prometheus_workspace")]}
    for board in objects.of_type("aws_grafana_workspace"):
        yield Used("grafana", objects.role_of(board, "role_arn"), read)
    for domain in objects.of_type("aws_opensearch_domain"):
        for master in domain.blocks("advanced_security_options", "master_user_options"):
            if (found := objects.meant(master.get("master_user_arn"), ROLE)) is not None:
                yield Used("search-master", found.address, {"domain": [domain.arn]})


_PROXY: Final = "aws_db_proxy"
_PROXIED: Final = {"db_cluster_identifier": "aws_rds_cluster", "db_instance_identifier": "aws_db_instance"}


def _of_proxies(objects: Objects) -> Iterator[Used]:
    users: dict[str, dict[str, None]] = {}
    for host, user in (login for one in objects.of_type(TASKS, FUNCTION) for login in one.logins()):
        for known in marked(host):
            found = objects.at(known.address) if isinstance(known, Known) else None
            if found is not None and found.type == f"{_PROXY}_endpoint":
                found = objects.meant_by(found, "db_proxy_name", _PROXY)
            if found is not None:
                users.setdefault(found.address, {})[user] = None
    for target in objects.of_type(f"{_PROXY}_target"):
        proxy = objects.meant_by(target, "db_proxy_name", _PROXY)
        if proxy is None or proxy.value("default_auth_scheme") != "IAM_AUTH":
            continue
        for name, kind in _PROXIED.items():
            if (database := objects.meant_by(target, name, kind)) is not None:
                login = [f"{database.arn}/{user}" for user in users.get(proxy.address, ())]
                role = objects.role_of(proxy, "role_arn")
                yield Used("proxy-token", role, {"login": login, "database": [database.arn]})


def _of_hosts(objects: Objects) -> Iterator[Used]:
    for host in objects.of_type("aws_instance"):
        profile = objects.meant_by(host, "iam_instance_profile", "aws_iam_instance_profile")
        if role := objects.role_of(profile, "role"):
            yield Used("host-sessions", role, {})
            yield Used("host-patches", role, {})
            yield Used("host-session-log", role, {"group": [log_group(objects, _SHELLS, role)]})


def _of_functions(objects: Objects) -> Iterator[Used]:
    for one in objects.of_type(FUNCTION):
        role, account = objects.role_of(one, "role"), objects.setting.account
        log = f"arn:aws:logs:{one.region}:{account}:log-group:/aws/lambda/{one.text('function_name')}"
        yield Used("function-log", role, {"group": [objects.canonical(log)]})
        if one.blocks("vpc_config"):
            yield Used("function-network", role, {})
        for _, value in one.environment():
            yield from _delivered_with(objects, value, role)


def _of_destinations(objects: Objects) -> Iterator[Used]:
    for one in objects.of_type(FUNCTION):
        for kept in one.blocks("dead_letter_config"):
            if (queue := objects.meant(kept.get("target_arn"), QUEUE)) is not None:
                yield Used("function-failures", objects.role_of(one, "role"), objects.queue_parts(queue))
    for how in objects.of_type("aws_lambda_function_event_invoke_config"):
        role = objects.role_of(objects.meant_by(how, "function_name", FUNCTION), "role")
        for failed in how.blocks("destination_config", "on_failure"):
            if (queue := objects.meant(failed.get("destination"), QUEUE)) is not None:
                yield Used("function-failures", role, objects.queue_parts(queue))
        said = [*how.blocks("destination_config", "on_failure"), *how.blocks("destination_config", "on_success")]
        buses = {str(arn) for one in said if _BUS.fullmatch(str(arn := one.get("destination")))}
        if buses:
            yield Used("function-outcomes", role, {"bus": [objects.canonical(arn) for arn in sorted(buses)]})


def _delivered_with(objects: Objects, text: str, role: str) -> Iterator[Used]:
    levels = Objects.json_of(text)
    for level in levels.values() if isinstance(levels, dict) else ():
        for name in ("pagerduty", "slack"):
            named = level.get(name) if isinstance(level, dict) else None
            secret = objects.meant(named, SECRET)
            if parts := objects.secret_parts(secret, named) if secret is not None else Objects.spelled_secret(named):
                yield Used("deliver-alerts", role, parts)


_PASSWORDS: Final = (
    ("DATABASE", "aws_db_instance", "instance-password"),
    ("DATABASE", "aws_rds_cluster", "cluster-password"),
    ("USER_ID", "aws_elasticache_user", "user-password"),
)
"""The variable by which a shipped rotation knows whose password it sets, the type of that, and what it needs."""


def _of_triggers(objects: Objects) -> Iterator[Used]:
    for mapping in objects.of_type("aws_lambda_event_source_mapping"):
        role = objects.role_of(objects.meant_by(mapping, "function_name", FUNCTION), "role")
        if (queue := objects.meant_by(mapping, "event_source_arn", QUEUE)) is not None:
            yield Used("function-queue", role, objects.queue_parts(queue))
    for rotation in objects.of_type("aws_secretsmanager_secret_rotation"):
        function = objects.meant_by(rotation, "rotation_lambda_arn", FUNCTION)
        secret = objects.meant_by(rotation, "secret_id", SECRET)
        if function is None or secret is None:
            continue
        role = objects.role_of(function, "role")
        yield Used("secret-rotation", role, objects.secret_parts(secret))
        variables = dict(function.environment())  # of whom AWS sets the password for such a function
        for variable, kind, use in _PASSWORDS:
            if found := objects.arns_of(variables.get(variable), kind):
                yield Used(use, role, {"owner": found})
        yield Used("function-rotation", function.address, {"function": [function.arn], "secret": [secret.arn]})
    yield from _of_events(objects)
    yield from _of_targets(objects)
    for starter, target, source in objects.scheduled():
        function = objects.meant(target.get("arn"), FUNCTION)
        if function is not None:
            yield Used("schedule-function", starter, {"function": [function.arn], **source})
        yield from _called(objects, starter, target, source)


def _called(objects: Objects, starter: str, target: Mapping[str, Any], source: Parts) -> Iterator[Used]:
    call = str(target.get("arn")).removeprefix("arn:aws:scheduler:::aws-sdk:")
    if (found := _CALLS.get(call)) is not None:
        use, argument, what = found
        given, region = Objects.json_of(target.get("input")), objects.region_of(starter)
        name = given[argument] if isinstance(given, dict) and argument in given else "*"  # it is not known yet
        arn = f"arn:aws:rds:{region}:{objects.setting.account}:{what}:{name}"
        yield Used(use, starter, {"database": [objects.canonical(arn)], **source})
    if (use_of_host := _HOST_CALLS.get(call)) is not None:
        for part in marked(str(target.get("input"))):
            host = objects.at(part.address) if isinstance(part, Known) else None
            if host is not None and host.type == "aws_instance":
                disks = [one.get("kms_key_id") for one in host.blocks("root_block_device")]
                yield Used(use_of_host, starter, {"host": [host.arn], "key": objects.arns_of(disks, KEY), **source})


def _of_events(objects: Objects) -> Iterator[Used]:
    for target in objects.of_type(_TARGET):
        function, rule = (objects.meant(target.value("arn"), FUNCTION), objects.meant_by(target, "rule", _RULE))
        if function is not None and rule is not None and not target.has("role_arn"):
            yield Used("function-event", function.address, {"function": [function.arn], "rule": [rule.arn]})
        for kept in target.blocks("dead_letter_config"):
            queue = objects.meant(kept.get("arn"), QUEUE)
            if queue is not None and rule is not None:
                yield Used("queue-events", queue.address, {"queue": [queue.arn], "rule": [rule.arn]})
                if (key := objects.meant(queue.value("kms_master_key_id"), KEY)) is not None:
                    yield Used("key-lost-events", key.address, {})
    for one in objects.of_type("aws_api_gateway_authorizer", "aws_api_gateway_integration"):
        uri = one.text("uri") or one.text("authorizer_uri")
        arn = uri.partition("/functions/")[2].removesuffix("/invocations")
        if (function := objects.meant(arn, FUNCTION)) is not None:
            yield Used("function-route", function.address, {"function": [function.arn]})
    for one in objects.of_type("aws_sns_topic_subscription"):
        function, topic = objects.meant(one.value("endpoint"), FUNCTION), objects.meant_by(one, "topic_arn", TOPIC)
        if function is not None and topic is not None:
            yield Used("function-topic", function.address, {"function": [function.arn], "topic": [topic.arn]})


def _of_targets(objects: Objects) -> Iterator[Used]:
    for target in objects.of_type(_TARGET):
        role, rule = objects.role_of(target, "role_arn"), objects.meant_by(target, "rule", _RULE)
        if rule is not None:
            source = {"source": [rule.arn]}
            arn = target.value("arn")
            if function := objects.arns_of(arn, FUNCTION):
                yield Used("event-function", role, {"function": function, **source})
            if machine := objects.arns_of(arn, MACHINE):
                yield Used("event-machine", role, {"machine": machine, **source})
            if isinstance(arn, str) and _BUS.fullmatch(arn):
                yield Used("event-bus", role, {"bus": [arn], **source})
            if (queue := objects.meant(arn, QUEUE)) is not None:
                yield Used("event-queue", role, {**objects.queue_parts(queue), **source})
            for tasks in target.blocks("ecs_target"):
                if parts := task_parts(objects, tasks.get("task_definition_arn"), arn):
                    yield Used("event-task", role, {**parts, **source})
                    if tasks.get("propagate_tags") or tasks.get("enable_ecs_managed_tags"):
                        yield Used("event-task-tags", role, source)


def _of_buckets(objects: Objects) -> Iterator[Used]:
    for one in objects.of_type(COPIES):
        role, source = objects.role_of(one, "role"), objects.meant(one.value("bucket"), BUCKET)
        if source is not None:
            blocks = one.blocks("rule", "destination", "encryption_configuration")
            parts = {
                "bucket": [source.arn],
                "copy": objects.copies_of(one),
                "copy_key": objects.arns_of([block.get("replica_kms_key_id") for block in blocks], KEY),
                "key": [key.arn for key in objects.bucket_keys_of(source)],
            }
            yield Used("replication", role, parts)
    for balancer in objects.of_type("aws_lb"):
        for log in balancer.blocks("access_logs"):
            store = objects.meant(log.get("bucket"), BUCKET)
            if log.get("enabled") is True and store is not None and balancer.value("load_balancer_type") != "network":
                prefix = f"{log['prefix']}/" if log.get("prefix") else ""
                yield Used("balancer-log", store.address, {"bucket": [store.arn], "prefix": [prefix]})


def _of_trails(objects: Objects) -> Iterator[Used]:
    for trail in objects.of_type("aws_cloudtrail"):
        bucket = objects.meant(trail.value("s3_bucket_name"), BUCKET)
        if bucket is not None:
            prefix = f"{found}/" if (found := trail.text("s3_key_prefix")) else ""
            yield Used("trail-log", bucket.address, {"bucket": [bucket.arn], "prefix": [prefix], "trail": [trail.arn]})
        if (key := objects.meant(trail.value("kms_key_id"), KEY)) is not None:
            yield Used("key-trail", key.address, {"trail": [trail.arn]})


def _of_config(objects: Objects) -> Iterator[Used]:
    channels = objects.of_type("aws_config_delivery_channel")
    for recorder in objects.of_type("aws_config_configuration_recorder"):
        role = objects.role_of(recorder, "role_arn")
        for channel in channels:
            bucket = objects.meant(channel.value("s3_bucket_name"), BUCKET)
            if not role or bucket is None or channel.region != recorder.region:
                continue
            prefix = f"{found}/" if (found := channel.text("s3_key_prefix")) else ""
            parts = {"bucket": [bucket.arn], "prefix": [prefix], "key": objects.key_of(channel, "s3_kms_key_arn")}
            yield Used("config", role, parts)
            yield Used("config-record", bucket.address, parts)
            if (key := objects.meant(channel.value("s3_kms_key_arn"), KEY)) is not None:
                yield Used("key-config", key.address, {})


def _of_authorities(objects: Objects) -> Iterator[Used]:
    for one in objects.of_type("aws_acmpca_certificate_authority"):
        for kept in one.blocks("revocation_configuration", "crl_configuration"):
            if kept.get("enabled") and (bucket := objects.meant(kept.get("s3_bucket_name"), BUCKET)) is not None:
                yield Used("revocation-list", bucket.address, {"bucket": [bucket.arn]})


def _of_distributions(objects: Objects) -> Iterator[Used]:
    for one in objects.of_type("aws_cloudfront_distribution"):
        # Its id is drawn by AWS, and its buckets stand before it: their policies can name those of the account.
        mine = [one.arn, f"arn:aws:cloudfront::{objects.setting.account}:distribution/*"]
        for origin in one.blocks("origin"):
            bucket = objects.bucket_at(origin.get("domain_name"))
            if bucket is None or not origin.get("origin_access_control_id"):
                continue
            parts = {"bucket": [bucket.arn], "path": [str(origin.get("origin_path") or "")], "distribution": mine}
            yield Used("distribution-origin", bucket.address, parts)
            for key in objects.bucket_keys_of(bucket):
                yield Used("key-distribution", key.address, {"distribution": mine})


def _of_log_routes(objects: Objects) -> Iterator[Used]:
    for stream in objects.of_type(_DELIVERY):
        for to in stream.blocks("extended_s3_configuration"):
            role, to_bucket = objects.meant(to.get("role_arn"), ROLE), to.get("bucket_arn")
            if role is None or not isinstance(to_bucket, str):
                continue
            bucket = objects.meant(to_bucket, BUCKET)  # None: another environment makes it, with its key
            every = f"arn:aws:kms:{stream.region}:{objects.setting.account}:key/*"
            written = (str(to.get(name) or "").partition("!{")[0] for name in ("prefix", "error_output_prefix"))
            errors = stream.blocks("extended_s3_configuration", "cloudwatch_logging_options")
            parts = {
                "bucket": [objects.canonical(to_bucket)],
                "prefix": [*written],
                "key": [every] if bucket is None else [key.arn for key in objects.bucket_keys_of(bucket)],
                "alias": ["alias/*"] if bucket is None else [],
                "group": objects.arns_of([one.get("log_group_name") for one in errors], LOGS),
                "stream": [objects.canonical(str(one.get("log_stream_name"))) for one in errors],
                "external": [objects.setting.account],
            }
            yield Used("log-delivery", role.address, parts)
    for one in objects.of_type("aws_cloudwatch_log_subscription_filter"):
        if (delivery := objects.meant_by(one, "destination_arn", _DELIVERY)) is not None:
            yield Used("log-sender", objects.role_of(one, "role_arn"), {"delivery": [delivery.arn]})


def _of_keys(objects: Objects) -> Iterator[Used]:
    yield from (Used("key-account", key.address, {}) for key in objects.of_type(KEY))
    encrypting = (objects.meant(group.value("kms_key_id"), KEY) for group in objects.of_type(LOGS))
    yield from (Used("key-logs", address, {}) for address in sorted({found.address for found in encrypting if found}))


def _of_topics(objects: Objects) -> Iterator[Used]:
    found = {(who, topic.address): topic for who, arn in _publishing(objects) if (topic := objects.meant(arn, TOPIC))}
    for (who, _), topic in found.items():
        yield from objects.told(topic, who)


def _publishing(objects: Objects) -> Iterator[tuple[str, object]]:
    for alarm in objects.of_type("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"):
        for name in ("alarm_actions", "ok_actions", "insufficient_data_actions"):
            yield from (("alarms", arn) for arn in Objects.list_of(alarm.value(name)))
    for budget in objects.of_type("aws_budgets_budget"):
        for notification in budget.blocks("notification"):
            yield from (("budgets", arn) for arn in Objects.list_of(notification.get("subscriber_sns_topic_arns")))
    for target in objects.of_type(_TARGET):
        if not target.has("role_arn"):
            yield "events", target.value("arn")


def _of_gateways(objects: Objects) -> Iterator[Used]:
    """Yield the APIs that take requests which nobody signed: a policy has to let those in."""
    opened = {
        api.address: api
        for method in objects.of_type("aws_api_gateway_method")
        if method.value("authorization") == "NONE" and method.value("http_method") != "OPTIONS"
        and (api := objects.meant_by(method, "rest_api_id", "aws_api_gateway_rest_api"))
    }  # fmt: skip
    yield from (Used("gateway-open", one, {"api": [api.mark("execution_arn")]}) for one, api in opened.items())

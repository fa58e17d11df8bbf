"""A made-up plan of any size: `python -m benchmarks.plan_file plan.json 100`.

Like a large plan of AWS resources: 265 resource changes a megabyte, 40 % of them no-op, every object four times
(before, after, planned and prior state), one object in eight with a secret of its own, modules, and a configuration.
The same size gives the same bytes.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

CHANGES_PER_MEGABYTE = 265
_ACCOUNT = "123456789012"
_ACTIONS = (
    *[("no-op",)] * 40, *[("update",)] * 27, *[("create",)] * 17, *[("delete",)] * 9,
    *[("create", "delete")] * 4, *[("delete", "create")] * 3,
)  # fmt: skip
_SECRET_MARKS: dict[str, dict[str, Any]] = {"aws_db_instance": {"password": True}, "aws_ssm_parameter": {"value": True}}
_MARKED_LISTS: dict[str, Any] = {"tags": {}, "tags_all": {}}


def write_plan(path: Path, megabytes: float) -> int:
    """Write a plan of about so many megabytes (10^6 bytes) and return the number of its resource changes."""
    items = [_Item(number) for number in range(round(megabytes * CHANGES_PER_MEGABYTE))]
    with path.open("w", encoding="utf-8") as file:
        file.write('{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":')
        _write_modules(file, (item for item in items if item.after is not None), lambda item: item.after)
        file.write('},"resource_changes":')
        _write_list(file, (item.change() for item in items))
        file.write(',"prior_state":{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":')
        _write_modules(file, (item for item in items if item.before is not None), lambda item: item.before)
        file.write('}},"configuration":{"provider_config":{"aws":{"name":"aws"}},"root_module":{"module_calls":{')
        names = sorted({item.module for item in items})
        file.write(",".join(f'"{name}":' + _compact(_call(name)) for name in names))
        file.write('}}},"timestamp":"2026-01-01T00:00:00Z","applyable":true,"complete":true,"errored":false}\n')
    return len(items)


def real_changes(megabytes: float) -> int:
    """Return how many changes of such a plan are more than a no-op."""
    items = (_Item(number) for number in range(round(megabytes * CHANGES_PER_MEGABYTE)))
    return sum(item.actions != ("no-op",) for item in items)


def write_long_value(path: Path, megabytes: int) -> None:
    """Write an update of a text of many lines: so many megabytes before and after, one line in 100 changed."""
    lines = [f"line {number} of a long text, such as user data has them" for number in range(megabytes * 16_000)]
    changed = [f"{line}, changed" if number % 100 == 0 else line for number, line in enumerate(lines)]
    before, after = ({"input": "\n".join(text)} for text in (lines, changed))
    change = {"actions": ["update"], "before": before, "after": after, "after_unknown": {}}
    item = {"address": "terraform_data.a", "mode": "managed", "type": "terraform_data", "name": "a", "change": change}
    path.write_text(_compact({"format_version": "1.2", "resource_changes": [item]}), encoding="utf-8")


class _Item:
    """One resource change; what it holds depends on its number only, and is made when it is asked for."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.actions = _ACTIONS[number * 7919 % len(_ACTIONS)]
        self.module = f"service_{number // 48:04}"
        self.type, self._values = _TYPES[number % len(_TYPES)]
        self.name = f"this_{number % 48 // len(_TYPES)}"
        self.address = f"module.{self.module}.{self.type}.{self.name}"

    @property
    def before(self) -> dict[str, Any] | None:
        return None if self.actions == ("create",) else self._values(self.number, 0)

    @property
    def after(self) -> dict[str, Any] | None:
        return None if self.actions == ("delete",) else self._values(self.number, self.actions != ("no-op",))

    def change(self) -> dict[str, Any]:
        before, after = self.before, self.after
        marks = {**_MARKED_LISTS, **_SECRET_MARKS.get(self.type, {})}
        change: dict[str, Any] = {"actions": self.actions, "before": before, "after": after, "after_unknown": {}}
        if before is None or len(self.actions) == 2:
            change["after_unknown"] = {"arn": True, "id": True, "tags_all": {}}
            for name in ("arn", "id"):
                (after or {}).pop(name)
        change["before_sensitive"] = False if before is None else marks
        change["after_sensitive"] = False if after is None else marks
        if len(self.actions) == 2:
            change["replace_paths"] = [["name"]]
        return {
            "address": self.address, "module_address": f"module.{self.module}", "mode": "managed", "type": self.type,
            "name": self.name, "provider_name": "example.test/hashicorp/aws", "change": change,
        }  # fmt: skip


def _tags(number: int, version: int) -> dict[str, Any]:
    tags = {"Name": f"service-{number}", "Environment": "prod", "Owner": "team-core", "ManagedBy": "terraform",
            "Version": f"1.{version}.0"}  # fmt: skip
    return {"tags": tags, "tags_all": tags}


def _base(service: str, number: int, version: int) -> dict[str, Any]:
    name = f"service-{number}"
    arn = f"arn:aws:{service}:eu-west-1:{_ACCOUNT}:{name}"
    return {"arn": arn, "id": arn, "name": name, "name_prefix": None, "region": "eu-west-1", **_tags(number, version)}


def _database(number: int, version: int) -> dict[str, Any]:
    return {
        **_base("rds", number, version), "allocated_storage": 100 + 20 * version, "engine": "mysql",
        "engine_version": "8.0.35", "instance_class": "db.r6g.large", "password": _secret(number, version),
        "username": "admin", "multi_az": True, "publicly_accessible": False, "storage_encrypted": True,
        "vpc_security_group_ids": [f"sg-{number:017x}", f"sg-{number + 1:017x}"], "backup_retention_period": 7,
        "parameter_group_name": f"mysql-{number}", "monitoring_interval": 60, "timeouts": None,
    }  # fmt: skip


def _task(number: int, version: int) -> dict[str, Any]:
    container = {
        "name": "app", "image": f"{_ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/app:{number}.{version}", "cpu": 256,
        "essential": True, "environment": [{"name": f"SETTING_{n}", "value": f"{number * n}"} for n in range(4)],
        "portMappings": [{"containerPort": 8080, "protocol": "tcp"}],
    }  # fmt: skip
    return {
        **_base("ecs", number, version), "container_definitions": json.dumps([container]), "cpu": "256",
        "memory": "512", "network_mode": "awsvpc", "requires_compatibilities": ["FARGATE"], "volume": [],
    }  # fmt: skip


def _security_group(number: int, version: int) -> dict[str, Any]:
    rules = [
        {"cidr_blocks": [f"10.{number % 250}.{port % 250}.0/24"], "description": f"port {port}", "from_port": port,
         "to_port": port, "protocol": "tcp", "self": False, "security_groups": [], "prefix_list_ids": []}
        for port in range(8080, 8083 + version)
    ]  # fmt: skip
    return {
        **_base("ec2", number, version),
        "description": "managed",
        "ingress": rules,
        "egress": [],
        "vpc_id": "vpc-1",
    }


def _policy(number: int, version: int) -> dict[str, Any]:
    statements = [
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"],
         "Resource": f"arn:aws:s3:::bucket-{number}-{part}/*"}
        for part in range(2 + version)
    ]  # fmt: skip
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return {**_base("iam", number, version), "path": "/", "policy": policy, "description": "reads and writes"}


def _parameter(number: int, version: int) -> dict[str, Any]:
    value = _secret(number, version)
    return {**_base("ssm", number, version), "type": "SecureString", "value": value, "tier": "Standard", "version": 1}


def _alarm(number: int, version: int) -> dict[str, Any]:
    return {
        **_base("cloudwatch", number, version), "alarm_actions": [f"arn:aws:sns:eu-west-1:{_ACCOUNT}:alarms"],
        "comparison_operator": "GreaterThanThreshold", "dimensions": {"ServiceName": f"service-{number}"},
        "evaluation_periods": 3, "metric_name": "CPUUtilization", "namespace": "AWS/ECS", "period": 60,
        "statistic": "Average", "threshold": 80 + version, "treat_missing_data": "missing", "metric_query": [],
    }  # fmt: skip


_TYPES: tuple[tuple[str, Callable[[int, int], dict[str, Any]]], ...] = (
    ("aws_cloudwatch_metric_alarm", _alarm), ("aws_ecs_task_definition", _task), ("aws_iam_policy", _policy),
    ("aws_security_group", _security_group), ("aws_cloudwatch_log_group", _alarm), ("aws_db_instance", _database),
    ("aws_lb_target_group", _alarm), ("aws_iam_role_policy", _policy), ("aws_appautoscaling_policy", _alarm),
    ("aws_ecs_service", _task), ("aws_sqs_queue_policy", _policy), ("aws_default_security_group", _security_group),
    ("aws_sns_topic", _alarm), ("aws_ssm_parameter", _parameter), ("aws_lb_listener_rule", _alarm),
    ("aws_kms_key", _policy),
)  # fmt: skip


def _secret(number: int, version: int) -> str:
    return f"{random.Random(number * 2 + version).getrandbits(128):032x}"


def _call(name: str) -> dict[str, Any]:
    resources = [
        {"address": f"{kind}.this_{n}", "mode": "managed", "type": kind, "name": f"this_{n}",
         "provider_config_key": "aws", "expressions": {"name": {"references": ["var.name"]}}, "schema_version": 0}
        for n in range(3) for kind, _ in _TYPES
    ]  # fmt: skip
    variables = {"name": {}, "password": {"sensitive": True}}
    call = {"source": "./modules/service", "expressions": {"name": {"constant_value": name}}}
    return {**call, "module": {"resources": resources, "variables": variables}}


def _write_modules(file: TextIO, items: Iterable[_Item], side: Callable[[_Item], dict[str, Any] | None]) -> None:
    modules: dict[str, list[_Item]] = {}
    for item in items:
        modules.setdefault(item.module, []).append(item)
    file.write('{"child_modules":[')
    for number, (name, inside) in enumerate(sorted(modules.items())):
        file.write(f'{"," if number else ""}{{"address":"module.{name}","resources":')
        _write_list(file, (_state(item, side(item)) for item in inside))
        file.write("}")
    file.write("]}")


def _state(item: _Item, values: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "address": item.address, "mode": "managed", "type": item.type, "name": item.name,
        "provider_name": "example.test/hashicorp/aws", "schema_version": 0, "values": values,
        "sensitive_values": {**_MARKED_LISTS, **_SECRET_MARKS.get(item.type, {})},
    }  # fmt: skip


def _write_list(file: TextIO, parts: Iterable[dict[str, Any]]) -> None:
    file.write("[")
    file.writelines(("," if number else "") + _compact(part) for number, part in enumerate(parts))
    file.write("]")


def _compact(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))


if __name__ == "__main__":
    changes = write_plan(Path(sys.argv[1]), float(sys.argv[2]))
    print(f"{Path(sys.argv[1]).stat().st_size:,} bytes, {changes:,} changes")

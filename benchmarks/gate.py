"""What the gate of a strict sandbox costs: beside an emulator without it, and beside a whole apply."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from benchmarks.measure import INFRAGEN, ROOT, Cost, Limit, best, once, row, scratch
from infragen.terraform.sandbox import Sandbox

__all__ = ["measure"]

TARGET = "shop/dev"
ACCOUNT = "123456789012"
_TIMES = 20


def measure(rounds: int) -> None:
    """Ask an emulator the same, and apply the shop's development from nothing, with and without the gate in turn."""
    asked: dict[bool, list[Cost]] = {True: [], False: []}
    requests = 0
    for _ in range(rounds):
        for strict, measured in asked.items():
            cost, requests = _asked(strict=strict)
            measured.append(cost)
    row(f"{requests:,} requests, strict / lenient", best(asked[True]), best(asked[False]), Limit(1.25))
    applied: dict[str, list[tuple[Cost, Cost]]] = {"--strict": [], "--lenient": []}
    for _ in range(max(1, rounds // 5)):
        for flag, costs in applied.items():
            costs.append(_applied(flag))
    with_gate, without = ([best(list(side)) for side in zip(*costs, strict=True)] for costs in applied.values())
    row(f"apply of {TARGET}, strict / lenient", with_gate[0], without[0], Limit(1.1), note="emulator included")
    row("the emulator of it alone", with_gate[1], without[1], Limit(1.25))


def _asked(*, strict: bool) -> tuple[Cost, int]:
    """Ask a new emulator what an apply asks; its CPU since it started, models of services read included."""
    with scratch() as name:
        sandbox = Sandbox.start(Path(name), strict=strict)
        try:
            before = _of_process(sandbox.server.pid)
            asked = _traffic(sandbox)
            after = _of_process(sandbox.server.pid)
        finally:
            sandbox.stop()
    return Cost(after.cpu - before.cpu, after.memory), asked


def _traffic(sandbox: Sandbox) -> int:
    """Make and read roles, groups with rules, log groups, task definitions, objects; return how many requests."""
    import boto3
    from botocore.config import Config

    region = "eu-west-1"
    session = boto3.Session(aws_access_key_id=ACCOUNT, aws_secret_access_key="sandbox", region_name=region)
    settings = Config(proxies={}, s3={"addressing_style": "path"})
    asked = 0

    def client(service: str) -> Any:
        made = session.client(service, endpoint_url=sandbox.url, config=settings)
        made.meta.events.register("before-send", count)
        return made

    def count(**_: Any) -> None:
        nonlocal asked
        asked += 1

    iam, ec2, logs, ecs, s3 = (client(name) for name in ("iam", "ec2", "logs", "ecs", "s3"))
    tags = {f"tag-{number}": "value" for number in range(8)}
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    s3.create_bucket(Bucket="benchmark-states", CreateBucketConfiguration={"LocationConstraint": region})
    for number in range(_TIMES):
        name = f"service-{number}"
        iam.create_role(RoleName=name, AssumeRolePolicyDocument='{"Statement": []}', Tags=listed)
        iam.get_role(RoleName=name)
        iam.list_role_policies(RoleName=name)
        group = ec2.create_security_group(VpcId=vpc, GroupName=name, Description=name)["GroupId"]
        permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
        ec2.describe_security_groups(GroupIds=[group])
        logs.create_log_group(logGroupName=f"/ecs/{name}", tags=tags)
        logs.put_retention_policy(logGroupName=f"/ecs/{name}", retentionInDays=30)
        logs.describe_log_groups(logGroupNamePrefix=f"/ecs/{name}")
        variables = [{"name": key, "value": value} for key, value in tags.items()]
        container = {"name": name, "image": "public.ecr.aws/nginx/nginx:1", "memory": 128, "environment": variables}
        ecs.register_task_definition(family=name, containerDefinitions=[container])
        ecs.describe_task_definition(taskDefinition=name)
        s3.put_object(Bucket="benchmark-states", Key=name, Body=b"{}")
        s3.get_object(Bucket="benchmark-states", Key=name)
    return asked


def _applied(flag: str) -> tuple[Cost, Cost]:
    """Apply on a new sandbox; the cost of all, and of the emulator in it."""
    with scratch() as name:
        folder = Path(name)
        for part in ("catalog", "environments", "generated"):
            shutil.copytree(ROOT / part, folder / part)
        once((*INFRAGEN, "sandbox", "start", flag), folder)
        try:
            apply = once((*INFRAGEN, "apply", TARGET, "--sandbox", "--yes"), folder)
            state = json.loads((folder / ".infragen/sandbox/state.json").read_text("utf-8"))
            emulator = _of_process(state["pid"])
        finally:
            once((*INFRAGEN, "sandbox", "stop"), folder)
    return Cost(apply.cpu + emulator.cpu, apply.memory), emulator


def _of_process(pid: int) -> Cost:
    """Return what a process of Linux has used so far."""
    words = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    kilobytes = int(status.partition("VmHWM:")[2].split()[0])
    return Cost((int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK"), kilobytes // 1024)

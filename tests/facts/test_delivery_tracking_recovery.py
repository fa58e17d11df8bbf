"""DT-15: what terraform plans for delivery-tracking's Osaka, and what people do, is what 8.2 of the document says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.offline_plans import ROOT, offline_plan

from . import delivery_tracking as d
from .planned import Resource, of_type, planned_resources

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.terraform

PRIMARY = "arn:aws:rds:ap-northeast-1:123456789012:db:delivery-tracking-prod-database-main"


@pytest.fixture(scope="session")
def dr(tmp_path_factory: pytest.TempPathFactory) -> list[Resource]:
    """What is planned for Osaka."""
    return planned_resources(offline_plan(tmp_path_factory, "delivery-tracking/dr"))


@pytest.fixture(scope="session")
def prod(tmp_path_factory: pytest.TempPathFactory) -> list[Resource]:
    """What is planned for prod."""
    return planned_resources(offline_plan(tmp_path_factory, "delivery-tracking/prod"))


def infragen(*arguments: str) -> Any:
    command = [sys.executable, "-m", "infragen", *arguments, "--format", "json"]
    return json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


def test_dt_01_osaka_has_a_range_of_its_own(dr: list[Resource]) -> None:
    [vpc] = of_type(dr, "aws_vpc")
    own = ip_network(vpc.values["cidr_block"])
    assert not [other for other in (d.PROD_VPC, d.STG_VPC) if own.overlaps(ip_network(other))]
    zones = {subnet.values["availability_zone"] for subnet in of_type(dr, "aws_subnet")}
    assert {zone[:-1] for zone in zones} == {d.DR_REGION}


def test_dt_15_the_database_of_osaka_is_a_copy_with_a_key_of_its_own(dr: list[Resource]) -> None:
    [database] = (one.values for one in of_type(dr, "aws_db_instance"))
    assert database["replicate_source_db"] == PRIMARY
    assert (database["instance_class"], database["storage_encrypted"]) == (d.INSTANCE_CLASS, True)
    assert "databases" in {
        key.values["description"].partition(": ")[2].split()[-1] for key in of_type(dr, "aws_kms_key")
    }
    lag = [
        one.values for one in of_type(dr, "aws_cloudwatch_metric_alarm") if one.values["metric_name"] == "ReplicaLag"
    ]
    assert [alarm["threshold"] < d.RPO_HOURS * 3600 for alarm in lag] == [True]


def test_dt_15_ecs_is_there_at_no_task(dr: list[Resource], prod: list[Resource]) -> None:
    services = [one.values["name"] for one in of_type(dr, "aws_ecs_service")]
    assert len(services) == len(of_type(prod, "aws_ecs_service")) > 0
    assert {one.values["desired_count"] for one in of_type(dr, "aws_ecs_service")} == {0}
    assert not of_type(dr, "aws_appautoscaling_target")
    assert not of_type(dr, "aws_scheduler_schedule")


def test_dt_15_objects_are_copied_and_osaka_makes_no_second_copy(dr: list[Resource], prod: list[Resource]) -> None:
    copies = {f"delivery-tracking-prod-{name}-replica-123456789012" for name in d.REPLICATED}
    assert copies <= {one.values["bucket"] for one in of_type(prod, "aws_s3_bucket")}
    assert not copies & {one.values.get("bucket") for one in of_type(dr, "aws_s3_bucket")}
    written = (ROOT / "generated/delivery-tracking/dr/app/service-backend-api.tf").read_text("utf-8")
    assert "delivery-tracking-prod-uploads-replica-123456789012" in written


def test_dt_15_names_lead_to_osaka_by_a_failover_record_with_a_health_check(
    dr: list[Resource], prod: list[Resource]
) -> None:
    records = [*records_of(prod), *records_of(dr)]
    assert sorted(one["failover_routing_policy"][0]["type"] for one in records) == ["PRIMARY", "SECONDARY"]
    assert {one["name"] for one in records} == {"api.delivery.example.com"}
    assert [one["alias"][0]["evaluate_target_health"] for one in records] == [False, True]
    checks = [one.values for one in of_type(prod, "aws_route53_health_check")]
    seen = [one for one in checks if one["type"] == "CLOUDWATCH_METRIC"]
    assert {one["insufficient_data_health_status"] for one in seen} == {"Unhealthy"}
    alarms = {one.values["alarm_name"] for one in of_type(prod, "aws_cloudwatch_metric_alarm")}
    assert {one["cloudwatch_alarm_name"] for one in seen} <= alarms
    # Its tasks are in one of two target groups, and well where either of them is (DT-17).
    [either] = [one for one in checks if one["type"] == "CALCULATED"]
    assert (len(seen), either["child_health_threshold"]) == (2, 1)


def records_of(planned: list[Resource]) -> list[Mapping[str, Any]]:
    return [one.values for one in of_type(planned, "aws_route53_record") if one.values.get("failover_routing_policy")]


def test_dt_15_osaka_reads_nothing_that_lies_in_tokyo() -> None:
    for stack in sorted((ROOT / "generated/delivery-tracking/dr").glob("*/*.tf")):
        text = stack.read_text("utf-8")
        if stack.name in ("backend.tf", "upstream.tf", "providers.tf"):
            assert "ap-northeast-1" not in text, stack
            assert "delivery-tracking-prod" not in text, stack


def test_dt_15_the_runbook_has_the_document_s_steps_within_its_time() -> None:
    book = infragen("runbook", "delivery-tracking/prod", "failover")
    phases = list(dict.fromkeys(step["phase"] for step in book["steps"]))
    assert [phase for phase in phases if phase in d.DR_STEPS] == list(d.DR_STEPS)
    assert book["promised"] == {"rpo_hours": d.RPO_HOURS, "rto_hours": d.RTO_HOURS}
    assert book["minutes"] <= d.RTO_HOURS * 60
    commands = " ".join(one["command"] for step in book["steps"] for one in step["commands"])
    started = {task.name: task.least for task in d.PROD_TASKS} | {"backend-api": d.MORNING[1]}
    for name, least in started.items():
        assert f"--service {name}-service --desired-count {least} " in commands


def test_dt_15_the_runbook_has_the_users_of_both_databases_made() -> None:
    for action, names in (("failover", ["mongosh/history.js", "sql/main.sql"]), ("failback", ["sql/main.sql"])):
        steps = [
            one for one in infragen("runbook", "delivery-tracking/prod", action)["steps"] if one["phase"] == "sign-in"
        ]
        read = [one["command"] for step in steps for one in step["commands"] if one["command"].startswith("less ")]
        files = [command.removeprefix("less ") for command in read]
        assert sorted(file.partition("/data/")[2] for file in files) == names
        assert all((ROOT / file).is_file() for file in files)


def test_dt_15_what_is_smaller_in_osaka_is_made_as_large_as_in_tokyo() -> None:
    steps = infragen("runbook", "delivery-tracking/prod", "failover")["steps"]
    commands = [one for step in steps if step["phase"] == "enlarge" for one in step["commands"]]
    explained = "infragen explain delivery-tracking/dr "
    said = {one["command"].removeprefix(explained): one["shows"] for one in commands if explained in one["command"]}
    caches = {f"caches.main.{field}" for field in ("size", "shards")}
    assert set(said) >= {*caches, "document-databases.history.size", "document-databases.history.readers"}
    assert "caches.main.replicas" not in said
    assert said["caches.main.shards"].startswith("1, while delivery-tracking/prod has 3: remove it from environments/")
    at_once = [one["command"] for one in commands if "--apply-immediately" in one["command"]]
    assert [re.findall("(?:--cache-node-type|--db-instance-class) ([^ ]+)", one) for one in at_once] == [
        ["cache.r6g.large"],
        ["db.r6g.large"],
    ]


def test_dt_15_objects_come_back_out_of_a_bucket_that_refuses_people() -> None:
    book = infragen("runbook", "delivery-tracking/prod", "failback")
    commands = [one["command"] for step in book["steps"] for one in step["commands"]]
    syncs = [said for said in commands if re.search("aws s3 sync s3://[a-z-]+uploads-replica", said)]
    assert len(syncs) == 2  # while it is written to, and when nothing writes any more
    read, back, away = "get-bucket-policy", "put-bucket-policy", "delete-bucket-policy"
    for said in syncs:  # one command: no policy is away for longer
        assert re.findall(r"aws s3\w* ([a-z-]+)", said) == [read, read, back, back, away, away, "sync"]


def test_dt_15_both_rehearsals_are_in_the_runbook() -> None:
    drill = infragen("runbook", "delivery-tracking/prod", "rehearsal")
    assert "promote-read-replica" in str(drill)
    assert "delete-db-instance --region ap-northeast-1" not in str(drill)
    book = infragen("runbook", "delivery-tracking/prod", "restore")
    asked = [one["command"].split()[:3] for step in book["steps"] for one in step["commands"]]
    for service, what in (("rds", "instance"), ("docdb", "cluster")):
        assert ["aws", service, f"restore-db-{what}-to-point-in-time"] in asked
    assert set(book["unrehearsed"]) == {
        "backups in the vault of AWS Backup", "older versions of objects", "snapshots of ElastiCache",
    }  # fmt: skip
    command = [sys.executable, "-m", "infragen", "runbook", "delivery-tracking/prod", "failover"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "four times a year" in said


def test_dt_15_what_has_no_copy_is_no_part_of_the_promise() -> None:
    book = infragen("runbook", "delivery-tracking/prod", "failover")
    assert book["unmet"] == {"RPO": [], "RTO": [], "late": False}
    data = {one["owner"]: one for one in book["holds"] if one["need"] == "data"}
    without = {owner for owner, one in data.items() if one["state"] in ("missing", "unproved")}
    assert without == {owner for owner, one in data.items() if one["excluded"]} == {
        *d.WITHOUT_COPY, "buckets/logs", "cloudtrail",
    }  # fmt: skip
    assert data["databases/main"]["state"] == "lags"


PG_DUMP = """#!/bin/sh
[ "$PGHOST/$PGPORT/$PGDATABASE/$PGUSER/$PGPASSWORD" = host/5432/delivery_db/reader/word ] || exit 2
[ "$PGSSLMODE" = verify-full ] && [ -n "$PGSSLROOTCERT" ] || exit 2
echo half
[ -z "$FAILS" ] || exit 1
echo whole
"""
AWS = """#!/bin/sh
while [ "$#" -gt 0 ]; do case "$1" in s3://*) key="${1#s3://}" ;; esac; shift; done
cat > "$STORE/part" && mv "$STORE/part" "$STORE/$(basename "$key")"
"""


def dump(tmp_path: Path, **more: str) -> tuple[int, dict[str, str]]:
    """Run the command of the dump with programs of our own; return how it ended, and the objects that are there."""
    programs, store, tmp = (tmp_path / name for name in ("bin", "store", "tmp"))
    for folder in (programs, store, tmp):
        folder.mkdir(parents=True)
    for name, text in {"pg_dump": PG_DUMP, "aws": AWS}.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    job = yaml.safe_load((ROOT / "catalog/delivery-tracking/jobs/database-dump.yaml").read_text(encoding="utf-8"))
    database = {"HOST": "host", "PORT": "5432", "NAME": "delivery_db", "USER": "reader", "PASSWORD": "word"}
    environment = {f"DATABASE_{name}": value for name, value in database.items()} | {"BACKUPS_BUCKET": "backups"}
    environment |= {"PATH": f"{programs}:{os.environ['PATH']}", "STORE": str(store), **more}
    command = [word.replace("/tmp/", f"{tmp}/") for word in job["command"]]
    ended = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=60)
    return ended.returncode, {one.name: one.read_text() for one in store.iterdir() if one.name != "part"}


def test_dt_15_a_dump_is_stored_below_its_day(tmp_path: Path) -> None:
    code, stored = dump(tmp_path)
    assert (code, [*stored.values()]) == (0, ["half\nwhole\n"])
    assert re.fullmatch(r"\d{8}\.dump", next(iter(stored)))


def test_dt_15_half_a_dump_is_no_object_and_an_error(tmp_path: Path) -> None:
    assert dump(tmp_path, FAILS="1") == (1, {})


def test_dt_15_a_dump_of_nothing_is_an_error(tmp_path: Path) -> None:
    code, stored = dump(tmp_path, DATABASE_HOST="")
    assert (code, stored) == (1, {})


def test_dt_15_code_meets_redis_in_osaka_as_it_does_in_prod(dr: list[Resource], prod: list[Resource]) -> None:
    modes = []
    for planned in (dr, prod):
        [group] = (one.values for one in of_type(planned, "aws_elasticache_replication_group"))
        [parameters] = (one.values["parameter"] for one in of_type(planned, "aws_elasticache_parameter_group"))
        in_cluster_mode = {"name": "cluster-enabled", "value": "yes"} in parameters
        modes.append((group["engine"], group["engine_version"], in_cluster_mode, group["automatic_failover_enabled"]))
    assert modes[0] == modes[1]


NODE = """#!/bin/sh
[ "$*" = "-p encodeURIComponent(process.env.DATABASE_PASSWORD)" ] || exit 2
exec python3 -c 'import os, urllib.parse; print(urllib.parse.quote(os.environ["DATABASE_PASSWORD"], safe=""))'
"""
NPX = """#!/bin/sh
echo "$* $DATABASE_URL $SSL_CERT_FILE"
"""


def test_dt_13_the_migration_gets_its_url_of_the_parts_that_a_task_has(tmp_path: Path) -> None:
    for name, text in (("node", NODE), ("npx", NPX)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    job = yaml.safe_load((ROOT / "catalog/delivery-tracking/jobs/db-migrate.yaml").read_text("utf-8"))
    parts = {"HOST": "db.internal", "PORT": "5432", "NAME": "delivery_db", "USER": "migrator", "PASSWORD": "p@ss/w:d"}
    given = {f"DATABASE_{name}": value for name, value in parts.items()}
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", **given}
    said = subprocess.run(job["command"], env=environment, capture_output=True, text=True, check=True).stdout
    assert said == (
        "prisma migrate deploy postgresql://migrator:p%40ss%2Fw%3Ad@db.internal:5432/delivery_db"
        "?sslmode=require&sslaccept=strict /etc/ssl/certs/rds-global-bundle.pem\n"
    )

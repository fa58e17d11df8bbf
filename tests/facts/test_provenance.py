"""Every figure that a transcript holds is called a figure of the document at its path, and never an assumption."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from infragen.catalog.loader import load
from infragen.catalog.project import Project
from infragen.environment import resolve
from infragen.environment.explain import explain
from tests.conftest import ROOT

from . import dandori_portal as p
from . import delivery_tracking as d
from . import multicloud as m
from . import technova as t
from . import webapp as w

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.environment import Environment

Stated = tuple[str, str, Any]
"""An environment, the path of a value in it, and what the transcript has: in the model's unit, or as it is written."""


def percent(value: float) -> str:
    return f"{value:g} %"


def delivery_tracking() -> Iterator[Stated]:
    """Its parts, in the order of the transcript."""
    for part in (_tasks, _scaling, _functions, _databases, _stores, _alarms, _costs, _operations):
        yield from part()


def _tasks() -> Iterator[Stated]:
    """DT-01, DT-04 and DT-21."""
    for environment, vpc, subnets in (("prod", d.PROD_VPC, d.PROD_SUBNETS), ("stg", d.STG_VPC, d.STG_SUBNETS)):
        yield environment, "network.cidr", vpc
        for each in subnets:
            yield environment, f"network.subnets.{each.tier}.{each.zone}", each.cidr
    for task in d.PROD_TASKS:
        entry = f"{'workers' if 'worker' in task.name else 'services'}.{task.name}"
        yield "prod", f"{entry}.tasks.min", task.least
        if task.most is not None:
            yield "prod", f"{entry}.tasks.max", task.most
        yield "prod", f"{entry}.sizes.normal.cpu", task.cpu
        yield "prod", f"{entry}.sizes.normal.memory", task.memory
    backend = "services.backend-api"
    yield "stg", f"{backend}.tasks.min", d.STG_BACKEND.least
    yield "stg", f"{backend}.tasks.max", d.STG_BACKEND.most
    yield "stg", f"{backend}.tasks.desired", d.STG_DESIRED
    yield "stg", f"{backend}.sizes.normal.cpu", d.STG_BACKEND.cpu
    yield "stg", f"{backend}.sizes.normal.memory", d.STG_BACKEND.memory
    yield "prod", f"{backend}.port", d.PORT
    for field, value in d.HEALTH.items():
        yield "prod", f"{backend}.health.{'unhealthy' if field == 'retries' else field}", value


def _scaling() -> Iterator[Stated]:
    """DT-05 and DT-16."""
    scaling = "services.backend-api.scaling"
    yield "prod", f"{scaling}.cpu", percent(d.CPU_TARGET)
    yield "prod", f"{scaling}.memory", percent(d.MEMORY_TARGET)
    yield "prod", f"{scaling}.requests_per_target", f"{d.REQUESTS_PER_TARGET} req/min"
    yield "prod", f"{scaling}.scale_in_cooldown", d.SCALE_IN
    yield "prod", f"{scaling}.scale_out_cooldown", d.SCALE_OUT
    for name, (cron, least, most) in {"morning": d.MORNING, "after-the-morning": d.AFTER}.items():
        yield "prod", f"{scaling}.schedules.{name}.cron", cron[len("cron(") : -1]
        yield "prod", f"{scaling}.schedules.{name}.min", least
        yield "prod", f"{scaling}.schedules.{name}.max", most
    (high, up), (low, down) = d.STEPS.items()
    yield "prod", f"{scaling}.adjustments.overload.cpu_above", percent(high[1])
    yield "prod", f"{scaling}.adjustments.overload.add", up
    yield "prod", f"{scaling}.adjustments.idle.cpu_below", percent(low[1])
    yield "prod", f"{scaling}.adjustments.idle.lasting", f"{low[2]} min"
    yield "prod", f"{scaling}.adjustments.idle.remove", -down
    yield "stg", "working_hours.start", "08:00"
    yield "stg", "working_hours.end", "20:00"


def _functions() -> Iterator[Stated]:
    """DT-06."""
    for function in d.FUNCTIONS:
        yield "prod", f"functions.{function.name}.memory", function.memory
        yield "prod", f"functions.{function.name}.timeout", function.timeout
    yield "prod", "functions.daily-report-generator.triggers.schedules.daily.cron", d.FUNCTIONS[0].trigger[5:-1]
    yield "prod", "functions.data-archiver.triggers.schedules.monthly.cron", "0 5 1 * ? *"  # the day is the document's


def _stores() -> Iterator[Stated]:
    """DT-09, DT-10, DT-12 and DT-22."""
    for bucket in d.BUCKETS:
        rule = f"buckets.{bucket.name}.lifecycle.{'archive-old-uploads' if bucket.name == 'uploads' else 'old'}"
        if bucket.expires is not None:
            yield "prod", f"{rule}.expire", bucket.expires
        if bucket.name == "uploads":
            for tier, days in bucket.moves.items():
                yield "prod", f"{rule}.transitions.{tier}", days
    for entry, group in (
        ("services.backend-api", "/ecs/backend-api"),
        ("workers.tracking-worker", "/ecs/tracking-worker"),
    ):
        yield "prod", f"{entry}.log_retention", d.LOG_GROUPS[group]
    yield "prod", "functions.daily-report-generator.log_retention", d.REPORT_LOG_DAYS
    yield "prod", "databases.main.log_retention", d.DATABASE_LOG_DAYS
    yield "prod", "balancers.public.access_logs.retention", d.BALANCER_LOG_DAYS
    yield "prod", "distributions.site.price_class", d.PRICE_CLASS.removeprefix("PriceClass_")
    yield "prod", "distributions.site.firewall.rate_limit", d.REQUESTS_PER_ADDRESS
    yield "stg", "balancers.public.firewall.rate_limit", d.REQUESTS_PER_ADDRESS


def _alarms() -> Iterator[Stated]:
    """DT-14."""
    for entry in ("services.backend-api", "workers.tracking-worker", "services.route-optimizer"):
        yield "prod", f"{entry}.alarms.cpu.above", percent(d.ALARMS["backend-api-cpu"][2])
        yield "prod", f"{entry}.alarms.memory.above", percent(d.ALARMS["backend-api-memory"][2])
    yield "prod", "databases.main.alarms.cpu.above", percent(d.ALARMS["database-main-cpu"][2])
    yield "prod", "databases.main.alarms.free-memory.below", f"{d.ALARMS['database-main-free-memory'][2] >> 30} GB"
    yield "prod", "balancers.public.alarms.errors.above", percent(d.ALARMS["balancer-public-errors"][2])
    response_time = f"{d.ALARMS['balancer-public-response-time'][2]} s"
    yield "prod", "balancers.public.alarms.response-time.above", response_time
    unhealthy = d.ALARMS["balancer-public-backend-api-unhealthy"][2]
    yield "prod", "balancers.public.alarms.unhealthy-targets.above", unhealthy


def _costs() -> Iterator[Stated]:
    """DT-15 and DT-18."""
    yield "prod", "recovery.rpo_hours", d.RPO_HOURS
    yield "prod", "recovery.rto_hours", d.RTO_HOURS
    yield "prod", "budget.monthly", d.BUDGET
    for environment, rows in (("prod", d.PROD_COSTS), ("stg", d.STG_COSTS)):
        for row, amount in rows.items():
            yield environment, f"document_costs.rows.{row}.monthly", amount
        yield environment, "document_costs.total", d.COST_SUMS[environment]
        yield environment, "document_costs.yen_per_dollar", d.YEN_PER_DOLLAR
    for row, amount in d.SMALL_COSTS.items():
        yield "prod", f"configurations.small.document_costs.rows.{row}.monthly", f"{amount} USD"
    yield "prod", "configurations.small.document_costs.total", f"{d.COST_SUMS['small']} USD"
    for path, size in d.SMALL_SIZES.items():
        yield "prod", f"configurations.small.{path}", size


def _operations() -> Iterator[Stated]:
    """DT-24."""
    for variable, seconds in d.CACHE_SECONDS.values():
        yield "prod", f"services.backend-api.environment.{variable}", str(seconds)
    for waited, who in d.ESCALATION.items():
        yield "prod", f"alerts.critical.escalation.{waited}", who
    for level, (_, begins, _) in d.INCIDENTS.items():
        if begins != "at once":
            yield "prod", f"system.operations.incidents.{level}.within", begins.removeprefix("within ")
    yield "prod", "system.operations.old_columns", d.OLD_COLUMNS_DAYS


def _databases() -> Iterator[Stated]:
    """DT-07, DT-08, DT-13, DT-15 and DT-21."""
    main = "databases.main"
    yield "prod", f"{main}.size", d.INSTANCE_CLASS
    names = {"allocated_storage": "size", "max_allocated_storage": "grow_to", "storage_throughput": "throughput"}
    for field, value in d.STORAGE.items():
        yield "prod", f"{main}.storage.{names.get(field, field)}", value
    yield "prod", f"{main}.readers", len(d.READ_REPLICAS)
    yield "prod", f"{main}.backup.retention", d.BACKUP_DAYS
    yield "prod", f"{main}.backup.window", "03:00-04:00"
    yield "prod", f"{main}.backup.before_release", d.RELEASE_BACKUP_DAYS
    yield "prod", f"{main}.maintenance.window", "04:00-05:00"
    for name in ("max_connections", "random_page_cost", "effective_io_concurrency"):
        yield "prod", f"{main}.parameters.{name}", d.PARAMETERS[name]
    for name, unit, written in (
        ("shared_buffers", 128 * 1024, "GB"),
        ("effective_cache_size", 128 * 1024, "GB"),
        ("maintenance_work_mem", 1024**2, "GB"),
        ("work_mem", 1024, "MB"),
    ):
        yield "prod", f"{main}.parameters.{name}", f"{int(d.PARAMETERS[name]) // unit} {written}"
    yield "prod", f"{main}.master_rotation", d.ROTATION_DAYS["rds/postgresql/master"]
    yield "prod", "caches.main.token_rotation", d.ROTATION_DAYS["redis/auth-token"]
    yield "prod", "secrets.jwt.rotation.every", d.ROTATION_DAYS["jwt/secret-key"]
    yield "stg", f"{main}.size", d.STG_INSTANCE_CLASS
    yield "stg", f"{main}.storage.size", d.STG_STORAGE
    yield "stg", f"{main}.backup.retention", d.STG_BACKUP_DAYS
    yield "prod", "caches.main.version", d.REDIS["engine_version"]
    yield "prod", "caches.main.size", d.REDIS["node_type"]
    yield "prod", "caches.main.shards", d.REDIS["shards"]
    yield "prod", "caches.main.replicas", d.REDIS["replicas"]
    yield "prod", "caches.main.snapshots.retention", d.REDIS["snapshots"]
    yield "stg", "caches.main.size", d.STG_NODE_TYPE
    yield "prod", "document-databases.history.version", d.DOCUMENTS["engine_version"]
    yield "prod", "document-databases.history.size", d.DOCUMENTS["size"]
    yield "prod", "document-databases.history.readers", d.DOCUMENTS["instances"] - 1
    yield "prod", "document-databases.history.backup.retention", d.DOCUMENTS["backups"]
    yield "stg", "document-databases.history.size", d.STG_DOCUMENTS["size"]
    yield "stg", "document-databases.history.readers", d.STG_DOCUMENTS["instances"] - 1


def technova() -> Iterator[Stated]:
    """Its rows, and then what holds for all of them."""
    for service in t.SERVICES:
        yield "prod", f"services.{service.name}.tasks.min", service.min_tasks
        yield "prod", f"services.{service.name}.tasks.max", service.max_tasks
        for profile, size in t.sizes_of(service.name).items():
            yield "prod", f"services.{service.name}.sizes.{profile}.cpu", f"{size.vcpu:g} vCPU"
            yield "prod", f"services.{service.name}.sizes.{profile}.memory", f"{size.memory_gb} GB"
    for database in t.DATABASES:
        yield "prod", f"databases.{database.name}.data", f"{database.data_gb} GB"
        yield "prod", f"databases.{database.name}.connections", database.connections
        yield "prod", f"databases.{database.name}.readers", database.readers
        yield "prod", f"databases.{database.name}.backup.retention", t.PLATFORM.backup_days
        yield "prod", f"databases.{database.name}.version", t.PLATFORM.engine.split()[-1]
    yield "prod", f"databases.{t.TIMESERIES_DATABASE}.timeseries.volume", f"{t.TIMESERIES_TB_PER_MONTH:g} TB"
    for gateway in t.GATEWAYS:
        yield "prod", f"gateways.{gateway.name}.limit", f"{gateway.per_minute} req/min"
    for promise in t.PROMISES:
        field = {"availability_percent": "availability", "notification_ms": "notified_within"}
        where = f"services.{promise.service}.promise.{field.get(promise.measure, 'response_time')}"
        yield "prod", where, Decimal(str(promise.value))
        if field.get(promise.measure) is None:
            yield "prod", f"services.{promise.service}.scaling.response_time.target", Decimal(str(promise.value))
    yield "prod", "databases.alert.availability", Decimal("99.99")
    for volume in t.VOLUMES:
        yield from (("prod", f"services.{volume.service}.volumes.{what}", None) for what in _volumes(volume))
    totals = t.TOTALS
    yield "prod", "system.declared.databases.clusters", totals.clusters_stated
    yield "prod", "system.declared.databases.readers", totals.readers_stated
    yield "prod", "system.declared.databases.connections", totals.connections_stated
    yield "prod", "system.declared.databases.data", f"{totals.data_tb_stated} TB"
    row = "document_costs.rows.データベース"
    yield "prod", f"{row}.monthly", totals.monthly_cost_usd[0]
    yield "prod", f"{row}.up_to", totals.monthly_cost_usd[1]
    yield "prod", "budget.monthly", totals.monthly_cost_usd[1]
    yield "prod", "services.planning.scaling.cpu", percent(t.PLATFORM.cpu_target_percent)
    yield "prod", "services.planning.scaling.memory", percent(t.PLATFORM.memory_target_percent)
    yield "prod", "availability", percent(t.PLATFORM.availability_percent)
    yield "prod", "recovery.rpo_hours", t.PLATFORM.rpo_hours
    yield "prod", "recovery.rto_hours", t.PLATFORM.rto_hours
    yield "prod", "gateways.internal.latency_p90", t.PLATFORM.internal_p90_ms
    yield "prod", "gateways.external.latency_p90", t.PLATFORM.external_p90_ms
    yield "prod", "system.declared.throughput", f"{t.PLATFORM.requests_per_minute} req/min"


def _volumes(volume: t.Volume) -> list[str]:
    found = environment("technova/prod").entries["services"][volume.service].volumes
    named = [name for name, one in found.items() if f"{volume.value:.15g}" in one.figure]
    assert named, f"{volume.service} has no volume of {volume.document}"
    return [f"{name}.figure" for name in named]


def webapp() -> Iterator[Stated]:
    """WA-02, WA-03, WA-05 to WA-08; the costs of endpoints are WA-01."""
    yield "prod", "services.backend.tasks.min", w.LEAST_TASKS
    yield "prod", "services.backend.image.keep", w.KEPT_IMAGES
    router = "services.backend.log_route.router"
    yield "prod", f"{router}.cpu", w.ROUTER_CPU
    yield "prod", f"{router}.memory", w.ROUTER_MEMORY
    for environment in ("prod", "dev"):
        yield environment, "databases.main.size", w.CLASSES[environment]
        yield environment, "databases.main.readers", w.INSTANCES - 1
        yield environment, "log_retention", w.LOG_DAYS[environment]
        yield environment, "document_costs.rows.VPCエンドポイント方式.monthly", w.ENDPOINTS_COST
        yield environment, "document_costs.rows.NAT Gateway方式.monthly", w.NAT_COST
    yield "prod", "buckets.logs.lifecycle.archive.transitions.GLACIER", w.GLACIER_DAYS
    yield "prod", "buckets.logs.lifecycle.archive.expire", w.EXPIRE_DAYS


def multicloud() -> Iterator[Stated]:
    """The document has one number, the version of TLS."""
    yield "prod", "balancers.public.tls", m.TLS_OF_BALANCER[len("ELBSecurityPolicy-TLS13-") :][:3].replace("-", ".")


def dandori_portal() -> Iterator[Stated]:
    """In the order of the transcript."""
    yield "prod", "availability", p.AVAILABILITY
    for service in ("web", "auth", "business"):
        yield "prod", f"services.{service}.tasks.min", p.TASKS[0]
        yield "prod", f"services.{service}.tasks.max", p.TASKS[1]
        yield "prod", f"services.{service}.promise.response_time", int(p.GOAL_SECONDS * 1000)
        yield "prod", f"services.{service}.scaling.cpu", percent(p.CPU)
        yield "prod", f"services.{service}.scaling.memory", percent(p.MEMORY)
        for name, value in p.POOL.items():
            yield "prod", f"services.{service}.environment.POOL_{name}", value
    yield "prod", "services.web.scaling.requests_per_target", f"{p.REQUESTS_PER_TARGET} req/min"
    yield "prod", "databases.main.readers", p.READERS[0]
    yield "prod", "databases.main.reader_scaling.max", p.READERS[1]
    yield "prod", "databases.main.reader_scaling.cpu", percent(p.READER_CPU)
    yield "prod", "databases.main.alarms.volume.above", f"{p.STORAGE // 1000**3} GB"
    yield "prod", "databases.main.alarms.connections.above", percent(p.CONNECTIONS[0])
    yield "prod", "gateways.api.alarms.errors.above", percent(p.GOAL_ERRORS)
    yield "prod", "gateways.api.alarms.client-errors.above", percent(p.CLIENT_ERRORS[0])
    yield "prod", "load-tests.peak.steps.1.pause", f"{p.PAUSE} s"
    yield "prod", "gateways.api.limit", f"{p.LIMIT * 60:.0f} req/min"
    yield "prod", "metrics.response-time.alarms.high.above", f"{p.RESPONSE_TIME[0]} ms"
    for row, (least, most) in p.COSTS.items():
        yield "prod", f"document_costs.rows.{row}.monthly", least
        if most > least:
            yield "prod", f"document_costs.rows.{row}.up_to", most
    yield "prod", "document_costs.total", p.STATED[0]
    yield "prod", "document_costs.up_to", p.STATED[1]
    yield "prod", "budget.monthly", p.BUDGET
    for number, (lasting, users) in enumerate(p.STAGES):
        yield "prod", f"load-tests.peak.stages.{number}.duration", int(lasting[:-1]) * 60
        yield "prod", f"load-tests.peak.stages.{number}.users", users
    yield "prod", "load-tests.peak.goals.response_time", int(p.GOAL_SECONDS * 1000)
    yield "prod", "load-tests.peak.goals.errors", percent(p.GOAL_ERRORS)
    yield "prod", "load-tests.peak.limits.response_time", 500
    yield "prod", "load-tests.peak.limits.errors", percent(1)
    yield "prod", "services.web.sizes.normal.cpu", p.TASK[0]
    yield "prod", "services.web.sizes.normal.memory", p.TASK[1]
    yield "prod", "databases.main.size", p.DATABASE_CLASS
    yield "prod", "caches.main.size", p.CACHE_CLASS
    for path, seconds in p.CACHED.items():
        yield "prod", f"distributions.site.behaviours.{path}.cache", seconds


SYSTEMS = {
    "dandori-portal": dandori_portal,
    "delivery-tracking": delivery_tracking,
    "multicloud": multicloud,
    "technova": technova,
    "webapp": webapp,
}
PROJECT = Project(ROOT)


@cache
def environment(target: str) -> Environment:
    system, _, name = target.partition("/")
    return resolve(PROJECT, load(PROJECT, system), name, profiles=()).environment()


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_figure_of_a_document_is_called_an_assumption(system: str) -> None:
    told = {(name, path): explain(environment(f"{system}/{name}"), path) for name, path, _ in SYSTEMS[system]()}
    for (name, path), found in told.items():
        assert found.assumption is None, f"{system}/{name}: {path} is assumed: {found.assumption}"
        assert found.rows or found.notes, f"{system}/{name}: no row and no note for {path}"


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_value_at_its_path_is_the_document_s(system: str) -> None:
    for name, path, stated in SYSTEMS[system]():
        found = explain(environment(f"{system}/{name}"), path)
        if stated is not None:
            assert stated == found.value or str(stated) in {str(found.written), f"{found.value}"}, f"{name}: {path}"


ASSUMED = {
    "dandori-portal/prod": ("distributions.site.usage.requests",),
    "delivery-tracking/prod": (
        "buckets.uploads.lifecycle.archive-old-uploads.expire_old_versions",
        "databases.main.alarms.free-storage.below",
        "databases.main.alarms.reports.below",
        "functions.secret-rotator.timeout",
        "log_retention",
        "services.route-optimizer.log_retention",
        "services.route-optimizer.tasks.max",
        "workers.tracking-worker.tasks.max",
    ),
    "multicloud/prod": (
        "jobs.export.schedules.nightly.cron",
        "queues.tasks.alarms.waiting.anomaly",
        "services.app.log_route.router.cpu",
    ),
    "technova/prod": ("services.planning.scaling.response_time.target",),
    "webapp/prod": ("databases.main.backup.retention",),
}
"""Figures of no document beside, or below, what one says: a note about the whole is no proof of them."""


@pytest.mark.parametrize("target", ASSUMED)
def test_a_figure_of_no_document_is_called_an_assumption(target: str) -> None:
    for path in ASSUMED[target]:
        found = explain(environment(target), path)
        assert found.assumption is not None, f"{target}: {path}"
        assert not found.rows, f"{target}: {path} is of {found.rows}"

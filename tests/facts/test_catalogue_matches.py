"""TechNova's catalogue says what the document says; read without infragen."""

from __future__ import annotations

from typing import Any

import pytest

from . import catalogue
from . import technova as t

SERVICES = catalogue.resolved("services", "prod")
DATABASES = catalogue.resolved("databases", "prod")
GATEWAYS = catalogue.resolved("gateways", "prod")
BFFS = catalogue.resolved("bffs", "prod")
SERVICE_FILES = sorted((catalogue.CATALOGUE / "services").rglob("*.yaml"))
EVERY_FILE = [*sorted(catalogue.CATALOGUE.rglob("*.yaml")), *sorted(catalogue.ENVIRONMENTS.rglob("*.yaml"))]


def test_the_catalogue_has_exactly_the_document_s_entries() -> None:
    assert set(SERVICES) == {s.name for s in t.SERVICES}
    assert set(DATABASES) == {d.name for d in t.DATABASES}
    assert set(GATEWAYS) == {g.name for g in t.GATEWAYS}
    assert set(BFFS) == {b.name for b in t.BFFS}
    assert set(catalogue.written("domains")) == {d.name for d in t.DOMAINS}


def test_the_environments_are_the_document_s() -> None:
    names = {path.stem for path in catalogue.ENVIRONMENTS.glob("*.yaml")}
    assert names == {*t.PLATFORM.environments, "osaka"}  # TN-02: prod is in two regions, and its standby has a file


@pytest.mark.parametrize("row", t.SERVICES, ids=lambda row: row.name)
def test_a_service_has_the_document_s_title_domain_limits_and_database(row: t.Service) -> None:
    entry = SERVICES[row.name]
    assert (entry["title"], entry["domain"], entry["database"]) == (row.title, row.domain, row.name)
    assert entry["tasks"] == {"min": str(row.min_tasks), "max": str(row.max_tasks)}


@pytest.mark.parametrize("row", t.SERVICES, ids=lambda row: row.name)
def test_a_service_has_the_document_s_sizes_in_the_document_s_figures(row: t.Service) -> None:
    assert SERVICES[row.name]["sizes"] == {
        size.profile: {
            "cpu": f"{size.vcpu:.1f} vCPU",
            "memory": f"{size.memory_gb} GB",
            "when": size.situation,
        }
        for size in t.SIZES
        if size.service == row.name
    }


@pytest.mark.parametrize("row", t.DATABASES, ids=lambda row: row.name)
def test_a_database_has_the_document_s_figures(row: t.Database) -> None:
    entry = DATABASES[row.name]
    assert entry["domain"] == row.domain
    assert entry["data"] == f"{row.data_gb} GB"
    assert (entry["connections"], entry["readers"]) == (str(row.connections), str(row.readers))
    assert (entry.get("connections_why", ""), entry["readers_for"]) == (row.connections_reason, row.readers_purpose)


@pytest.mark.parametrize("row", t.DATABASES, ids=lambda row: row.name)
def test_a_database_has_the_platform_s_engine_backups_and_a_range_within_the_document_s(row: t.Database) -> None:
    entry = DATABASES[row.name]
    assert f"{entry['engine']} {entry['version']}" == t.PLATFORM.engine.lower().replace(" ", "-", 1)
    assert entry["backup"]["retention"] == f"{t.PLATFORM.backup_days} days"
    low, high = (float(entry["capacity"][end].removesuffix(" ACU")) for end in ("min", "max"))
    assert t.PLATFORM.acu_min <= low < high <= t.PLATFORM.acu_max


def test_only_telemetry_has_a_time_series_store_of_the_document_s_volume() -> None:
    stores = {name: entry["timeseries"] for name, entry in DATABASES.items() if "timeseries" in entry}
    said = {"store": "bucket", "volume": f"{t.TIMESERIES_TB_PER_MONTH:.0f} TB"}
    assert list(stores) == [t.TIMESERIES_DATABASE]
    assert stores[t.TIMESERIES_DATABASE].items() >= said.items()


def test_the_calls_are_exactly_the_document_s_dependencies() -> None:
    expected = {(d.caller, d.callee): d.access for d in t.DEPENDENCIES}
    for provider in t.CALLED_BY_ALL:
        expected |= {(s.name, provider.callee): provider.access for s in t.SERVICES if s.name != provider.callee}
    found = {
        (name, callee): call["access"] for name, entry in SERVICES.items() for callee, call in entry["calls"].items()
    }
    assert found == expected


def test_the_scaling_targets_are_the_document_s_for_every_service() -> None:
    for name, entry in SERVICES.items():
        assert entry["scaling"]["cpu"] == f"{t.PLATFORM.cpu_target_percent} %"
        assert entry["scaling"]["memory"] == f"{t.PLATFORM.memory_target_percent} %"
        assert "steps" in entry["scaling"]
        assert ("schedules" in entry["scaling"]) is (name not in t.OF_DEVICES)
        assert ("response_time" in entry["scaling"]) is (name not in t.OF_REPORTS)


def test_who_receives_events_scales_on_its_queue() -> None:
    receivers = {d.callee for d in t.DEPENDENCIES if d.access == "event"}
    assert {name for name, entry in SERVICES.items() if "queue" in entry["scaling"]} == receivers


def test_who_has_a_month_end_in_the_document_is_scaled_before_it() -> None:
    month_end = {size.service for size in t.SIZES if size.situation.startswith("月末")}
    assert {
        name for name, entry in SERVICES.items() if "month-end" in entry["scaling"].get("schedules", ())
    } == month_end
    assert {size.service for size in t.SIZES if size.profile == "month-end"} == month_end


@pytest.mark.parametrize("row", t.GATEWAYS, ids=lambda row: row.name)
def test_a_gateway_has_the_document_s_limit(row: t.Gateway) -> None:
    entry = GATEWAYS[row.name]
    assert entry["limit"] == f"{row.per_minute} req/min"
    assert entry["per"] == {"APIキー": "api-key", "サービス": "service", "管理者": "administrator"}[row.limited_by]


def test_the_gateways_have_the_document_s_protections_and_promises() -> None:
    external, internal, management = (GATEWAYS[name] for name in ("external", "internal", "management"))
    assert catalogue.resolved("distributions", "prod")["external"]["firewall"]["managed"]
    assert external["reach"] == "cloudfront"
    assert internal["mutual_tls"] == "true"
    assert (management["reach"], management["authentication"], management["audit"]) == ("allow-list", "iam", "true")
    assert external["latency_p90"] == f"{t.PLATFORM.external_p90_ms} ms"
    assert internal["latency_p90"] == f"{t.PLATFORM.internal_p90_ms} ms"


def test_the_bffs_are_what_the_document_says_of_them() -> None:
    assert BFFS["mobile"]["payload"] == "light"
    assert BFFS["partner"]["functions"] == "limited"
    assert {name for name, entry in BFFS.items() if "functions" not in entry} == {"web", "mobile", "internal"}
    assert {name for name, entry in BFFS.items() if entry["gateway"] == "internal"} == {"internal"}
    assert {row.name: row.title for row in t.BFFS} == {name: entry["title"] for name, entry in BFFS.items()}


def test_the_declared_totals_are_the_document_s_not_the_rows() -> None:
    declared = catalogue.system()["declared"]
    assert declared["databases"] == {
        "clusters": str(t.TOTALS.clusters_stated),
        "readers": str(t.TOTALS.readers_stated),
        "connections": str(t.TOTALS.connections_stated),
        "data": f"{t.TOTALS.data_tb_stated} TB",
    }
    assert declared["throughput"] == f"{t.PLATFORM.requests_per_minute} req/min"


@pytest.mark.parametrize("row", t.PROMISES, ids=lambda row: f"{row.service}-{row.measure}")
def test_a_promise_is_the_document_s(row: t.Promise) -> None:
    promise = SERVICES[row.service]["promise"]
    key = {"availability_percent": "availability", "notification_ms": "notified_within"}.get(
        row.measure, "response_time"
    )
    number, unit = promise[key].split()
    factor = {"s": 1000, "ms": 1, "%": 1}[unit]
    assert float(number) * factor == row.value


@pytest.mark.parametrize("row", t.VOLUMES, ids=lambda row: f"{row.service}-{row.what}")
def test_a_volume_is_the_document_s(row: t.Volume) -> None:
    figures = " ".join(volume["figure"] for volume in SERVICES[row.service]["volumes"].values())
    assert f"{row.value:g}" in figures.split() or str(int(row.value)) in figures.split()


def test_tokyo_is_the_first_region_and_prod_alone_has_the_second() -> None:
    assert catalogue.system()["defaults"]["environments"]["region"] == t.PLATFORM.primary_region
    for name in t.PLATFORM.environments:
        environment = catalogue.environment(name)
        assert ("recovery" in environment) == (name == "prod")
        assert "region" not in environment
    recovery = catalogue.environment("prod")["recovery"]
    assert recovery["region"] == t.PLATFORM.recovery_region
    assert (recovery["rpo_hours"], recovery["rto_hours"]) == (str(t.PLATFORM.rpo_hours), str(t.PLATFORM.rto_hours))


@pytest.mark.parametrize("path", SERVICE_FILES, ids=lambda path: path.stem)
def test_a_service_s_file_is_short(path: Any) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 25


@pytest.mark.parametrize("path", EVERY_FILE, ids=lambda path: path.relative_to(catalogue.ROOT).as_posix())
def test_every_note_points_at_a_value_of_its_own_file(path: Any) -> None:
    data = catalogue.read(path)
    for note in data.get("notes", []):
        assert set(note) == {"id", "at", "says", "built"}
        assert catalogue.reaches(data, note["at"]), note


@pytest.mark.parametrize("kind", ["services", "databases", "gateways", "bffs"])
def test_every_assumption_names_a_value_of_its_entry(kind: str) -> None:
    for name, entry in catalogue.resolved(kind).items():
        for path in entry.get("assumptions", {}):
            assert catalogue.reaches(entry, path), f"{kind}/{name}: {path}"


@pytest.mark.parametrize("name", t.PLATFORM.environments)
def test_every_assumption_of_an_environment_names_a_value_of_it(name: str) -> None:
    settings = catalogue.merged(catalogue.system()["defaults"]["environments"], catalogue.environment(name))
    for path in settings["assumptions"]:
        assert path == "*" or catalogue.reaches(settings, path), path


# FINDINGS of the document against itself, and where each stands. The ninth (sizes Fargate does not have) is no note:
# it is found at its lines by a rule.
FINDINGS = {
    "readers, stated and added up": ("catalog/technova/system.yaml", "declared.databases.readers"),
    "connections, stated and added up": ("catalog/technova/system.yaml", "declared.databases.connections"),
    "telemetry's volume, in the service": ("catalog/technova/services/iot/telemetry.yaml", "volumes.data"),
    "telemetry's volume, in the database": ("catalog/technova/databases/iot/telemetry.yaml", "timeseries.volume"),
    "failover, automatic or by hand": ("environments/technova/prod.yaml", "recovery.failover"),
    "availability of alerts, service": ("catalog/technova/services/iot/alert.yaml", "promise.availability"),
    "a way to people that nothing names": ("catalog/technova/services/iot/alert.yaml", "promise.notified_within"),
    "promises of no share of answers": ("catalog/technova/system.yaml", "title"),
    "availability of alerts, database": ("catalog/technova/databases/iot/alert.yaml", "availability"),
    "PgBouncer for MySQL": ("catalog/technova/system.yaml", "defaults.databases.proxy"),
    "arrows that change their meaning": ("catalog/technova/system.yaml", "defaults.services.calls"),
    "reading that secures materials": ("catalog/technova/services/manufacturing/planning.yaml", "calls.inventory"),
    "a mesh that has ended": ("catalog/technova/gateways/internal.yaml", "mutual_tls"),
    "a cost range for Tokyo only": ("environments/technova/prod.yaml", "recovery.region"),
    "figures for prod only, in dev": ("environments/technova/dev.yaml", "every"),
    "figures for prod only, in test": ("environments/technova/test.yaml", "every"),
    "figures for prod only, in staging": ("environments/technova/staging.yaml", "every"),
}


@pytest.mark.parametrize("finding", FINDINGS)
def test_a_contradiction_of_the_document_has_its_note_beside_the_value(finding: str) -> None:
    file, at = FINDINGS[finding]
    notes = catalogue.read(catalogue.ROOT / file)["notes"]
    assert at in [note["at"] for note in notes]

"""Every figure of the table stands in the document, at its place and in its order."""

from __future__ import annotations

import re

import pytest

from . import document
from . import technova as t

SERVICE_GROUPS = {domain.name: domain.services_title for domain in t.DOMAINS}
DATABASE_GROUPS = {domain.name: domain.databases_title for domain in t.DOMAINS}
TITLES = {service.name: service.title for service in t.SERVICES}


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_the_document_has_exactly_the_services_of_the_table_in_this_order() -> None:
    assert [(s.title, s.group) for s in document.services()] == [
        (s.title, SERVICE_GROUPS[s.domain]) for s in t.SERVICES
    ]


@pytest.mark.parametrize(
    ("row", "text"), list(zip(t.SERVICES, document.services(), strict=True)), ids=[s.name for s in t.SERVICES]
)
def test_a_service_s_row_is_the_document_s(row: t.Service, text: document.ServiceText) -> None:
    assert text.sizes == [(s.situation, s.vcpu, s.memory_gb) for s in t.SIZES if s.service == row.name]
    assert text.tasks == (row.min_tasks, row.max_tasks)
    assert text.reason == row.reason


def test_the_document_has_exactly_the_clusters_of_the_table_in_this_order() -> None:
    assert [(d.cluster, d.group) for d in document.databases()] == [
        (d.cluster, DATABASE_GROUPS[d.domain]) for d in t.DATABASES
    ]


@pytest.mark.parametrize(
    ("row", "text"), list(zip(t.DATABASES, document.databases(), strict=True)), ids=[d.name for d in t.DATABASES]
)
def test_a_database_s_row_is_the_document_s(row: t.Database, text: document.DatabaseText) -> None:
    assert text.service_title == TITLES[row.name]
    assert (text.data_gb, text.connections, text.readers) == (row.data_gb, row.connections, row.readers)
    assert (text.connections_reason, text.readers_purpose) == (row.connections_reason, row.readers_purpose)


def test_the_stated_totals_stand_in_the_summary() -> None:
    totals = t.TOTALS
    low, high = totals.monthly_cost_usd
    for phrase in (
        f"Auroraクラスター数: {totals.clusters_stated}個",
        f"Read Replica総数: {totals.readers_stated}台",
        f"総データ量: 約 {totals.data_tb_stated}TB",
        f"総接続数: 約 {totals.connections_stated:,}接続",
        f"月間推定コスト: ${low:,}-{high // 1000},000 (東京リージョン)",
        f"全{totals.clusters_stated}クラスター + Read Replica {totals.readers_stated}台",
    ):
        assert phrase in "\n".join(document.lines())


def test_the_platform_s_figures_stand_in_the_document() -> None:
    p = t.PLATFORM
    text = document.flat_text()
    for phrase in (
        "/".join(p.environments) + "環境ごとに独立したクラスター",
        "東京リージョン（primary）、大阪リージョン（DR）",
        f"CPU利用率{p.cpu_target_percent}%、メモリ利用率{p.memory_target_percent}%を目標値",
        f"ACU {p.acu_min}-{p.acu_max}の範囲",
        f"可用性{p.availability_percent}%",
        f"Point-in-Time Recovery {p.backup_days}日間保持",
        f"{p.rpo_hours}時間以内のデータ復旧ポイント",
        f"{p.rto_hours}時間以内の業務復旧時間",
        f"90%ile < {p.internal_p90_ms}ms（内部API）、< {p.external_p90_ms}ms（外部API）",
        f"{p.requests_per_minute:,} requests/minute（全体）",
        f"最低{p.versions_served}バージョンの同時サポート",
        f"{p.deprecation_months}ヶ月の非推奨期間後に廃止",
    ):
        assert squeezed(phrase) in text
    assert sum(squeezed(p.engine) in line.replace(" ", "") for line in document.lines()) == t.TOTALS.clusters


def test_the_time_series_volume_stands_in_the_telemetry_database_s_row() -> None:
    assert f"Timestream: 時系列データ {t.TIMESERIES_TB_PER_MONTH:.0f}TB/月" in "\n".join(document.lines())


@pytest.mark.parametrize("dependency", t.DEPENDENCIES + t.CALLED_BY_ALL, ids=lambda d: f"{d.caller}-{d.callee}")
def test_a_dependency_s_line_stands_in_the_document(dependency: t.Dependency) -> None:
    assert f"- {dependency.document}" in document.lines()


def test_the_document_has_no_other_dependency() -> None:
    arrows = [line for line in document.lines() if line.startswith("- ") and " → " in line]
    known = [f"- {d.document}" for d in t.DEPENDENCIES + t.CALLED_BY_ALL]
    assert [line for line in arrows if line not in known] == ["- ECSタスクロール → Aurora IAM認証"]


@pytest.mark.parametrize("gateway", t.GATEWAYS, ids=lambda g: g.name)
def test_a_gateway_s_limit_and_protections_follow_its_title(gateway: t.Gateway) -> None:
    lines = [line for line in document.lines() if line]
    block = lines[lines.index(f"{gateway.title}:") :][:4]
    assert f"レート制限: {gateway.per_minute}req/min/{gateway.limited_by}" in block[3]
    assert all(protection in block[2] for protection in gateway.protections)


@pytest.mark.parametrize("bff", t.BFFS, ids=lambda b: b.name)
def test_a_bff_s_line_stands_in_the_document(bff: t.Bff) -> None:
    assert f"- **{bff.title}**：{bff.purpose}" in document.lines()


@pytest.mark.parametrize("row", t.PROMISES + t.VOLUMES, ids=lambda r: f"{r.service}-{r.document}")
def test_a_promise_or_volume_stands_in_its_service_s_or_database_s_own_row(row: t.Promise | t.Volume) -> None:
    (service,) = (s for s in t.SERVICES if s.name == row.service)
    (database,) = (d for d in t.DATABASES if d.name == row.service)
    assert row.document in service.reason or row.document in database.connections_reason

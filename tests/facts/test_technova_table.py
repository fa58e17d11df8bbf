"""The table of TechNova's figures agrees with itself."""

from __future__ import annotations

from collections import Counter

import pytest

from . import technova as t

# AWS documentation, "Amazon ECS task definition parameters for Fargate": memory in MB that each CPU value takes.
FARGATE = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4096 + 1, 1024)),
    1024: tuple(range(2048, 8192 + 1, 1024)),
    2048: tuple(range(4096, 16384 + 1, 1024)),
    4096: tuple(range(8192, 30720 + 1, 1024)),
    8192: tuple(range(16384, 61440 + 1, 4096)),
    16384: tuple(range(32768, 122880 + 1, 8192)),
}


def test_every_domain_has_four_services_and_four_databases() -> None:
    names = [domain.name for domain in t.DOMAINS]
    assert Counter(s.domain for s in t.SERVICES) == dict.fromkeys(names, 4)
    assert Counter(d.domain for d in t.DATABASES) == dict.fromkeys(names, 4)


def test_every_service_has_its_own_database_of_the_same_name_and_domain() -> None:
    assert [(s.name, s.domain) for s in t.SERVICES] == [(d.name, d.domain) for d in t.DATABASES]


def test_no_name_stands_twice() -> None:
    assert len({s.name for s in t.SERVICES}) == len(t.SERVICES) == 20
    assert len({s.title for s in t.SERVICES}) == 20
    assert len({(size.service, size.profile) for size in t.SIZES}) == len(t.SIZES)


def test_two_services_have_one_fixed_size_and_the_others_a_normal_and_a_peak() -> None:
    for service in t.SERVICES:
        profiles = t.sizes_of(service.name)
        if service.name in {"connectivity", "telemetry"}:
            assert set(profiles) == {"fixed"}
        else:
            assert len(profiles) == 2
            assert "normal" in profiles
            (peak,) = set(profiles) - {"normal"}
            assert profiles[peak].vcpu > profiles["normal"].vcpu


@pytest.mark.parametrize("size", t.SIZES, ids=lambda size: f"{size.service}-{size.profile}")
def test_the_fargate_size_is_the_smallest_that_holds_the_document_s(size: t.Size) -> None:
    fitting = [
        (cpu, memory)
        for cpu, memories in FARGATE.items()
        for memory in memories
        if cpu >= size.vcpu * 1024 and memory >= size.memory_gb * 1024
    ]
    assert (size.cpu_units, size.memory_mb) == min(fitting)


def test_five_kinds_of_size_do_not_exist_in_fargate() -> None:
    rounded = [s for s in t.SIZES if (s.cpu_units, s.memory_mb) != (s.vcpu * 1024, s.memory_gb * 1024)]
    assert {s.vcpu for s in rounded} == {1.5, 2.5, 3.0, 6.0}
    assert len(rounded) == 8


def test_the_rows_add_up_to_the_totals_of_the_rows() -> None:
    assert len(t.DATABASES) == t.TOTALS.clusters == t.TOTALS.clusters_stated
    assert sum(d.readers for d in t.DATABASES) == t.TOTALS.readers
    assert sum(d.connections for d in t.DATABASES) == t.TOTALS.connections
    assert sum(d.data_gb for d in t.DATABASES) == t.TOTALS.data_gb
    assert round(t.TOTALS.data_gb / 1000, 1) == t.TOTALS.data_tb_stated


def test_the_stated_readers_and_connections_differ_from_the_rows() -> None:
    assert t.TOTALS.readers - t.TOTALS.readers_stated == 2
    assert t.TOTALS.connections - t.TOTALS.connections_stated == 200


def test_task_limits_are_ranges() -> None:
    assert all(1 <= s.min_tasks < s.max_tasks for s in t.SERVICES)
    assert (sum(s.min_tasks for s in t.SERVICES), sum(s.max_tasks for s in t.SERVICES)) == (69, 225)


def test_dependencies_name_services_and_differ() -> None:
    names = {s.name for s in t.SERVICES}
    assert {d.callee for d in t.DEPENDENCIES + t.CALLED_BY_ALL} <= names
    assert {d.caller for d in t.DEPENDENCIES} <= names
    assert len({(d.caller, d.callee) for d in t.DEPENDENCIES}) == 6


@pytest.mark.parametrize("gateway", t.GATEWAYS, ids=lambda gateway: gateway.name)
def test_a_limit_a_second_is_the_limit_a_minute_in_hundredths(gateway: t.Gateway) -> None:
    assert gateway.per_second == round(gateway.per_minute / 60, 2)

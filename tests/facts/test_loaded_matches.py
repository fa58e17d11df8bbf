"""What infragen reads from TechNova's catalogue is what the document says, in AWS's own units."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from infragen.catalog.loader import load
from infragen.catalog.project import Project
from infragen.environment import Environment, resolve
from infragen.kinds.bffs import Bff
from infragen.kinds.databases import Database
from infragen.kinds.domains import Domain
from infragen.kinds.gateways.model import Gateway
from infragen.kinds.workloads.model import Service

from . import technova as t

PROJECT = Project(Path(__file__).parents[2])
SITUATIONS = sorted({size.profile for size in t.SIZES})


def environment(name: str, *profiles: str) -> Environment:
    return resolve(PROJECT, load(PROJECT, "technova"), name, profiles=profiles).environment()


@pytest.fixture(scope="module")
def prod() -> Environment:
    return environment("prod")


@pytest.mark.parametrize("name", t.PLATFORM.environments)
def test_every_environment_resolves_with_all_entries(name: str) -> None:
    found = environment(name)
    counts = [
        len(named)
        for named in (found.all(Service), found.all(Database), found.all(Gateway), found.all(Bff), found.all(Domain))
    ]
    assert counts == [len(t.SERVICES), len(t.DATABASES), len(t.GATEWAYS), len(t.BFFS), len(t.DOMAINS)]


def test_sizes_and_limits_are_the_document_s(prod: Environment) -> None:
    for row in t.SERVICES:
        service = prod.all(Service)[row.name]
        assert (service.tasks.min, service.tasks.max) == (row.min_tasks, row.max_tasks)
        assert {name: (size.cpu, size.memory) for name, size in service.sizes.items()} == {
            profile: (size.vcpu * 1024, size.memory_gb * 1024) for profile, size in t.sizes_of(row.name).items()
        }


@pytest.mark.parametrize("profile", SITUATIONS)
def test_a_profile_switches_exactly_the_services_that_have_it(profile: str) -> None:
    for name, service in environment("prod", profile).all(Service).items():
        sizes = t.sizes_of(name)
        usual = "normal" if "normal" in sizes else "fixed"
        assert service.active_profile == (profile if profile in sizes else usual)


def test_databases_are_the_document_s(prod: Environment) -> None:
    for row in t.DATABASES:
        database = prod.all(Database)[row.name]
        assert (database.data, database.connections, database.readers) == (row.data_gb, row.connections, row.readers)
        assert Decimal("0.5") <= database.capacity.min <= database.capacity.max <= 128


def test_rates_are_the_document_s_a_second(prod: Environment) -> None:
    for row in t.GATEWAYS:
        assert prod.all(Gateway)[row.name].limit.per_second == Decimal(str(row.per_second))


def test_declared_totals_are_the_document_s(prod: Environment) -> None:
    declared = prod.system.declared.databases
    assert declared is not None
    assert (declared.clusters, declared.readers, declared.connections, declared.data) == (
        t.TOTALS.clusters_stated,
        t.TOTALS.readers_stated,
        t.TOTALS.connections_stated,
        t.TOTALS.data_tb_stated * 1000,
    )

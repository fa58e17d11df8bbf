"""A traced environment is as good as the environment, and knows what was read of it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from infragen.core.build_context import BuildContext
from infragen.core.expressions import Record
from infragen.core.tracing import Notes, Read, reads_within, traced
from infragen.kinds.databases import Capacity, Database
from infragen.kinds.workloads.model import Container, Service
from infragen.stacks.build import in_force, parts
from tests.unit.stacks.systems import DATABASE, DEV, SERVICE, environment, service

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.core.resolved_system import Environment

SCALED = "scaling: {cpu: 60%, steps: [{above: 15%, change: 50}, {above: 25%, change: 100}]}\n"


@pytest.fixture
def real(tmp_path: Path) -> Environment:
    calls = "database: main\nphysical_name: site\ncalls: {shop: {access: api, why: it asks}}\n"
    files = {"services/web.yaml": SERVICE + calls + SCALED, **service("shop"), "databases/main.yaml": DATABASE}
    return environment(tmp_path, {**files, "dev.yaml": DEV + "alarms: true\n"})


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def seen(real: Environment, notes: Notes) -> Environment:
    return traced(real, notes)


def test_a_traced_entry_is_of_its_kind(real: Environment, seen: Environment) -> None:
    web = seen.all(Service)["web"]
    assert isinstance(web, Service)
    assert isinstance(web, Container)
    assert not isinstance(web, Database)
    assert isinstance(seen.all(Database)["main"].capacity, Capacity)
    assert [name for name, _ in seen.each(Container)] == [name for name, _ in real.each(Container)]
    assert (web.KIND, web.SINGULAR) == ("services", "service")


def test_values_are_what_they_are(real: Environment, seen: Environment) -> None:
    web, same = seen.all(Service)["web"], real.all(Service)["web"]
    assert (web.name, web.port, web.spot, web.profile) == (same.name, same.port, same.spot, None)
    assert web.scaling.cpu == Decimal(60)
    assert web.port + 1 == 8081
    assert f"{web.name}:{web.port}" == "web:8080"
    assert {web.name: 1}["web"] == 1
    assert json.dumps([web.name, web.port]) == '["web", 8080]'
    assert [step.above for step in web.scaling.steps] == [Decimal(15), Decimal(25)]
    assert set(web.sizes) == {"normal"}


def test_properties_and_methods_are_its_own(real: Environment, seen: Environment) -> None:
    web, same = seen.all(Service)["web"], real.all(Service)["web"]
    assert (web.identity, web.active_profile, web.path_parts) == (same.identity, "normal", ("site",))
    assert list(web.used()) == list(same.used())
    assert [(owner, path) for owner, _, path in web.used()] == [
        ("databases/main", ("database",)),
        ("services/shop", ("calls", "shop")),
    ]
    assert web.promised_response(seen) is None
    assert (seen.name, seen.target, seen.state_bucket) == (real.name, real.target, real.state_bucket)


def test_equality_and_hashing_are_those_of_the_model(real: Environment, seen: Environment, notes: Notes) -> None:
    web, same = seen.all(Service)["web"], real.all(Service)["web"]
    assert web == same
    assert same == web
    assert web == traced(real, notes).all(Service)["web"]
    assert web != seen.all(Service)["shop"]
    assert web != "web"
    assert hash(web) == hash(same)
    assert len({web, same}) == 1
    assert str(web) == str(same)


def test_what_is_no_field_is_refused_as_ever(seen: Environment) -> None:
    with pytest.raises(AttributeError, match="colour"):
        _ = seen.all(Service)["web"].colour  # type: ignore[attr-defined]


def test_a_read_names_its_owner_and_its_path(seen: Environment, notes: Notes) -> None:
    web = seen.all(Service)["web"]
    for read, what in (
        (lambda: web.port, Read("services/web", ("port",))),
        (lambda: web.scaling.cpu, Read("services/web", ("scaling", "cpu"))),
        (lambda: web.sizes["normal"].memory, Read("services/web", ("sizes", "normal", "memory"))),
        (lambda: web.profile, Read("services/web", ("profile",), is_set=False)),
        (lambda: web.environment, Read("services/web", ("environment",), is_set=False)),
        (lambda: seen.settings.network.nat, Read("environment", ("network", "nat"))),
        (lambda: seen.system.time_zone, Read("system", ("time_zone",))),
    ):
        notes.begin()
        read()
        assert notes.taken() == (what,)


def test_what_a_property_and_a_method_read_is_noted(seen: Environment, notes: Notes) -> None:
    web = seen.all(Service)["web"]
    notes.begin()
    assert web.identity == "site"
    assert notes.taken() == (Read("services/web", ("physical_name",)),)
    notes.begin()
    assert set(web.direct_calls) == {"shop"}
    assert notes.taken() == (Read("services/web", ("calls", "shop", "access")),)
    notes.begin()
    assert seen.target == "demo/dev"
    assert notes.taken() == (Read("system", ("name",)), Read("environment", ("environment",)))


def test_each_is_noted_once_and_forgotten_at_the_next_beginning(seen: Environment, notes: Notes) -> None:
    web = seen.all(Service)["web"]
    notes.begin()
    assert (web.port, web.port, web.spot) == (8080, 8080, False)
    assert notes.taken() == (Read("services/web", ("port",)), Read("services/web", ("spot",)))
    notes.begin()
    assert notes.taken() == ()


def test_a_value_that_is_handed_on_knows_where_it_was_read(seen: Environment) -> None:
    web, size = seen.all(Service)["web"], seen.all(Service)["web"].sizes["normal"]
    origin = Read("services/web", ("tasks", "max"))
    asked = Record({"port": 9443}, Read("services/web", ("calls", "shop")))
    assert list(reads_within({"a": [web.tasks.max], "b": "plain", "c": (size.cpu, 7)})) == [
        origin,
        Read("services/web", ("sizes", "normal", "cpu")),
    ]
    assert list(reads_within(web.scaling.cpu)) == [Read("services/web", ("scaling", "cpu"))]
    assert list(reads_within(asked)) == [Read("services/web", ("calls", "shop"))]


def test_all_that_is_built_of_a_traced_environment_is_the_same(real: Environment, seen: Environment) -> None:
    assert in_force(seen) == in_force(real)
    both = [
        [(part.owner, part.role, part.path, part.template, part.domain) for part in parts(one)] for one in (seen, real)
    ]
    assert both[0] == both[1]
    assert BuildContext(seen, {}, "services/web").file_stem == "service-web"

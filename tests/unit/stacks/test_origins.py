"""Origins of arguments against what is rendered: every field is changed, one at a time, to see what follows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import pytest

from infragen.catalog.loader import load
from infragen.catalog.project import Project
from infragen.environment import resolve
from infragen.hcl.index import Index
from infragen.render.draft import bodies
from infragen.render.origins import Origins
from infragen.render.shipped import shipped_templates
from infragen.render.templates import Templates
from infragen.stacks.build import draft, in_force
from tests.fixtures import FULL
from tests.unit.stacks.systems import BFF, DATABASE, DEV, GATEWAY, SERVICE, SYSTEM, environment, rendered, service
from tests.unit.stacks.variations import variations

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infragen.core.landscape import Environment
    from tests.unit.stacks.systems import Rendered
    from tests.unit.stacks.variations import Driver

    Place = tuple[str, str, str]
    """Stack, file, and the address of an argument: `module.service_web.port`."""

NAMES = {"environment", "physical_name", "account", "region", "time_zone"}
"""Of which names are made, and the keys of maps; and what is everywhere."""
BEFORE = {
    "module.key_bucket_scans.description", "module.key_replica_scans.description",
    "module.replication_bucket_photos.replica", "module.scaling_service_invoices.max_tasks",
    "module.workgroup_logs.queries",
}  # fmt: skip
"""Arguments of which a part is worked out before the line that writes them: no field is named for that part."""
LOOKED_THROUGH = {"policies", "redeploy_on"}
"""Arguments for which several fields are looked at, whatever comes of it."""
SEVERAL = {
    "auto_minor_version_upgrade", "open_ingress", "parameter_group_family", "queue", "secrets", "security_group_ids",
    "service_grants", "source", "target_group_arns", "verified",
}  # fmt: skip
"""Arguments that several fields on several lines have a say in: none of them is named, and no other one."""
NAMING = {"zone", "encryption", "of"}
"""Own fields that name an entry, or ask for a key: they go before those of that entry, or of all keys."""


def arguments(templates: Templates, of: Environment) -> dict[Place, str]:
    """Return the text of every argument of every module call."""
    return {
        (stack, path, address): value
        for (stack, path), text in bodies(templates, draft(of)).items()
        if path.endswith(".tf")
        for address, value in arguments_in(text).items()
    }


@lru_cache(maxsize=1000)
def arguments_in(text: str) -> dict[str, str]:
    return {argument.address: argument.value for call in Index(text).calls for argument in call.arguments.values()}


@dataclass(frozen=True)
class Drivers:
    """What was found out by changing fields: the fields that change each argument."""

    origins: Origins
    found: Mapping[Place, set[Driver]]


@pytest.fixture(scope="module", params=[pytest.param("prod", marks=pytest.mark.long), "dev"])
def drivers(request: pytest.FixtureRequest) -> Drivers:
    project = Project(FULL)
    of = resolve(project, load(project, "depot"), request.param).environment()
    templates = Templates([shipped_templates()])
    made = draft(of)
    bodies(templates, made)
    before = arguments(templates, of)
    found: dict[Place, set[Driver]] = defaultdict(set)
    usual = set(in_force(of))
    for driver, other in variations(of):
        if set(in_force(other)) - usual:
            continue  # what would ask for something that is not there is read by nobody
        after = arguments(templates, other)
        for place, text in before.items():
            if after.get(place, text) != text:
                found[place].add(driver)
    return Drivers(Origins(of, templates, made.wiring), found)


def covers(read: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """Whether a field that was read is the one that was changed, or one holds the other."""
    return read[: len(path)] == path[: len(read)]


def test_every_field_that_changes_an_argument_was_read_for_it(drivers: Drivers) -> None:
    """But for rules of security groups: one that another value would bring, or lead elsewhere, is its relation's."""
    missing = [
        (place, owner, ".".join(path))
        for place, changing in drivers.found.items()
        for owner, path in changing
        if not place[2].endswith(("ingress", "egress")) or path[-1] == "why"
        if place[2] not in BEFORE
        if not any(
            read.owner == owner and covers(read.path, path)
            for read in drivers.origins.reads(*place[:2]).get(place[2], ())
        )
    ]
    assert len(drivers.found) > 200
    assert sorted(missing) == []


def test_the_only_field_that_changes_an_argument_is_its_origin(drivers: Drivers) -> None:
    wrong = []
    for (stack, path, address), changing in drivers.found.items():
        [(owner, steps), *others] = changing
        _, label, argument = address.split(".")
        if others or steps[0] in NAMES or argument in LOOKED_THROUGH:
            continue
        if argument in {"ingress", "egress"} and steps[-1] != "why":
            continue  # the rule is its relation's, as above
        origin = drivers.origins.of(stack, path, label, [(argument, None)])
        field = ".".join(("system", *steps) if owner == "system" else steps)
        if (origin is None and argument in SEVERAL) or (
            origin is not None and origin.field.rpartition(".")[2] in NAMING
        ):
            continue
        if origin is None or field.partition(".")[0] != origin.field.partition(".")[0]:
            wrong.append((stack, path, address, owner, field, origin and origin.field))
    assert wrong == []


FILES = {
    "system.yaml": SYSTEM + "defaults: {services: {scaling: {cpu: 70%}}, databases: {audit: {retention: 365 days}}}\n",
    "dev.yaml": DEV + "alarms: true\nload_balancer: {}\ndatabases: {main: {deletion_protection: true}}\n",
    "services/web.yaml": SERVICE
    + "database: main\ncalls:\n  shop: {access: api, why: it asks}\npromise: {response_time: 300 ms}\nspot: true\n",
    **service("shop"),
    "databases/main.yaml": DATABASE + "proxy: {}\nconnections: 50\n",
    "gateways/public.yaml": GATEWAY + "latency_p90: 500 ms\n",
    "bffs/shop.yaml": BFF,
}


@pytest.fixture
def made(tmp_path: Path) -> Rendered:
    return rendered(environment(tmp_path, FILES))


SERVICES, SHARED = "catalog/demo/services", "catalog/demo/system.yaml"
WRITTEN = (
    ("app/service-web.tf scaling_service_web max_tasks", "tasks.max", f"{SERVICES}/web.yaml:4"),
    ("app/service-web.tf service_web cpu", "sizes.normal", f"{SERVICES}/web.yaml:3"),
    ("app/service-web.tf service_web image", "image.tag", f"{SERVICES}/web.yaml:5"),
    ("app/service-web.tf service_web capacity_providers", "spot", f"{SERVICES}/web.yaml:10"),
    ("app/service-web.tf scaling_service_web target_percent cpu", "scaling.cpu", f"{SHARED}:4"),
    ("data/database-main.tf database_main engine_version", "release", "catalog/demo/databases/main.yaml:5"),
    ("data/database-main.tf database_main deletion_protection", "deletion_protection", "environments/demo/dev.yaml:7"),
    ("data/database-main.tf database_main audited", "audit", f"{SHARED}:4"),
    ("data/database-main.tf database_main log_exports audit", "audit.retention", f"{SHARED}:4"),
    ("network/network.tf vpc cidr_block", "network.cidr", "environments/demo/dev.yaml:4"),
    ("network/service-web.tf security_group_service_web egress service-shop", "calls.shop", f"{SERVICES}/web.yaml:8"),
    (
        "app/service-web.tf alarms_service_web alarms demo-dev-web-response-time",
        "promise.response_time",
        f"{SERVICES}/web.yaml:9",
    ),
    (
        "app/bff-shop.tf alarms_bff_shop alarms demo-dev-bff-shop-response-time",
        "latency_p90",
        "catalog/demo/gateways/public.yaml:8",
    ),
    (
        "app/database-main.tf alarms_database_main alarms demo-dev-database-main-connections",
        "connections",
        "catalog/demo/databases/main.yaml:8",
    ),
    ("edge/gateway-public.tf usage_plan_public requests_per_second", "limit", "catalog/demo/gateways/public.yaml:5"),
)
"""An argument, with its key; the field it comes from; the line of the strongest layer that sets it."""


@pytest.mark.parametrize(("argument", "field", "place"), WRITTEN, ids=[one[0] for one in WRITTEN])
def test_a_value_stands_where_the_strongest_layer_wrote_it(
    made: Rendered, argument: str, field: str, place: str
) -> None:
    path, call, name, *keys = argument.split()
    stack, _, file = path.partition("/")
    origin = made.origins.of(stack, file, call, [(name, next(iter(keys), None))])
    assert origin is not None
    assert origin.field == field
    assert f"{origin.location.file}:{origin.location.line}" == place


def test_of_several_arguments_the_one_that_people_change_counts(made: Rendered) -> None:
    def of(*arguments: str) -> str | None:
        pairs = [(argument, None) for argument in arguments]
        found = made.origins.of("app", "service-web.tf", "service_web", pairs)
        return found.field if found else None

    assert of("account_id", "region", "name", "capacity_providers") == "spot"
    assert of("account_id", "name") == "name"
    assert of("account_id", "region") is None
    assert of("image", "capacity_providers") is None
    assert of("container_name") is None


def test_fields_on_one_line_are_what_holds_them(made: Rendered) -> None:
    origin = made.origins.of(
        "data", "database-main.tf", "database_main", [("min_capacity", None), ("max_capacity", None)]
    )
    assert origin is not None
    assert (origin.field, origin.location.line) == ("capacity", 6)


def test_a_name_comes_from_the_first_field_that_sets_it(tmp_path: Path) -> None:
    for more, field in (
        ("", "name"),
        ("physical_name: site\n", "physical_name"),
        ("renamed_from: old\n", "renamed_from"),
    ):
        found = rendered(environment(tmp_path, {"services/web.yaml": SERVICE + more}))
        origin = found.origins.of("app", "service-web.tf", "service_web", [("name", None)])
        assert origin is not None
        assert origin.field == field


def test_an_argument_knows_whether_a_field_has_a_say(made: Rendered) -> None:
    def has(argument: str) -> bool:
        return made.origins.has_field("app", "service-web.tf", "service_web", argument)

    assert [has(one) for one in ("cpu", "image", "name", "container_name", "cluster_arn")] == [
        True, True, False, False, False,
    ]  # fmt: skip

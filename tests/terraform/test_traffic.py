"""What a plan makes possible is what the catalogue declares: no way more, and no way less.

`DECLARED` is read from the catalogue's entries, `possible` from terraform's plan alone. What the templates of today
allow beyond that stands in `EXCESS`, each with its reason; a row that no plan needs any more is an error.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from infragen.plan import open_plan
from infragen.reachability import INTERNET, Traffic, Way, traffic_of
from infragen.workflow.planning.offline import owner_of
from infragen.workflow.rendering.composition import Composed, compose, templates_of
from infragen.workflow.target import open_project, resolve_one
from tests.offline_plans import EVERY_TIME, every_environment, offline_plan

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.terraform

ROOT = Path(__file__).parents[2]


TASKS = ("services", "bffs", "workers", "jobs")
GATEWAY_ENDPOINTS = ("dynamodb", "s3")
SSH, MESH, HTTPS, REDIS, MONGODB = 22, 9443, 443, 6379, 27017


class Relation(NamedTuple):
    """Who reaches whom, and on which port."""

    source: str
    target: str
    port: str

    def __str__(self) -> str:
        return f"{self.source} -> {self.target} {self.port}"


@dataclass(frozen=True)
class Excess:
    """Ways that nobody declared, and why the templates still open them; `passing` is what they pass."""

    source: str
    target: str
    ports: tuple[int, ...]
    passing: str
    reason: str

    def matches(self, way: Way) -> bool:
        ends = fnmatchcase(way.source, self.source) and fnmatchcase(way.target, self.target)
        return ends and str(way.port) in {f":{port}" for port in self.ports} and self.passing in way.through


EXCESS = (
    Excess(
        "*", INTERNET, (HTTPS,), "NAT",
        "tasks fetch images and call AWS's APIs, which have no endpoints there; the rule names which",
    ),
    Excess(
        "bastions/*", INTERNET, (HTTPS,), "the internet gateway",
        "Session Manager is asked for at any address; in a public subnet, that is no way through NAT",
    ),
    Excess(
        "bastions/*", "AWS dynamodb", (HTTPS,), "the gateway endpoint",
        "Session Manager is asked for at any address, and the routes of the app subnets lead to the endpoint as well",
    ),
    Excess(
        "functions/*", "AWS dynamodb", (HTTPS,), "the gateway endpoint",
        "a rule names the list of S3's addresses or of DynamoDB's, and a plan does not know which of them",
    ),
    Excess(
        "*", "AWS s3", (HTTPS,), "the gateway endpoint",
        "image layers come from S3; the endpoint has no policy, so that every bucket is reached",
    ),
    Excess(
        "*", "AWS execute-api", (HTTPS,), "the interface endpoint",
        "the endpoint leads to every private API of AWS's; which one is left to the role of the caller",
    ),
    Excess(
        "bffs/*", "gateways/internal", (HTTPS,), "AWS execute-api",
        "the endpoint lets every task in; no policy of a BFF's role allows a call, and policies are not looked at",
    ),
    Excess(
        "gateways/internal", "bffs/*", (8080,), "load-balancer :8443",
        "the gateway passes on every path, and its listener knows those of the BFFs too",
    ),
    Excess(
        "*", "services/*", (80, 3000, 8080), "balancers/public :443",
        "whoever may call the internet may call what faces it",
    ),
    Excess(
        "*", "services/*", (8081,), "balancers/devices :443",
        "whoever may call the internet may call what faces it, which then asks for a certificate of the private CA",
    ),
)  # fmt: skip


class Planned:
    """The committed environments and who reaches whom in their plans, each made when a test first asks."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        self._factory = factory
        self._made: dict[str, tuple[Composed, Traffic]] = {}

    def plan(self, target: str) -> Path:
        return offline_plan(self._factory, target)

    def __call__(self, target: str) -> tuple[Composed, Traffic]:
        if target not in self._made:
            project = open_project(ROOT)
            composed = compose(project, resolve_one(project, target)[1], templates_of(project))
            self._made[target] = composed, traffic_in(self.plan(target), composed)
        return self._made[target]


def traffic_in(plan: Path, composed: Composed) -> Traffic:
    return traffic_of(open_plan(plan), composed.environment.target, owner_of(composed))


@pytest.fixture(scope="session")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    return Planned(tmp_path_factory)


def declared(composed: Composed) -> set[Relation]:
    """Return what the catalogue's entries say, by their own fields."""
    entries = dict(composed.environment.every())
    balancer = composed.environment.settings.load_balancer
    proved = {
        Relation(owner, f"services/{name}", f":{called.verified_port or called.port}")
        for owner, entry in entries.items()
        for name, call in getattr(entry, "calls", {}).items()
        if balancer is not None and balancer.mutual_tls and call.access != "event"
        for called in [entries[f"services/{name}"]]
    }
    checked = {  # the mesh looks at no method, so that who only reads has no way through it
        Relation(owner, f"services/{name}", f":{MESH}")
        for owner, entry in entries.items()
        for name, call in getattr(entry, "calls", {}).items()
        if balancer is not None and balancer.mutual_tls and balancer.verifier != "shared" and call.access == "read"
    }
    network = composed.environment.settings.network
    reached = {
        Relation(owner, f"AWS {service}", f":{HTTPS}")
        for owner, entry in entries.items()
        for service in (network.endpoints if network is not None else ())
        if stands_in_network(owner, entry)
        # These lead out of the tiers of tasks, and a function has a rule for what it uses alone.
        if not (owner.startswith(("bastions/", "functions/")) and service in GATEWAY_ENDPOINTS)
    }
    said = {
        Relation(source, target, f":{port}")
        for owner, entry in entries.items()
        for source, target, port in declared_of(owner, entry, entries)
    }
    return (proved | reached | said) - checked


def stands_in_network(owner: str, entry: Any) -> bool:
    """Whether it has a place in the VPC: tasks and bastions always, a function that asks for one, or needs one."""
    kind = owner.partition("/")[0]
    there = {"databases", "document-databases", "caches"}
    needs = kind == "functions" and (entry.internet or any(name.partition("/")[0] in there for name in entry.uses))
    reaches = needs or (kind == "functions" and entry.in_vpc)
    return kind in {*TASKS, "bastions"} or bool(reaches)


def declared_of(owner: str, entry: Any, entries: dict[str, Any]) -> Iterator[tuple[str, str, int]]:
    kind = owner.partition("/")[0]
    if kind in {*TASKS, "functions"}:
        called = getattr(entry, "calls", {}).items()
        calls = (f"services/{name}" for name, call in called if call.access != "event")
        database = [f"databases/{entry.database}"] if getattr(entry, "database", None) else []
        yield from ((owner, INTERNET, outside.port) for outside in entry.internet.values())
        for used in (*calls, *database, *entry.uses):
            access = entry.uses[used].access if used in entry.uses else None
            yield from used_by(owner, used, entries.get(used), access)
        yield from behind_balancers(owner, entry, entries)
    if kind == "services":  # each has a key of a gateway that is there for services
        yield from ((owner, name, HTTPS) for name, one in gateways(entries) if one.reach == "vpc")
    if kind == "bastions":
        yield from ((source, owner, SSH) for source in entry.allow)
        for used in entry.uses:  # past a proxy, as those do who migrate
            yield from used_by(owner, used, entries.get(used), "migrate")
    if kind == "databases" and entry.proxy is not None:
        yield f"{owner} proxy", owner, entry.kind_of_engine.port
    if kind == "gateways":
        yield from declared_of_gateway(owner, entry, entries)
    if kind in {"distributions", "balancers"}:
        yield from declared_of_front(owner, entry, entries)


def behind_balancers(owner: str, entry: Any, entries: dict[str, Any]) -> Iterator[tuple[str, str, int]]:
    for used in entry.uses:
        if used.startswith("balancers/"):
            yield from ((owner, *one) for one in delivered(entries[used], entries))


def delivered(balancer: Any, entries: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield the services behind a balancer, and where each gets its requests: those with certificates apart."""
    for route in balancer.routes.values():
        service = entries[f"services/{route.service}"]
        yield f"services/{route.service}", (balancer.mutual_tls and service.verified_port) or service.port


def declared_of_front(owner: str, entry: Any, entries: dict[str, Any]) -> Iterator[tuple[str, str, int]]:
    """Yield who comes in from outside, and to which services."""
    kind = owner.partition("/")[0]
    if kind == "distributions":
        yield INTERNET, owner, HTTPS
        yield from ((owner, f"gateways/{one.gateway}", HTTPS) for one in entry.origins.values() if one.gateway)
        behind = (entries[f"balancers/{origin.balancer}"] for origin in entry.origins.values() if origin.balancer)
        yield from ((owner, *one) for balancer in behind for one in delivered(balancer, entries))
    if kind == "balancers":
        for source in [INTERNET] if entry.reach == "internet" else entry.allow:
            yield from ((source, *one) for one in delivered(entry, entries))


def used_by(owner: str, used: str, entry: Any, access: str | None) -> Iterator[tuple[str, str, int]]:
    kind = used.partition("/")[0]
    if kind == "services" and entry is not None:
        yield owner, used, MESH
    if kind == "databases" and entry is not None:
        is_pooled = entry.proxy is not None and access != "migrate"
        yield owner, f"{used} proxy" if is_pooled else used, entry.kind_of_engine.port
    if kind == "caches" and entry is not None:
        yield owner, used, REDIS
    if kind == "document-databases" and entry is not None:
        yield owner, used, MONGODB
    if kind == "search-domains" and entry is not None:
        yield owner, used, HTTPS


def declared_of_gateway(owner: str, entry: Any, entries: dict[str, Any]) -> Iterator[tuple[str, str, int]]:
    if entry.reach != "vpc":
        yield INTERNET, owner, HTTPS
    for source in entry.allow if entry.reach == "vpc" else ():  # by VPN or Direct Connect, through its endpoint
        yield from ((source, target, HTTPS) for target in ("AWS execute-api", owner))
    yield from ((owner, f"services/{name}", entries[f"services/{name}"].port) for name in entry.routes.values())
    for name, one in entries.items():
        is_behind = name.startswith("bffs/") and f"gateways/{one.gateway}" == owner
        if is_behind or (name.startswith("services/") and entry.reach == "vpc"):
            yield owner, name, one.port


def gateways(entries: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((name, one) for name, one in entries.items() if name.startswith("gateways/"))


def relation_of(way: Way) -> Relation:
    return Relation(way.source, way.target, str(way.port))


def undeclared(composed: Composed, traffic: Traffic) -> set[str]:
    """Return the ways that neither the catalogue nor `EXCESS` has a reason for."""
    wanted = declared(composed)
    excess = [way for way in traffic.ways if relation_of(way) not in wanted]
    return {str(way) for way in excess if not any(one.matches(way) for one in EXCESS)}


@every_environment
def test_nothing_is_possible_that_is_not_declared(target: str, planned: Planned) -> None:
    assert undeclared(*planned(target)) == set()


@every_environment
def test_everything_that_is_declared_is_possible_and_has_a_name(target: str, planned: Planned) -> None:
    composed, traffic = planned(target)
    possible = {relation_of(way) for way in traffic.ways if way.name}
    assert len(declared(composed)) > 5
    assert {str(one) for one in declared(composed) - possible} == set()


def test_every_excess_is_still_there(planned: Planned) -> None:
    needed = set()
    for target in EVERY_TIME:
        composed, traffic = planned(target)
        wanted = declared(composed)
        excess = [way for way in traffic.ways if relation_of(way) not in wanted]
        needed |= {one for one in EXCESS if any(map(one.matches, excess))}
    assert [one for one in EXCESS if one not in needed] == []


REDIRECTED = (
    'module.network.module.security_group_balancer_public.aws_vpc_security_group_ingress_rule.open["internet-80"]'
)
"""A listener that only sends to HTTPS passes nothing on."""

_GROUP = "module.network.module.security_group_"
OF_ANOTHER = {
    f'{_GROUP}balancer_public.aws_vpc_security_group_ingress_rule.open["cloudfront-443"]',
    f'{_GROUP}balancer_public.aws_vpc_security_group_egress_rule.this["service-backend-api"]',
    f'{_GROUP}service_backend_api.aws_vpc_security_group_ingress_rule.this["balancer-public"]',
}
"""From the distribution, which is prod's and in no plan of dr: it calls whichever balancer its name leads to."""


@every_environment
def test_every_rule_of_a_security_group_opens_a_way(target: str, planned: Planned) -> None:
    """A rule that opens none is dead, or is not understood."""
    document = json.loads(planned.plan(target).read_text("utf-8"))
    types = {"aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"}
    rules = {one["address"] for one in document["resource_changes"] if one["type"] in types}
    used = {rule for way in planned(target)[1].ways for rule in way.rules}
    assert used
    dead = rules - used - {REDIRECTED}
    assert dead == {"delivery-tracking/dr": OF_ANOTHER}.get(target, set())


FRONT = "module.network.module.security_group_service_front."
IN, OUT = "aws_vpc_security_group_ingress_rule.this", "aws_vpc_security_group_egress_rule.this"


@pytest.mark.parametrize(
    ("rule", "opened", "found"),
    [
        pytest.param(
            f'{FRONT}{IN}["balancer-public"]',
            {"cidr_ipv4": "0.0.0.0/0", "from_port": 0, "to_port": 65535},
            {
                f"{one} -> services/front :443"
                for one in ("bastions/main", "jobs/migrate", "services/api", "workers/mailer")
            },
            id="a group that lets everybody in is reached by who may leave to anywhere on 443",
        ),
        pytest.param(
            f'{FRONT}{OUT}["internet"]',
            {"from_port": 0, "to_port": 65535},
            {"services/front -> internet :all, through NAT"},
            id="more ports to anywhere",
        ),
    ],
)  # fmt: skip
def test_a_rule_that_is_opened_is_found(
    rule: str, opened: dict[str, Any], found: set[str], planned: Planned, tmp_path: Path
) -> None:
    composed, _ = planned("shop/prod")
    document = json.loads(planned.plan("shop/prod").read_text("utf-8"))
    (item,) = [one for one in document["resource_changes"] if one["address"] == rule]
    item["change"]["after"] |= opened
    (tmp_path / "plan.json").write_text(json.dumps(document), "utf-8")
    assert undeclared(composed, traffic_in(tmp_path / "plan.json", composed)) == found

"""Balancers: Application Load Balancers, with the routes to the services behind them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import BeforeValidator, Field

from infragen.core.addresses import Cidr
from infragen.core.entry import Days, Form, Model, Seconds, Slug, Text
from infragen.core.measures import Thresholds
from infragen.core.resolved_system import Environment
from infragen.kinds import custom_headers
from infragen.kinds.custom_headers import CustomHeader
from infragen.kinds.firewalls import Firewall
from infragen.kinds.workloads.model import Service
from infragen.kinds.zones.checks import CheckedEntry
from infragen.kinds.zones.names import FailoverRole, Host

_PATH: Final = r"/[A-Za-z0-9_.$/~\"'@:+&*?-]*"


PathPattern = Annotated[str, Form(_PATH, "a path such as `/api/*`: a `/` first, and `*` is any text", 128)]
"""Elastic Load Balancing API: PathPatternConditionConfig, 128 characters."""


class Route(Model):
    """Which requests go to one service; without paths and hosts, all that no other route matches."""

    service: Slug
    paths: tuple[PathPattern, ...] = ()
    """Paths that it matches, `/api/*`: `*` is any text, `?` one character; `/api/*` does not match `/api`."""
    hosts: tuple[Host, ...] = ()
    """Names that it matches; all of the balancer's when left out."""

    @property
    def patterns(self) -> tuple[str, ...]:
        """Each rule of a listener needs a condition."""
        return self.paths or (() if self.hosts else ("/*",))


def folder_of(patterns: Iterable[str]) -> str:
    """Return the folder that all paths lie in, without a `/` at its end: `/api` of `/api` and `/api/*`."""
    split = ((path, re.split(r"[*?]", path)[0]) for path in patterns)
    folders = (path.rstrip("/") if path == literal else literal.rpartition("/")[0] for path, literal in split)
    names = zip(*(folder.split("/") for folder in folders), strict=False)
    return "/".join(same[0] for same in takewhile(lambda same: len(set(same)) == 1, names))


class AccessLogs(Model):
    """A record of every request, in a bucket of its own."""

    retention: Days = 30


class Failover(FailoverRole):
    """Which of two environments, in two regions, the names point to: the primary while it is healthy."""

    INSTEAD: ClassVar = dict.fromkeys(
        ("health_check", "health", "unless"), "write `healthy_tasks: 1`, with which the primary is well"
    )
    healthy_tasks: Annotated[int, Field(ge=1, le=1000, examples=[1])] | None = None
    """How many tasks of each service behind it must pass their health check, in the primary: with fewer, its names
    point to the secondary."""
    lasting: Annotated[Seconds, Field(examples=["3 min"])] = 180
    """How long there must be fewer before that, in whole minutes."""

    @classmethod
    def idle(cls, data: Mapping[str, Any]) -> Mapping[str, str]:
        return {} if data.get("role") == "primary" else dict.fromkeys(("healthy_tasks", "lasting"), "`role: primary`")


class Balancer(CheckedEntry):
    """An Application Load Balancer."""

    KIND: ClassVar = "balancers"
    SINGULAR: ClassVar = "balancer"

    reach: Literal["internet", "vpc", "allow-list", "cloudfront"]
    """`internet`: everybody; `vpc`: entries that use it, and networks in `allow`; `allow-list`: only from `allow`;
    `cloudfront`: distributions, and networks in `allow`."""
    allow: tuple[Cidr, ...] = ()
    """Address ranges that may connect."""
    custom_header: Annotated[CustomHeader | None, Field(examples=[{"version": 1}])] = None
    """With `reach: cloudfront`: only the distributions here pass, which send a header with a secret value; others of
    CloudFront get a 404."""
    routes: dict[Slug, Route]
    """Which requests go to which service. Requests that no route matches get a 404."""
    failover: Annotated[Failover, Field(examples=[{"role": "primary", "healthy_tasks": 1}])] | None = None
    """Has a balancer of the same names in another environment: `{role: primary, healthy_tasks: 1}` here,
    `{role: secondary}` in that environment's file."""
    firewall: Firewall | None = None
    firewall_why: Annotated[Text | None, Field(examples=["the service behind it checks each request itself"])] = None
    """Why it needs no firewall."""
    tls: Annotated[Literal["1.2", "1.3"], BeforeValidator(str)] = "1.2"
    """The oldest version of TLS that it accepts; 1.3 always works."""
    mutual_tls: bool = False
    """Clients show a certificate of the private CA, with `load_balancer: {mutual_tls: true}`; services that have a
    `verified_port` get their requests there."""
    idle_timeout: Annotated[int, Field(ge=1, le=4000)] = 60
    """Seconds after which an idle connection is closed (Elastic Load Balancing API: LoadBalancerAttribute)."""
    access_logs: AccessLogs | None = None
    """Enables a log of all requests, in a bucket."""
    alarms: Thresholds = Field(default_factory=dict, examples=[{"errors": {"above": "5 %", "level": "high"}}])
    """Additional alarms, or other thresholds, by measure; `none` turns one off."""

    @classmethod
    def idle(cls, data: Mapping[str, Any]) -> Mapping[str, str]:
        found = {} if data.get("zone") else {"failover": "`zone`"}
        if data.get("firewall"):
            found["firewall_why"] = "no `firewall`"
        if data.get("reach") != "cloudfront" or data.get("allow"):
            found["custom_header"] = "`reach: cloudfront`, and no `allow`"
        return {**super().idle(data), **found}

    @property
    def is_public(self) -> bool:
        return self.reach != "vpc"

    @property
    def requires_header(self) -> bool:
        return custom_headers.is_required(self)

    def port_of(self, service: Service) -> int:
        """Return where a service behind it listens: what a certificate says is believed at a port of its own."""
        return (service.verified_port if self.mutual_tls else None) or service.port

    def routes_to(self, service: str) -> list[Route]:
        return [route for _, route in sorted(self.routes.items()) if route.service == service]

    def patterns_to(self, service: str) -> list[str]:
        return [path for route in self.routes_to(service) for path in route.patterns or ("/*",)]

    def found_at(self, service: str) -> tuple[tuple[Host, ...], str]:
        """Return at which names of its own, if any, a service is called, and the folder that its paths there lie in."""
        routes = self.routes_to(service)
        hosts = min((route.hosts for route in routes), key=bool, default=())
        return hosts, folder_of(path for one in routes if one.hosts == hosts for path in one.patterns or ("/*",))

    def written_hosts(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Its own names first."""
        yield from super().written_hosts()
        for name, route in sorted(self.routes.items()):
            for index, host in enumerate(route.hosts):
                yield ("routes", name, "hosts", index), host


def leading_to(environment: Environment, service: str) -> list[Balancer]:
    return [one for one in environment.all(Balancer).values() if one.routes_to(service)]

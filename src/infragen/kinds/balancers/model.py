"""Balancers: Application Load Balancers, with the routes to the services behind them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal

from pydantic import BeforeValidator, Field

from infragen.core.addresses import Cidr
from infragen.core.entry import Entry, Model, Slug
from infragen.core.forms import Form
from infragen.core.hosts import is_below, within
from infragen.core.landscape import Environment
from infragen.core.units import Days
from infragen.kinds.firewalls import Firewall
from infragen.kinds.zones import Zone

if TYPE_CHECKING:
    from collections.abc import Mapping

_HOST: Final = r"(@|(\*\.)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*)"
_PATH: Final = r"/[A-Za-z0-9_.$/~\"'@:+&*?-]*"


Host = Annotated[
    str,
    Form(_HOST, "a name in the zone, such as `www`, `@` for the zone itself, or a whole `www.example.com`", 128),
]
"""Elastic Load Balancing API: HostHeaderConditionConfig, 128 characters."""
PathPattern = Annotated[str, Form(_PATH, "a path such as `/api/*`: a `/` first, and `*` is any text", 128)]
"""Elastic Load Balancing API: PathPatternConditionConfig, 128 characters."""


CertificateArn = Annotated[
    str,
    Form(
        r"arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[0-9a-f-]+",
        "the ARN of a certificate in ACM: `arn:aws:acm:ap-northeast-1:111122223333:certificate/1234abcd`",
    ),
]


class Route(Model):
    """Which requests go to one service; all that no other route takes, where neither paths nor hosts are given."""

    service: Slug
    paths: tuple[PathPattern, ...] = ()
    """Paths that it takes, `/api/*`: `*` is any text, `?` one character; `/api/*` does not take `/api`."""
    hosts: tuple[Host, ...] = ()
    """Names that it takes; all of the balancer's when left out."""

    @property
    def patterns(self) -> tuple[str, ...]:
        """The paths that it takes: each rule of a listener has a condition."""
        return self.paths or (() if self.hosts else ("/*",))

    @property
    def prefix(self) -> str:
        """What all its paths begin with, up to a slash: `/api` of `/api/*`."""
        path = min((re.split(r"[*?]", one)[0] for one in self.patterns), key=len, default="")
        return path.rpartition("/")[0] if self.patterns and "*" in "".join(self.patterns) else path.rstrip("/")


class AccessLogs(Model):
    """A record of every request, in a bucket of its own."""

    retention: Days = 30


class Balancer(Entry):
    """An Application Load Balancer."""

    KIND: ClassVar = "balancers"
    SINGULAR: ClassVar = "balancer"

    reach: Literal["internet", "vpc", "allow-list"]
    """`internet`: everybody; `vpc`: entries that use it, and networks in `allow`; `allow-list`: only from `allow`."""
    allow: tuple[Cidr, ...] = ()
    """Address ranges that may connect."""
    zone: Slug | None = None
    """The zone of its names: a record leads each of them here, and a certificate is asked for them."""
    certificate: CertificateArn | None = None
    """A certificate in ACM, in its region, in place of one for the names in `zone`."""
    hosts: tuple[Host, ...] = ()
    """Its names: `www` in the zone, `@` for the zone's own, which it is when left out."""
    routes: dict[Slug, Route]
    """Which requests go to which service. What no route takes is answered with 404."""
    firewall: Firewall | None = None
    tls: Annotated[Literal["1.2", "1.3"], BeforeValidator(str)] = "1.2"
    """The oldest version of TLS that it speaks; 1.3 always."""
    idle_timeout: Annotated[int, Field(ge=1, le=4000)] = 60
    """Seconds after which a silent connection is closed (Elastic Load Balancing API: LoadBalancerAttribute)."""
    access_logs: AccessLogs | None = None
    """Asks for a log of all requests, in a bucket."""

    @classmethod
    def idle(cls, data: Mapping[str, Any]) -> Mapping[str, str]:
        """Return the names that need a zone to be whole."""
        return {} if data.get("zone") else {"hosts": "`zone`"}

    @property
    def is_public(self) -> bool:
        """Whether it has addresses on the internet."""
        return self.reach != "vpc"

    def zone_of(self, environment: Environment) -> Zone | None:
        """Return the zone of its names; None where it has none, or one that is not there (H104)."""
        return environment.all(Zone).get(self.zone) if self.zone else None

    def full(self, host: str, environment: Environment) -> str:
        """Return the whole name of a host: below the zone's domain, but for what is a whole name already."""
        zone = self.zone_of(environment)
        domain = zone.answers_for(environment) if zone else ""
        short = "." not in host.removeprefix("*.")
        return within(host, domain) if domain and (short or is_below(host, domain)) else host

    def names(self, environment: Environment) -> tuple[str, ...]:
        """Return all its whole names, the balancer's own first; the zone's own where nobody writes one."""
        written = (*self.hosts, *(host for _, route in sorted(self.routes.items()) for host in route.hosts))
        usual = ("@",) if self.zone_of(environment) else ()
        return tuple(dict.fromkeys(self.full(host, environment) for host in written or usual))

    def is_secure(self, environment: Environment) -> bool:
        """Whether it has a certificate; one of a zone that nobody asks cannot be issued."""
        zone = self.zone_of(environment)
        return self.certificate is not None or (zone is not None and zone.is_delegated)

"""The system, its domains, and one environment's own settings."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from infragen.core.addresses import Cidr
from infragen.core.entry import Model, Note, Slug, Text, Title
from infragen.core.units import Days, Gigabytes, Percent, Rate

__all__ = ["Declared", "DeclaredDatabases", "Network", "Recovery", "Settings", "State", "Subnets", "System"]

Region = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")]
Zone = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$")]
AccountId = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
DomainName = Annotated[str, StringConstraints(max_length=253)]
EndpointService = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$", max_length=64)]
Email = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", max_length=254),
]
"""HTML Living Standard: valid e-mail address; its length: RFC 5321, 4.5.3.1.3."""
BucketName = Annotated[str, StringConstraints(min_length=3, max_length=63)]


class DeclaredDatabases(Model):
    """Totals that the document states for its databases; `validate` compares them with the rows."""

    clusters: int
    readers: int
    data: Gigabytes
    connections: int


class Declared(Model):
    """Totals that the document itself states."""

    databases: DeclaredDatabases | None = None
    throughput: Rate | None = None
    """Requests in all."""


class System(Model):
    """`system.yaml`: what the whole system shares."""

    schema_: Annotated[Literal[1], Field(alias="schema")]
    """The version of the catalogue's own format."""
    name: Slug
    title: Annotated[Title, StringConstraints(max_length=64)]
    """Also the organization in the root certificate, which has at most 64 characters (RFC 5280, appendix A.1)."""
    document: Text | None = None
    """The design document it comes from."""
    time_zone: Text
    """All clock times of the catalogue are in this zone (IANA name)."""
    abbreviation: Slug | None = None
    declared: Declared = Declared()
    defaults: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """By kind (`services`, `databases`, ..., `environments`): values for every entry of that kind."""
    notes: tuple[Note, ...] = ()
    assumptions: dict[str, Text] = Field(default_factory=dict)


class State(Model):
    """Where Terraform keeps its state: an S3 bucket with native locking."""

    bucket: BucketName


class Subnets(Model):
    """Address ranges by zone, a tier each."""

    public: dict[Zone, Cidr]
    """NAT gateways; nothing else has a public address."""
    app: dict[Zone, Cidr]
    """Tasks, load balancers and endpoints."""
    data: dict[Zone, Cidr]
    """Databases and proxies; no way out."""


class Network(Model):
    """The VPC."""

    cidr: Cidr
    subnets: Subnets
    nat: Literal["per-zone", "single", "none"]
    """How tasks reach the internet; with `none` they reach AWS through `endpoints` only."""
    endpoints: tuple[EndpointService, ...] = ()
    """AWS services with an interface endpoint, by their short name: `ecr.api`, `logs`."""
    flow_log_retention: Days


class Recovery(Model):
    """The second region."""

    region: Region
    readers: int = 0
    """Instances beside the first one of each secondary cluster."""
    rpo_hours: int
    rto_hours: int
    failover: Literal["manual"]


class Settings(Model):
    """An environment file's own values: where it stands and how it is connected."""

    environment: Slug
    title: Title
    account: AccountId
    region: Region
    state: State
    network: Network
    domain_name: DomainName
    """Parent of the environment's public names."""
    internal_domain: DomainName
    """Cloud Map's private namespace."""
    profiles: tuple[Slug, ...] = ()
    """Situations in force: a service that has a size of that name runs at it."""
    production: bool = False
    """Stateful entries are protected, and rules are stricter."""
    deletion_protection: bool | None = None
    """Whether AWS refuses to delete load balancers; as `production` when left out. Taking down is two steps."""
    log_retention: Days
    alarm_email: Email | None = None
    availability: Percent | None = None
    recovery: Recovery | None = None
    key_deletion_window: Days = 30
    """How long a deleted KMS key can be brought back (7 to 30 days)."""
    notes: tuple[Note, ...] = ()
    assumptions: dict[str, Text] = Field(default_factory=dict)

    @property
    def protected(self) -> bool:
        """Whether what has no protection of its own in the catalogue is protected against deletion."""
        return self.production if self.deletion_protection is None else self.deletion_protection

"""Names in a zone: what is called by names of its own, their certificate, and the records that lead there."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

from infragen.core.build_context import Environment, Export, Module, ResourceView, of
from infragen.core.entry import Entry, Form, Model, Slug, written_as
from infragen.core.names import is_below, within
from infragen.core.operations import quota_of
from infragen.kinds.zones.build import zone_id
from infragen.kinds.zones.model import Zone

_HOST: Final = r"(@|(\*\.)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*)"

Host = Annotated[
    str, Form(_HOST, "a name in the zone, such as `www`, `@` for the zone itself, or a whole `www.example.com`", 128)
]
"""Elastic Load Balancing API: HostHeaderConditionConfig, 128 characters."""

CertificateArn = Annotated[
    str,
    Form(
        r"arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[0-9a-f-]+",
        "the ARN of a certificate in ACM: `arn:aws:acm:ap-northeast-1:111122223333:certificate/1234abcd`",
    ),
]


class FailoverRole(Model):
    """Which of two environments, in two regions, the names point to."""

    _map = written_as(lambda value: f"{{role: {value}}}")

    role: Literal["primary", "secondary"]


class NamedEntry(Entry):
    """An entry that is called by names of its own."""

    NAMES_ARE_UNIQUE: ClassVar[bool] = False
    """Whether AWS gives a name to one thing in a region, wherever its records are."""
    CERTIFICATE_REGION: ClassVar[str | None] = None
    """Where its certificate has to be; in its environment's region when left out."""

    zone: Slug | None = None
    """The zone of its names: each gets a record, and a certificate is requested for all of them."""
    certificate: CertificateArn | None = None
    """An existing ACM certificate in its region, instead of one for the names in `zone`."""
    hosts: tuple[Host, ...] = ()
    """Its names: `www` in the zone, `@` for the zone's own name; `@` when left out."""

    @classmethod
    def idle(cls, data: Mapping[str, Any]) -> Mapping[str, str]:
        return {} if data.get("zone") else {"hosts": "`zone`"}

    def written_hosts(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield where each name is written, and the name; the entry's own first."""
        for index, host in enumerate(self.hosts):
            yield ("hosts", index), host

    def zone_of(self, environment: Environment) -> Zone | None:
        return environment.all(Zone).get(self.zone) if self.zone else None

    def full(self, host: str, environment: Environment) -> str:
        zone = self.zone_of(environment)
        domain = zone.answers_for(environment) if zone else ""
        short = "." not in host.removeprefix("*.")
        return within(host, domain) if domain and (short or is_below(host, domain)) else host

    def names(self, environment: Environment) -> tuple[str, ...]:
        written = tuple(host for _, host in self.written_hosts())
        usual = ("@",) if self.zone_of(environment) else ()
        return tuple(dict.fromkeys(self.full(host, environment) for host in written or usual))

    def first_name(self, environment: Environment) -> str | None:
        return next((name for name in self.names(environment) if not name.startswith("*.")), None)

    def is_secure(self, environment: Environment) -> bool:
        """Whether it has a certificate; of a zone that nobody asks, none is requested."""
        zone = self.zone_of(environment)
        return self.certificate is not None or (zone is not None and zone.gives_certificates)


class NamedView(ResourceView):
    """The names of an entry, their certificate and their records."""

    _entry: NamedEntry

    @property
    def _words(self) -> tuple[str, ...]:
        """Say whose names they are; balancers, which had the first ones, go without."""
        return () if self._entry.KIND == "balancers" else (self._entry.SINGULAR,)

    @property
    def is_secure(self) -> bool:
        return self._entry.is_secure(self._ctx.environment)

    @property
    def own_certificate(self) -> Module | None:
        is_made = self.is_secure and self._entry.certificate is None
        return self._ctx.module("edge", "certificate", *self._words, self._entry) if is_made else None

    @property
    def is_proved_elsewhere(self) -> bool:
        zone = self._entry.zone_of(self._ctx.environment)
        return self._ctx.settings.standby_of is not None and zone is not None and zone.zone_id is not None

    @property
    def certificate_module(self) -> str:
        return f"../modules/public_certificate{'_recorded' if self.is_proved_elsewhere else ''}"

    @property
    def certificate_arn(self) -> Export | str | None:
        return self._entry.certificate or (self.own_certificate.arn if self.own_certificate else None)

    @property
    def names(self) -> tuple[str, ...]:
        return self._entry.names(self._ctx.environment)

    @property
    def zone_id(self) -> Export | str | None:
        zone = self._entry.zone_of(self._ctx.environment)
        return zone_id(self._ctx.of(zone)) if zone else None

    failover_role = of(lambda ctx: getattr(getattr(ctx.entry, "failover", None), "role", "").upper())

    @property
    def aliases(self) -> Module:
        return self._ctx.module("edge", "names", *self._words, self._entry)


VALIDATION: Final = ".aws_acm_certificate_validation."
"""What an address has that waits for a certificate."""


def made_zone(environment: Environment, owner: str) -> Zone | None:
    entry = environment.find(owner)
    zone = entry.zone_of(environment) if isinstance(entry, NamedEntry) else None
    return zone if zone is not None and zone.zone_id is None else None


NAMES_OF_CERTIFICATE: Final = quota_of("certificate-names", lambda entry, ctx: len(entry.names(ctx.environment)))

"""Mutual TLS: services call each other through the internal load balancer, where both sides are proved.

Each caller has a listener of its own, which its security group alone reaches and which leads to the services that it
calls; and a certificate of its own, which its role alone exports. No role has the private CA sign anything.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from infragen.core.cost import Cost
from infragen.core.kind import Capability, Reason
from infragen.core.names import LIMITS
from infragen.core.part import ENVIRONMENT, Grant, Offer, Relation, named
from infragen.core.place import View
from infragen.core.rule import Finding, Severity, rule
from infragen.core.tracing import once
from infragen.kinds import load_balancer, mesh, private_ca

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.expressions import Module
    from infragen.core.landscape import Environment
    from infragen.core.part import Part
    from infragen.core.place import Place

NAME: Final = load_balancer.MUTUAL_TLS

_FIRST_PORT: Final = 20_000
_PORTS: Final = 10_000
"""Below the ports that Linux gives outgoing connections (32768 and up), above those with a meaning of their own."""


@once
def _ports(environment: Environment) -> dict[str, int]:
    """Return the port of each caller's listener, taken from its own name, so that no caller's depends on another's.

    Of two names that fall on the same port, the later one in the alphabet takes the next that is free.
    """
    taken: dict[int, str] = {}
    for owner in sorted(owner for owner, entry in environment.every() if getattr(entry, "direct_calls", ())):
        port = zlib.crc32(owner.encode()) % _PORTS
        while port in taken:
            port = (port + 1) % _PORTS
        taken[port] = owner
    return {owner: _FIRST_PORT + port for port, owner in taken.items()}


def clients(place: Place) -> dict[str, Place]:
    """Return who calls a service with a client certificate, by the name of its file."""
    if not place.has(NAME):
        return {}
    callers = (place.of(owner) for owner in _ports(place.environment))
    return {
        f"{caller.entry.SINGULAR}-{caller.entry.identity}": caller
        for caller in callers
        if any(f"services/{callee}" == place.owner for callee in caller.entry.direct_calls)
    }


def client(place: Place) -> Module:
    """Return the module of a caller's listener and certificate."""
    return place.module("edge", "client", place.entry.SINGULAR, place.entry)


def parts(place: Place) -> Iterator[Part]:
    """Yield a caller's own way in."""
    if place.has(NAME) and place.owner in _ports(place.environment):
        yield place.part("edge", "kinds/mutual_tls/client.tf", ClientView(place))


def relations(place: Place) -> Iterator[Relation]:
    """Yield a caller's way to its own listener."""
    if place.has(NAME) and (port := _ports(place.environment).get(place.owner)) is not None:
        yield Relation(
            place.owner, load_balancer.NAME, port, "calls with a client certificate", place.owner, ("calls",)
        )


class ClientView(View):
    """A caller's listener and its certificate."""

    @property
    def module(self) -> Module:
        """Both of them."""
        return client(self._place)

    @property
    def balancer(self) -> Module:
        """The load balancer."""
        return load_balancer.balancer(self._place)

    @property
    def port(self) -> int:
        """Where the caller alone comes in."""
        return _ports(self._place.environment)[self._place.owner]

    @named(LIMITS["certificate"])
    def subject(self) -> str:
        """Whom its certificate names: itself in the private domain, as the mesh calls it."""
        name = "-".join(self._place.entry.path_parts)
        return f"{name}.{mesh.domain(self._place.environment)}"

    @property
    def authority(self) -> Module:
        """The private CA."""
        return private_ca.authority(self._place)


class MutualTlsView(View):
    """The certificate of the load balancer, and the store of whom it trusts."""

    @property
    def load_balancer_domain(self) -> str:
        """The name that the certificate proves."""
        return load_balancer.domain(self._place)

    @property
    def authority(self) -> object:
        """The private CA."""
        return private_ca.authority(self._place)

    @named(LIMITS["trust_store"])
    def trust_store_name(self) -> str:
        """The trust store."""
        return self._place.names.plain("clients")

    @named(LIMITS["bucket"])
    def trust_store_bucket_name(self) -> str:
        """The bucket of its certificates."""
        return self._place.names.plain("client-authorities", self.account)


def _reasons(environment: Environment) -> Iterator[Reason]:
    balancer = environment.settings.load_balancer
    if balancer is not None and balancer.mutual_tls:
        yield Reason(ENVIRONMENT, ("load_balancer", "mutual_tls"), "callers show a client certificate")


def _parts(place: Place) -> Iterator[Part]:
    yield place.part("edge", "kinds/mutual_tls/main.tf", MutualTlsView(place))


def _gives(place: Place, receiver: Place) -> Iterator[Offer]:
    """Tell who calls others where its own listener is, and let it export its own certificate with the key.

    Which service a certificate names is decided here and by nobody's request: `acm-pca:IssueCertificate` signs whatever
    subject it is asked for, and no condition of IAM restricts that (Service Authorization Reference: AWS Private CA).
    """
    port = _ports(place.environment).get(receiver.owner)
    if port is None:
        return
    certificate = client(receiver).certificate_arn
    grants = (Grant("ExportOwnCertificate", ("acm:ExportCertificate",), (certificate,)),)
    variables = {"CLIENT_CERTIFICATE_ARN": certificate, "LOAD_BALANCER_URL": load_balancer.url(place, port)}
    yield Offer(variables, "client-certificate", grants)


def _costs(_place: Place) -> Iterator[Cost]:
    yield Cost("the trust store of client certificates", "trust-store", 1)


_VERIFYING: Final = 2
"""Listeners of a load balancer that verify client certificates; AWS raises that for nobody."""


@rule(
    "A110",
    "more callers have a verifying listener than AWS lets a load balancer have",
    Severity.WARNING,
    "Application Load Balancers guide: Quotas, listeners using mTLS in verify mode",
)
def _too_many_callers(environment: Environment) -> Iterator[Finding]:
    balancer, callers = environment.settings.load_balancer, len(_ports(environment))
    if balancer is None or not balancer.mutual_tls or callers <= _VERIFYING:
        return
    message = (
        f"{callers} entries call others with a client certificate, each on a listener of its own, and AWS lets "
        f"{_VERIFYING} listeners of a load balancer verify certificates: it refuses the next one"
    )
    hint = (
        "write `mutual_tls: false`, in the gateways that ask for it, too: Service Connect proves the service that is "
        "called, and security groups admit declared callers alone"
    )
    yield Finding(message, environment.at(ENVIRONMENT, "load_balancer", "mutual_tls"), hint)


CAPABILITY: Final = Capability(
    name=NAME,
    title="mutual TLS",
    reasons=_reasons,
    asked="load_balancer: {mutual_tls: true}",
    needs=("load-balancer", "private-ca"),
    costs=_costs,
    parts=_parts,
    gives=_gives,
    rules=(_too_many_callers,),
)

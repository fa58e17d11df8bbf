"""Mutual TLS: callers of the internal load balancer show a certificate of the private CA."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.cost import Cost
from infragen.core.kind import Capability, Reason
from infragen.core.names import LIMITS
from infragen.core.part import ENVIRONMENT, Grant, Offer, named
from infragen.core.place import View
from infragen.kinds import load_balancer, private_ca

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment
    from infragen.core.part import Part
    from infragen.core.place import Place

NAME: Final = load_balancer.MUTUAL_TLS


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
    """Let who calls others obtain a client certificate, and tell where the load balancer is."""
    if not getattr(receiver.entry, "direct_calls", ()):
        return
    authority = private_ca.authority(place).arn
    client = "arn:aws:acm-pca:::template/EndEntityClientAuthCertificate/V1"
    grants = (
        Grant(
            "IssueClientCertificate",
            ("acm-pca:IssueCertificate",),
            (authority,),
            {"StringEquals": {"acm-pca:TemplateArn": client}},
        ),
        Grant(
            "FetchCertificate",
            ("acm-pca:GetCertificate", "acm-pca:GetCertificateAuthorityCertificate"),
            (authority,),
        ),
    )
    url = load_balancer.url(place, load_balancer.services_port(place))
    yield Offer({"LOAD_BALANCER_URL": url}, "client-certificate", grants)


def _costs(_place: Place) -> Iterator[Cost]:
    yield Cost("the trust store of client certificates", "trust-store", 1)


CAPABILITY: Final = Capability(
    name=NAME,
    title="mutual TLS",
    reasons=_reasons,
    asked="load_balancer: {mutual_tls: true}",
    needs=("load-balancer", "private-ca"),
    costs=_costs,
    parts=_parts,
    gives=_gives,
)

"""Mutual TLS: a service that others call has a load balancer that verifies who they are.

AWS lets two listeners of a load balancer verify client certificates and raises that for nobody, so that each service
has a load balancer of its own: only the security groups of its declared callers reach it, and it leads nowhere else.
Each caller has a certificate of its own, which its role alone exports. No role has the private CA sign anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from infragen.core.billing import Cost
from infragen.core.build_context import BuildContext, ResourceView, of, part_of
from infragen.core.expressions import Export, Module
from infragen.core.kind import Capability
from infragen.core.names import LIMITS, short
from infragen.core.part import Binding, Grant, Group, Part, Relation, asked_by, named, pattern
from infragen.kinds import load_balancer, mesh, network, private_ca

NAME: Final = load_balancer.MUTUAL_TLS

_PORT: Final = 443


def verifies(ctx: BuildContext) -> bool:
    """Return whether an entry has a load balancer that verifies its callers."""
    return ctx.has(NAME) and ctx.owner in mesh.called(ctx.environment)


def _is_caller(ctx: BuildContext) -> bool:
    return ctx.has(NAME) and bool(getattr(ctx.entry, "direct_calls", ()))


def balancer(ctx: BuildContext) -> Module:
    """Return the module of the load balancer of a service."""
    return ctx.module("edge", "mutual_tls", ctx.entry)


def _client(ctx: BuildContext) -> Module:
    return ctx.module("edge", "client", ctx.entry.SINGULAR, ctx.entry)


def _group(ctx: BuildContext) -> Module:
    return ctx.module("security", "security_group", "mutual_tls", ctx.entry)


def _end(ctx: BuildContext) -> str:
    return f"{NAME}/{ctx.entry.name}"


def _discovery_name(ctx: BuildContext) -> str:
    return "-".join((*ctx.entry.path_parts, "tls"))


def _domain(ctx: BuildContext) -> str:
    return f"{_discovery_name(ctx)}.{mesh.domain(ctx.environment)}"


def parts(ctx: BuildContext) -> Iterator[Part]:
    """Yield a service's load balancer, and a caller's certificate."""
    if verifies(ctx):
        yield ctx.part("edge", "kinds/mutual_tls/balancer.tf", ServiceBalancerView(ctx))
    if _is_caller(ctx):
        yield ctx.part("edge", "kinds/mutual_tls/client.tf", ClientView(ctx))


def groups(ctx: BuildContext) -> Iterator[Group]:
    """Yield the security group of a service's load balancer."""
    if verifies(ctx):
        name = ctx.names.plain(ctx.entry.identity, "tls")
        description = f"Load balancer that verifies callers of {ctx.names.container(ctx.entry)}"
        yield Group(ctx.owner, _end(ctx), name, description, _group(ctx), f"mutual-tls-{ctx.entry.identity}")


def relations(ctx: BuildContext) -> Iterator[Relation]:
    """Yield the way of a service's load balancer to its tasks."""
    if verifies(ctx):
        entry = ctx.entry
        field = "verified_port" if entry.verified_port else "port"
        yield Relation(_end(ctx), ctx.owner, getattr(entry, field), "requests", ctx.owner, (field,))


def ingress_ports(ctx: BuildContext) -> Iterator[tuple[str, int]]:
    """Yield where who calls a service shows a client certificate."""
    if verifies(ctx):
        yield _end(ctx), _PORT


def told(ctx: BuildContext) -> Mapping[str, str]:
    """Return what who calls a service is told: where it shows a client certificate."""
    return {"TLS_URL": f"https://{_domain(ctx)}"} if verifies(ctx) else {}


def measured(ctx: BuildContext) -> dict[str, Export]:
    """Return how CloudWatch names a service's load balancer and its target group."""
    own = balancer(ctx)
    return {"LoadBalancer": own.arn_suffix, "TargetGroup": own.target_group_arn_suffix}


class ServiceBalancerView(ResourceView):
    """A service's load balancer, its listener, and the target group of the service's tasks."""

    module = of(balancer)
    vpc = of(network.vpc)
    subnets = of(network.task_subnets)
    group = of(_group)
    authority = of(private_ca.authority)
    namespace = of(mesh.namespace)

    @named(LIMITS["load_balancer"])
    def name(self) -> str:
        """The load balancer."""
        limit = LIMITS["load_balancer"].length
        return short(self._ctx.names.plain(self._ctx.entry.identity, "tls"), limit)

    target_group_name = pattern("{own.name}", LIMITS["target_group"])
    """The target group: it belongs to this load balancer alone, and is called like it."""

    @named(LIMITS["certificate"])
    def domain(self) -> str:
        """The name that its certificate proves."""
        return _domain(self._ctx)

    @named(LIMITS["discovery"])
    def discovery_name(self) -> str:
        """Its name in the private domain."""
        return _discovery_name(self._ctx)

    deregistration_delay = load_balancer.DEREGISTRATION_SECONDS
    """Seconds that a stopping task may still answer."""

    log_prefix = load_balancer.NAME
    """Where in the bucket its logs lie."""


class ClientView(ResourceView):
    """A caller's certificate."""

    module = of(_client)
    authority = of(private_ca.authority)

    @named(LIMITS["certificate"])
    def subject(self) -> str:
        """Whom it names: the caller in the private domain, as the mesh calls it."""
        name = "-".join(self._ctx.entry.path_parts)
        return f"{name}.{mesh.domain(self._ctx.environment)}"


class MutualTlsView(ResourceView):
    """The certificate of the gateways' load balancer, and the store of whom the others trust."""

    load_balancer_domain = of(load_balancer.domain)
    authority = of(private_ca.authority)
    trust_store_name = pattern("{own.prefix}-clients", LIMITS["trust_store"])
    """The trust store."""
    trust_store_bucket_name = pattern("{own.prefix}-client-authorities-{own.account}", LIMITS["bucket"])
    """The bucket of its certificates."""


def _default_bindings(_ctx: BuildContext, receiver: BuildContext) -> Iterator[Binding]:
    """Have a service's tasks register with its load balancer, and give a caller its certificate.

    Whom a certificate names is decided here and by nobody's request: `acm-pca:IssueCertificate` signs whatever subject
    it is asked for, and no condition of IAM restricts that (Service Authorization Reference: AWS Private CA).
    """
    if verifies(receiver):
        arn = balancer(receiver).target_group_arn
        yield Binding(verified=arn) if receiver.entry.verified_port else Binding(targets=(arn,))
    if _is_caller(receiver):
        certificate = _client(receiver).arn
        grants = (Grant("ExportOwnCertificate", ("acm:ExportCertificate",), (certificate,)),)
        yield Binding({"CLIENT_CERTIFICATE_ARN": certificate}, "client-certificate", grants)


def _costs(ctx: BuildContext) -> Iterator[Cost]:
    yield Cost("the trust store of client certificates", "trust-store", 1)
    verifying = len(mesh.called(ctx.environment))
    if verifying:
        yield Cost("load balancers that verify client certificates", "application-load-balancer", verifying)
        yield Cost("what they carry", "application-load-balancer-capacity")


CAPABILITY: Final = Capability(
    name=NAME,
    title="mutual TLS",
    reasons=asked_by("callers show a client certificate", "load_balancer", "mutual_tls"),
    setting="load_balancer: {mutual_tls: true}",
    requires=("load-balancer", "private-ca"),
    monthly_costs=_costs,
    parts=part_of("edge", "kinds/mutual_tls/main.tf", MutualTlsView),
    default_bindings=_default_bindings,
)

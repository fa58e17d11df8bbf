"""NAT: how tasks without public addresses reach the internet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from infragen.core.billing import Cost
from infragen.core.build_context import BuildContext, ResourceView
from infragen.core.expressions import Label
from infragen.core.kind import Capability
from infragen.core.operations import OutputLine, quota_of
from infragen.core.part import ENVIRONMENT, Part, Reason
from infragen.core.resolved_system import Environment
from infragen.core.rule import Finding, Findings, rule
from infragen.core.written import calls
from infragen.kinds.network import zones
from infragen.text import counted

NAME: Final = "nat"


class Gateway(Struct, frozen=True):
    """A NAT gateway in the public subnet of a zone, and the zones whose tasks leave through it."""

    ctx: BuildContext
    zone: str

    @property
    def label(self) -> Label:
        """The label of its module."""
        return self.ctx.label("nat_gateway", self.zone)

    @property
    def name(self) -> str:
        """What AWS calls it."""
        return self.ctx.names.plain("nat", self.zone)

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones that it serves."""
        return zones(self.ctx.environment) if _is_single(self.ctx) else (self.zone,)


def _is_single(ctx: BuildContext) -> bool:
    return ctx.settings.network.nat == "single"


class NatView(ResourceView):
    """The NAT gateways."""

    @property
    def gateways(self) -> tuple[Gateway, ...]:
        """One a zone, or one for all: where one stands by what was rendered last, else in the first zone."""
        ctx = self._ctx
        every = [Gateway(ctx, zone) for zone in zones(ctx.environment)]
        standing = {call.address for call in calls(ctx.environment, NAME)} if _is_single(ctx) else ()
        kept = [one for one in every if f"module.{one.label}" in standing]
        return tuple((kept or every)[:1] if _is_single(ctx) else every)


def _reasons(environment: Environment) -> Iterator[Reason]:
    if environment.settings.network.nat != "none":
        yield Reason(ENVIRONMENT, ("network", "nat"), "tasks reach the internet without public addresses")


def _parts(ctx: BuildContext) -> Iterator[Part]:
    own = NatView(ctx)
    addresses = {
        f"{gateway.label}_public_ip": ctx.module("network", gateway.label).public_ip for gateway in own.gateways
    }
    yield ctx.part("network", "kinds/nat/main.tf", own, shown=addresses)


def _outputs(ctx: BuildContext) -> Iterator[OutputLine]:
    for gateway in NatView(ctx).gateways:
        address = ctx.module("network", gateway.label).public_ip
        yield OutputLine("detail", f"address that calls to the internet come from, out of {gateway.zone}", address)


def _costs(ctx: BuildContext) -> Iterator[Cost]:
    count = len(NatView(ctx).gateways)
    yield Cost(counted(count, "NAT gateway"), "nat-gateway", count)
    yield Cost(f"{counted(count, 'public address', 'public addresses')} of NAT", "public-ipv4", count)
    yield Cost("traffic through NAT", "nat-data")


@rule("W113")
def _single_nat(environment: Environment) -> Findings:
    if environment.settings.production and environment.settings.network.nat == "single":
        message = "production uses a single NAT gateway: when its zone fails, no task reaches the internet"
        yield Finding(message, environment.at("environment", "network", "nat"), "write `nat: per-zone`")


CAPABILITY: Final = Capability(
    name=NAME,
    title="NAT gateways",
    monthly_costs=_costs,
    outputs=_outputs,
    reasons=_reasons,
    requires=("network",),
    parts=_parts,
    rules=(_single_nat,),
    quotas=(
        quota_of("elastic-ips", lambda ctx: len(NatView(ctx).gateways)),
        quota_of("nat-gateways"),
    ),
)

"""NAT: how tasks without public addresses reach the internet."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from infragen.core.build_context import BuildContext, ResourceView, of
from infragen.core.expressions import Export, Label, Reference
from infragen.core.kind import Capability, Cost, OutputLine, quota_of
from infragen.core.part import ENVIRONMENT, Part, Reason
from infragen.core.rule import Environment, Finding, Findings, rule
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
        return self.ctx.label("nat_gateway", self.zone)

    @property
    def name(self) -> str:
        return self.ctx.names.plain("nat", self.zone)

    @property
    def zones(self) -> tuple[str, ...]:
        return zones(self.ctx.environment) if _is_single(self.ctx) else (self.zone,)


def _is_single(ctx: BuildContext) -> bool:
    return ctx.settings.network.nat == "single"


class Regional(Struct, frozen=True):
    """A NAT gateway of all zones at once, in no subnet, with an address in each zone."""

    label: Label
    name: str
    zones: tuple[str, ...]


class Route(Struct, frozen=True):
    """A zone's way out; it stood in its gateway's module once, and went with it."""

    gateway: Label
    zone: str

    @property
    def former(self) -> Reference:
        return Reference(f'module.{self.gateway}.aws_route.internet["{self.zone}"]')

    @property
    def address(self) -> Reference:
        return Reference(f'module.nat_routes.aws_route.internet["{self.zone}"]')


class NatView(ResourceView):
    """The NAT gateways."""

    @property
    def regional(self) -> Regional | None:
        ctx = self._ctx
        if ctx.settings.network.nat != "regional":
            return None
        return Regional(ctx.label("nat_gateway"), ctx.names.plain("nat"), zones(ctx.environment))

    @property
    def addresses(self) -> dict[str, Export]:
        """The public address that calls leave with, by zone; AWS bills a gateway, also a regional one, for each."""
        ctx, regional = self._ctx, self.regional
        if regional is not None:
            found = ctx.module("network", regional.label).public_ips
            return {zone: found[zone] for zone in regional.zones}
        return {gateway.zone: ctx.module("network", gateway.label).public_ip for gateway in self.gateways}

    zones = of(lambda ctx: zones(ctx.environment))

    @property
    def ways(self) -> dict[str, Export]:
        return {zone: self._ctx.module("network", label).id for zone, label in self._labels.items()}

    routes = property(lambda self: tuple(Route(label, zone) for zone, label in self._labels.items()))

    @property
    def _labels(self) -> dict[str, Label]:
        every = (self.regional,) if self.regional else self.gateways
        return {zone: one.label for one in every for zone in one.zones}

    @property
    def gateways(self) -> tuple[Gateway, ...]:
        """One a zone, or one for all: where one stands by what was rendered last, else in the first zone."""
        ctx = self._ctx
        if self.regional:
            return ()
        every = [Gateway(ctx, zone) for zone in zones(ctx.environment)]
        standing = {call.address for call in calls(ctx.environment, NAME)} if _is_single(ctx) else ()
        kept = [one for one in every if f"module.{one.label}" in standing]
        return tuple((kept or every)[:1] if _is_single(ctx) else every)


def _reasons(environment: Environment) -> Iterator[Reason]:
    if environment.settings.network.nat != "none":
        yield Reason(ENVIRONMENT, ("network", "nat"), "tasks reach the internet without public addresses")


def _parts(ctx: BuildContext) -> Iterator[Part]:
    own = NatView(ctx)
    exports = [Export(one.module, one.attribute) for one in own.addresses.values()]
    shown = {f"{one.module.label}_{one.attribute}": one for one in exports}
    yield ctx.part("network", "kinds/nat/main.tf", own, shown=shown)


def _outputs(ctx: BuildContext) -> Iterator[OutputLine]:
    for zone, address in NatView(ctx).addresses.items():
        yield OutputLine("detail", f"address that calls to the internet come from, out of {zone}", address)


def _costs(ctx: BuildContext) -> Iterator[Cost]:
    own = NatView(ctx)
    count = len(own.addresses)
    what = f"a NAT gateway in {counted(count, 'zone')}" if own.regional else counted(count, "NAT gateway")
    yield Cost(what, "nat-gateway", count, serves=True)
    yield Cost(f"{counted(count, 'public address', 'public addresses')} of NAT", "public-ipv4", count, serves=True)
    yield Cost("traffic through NAT", "nat-data", usage="processed")


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
    quotas=(quota_of("elastic-ips", lambda ctx: len(NatView(ctx).addresses)), quota_of("nat-gateways")),
)

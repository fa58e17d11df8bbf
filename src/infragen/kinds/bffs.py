"""BFFs: back ends for front ends, containers on ECS Fargate as services are."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

from msgspec.structs import replace
from pydantic import StringConstraints

from infragen.core.build_context import BuildContext
from infragen.core.entry import Rate, Slug
from infragen.core.kind import Kind, Scaffold
from infragen.core.part import Link, Part
from infragen.core.rule import At, Finding, Findings, ResolvedSystem, rule
from infragen.kinds import instead_of
from infragen.kinds.gateways.model import Gateway
from infragen.kinds.gateways.routes import ApiView
from infragen.kinds.services import build, facets
from infragen.kinds.workloads.model import EXAMPLE, Server


class Bff(Server):
    """A back end for one kind of front end, behind one gateway."""

    KIND: ClassVar = "bffs"
    SINGULAR: ClassVar = "bff"

    gateway: Slug
    path: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
    """First segment of its URLs on the gateway."""
    functions: Literal["full", "limited"] = "full"
    """`limited`: only the methods in `methods` are routed."""
    methods: tuple[Literal["GET", "POST", "PUT", "PATCH", "DELETE"], ...] = ()
    payload: Literal["full", "light"] = "full"
    """`light`: the container is told to leave out what small screens do not show."""
    limit: Rate | None = None
    """A tighter limit per key than its gateway's, if any."""

    @classmethod
    def idle(cls, data: Mapping[str, Any]) -> Mapping[str, str]:
        more = {} if data.get("functions") == "limited" else {"methods": "`functions: limited`"}
        return {**super().idle(data), **more}

    @property
    def url_path(self) -> str:
        return self.path

    @property
    def path_parts(self) -> tuple[str, ...]:
        return ("bff", self.identity)

    @property
    def own_variables(self) -> dict[str, str]:
        return {**super().own_variables, "PAYLOAD": self.payload}

    @property
    def accepted_methods(self) -> tuple[str, ...]:
        return self.methods if self.functions == "limited" and self.methods else ("ANY",)

    def promised_response(self, resolved: ResolvedSystem) -> int | None:
        """Milliseconds in which nine of ten requests are answered."""
        if self.promise.response_time is not None:
            return self.promise.response_time
        gateway = resolved.all(Gateway).get(self.gateway)
        return gateway.latency_p90 if gateway is not None else None


class RouteView(ApiView):
    """The routes of a BFF on its gateway."""

    def __init__(self, ctx: BuildContext) -> None:
        self._bff: Bff = ctx.entry
        super().__init__(ctx.of(f"gateways/{self._bff.gateway}"))

    bff_routes = property(lambda self: tuple(self.routes_of(self._bff)))


def _parts(bff: Bff, ctx: BuildContext) -> Iterator[Part]:
    yield from build.parts(bff, ctx)
    gateway = ctx.environment.all(Gateway).get(bff.gateway)
    if gateway is not None and gateway.reach != "vpc":  # a private API passes every path on
        yield ctx.part("edge", "kinds/bffs/route.tf", RouteView(ctx))


@rule("R108", of=Bff)
def _gateway_unknown(bff: Bff, at: At, resolved: ResolvedSystem) -> Findings:
    if not resolved.knows("gateways", bff.gateway):
        message = f"{at.owner} is behind a gateway `{bff.gateway}`, which does not exist"
        yield Finding(message, at("gateway"), instead_of(resolved, "gateways", bff.gateway))


@rule("R111")
def _path_taken(resolved: ResolvedSystem) -> Findings:
    taken: dict[tuple[str, str], str] = {}
    for name, gateway in resolved.all(Gateway).items():
        for path, to in gateway.targets.items():
            taken[name, path.partition("/")[0]] = f"the route to {to}"
    for name, bff in resolved.all(Bff).items():
        first = taken.setdefault((bff.gateway, bff.path), f"bffs/{name}")
        if first != f"bffs/{name}":
            message = f"/{bff.path} of gateways/{bff.gateway} is already taken by {first}"
            yield Finding(message, resolved.at(f"bffs/{name}", "path"), "choose another path, or another gateway")


@rule("G112", of=Bff)
def _methods(bff: Bff, at: At) -> Findings:
    if bff.functions == "limited" and not bff.methods:
        message = f"{at.owner} has limited functions, and no method is routed to it"
        yield Finding(message, at("functions"), "add `methods: [GET]`")
    elif bff.functions == "full" and bff.methods:
        message = f"`methods` changes nothing: {at.owner} has full functions"
        yield Finding(message, at("methods"), "write `functions: limited`, or remove `methods`")


@rule("G117", of=Bff)
def _unkept(bff: Bff, at: At, resolved: ResolvedSystem) -> Findings:
    gateway = resolved.all(Gateway).get(bff.gateway)
    wrong = {"functions": bff.functions == "limited", "limit": bff.limit is not None}
    for field in (field for field, is_limited in wrong.items() if is_limited):
        if gateway is not None and gateway.reach == "vpc":
            message = f"gateways/{bff.gateway} is private and passes everything on: it keeps no `{field}` of a BFF"
            yield Finding(message, at(field), f"remove `{field}`, or write another `gateway`")


def is_unreached(bff: Bff, resolved: ResolvedSystem) -> bool:
    """No entry in the VPC calls a BFF: a private gateway that lets in no network leaves it without callers."""
    gateway = resolved.all(Gateway).get(bff.gateway)
    return gateway is not None and gateway.reach == "vpc" and not gateway.allow


@rule("G126", of=Bff)
def _unreached(bff: Bff, at: At, resolved: ResolvedSystem) -> Findings:
    if is_unreached(bff, resolved):
        message = f"nobody reaches {at.owner}: gateways/{bff.gateway} is private, and lets in no network"
        hint = f"add `allow: [10.20.0.0/16]` to gateways/{bff.gateway}, with the networks that a VPN or Direct Connect"
        hint += " joins to the VPC; or write another `gateway`"
        yield Finding(message, at("gateway"), hint)


@rule("G113", of=Bff)
def _loose_limit(bff: Bff, at: At, resolved: ResolvedSystem) -> Findings:
    gateway = resolved.all(Gateway).get(bff.gateway)
    if bff.limit and gateway and bff.limit.per_second >= gateway.limit.per_second:
        message = f"{bff.limit} changes nothing: gateways/{bff.gateway} stops a key at {gateway.limit}"
        yield Finding(message, at("limit"), "write a smaller limit, or remove it")


@rule("G114", of=Server)
def _slow_promise(container: Server, at: At, resolved: ResolvedSystem) -> Findings:
    if (own := container.promise.response_time) is None:
        return
    found = {name for name, gateway in resolved.all(Gateway).items() if container.name in gateway.routes.values()}
    found |= {bff.gateway for bff in resolved.all(Bff).values() if container.name in bff.calls}
    for name in sorted(found & set(resolved.all(Gateway))):
        if (promised := resolved.all(Gateway)[name].latency_p90) is not None and own > promised:
            through = f"gateways/{name}, which it is reached through,"
            message = f"{at.owner} promises {_time(own)}; {through} promises {_time(promised)} for nine of ten requests"
            hint = "nothing to do: both become alarms; ask which of the two promises holds"
            yield Finding(message, at("promise", "response_time"), hint)


def _time(milliseconds: int) -> str:
    return f"{milliseconds / 1000:g} s" if milliseconds >= 1000 else f"{milliseconds} ms"


KIND: Final = Kind(
    model=Bff,
    title="BFF",
    parts=_parts,
    required_capabilities=build.required_capabilities,
    network=replace(
        facets.NETWORK, links=lambda bff, ctx: (Link(f"gateways/{bff.gateway}", ctx.owner, f"/{bff.path}"),)
    ),
    permissions=facets.PERMISSIONS,
    delivery=facets.DELIVERY,
    cost=facets.COST,
    operations=facets.OPERATIONS,
    failover=facets.FAILOVER,
    scaffold=Scaffold(example={**EXAMPLE, "path": "{name}"}),
    rules=(_gateway_unknown, _path_taken, _methods, _unkept, _unreached, _loose_limit, _slow_promise),
)

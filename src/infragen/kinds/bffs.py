"""BFFs: back ends for front ends, containers on ECS Fargate as services are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal

from pydantic import StringConstraints

from infragen.core.entry import Slug
from infragen.core.kind import Kind
from infragen.core.units import Rate
from infragen.kinds.gateways import Gateway
from infragen.kinds.gateways.build import ApiView, Route
from infragen.kinds.services import Container, build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape
    from infragen.core.part import Part
    from infragen.core.place import Place

__all__ = ["KIND", "Bff", "route"]


class Bff(Container):
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
    """A tighter limit a key than its gateway's, if any."""

    @property
    def url_path(self) -> str:
        """The first segment of its URLs at the load balancer."""
        return self.path

    @property
    def path_parts(self) -> tuple[str, ...]:
        """How it is called in the names of log groups, and in the private domain."""
        return ("bff", self.identity)

    @property
    def own_variables(self) -> dict[str, str]:
        """What its code is told: how much to send."""
        return {"PAYLOAD": self.payload}

    def promised_response(self, landscape: Landscape) -> int | None:
        """Return the milliseconds in which nine of ten requests are answered: its own word, else its gateway's."""
        if self.promise.response_time is not None:
            return self.promise.response_time
        return landscape.all(Gateway)[self.gateway].latency_p90


class RouteView(ApiView):
    """The route of a BFF on its gateway."""

    def __init__(self, place: Place) -> None:
        """Take the place of a BFF."""
        self._bff: Bff = place.entry
        self._at = place
        super().__init__(place.of(f"gateways/{self._bff.gateway}"))

    @property
    def bff_routes(self) -> tuple[Route, ...]:
        """Its only route."""
        return (route(self._bff, self._at),)


def route(bff: Bff, place: Place) -> Route:
    """Return the route of a BFF."""
    limited = bff.functions == "limited" and bff.methods
    return Route(place.module("edge", "route_bff", bff), bff.path, bff.path, bff.methods if limited else ("ANY",))


def _parts(bff: Bff, place: Place) -> Iterator[Part]:
    yield from build.parts(bff, place)
    if place.environment.all(Gateway)[bff.gateway].reach != "vpc":  # a private API passes every path on
        yield place.part("edge", "kinds/bffs/route.tf", RouteView(place))


KIND: Final = Kind(model=Bff, title="BFF", parts=_parts, groups=build.groups, relations=build.relations)

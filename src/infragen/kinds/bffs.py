"""BFFs: back ends for front ends, containers on ECS Fargate as services are."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal

from pydantic import StringConstraints

from infragen.core.entry import Slug
from infragen.core.kind import Kind
from infragen.core.units import Rate
from infragen.kinds.services import Container

__all__ = ["KIND", "Bff"]


class Bff(Container):
    """A back end for one kind of front end, behind one gateway."""

    KIND: ClassVar = "bffs"

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


KIND: Final = Kind(model=Bff, singular="bff", title="BFF")

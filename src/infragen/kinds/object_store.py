"""S3 inside the VPC: a gateway endpoint, through which image layers cost nothing and never leave AWS's network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.kind import Capability, Reason, free_of_charge
from infragen.core.part import ENVIRONMENT
from infragen.core.place import View
from infragen.kinds.endpoints import Endpoint
from infragen.kinds.network import in_public

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment
    from infragen.core.part import Part
    from infragen.core.place import Place

NAME: Final = "object-store"


class ObjectStoreView(View):
    """The gateway endpoint of S3."""

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint."""
        return Endpoint(self._place, "s3")


def _reasons(environment: Environment) -> Iterator[Reason]:
    if not in_public(environment):
        yield Reason(ENVIRONMENT, ("network",), "tasks without public addresses fetch image layers from S3")


def _parts(place: Place) -> Iterator[Part]:
    yield place.part("network", "kinds/object_store/main.tf", ObjectStoreView(place))


CAPABILITY: Final = Capability(
    name=NAME,
    title="gateway endpoint of S3",
    monthly_costs=free_of_charge,
    reasons=_reasons,
    requires=("network",),
    parts=_parts,
)

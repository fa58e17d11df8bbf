"""DynamoDB inside the VPC: a gateway endpoint, which costs nothing, where the network asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.kind import Capability, Reason, free_of_charge
from infragen.core.part import ENVIRONMENT
from infragen.core.place import View
from infragen.kinds.endpoints import DYNAMODB, Endpoint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment
    from infragen.core.part import Part
    from infragen.core.place import Place

NAME: Final = "dynamodb-endpoint"


class DynamoDbView(View):
    """The gateway endpoint of DynamoDB."""

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint."""
        return Endpoint(self._place, DYNAMODB)


def _reasons(environment: Environment) -> Iterator[Reason]:
    if DYNAMODB in environment.settings.network.endpoints:
        yield Reason(ENVIRONMENT, ("network", "endpoints"), "DynamoDB is reached inside the VPC")


def _parts(place: Place) -> Iterator[Part]:
    yield place.part("network", "kinds/dynamodb_endpoint/main.tf", DynamoDbView(place))


CAPABILITY: Final = Capability(
    name=NAME,
    title="gateway endpoint of DynamoDB",
    monthly_costs=free_of_charge,
    reasons=_reasons,
    requires=("network",),
    parts=_parts,
)

"""Gateway endpoints, which cost nothing: S3 inside the VPC, from which image layers come, and DynamoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.core.build_context import ResourceView, part_of
from infragen.core.kind import Capability, free_of_charge
from infragen.core.part import ENVIRONMENT, Reason
from infragen.kinds.endpoints import DYNAMODB, Endpoint
from infragen.kinds.network import in_public

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.resolved_system import Environment

S3: Final = "object-store"
DYNAMODB_ENDPOINT: Final = "dynamodb-endpoint"


class EndpointView(ResourceView):
    """A gateway endpoint."""

    SERVICE = "s3"

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint."""
        return Endpoint(self._ctx, self.SERVICE)


class DynamoDbView(EndpointView):
    """The gateway endpoint of DynamoDB."""

    SERVICE = DYNAMODB


def _s3_reasons(environment: Environment) -> Iterator[Reason]:
    if not in_public(environment):
        yield Reason(ENVIRONMENT, ("network",), "tasks without public addresses fetch image layers from S3")


def _dynamodb_reasons(environment: Environment) -> Iterator[Reason]:
    if DYNAMODB in environment.settings.network.endpoints:
        yield Reason(ENVIRONMENT, ("network", "endpoints"), "DynamoDB is reached inside the VPC")


CAPABILITIES: Final = (
    Capability(
        name=S3,
        title="gateway endpoint of S3",
        monthly_costs=free_of_charge,
        reasons=_s3_reasons,
        requires=("network",),
        parts=part_of("network", "kinds/object_store/main.tf", EndpointView),
    ),
    Capability(
        name=DYNAMODB_ENDPOINT,
        title="gateway endpoint of DynamoDB",
        monthly_costs=free_of_charge,
        reasons=_dynamodb_reasons,
        requires=("network",),
        parts=part_of("network", "kinds/dynamodb_endpoint/main.tf", DynamoDbView),
    ),
)

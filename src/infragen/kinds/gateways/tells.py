"""What people are told of a gateway: where it is, and how a client's key is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.tell import Tell
from infragen.kinds.gateways.build import GatewayView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.place import Place
    from infragen.kinds.gateways.model import Gateway


def tells(gateway: Gateway, place: Place) -> Iterator[Tell]:
    """Yield its address, and for each client the command that reads its key."""
    own = GatewayView(place)
    whom = {"internet": "for everybody with a key", "allow-list": "for its allow list", "vpc": "for callers in the VPC"}
    yield Tell("address" if gateway.reach == "vpc" else "public", whom[gateway.reach], own.stage.invoke_url)
    for client in gateway.clients:
        name = own.keys[client]["name"]
        query = "--include-values --query 'items[0].value' --output text"
        command = f"aws apigateway get-api-keys --name-query {name} {query} --region {place.region}"
        yield Tell("secret", f"read the key of {client}", command, is_command=True)

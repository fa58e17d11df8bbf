"""What people are told of a gateway: where it is, and how a client's key is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.expressions import Joined
from infragen.core.operations import OutputLine
from infragen.kinds.gateways.build import GatewayView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.place import Place
    from infragen.kinds.gateways.model import Gateway


def outputs(gateway: Gateway, place: Place) -> Iterator[OutputLine]:
    """Yield its address, and for each client the command that reads its key."""
    own = GatewayView(place)
    whom = {"internet": "for everybody with a key", "allow-list": "for its allow list", "vpc": "for callers in the VPC"}
    for url in own.urls:
        yield OutputLine("public" if gateway.is_public else "address", whom[gateway.reach], url)
    if own.names and gateway.keep_default_endpoint:
        yield OutputLine("public", "AWS's own address, which takes TLS 1.0, until it is given up", own.stage.invoke_url)
    if own.is_private and gateway.allow:
        address = Joined.of(
            "https://",
            own.api.id,
            "-",
            own.endpoint.id,
            f".execute-api.{place.settings.region}.amazonaws.com/{own.stage_name}",
        )
        yield OutputLine("address", "for networks in `allow`, whose resolvers know no name of the VPC's", address)
    for name in () if own.zone_id else own.names:
        yield OutputLine("next", f"enter this as CNAME record of {name}", own.domain_names.target_names[name])
    for client in gateway.clients:
        name = own.keys[client]["name"]
        query = "--include-values --query 'items[0].value' --output text"
        command = f"aws apigateway get-api-keys --name-query {name} {query} --region {place.region}"
        yield OutputLine("secret", f"read the key of {client}", command, is_command=True)

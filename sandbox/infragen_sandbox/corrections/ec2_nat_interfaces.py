"""A NAT gateway's network interface lies in its subnet and goes with it.

AWS: "the private IPv4 address of the NAT gateway" is one of its subnet's, and deleting a NAT gateway releases its
network interface and its address (EC2 API Reference, CreateNatGateway, DeleteNatGateway, NatGatewayAddress). moto
draws the address from 10.0.0.0/8 and leaves the interface behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.ec2.models.nat_gateways import NatGateway, NatGatewayBackend

from infragen_sandbox.corrections.addresses import free_address
from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable


def _construct(original: Callable[..., None], gateway: Any, *args: Any, **kwargs: Any) -> None:
    original(gateway, *args, **kwargs)
    backend, interface = gateway.ec2_backend, gateway._eni  # noqa: SLF001
    address = free_address(backend, backend.get_subnet(gateway.subnet_id))
    gateway.private_ip = interface.private_ip_address = address
    interface.private_ip_addresses = [{"PrivateIpAddress": address, "Primary": True}]
    interface.description = f"Interface for NAT Gateway {gateway.id}"
    interface.interface_type = "nat_gateway"


def _delete(original: Callable[..., Any], backend: Any, gateway_id: str) -> Any:
    gateway = original(backend, gateway_id)
    interface = gateway._eni  # noqa: SLF001
    for address in backend.addresses:
        if address.eni is interface:
            address.eni = address.association_id = None
    backend.enis.pop(interface.id, None)
    return gateway


def apply() -> None:
    """Install the correction."""
    around(NatGateway, "__init__", _construct)
    around(NatGatewayBackend, "delete_nat_gateway", _delete)

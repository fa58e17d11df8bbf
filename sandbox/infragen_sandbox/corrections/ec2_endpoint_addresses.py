"""An interface endpoint has the addresses it was given, or else free ones of its subnets.

AWS: CreateVpcEndpoint takes SubnetConfigurations with a fixed Ipv4 for each subnet, and an endpoint's network
interfaces lie in its subnets and security groups (EC2 API Reference, CreateVpcEndpoint, SubnetConfiguration). moto
draws an address from 10.0.0.0/8 and forgets the groups.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.ec2.models.vpcs import VPCBackend
from moto.ec2.responses.vpcs import VPCs

from infragen_sandbox.corrections.addresses import free_address
from infragen_sandbox.corrections.patching import around, parameter

if TYPE_CHECKING:
    from collections.abc import Callable


def _settle(backend: Any, endpoint: Any, fixed: dict[str, str]) -> None:
    """Give each network interface of the endpoint its address and groups."""
    for subnet_id, eni_id in zip(endpoint.subnet_ids or (), endpoint.network_interface_ids, strict=False):
        eni = backend.enis[eni_id]
        address = fixed.get(subnet_id) or free_address(backend, backend.get_subnet(subnet_id))
        eni.private_ip_address = address
        eni.private_ip_addresses = [{"PrivateIpAddress": address, "Primary": True}]
        eni.description = f"VPC Endpoint Interface {endpoint.id}"
        eni.interface_type = "vpc_endpoint"


def _create(original: Callable[..., Any], backend: Any, *args: Any, **kwargs: Any) -> Any:
    endpoint = original(backend, *args, **kwargs)
    _settle(backend, endpoint, {})
    return endpoint


def _fixed(response: Any) -> dict[str, str]:
    wanted = parameter(response, "SubnetConfigurations", [])
    return {one["SubnetId"]: one["Ipv4"] for one in wanted if "Ipv4" in one}


def _answer_create(original: Callable[[Any], Any], response: Any) -> Any:
    result = original(response)
    endpoint = result.result["VpcEndpoint"]
    _settle(response.ec2_backend, endpoint, _fixed(response))
    return result


def _answer_modify(original: Callable[[Any], Any], response: Any) -> Any:
    result = original(response)
    backend = response.ec2_backend
    endpoint = backend.vpc_end_points[parameter(response, "VpcEndpointId")]
    kept = {backend.enis[eni].subnet.id: eni for eni in endpoint.network_interface_ids if eni in backend.enis}
    addresses = {subnet: backend.enis[eni].private_ip_address for subnet, eni in kept.items()} | _fixed(response)
    for subnet_id in endpoint.subnet_ids or ():
        if subnet_id not in kept:
            kept[subnet_id] = backend.create_network_interface(backend.get_subnet(subnet_id), None).id
    for subnet_id in set(kept) - set(endpoint.subnet_ids or ()):
        backend.enis.pop(kept.pop(subnet_id))
    endpoint.network_interface_ids = [kept[subnet_id] for subnet_id in endpoint.subnet_ids or ()]
    _settle(backend, endpoint, addresses)
    private_dns = parameter(response, "PrivateDnsEnabled")
    if private_dns is not None:
        endpoint.private_dns_enabled = str(private_dns).lower() == "true"
    return result


def apply() -> None:
    """Install the correction."""
    around(VPCBackend, "create_vpc_endpoint", _create)
    around(VPCs, "create_vpc_endpoint", _answer_create)
    around(VPCs, "modify_vpc_endpoint", _answer_modify)

"""Addresses of a subnet that nobody has. Not a correction itself."""

from __future__ import annotations

import ipaddress
from typing import Any

_RESERVED_AT_START = 4
"""The first four addresses of a subnet and its last are AWS's own (VPC User Guide, Subnet CIDR blocks)."""


def free_address(backend: Any, subnet: Any) -> str:
    """Return the first address of the subnet that no network interface has."""
    taken = {interface.private_ip_address for interface in backend.enis.values()}
    network = ipaddress.ip_network(subnet.cidr_block)
    hosts = (network[index] for index in range(_RESERVED_AT_START, network.num_addresses - 1))
    return next(str(host) for host in hosts if str(host) not in taken)

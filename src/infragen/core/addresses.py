"""Ranges of IPv4 addresses as the catalogue writes them."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Network, NetmaskValueError
from typing import Annotated, Final

from pydantic import StringConstraints

Cidr = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$")]

_PRIVATE: Final = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))
"""RFC 1918, and the shared space of RFC 6598 that AWS takes for VPCs too."""


def parse(cidr: str) -> IPv4Network | None:
    """Return the range that a text such as `10.3.0.0/16` means, or None when it means none (W101 says why)."""
    try:
        return IPv4Network(cidr)
    except ValueError:
        return None


def problem(cidr: str) -> tuple[str, str] | None:
    """Return what is wrong with a range and how to mend it, or None."""
    try:
        whole = IPv4Network(cidr, strict=False)
    except (AddressValueError, NetmaskValueError, ValueError) as error:
        return str(error).replace(f" in {cidr!r}", ""), "write four numbers to 255 and a prefix to 32: `10.3.0.0/16`"
    if str(whole) != cidr:
        return f"the range that holds it starts at {whole.network_address}", f"write `{whole}`"
    return None


def is_private(block: IPv4Network) -> bool:
    """Say whether nobody on the internet has these addresses."""
    return any(block.subnet_of(private) for private in _PRIVATE)

"""Ranges of IPv4 addresses as the catalogue writes them."""

from collections.abc import Collection, Iterable
from functools import lru_cache
from ipaddress import IPv4Network
from typing import Annotated, Final

from pydantic import StringConstraints

Cidr = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$")]

_PRIVATE: Final = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))
"""RFC 1918, and the shared space of RFC 6598 that AWS takes for VPCs too."""


@lru_cache(maxsize=4096)
def parse(cidr: str) -> IPv4Network | None:
    try:
        return IPv4Network(cidr)
    except ValueError:
        return None


def problem(cidr: str) -> tuple[str, str] | None:
    whole = around(cidr)
    if whole is None:
        return _why_none(cidr), "write four numbers to 255 and a prefix to 32: `10.3.0.0/16`"
    if str(whole) != cidr:
        return f"the range that holds it starts at {whole.network_address}", f"write `{whole}`"
    return None


def around(cidr: str) -> IPv4Network | None:
    try:
        return IPv4Network(cidr, strict=False)
    except ValueError:
        return None


def _why_none(cidr: str) -> str:
    address, _, prefix = cidr.partition("/")
    for number in address.split("."):
        if not number:
            return "a number is missing"
        if int(number) > 255:
            return f"{number} is more than 255"
        if number != str(int(number)):
            return f"{number} begins with a zero"
    return f"the prefix {prefix} is more than 32"


def free_range(prefix: int, taken: Collection[IPv4Network], within: Iterable[IPv4Network] = ()) -> IPv4Network | None:
    """Find the first range of a size; without `within`, in the private ranges, those of RFC 1918 first."""
    size = 1 << (32 - prefix)
    used = sorted((int(one.network_address), int(one.broadcast_address)) for one in taken)
    for whole in within or _PRIVATE:
        start, last = int(whole.network_address), int(whole.broadcast_address)
        for first, end in used:
            if first > start + size - 1:
                break
            if end >= start:
                start = (end // size + 1) * size
        if start + size - 1 <= last:
            return IPv4Network((start, prefix))
    return None


def private_range(block: IPv4Network) -> IPv4Network | None:
    return next((private for private in _PRIVATE if block.overlaps(private)), None)


def is_private(block: IPv4Network) -> bool:
    return any(block.subnet_of(private) for private in _PRIVATE)

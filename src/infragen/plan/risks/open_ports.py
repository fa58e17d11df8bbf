"""Which ports a firewall rule opens to the whole internet, or one by which a machine is run to a large part of it."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import NamedTuple

from infragen.effort import spend
from infragen.plan.risks.lookups import ICMP, blocks, number, protocol_of, texts
from infragen.redaction.values import Value

_AZURE_WORLD = frozenset({"*", "Internet", "Any", "any"})
LAST = 65_535
_NAMES = {
    21: "FTP", 22: "SSH", 23: "Telnet", 445: "SMB", 1433: "SQL Server", 1521: "Oracle", 2049: "NFS", 2375: "Docker",
    3306: "MySQL", 3389: "RDP", 5432: "PostgreSQL", 5439: "Redshift", 5900: "VNC", 6379: "Redis", 9092: "Kafka",
    9200: "OpenSearch", 11211: "Memcached", 27017: "MongoDB",
}  # fmt: skip
# By these a machine is run, or a database asked. A network of more addresses than one office has, by its prefix.
_FOR_FEW = (22, 1433, 1521, 3306, 3389, 5432, 5439, 6379, 27017)
_ONE_OFFICE = {4: 24, 6: 48}
_WHOLE = {4: 3, 6: 4}
"""Some halves of the internet are the internet; of IPv6, all public addresses are 2000::/3 (RFC 4291)."""
_MUCH, WIDE, _TOGETHER = 2 ** (32 - _WHOLE[4]), 17, " more together"  # a group takes 1,000 rules at most
NETWORKS = ("cidr_ipv4", "cidr_ipv6", "cidr_blocks", "ipv6_cidr_blocks")
_PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))


class OpenPort(NamedTuple):
    """A range of ports of one protocol that is open to everyone, or to a large `world`: the network that says so."""

    protocol: str
    low: int
    high: int
    world: str

    @property
    def is_web(self) -> bool:
        return self.low == self.high and self.low in {80, 443} and self.protocol in {"tcp", "udp"}

    @property
    def is_ping(self) -> bool:
        return self.protocol in ICMP

    @property
    def is_worldwide(self) -> bool:
        return self.world in _AZURE_WORLD or self.world.endswith(_TOGETHER) or is_world(self.world)

    def __str__(self) -> str:
        if not self.is_worldwide:
            return f"port {self.low} ({_NAMES[self.low]}) opens to {self.world}"
        if self.is_ping:
            return f"ICMP opens to the whole internet ({self.world})"
        if self.low == 0 and self.high == LAST:
            kind = "" if self.protocol == "all" else f" of {self.protocol}"
            return f"every port{kind} opens to the whole internet ({self.world})"
        if self.low == self.high:
            name = _NAMES.get(self.low)
            return f"port {self.low}{f' ({name})' if name else ''} opens to the whole internet ({self.world})"
        return f"ports {self.low}-{self.high} open to the whole internet ({self.world})"


@lru_cache(maxsize=8192)
def network_of(text: str) -> IPv4Network | IPv6Network | None:
    spend(8)  # pairs in whose time it is parsed
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def is_world(text: str) -> bool:
    network = network_of(text) if "/" in text else None
    return network is not None and network.prefixlen <= _WHOLE[network.version]


def within(network: IPv4Network | IPv6Network, other: IPv4Network | IPv6Network) -> bool:
    is_longer = network.version == other.version and network.prefixlen >= other.prefixlen
    return is_longer and network.network_address in other


def newly_open(after: Iterable[OpenPort], before: Iterable[OpenPort]) -> list[OpenPort]:
    """Return the ports that were not open before; sorted ranges, so that the cost is that of sorting."""
    known: dict[tuple[str, bool], list[tuple[int, int]]] = {}
    large: list[OpenPort] = []
    for door in sorted(before, key=lambda door: (door.low, -door.high)):
        if not door.is_worldwide:
            large.append(door)
            continue
        ranges = known.setdefault((door.protocol, ":" in door.world), [])
        if not ranges or door.high > ranges[-1][1]:
            ranges.append((door.low, door.high))
    found = []
    for door in sorted({*after}):
        same = (known.get((protocol, ":" in door.world), []) for protocol in ("all", door.protocol))
        below = (ranges[: bisect_right(ranges, (door.low, LAST))] for ranges in same)
        if not any(ranges and ranges[-1][1] >= door.high for ranges in below):
            found.append(door)
    spend(2 * len(found) * len(large))
    return [door for door in found if door.is_worldwide or not any(_is_part(door, one) for one in large)]


def _is_part(door: OpenPort, other: OpenPort) -> bool:
    here, there = network_of(door.world), network_of(other.world)
    return door.low == other.low and here is not None and there is not None and within(here, there)


def aws_rules(rules: Iterable[Mapping[str, Value]]) -> Iterator[OpenPort]:
    found = [span for rule in rules for span in spans(rule)]
    for one in found:
        if is_world(one.world):
            yield one
        elif is_large(one.world) and one.protocol in {"all", "tcp"}:
            yield from (OpenPort("tcp", port, port, one.world) for port in _FOR_FEW if one.low <= port <= one.high)
    yield from together(found)


def spans(rule: Mapping[str, Value]) -> Iterator[OpenPort]:
    """Protocol -1 is all of them, and then there are no ports (EC2 API Reference "IpPermission")."""
    kind = protocol_of(rule.get("ip_protocol") or rule.get("protocol"))
    first, last = number(rule.get("from_port")), number(rule.get("to_port"))
    if kind == "all" or first is None or last is None or first == -1:
        first, last = 0, LAST
    for network in (text for name in NETWORKS for text in texts(rule.get(name))):
        yield OpenPort(kind, int(min(first, LAST)), int(min(last, LAST)), network)


def together(spans: Iterable[OpenPort]) -> Iterator[OpenPort]:
    """Yield the doors that rules of one group are together, none of which is one alone: sixteen /4 are the internet."""
    large = (one for one in spans if is_large(one.world, WIDE) and not is_world(one.world))
    few = [(one, net) for one in large if isinstance(net := network_of(one.world), IPv4Network)]
    is_much = sum(net.num_addresses for _, net in few) >= _MUCH
    for kind, low in sorted({(one.protocol, one.low) for one, _ in few}) if is_much else ():
        spend(8 * len(few))
        here = [pair for pair in few if pair[0].protocol in {kind, "all"} and pair[0].low <= low <= pair[0].high]
        if sum(net.num_addresses for net in collapse_addresses(net for _, net in here)) >= _MUCH:
            world = f"{here[0][0].world} and {len(here) - 1}{_TOGETHER}"
            yield OpenPort(kind, low, min(one.high for one, _ in here), world)


@lru_cache(maxsize=1024)
def is_large(text: str, below: int = 0) -> bool:
    """Whether a network is of more addresses of the internet than one office has, or its prefix is below another."""
    network = network_of(text)
    if network is None or any(within(network, one) for one in _PRIVATE):
        return False
    return network.prefixlen < (below or _ONE_OFFICE[network.version])


def google_rule(rule: Mapping[str, Value]) -> Iterator[OpenPort]:
    """Yield the doors of `google_compute_firewall`; ports are texts, none are all."""
    if rule.get("direction") == "EGRESS" or rule.get("disabled") is True:
        return
    worlds = [network for network in texts(rule.get("source_ranges")) if is_world(network)]
    for allow in blocks(rule.get("allow")):
        protocol = protocol_of(allow.get("protocol"))
        for ports in texts(allow.get("ports")) or (f"0-{LAST}",):
            for world in worlds:
                yield from _ranged(protocol, ports, world)


def azure_rule(rule: Mapping[str, Value]) -> Iterator[OpenPort]:
    if rule.get("direction") == "Outbound" or rule.get("access") == "Deny":
        return
    sources = (*texts(rule.get("source_address_prefix")), *texts(rule.get("source_address_prefixes")))
    worlds = [source for source in sources if source in _AZURE_WORLD or is_world(source)]
    for ports in (*texts(rule.get("destination_port_range")), *texts(rule.get("destination_port_ranges"))):
        for world in worlds:
            yield from _ranged(protocol_of(rule.get("protocol")), ports, world)


def _ranged(protocol: str, ports: str, world: str) -> Iterator[OpenPort]:
    low, dash, high = (f"0-{LAST}" if ports == "*" else ports).partition("-")
    if low.isdecimal() and (high or low).isdecimal():
        first, last = (min(int(text[:6]), LAST) for text in (low, high if dash else low))
        yield OpenPort(protocol, first, last, world)

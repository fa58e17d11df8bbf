"""What security groups let through: their rules, as resources of their own and inside their groups."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct

from infragen.plan.objects import Planned, PlannedObjects
from infragen.plan.risks.lookups import blocks, texts
from infragen.plan.risks.open_ports import network_of, within
from infragen.reachability.model import EVERY_PORT, Ports
from infragen.redaction.values import UNKNOWN, Number, Value

GROUPS: Final = ("aws_security_group", "aws_default_security_group")
_OWN: Final[Mapping[str, Literal["in", "out"]]] = {
    "aws_vpc_security_group_ingress_rule": "in",
    "aws_vpc_security_group_egress_rule": "out",
}
_OLD: Final = "aws_security_group_rule"
TYPES: Final = (*GROUPS, *_OWN, _OLD)
_INLINE: Final[Mapping[str, Literal["in", "out"]]] = {"ingress": "in", "egress": "out"}
_ALL: Final = frozenset({"-1", "all"})


class Rule(Struct, frozen=True):
    """A rule of a group: which ports, to or from `groups` (addresses), `ranges` (CIDR blocks) or prefix `lists`."""

    address: str
    group: str
    direction: Literal["in", "out"]
    ports: Ports
    groups: frozenset[str] = frozenset()
    ranges: tuple[str, ...] = ()
    lists: bool = False

    def covers(self, ranges: Iterable[str]) -> bool:
        pairs = ((network_of(own), network_of(other)) for own in self.ranges for other in ranges)
        return any(one is not None and other is not None and one.overlaps(other) for one, other in pairs)


def rules_of(objects: PlannedObjects) -> tuple[Rule, ...]:
    """Return every rule of a plan; one of which the group is not known counts for every group that it may be."""
    found = (*_separate(objects), *_inside(objects))
    return tuple(rule for rule in found if rule.groups or rule.ranges or rule.lists)


def rules_of_others(objects: PlannedObjects) -> Iterator[Planned]:
    for one in objects.of_type(*_OWN, _OLD):
        named = [name for name in ("security_group_id", _peer(one)) if one.value(name) is not None]
        if not all(one.leads_to((name,), *GROUPS) for name in named):
            yield one


def covers_everything(ranges: Iterable[str]) -> bool:
    return any(one in {"0.0.0.0/0", "::/0"} for one in ranges)


def is_within(text: str, ranges: Iterable[str]) -> bool:
    inner = network_of(text)
    return inner is not None and any(within(inner, outer) for one in ranges if (outer := network_of(one)) is not None)


def _separate(objects: PlannedObjects) -> Iterator[Rule]:
    for one in objects.of_type(*_OWN, _OLD):
        protocol = one.value("protocol" if one.type == _OLD else "ip_protocol")
        ports = _ports(protocol, one.value("from_port"), one.value("to_port"))
        peers = {peer.address for peer in one.leads_to((_peer(one),), *GROUPS)}
        single = tuple(text for name in ("cidr_ipv4", "cidr_ipv6") if (text := one.text(name)))
        ranges = _ranges(one.value) if one.type == _OLD else single
        has_list = bool(one.value("prefix_list_ids")) or one.value("prefix_list_id") is not None
        of_old: Literal["in", "out"] = "in" if one.text("type") == "ingress" else "out"
        for group in one.leads_to(("security_group_id",), *GROUPS):
            ends = frozenset(peers | ({group.address} if one.value("self") is True else set()))
            yield Rule(one.address, group.address, _OWN.get(one.type, of_old), ports, ends, ranges, has_list)


def _peer(one: Planned) -> str:
    return "source_security_group_id" if one.type == _OLD else "referenced_security_group_id"


def _inside(objects: PlannedObjects) -> Iterator[Rule]:
    for one in objects.of_type(*GROUPS):
        for name, direction in _INLINE.items():
            for block in blocks(one.value(name)):
                peers = one.leads_to((name, "security_groups"), *GROUPS) if block.get("security_groups") else ()
                addresses = {*peers, one} if block.get("self") is True else {*peers}
                ports = _ports(block.get("protocol"), block.get("from_port"), block.get("to_port"))
                groups, has_list = frozenset(each.address for each in addresses), bool(block.get("prefix_list_ids"))
                yield Rule(one.address, one.address, direction, ports, groups, _ranges(block.get), has_list)


def _ranges(value: Callable[[str], Value]) -> tuple[str, ...]:
    return (*texts(value("cidr_blocks")), *texts(value("ipv6_cidr_blocks")))


def _ports(protocol: Value, first: Value, last: Value) -> Ports:
    word = protocol if isinstance(protocol, str) else "all" if protocol == UNKNOWN else "tcp"
    if word in _ALL:
        return EVERY_PORT
    low, high = _number(first), _number(last)
    return Ports(EVERY_PORT.first if low is None else low, EVERY_PORT.last if high is None else high, word)


def _number(value: Value) -> int | None:
    return int(value.text) if isinstance(value, Number) and value.text.isdigit() else None


class Gates:
    """The rules of a plan, by group and direction."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._by_group: dict[tuple[str, str], list[Rule]] = {}
        for rule in rules:
            self._by_group.setdefault((rule.group, rule.direction), []).append(rule)

    def of(self, groups: Iterable[str], direction: Literal["in", "out"]) -> Iterator[Rule]:
        return (rule for group in groups for rule in self._by_group.get((group, direction), ()))

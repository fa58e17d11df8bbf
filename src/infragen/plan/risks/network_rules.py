"""Exposure by network firewalls: ports that a rule opens, and to which addresses."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import chain

from infragen.plan.risk import Action, Level, Risk, RiskKind
from infragen.plan.risks.lookups import blocks, service, shown, texts, texts_at, word
from infragen.plan.risks.open_ports import (
    NETWORKS,
    WIDE,
    OpenPort,
    aws_rules,
    azure_rule,
    google_rule,
    is_large,
    is_world,
    network_of,
    newly_open,
    spans,
    together,
)
from infragen.plan.risks.types import aws, judging, rows, table
from infragen.plan.view import Index, View
from infragen.redaction.values import UNKNOWN, Value

_open = RiskKind.EXPOSURE.risk
_PEERS = (
    "cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id", "cidr_blocks", "ipv6_cidr_blocks",
    "prefix_list_ids", "source_security_group_id",
)  # fmt: skip


def _open_ports(
    view: View, names: tuple[str, ...], find: Callable[[Mapping[str, Value]], Iterable[OpenPort]]
) -> Iterator[Risk]:
    if view.action is Action.DELETE:
        return
    after = {*find({name: view.expected(name) for name in names})}
    before = {*find({name: view.before(name) for name in names})} if after else after
    is_there = not view.is_whole or bool(word(view.after("security_group_id")))
    for door in newly_open(after, before):
        yield _open(_level(door, is_there=is_there), str(door))


def _level(door: OpenPort, *, is_there: bool) -> Level:
    if door.is_ping:
        return Level.LOW
    if door.is_web:
        return Level.MEDIUM if is_there else Level.LOW
    return Level.HIGH if door.is_worldwide else Level.MEDIUM


def _open_together(view: View) -> Iterator[Risk]:
    if view.action is Action.DELETE or not (own := _opened(view, View.after)):
        return
    group = view.after("security_group_id")
    was, now = ([*chain(_opened(view, index.side), *view.matching(index, group))] for index in _BESIDE)
    for door in newly_open(together(now), [*together(was), *(one for one in was if one.is_worldwide)]):
        if any(one.low <= door.high and door.low <= one.high for one in own):
            yield _open(_level(door, is_there=not view.is_for_new("security_group_id")), str(door))


def _opened(view: View, side: Callable[[View, str], Value]) -> list[OpenPort]:
    names = (*_PORTS, "ip_protocol", "protocol", *NETWORKS)
    found = spans({name: side(view, name) for name in names}) if side(view, "type") != "egress" else ()
    return [one for one in found if is_large(one.world, WIDE)]


_RULES = frozenset(aws("security_group_rule vpc_security_group_ingress_rule"))
_BESIDE = tuple(
    Index(_RULES, ("security_group_id",), partial(_opened, side=side), side) for side in (View.before, View.after)
)
_PORTS = ("from_port", "to_port")
_INLINE = judging(_open_ports, ("ingress",), lambda group: aws_rules(blocks(group.get("ingress"))))
_RULE = judging(_open_ports, (*_PORTS, "ip_protocol", "cidr_ipv4", "cidr_ipv6"), lambda rule: aws_rules([rule]))
_OLD_RULE = judging(
    _open_ports,
    (*_PORTS, "type", "protocol", "cidr_blocks", "ipv6_cidr_blocks"),
    lambda rule: aws_rules([rule]) if rule.get("type") != "egress" else (),
)
_AZURE_PARTS = (
    "access", "destination_port_range", "destination_port_ranges", "direction", "protocol", "source_address_prefix",
    "source_address_prefixes",
)  # fmt: skip
_AZURE_GROUP = judging(
    _open_ports,
    ("security_rule",),
    lambda group: (door for rule in blocks(group.get("security_rule")) for door in azure_rule(rule)),
)


def _let_in(view: View) -> Iterator[Risk]:
    if view.action is not Action.CREATE:
        return
    inward = not view.type.endswith("egress_rule") and view.after("type") != "egress"
    peers: list[str] = []
    for name in _PEERS:
        value = view.expected(name) if "cidr" in name else view.after(name)
        peers += [*texts(value), *(view.comes_from((name,)) if value == UNKNOWN else ())]
    is_worldwide = any(map(is_world, peers))
    if peers and not (inward and is_worldwide) and (is_worldwide or not view.is_for_new("security_group_id")):
        said = word(view.after("description"))
        way = f"in from {', '.join(peers)}" if inward else f"out to {', '.join(peers)}"
        yield Risk(Level.LOW, RiskKind.HARMLESS, f"it lets {service(view)} {way}{f' ({shown(said)})' if said else ''}")


def _listed(view: View) -> Iterator[Risk]:
    before, after = ({*texts_at(side, "cidr"), *texts_at(side, "entry.cidr")} for side in (view.before, view.expected))
    for network in sorted(filter(is_world, after - before) if view.action is not Action.DELETE else ()):
        yield _open(Level.HIGH, f"rules that name the list open to the whole internet ({network})")


def _address_range(view: View, first: str, last: str, of_zero: str = "") -> Iterator[Risk]:
    before, after = ((one(first), one(last)) for one in (view.before, view.after))
    now = _range_size(after)
    if view.action is Action.DELETE or before == after:
        return
    if of_zero and after == ("0.0.0.0", "0.0.0.0"):  # noqa: S104 (what a plan says)
        yield _open(Level.HIGH, of_zero)
    elif now <= _range_size(before):
        return
    elif now >= 2**31:
        yield _open(Level.HIGH, f"the whole internet is let in: {after[0]} to {after[1]}")
    elif now > 256:
        yield _open(Level.MEDIUM, f"{now:,} addresses are let in: {after[0]} to {after[1]}")
    else:
        yield _open(Level.LOW, f"it lets in {after[0]} to {after[1]}")


def _range_size(ends: tuple[Value, Value]) -> int:
    low, high = (network_of(word(one) or "") for one in ends)
    if low is None or high is None or low.version != high.version:
        return 0
    return int(high.network_address) - int(low.network_address) + 1


JUDGES = table(
    (_INLINE, "security_group default_security_group"),
    (_RULE, "vpc_security_group_ingress_rule"),
    (_OLD_RULE, "security_group_rule"),
    (_open_together, *_RULES),
    (_let_in, "security_group_rule vpc_security_group_egress_rule vpc_security_group_ingress_rule"),
    (_listed, "ec2_managed_prefix_list ec2_managed_prefix_list_entry"),
    (judging(_open_ports, ("allow", "direction", "disabled", "source_ranges"), google_rule), "google_compute_firewall"),
    *rows("network_rules", addresses=_address_range),
    (judging(_open_ports, _AZURE_PARTS, azure_rule), "azurerm_network_security_rule"),
    (_AZURE_GROUP, "azurerm_network_security_group"),
)

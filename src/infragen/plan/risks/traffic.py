"""Traffic: a firewall rule that exists lets more through than before, or blocks what it let through.

What opens to the whole internet is in `open_ports`, and said there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from infragen.effort import spend
from infragen.plan.risk import Level, Risk, RiskKind
from infragen.plan.risks.lookups import ICMP, blocks, number, ports, protocol_of, texts
from infragen.plan.risks.open_ports import LAST, is_world, network_of, within
from infragen.plan.risks.types import judging, of_updates
from infragen.plan.view import Index, View
from infragen.redaction.values import Value, holds_unknown
from infragen.text import first_of

_MOST = 3
_PEERS = (
    "cidr_blocks", "cidr_ipv4", "cidr_ipv6", "ipv6_cidr_blocks", "prefix_list_id", "prefix_list_ids",
    "referenced_security_group_id", "security_groups", "source_address_prefix", "source_address_prefixes",
    "source_ranges",
)  # fmt: skip
_PORTS = ("from_port", "to_port")
_EVERY = (0, LAST)
_CODES = 256
_ALWAYS: Mapping[str, str] = {}
_PLACE = ("security_group_id", "type")
_SINGLE = (*_PORTS, "ip_protocol", "cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id")
_OLD = (*_PORTS, "protocol", "cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids")


class _Flow(NamedTuple):
    """What a rule lets through, to or from whom; the codes of an ICMP type are ports from `type * 256` on."""

    protocol: str
    low: float
    high: float
    peer: str

    def is_part_of(self, other: _Flow) -> bool:
        spend(1)
        if not (other.protocol in {"all", self.protocol} and other.low <= self.low and self.high <= other.high):
            return False
        if self.peer == other.peer:
            return True
        spend(1)
        here, there = network_of(self.peer), network_of(other.peer)
        return here is not None and there is not None and within(here, there)

    def __str__(self) -> str:
        if self.protocol == "all":
            return "everything"
        said = ports(self.low, self.high)
        if self.protocol in ICMP:
            kind, code = divmod(self.low, _CODES)
            said = f"type {kind:g}" + (f" code {code:g}" if self.low == self.high else "")
        return self.protocol if (self.low, self.high) == _EVERY else f"{self.protocol} {said}"


def _flows(rule: Mapping[str, Value]) -> Iterator[_Flow]:
    """EC2 API Reference "IpPermission": -1 is everything, and the ports of ICMP are a type and a code."""
    kind = protocol_of(rule.get("ip_protocol") or rule.get("protocol"), "traffic")
    low, high = (None if kind == "all" else number(rule.get(name)) for name in _PORTS)
    first, last = _EVERY if low is None or high is None or low < 0 else (low, high)
    if kind in ICMP and (first, last) != _EVERY:
        first, last = (first * _CODES + code for code in ((0, _CODES - 1) if last < 0 else (last, last)))
    peers = [peer for name in _PEERS for peer in texts(rule.get(name))]
    for peer in (*peers, *(["itself"] if rule.get("self") is True else ())):
        yield _Flow(kind, first, last, peer)


def _judge(
    view: View, names: tuple[str, ...], *, inside: str = "", outward: bool = False, where: Mapping[str, str] = _ALWAYS
) -> Iterator[Risk]:
    if not all(view.before(name) == view.after(name) == value for name, value in where.items()):
        return
    way, peer = ("out", "to") if outward else ("in", "from")

    def said(flows: list[_Flow]) -> str:
        return first_of([f"{flow} {way} {peer} {flow.peer}" for flow in flows], _MOST)

    old, new = ({name: side(name) for name in names} for side in (view.before, view.after))
    if old == new or any(map(holds_unknown, new.values())):
        return
    before, after = (
        [flow for rule in (blocks(side[inside]) if inside else (side,)) for flow in _flows(rule)] for side in (old, new)
    )
    found = [one for one in _beyond(after, before) if outward or not is_world(one.peer)]
    wider = [one for one in found if any(other.is_part_of(one) for other in before)]
    known = {*wider}
    if wider:
        yield Risk(Level.MEDIUM, RiskKind.EXPOSURE, f"it lets more through: {said(wider)}")
    if others := [one for one in found if one not in known]:
        yield Risk(Level.LOW, RiskKind.HARMLESS, f"it lets {said(others)}")
    if gone := _beyond(before, after):
        yield Risk(Level.MEDIUM, RiskKind.DOWNTIME, f"the traffic it allows is blocked: {said(gone)}")


def lets_the_same_through(view: View) -> str | None:
    went = _flows_of(view.before)
    group, kind = (view.before(name) or None for name in _PLACE)
    index = Index(frozenset({view.type}), _PLACE, _later)
    for one, flows in view.matching(index, group, kind) if went and group else ():
        if flows and all(any(_is_let_through(flow, other) for other in flows) for flow in went):
            return str(one.shown_address)
    return None


def _later(view: View) -> tuple[View, list[_Flow]]:
    return view, _flows_of(view.after)


def _flows_of(side: Callable[[str], Value]) -> list[_Flow]:
    return [*_flows({name: side(name) for name in (*_SINGLE, *_OLD)})]


def _is_let_through(flow: _Flow, other: _Flow) -> bool:
    """Whether a flow is part of another; all of IPv4 holds groups and lists of prefixes as well."""
    if other.peer == "0.0.0.0/0" and ":" not in flow.peer:
        flow = flow._replace(peer=other.peer)
    return flow.is_part_of(other)


def _beyond(flows: list[_Flow], others: list[_Flow]) -> list[_Flow]:
    known = {*others}
    return [one for one in flows if one not in known and not any(one.is_part_of(other) for other in others)]


JUDGES = of_updates(
    (judging(_judge, ("ingress",), inside="ingress"), "default_security_group security_group"),
    (judging(_judge, ("egress",), inside="egress", outward=True), "default_security_group security_group"),
    (judging(_judge, _SINGLE), "vpc_security_group_ingress_rule"),
    (judging(_judge, _SINGLE, outward=True), "vpc_security_group_egress_rule"),
    (judging(_judge, _OLD, where={"type": "ingress"}), "security_group_rule"),
    (judging(_judge, _OLD, outward=True, where={"type": "egress"}), "security_group_rule"),
    (lambda view: _judge(view, ("source_ranges",)) if view.after("allow") else (), "google_compute_firewall"),
    (
        judging(
            _judge,
            ("source_address_prefix", "source_address_prefixes"),
            where={"direction": "Inbound", "access": "Allow"},
        ),
        "azurerm_network_security_rule",
    ),
)

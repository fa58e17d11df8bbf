"""All ways of a plan: what security groups, routes, listeners, the mesh, endpoints and gateways allow together."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from infragen.plan.objects import Planned, PlannedObjects
from infragen.plan.risks.lookups import blocks, texts
from infragen.plan.risks.open_ports import network_of
from infragen.reachability import entrances, interfaces, listeners, names, rules
from infragen.reachability.entrances import EXECUTE_API, Fetched, distributions_of, gateways_of
from infragen.reachability.interfaces import Interface, interfaces_of
from infragen.reachability.listeners import Listeners, may_match
from infragen.reachability.model import EVERY_PORT, INTERNET, Ports, Traffic, Way
from infragen.reachability.names import AWS_NAME, Mesh, Names
from infragen.reachability.rules import Gates, Rule, covers_everything, is_within, rules_of, rules_of_others
from infragen.redaction.decode import OpenPlan
from infragen.text import first_of

_TABLE: Final = "aws_route_table"
_GATEWAYS: Final[Mapping[str, tuple[str, str]]] = {
    "aws_nat_gateway": ("nat_gateway_id", "NAT"),
    "aws_internet_gateway": ("gateway_id", "the internet gateway"),
    "aws_egress_only_internet_gateway": ("egress_only_gateway_id", "the egress-only gateway"),
    "aws_ec2_transit_gateway": ("transit_gateway_id", "the transit gateway"),
    "aws_vpc_peering_connection": ("vpc_peering_connection_id", "the peering"),
}
_PUBLIC: Final = frozenset({"aws_nat_gateway", "aws_internet_gateway", "aws_egress_only_internet_gateway"})
"""What leads to public addresses alone."""
_ENDPOINT: Final = "aws_vpc_endpoint"
_ROUTING: Final = ("aws_route", "aws_route_table_association", _TABLE, _ENDPOINT, *_GATEWAYS)


class _Route(NamedTuple):
    range: str
    gateway: Planned


class Routes:
    """The route tables of a plan, by subnet."""

    def __init__(self, objects: PlannedObjects) -> None:
        self._tables: dict[str, set[str]] = {}
        for one, subnet in objects.leading("aws_route_table_association", ("subnet_id",), "aws_subnet"):
            tables = (table.address for table in one.leads_to(("route_table_id",), _TABLE))
            self._tables.setdefault(subnet.address, set()).update(tables)
        self._routes: dict[str, list[_Route]] = {}
        for one, table in objects.leading("aws_route", ("route_table_id",), _TABLE):
            self._routes.setdefault(table.address, []).extend(_routes(one))
        for table in objects.of_type(_TABLE):
            inside = self._routes.setdefault(table.address, [])
            for route in blocks(table.value("route")):
                wanted = texts(route.get("cidr_block")) or texts(route.get("ipv6_cidr_block"))
                for kind, (name, _) in _GATEWAYS.items():
                    gateways = table.leads_to(("route", name), kind) if route.get(name) else ()
                    inside += (_Route(text, gateway) for text in wanted for gateway in gateways)
        self._endpoints: dict[str, list[Planned]] = {}
        for one, table in objects.leading(_ENDPOINT, ("route_table_ids",), _TABLE):
            if one.text("vpc_endpoint_type") in {"Gateway", ""}:
                self._endpoints.setdefault(table.address, []).append(one)

    def out(self, one: Interface, wanted: str) -> Sequence[str]:
        return sorted(set(self._out(one, wanted)))

    def is_reached(self, one: Interface) -> bool:
        return one.is_public and any(self._has_internet(subnet) for subnet in one.subnets)

    def endpoints(self, one: Interface) -> Sequence[Planned]:
        tables = (table for subnet in one.subnets for table in self._tables.get(subnet.address, ()))
        found = {each.address: each for table in tables for each in self._endpoints.get(table, ())}
        return list(found.values())

    def _out(self, one: Interface, wanted: str) -> Iterator[str]:
        network = network_of(wanted)
        is_private = network is not None and network.is_private
        for subnet in one.subnets:
            for route in self._of(subnet):
                kind = route.gateway.type
                if not is_within(wanted, (route.range,)) or (is_private and kind in _PUBLIC):
                    continue
                if kind == "aws_internet_gateway" and not one.is_public:
                    continue
                if kind == "aws_nat_gateway" and not self._leads_out(route.gateway):
                    continue
                yield _GATEWAYS[kind][1]

    def _leads_out(self, gateway: Planned) -> bool:
        """Whether a NAT gateway has the internet behind it: its subnet's routes say so, a regional one has its own."""
        if gateway.text("availability_mode") == "regional":
            return gateway.text("connectivity_type") != "private"
        return any(self._has_internet(subnet) for subnet in gateway.leads_to(("subnet_id",), "aws_subnet"))

    def _has_internet(self, subnet: Planned) -> bool:
        return any(one.gateway.type == "aws_internet_gateway" and one.range == "0.0.0.0/0" for one in self._of(subnet))

    def _of(self, subnet: Planned) -> Iterator[_Route]:
        for table in sorted(self._tables.get(subnet.address, ())):
            yield from self._routes.get(table, ())


def _routes(one: Planned) -> Iterator[_Route]:
    wanted = one.text("destination_cidr_block") or one.text("destination_ipv6_cidr_block")
    for kind, (name, _) in _GATEWAYS.items():
        yield from (_Route(wanted, gateway) for gateway in one.leads_to((name,), kind))


ALWAYS: Final = (
    "policies of roles and of resources: which roles are admitted (`infragen permissions` has those)",
    "what a firewall (WAF) blocks, network ACLs, and IPv6",
    "what code does: a task may listen on any port that its security groups allow",
    "the order of deployments: a task knows only aliases of Service Connect that existed before it",
)
"""What no answer looks at."""
_OTHERS: Final = re.compile(
    r"aws_(network_acl|network_interface|vpn|vpc_peering|ec2_(transit|client_vpn)|networkfirewall|dx_|lambda_permission"
    r"|vpclattice|apigatewayv2|globalaccelerator|mq_broker|msk_|opensearch(?!_domain\Z)|redshift|eks_"
    r"|main_route_table|api_gateway_domain_name_access_association|lb_listener_certificate|alb|elb|autoscaling_group|launch_template"
    r"|neptune|docdbelastic|memorydb|dms_|batch_|apprunner|vpc_endpoint_service|appmesh|default_(network_acl|route_table))[a-z0-9_]*\Z"
)
"""Types that say who reaches whom, and that are not looked at."""


def unread_in(objects: PlannedObjects) -> tuple[str, ...]:
    of_plan = []
    if found := sorted(name for name in objects.other_types if _OTHERS.match(name)):
        of_plan.append(f"resources of this plan that could open or close a way: {', '.join(found)}")
    if rules := sorted(one.address for one in rules_of_others(objects)):
        of_plan.append(f"rules for a security group that is not in this plan: {first_of(rules)}")
    return (*of_plan, *ALWAYS)


_TYPES: Final = frozenset(
    (*_ROUTING, *(name for part in (rules, interfaces, listeners, names, entrances) for name in part.TYPES))
)
"""The types of resources that are looked at."""
_HTTPS: Final = Ports(443, 443)
_EVERYWHERE: Final = ("0.0.0.0/0", "::/0")
_BY_GROUP: Final = "its security group"
_BY_ADDRESS: Final = "its address"
_BY_ROLE: Final = "its role (signature)"
_ANYBODY: Final = "anybody"
_BY_CLOUDFRONT: Final = "CloudFront's signature"
_FARTHEST: Final = 4  # balancers behind each other


class _Step(NamedTuple):
    target: Interface
    port: Ports
    rules: tuple[str, ...]
    identity: str = _BY_GROUP


class _Reached(NamedTuple):
    """Where a balancer leads: the end, its port, what was passed, and as whom the caller is known by then."""

    target: Interface
    port: Ports
    through: tuple[str, ...]
    rules: tuple[str, ...]
    identity: str
    requests: str


def traffic_of(plan: OpenPlan, target: str, owner_of: Callable[[str], str | None]) -> Traffic:
    """Return who reaches whom once a plan is applied.

    `owner_of` says whose an address is, in the catalogue's words; what is nobody's is called by its address.
    InfragenError: P215 to P218.
    """
    return _Reach(PlannedObjects(plan, _TYPES), owner_of).traffic(target)


class _Reach:
    def __init__(self, objects: PlannedObjects, owner_of: Callable[[str], str | None]) -> None:
        self._objects = objects
        self._owner_of = owner_of
        self._interfaces = interfaces_of(objects, self._name)
        self._gates = Gates(rules_of(objects))
        self._routes = Routes(objects)
        self._listeners = Listeners(objects, self._interfaces)
        self._mesh = Mesh(objects)
        self._names = Names(objects)
        self._gateways = gateways_of(objects)
        self._distributions = distributions_of(objects)
        self._by_group: dict[str, list[Interface]] = {}
        for one in self._interfaces:
            for group in one.groups:
                self._by_group.setdefault(group, []).append(one)
        self._by_address = {one.object.address: one for one in self._interfaces}

    def traffic(self, target: str) -> Traffic:
        found = (self._among, self._from_outside, self._to_outside, self._of_gateways, self._of_distributions)
        ways = merged(way for ways in found for way in ways())
        ends = {INTERNET, *(one.name for one in self._interfaces if not one.is_balancer)}
        ends |= {end for way in ways for end in (way.source, way.target)}
        unplaced = sorted(one.name for one in self._interfaces if one.groups and not one.subnets)
        said = f"the routes of resources in subnets that are not in this plan: {first_of(unplaced)}"
        unread = (*([said] if unplaced else ()), *unread_in(self._objects))
        return Traffic(target, ways, tuple(sorted(ends)), unread)

    def _name(self, one: Planned, role: str) -> str:
        owner = self._owner_of(one.address)
        return _api(one) if one.type == "aws_vpc_endpoint" else f"{owner or one.address} {role}".rstrip()

    def _among(self) -> Iterator[Way]:
        for one in self._interfaces:
            if one.is_balancer:
                continue
            for step in self._steps(one):
                if step.target.is_balancer:
                    yield from self._through(one, step)
                elif step.target is not one:
                    yield from self._direct(one, step)

    def _direct(self, one: Interface, step: _Step) -> Iterator[Way]:
        called = step.target
        aliases = list(self._mesh.aliases(called.object, step.port))
        if aliases and self._mesh.share(one.object, called.object):
            for alias in aliases:
                passed = ("Service Connect",)
                yield Way(one.name, called.name, step.port, passed, step.identity, alias.name, rules=step.rules)
            return
        through: tuple[str, ...] = ()
        identity = _identity(called) or step.identity
        if called.object.type == "aws_vpc_endpoint":
            through, identity = ("the interface endpoint",), _BY_ROLE
            yield from self._to_private_gateways(one.name, step, self._names.of(called, one))
        yield Way(one.name, called.name, step.port, through, identity, self._names.of(called, one), rules=step.rules)

    def _to_private_gateways(self, source: str, step: _Step, name: str) -> Iterator[Way]:
        endpoint = step.target.object
        if not endpoint.text("service_name").endswith(EXECUTE_API):
            return
        for gateway in self._gateways:
            if gateway.is_private and (not gateway.endpoints or endpoint.address in gateway.endpoints):
                yield Way(
                    source, self._name(gateway.api, ""), step.port, (_api(endpoint),), gateway.identity, name,
                    rules=step.rules,
                )  # fmt: skip

    def _through(self, one: Interface | None, step: _Step) -> Iterator[Way]:
        """Yield the ways that a balancer leads on; None comes from the internet."""
        name = self._names.of(step.target, one)
        for reached in self._reached(step, step.identity):
            if reached.target is not one:
                yield _way(one.name if one else INTERNET, reached, name)

    def _reached(self, step: _Step, identity: str, path: str = "*", depth: int = 0) -> Iterator[_Reached]:
        if depth > _FARTHEST:
            return
        for listener in self._listeners.of(step.target):
            if not listener.port.shared(step.port):
                continue
            proved = "a client certificate" if listener.proves else identity
            here = f"{step.target.name} {listener.port}"
            onward = self._steps(step.target)
            for forward in listener.forwards:
                if forward.paths and not any(may_match(pattern, path) for pattern in forward.paths):
                    continue
                for next_ in onward:
                    if next_.target is not forward.target or not next_.port.shared(forward.port):
                        continue
                    allowed = (*step.rules, *next_.rules)
                    if forward.target.is_balancer:
                        following = _Step(forward.target, forward.port, allowed)
                        for reached in self._reached(following, proved, path, depth + 1):
                            yield reached._replace(through=(here, *reached.through))
                        continue
                    # `/order/*` is enough beside `/order`.
                    paths = (one for one in forward.paths if f"{one}/*" not in forward.paths)
                    requests = " ".join((*forward.methods, *forward.hosts, *paths))
                    yield _Reached(forward.target, forward.port, (here,), allowed, proved, requests)

    def _from_outside(self) -> Iterator[Way]:
        for one in self._interfaces:
            for rule in self._gates.of(one.groups, "in"):
                for text in rule.ranges:
                    network = network_of(text)
                    is_public = network is not None and not network.is_private
                    if is_within(text, one.network) or (is_public and not self._routes.is_reached(one)):
                        continue
                    yield from self._entering(INTERNET if text in _EVERYWHERE else text, one, rule)
            if one.is_open and self._routes.is_reached(one):
                yield from self._through(None, _Step(one, EVERY_PORT, (), _ANYBODY))

    def _entering(self, source: str, one: Interface, rule: Rule) -> Iterator[Way]:
        if one.is_balancer:
            entering = _Step(one, rule.ports, (rule.address,), _ANYBODY if source == INTERNET else _BY_ADDRESS)
            yield from (replace(way, source=source) for way in self._through(None, entering))
            return
        for own in one.ports:
            if port := own.shared(rule.ports):
                name = self._names.of(one, None)
                if one.object.type == "aws_vpc_endpoint":
                    yield from self._to_private_gateways(source, _Step(one, port, (rule.address,)), AWS_NAME)
                identity = _identity(one) or (_ANYBODY if source == INTERNET else _BY_ADDRESS)
                yield Way(source, one.name, port, (), identity, name, rules=(rule.address,))

    def _to_outside(self) -> Iterator[Way]:
        for one in self._interfaces:
            if one.is_balancer:
                continue
            name = AWS_NAME if self._names.resolves(one) else ""
            for rule in self._gates.of(one.groups, "out"):
                for text in rule.ranges:
                    if is_within(text, one.network):
                        continue
                    for gateway in self._routes.out(one, text):
                        known_by = "public names" if self._names.resolves(one) else ""
                        identity = "the address of NAT" if gateway == "NAT" else _BY_ADDRESS
                        target = INTERNET if text in _EVERYWHERE else text
                        yield Way(one.name, target, rule.ports, (gateway,), identity, known_by, rules=(rule.address,))
                if (rule.lists or covers_everything(rule.ranges)) and (port := rule.ports.shared(_HTTPS)):
                    for endpoint in self._routes.endpoints(one):
                        yield Way(
                            one.name, _api(endpoint), port, ("the gateway endpoint",), _BY_ROLE, name,
                            rules=(rule.address,),
                        )  # fmt: skip

    def _of_gateways(self) -> Iterator[Way]:
        for gateway in self._gateways:
            name = self._name(gateway.api, "")
            if not gateway.is_private:
                asked = " and the header that its firewall asks for" if gateway.asks_for_header else ""
                yield Way(INTERNET, name, _HTTPS, (), f"{gateway.identity}{asked}", gateway.name)
            for function in gateway.invoked:
                yield Way(name, self._name(function, ""), _HTTPS, ("Lambda's API",), "the gateway", AWS_NAME)
            for passed in gateway.passed:
                for balancer in passed.balancers:
                    entrance = self._by_address[balancer.address]
                    # What comes over PrivateLink has addresses of AWS's own, which no rule can name.
                    word = "enforce_security_group_inbound_rules_on_private_link_traffic"
                    if not entrance.is_open and entrance.object.text(word) != "off":
                        continue
                    step = _Step(entrance, Ports(passed.port, passed.port), ())
                    for reached in self._reached(step, "the gateway", passed.path):
                        yield _way(name, reached._replace(through=("the VPC link", *reached.through)), AWS_NAME)

    def _of_distributions(self) -> Iterator[Way]:
        for distribution in self._distributions:
            name = self._name(distribution.object, "")
            yield Way(INTERNET, name, _HTTPS, (), _ANYBODY, distribution.name)
            for fetched in distribution.fetched:
                requests = " ".join(fetched.paths)
                if fetched.bucket is not None:
                    yield Way(name, self._name(fetched.bucket, ""), _HTTPS, (), _BY_CLOUDFRONT, AWS_NAME, requests)
                for api in fetched.apis:
                    identity = next(one.identity for one in self._gateways if one.api is api)
                    yield Way(name, self._name(api, ""), _HTTPS, (), identity, AWS_NAME, requests)
                for balancer in fetched.balancers:
                    yield from self._from_distribution(name, fetched, self._by_address[balancer.address])

    def _from_distribution(self, name: str, fetched: Fetched, balancer: Interface) -> Iterator[Way]:
        port = Ports(fetched.port, fetched.port)
        for rule in self._gates.of(balancer.groups, "in"):
            if not (rule.lists or covers_everything(rule.ranges)) or not rule.ports.shared(port):
                continue
            step = _Step(balancer, port, (rule.address,))
            for path in fetched.paths:
                for reached in self._reached(step, "CloudFront", path):
                    yield _way(name, reached._replace(requests=path), self._names.of(balancer, None))

    def _steps(self, one: Interface) -> Sequence[_Step]:
        if one.is_open:
            return [step for other in self._interfaces for step in self._entered(one, other, EVERY_PORT, ())]
        found: list[_Step] = []
        for rule in self._gates.of(one.groups, "out"):
            others: Iterable[Interface] = (
                other for group in sorted(rule.groups) for other in self._by_group.get(group, ())
            )
            if rule.ranges:
                others = (*others, *(other for other in self._interfaces if rule.covers(other.ranges)))
            for other in others:
                found += self._entered(one, other, rule.ports, (rule.address,))
        return found

    def _entered(self, one: Interface, other: Interface, ports: Ports, before: tuple[str, ...]) -> Iterator[_Step]:
        if other is one or (one.vpcs and other.vpcs and not one.vpcs & other.vpcs):
            return
        found = [(EVERY_PORT, before, _BY_ADDRESS)] if other.is_open else []
        for rule in self._gates.of(other.groups, "in"):
            if rule.groups & one.groups:
                found.append((rule.ports, (*before, rule.address), _BY_GROUP))
            elif rule.covers(one.ranges):
                found.append((rule.ports, (*before, rule.address), _BY_ADDRESS))
        for port, allowing, identity in found:
            shared = port.shared(ports)
            for own in other.ports or (EVERY_PORT,):
                if shared and (both := shared.shared(own)):
                    yield _Step(other, both, allowing, identity)


def _identity(called: Interface) -> str:
    one = called.object
    if one.type == "aws_db_proxy":
        by_token = one.text("auth", "iam_auth") == "REQUIRED" or one.text("default_auth_scheme") == "IAM_AUTH"
        return "a database user, with a token of its role" if by_token else "a database user"
    if one.type in {"aws_rds_cluster", "aws_db_instance"}:
        by_token = one.value("iam_database_authentication_enabled") is True
        return "a database user, with a password" + (" or a token of its role" if by_token else "")
    if one.type == "aws_opensearch_domain":
        return "an IAM role that signs"
    return "a database user, with a password" if one.type == "aws_docdb_cluster" else ""


def _way(source: str, reached: _Reached, name: str) -> Way:
    return Way(
        source, reached.target.name, reached.port, reached.through, reached.identity, name, reached.requests,
        reached.rules,
    )  # fmt: skip


def _api(endpoint: Planned) -> str:
    words = endpoint.text("service_name").split(".")
    return f"AWS {'.'.join(words[3:]) or endpoint.address}"


def merged(ways: Iterable[Way]) -> tuple[Way, ...]:
    rules: dict[Way, set[str]] = {}
    for way in ways:
        rules.setdefault(replace(way, rules=()), set()).update(way.rules)
    return tuple(sorted(replace(way, rules=tuple(sorted(found))) for way, found in rules.items()))

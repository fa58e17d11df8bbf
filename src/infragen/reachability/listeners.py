"""What balancers do with a request: listeners, their rules, and the target groups behind them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from infragen.plan.objects import Planned, PlannedObjects
from infragen.plan.risks.lookups import blocks, texts
from infragen.reachability.interfaces import Interface
from infragen.reachability.model import Ports
from infragen.redaction.values import Number

_BALANCER: Final = "aws_lb"
_LISTENER: Final = "aws_lb_listener"
_GROUP: Final = "aws_lb_target_group"
_RULE: Final = "aws_lb_listener_rule"
_ATTACHMENT: Final = "aws_lb_target_group_attachment"
TYPES: Final = (_BALANCER, _LISTENER, _GROUP, _RULE, _ATTACHMENT)
_WILD: Final = "*?{"


class Forward(NamedTuple):
    """What a listener passes on, and where: requests of some `methods`, `paths` and `hosts` (all, without any)."""

    methods: tuple[str, ...]
    paths: tuple[str, ...]
    hosts: tuple[str, ...]
    target: Interface
    port: Ports


class Listener(NamedTuple):
    """A port of a balancer, whether it asks each caller for a certificate, and what it passes on."""

    port: Ports
    proves: bool
    forwards: Sequence[Forward]


class Listeners:
    """The listeners of a plan, by balancer."""

    def __init__(self, objects: PlannedObjects, interfaces: Sequence[Interface]) -> None:
        self._interfaces = {one.object.address: one for one in interfaces}
        self._members = self._group_members(objects)
        rules: dict[str, list[Planned]] = {}
        for rule, heard in objects.leading(_RULE, ("listener_arn",), _LISTENER):
            rules.setdefault(heard.address, []).append(rule)
        self._listeners: dict[str, list[Listener]] = {}
        for one in objects.of_type(_LISTENER):
            number = one.number("port")
            found = [
                *(forward for rule in rules.get(one.address, ()) for forward in self._forwards(rule, "action")),
                *self._forwards(one, "default_action"),
            ]
            made = Listener(
                Ports(0, 65535) if number is None else Ports(number, number),
                one.text("mutual_authentication", "mode") == "verify",
                found,
            )
            for balancer in one.leads_to(("load_balancer_arn",), _BALANCER):
                self._listeners.setdefault(balancer.address, []).append(made)

    def of(self, balancer: Interface) -> Sequence[Listener]:
        return self._listeners.get(balancer.object.address, ())

    def _group_members(self, objects: PlannedObjects) -> Mapping[str, Sequence[tuple[Interface, Ports]]]:
        found: dict[str, list[tuple[Interface, Ports]]] = {}
        for service in objects.of_type("aws_ecs_service"):
            ports = [one.get("container_port") for one in blocks(service.value("load_balancer"))]
            numbers = {int(port.text) for port in ports if isinstance(port, Number)}
            for group in service.leads_to(("load_balancer", "target_group_arn"), _GROUP) if ports else ():
                members = ((self._interfaces[service.address], Ports(number, number)) for number in numbers)
                found.setdefault(group.address, []).extend(members)
        types = {each.object.type for each in self._interfaces.values()}
        for one, group in objects.leading(_ATTACHMENT, ("target_group_arn",), _GROUP):
            number = one.number("port") or group.number("port") or 0
            for target in one.leads_to(("target_id",), *types):
                found.setdefault(group.address, []).append((self._interfaces[target.address], Ports(number, number)))
        return found

    def _forwards(self, one: Planned, action: str) -> Iterator[Forward]:
        methods = _conditions(one, "http_request_method")
        paths, hosts = _conditions(one, "path_pattern"), _conditions(one, "host_header")
        whole, weighted = (action, "target_group_arn"), (action, "forward", "target_group", "arn")
        groups = dict.fromkeys((*one.leads_to(whole, _GROUP), *one.leads_to(weighted, _GROUP)))
        for group in groups:
            for target, port in self._members.get(group.address, ()):
                yield Forward(methods, paths, hosts, target, port)


def _conditions(one: Planned, kind: str) -> tuple[str, ...]:
    held = (block for condition in blocks(one.value("condition")) for block in blocks(condition.get(kind)))
    return tuple(sorted({value for block in held for value in texts(block.get("values"))}))


def may_match(pattern: str, asked: str) -> bool:
    """Whether some path that is asked for has a pattern: both may have `*`, what is asked for `{...}` too."""
    fixed, wanted = _fixed(pattern), _fixed(asked)
    if fixed == pattern and wanted == asked:
        return pattern == asked
    return (wanted != asked and fixed.startswith(wanted)) or (fixed != pattern and wanted.startswith(fixed))


def _fixed(pattern: str) -> str:
    return pattern[: min((at for mark in _WILD if (at := pattern.find(mark)) >= 0), default=len(pattern))]

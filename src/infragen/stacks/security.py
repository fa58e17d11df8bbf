"""The security stack: KMS keys, and security groups made of the declared dependencies alone."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infragen.catalog.names import Names
from infragen.kinds.databases import Database
from infragen.kinds.gateways import Gateway
from infragen.kinds.services import Container
from infragen.stacks import network, shell
from infragen.stacks.dependencies import (
    BALANCER,
    ENDPOINTS,
    GATEWAY_LINK,
    INTERNET,
    OBJECT_STORE,
    Dependency,
    dependencies,
)
from infragen.stacks.keys import Key, log_key, message_key, plain_key
from infragen.stacks.model import Reference, Stack, StackFile
from infragen.stacks.shell import Move, Output, identifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from infragen.core.entry import Entry
    from infragen.core.landscape import Environment

__all__ = ["NAME", "build"]

NAME: Final = "security"

_KINDS: Final = {"services": "service", "bffs": "bff", "databases": "database", "proxies": "proxy"}
_SHARED: Final = frozenset({BALANCER, GATEWAY_LINK, ENDPOINTS})
"""Ends that belong to no entry: both halves of a rule stand with the entry on the other side."""

_GROUPLESS: Final = frozenset({INTERNET, OBJECT_STORE})
"""Ends that have no security group: only the caller's half exists."""

# Amazon EC2 API Reference, SecurityGroupRuleRequest; without the characters that a shell or a reader trips over.
_DESCRIBABLE: Final = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}")


@dataclass(frozen=True, slots=True)
class Group:
    """A security group with the halves of its rules, by the name of the other side."""

    label: str
    name: str
    description: str
    ingress: Mapping[str, Mapping[str, object]]
    egress: Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Link:
    """Both halves of a rule between an entry and something shared."""

    label: str
    source: Reference
    target: Reference
    port: int
    description: str


@dataclass(frozen=True, slots=True)
class Exit:
    """An egress rule to what has no security group: a prefix list or a range of addresses."""

    label: str
    source: Reference
    target: Reference | str
    port: int
    description: str


def build(environment: Environment) -> Iterator[Stack]:
    """Yield the security stack."""
    rules = _Rules(environment)
    keys = _keys(environment)
    files = (
        _shared_file(environment, "keys.tf", {"keys": keys}),
        _shared_file(environment, "load-balancer.tf", rules.entrance()),
        *(rules.container_file(owner, entry) for owner, entry in environment.each(Container)),
        *(rules.database_file(name, entry) for name, entry in environment.all(Database).items()),
        shell.outputs(environment, _outputs(environment, keys)),
        *shell.files(environment, NAME, (network.NAME,)),
    )
    yield Stack(NAME, files, (network.NAME,), tuple(sorted(rules.modules | {"kms_key"})))


def _shared_file(environment: Environment, path: str, context: Mapping[str, object]) -> StackFile:
    return StackFile(path, f"stacks/security/{path}", context, None, environment.source("environment"))


def _keys(environment: Environment) -> tuple[Key, ...]:
    return (
        plain_key(environment, "databases", "storage, backups and insights of the databases"),
        log_key(environment, "logs", "log groups"),
        message_key(environment, "messages", "queues and topics"),
        plain_key(environment, "secrets", "secrets"),
    )


class _Rules:
    """The dependencies of an environment, turned into groups and rules file by file."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.names = Names.of(environment)
        self.outgoing: dict[str, list[Dependency]] = defaultdict(list)
        self.incoming: dict[str, list[Dependency]] = defaultdict(list)
        self.modules: set[str] = {"security_group"}
        for dependency in dependencies(environment):
            self.outgoing[dependency.source].append(dependency)
            self.incoming[dependency.target].append(dependency)

    def entrance(self) -> dict[str, object]:
        """Return the groups of the load balancers; what stands behind them has its rules in its own file."""
        groups = [self.group(BALANCER, "load-balancer", "Internal load balancer")]
        if self.environment.all(Gateway):
            groups.append(self.group(GATEWAY_LINK, "gateway-link", "VPC link of the API gateways"))
        links = [self.link(dependency) for dependency in self.outgoing[GATEWAY_LINK]]
        return self.context(groups, links, (), ())

    def container_file(self, owner: str, entry: Entry) -> StackFile:
        """Return the file of a service or BFF."""
        kind = owner.partition("/")[0]
        name = self.names.container(entry, kind)
        group = self.group(owner, name, f"Tasks of {name}", whole_name=True)
        links = [self.link(found) for found in self.incoming[owner] if found.source in _SHARED]
        links += [self.link(found) for found in self.outgoing[owner] if found.target in _SHARED]
        exits = [self.exit(found) for found in self.outgoing[owner] if found.target in _GROUPLESS]
        labels = (label.replace(group.label, f"{_KINDS[kind]}_{{}}") for label in _labels(group, *links, *exits))
        context = self.context([group], links, exits, shell.moves(entry, *labels))
        return self.file(f"{_KINDS[kind]}-{entry.name}.tf", context, owner)

    def database_file(self, name: str, entry: Entry) -> StackFile:
        """Return the file of a database: its cluster's group and its proxy's."""
        cluster = self.names.database(self.environment.all(Database)[name])
        groups = [
            self.group(f"databases/{name}", cluster, f"Cluster {cluster}", whole_name=True),
            self.group(f"proxies/{name}", f"{cluster}-proxy", f"Proxy of {cluster}", whole_name=True),
        ]
        context = self.context(groups, (), (), shell.moves(entry, "database_{}", "proxy_{}"))
        return self.file(f"database-{name}.tf", context, f"databases/{name}")

    def file(self, path: str, context: Mapping[str, object], owner: str) -> StackFile:
        return StackFile(path, "stacks/security/groups.tf", context, owner, self.environment.source(owner))

    def context(
        self, groups: Iterable[Group], links: Iterable[Link], exits: Iterable[Exit], moves: Iterable[Move]
    ) -> dict[str, object]:
        """Return the values of `groups.tf`, and remember which modules it calls."""
        found = tuple(links)
        ways = tuple(exits)
        lists = tuple(way for way in ways if isinstance(way.target, Reference))
        ranges = tuple(way for way in ways if not isinstance(way.target, Reference))
        self.modules |= {"security_group_link"} if found else set()
        self.modules |= {"security_group_prefix_list_egress"} if lists else set()
        self.modules |= {"security_group_cidr_egress"} if ranges else set()
        return {
            "groups": tuple(groups),
            "links": found,
            "prefix_list_exits": lists,
            "cidr_exits": ranges,
            "moves": tuple(moves),
        }

    def group(self, end: str, name: str, description: str, *, whole_name: bool = False) -> Group:
        """Return an end's group with the rules to other entries; those to shared ends are links."""
        shared = end in _SHARED
        ingress = {} if shared else {self.key(d.source): self.half(d, d.source) for d in self.incoming[end]}
        egress = {} if shared else {self.key(d.target): self.half(d, d.target) for d in self.outgoing[end]}
        return Group(
            label=_label(end),
            name=name if whole_name else self.names.plain(name),
            description=description,
            ingress={key: rule for key, rule in ingress.items() if rule},
            egress={key: rule for key, rule in egress.items() if rule},
        )

    def half(self, dependency: Dependency, other: str) -> dict[str, object]:
        """Return one half of a rule between two entries; nothing when the other side is no entry."""
        if not _is_entry(other):
            return {}
        return {
            "security_group_id": _group_id(other),
            "port": dependency.port,
            "description": self.description(dependency),
        }

    def link(self, dependency: Dependency) -> Link:
        """Return both halves of a rule that one shared end takes part in."""
        source, target = dependency.source, dependency.target
        label = identifier("link", _label(source), "to", _label(target))
        return Link(label, _group_id(source), _group_id(target), dependency.port, self.description(dependency))

    def exit(self, dependency: Dependency) -> Exit:
        """Return the only half of a rule to what has no security group."""
        to_store = dependency.target == OBJECT_STORE
        target = Reference("local.network.s3_prefix_list_id") if to_store else "0.0.0.0/0"
        label = identifier("exit", _label(dependency.source), "to", dependency.target)
        return Exit(label, _group_id(dependency.source), target, dependency.port, self.description(dependency))

    def key(self, end: str) -> str:
        """Return what a rule is called in its group; it does not follow a rename, so that the rule stays."""
        kind, _, name = end.partition("/")
        entries = self.environment.entries.get("databases" if kind == "proxies" else kind, {})
        return f"{_KINDS[kind]}-{entries[name].identity}" if name else end

    def description(self, dependency: Dependency) -> str:
        """Return who calls whom and why, as far as AWS accepts the words."""
        ends = f"{dependency.source} to {dependency.target}"
        whole = f"{ends}: {dependency.why}"
        return whole if _DESCRIBABLE.fullmatch(whole) else ends


def _labels(*modules: Group | Link | Exit) -> Iterator[str]:
    return (module.label for module in modules)


def _is_entry(end: str) -> bool:
    return "/" in end


def _label(end: str) -> str:
    kind, _, name = end.partition("/")
    return identifier(_KINDS[kind], name) if name else identifier(end)


def _group_id(end: str) -> Reference:
    if end == ENDPOINTS:
        return Reference("local.network.endpoints_security_group_id")
    return Reference(f"module.{_label(end)}.id")


def _outputs(environment: Environment, keys: Iterable[Key]) -> Iterator[Output]:
    for key in keys:
        yield Output(f"{key.label}_arn", f"Key of {key.name}.", Reference(f"module.{key.label}.arn"))
    ends = [BALANCER, *((GATEWAY_LINK,) if environment.all(Gateway) else ())]
    ends += [owner for owner, _ in environment.each(Container)]
    ends += [f"{kind}/{name}" for name in environment.all(Database) for kind in ("databases", "proxies")]
    for end in ends:
        yield Output(f"{_label(end)}_security_group_id", f"Security group of {end}.", _group_id(end))

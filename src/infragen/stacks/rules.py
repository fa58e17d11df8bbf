"""Security groups and their rules, made of the relations between entries and of nothing else.

A rule without a relation, or a relation without its rules, cannot exist. Where one end is shared (a load balancer, the
endpoints), both halves of a rule stand with the other end, so that a new entry changes no shared file.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from infragen.core.build_context import BuildContext, ResourceView, of
from infragen.core.expressions import Record
from infragen.core.names import LIMITS
from infragen.core.part import INTERNET, Group, Part, Relation, named
from infragen.core.regions import CLOUDFRONT, PREFIX_LISTS
from infragen.core.tracing import Read, note, reads_within
from infragen.kinds import capabilities, endpoints, kinds, network

# Amazon EC2 API Reference, SecurityGroupRuleRequest; without the characters that a shell or a reader trips over.
_DESCRIBABLE: Final = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}")

Rule = Record


class Relations:
    """All relations of an environment, and the groups at their ends."""

    def __init__(self, ctx: BuildContext) -> None:
        self.ctx = ctx
        found: set[Relation] = set()
        for owner, entry in ctx.environment.every():
            found |= set(kinds()[entry.KIND].network.connections(entry, ctx.of(owner)))
        for name in sorted(ctx.capabilities):
            found |= set(capabilities()[name].connections(ctx.of(name)))
        owners = (*(owner for owner, _ in ctx.environment.every()), *sorted(ctx.capabilities))
        self.groups = {group.end: group for owner in owners for group in _groups(ctx.of(owner))}
        self._owned: dict[str, list[Group]] = {}
        for group in self.groups.values():
            self._owned.setdefault(group.owner, []).append(group)
        self.all = tuple(sorted(found, key=lambda r: (r.source, r.target, r.port, r.owner, r.path, r.why)))
        self._at: dict[str, dict[Relation, None]] = {}
        for relation in self.all:
            for end in (relation.source, relation.target):
                self._at.setdefault(end, {})[relation] = None

    def owned(self, owner: str) -> Sequence[Group]:
        return self._owned.get(owner, ())

    def at(self, end: str) -> Iterable[Relation]:
        return self._at.get(end, ())


def _groups(ctx: BuildContext) -> Iterable[Group]:
    if ctx.entry is not None:
        return kinds()[ctx.entry.KIND].network.security_groups(ctx.entry, ctx)
    return capabilities()[ctx.owner].security_groups(ctx)


class OwnGroup(Struct, frozen=True):
    """A security group with its rules, by the name of the other side."""

    ctx: BuildContext
    group: Group
    ingress: dict[str, Rule]
    egress: dict[str, Rule]
    peer_ingress: dict[str, Rule]
    peer_egress: dict[str, Rule]
    open_ingress: dict[str, Rule]

    @property
    def source(self) -> str:
        note(self.ctx.environment, reads_within(self.open_ingress))
        return f"../modules/security_group{'_open' if self.open_ingress else ''}"

    @property
    def label(self) -> str:
        return self.group.module.label

    @property
    def name(self) -> str:
        return self._made.name

    @property
    def description(self) -> str:
        return self._made.description

    @property
    def _made(self) -> Group:
        return next(group for group in _groups(self.ctx) if group.end == self.group.end)


class GroupsView(ResourceView):
    """The security groups of one owner."""

    def __init__(self, ctx: BuildContext, relations: Relations) -> None:
        super().__init__(ctx)
        self._relations = relations

    vpc = of(network.vpc)

    @property
    def groups(self) -> tuple[OwnGroup, ...]:
        return tuple(map(self._group, self._relations.owned(self._ctx.owner)))

    @named(LIMITS["security_group"])
    def longest_name(self) -> str:
        return max((group.name for group in self._relations.owned(self._ctx.owner)), key=len, default="")

    def _group(self, group: Group) -> OwnGroup:
        made = OwnGroup(self._ctx, group, {}, {}, {}, {}, {})
        for relation in self._relations.at(group.end):
            if relation.source == group.end:
                self._outgoing(made, relation)
            else:
                self._incoming(made, relation)
        return made

    def _outgoing(self, made: OwnGroup, relation: Relation) -> None:
        if endpoints.is_gateway(relation.target):
            addresses = endpoints.prefix_list(self._ctx, relation.target)
            _add(made.egress, relation.target, _rule(relation, {"prefix_list_id": addresses}))
            return
        if relation.target not in self._relations.groups:
            _add(made.egress, relation.target, _rule(relation, {"cidr_block": _range(relation.target)}))
            return
        other = self._relations.groups[relation.target]
        if made.group.is_shared and not other.is_shared:
            return
        found = _rule(relation, {"security_group_id": other.module.id})
        _add(made.egress, other.key, found)
        if other.is_shared:
            _add(made.peer_ingress, other.key, found)

    def _incoming(self, made: OwnGroup, relation: Relation) -> None:
        if relation.source not in self._relations.groups:
            rule = _rule(relation, self._addresses(relation.source))
            made.open_ingress[f"{relation.source}-{relation.port}"] = rule
            return
        other = self._relations.groups[relation.source]
        if made.group.is_shared:
            return
        found = _rule(relation, {"security_group_id": other.module.id})
        _add(made.ingress, other.key, found)
        if other.is_shared:
            _add(made.peer_egress, other.key, found)

    def _addresses(self, end: str) -> Mapping[str, object]:
        if end == CLOUDFRONT:  # where no list is known, a rule says so (H140)
            return {"prefix_list_id": PREFIX_LISTS.get(self._ctx.region, "")}
        return {"cidr_block": _range(end)}


def _range(end: str) -> str:
    """Return the addresses of an end that has no security group: only the other one's half exists."""
    return "0.0.0.0/0" if end == INTERNET else end


def _add(rules: dict[str, Rule], key: str, rule: Rule) -> None:
    """Add a rule; a second port between the same two groups has a rule of its own."""
    first = rules.get(key)
    rules[key if first is None or first["port"] == rule["port"] else f"{key}-{rule['port']}"] = rule


def _rule(relation: Relation, where: Mapping[str, object]) -> Rule:
    ends = f"{relation.source} to {relation.target}"
    whole = f"{ends}: {relation.why}"
    said = whole if _DESCRIBABLE.fullmatch(whole) else ends
    return Record({**where, "port": relation.port, "description": said}, Read(relation.owner, relation.path))


def security_parts(relations: Relations) -> Iterator[Part]:
    owners = dict.fromkeys(group.owner for group in relations.groups.values() if group.module.role == "security")
    for owner in owners:
        place = relations.ctx.of(owner)
        yield place.part("security", "kinds/security_groups/main.tf", GroupsView(place, relations))

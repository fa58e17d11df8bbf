"""An environment as a graph: its entries, who calls and uses whom, and what the internet reaches."""

from collections.abc import Iterator
from typing import Final, Literal

from msgspec import Struct

from infragen.core.build_context import BuildContext
from infragen.core.entry import Entry
from infragen.core.kind import empty
from infragen.core.part import INTERNET, Link
from infragen.core.resolved_system import Environment
from infragen.kinds import kinds
from infragen.kinds.domains import Domain
from infragen.kinds.workloads.model import Service
from infragen.stacks.build import in_force

_TAKEN: Final = frozenset({"receive"})
"""Words of `access` by which what is used leads to its user, and not the other way round."""
_MESSAGES: Final = frozenset({*_TAKEN, "publish", "send"})
"""Words of `access` for what nobody waits for."""


class Node(Struct, frozen=True):
    """An entry in the picture: its id, what its kind is called, its name, title and domain.

    `role` says what it is there: it runs code (`runs`), is used by what does (`store`), or leads to it (`edge`).
    """

    id: str
    kind: str
    name: str
    title: str
    domain: str | None
    role: Literal["runs", "store", "edge"]


class Graph(Struct, frozen=True):
    """Nodes by id, in the order of kinds and names, and the links between them, sorted."""

    target: str
    title: str
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]

    @property
    def has_internet(self) -> bool:
        return any(link.source == INTERNET for link in self.links)

    @property
    def domains(self) -> tuple[str, ...]:
        return tuple(sorted({node.domain for node in self.nodes if node.domain}))


def graph(environment: Environment) -> Graph:
    ctx = BuildContext(environment, in_force(environment))
    nodes = tuple(
        Node(owner, kinds()[entry.KIND].title, entry.name, entry.title, getattr(entry, "domain", None), _role(entry))
        for owner, entry in environment.every()
        if not isinstance(entry, Domain)
    )
    known = {INTERNET, *(node.id for node in nodes)}
    links = {link for link in _links(ctx) if {link.source, link.target} <= known}
    title = f"{environment.system.title}, {environment.settings.title or environment.name}"
    return Graph(environment.target, title, nodes, tuple(sorted(links)))


def without_way_in(environment: Environment) -> tuple[str, ...]:
    """Outside production only services with a stated load: the first one of a system is written before its balancer."""
    reached = {link.target for link in graph(environment).links}
    is_wanted = environment.settings.production
    listening = (owner for owner, one in environment.each(Service) if is_wanted or one.volumes)
    return tuple(owner for owner in listening if owner not in reached)


def _role(entry: Entry) -> Literal["runs", "store", "edge"]:
    if hasattr(entry, "used"):
        return "runs"
    kind = kinds()[entry.KIND]
    return "store" if kind.is_usable and kind.network.links is empty else "edge"


def _links(ctx: BuildContext) -> Iterator[Link]:
    for owner, entry in ctx.environment.every():
        yield from kinds()[entry.KIND].network.links(entry, ctx.of(owner))
        used = getattr(entry, "used", None)
        events = {f"services/{name}" for name in getattr(entry, "consumers", ())}
        calls = getattr(entry, "direct_calls", {}).items()
        read = {f"services/{name}" for name, call in calls if call.access == "read"}
        for other, use, _ in used() if used is not None else ():
            source, target = (other, owner) if use.access in _TAKEN else (owner, other)
            is_event = other in events or use.access in _MESSAGES
            yield Link(source, target, use.why or "", is_event=is_event, is_read=other in read)

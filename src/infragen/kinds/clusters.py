"""ECS clusters: one that all share, or a domain's own."""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from infragen.core.build_context import BuildContext, Environment, Export, Module, ResourceView, named_by, of
from infragen.core.entry import Entry
from infragen.core.kind import Capability, free_of_charge
from infragen.core.part import LIMITS, Part, Reason, named
from infragen.kinds import keys, mesh
from infragen.kinds.images import are_copies, has_own

NAME: Final = "cluster"


def home(ctx: BuildContext, entry: Entry) -> BuildContext:
    domain = ctx.environment.entries["domains"].get(getattr(entry, "domain", None) or "")
    return ctx.of(domain) if domain is not None and domain.own_cluster else ctx.of(NAME)


def _module(ctx: BuildContext, word: str) -> Module:
    return ctx.module("compute", word, *([ctx.entry] if ctx.entry else []))


def cluster(ctx: BuildContext, entry: Entry) -> Module:
    return _module(home(ctx, entry), "cluster")


def cluster_name(ctx: BuildContext, entry: Entry) -> str:
    return ClusterView(home(ctx, entry)).name


def mesh_role(ctx: BuildContext, entry: Entry) -> Export:
    return _module(home(ctx, entry), "mesh_role").arn


def image_key(ctx: BuildContext, entry: Entry) -> Export | None:
    """None means AWS's own key."""
    return key(home(ctx, entry)).arn if ctx.has(keys.NAME) else None


def key(ctx: BuildContext) -> Module:
    return ctx.module("security", "cluster_key", *([ctx.entry] if ctx.entry else []))


class ClusterView(keys.EncryptedView):
    """A cluster and what its tasks share."""

    name = named_by(lambda ctx: ctx.names.cluster(ctx.entry), LIMITS["cluster"])
    cluster = of(lambda ctx: _module(ctx, "cluster"))
    namespace = of(lambda ctx: mesh.namespace(ctx) if mesh.connects(ctx) else None)
    container_insights = of(lambda ctx: "enabled" if ctx.settings.container_insights else "disabled")

    @property
    def has_sessions(self) -> bool:
        ctx = self._ctx
        shells = (one for _, one in ctx.environment.every() if getattr(one, "exec", False))
        return any(home(ctx, one).owner == ctx.owner for one in shells)

    @property
    def exec_log_group_name(self) -> str:
        entry = self._ctx.entry
        return self._ctx.names.path("exec", *([entry.identity] if entry else []))

    key = of(lambda ctx: key(ctx) if ctx.has(keys.NAME) else None)
    has_mesh_role = of(lambda ctx: ctx.has(mesh.ENCRYPTION))
    mesh_role = of(lambda ctx: _module(ctx, "mesh_role"))

    @named(LIMITS["role"])
    def mesh_role_name(self) -> str:
        """Independent of the cluster's name."""
        return self._ctx.names.plain(*([self._ctx.entry.identity] if self._ctx.entry else []), "mesh")


class KeyView(ResourceView):
    """The key of a cluster."""

    key_alias = keys.alias

    @property
    def keys(self) -> tuple[keys.Key, ...]:
        ctx, entry = self._ctx, self._ctx.entry
        purpose, whose = ("", f" of {entry.name}") if entry else ("cluster", "")
        return (keys.Key(ctx, key(ctx).label, purpose, f"images and shell sessions{whose}"),)


def _at_home(environment: Environment, domain: str | None) -> Iterator[tuple[str, Entry]]:
    owned = {name for name, one in environment.entries["domains"].items() if one.own_cluster}
    for owner, entry in environment.every():
        own = getattr(entry, "domain", None)
        if domain == (own if own in owned else None):
            yield owner, entry


def _of_tasks(environment: Environment, domain: str | None = None) -> Iterator[Reason]:
    for owner, entry in _at_home(environment, domain):
        if hasattr(entry, "room_for"):
            yield Reason(owner, ("name",), "runs in the shared cluster")


def _of_images(environment: Environment, domain: str | None = None) -> Iterator[Reason]:
    if not environment.settings.customer_keys or are_copies(environment):
        return
    for owner, entry in _at_home(environment, domain):
        if has_own(entry) and not hasattr(entry, "room_for"):
            yield Reason(owner, ("image",), "its images are encrypted with the key of the shared cluster")


def parts(ctx: BuildContext, domain: str | None = None) -> Iterator[Part]:
    if runs := any(_of_tasks(ctx.environment, domain)):
        yield ctx.part("compute", "kinds/clusters/main.tf", ClusterView(ctx), domain=domain)
    if ctx.has(keys.NAME) and (runs or any(_of_images(ctx.environment, domain))):
        yield ctx.part("security", "kinds/keys/main.tf", KeyView(ctx), domain=domain)


CAPABILITY: Final = Capability(
    name=NAME,
    title="shared ECS cluster",
    monthly_costs=free_of_charge,
    reasons=lambda environment: chain(_of_tasks(environment), _of_images(environment)),
    parts=parts,
)

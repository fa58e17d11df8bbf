"""The mesh: how services find and reach each other by name (AWS Cloud Map, ECS Service Connect)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, Self

from msgspec import Struct

from infragen.core.build_context import BuildContext, Environment, Module, ResourceView, of, part_of
from infragen.core.kind import Capability, Cost, always, free_of_charge
from infragen.core.part import ENVIRONMENT, Reason, asked_by, pattern
from infragen.core.tracing import once
from infragen.kinds import reads

NAME: Final = "mesh"
ENCRYPTION: Final = "mesh-encryption"
MESH_PORT: Final = 9443
"""Where a task's Service Connect proxy accepts other services; the container's own port is the load balancer's, which
cannot check the health of a target that speaks TLS 1.3 alone."""


_STEPS: Final = (1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000)
"""Milliseconds in which Envoy counts response times; ECS reports each as the end of its step (amazon-ecs-agent,
`agent/stats/service_connect_linux.go`)."""


class Slowness(Struct, frozen=True):
    """From when on calls through the mesh are slower than a figure: all that can be told is a whole step."""

    step: int
    """Milliseconds: the end of the step that the figure lies in."""

    @classmethod
    def than(cls, milliseconds: int) -> Self:
        return cls(next((step for step in _STEPS if step >= milliseconds), _STEPS[-1]))

    @property
    def threshold(self) -> Decimal:
        """Milliseconds between that step and the next one, which is at least twice as long."""
        return self.step * Decimal("1.5")


@once
def called(environment: Environment) -> frozenset[str]:
    every = (callee for _, entry in environment.every() for callee in getattr(entry, "direct_calls", ()))
    return frozenset(f"services/{callee}" for callee in every)


@once
def passed_on(environment: Environment) -> frozenset[str]:
    every = (callee for _, entry in environment.every() for callee in reads.through_mesh(environment, entry))
    return frozenset(f"services/{callee}" for callee in every)


def connects(ctx: BuildContext) -> bool:
    """Unlike `has`: the load balancer's name needs the namespace as well, but no proxies."""
    return ctx.has(NAME) and (ctx.settings.mesh is not None or bool(passed_on(ctx.environment)))


def measures(ctx: BuildContext) -> bool:
    return ctx.has(NAME) and ctx.owner in passed_on(ctx.environment)


def namespace(ctx: BuildContext) -> Module:
    return ctx.of(NAME).module("network", "namespace")


def domain(environment: Environment) -> str:
    return environment.settings.internal_domain or f"{environment.name}.{environment.system.name}.internal"


class MeshView(ResourceView):
    """The private namespace."""

    name = of(lambda ctx: domain(ctx.environment))
    description = pattern("Services of {own.prefix}")


def _reasons(environment: Environment) -> Iterator[Reason]:
    if environment.settings.mesh is not None:
        yield Reason(ENVIRONMENT, ("mesh",), "services find each other by name")
    for owner, entry in environment.every():
        if getattr(entry, "direct_calls", ()):
            yield Reason(owner, ("calls",), "calls other services by name")


_costs = always(
    Cost("the private hosted zone of the mesh", "hosted-zone", 1),
    Cost("queries of the private hosted zone", "dns-queries", usage="requests"),
)
"""Yield the hosted zone of the namespace; what ECS registers in it is not billed (AWS Cloud Map pricing)."""


CAPABILITIES: Final = (
    Capability(
        name=NAME,
        title="service mesh",
        setting="mesh: {}",
        reasons=_reasons,
        requires=("network",),
        monthly_costs=_costs,
        parts=part_of("network", "kinds/mesh/main.tf", MeshView),
    ),
    Capability(
        name=ENCRYPTION,
        title="encrypted mesh",
        setting="mesh: {encrypted: true}",
        monthly_costs=free_of_charge,
        reasons=asked_by("TLS between tasks", "mesh", "encrypted"),
        requires=(NAME, "private-ca"),
    ),
)

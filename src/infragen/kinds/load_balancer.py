"""The internal load balancer: the way of gateways to all services inside the VPC, by path."""

import zlib
from collections.abc import Iterable
from typing import Any, Final

from infragen.core.build_context import BuildContext, Environment, Module, ResourceView, of, part_of
from infragen.core.kind import Capability, Cost, OutputLine, always, quota_of
from infragen.core.part import LIMITS, Group, asked_by, pattern
from infragen.core.tracing import once
from infragen.core.written import kept_numbers, of_owner, says
from infragen.kinds import mesh, network
from infragen.kinds.workloads.model import Server

NAME: Final = "load-balancer"
MUTUAL_TLS: Final = "mutual-tls"

GATEWAYS_PORT: Final = 8443

MOST_PRIORITIES: Final = 50_000
"""The last priority of a rule (Elastic Load Balancing API: CreateRule)."""

_OWN_RULES: Final = 7
FIRST_PRIORITY: Final = 9
"""Before it stand its own rules: health, and six headers in which a listener that verifies clients says who called."""

DEREGISTRATION_SECONDS: Final = 30
"""Long enough for the slowest promised answer; Fargate itself waits 30 s between SIGTERM and SIGKILL."""


def balancer(ctx: BuildContext) -> Module:
    return ctx.of(NAME).module("edge", "load_balancer")


def stands_before(ctx: BuildContext) -> bool:
    """Whether it leads to a container: to every one but those whose requests CodeDeploy shifts at another balancer."""
    return ctx.has(NAME) and getattr(ctx.entry, "blue_green", None) is None


def group(ctx: BuildContext) -> Module:
    return ctx.of(NAME).module("security", "security_group", "load_balancer")


def domain(ctx: BuildContext) -> str:
    return f"{NAME}.{mesh.domain(ctx.environment)}"


def url(ctx: BuildContext, port: int) -> str:
    """With mutual TLS, the name that its certificate proves."""
    return f"{'https' if ctx.has(MUTUAL_TLS) else 'http'}://{domain(ctx)}:{port}"


@once
def priorities(environment: Environment) -> dict[str, int]:
    """Return each container's rule priority, taken from its own name, so that no container's depends on another's.

    Paths exclude each other, so their order has no meaning. Two names that fall on the same number are rare: it stays
    with whoever has it by what was rendered last, and the other one takes the next number that is free.
    """
    first, before = {}, {}
    for owner, container in sorted(environment.each(Server), key=lambda found: found[1].url_path):
        first[owner] = zlib.crc32(container.url_path.encode()) % (MOST_PRIORITIES - 2) + 3
        ctx = BuildContext(environment, {}, owner)
        is_same = says(ctx, "priority", first[owner])
        before[owner] = first[owner] if is_same else of_owner(ctx, "target").get(("priority",))
    return kept_numbers(first, before, MOST_PRIORITIES, range(FIRST_PRIORITY))


class LoadBalancerView(ResourceView):
    """The load balancer and the bucket of its logs."""

    subnets = of(network.task_subnets)
    group = of(group)
    namespace = of(mesh.namespace)
    name = pattern("{own.prefix}-services", LIMITS["load_balancer"])
    log_bucket_name = pattern("{own.prefix}-access-logs-{own.account}", LIMITS["bucket"])
    log_prefix = NAME
    gateways_port = GATEWAYS_PORT
    discovery_name = NAME
    has_mutual_tls = of(lambda ctx: ctx.has(MUTUAL_TLS))


def _targets(ctx: BuildContext) -> list[int]:
    entries: Iterable[Any] = (entry for _, entry in ctx.environment.every() if hasattr(entry, "url_path"))
    return [entry.tasks.max for entry in entries if getattr(entry, "blue_green", None) is None]


def is_shared(environment: Environment) -> bool:
    settings = environment.settings.load_balancer
    return settings is not None and settings.mutual_tls and settings.verifier == "shared"


def verifiers(environment: Environment) -> int:
    called = len(mesh.called(environment))
    return min(called, 1) if is_shared(environment) else called


CAPABILITY: Final = Capability(
    name=NAME,
    title="internal load balancer",
    monthly_costs=always(
        Cost("the internal load balancer", "application-load-balancer", 1, serves=True),
        Cost("what the internal load balancer carries", "application-load-balancer-capacity", usage="processed"),
        Cost("access logs of the internal load balancer", "object-storage"),
    ),
    outputs=lambda ctx: (OutputLine("detail", "name inside the VPC", domain(ctx)),),
    reasons=asked_by("one way to all services by path", "load_balancer"),
    setting="load_balancer: {}",
    requires=("mesh",),
    parts=part_of("edge", "kinds/load_balancer/main.tf", LoadBalancerView),
    security_groups=lambda ctx: (
        Group(NAME, NAME, ctx.names.plain(NAME), "Internal load balancer", group(ctx), NAME, is_shared=True),
    ),
    quotas=(
        quota_of(
            "application-load-balancers", lambda ctx: 1 + (verifiers(ctx.environment) if ctx.has(MUTUAL_TLS) else 0)
        ),
        quota_of("load-balancer-rules", lambda ctx: len(_targets(ctx)) + _OWN_RULES),
        quota_of("load-balancer-target-groups", lambda ctx: len(_targets(ctx))),
        quota_of("load-balancer-targets", lambda ctx: sum(_targets(ctx))),
    ),
)

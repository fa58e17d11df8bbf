"""Distributions: Amazon CloudFront, one address for files in buckets and for what load balancers lead to."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from infragen.core.build_context import BuildContext, Joined
from infragen.core.kind import Billing, Cost, Failover, Kind, Network, Operations, Permissions, Scaffold
from infragen.core.operations import OutputLine, quota_of
from infragen.core.rule import rules_of
from infragen.core.takeover import Step, Takeover, answers
from infragen.kinds import firewalls
from infragen.kinds.balancers.build import BalancerView
from infragen.kinds.balancers.failover import answer
from infragen.kinds.buckets import Bucket, BucketView
from infragen.kinds.distributions import build, page_rules, rules
from infragen.kinds.distributions.build import DistributionView, balancers_of, gateways_of, origin_host
from infragen.kinds.distributions.model import REGION, Distribution
from infragen.kinds.distributions.paths import covers
from infragen.kinds.gateways.failover import asked_with_key
from infragen.kinds.workloads.model import Service
from infragen.kinds.zones.names import NAMES_OF_CERTIFICATE

_PER_SECOND: Final = 250_000
"""Amazon CloudFront Developer Guide: Quotas, requests per second per distribution."""
_FORGET: Final = "aws cloudfront create-invalidation --paths '/*' --distribution-id "


def _costs(_distribution: Distribution, ctx: BuildContext) -> Iterator[Cost]:
    own = build.DistributionView(ctx)
    near = ctx.settings.region  # prices go by where readers are: near the environment, unless somebody knows better
    yield Cost(f"what it sends to readers near {near}", "cloudfront-data", size=near, usage="sent")
    yield Cost(f"requests of readers near {near}", "cloudfront-requests", size=near, usage="requests")
    if own.page_function or own.brotli_function:
        yield Cost("requests through its function", "cloudfront-functions", usage="requests")
    yield from firewalls.costs(ctx.entry.firewall, region=REGION)


def _outputs(distribution: Distribution, ctx: BuildContext) -> Iterator[OutputLine]:
    own = build.DistributionView(ctx)
    for host in own.hosts:
        yield OutputLine("public", "for everybody", Joined.of("https://", host))
    if own.is_secure:
        yield OutputLine("detail", "the name that AWS gave it", own.distribution.domain_name)
    for name in distribution.origins:
        if name in own.bucket_origins:
            yield from _upload(distribution, name, own, ctx)
    yield from _for_code(distribution, own, ctx)
    forget = Joined.of(_FORGET, own.distribution.id)
    yield OutputLine("detail", "have it fetch everything anew", forget, is_command=True)


def _for_code(distribution: Distribution, own: build.DistributionView, ctx: BuildContext) -> Iterator[OutputLine]:
    buckets = own.bucket_origins
    for place, behaviour in sorted(distribution.every_behaviour(), key=lambda one: one[0]):
        path, origin = place[-1] if place[1:] else "/*", distribution.origins.get(behaviour.origin)
        if origin is not None and behaviour.origin in buckets:
            is_shared = _is_shared(f"{Bucket.KIND}/{origin.bucket}", ctx)
            signed = ", to requests that are signed" if behaviour.signed else ""
            what = f"`{path}` answers with objects of buckets/{origin.bucket}{signed}, by keys that have the whole path"
            key = f"{origin.path or ''}/{path.removeprefix('/')}".removeprefix("/")
            yield OutputLine("code" if is_shared else "detail", what, key)
        elif (policy := own.policy_of(behaviour)) is not None:
            what = f"`{path}` is cached, and all that services see of its requests beside the path is"
            yield OutputLine("code", what, policy.seen)
            if origin is not None and origin.gateway is not None:
                what = "answers scripts that send a key, and nothing that a page loads by itself, which cannot"
                yield OutputLine("code", f"`{path}` {what}", "x-api-key")


def _is_shared(used: str, ctx: BuildContext) -> bool:
    return any(used in getattr(entry, "uses", ()) for _, entry in ctx.environment.every())


def _upload(
    distribution: Distribution, name: str, own: build.DistributionView, ctx: BuildContext
) -> Iterator[OutputLine]:
    origin = distribution.origins[name]
    used = f"{Bucket.KIND}/{origin.bucket}"
    bucket = BucketView(ctx.of(used))
    if bucket.is_copy:
        return  # S3 brings what the primary has
    if any(one.static_files and one.static_files.bucket == origin.bucket for _, one in ctx.environment.each(Service)):
        return  # each release does
    is_shared = _is_shared(used, ctx)
    to = Joined.of(
        "aws s3 sync FOLDER --no-follow-symlinks s3://", bucket.bucket.name, f"{origin.path or ''}/",
        "" if is_shared else " --delete", f" --region {ctx.settings.region}", f" && {_FORGET}", own.distribution.id,
    )  # fmt: skip
    is_page = name == distribution.default.origin and distribution.default.index is not None
    what = f"upload the files of `{name}`, and have them fetched anew"
    yield OutputLine("next" if is_page else "detail", what, to, is_command=True)


def _limits(distribution: Distribution, _ctx: BuildContext) -> Iterator[str]:
    yield f"CloudFront takes {_PER_SECOND:,} a second, unless the quota is raised"
    yield from firewalls.limits(distribution.firewall)


def _failover_steps(_distribution: Distribution, change: Takeover) -> Iterator[Step]:
    """Ask nothing of a service, or through a balancer or a gateway, that the environment taking over lacks."""
    if change.action == "restore":
        return
    primary = change.taking if change.is_return else change.left
    is_there = change.taking.environment.find(change.taking.owner) is not None
    has_keys = any(gateways_of(primary))  # which are of one environment
    asked = change.taking if is_there and has_keys else primary
    own = DistributionView(asked)
    path, shows, options, *behind = _expected(asked, change.taking)
    if any(change.taking.environment.find(owner) is None for owner in behind):
        return
    hosts = [host for host in own.names if "*" not in host]
    if not own.names:
        found = f"DistributionList.Items[?Comment=='{own.name}'].DomainName | [0]"
        hosts = [f'$(aws cloudfront list-distributions --query "{found}" --output text)']
    commands = [answers(host, path, shows + own.asked_from, options) for host in hosts]
    if commands:
        yield Step("verify", f"what {own.name} answers", tuple(commands), 5)


def _expected(ctx: BuildContext, taking: BuildContext) -> tuple[str, ...]:
    """Return a path that goes to the default origin of a distribution, what the answer is, curl's options, and whom.

    The last are the entries that it passes. A gateway takes the keys of the environment that answers, `taking`.
    """
    default = ctx.entry.default
    found = next(((origin, one) for name, origin, one in balancers_of(ctx) if name == default.origin), None)
    if gateways := [one for name, _, one in gateways_of(ctx) if name == default.origin]:
        owner = gateways[0].owner
        key = taking.of(owner) if taking.environment.find(owner) is not None else gateways[0]
        if (asked := asked_with_key(key)) is not None:
            path, options, shows = asked
            return f"/{path}", shows, options, owner
        return "/", "403: a gateway answers no request without a key", "", owner
    if found is None:
        return "/", "200" if default.index else "403: it has no page for `/`", ""
    origin, balancer = found
    own, above = BalancerView(balancer), origin.path or ""
    host = origin_host(origin, balancer) or ""
    for service in own.services.values():
        path = service.health.path.removeprefix(above)
        is_default = not any(covers(one, path) for one in ctx.entry.behaviours)
        if (
            f"{above}{path}" == service.health.path
            and is_default
            and own.led_to(service.health.path, host) == service.name
        ):
            return path, answer(service, service.health.path), "", balancer.owner, f"{service.KIND}/{service.name}"
    led_to = own.services.get(own.led_to(f"{above}/", host) or "")
    if led_to is None:
        return "/", "404: no route takes `/`", "", balancer.owner
    return "/", answer(led_to, f"{above}/"), "", balancer.owner, f"{led_to.KIND}/{led_to.name}"


KIND: Final = Kind(
    model=Distribution,
    title="distribution",
    parts=build.parts,
    network=Network(links=build.links),
    permissions=Permissions(
        bindings=build.bindings,
        default_bindings=build.default_bindings,
        bucket_policy_statements=build.bucket_policy_statements,
    ),
    cost=Billing(monthly=_costs),
    operations=Operations(
        metrics=build.metrics,
        outputs=_outputs,
        failures=build.failures,
        limits=_limits,
        quotas=(
            quota_of("distributions"),
            quota_of("cache-policies", lambda _, ctx: build.DistributionView(ctx).policy_count),
            quota_of("key-groups", lambda entry, _: 1 if entry.public_keys else 0),
            replace(NAMES_OF_CERTIFICATE, region=REGION),
        ),
    ),
    failover=Failover(steps=_failover_steps),
    scaffold=Scaffold(
        opens="bucket",
        example={"origins": {"files": {"bucket": "{bucket}"}}, "default": {"origin": "files", "index": "index.html"}},
    ),
    rules=rules_of(rules, page_rules),
)

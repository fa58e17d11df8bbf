"""Distributions: Amazon CloudFront, one address for files in buckets and for what load balancers lead to."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from infragen.core.build_context import BuildContext, Joined
from infragen.core.kind import Billing, Cost, Failover, Kind, Network, Operations, Permissions, Scaffold
from infragen.core.operations import OutputLine, quota_of
from infragen.core.rule import rules_of
from infragen.kinds import firewalls
from infragen.kinds.buckets import Bucket, BucketView
from infragen.kinds.distributions import build, page_rules, rules, takeover
from infragen.kinds.distributions.model import REGION, Distribution
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
    failover=Failover(steps=takeover.failover_steps),
    scaffold=Scaffold(
        opens="bucket",
        example={"origins": {"files": {"bucket": "{bucket}"}}, "default": {"origin": "files", "index": "index.html"}},
    ),
    rules=rules_of(rules, page_rules),
)

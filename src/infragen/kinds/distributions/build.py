"""What a distribution is built of, and what it gives the services behind it."""

import zlib
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from infragen.core.build_context import BuildContext, Environment, Export, Joined, Module, Record, call, of
from infragen.core.kind import always
from infragen.core.measures import PERCENT, Measure
from infragen.core.part import INTERNET, LIMITS, Binding, Link, Part, Statement, named, pattern
from infragen.core.signals import Failure, alarmed
from infragen.core.tracing import Read, kept
from infragen.kinds import firewalls, keys
from infragen.kinds.alarms import Alarm
from infragen.kinds.balancers.build import BalancerView
from infragen.kinds.balancers.model import Balancer, folder_of
from infragen.kinds.buckets import Bucket, BucketView, copy_of
from infragen.kinds.distributions.model import PREFLIGHT, Behaviour, CachePolicy, Distribution, Origin, plain_key
from infragen.kinds.distributions.paths import covers, ordered
from infragen.kinds.gateways.build import GatewayView
from infragen.kinds.gateways.model import Gateway
from infragen.kinds.workloads.model import Service
from infragen.kinds.zones.names import NamedView
from infragen.wildcards import meet

_KEY: Final = "x-api-key"
"""Each method of a gateway asks for it: without it in the cache key, callers without one would get what others got."""
_ERRORS: Final = Measure("errors", "the share of requests that end with 5xx", PERCENT, "critical")
_ERROR_PERCENT: Final = 1
"""Assumption: no document gives a figure for this alarm."""
_PRICE_CLASSES: Final = {"100": "PriceClass_100", "200": "PriceClass_200", "all": "PriceClass_All"}


class DistributionView(firewalls.FirewallView, NamedView):
    """The distribution, its origins, its certificate, its names and its firewall."""

    _entry: Distribution
    distribution = call("edge", "distribution")
    module = property(lambda self: f"../modules/cloudfront_distribution{'' if self.is_secure else '_unnamed'}")
    name = of(lambda ctx: ctx.names.plain(ctx.entry.identity))
    """How it is found among others: a distribution has an id and a comment, and no name."""

    @named(LIMITS["origin_access_control"])
    def longest_access_name(self) -> str:
        return max((f"{self.name}-{name}" for name in self.bucket_origins), key=len, default="")

    page_function_name = pattern("{own.name}-page", LIMITS["edge_function"], when="page_function")

    def _made(self, word: str, is_used: object) -> Module | None:
        return self._ctx.module("edge", word, "distribution", self._entry) if is_used else None

    @property
    def page_function(self) -> Module | None:
        return self._made("page", self._entry.default.single_page and self._entry.default.index)

    page_policies_name = pattern("{own.name}-pages", LIMITS["page_policies"], when="page_policies")

    @property
    def page_policies(self) -> Module | None:
        every = self._entry.every_behaviour()
        return self._made("page_policies", any(self._entry.cache_of(one) == "pages" for _, one in every))

    download_policy_name = pattern("{own.name}-downloads", LIMITS["page_policies"], when="download_policy")

    @property
    def download_policy(self) -> Module | None:
        return self._made("download_policy", any(self._is_download(one) for _, one in self._entry.every_behaviour()))

    def _is_download(self, behaviour: Behaviour) -> bool:
        """Whether people uploaded what it answers: their files run no code as the pages of the site (H173)."""
        bucket = self._buckets.get(behaviour.origin)
        return bucket is not None and bucket.takes_uploads and self._entry.cache_of(behaviour) != "pages"

    longest_key_name = pattern("{own.name}-00000000", LIMITS["public_key"], when="key_group")
    """The longest name of a public key, which ends with a part of its digest."""
    key_group = property(lambda self: self._made("key_group", self._entry.public_keys))

    @property
    def public_keys(self) -> list[str]:
        return [key for one in self._entry.public_keys if (key := plain_key(one)) is not None]

    cache_policies = property(lambda self: self._made("cache_policies", self._policies))

    @named(LIMITS["page_policies"])
    def longest_policy_name(self) -> str:
        return max((f"{self.name}-{name}" for name in self.timed_policies), key=len, default="")

    policy_count = property(lambda self: len(self._policies) + (self.page_policies is not None))

    @property
    def timed_policies(self) -> dict[str, Record]:
        found: dict[str, Record] = {}
        for one, policy in self._policies.items():
            names = {"headers": one.headers, "cookies": one.cookies, "query_strings": one.query_strings}
            listed = {word: list(said) for word, said in names.items() if said and said != ("*",)}
            whole = {"all_query_strings": True} if one.query_strings == ("*",) else {}
            found[policy] = Record({"ttl": one.ttl, **listed, **whole})
        return found

    @property
    @kept
    def _policies(self) -> dict[CachePolicy, str]:
        found, taken = dict[CachePolicy, str](), set[str]()
        policies = (self.policy_of(behaviour) for _, behaviour in self._entry.every_behaviour())
        for one in sorted({policy for policy in policies if policy is not None}):
            is_taken = one.words in taken  # by cookies that differ in case alone, or the like
            found[one] = f"{one.words}-{zlib.crc32(repr(one).encode()):08x}" if is_taken else one.words
            taken.add(found[one])
        return found

    def policy_of(self, behaviour: Behaviour) -> CachePolicy | None:
        """Add what tells answers apart: a balancer that gets the viewer's Host may use it, a gateway asks for a key."""
        policy, gateway = self._entry.policy_of(behaviour, self._spelled), self._gateways.get(behaviour.origin)
        if policy is None:
            return None
        told: tuple[str, ...] = ("Host",) if behaviour.origin in self._told_host else ()
        told = told if gateway is None else told_by(gateway.entry)
        written = {one.lower() for one in policy.headers}
        more = (one for one in told if one.lower() not in written)
        return replace(policy, headers=tuple(sorted((*policy.headers, *more))))

    @property
    @kept
    def _spelled(self) -> Mapping[str, str]:
        return self._entry.spelled()

    @property
    @kept
    def _gateways(self) -> dict[str, BuildContext]:
        return {name: gateway for name, _, gateway in gateways_of(self._ctx)}

    @property
    @kept
    def _buckets(self) -> dict[str, Bucket]:
        return {name: bucket.entry for name, _, bucket in _buckets(self._ctx)}

    brotli_function_name = pattern("{own.name}-brotli", LIMITS["edge_function"], when="brotli_function")

    @property
    def brotli_function(self) -> Module | None:
        return self._made("brotli", any(self._asks_for_brotli(one) for _, one in self._entry.every_behaviour()))

    def _asks_for_brotli(self, behaviour: Behaviour) -> bool:
        """Ask since a gateway knows gzip alone, which CloudFront takes as it is (Serve compressed files)."""
        gateway = self._gateways.get(behaviour.origin)
        if gateway is None or not gateway.entry.compress or not behaviour.compress:
            return False
        is_page = behaviour is self._entry.default and self.page_function is not None
        return self._entry.cache_of(behaviour) != "disabled" and not is_page

    @property
    @kept
    def _told_host(self) -> frozenset[str]:
        """A balancer whose routes select by its own names is called by one of those instead."""
        found = ((name, balancer.entry.routes.values()) for name, _, balancer in balancers_of(self._ctx))
        return frozenset(name for name, routes in found if not any(route.hosts for route in routes))

    price_class = of(lambda ctx: _PRICE_CLASSES[ctx.entry.price_class])

    @property
    def bucket_origins(self) -> dict[str, Record]:
        found: dict[str, Record] = {}
        for name, origin, bucket in _buckets(self._ctx):
            own = BucketView(bucket)
            values = {"domain_name": Joined.of(own.bucket.name, f".s3.{bucket.region}.amazonaws.com"), **_path(origin)}
            if origin.failover and own.replica is not None:
                values["copy"] = Joined.of(own.replica.bucket.name, f".s3.{own.replica.region}.amazonaws.com")
            found[name] = Record(values, Read(self._ctx.owner, ("origins", name)))
        return found

    @property
    @kept
    def custom_origins(self) -> dict[str, Record]:
        found: dict[str, dict[str, object]] = {}
        for name, origin, balancer in balancers_of(self._ctx):
            host = origin_host(origin, balancer) or BalancerView(balancer).balancer.dns_name
            protocol = "https-only" if balancer.entry.is_secure(balancer.environment) else "http-only"
            found[name] = {"domain_name": host, "protocol": protocol, **_path(origin)}
        for name, origin, gateway in gateways_of(self._ctx):
            own = GatewayView(gateway)
            below = _path(origin) if own.names else {"path": Joined.of("/", own.stage.name, origin.path or "")}
            found[name] = {"domain_name": own.names[0] if own.names else own.host, "protocol": "https-only", **below}
        read = {name: Read(self._ctx.owner, ("origins", name)) for name in sorted(found)}
        return {name: Record(found[name], said) for name, said in read.items()}

    @property
    def custom_headers(self) -> dict[str, dict[str, object]]:
        sent = {name: BalancerView(balancer).sent_header for name, _, balancer in balancers_of(self._ctx)}
        sent |= {name: GatewayView(gateway).sent_header for name, _, gateway in gateways_of(self._ctx)}
        return {name: header for name, header in sent.items() if header is not None}

    default_behaviour = property(lambda self: self._behaviour(self._entry.default))

    @property
    def behaviours(self) -> list[dict[str, object]]:
        written = self._entry.behaviours
        return [{"path": path, **self._behaviour(written[path])} for path in ordered(written)]

    def _behaviour(self, behaviour: Behaviour) -> dict[str, object]:
        policy, forward = self.policy_of(behaviour), None
        cache = self._policies[policy] if policy is not None else self._entry.cache_of(behaviour)
        is_cached = cache != "disabled"
        # What of a request an origin sees beside the cache key: what is kept for many lacks what one sent.
        if policy is None and behaviour.origin in self._told_host:
            forward = "host-only" if is_cached else "all-viewer"
        elif policy is None and behaviour.origin in self.custom_origins and not is_cached:
            forward = "all-viewer-except-host"
        return {
            "origin": behaviour.origin,
            "cache": cache,
            **({"forward": forward} if forward else {}),
            "methods": behaviour.methods,
            "compress": behaviour.compress and is_cached,
            **({"signed": True} if behaviour.signed else {}),
            **({"download": True} if self._is_download(behaviour) else {}),
            **({"brotli": True} if self._asks_for_brotli(behaviour) else {}),
        }

    @property
    def alias_targets(self) -> dict[str, dict[str, Export]]:
        target = {"name": self.distribution.domain_name, "zone_id": self.distribution.hosted_zone_id}
        return dict.fromkeys(self.names, target)

    @property
    def hosts(self) -> list[Export | str]:
        found: list[Export | str] = [name for name in self.names if "*" not in name] if self.is_secure else []
        return found or [self.distribution.domain_name]

    def url(self, path: str = "") -> Joined | str:
        return Joined.of("https://", self.hosts[0], path)

    @property
    def web_acl_target(self) -> None:
        return

    web_acl_log_retention = of(lambda ctx: ctx.settings.log_retention)

    key_alias = keys.alias

    @property
    def keys(self) -> tuple[keys.Key, ...]:
        """A key for the firewall's log, where keys are the customer's: those of another region are of no use here."""
        if not (self._entry.firewall and self._ctx.has(keys.NAME)):
            return ()
        what = f"log of the firewall before distributions/{self._entry.name}"
        return (keys.purpose_key(self._ctx, self._key_purpose, what, keys.for_logs),)

    _key_purpose = of(lambda ctx: f"distribution-{ctx.entry.identity}-logs")
    logs_key = property(lambda self: self._ctx.module("edge", "key", self._key_purpose).arn if self.keys else None)


def _path(origin: Origin) -> dict[str, str]:
    return {"path": origin.path} if origin.path else {}


def _buckets(ctx: BuildContext) -> Iterator[tuple[str, Origin, BuildContext]]:
    known = ctx.environment.all(Bucket)
    for name, origin in sorted(ctx.entry.origins.items()):
        if origin.bucket in known:
            yield name, origin, ctx.of(known[origin.bucket])


def balancers_of(ctx: BuildContext) -> Iterator[tuple[str, Origin, BuildContext]]:
    known = ctx.environment.all(Balancer)
    for name, origin in sorted(ctx.entry.origins.items()):
        if origin.balancer in known and origin.bucket is None:
            yield name, origin, ctx.of(known[origin.balancer])


def gateways_of(ctx: BuildContext) -> Iterator[tuple[str, Origin, BuildContext]]:
    known = ctx.environment.all(Gateway)
    for name, origin in sorted(ctx.entry.origins.items()):
        if origin.gateway in known and not (origin.bucket or origin.balancer) and known[origin.gateway].is_public:
            yield name, origin, ctx.of(known[origin.gateway])


def told_by(gateway: Gateway) -> tuple[str, ...]:
    token = ("Authorization",) if gateway.authorizer is not None else ()
    return (*token, _KEY, *(PREFLIGHT if gateway.preflight else ()))


def origin_host(origin: Origin, balancer: BuildContext) -> str | None:
    """None without a certificate, or if it proves wildcards alone: then it is called by AWS's name."""
    entry, environment = balancer.entry, balancer.environment
    if not entry.is_secure(environment):
        return None
    if origin.host is not None:
        return str(entry.full(origin.host, environment))
    first: str | None = entry.first_name(environment)
    return first


def parts(_distribution: Distribution, ctx: BuildContext) -> Iterator[Part]:
    own = DistributionView(ctx)
    shown = {f"distribution_{ctx.entry.name}_domain_name": own.distribution.domain_name}
    yield ctx.part("edge", "kinds/distributions/main.tf", own, shown=shown)
    yield from firewalls.parts(ctx, own)


def alarms(own: DistributionView) -> Iterator[tuple[str, Alarm]]:
    """CloudFront counts in us-east-1 alone (Developer Guide, "Types of metrics for CloudFront")."""
    yield "errors", Alarm(
        description=f"{own.name}: more than {_ERROR_PERCENT} % of the requests end with 5xx.",
        namespace="AWS/CloudFront", metric="5xxErrorRate", statistic="Average", comparison="GreaterThanThreshold",
        threshold=_ERROR_PERCENT, dimensions={"DistributionId": own.distribution.id, "Region": "Global"}, datapoints=3,
        measure=_ERRORS,
    )  # fmt: skip


def failures(_distribution: Distribution, ctx: BuildContext) -> Iterator[Failure]:
    yield alarmed(ctx.owner, _ERRORS.word, "it answers with 5xx")


metrics = always(_ERRORS)


def bucket_policy_statements(distribution: Distribution, ctx: BuildContext) -> Iterator[tuple[str, Statement]]:
    """Yield the statement by which CloudFront reads a bucket, below the origin's path and for this account only.

    Which distribution it is for is not said: the bucket stands before the distribution, which has no ARN until it is
    made, and AWS gives it an id that nobody can know. Who may make a distribution in this account may read the bucket
    anyway (Amazon CloudFront Developer Guide: Restrict access to an Amazon S3 origin).
    """
    found: dict[str, set[str]] = {}
    for _, origin, bucket in _buckets(ctx):
        read = f"{origin.path.removeprefix('/')}/*" if origin.path else "*"
        for name in (bucket.owner, *([copy_of(bucket.owner)] if origin.failover else ())):
            found.setdefault(name, set()).add(read)
    for bucket_id, patterns in sorted(found.items()):
        sid = f"ReadByDistribution{''.join(map(str.capitalize, distribution.identity.split('-')))}"
        principals, below = {"Service": ("cloudfront.amazonaws.com",)}, tuple(sorted(patterns))
        arns = {"aws:SourceArn": (f"arn:aws:cloudfront::{ctx.settings.account}:distribution/*",)}
        yield bucket_id, Statement(sid, principals, ("s3:GetObject",), below, conditions={"ArnLike": arns})


def links(distribution: Distribution, ctx: BuildContext) -> Iterator[Link]:
    yield Link(INTERNET, ctx.owner)
    if distribution.zone is not None:
        yield Link(f"zones/{distribution.zone}", ctx.owner, "its names")
    for name, origin in distribution.origins.items():
        paths = distribution.paths_to(name)
        target = f"buckets/{origin.bucket}" if origin.bucket else origin.served
        yield Link(ctx.owner, target, ", ".join(paths) or name)


def bindings(_distribution: Distribution, ctx: BuildContext, _user: BuildContext) -> Iterator[Binding]:
    own = DistributionView(ctx)
    signs = {"KEY_PAIR_ID": own.key_group.key_pair_id} if own.key_group else {}
    yield Binding({"URL": own.url(), **signs})


def default_bindings(distribution: Distribution, ctx: BuildContext, receiver: BuildContext) -> Iterator[Binding]:
    service = receiver.entry
    if not isinstance(service, Service):
        return
    for name, _, balancer in balancers_of(ctx):
        is_led = balancer.entry.reach == "cloudfront" and balancer.entry.routes_to(service.name)
        if is_led and first_before(ctx.environment, balancer.entry.name) == distribution.name:
            folder = folder_of(sent_to(service.name, distribution, name, balancer.entry))
            yield Binding({"PUBLIC_URL": DistributionView(ctx).url(folder)})
            return


def sent_to(service: str, distribution: Distribution, name: str, balancer: Balancer) -> list[str]:
    above = distribution.origins[name].path or ""
    sent = distribution.paths_to(name)
    found = []
    for path in (one.removeprefix(above) for one in balancer.patterns_to(service)):
        if any(covers(one, path) for one in sent):
            found.append(path)
        else:
            found += [one if covers(path, one) else path for one in sent if meet(one, path)]
    return found


def first_before(environment: Environment, balancer: str) -> str | None:
    for name, distribution in environment.all(Distribution).items():
        if any(origin.balancer == balancer for origin in distribution.origins.values()):
            return name
    return None

"""Rules on the pages of a distribution: copies, caching, signed access."""

import re
from typing import Final

from infragen.core.rule import At, Environment, Finding, Findings, ResolvedSystem, rule, standbys
from infragen.kinds.buckets import Bucket
from infragen.kinds.distributions.build import told_by
from infragen.kinds.distributions.model import Distribution, plain_key
from infragen.kinds.distributions.rules import behind_each
from infragen.kinds.gateways.model import Gateway
from infragen.text import span

_NO_KEY: Final = re.compile(
    r"accept-encoding|cache-control|connection|content-length|cookie|host|max-forwards|pragma|proxy-.*|request-range|te"
    r"|trailer|transfer-encoding|upgrade|x-(amz-cf-id|edge-.*|forwarded-proto|real-ip)",
    re.IGNORECASE,
)
"""Headers that CloudFront takes for no key (Amazon CloudFront Developer Guide: Request and response behavior for custom
origins), sets by itself, or has in each key of a balancer already."""
_OF_MANY: Final = re.compile("accept(-charset|-language)?|cloudfront-.*|date|origin|referer|user-agent", re.IGNORECASE)
"""Headers by which nobody is known."""
_MOST_HEADERS: Final = 10
"""Amazon CloudFront Developer Guide: Quotas, headers per cache policy."""


@rule("H147", of=Distribution)
def _no_index(distribution: Distribution, at: At) -> Findings:
    origin = distribution.origins.get(distribution.default.origin)
    if origin is not None and origin.bucket is not None and distribution.default.index is None:
        message = f"{at.owner} answers `/` with 403: a bucket has no default page"
        yield Finding(message, at("default", "origin"), "add `index: index.html`")


@rule("H152", of=Distribution)
def _no_copies(distribution: Distribution, at: At, environment: Environment) -> Findings:
    for label, origin in distribution.origins.items():
        bucket = environment.all(Bucket).get(origin.bucket or "")
        if origin.failover and bucket is not None and bucket.replication is None:
            message = f"buckets/{bucket.name} has no replica in another region to fail over to"
            hint = f"add `versioning: true` and `replication: {{region: ...}}` to buckets/{bucket.name}"
            yield Finding(message, at("origins", label, "failover"), hint)


@rule("H153")
def _lost_pages(environments: tuple[Environment, ...]) -> Findings:
    for standby, primary in standbys(environments):
        for owner, distribution in primary.each(Distribution):
            for label, origin in distribution.origins.items():
                bucket = primary.all(Bucket).get(origin.bucket or "")
                if bucket is None or origin.failover:
                    continue
                region, hint = primary.settings.region, "add `failover: true` to the origin"
                message = f"{owner} fetches from buckets/{bucket.name} in {region} alone: its pages are lost"
                message += f" with {region}, from which {standby.target} takes over"
                if bucket.replication is None:
                    hint += f", and {'' if bucket.versioning else '`versioning: true` and '}`replication: {{region:"
                    hint += f" {standby.settings.region}}}` to buckets/{bucket.name}"
                yield Finding(message, primary.at(owner, "origins", label), hint)


@rule("H168", of=Distribution)
def _for_every_caller(distribution: Distribution, at: At, resolved: ResolvedSystem) -> Findings:
    for path, behaviour in distribution.every_behaviour():
        origin, key = distribution.origins.get(behaviour.origin), behaviour.cache_key
        is_cached = distribution.cache_of(behaviour) != "disabled"
        if origin is None or not origin.served or not is_cached or behaviour.shared:
            continue
        gateway = resolved.all(Gateway).get(origin.gateway or "")
        if gateway is not None and gateway.authorizer is not None:
            continue  # the token that it checks is in the key
        if key is None or not (key.cookies or any(not _OF_MANY.fullmatch(one) for one in key.headers)):
            whom = "every caller" if origin.balancer else "everybody with the same key"
            message = f"`{path[-1]}`: {whom} gets the same cached response, and {origin.served} is not told"
            message += " who asks: `Authorization` and cookies are forwarded only as part of the cache key"
            time = "" if isinstance(behaviour.cache, int) else "`cache: 5 min` and "
            hint = f"add {time}`cache_key: {{headers: [Authorization]}}`, or `shared: true` if that is meant"
            yield Finding(message, at(*path, "cache"), hint)


@rule("H184", of=Distribution)
def _outlives_a_session(distribution: Distribution, at: At, resolved: ResolvedSystem) -> Findings:
    for path, behaviour in distribution.every_behaviour():
        key = behaviour.cache_key
        tells_callers = key is not None and (key.cookies or "authorization" in {one.lower() for one in key.headers})
        if not tells_callers or not isinstance(behaviour.cache, int):
            continue
        place = (*path, "cache_key")
        if resolved.assumption(at.owner, place) is None:
            message = f"`{path[-1]}`: for {span(behaviour.cache)} the cache answers a session that has ended meanwhile"
            hint = "have the code send `Cache-Control: no-store` with what must end with a session, and explain it"
            yield Finding(message, at(*place, key=True), f"{hint} under `assumptions: {{{'.'.join(place)}: ...}}`")


@rule("H174", of=Distribution)
def _writes_by_key(distribution: Distribution, at: At) -> Findings:
    for path, behaviour in distribution.every_behaviour():
        origin, key = distribution.origins.get(behaviour.origin), behaviour.cache_key
        if origin is None or not origin.served or distribution.cache_of(behaviour) == "disabled":
            continue
        forwarded = {one.lower() for one in key.headers} if key is not None else set[str]()
        if behaviour.methods == "all" and "content-type" not in forwarded:
            message = f"`{path[-1]}`: what writes reaches {origin.served} with what is in the cache key alone:"
            message += " without `Content-Type`, `Origin` and other cookies"
            hint = "write `methods: read` here, and to a path that is not cached; or add `Content-Type` and `Origin` to"
            hint += " the `headers` of `cache_key`"
            yield Finding(message, at(*path, "methods"), hint)


@rule("H173", of=Distribution)
def _pages_of_anybody(distribution: Distribution, at: At, resolved: ResolvedSystem) -> Findings:
    buckets = resolved.all(Bucket)
    for path, behaviour in distribution.every_behaviour():
        origin = distribution.origins.get(behaviour.origin)
        bucket = buckets.get(origin.bucket or "") if origin is not None else None
        if bucket is not None and bucket.takes_uploads and distribution.cache_of(behaviour) == "pages":
            message = f"`{path[-1]}`: what people upload to buckets/{bucket.name} runs as pages of the site"
            hint = "have them upload to a bucket of its own, whose files browsers save instead of opening them"
            yield Finding(message, at(*path, "origin"), hint)


_NEW_PAIR: Final = (
    "`openssl genrsa -out private_key.pem 2048` makes a pair, and `openssl rsa -pubout -in private_key.pem` prints what"
    " is written here, from `-----BEGIN PUBLIC KEY-----` on"
)


@rule("H181", of=Distribution)
def _no_public_key(distribution: Distribution, at: At) -> Findings:
    first: dict[str | None, int] = {}
    for index, key in enumerate(distribution.public_keys):
        plain, place = plain_key(key), at("public_keys", index)
        if "PRIVATE KEY" in key:
            hint = f"anyone who reads this file can sign: discard the pair, as git keeps it; {_NEW_PAIR}"
            yield Finding("this is a private key, which belongs in Secrets Manager", place, hint, is_secret=True)
        elif plain is None:
            message = "this is no public key that CloudFront accepts: RSA of 2048 bits or ECDSA P-256, in PEM"
            yield Finding(message, place, _NEW_PAIR, is_secret=True)
        elif first.setdefault(plain, index) != index:
            yield Finding("this key is there twice", place, "remove one of them")


@rule("H182", of=Distribution)
def _signed_by_nobody(distribution: Distribution, at: At) -> Findings:
    signed = [path for path, behaviour in distribution.every_behaviour() if behaviour.signed]
    if distribution.public_keys and not signed:
        message = f"no path of {at.owner} asks for signatures, so its keys do nothing"
        yield Finding(message, at("public_keys", key=True), "add `signed: true` to a behaviour, or remove them")
    for path in signed if not distribution.public_keys else ():
        message = f"`{path[-1]}`: CloudFront has no key to verify signatures with"
        yield Finding(message, at(*path, "signed"), f"add `public_keys`; {_NEW_PAIR}")


@rule("H183", of=Distribution)
def _open_uploads(distribution: Distribution, at: At, environment: Environment) -> Findings:
    buckets = environment.all(Bucket)
    for path, behaviour in distribution.every_behaviour() if environment.settings.production else ():
        origin = distribution.origins.get(behaviour.origin)
        bucket = buckets.get(origin.bucket or "") if origin is not None else None
        is_said = "signed" in behaviour.model_fields_set or distribution.cache_of(behaviour) == "pages"  # H173
        if bucket is not None and bucket.takes_uploads and not is_said:
            message = f"`{path[-1]}`: anyone who knows the name of an upload to buckets/{bucket.name} can read it"
            hint = "add `signed: true` with `public_keys`, or `signed: false` if it is meant for everybody"
            yield Finding(message, at(*path, "origin"), hint)


@rule("H169", of=Distribution)
def _key_of_nothing(distribution: Distribution, at: At) -> Findings:
    for path, behaviour in distribution.every_behaviour():
        origin = distribution.origins.get(behaviour.origin)
        is_file = origin is not None and origin.bucket is not None
        if behaviour.cache_key is not None and (is_file or not isinstance(behaviour.cache, int)):
            why = "a bucket's files are the same for every caller" if is_file else "it is part of a `cache` for a time"
            hint = "remove it" if is_file else "write `cache: 5 min`, or remove it"
            yield Finding(f"`cache_key` has no effect: {why}", at(*path, "cache_key", key=True), hint)
        if behaviour.shared and (is_file or distribution.cache_of(behaviour) == "disabled"):
            why = "a bucket's files are the same for every caller" if is_file else "nothing is cached here"
            yield Finding(f"`shared` has no effect: {why}", at(*path, "shared", key=True), "remove it")


@rule("H170", of=Distribution)
def _no_key(distribution: Distribution, at: At) -> Findings:
    for path, behaviour in distribution.every_behaviour():
        for index, header in enumerate(behaviour.cache_key.headers if behaviour.cache_key else ()):
            if _NO_KEY.fullmatch(header):
                hint = "write `cookies: [session]`" if header.lower() == "cookie" else "remove it"
                message = f"CloudFront does not tell responses of a balancer or a gateway apart by `{header}`"
                yield Finding(message, at(*path, "cache_key", "headers", index), hint)


@rule("H175")
def _gateway_cached(environment: Environment) -> Findings:
    for name, label, gateway in behind_each(environment):
        if not isinstance(gateway, Gateway):
            continue
        distribution, owner = environment.all(Distribution)[name], f"distributions/{name}"
        if gateway.authentication == "iam":
            message = f"gateways/{gateway.name} takes requests that are signed for its own address"
            message += f", and not for {owner}'s"
            hint = "write `authentication: api-key`, or have callers call it directly"
            yield Finding(message, environment.at(owner, "origins", label, "gateway"), hint)
        for path, behaviour in distribution.every_behaviour():
            if behaviour.origin != label:
                continue
            cache = distribution.cache_of(behaviour)
            if cache in ("optimized", "pages"):
                message = f"`{path[-1]}`: with `cache: {cache}` gateways/{gateway.name} gets no key, and answers 403"
                hint = "write a time, such as `cache: 1 h`: the key is part of its cache key"
                yield Finding(message, environment.at(owner, *path, "cache"), hint)
            if gateway.preflight and behaviour.methods == "read":
                message = (
                    f"`{path[-1]}`: browsers ask gateways/{gateway.name} first what they may ask (`preflight`), by"
                    " OPTIONS, which the distribution refuses"
                )
                yield Finding(message, environment.at(owner, *path, "origin"), "add `methods: options`")
            written = {header.lower() for header in behaviour.cache_key.headers} if behaviour.cache_key else set[str]()
            headers = written | {header.lower() for header in told_by(gateway)}
            if len(headers) > _MOST_HEADERS:
                message = (
                    f"`{path[-1]}`: its cache key has {len(headers)} headers, with those that gateways/{gateway.name}"
                    f" needs: {', '.join(told_by(gateway))}; CloudFront takes {_MOST_HEADERS}"
                )
                place = environment.at(owner, *path, "cache_key", "headers")
                yield Finding(message, place, f"remove {len(headers) - _MOST_HEADERS} of them")

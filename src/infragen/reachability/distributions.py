"""CloudFront: by which names a distribution is found, and what it fetches from, which path from where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from infragen.plan.risks.lookups import block, blocks, texts
from infragen.reachability.names import AWS_NAME, RECORD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from infragen.plan.objects import Planned, PlannedObjects
    from infragen.redaction.values import Value

_DISTRIBUTION: Final = "aws_cloudfront_distribution"
_ACCESS: Final = "aws_cloudfront_origin_access_control"
_BUCKET: Final = "aws_s3_bucket"
_BALANCER: Final = "aws_lb"
TYPES: Final = (_DISTRIBUTION, _ACCESS, _BUCKET, RECORD, _BALANCER)

_OF_S3: Final = ".s3."


class Fetched(NamedTuple):
    """An origin: the bucket or the balancers that it is, on which port, and the paths that come from there."""

    bucket: Planned | None
    balancers: tuple[Planned, ...]
    port: int
    paths: tuple[str, ...]


class Distribution(NamedTuple):
    """A distribution; `name` is how the internet finds it: by the first name of its own, else by AWS's."""

    object: Planned
    name: str
    fetched: Sequence[Fetched]


def distributions_of(objects: PlannedObjects) -> Sequence[Distribution]:
    """Return the distributions of a plan; an origin that is neither a bucket nor a balancer of it is left out."""
    named: dict[str, set[Planned]] = {}
    for one in objects.of_type(RECORD):
        for balancer in one.leads_to(("alias", "name"), _BALANCER):
            named.setdefault(one.text("name"), set()).add(balancer)
    return [
        Distribution(one, min(texts(one.value("aliases")), default=AWS_NAME), tuple(_fetched(objects, one, named)))
        for one in objects.of_type(_DISTRIBUTION)
    ]


def _fetched(objects: PlannedObjects, one: Planned, named: Mapping[str, set[Planned]]) -> Iterator[Fetched]:
    paths = _paths(one)
    for origin in blocks(one.value("origin")):
        custom = block(origin.get("custom_origin_config"))
        found = paths.get(str(origin.get("origin_id")), ())
        if custom:
            port = 80 if custom.get("origin_protocol_policy") == "http-only" else 443
            host = origin.get("domain_name")
            known = named.get(host, set()) if isinstance(host, str) else set()
            # The name that AWS gives a balancer is not known yet: it is one of those that the module is given.
            balancers = known or set(one.leads_to(("origin", "domain_name"), _BALANCER))
            yield Fetched(None, tuple(sorted(balancers, key=lambda each: each.address)), port, found)
        else:
            bucket = _bucket(objects, one, origin.get("domain_name"))
            yield Fetched(bucket, (), 443, found)


def _bucket(objects: PlannedObjects, one: Planned, host: Value) -> Planned | None:
    """Return the bucket of an origin by its name, which stands before `.s3.`."""
    name = host.partition(_OF_S3)[0] if isinstance(host, str) else ""
    for bucket in objects.of_type(_BUCKET):
        if name and bucket.text("bucket") == name:
            return bucket
    given = one.leads_to(("origin", "domain_name"), _BUCKET)
    return given[0] if len(given) == 1 else None


def _paths(one: Planned) -> Mapping[str, tuple[str, ...]]:
    """Return the paths of each origin, by its id; `/*` is what no other path takes."""
    found: dict[str, list[str]] = {}
    for behaviour in blocks(one.value("ordered_cache_behavior")):
        found.setdefault(str(behaviour.get("target_origin_id")), []).append(str(behaviour.get("path_pattern")))
    for behaviour in blocks(one.value("default_cache_behavior")):
        found.setdefault(str(behaviour.get("target_origin_id")), []).append("/*")
    return {origin: tuple(paths) for origin, paths in found.items()}

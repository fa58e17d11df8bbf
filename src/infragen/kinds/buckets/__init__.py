"""Buckets: Amazon S3, private, encrypted, reached with TLS only."""

from typing import Final

from infragen.core.kind import Billing, Failover, Kind, Operations, Permissions, quota_of
from infragen.core.rule import rules_of
from infragen.kinds.buckets import build, rules
from infragen.kinds.buckets.build import ACTIONS, BucketView, copy_of
from infragen.kinds.buckets.model import Bucket

__all__ = ["KIND", "Bucket", "BucketView", "copy_of"]

KIND: Final = Kind(
    model=Bucket,
    title="bucket",
    parts=build.parts,
    permissions=Permissions(access=tuple(ACTIONS), bindings=build.bindings, resource_arns=build.resource_arns),
    cost=Billing(monthly=build.costs),
    operations=Operations(outputs=build.outputs, failures=build.failures, quotas=(quota_of("buckets"),)),
    failover=Failover(
        holds=build.holds,
        steps=build.failover_steps,
        unrehearsed=lambda bucket: ("older versions of objects",) if bucket.versioning else (),
    ),
    rules=rules_of(rules),
)

"""Buckets: Amazon S3, private, encrypted, reached with TLS only."""

from __future__ import annotations

from typing import Final

from infragen.core.kind import Kind
from infragen.core.quota import Quota, one
from infragen.core.rule import rules_of
from infragen.kinds.buckets import build, rules
from infragen.kinds.buckets.build import ACTIONS, BucketView, copy_of
from infragen.kinds.buckets.model import Bucket

__all__ = ["KIND", "Bucket", "BucketView", "copy_of"]

KIND: Final = Kind(
    model=Bucket,
    title="bucket",
    parts=build.parts,
    offer=build.offer,
    access=tuple(ACTIONS),
    arns=build.arns,
    costs=build.costs,
    tells=build.tells,
    rules=rules_of(rules),
    takes_over=build.takeover,
    quotas=(Quota("s3", "L-DC2B2D3D", "General purpose buckets", 10_000, "Amazon S3 User Guide: Bucket quotas", one),),
)

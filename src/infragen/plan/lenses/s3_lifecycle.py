"""Lifecycle rules of S3 by their ids: what they are of, when it goes to which class, and when it expires.

Arguments as in the AWS provider's `aws_s3_bucket_lifecycle_configuration`, words as in "Managing the lifecycle of
objects" (Amazon S3 User Guide): objects that a version came after are noncurrent. What lets data go is told among the
risks (`risks/safeguards.py`).
"""

from collections.abc import Iterator, Mapping
from functools import partial

from infragen.plan.lenses.phrases import Lens, is_empty
from infragen.plan.lenses.table import Keyed, block, by_key, entries, known_only, lens, listed, phrased, word
from infragen.redaction.values import Number, Value

_SIZES = {"object_size_greater_than": "above = {} bytes", "object_size_less_than": "below = {} bytes"}
_OF = {"prefix": "of = {}*", **_SIZES}
_NONCURRENT = "noncurrent versions"
_UNSET = Number("0")
"""What the provider has for days and sizes that nobody set."""


def _rule(item: Value) -> Iterator[str]:
    rule = known_only(
        item, "id", "status", "prefix", "filter", "expiration", "transition", "noncurrent_version_expiration",
        "noncurrent_version_transition", "abort_incomplete_multipart_upload",
    )  # fmt: skip
    yield f"status = {word(rule.get('status'))}"
    filter_ = block(rule.get("filter"), "prefix", "and", "tag", *_SIZES)
    both = block(filter_.get("and"), "prefix", "tags", *_SIZES)
    for said in (rule, filter_, both):
        yield from phrased({key: part for key, part in said.items() if part != _UNSET}, _OF)
    for one in listed(filter_.get("tag")):
        tag = known_only(one, "key", "value")
        yield f"tagged {word(tag.get('key'))} = {word(tag.get('value'))}"
    yield from entries("tagged {} = {}", both.get("tags"))
    for moved in listed(rule.get("transition")):
        to = known_only(moved, "storage_class", "days", "date")
        yield f"to {word(to.get('storage_class'))} {_when(to)}"
    ends = block(rule.get("expiration"), "days", "date", "expired_object_delete_marker")
    if ends.get("days") not in (None, _UNSET) or not is_empty(ends.get("date")):
        yield f"expires {_when(ends)}"
    if ends.get("expired_object_delete_marker") is True:
        yield "delete markers without a version are removed"
    for moved in listed(rule.get("noncurrent_version_transition")):
        to = known_only(moved, "storage_class", "noncurrent_days", "newer_noncurrent_versions")
        yield f"{_NONCURRENT} to {word(to.get('storage_class'))} {_when_noncurrent(to)}"
    old = block(rule.get("noncurrent_version_expiration"), "noncurrent_days", "newer_noncurrent_versions")
    if old:
        yield f"{_NONCURRENT} expire {_when_noncurrent(old)}"
    aborted = block(rule.get("abort_incomplete_multipart_upload"), "days_after_initiation")
    if aborted:
        yield f"unfinished uploads are removed after = {word(aborted.get('days_after_initiation'))} d"


def _when(said: Mapping[str, Value]) -> str:
    if not is_empty(said.get("date")):
        return f"on = {word(said['date'])}"
    return f"after = {word(said.get('days'))} d"


def _when_noncurrent(said: Mapping[str, Value]) -> str:
    kept = said.get("newer_noncurrent_versions")
    more = "" if is_empty(kept) else f" but the newest {word(kept)}"
    return f"after = {word(said.get('noncurrent_days'))} d{more}"


LENSES: Mapping[str, Lens] = {
    "aws_s3_bucket_lifecycle_configuration": lens(Keyed("rule", "rule", partial(by_key, key="id", say=_rule)))
}

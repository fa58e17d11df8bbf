"""A bucket's replication is what was put: encrypted objects, markers of deletions, time control, and its priority.

AWS: GetBucketReplication returns the rules of PutBucketReplication (Amazon S3 API Reference, ReplicationRule): the
filter, `DeleteMarkerReplication`, `SourceSelectionCriteria`, and of the destination `EncryptionConfiguration`,
`ReplicationTime` and `Metrics`. moto answers with a filter and markers of its own, and leaves the rest out.
A destination that does not exist, or keeps no versions, is refused (User Guide, Requirements for replication).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.s3.exceptions import S3ClientError
from moto.s3.models import S3Backend
from moto.s3.responses import S3Response

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable


def _rule(rule: dict[str, Any]) -> dict[str, Any]:
    """Return a rule of the request, which is XML read as text, as the answer has it."""
    found = {**rule, "Priority": int(rule["Priority"])}
    found["Filter"] = {"Prefix": (rule.get("Filter") or {}).get("Prefix") or ""}
    target = dict(rule["Destination"])
    for name, inside in (("ReplicationTime", "Time"), ("Metrics", "EventThreshold")):
        if inside in target.get(name, {}):  # metrics need no threshold
            target[name] = {**target[name], inside: {"Minutes": int(target[name][inside]["Minutes"])}}
    return {**found, "Destination": target}


def _get(original: Callable[[Any], Any], response: Any) -> Any:
    replication = response.backend.get_bucket_replication(response.bucket_name)
    if replication:
        serialized = response.serialized  # of this request's response alone
        rules = [_rule(one) for one in replication["Rule"]]
        told = {"ReplicationConfiguration": {"Role": replication["Role"], "Rules": rules}}
        response.serialized = lambda _told: serialized(ActionResult(told))
    return original(response)


def _put(original: Callable[..., Any], backend: Any, bucket_name: str, replication: dict[str, Any]) -> Any:
    rules = replication["Rule"]
    for rule in rules if isinstance(rules, list) else [rules]:
        name = rule["Destination"]["Bucket"].rpartition(":")[2]
        if backend.get_bucket(name).versioning_status != "Enabled":
            raise S3ClientError("InvalidRequest", "Destination bucket must have versioning enabled.")
    return original(backend, bucket_name, replication)


def apply() -> None:
    """Install the correction."""
    around(S3Response, "get_bucket_replication", _get)
    around(S3Backend, "put_bucket_replication", _put)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.conftest import REGION

if TYPE_CHECKING:
    from collections.abc import Callable

_ROLE = "arn:aws:iam::123456789012:role/copier"


def _rule(copies: str) -> dict[str, Any]:
    return {
        "ID": "all-objects",
        "Priority": 0,
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Enabled"},
        "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
        "Destination": {
            "Bucket": f"arn:aws:s3:::{copies}",
            "EncryptionConfiguration": {"ReplicaKmsKeyID": "arn:aws:kms:ap-northeast-3:123456789012:key/one"},
            "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}},
            "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 15}},
        },
    }


@pytest.mark.parametrize("in_time", [True, False])
def test_a_replication_is_told_as_it_was_put(aws: Callable[[str], Any], bucket: str, in_time: bool) -> None:
    s3, copies = aws("s3"), f"{bucket}-copies"
    s3.create_bucket(Bucket=copies, CreateBucketConfiguration={"LocationConstraint": REGION})
    for one in (bucket, copies):
        s3.put_bucket_versioning(Bucket=one, VersioningConfiguration={"Status": "Enabled"})
    rule = _rule(copies)
    if not in_time:
        del rule["Destination"]["ReplicationTime"]
        rule["Destination"]["Metrics"] = {"Status": "Enabled"}
    wanted = {"Role": _ROLE, "Rules": [rule]}
    s3.put_bucket_replication(Bucket=bucket, ReplicationConfiguration=wanted)
    assert s3.get_bucket_replication(Bucket=bucket)["ReplicationConfiguration"] == wanted


def test_a_bucket_without_versions_takes_no_copies(aws: Callable[[str], Any], bucket: str) -> None:
    s3, copies = aws("s3"), f"{bucket}-plain"
    s3.create_bucket(Bucket=copies, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    with pytest.raises(ClientError, match="Destination bucket must have versioning"):
        s3.put_bucket_replication(Bucket=bucket, ReplicationConfiguration={"Role": _ROLE, "Rules": [_rule(copies)]})

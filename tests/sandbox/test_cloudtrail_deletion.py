from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_trail_is_deleted_by_its_arn(aws: Callable[[str], Any]) -> None:
    aws("s3").create_bucket(Bucket="events", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    cloudtrail = aws("cloudtrail")
    arn = cloudtrail.create_trail(Name="audit", S3BucketName="events")["TrailARN"]

    cloudtrail.delete_trail(Name=arn)

    assert cloudtrail.list_trails()["Trails"] == []

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def _told(s3: Any, bucket: str) -> dict[str, Any]:
    answer: dict[str, Any] = s3.get_bucket_notification_configuration(Bucket=bucket)
    del answer["ResponseMetadata"]
    return answer


def test_a_bucket_tells_eventbridge_until_it_is_told_otherwise(aws: Callable[[str], Any], bucket: str) -> None:
    s3 = aws("s3")
    assert _told(s3, bucket) == {}
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    assert _told(s3, bucket) == {"EventBridgeConfiguration": {}}
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    assert _told(s3, bucket) == {}

"""A bucket says that it tells EventBridge of its objects.

AWS: PutBucketNotificationConfiguration takes an EventBridgeConfiguration, which is empty, and
GetBucketNotificationConfiguration returns it (Amazon S3 API Reference, NotificationConfiguration). moto keeps it and
does not return it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.s3.responses import S3Response

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable


def _get(original: Callable[[Any], Any], response: Any) -> Any:
    found = response.backend.get_bucket_notification_configuration(response.bucket_name)
    if found is not None and found.event_bridge is not None:
        serialized = response.serialized  # of this request's response alone
        response.serialized = lambda told: serialized(ActionResult({**told.result, "EventBridgeConfiguration": {}}))
    return original(response)


def apply() -> None:
    """Install the correction."""
    around(S3Response, "get_bucket_notification", _get)

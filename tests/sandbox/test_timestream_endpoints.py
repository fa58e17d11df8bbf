from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable


def test_timestream_is_found_where_it_was_asked_for(aws: Callable[[str], Any]) -> None:
    timestream = aws("timestream-write")
    [endpoint] = timestream.describe_endpoints()["Endpoints"]
    assert endpoint["Address"] == urlsplit(timestream.meta.endpoint_url).netloc

"""Timestream is found at the emulator itself.

AWS: each client asks DescribeEndpoints first, and sends what follows to the host that it is told (Amazon Timestream
Developer Guide, The endpoint discovery pattern). The emulator tells one of AWS's own.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from moto.timestreamwrite.responses import TimestreamWriteResponse

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable


def _own(original: Callable[..., str], response: TimestreamWriteResponse) -> str:
    answer = json.loads(original(response))
    for endpoint in answer["Endpoints"]:
        endpoint["Address"] = response.headers["Host"]
    return json.dumps(answer)


def apply() -> None:
    """Tell the host that was asked."""
    around(TimestreamWriteResponse, "describe_endpoints", _own)

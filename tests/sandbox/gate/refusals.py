"""What a client is told when a call is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


def refused(call: Callable[..., Any], **parameters: Any) -> tuple[str, str]:
    """Call what must be refused; return AWS's code and the message, which says who refused it."""
    from botocore.exceptions import ClientError

    with pytest.raises(ClientError) as raised:
        call(**parameters)
    error = raised.value.response["Error"]
    assert "(infragen's gate, " in error["Message"], error
    return error["Code"], error["Message"]

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
    return refusal(raised.value)


def refused_once(attempt: Callable[[int], object]) -> tuple[str, str]:
    """Return what is refused while something is being made, at the first of some attempts: a busy machine is late."""
    from botocore.exceptions import ClientError

    for number in range(8):
        try:
            attempt(number)
        except ClientError as error:
            return refusal(error)
    pytest.fail("nothing was refused")


def refusal(error: Any) -> tuple[str, str]:
    """Return the code and the message of an error that the gate answered."""
    said = error.response["Error"]
    assert "(infragen's gate, " in said["Message"], said
    return said["Code"], said["Message"]

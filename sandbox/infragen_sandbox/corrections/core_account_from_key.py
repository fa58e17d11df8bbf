"""A 12-digit access key id is the account that the call belongs to.

AWS: an access key belongs to exactly one account (STS API Reference, GetAccessKeyInfo). moto knows only keys it made
itself and puts everybody else in one default account, so `allowed_account_ids` of four environments could not all
hold. The second emulator reads 12-digit keys the same way.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from moto.core.responses import BaseResponse

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable

_ACCOUNT = re.compile(r"Credential=(?P<account>\d{12})/")


def _current_account(original: Callable[[BaseResponse], str], response: BaseResponse) -> str:
    signature = response.headers.get("Authorization") or "".join(response.querystring.get("X-Amz-Credential", ()))
    match = _ACCOUNT.search(signature) or re.match(r"(?P<account>\d{12})/", signature)
    return match["account"] if match else original(response)


def _access_key(original: Callable[[BaseResponse], str], response: BaseResponse) -> Any:
    match = _ACCOUNT.search(response.headers.get("Authorization", ""))
    return match["account"] if match else original(response)


def apply() -> None:
    """Install the correction."""
    around(BaseResponse, "get_current_account", _current_account)
    around(BaseResponse, "get_access_key", _access_key)

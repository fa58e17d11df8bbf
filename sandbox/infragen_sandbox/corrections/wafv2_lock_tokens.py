"""The token that locks a set of addresses is as long as AWS's, so that the set can be changed and deleted.

AWS: LockToken is a UUID of 36 characters, and UpdateIPSet and DeleteIPSet take no other form (AWS WAFV2 API Reference,
DeleteIPSet). moto gives the first six characters of one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.moto_api._internal import mock_random
from moto.wafv2.models import FakeIPSet

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable


def _with_token(original: Callable[..., Any], addresses: Any, *args: Any, **kwargs: Any) -> Any:
    answer = original(addresses, *args, **kwargs)
    addresses.lock_token = str(mock_random.uuid4())
    return answer


def apply() -> None:
    """Install the correction."""
    around(FakeIPSet, "__init__", _with_token)
    around(FakeIPSet, "update", _with_token)

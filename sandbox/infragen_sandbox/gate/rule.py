"""What a rule of the gate is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from infragen_sandbox.gate.calls import Call


@dataclass(frozen=True, slots=True)
class Refused:
    """AWS's code and message for a call that it does not take."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One documented rule: what it says, where AWS says so, which calls it looks at, and what it makes of one."""

    says: str
    source: str
    service: str
    operations: tuple[str, ...]
    check: Callable[[Call], Refused | None]


_GLOBAL = ("iam", "s3")


def emulated(call: Call, service: str) -> Any:
    """Return what moto knows of a service in the account and region of a call; IAM and S3 know no regions."""
    from moto import backends

    of: Any = backends.get_backend
    return of(service)[call.account]["aws" if service in _GLOBAL else call.region]

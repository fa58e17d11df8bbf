"""What an account quota is: how much AWS gives an account unasked, and how much of it is needed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Quota:
    """One quota as Service Quotas names it, its default, and the page that says so.

    `need` is given what a kind's or a capability's `parts` is given. `per` says which needs add up: those of an account
    in a region, those of an environment (a VPC or a load balancer has one of each), or none (`one`).
    """

    service: str
    """Service code of Service Quotas: `rds`."""
    code: str | None
    """Quota code, `L-7B6409FD`; None for a quota that AWS never raises."""
    name: str
    default: int
    source: str
    need: Callable[..., int | Decimal] = field(compare=False)
    per: Literal["account", "environment", "one"] = "account"

    def request(self, wanted: int, region: str) -> str:
        """Return the command that asks AWS for more."""
        return (
            f"aws service-quotas request-service-quota-increase --service-code {self.service}"
            f" --quota-code {self.code} --desired-value {wanted} --region {region}"
        )


def one(*_arguments: Any) -> int:
    """Need one for each entry, or for the capability."""
    return 1

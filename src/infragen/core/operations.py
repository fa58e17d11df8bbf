"""What people see of what is applied: lines of `infragen outputs`, and the account quotas that it needs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal

from msgspec import Struct

from infragen.core.expressions import Export, Generated, Joined, Published
from infragen.tables import own_table

About = Literal["public", "address", "service", "next", "code", "secret", "repair", "detail"]

ABOUTS: Final[tuple[About, ...]] = ("public", "address", "service", "next", "code", "secret", "repair", "detail")
"""In the order in which they are shown: addresses on the internet, inside the VPC and of AWS services, what to do, what
code gets and must do, how a secret is read, what to do of what failed, what else is known."""


class OutputLine(Struct, frozen=True):
    """One thing to know of an entry once it is applied: what it is, and its value or the command that gives it.

    What only AWS decides stands in the value as an export: it is published as an output of its stack, and read from its
    state. A value holds no secret; a secret is told by the command that reads it.
    """

    about: About
    what: str
    value: str | Export | Joined | Generated | Published
    is_command: bool = False

    @property
    def exports(self) -> Iterator[Export]:
        yield from (piece for piece in self.pieces if isinstance(piece, Export))

    @property
    def pieces(self) -> tuple[object, ...]:
        return self.value.pieces if isinstance(self.value, Joined) else (self.value,)


class UsersScript(Struct, frozen=True):
    """A script that people run in a database to make its users: where it lies in the stack, and whose each user is."""

    path: str
    users: Mapping[str, tuple[str, ...]]


def read_secret(secret: str, region: str) -> str:
    query = "--query SecretString --output text"
    return f"aws secretsmanager get-secret-value --secret-id {secret} {query} --region {region}"


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
    region: str = ""
    """The region in which alone AWS counts it, of services that are of none."""

    def request(self, wanted: int, region: str) -> str:
        return (
            f"aws service-quotas request-service-quota-increase --service-code {self.service}"
            f" --quota-code {self.code} --desired-value {wanted} --region {self.region or region}"
        )


def one(*_arguments: Any) -> int:
    return 1


_QUOTAS: Final = own_table(__file__, "quotas.toml")


def quota_of(row: str, need: Callable[..., int | Decimal] = one) -> Quota:
    return Quota(**{"code": None, **_QUOTAS[row]}, need=need)

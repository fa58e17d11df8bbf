"""What people are told of what stands: where it is, what is to be done with it, where its secrets are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from infragen.core.expressions import Export, Joined, Published

if TYPE_CHECKING:
    from collections.abc import Iterator

About = Literal["public", "address", "next", "secret", "detail"]

ABOUTS: Final[tuple[About, ...]] = ("public", "address", "next", "secret", "detail")
"""In the order in which they are shown: addresses on the internet and inside the VPC, what to do, how a secret is read,
what else is known."""


@dataclass(frozen=True, slots=True)
class Generated:
    """A file that is generated for an entry: whose part it is, and its path in that part's stack."""

    owner: str
    role: str
    path: str


@dataclass(frozen=True, slots=True)
class OutputLine:
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
        """Yield what only AWS decides."""
        yield from (piece for piece in self.pieces if isinstance(piece, Export))

    @property
    def pieces(self) -> tuple[object, ...]:
        """What the value is put together from."""
        return self.value.pieces if isinstance(self.value, Joined) else (self.value,)


def read_secret(secret: str, region: str) -> str:
    """Return the command that reads a secret's value."""
    query = "--query SecretString --output text"
    return f"aws secretsmanager get-secret-value --secret-id {secret} {query} --region {region}"

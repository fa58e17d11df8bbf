"""Promises: what an entry says that its users may count on, what tells when it is broken, and what limits it."""

from msgspec import Struct


class Promised(Struct, frozen=True):
    """A promise of an entry, or a load that it is made for."""

    field: tuple[str, ...]
    """The field of the entry that promises it."""
    says: str
    told_by: tuple[tuple[str, str], ...] = ()
    """The signals that tell when it is broken: whose, and what, as `infragen signals` lists them."""
    limits: tuple[str, ...] = ()
    """What it cannot exceed, with the figures."""

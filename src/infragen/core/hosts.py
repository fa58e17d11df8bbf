"""Names in DNS: which are valid, and what a short one is in its zone."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints

_LABEL: Final = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
_RECORD: Final = re.compile(r"@|(\*|_?[a-z0-9]([a-z0-9_-]*[a-z0-9])?)(\._?[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*")


def problem(name: str) -> tuple[str, str] | None:
    """Return what is wrong with a domain name and how to mend it, or None (RFC 1035, 2.3.1; RFC 1123, 2.1)."""
    labels = name.split(".")
    wrong = next((label for label in labels if not re.fullmatch(_LABEL, label)), None)
    if wrong is None and len(labels) > 1:
        return None
    why = f"`{wrong}` is not a label" if wrong is not None else "it has no dot"
    return why, "lower-case letters, digits and hyphens, with dots between: `shop.example.com`"


def _record_name(name: str) -> str:
    if not _RECORD.fullmatch(name):
        raise ValueError("write a name below the zone's, in lower case: `www`, `_dmarc`, or `@` for the zone itself")
    return name


RecordName = Annotated[str, StringConstraints(max_length=253), AfterValidator(_record_name)]
"""A name of a record below its zone, `@` for the zone's own; underscores are for what is no host (RFC 8552)."""


def within(name: str, zone: str) -> str:
    """Return the full name of what is called `name` in a zone: `www` in `example.com` is `www.example.com`."""
    if name == "@":
        return zone
    return name if is_below(name, zone) else f"{name}.{zone}"


def is_below(name: str, zone: str) -> bool:
    """Say whether a full name is the zone's own, or one below it."""
    return name == zone or name.endswith(f".{zone}")

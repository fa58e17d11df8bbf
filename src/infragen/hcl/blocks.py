"""Blocks as text, for the few files that no template makes."""

import unicodedata
from collections.abc import Iterable, Mapping

from infragen.hcl.layout import align
from infragen.hcl.literal import Reference, identifier_or_quoted, literal, quoted


def block(kind: str, *labels: str, arguments: Mapping[str, object] | None = None, blocks: Iterable[str] = ()) -> str:
    body = content(arguments or {}, blocks)
    return align("\n".join([" ".join([kind, *map(quoted, labels), "{"]), *([body] if body else []), "}"]))


def content(arguments: Mapping[str, object], blocks: Iterable[str] = ()) -> str:
    lines = "\n".join(f"{identifier_or_quoted(name)} = {literal(value)}" for name, value in arguments.items())
    return "\n\n".join(part for part in (lines, *blocks) if part)


def import_block(address: str, identifier: str) -> str:
    """Return the block by which terraform takes an object that exists into the state; it reads texts in NFC."""
    found = unicodedata.normalize("NFC", identifier)
    return block("import", arguments={"to": Reference(address), "id": found})

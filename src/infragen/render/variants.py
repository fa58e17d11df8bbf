"""Modules that are made from the templates of another one's folder, which names them in its `variants.toml`."""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Final

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError, Location

FILE: Final = "variants.toml"


class Variant(Struct, frozen=True):
    """A module, the folder whose templates it is made from, and which of that folder's conditions hold for it."""

    family: str
    conditions: SimpleNamespace


def variants_in(folders: Iterable[Path], read: Callable[[str, Path], str]) -> Mapping[str, Variant]:
    """Of two `variants.toml` of one folder, the first one counts. InfragenError G001 for one of another form."""
    found: dict[str, Mapping[str, Variant]] = {}
    for folder in folders:
        for path in sorted((folder / "modules").glob(f"*/{FILE}")):
            family = path.parent.name
            if family not in found:
                found[family] = _variants(family, read(f"modules/{family}/{FILE}", path))
    return {name: variant for variants in found.values() for name, variant in variants.items()}


def _variants(family: str, text: str) -> Mapping[str, Variant]:
    try:
        named = tomllib.loads(text)
        every = sorted({condition for conditions in named.values() for condition in conditions})
        return {
            name: Variant(family, SimpleNamespace(**{one: one in held for one in every}))
            for name, held in named.items()
        }
    except (tomllib.TOMLDecodeError, TypeError) as error:
        message = f"these are no variants, each with a list of its conditions: {error}"
        raise InfragenError(Diagnostic("G001", message, Location(f"templates/modules/{family}/{FILE}"))) from error

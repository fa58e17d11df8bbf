"""What AWS has of what it numbers: versions of engines, and instance classes by region, as of a day.

`availability.json` is an extract of the data of cfn-lint, which asks AWS's APIs and price lists for them.
`python -m tests.availability` makes it from the cfn-lint that is installed.
"""

import json
import re
from collections.abc import Container, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

__all__ = [
    "FILE", "Versions", "as_of", "classes", "families", "instead", "is_unheard_of", "missing", "source", "versions",
]  # fmt: skip
FILE: Final = Path(__file__).with_name("availability.json")


class Versions(Struct, frozen=True):
    """The versions of an engine, the oldest first: what AWS makes new ones of, and what it no longer does."""

    current: tuple[str, ...]
    ended: tuple[str, ...]

    def __contains__(self, version: str) -> bool:
        return version in self.current or version in self.ended


@cache
def _data() -> Mapping[str, Any]:
    data: Mapping[str, Any] = json.loads(FILE.read_bytes())
    return data


def as_of() -> str:
    return str(_data()["as_of"])


def source() -> str:
    return f"AWS's lists of {as_of()}"


@cache
def versions(engine: str) -> Versions:
    """KeyError for an engine that the extract lacks (`aurora-mysql`, `postgres`, `valkey` as AWS's API calls them)."""
    found = _data()["versions"][engine]
    return Versions(tuple(found["current"]), tuple(found["ended"]))


@cache
def _regions(what: str) -> frozenset[str]:
    return frozenset(_data()["classes"][what]["regions"])


@cache
def classes(what: str) -> Mapping[str, frozenset[str]]:
    """Return the classes of an engine of databases (`db.t4g.micro`), or of `cache`, and the regions that have each."""
    everywhere = _regions(what)
    found: dict[str, frozenset[str]] = {}
    for family, rows in _data()["classes"][what]["families"].items():
        for row in rows:
            places = frozenset(row["in"]) if "in" in row else everywhere - frozenset(row.get("not_in", ()))
            found |= dict.fromkeys((f"{family}.{size}" for size in row["sizes"].split()), places)
    return found


@cache
def families() -> frozenset[str]:
    return frozenset(family for one in _data()["classes"].values() for family in one["families"])


_CLASS: Final = re.compile(
    r"(?:\w+\.)?[a-z]+([0-9]+)[\w-]*\.(?:nano|micro|small|medium|large|[0-9]*xlarge|metal(?:-[0-9]+xl)?)"
)


def is_unheard_of(name: str) -> bool:
    """Say whether AWS cannot have a class, new as it may be: of no such size, or generations ahead of every series.

    `db.t9.huge` is none; `db.m10g.large` may have come since the lists were read. A series skips generations: x8g came
    after x2g, i7i after i4i (Amazon EC2 Instance Types).
    """
    found = _CLASS.fullmatch(name)
    if found is None:
        return name.rpartition(".")[2] != "serverless"
    all_of_them = (_CLASS.fullmatch(f"{family}.large") for family in families())
    return int(found[1]) > max(int(one[1]) for one in all_of_them if one is not None) + 1


def missing(what: str, name: str, region: str) -> str | None:
    """Return that no list has the family, or not the class in that region; None for a region without a list."""
    family = name.rpartition(".")[0]
    if family not in families():
        return None if is_unheard_of(name) else f"{source()} have no {family}"
    places = classes(what).get(name)
    if places is None or region in places or region not in _regions(what):
        return None
    return f"{region} has no {name} ({source()})"


def instead(what: str, name: str, region: str, among: Container[str] | None = None) -> str | None:
    """Return as a hint the generations that a region has, `m7g` and `m8g` for `m9g`, of those `among` some."""
    found = classes(what).items()
    alike = [one for one, places in found if region in places and _kind(one) == _kind(name)]
    alike = [one for one in alike if among is None or one in among]
    return f"write one that it has: {', '.join(alike)}" if alike else None


def _kind(name: str) -> str:
    family, _, size = name.rpartition(".")
    return f"{re.sub('[0-9]', '', family)}.{size}"

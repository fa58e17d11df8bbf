"""Instance classes of databases: which engine runs on which, how much memory they have, and what follows from that."""

from __future__ import annotations

from typing import Final

from infragen.kinds.databases.engines import Engine

_LARGE: Final = {
    "c6gd": 4, "m5": 8, "m5d": 8, "m6g": 8, "m6gd": 8, "m6i": 8, "m6id": 8, "m6idn": 8, "m6in": 8, "m7g": 8, "m7i": 8,
    "m8g": 8, "m8gd": 8, "r5": 16, "r5b": 16, "r5d": 16, "r6g": 16, "r6gd": 16, "r6i": 16, "r6id": 16, "r6idn": 16,
    "r6in": 16, "r7g": 16, "r7i": 16, "r8g": 16, "r8gd": 16, "t3": 8, "t4g": 8, "x2g": 32, "x2idn": 32, "x2iedn": 64,
}  # fmt: skip
"""GiB of memory of a family's `large`; each size up doubles it (Amazon RDS User Guide: Hardware specifications)."""

_SMALLER: Final = {"micro": 8, "small": 4, "medium": 2}
_SIZES: Final = {
    "c6gd": "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
    "t3": "micro small medium large xlarge 2xlarge",
    "t4g": "micro small medium large xlarge 2xlarge",
    "x2idn": "16xlarge 24xlarge 32xlarge",
    "x2iedn": "xlarge 2xlarge 4xlarge 8xlarge 16xlarge 24xlarge 32xlarge",
}
_USUAL: Final = "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge 48xlarge"

_AURORA: Final = frozenset({"r5", "r6g", "r6i", "r7g", "r7i", "r8g", "t3", "t4g", "x2g"})
"""Families that Aurora runs on (Amazon Aurora User Guide: DB instance class types); of the burstable ones
only medium and large, and for PostgreSQL only: Aurora MySQL has no Performance Insights there."""

_NO_INSIGHTS: Final = frozenset(f"db.{family}.{size}" for family in ("t3", "t4g") for size in ("micro", "small"))
"""Where MySQL has no Performance Insights (Amazon RDS User Guide: Performance Insights, supported engines)."""


def families(engine: Engine) -> tuple[str, ...]:
    """Return the families that an engine runs on, by name."""
    return tuple(sorted(_AURORA if engine.is_aurora else _LARGE))


def sizes(family: str, engine: Engine) -> tuple[str, ...]:
    """Return the sizes that a family has for an engine, the smallest first."""
    found = tuple(_SIZES.get(family, _USUAL).split())
    if engine.is_aurora and family in ("t3", "t4g"):
        return tuple(size for size in found if size in ("medium", "large")) if engine.dialect == "postgresql" else ()
    return found


def is_known(name: str, engine: Engine) -> bool:
    """Say whether an engine runs on an instance class, as far as infragen knows."""
    _, family, size = name.split(".")
    return family in families(engine) and size in sizes(family, engine)


def memory(name: str) -> int | None:
    """Return the bytes of memory of an instance class; None for one that infragen does not know."""
    _, family, size = name.split(".")
    large = _LARGE.get(family)
    if large is None or size not in _SIZES.get(family, _USUAL).split():
        return None
    if size in _SMALLER:
        return large * 2**30 // _SMALLER[size]
    times = 1 if size == "large" else 2 * int(size.removesuffix("xlarge") or 1)
    return large * times * 2**30


def has_insights(name: str, engine: Engine) -> bool:
    """Say whether an instance class has Performance Insights for an engine."""
    return engine.dialect == "postgresql" or name not in _NO_INSIGHTS


_BYTES_EACH: Final = {"mysql": 12_582_880, "postgresql": 9_531_392}
_MOST: Final = {"mysql": 16_000, "postgresql": 5_000}


def max_connections(name: str, engine: Engine) -> int | None:
    """Return the default of `max_connections`; None for a class that infragen does not know.

    Amazon RDS User Guide: Maximum number of database connections. RDS keeps a share of the memory that the class is
    sold with for itself, so the real figure is a little smaller.
    """
    bytes_ = memory(name)
    return None if bytes_ is None else min(bytes_ // _BYTES_EACH[engine.dialect], _MOST[engine.dialect])


_PROXY: Final = (("2xlarge", 15), ("4xlarge", 25), ("8xlarge", 45), ("12xlarge", 60), ("16xlarge", 75))
_PROXY_LEAST: Final = 10
_PROXY_MOST: Final = 110


def proxy_addresses(name: str) -> int:
    """Return the addresses to keep free for the proxy of an instance: 10 up to `xlarge`, 110 from `24xlarge` on.

    Amazon RDS User Guide: Planning for IP address capacity.
    """
    size = name.rpartition(".")[2]
    number = int(size.removesuffix("xlarge")) if size.removesuffix("xlarge").isdecimal() else 1
    if number > 16:
        return _PROXY_MOST
    return max((addresses for known, addresses in _PROXY if int(known[:-6]) <= number), default=_PROXY_LEAST)


def enough(name: str, connections: int, engine: Engine) -> str | None:
    """Return the smallest class of the same family that takes so many connections; None where none does."""
    family = name.split(".")[1]
    found = (f"db.{family}.{size}" for size in sizes(family, engine))
    return next((one for one in found if (max_connections(one, engine) or 0) >= connections), None)

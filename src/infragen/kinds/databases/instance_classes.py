"""Instance classes of databases: which engine runs on which, how much memory they have, and what follows from that."""

import re
from collections.abc import Mapping
from math import log2
from typing import Final

from infragen import availability
from infragen.kinds.databases import aurora
from infragen.kinds.databases.engines import Engine
from infragen.kinds.databases.model import Database

_LARGE: Final = {
    "m5": 8, "m5d": 8, "m6g": 8, "m6gd": 8, "m6i": 8, "m6id": 8, "m6idn": 8, "m6in": 8, "m7g": 8, "m7i": 8, "m8a": 8,
    "m8g": 8, "m8gd": 8, "m9g": 8, "r5": 16, "r5b": 16, "r5d": 16, "r6g": 16, "r6gd": 16, "r6i": 16, "r6id": 16,
    "r6idn": 16, "r6in": 16, "r7g": 16, "r7i": 16, "r8a": 16, "r8g": 16, "r8gd": 16, "t3": 8, "t4g": 8, "x2g": 32,
    "x2iedn": 64,
}  # fmt: skip
"""GiB of memory of a family's `large`; each size up doubles it (Amazon RDS User Guide: Hardware specifications)."""

_SMALLER: Final = {"micro": 8, "small": 4, "medium": 2}
_BURSTABLE: Final = ("t3", "t4g")
_NO_INSIGHTS: Final = frozenset(f"db.{family}.{size}" for family in _BURSTABLE for size in ("micro", "small"))
"""Where MySQL has no Performance Insights (Amazon RDS User Guide: Performance Insights, supported engines)."""


def known(engine: Engine) -> Mapping[str, frozenset[str]]:
    found = availability.classes(engine.name)
    return {name: regions for name, regions in found.items() if name != "db.serverless" and _runs(name, engine)}


BURSTABLE: Final = "db.t"
MEMORY_OPTIMIZED: Final = ("db.r", "db.x")


def offered(database: Database) -> tuple[str, ...]:
    # The classes that the rules allow in some region, for hints
    return tuple(
        name
        for name in known(database.kind_of_engine)
        if not (database.data_api and name.startswith(BURSTABLE))
        and (not database.global_database or name.startswith(MEMORY_OPTIMIZED))
    )


def _runs(name: str, engine: Engine) -> bool:
    _, family, size = name.split(".")
    if not engine.is_aurora or family not in _BURSTABLE:
        return True
    # Of the burstable families Aurora runs on these only, whatever price lists have (Amazon Aurora User Guide: DB
    # instance class types), and infragen's for PostgreSQL only: Aurora MySQL has no Performance Insights there
    return size in ("medium", "large") and engine.dialect == "postgresql"


def memory(name: str) -> int | None:
    _, family, size = name.split(".")
    large = _LARGE.get(family)
    if large is None:
        return None
    if size in _SMALLER:
        return large * 2**30 // _SMALLER[size]
    times = re.fullmatch("([0-9]*)xlarge", size)
    if times is None and size != "large":
        return None
    return large * (2 * int(times[1] or 1) if times else 1) * 2**30


def has_insights(name: str, engine: Engine) -> bool:
    return engine.dialect == "postgresql" or name not in _NO_INSIGHTS


def max_connections(name: str, engine: Engine) -> int | None:
    # Amazon RDS User Guide: Maximum number of database connections; Amazon Aurora User Guide: Maximum connections to an
    # Aurora PostgreSQL DB instance (the same formula), to an Aurora MySQL DB instance (`log` is that of base 2, and
    # AWS's table has whole thousands). AWS keeps a share of the memory that the class is sold with for itself, so the
    # real figure of PostgreSQL, and of MySQL on RDS, is a little smaller
    bytes_ = memory(name)
    if bytes_ is None:
        return None
    if engine.name == "aurora-mysql":
        return max(round(log2(bytes_ / 8_187_281_408)), 0) * 1_000 or None  # the smallest have no round number
    return min(bytes_ // 12_582_880, 16_000) if engine.dialect == "mysql" else min(bytes_ // 9_531_392, 5_000)


def connections_taken(database: Database) -> int | None:
    """By its parameter, else by its class or range."""
    written = database.parameters.get("max_connections")
    if written is not None:
        return int(written) if written.isdecimal() else None  # it may be a formula on the instance's memory
    if (capacity := database.capacity) is not None:
        return aurora.max_connections(capacity.max, database.kind_of_engine.dialect, capacity.min)
    return max_connections(database.size, database.kind_of_engine) if database.size else None


def proxy_addresses(name: str) -> int:
    # 10 up to `xlarge`, 110 from `24xlarge` on (Amazon RDS User Guide: Planning for IP address capacity)
    times = name.rpartition(".")[2].removesuffix("xlarge")
    size = int(times) if times.isdecimal() else 1
    rows = ((1, 10), (2, 15), (4, 25), (8, 45), (12, 60), (16, 75), (17, 110))
    return max(addresses for least, addresses in rows if least <= size)


def enough(name: str, connections: int, engine: Engine) -> str | None:
    family = name.rpartition(".")[0]
    alike = sorted((one for one in known(engine) if one.rpartition(".")[0] == family), key=lambda one: memory(one) or 0)
    return next((one for one in alike if (max_connections(one, engine) or 0) >= connections), None)

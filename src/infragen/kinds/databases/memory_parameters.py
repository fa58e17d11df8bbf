"""Parameters of PostgreSQL that are amounts of memory: what a person writes, in the unit that AWS counts each in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from infragen.kinds.databases.model import Database

_KB, _MB = 2**10, 2**20
_PAGE: Final = 8 * _KB

_UNITS: Final = {
    "autovacuum_work_mem": _KB,
    "effective_cache_size": _PAGE,
    "logical_decoding_work_mem": _KB,
    "maintenance_work_mem": _KB,
    "max_slot_wal_keep_size": _MB,
    "max_wal_size": _MB,
    "min_parallel_index_scan_size": _PAGE,
    "min_parallel_table_scan_size": _PAGE,
    "min_wal_size": _MB,
    "shared_buffers": _PAGE,
    "temp_buffers": _PAGE,
    "temp_file_limit": _KB,
    "wal_buffers": _PAGE,
    "wal_keep_size": _MB,
    "work_mem": _KB,
}
"""Bytes of one (PostgreSQL 17: Server Configuration; `unit` of pg_settings)."""

_BYTES: Final = {"kB": _KB, "MB": _MB, "GB": 2**30, "TB": 2**40}
"""PostgreSQL 17: Parameter Names and Values; each is 1024 of the one before."""
_WRITTEN: Final = re.compile(r"([0-9]+) ?(kB|MB|GB|TB)")

_WITH_WORD: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)? *[A-Za-z]+")


def unread(database: Database) -> dict[str, str]:
    """Return the amounts of memory whose unit is none of PostgreSQL's, or that are no whole number of AWS's."""
    return {
        name: value
        for name, value in in_own_unit(database).items()
        if name in _UNITS and database.kind_of_engine.dialect == "postgresql" and _WITH_WORD.fullmatch(value.strip())
    }


def in_own_unit(database: Database) -> dict[str, str]:
    """Return the parameters that are given, those with a unit in AWS's own: `8 GB` of shared_buffers is 1048576.

    Others stay as they are: a bare number is in AWS's unit already.
    """
    if database.kind_of_engine.dialect != "postgresql":
        return dict(database.parameters)
    return {name: _converted(name, value) for name, value in database.parameters.items()}


def _converted(name: str, value: str) -> str:
    found, unit = _WRITTEN.fullmatch(value), _UNITS.get(name)
    if found is None or unit is None:
        return value
    number, rest = divmod(int(found[1]) * _BYTES[found[2]], unit)
    return value if rest else str(number)


def shared_buffers(database: Database) -> int | None:
    """Return the bytes that PostgreSQL takes as it starts; None where RDS works them out of the class."""
    given = in_own_unit(database).get("shared_buffers", "")
    return int(given) * _UNITS["shared_buffers"] if given.isdecimal() else None

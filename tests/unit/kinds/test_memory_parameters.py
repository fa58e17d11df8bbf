"""Memory of PostgreSQL as people write it, in the unit that AWS counts each parameter in."""

from __future__ import annotations

import pytest

from infragen.kinds.databases import Database
from infragen.kinds.databases.postgresql import in_own_unit, shared_buffers


def database(engine: str = "postgresql", **parameters: str) -> Database:
    return Database.model_validate(
        {"name": "main", "title": "main", "engine": engine, "version": "17", "parameters": parameters}
    )


@pytest.mark.parametrize(
    ("name", "written", "own"),
    [
        ("shared_buffers", "8 GB", "1048576"),
        ("shared_buffers", "8GB", "1048576"),
        ("effective_cache_size", "24 GB", "3145728"),
        ("maintenance_work_mem", "2 GB", "2097152"),
        ("work_mem", "64 MB", "65536"),
        ("max_wal_size", "1 GB", "1024"),
    ],
)
def test_an_amount_with_its_unit_is_converted(name: str, written: str, own: str) -> None:
    assert in_own_unit(database(**{name: written})) == {name: own}


@pytest.mark.parametrize("written", ["1048576", "{DBInstanceClassMemory/32768}", "5 kB", "8 gb"])
def test_what_is_no_whole_number_of_the_unit_stays_as_it_is_written(written: str) -> None:
    assert in_own_unit(database(shared_buffers=written)) == {"shared_buffers": written}


def test_parameters_that_are_no_memory_and_those_of_mysql_stay() -> None:
    assert in_own_unit(database(max_connections="8 GB")) == {"max_connections": "8 GB"}
    assert in_own_unit(database("mysql", work_mem="8 GB")) == {"work_mem": "8 GB"}


def test_the_memory_that_is_taken_at_the_start_is_known_where_it_is_a_number() -> None:
    assert shared_buffers(database(shared_buffers="1048576")) == 8 * 2**30
    assert shared_buffers(database(shared_buffers="{DBInstanceClassMemory/32768}")) is None
    assert shared_buffers(database()) is None

"""What AWS says about Aurora Serverless v2: figures from its own tables and examples."""

from __future__ import annotations

from decimal import Decimal

import pytest

from infragen.kinds.databases.aurora import max_connections, pauses, proxy_addresses


@pytest.mark.parametrize(
    ("capacity", "connections"),
    [("1", 90), ("4", 135), ("8", 1000), ("16", 2000), ("32", 3000), ("64", 4000), ("128", 5000)],
)
def test_connections_are_those_of_the_table(capacity: str, connections: int) -> None:
    assert max_connections(Decimal(capacity)) == connections


@pytest.mark.parametrize(("capacity", "connections"), [("0.5", 90), ("7.5", 135), ("31.5", 2000), ("256", 5000)])
def test_between_two_rows_the_smaller_one_holds(capacity: str, connections: int) -> None:
    assert max_connections(Decimal(capacity)) == connections


def test_a_proxy_wants_ten_addresses_for_a_small_writer() -> None:
    assert proxy_addresses(Decimal(16), readers=0) == 10


def test_each_reader_counts_like_the_writer_and_its_endpoint_three() -> None:
    # the guide's own example adds writer, reader and 3 for the read-only endpoint
    assert proxy_addresses(Decimal(64), readers=1) == 25 + 25 + 3


def test_a_proxy_never_takes_more_than_215_addresses() -> None:
    assert proxy_addresses(Decimal(256), readers=15) == 215


@pytest.mark.parametrize(("capacity", "connections"), [("1", 189), ("4", 823), ("8", 1669), ("16", 3360), ("64", 5000)])
def test_postgresql_has_a_column_of_its_own(capacity: str, connections: int) -> None:
    assert max_connections(Decimal(capacity), "postgresql", Decimal(1)) == connections


def test_a_range_of_postgresql_that_begins_below_one_has_2000_connections_at_most() -> None:
    assert max_connections(Decimal(64), "postgresql", Decimal("0.5")) == 2000
    assert max_connections(Decimal(64), "mysql", Decimal("0.5")) == 4000


@pytest.mark.parametrize(
    ("version", "can"),
    [("17", True), ("17.4", True), ("16", True), ("16.3", True), ("16.2", False), ("15.7", True), ("12.20", False)],
)
def test_versions_of_postgresql_that_pause(version: str, can: bool) -> None:
    assert pauses(version, None) is can


@pytest.mark.parametrize(("minor", "can"), [("3.07.1", False), ("3.08.0", True), ("3.10.1", True)])
def test_releases_of_mysql_that_pause(minor: str, can: bool) -> None:
    assert pauses("8.0", f"8.0.mysql_aurora.{minor}") is can

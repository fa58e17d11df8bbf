"""What AWS says about Aurora Serverless v2: figures from its own tables and examples."""

from __future__ import annotations

from decimal import Decimal

import pytest

from infragen.kinds.databases.aurora import max_connections, proxy_addresses


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

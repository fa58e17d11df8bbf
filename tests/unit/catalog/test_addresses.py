"""Ranges of addresses as people write them."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest

from infragen.core.addresses import is_private, parse, problem


def test_a_range_is_read() -> None:
    assert parse("10.3.0.0/16") == IPv4Network("10.3.0.0/16")
    assert problem("10.3.0.0/16") is None


@pytest.mark.parametrize("text", ["10.3.0.1/16", "10.3.0.256/24", "10.3.0.0/33", "10.3.0/16", "010.3.0.0/16"])
def test_what_is_no_range_is_none_and_has_a_problem(text: str) -> None:
    assert parse(text) is None
    assert problem(text) is not None


def test_a_range_that_starts_in_its_middle_gets_its_start() -> None:
    found = problem("10.3.17.9/20")
    assert found is not None
    assert found[1] == "write `10.3.16.0/20`"


@pytest.mark.parametrize(
    ("text", "private"),
    [
        ("10.0.0.0/8", True),
        ("172.31.0.0/16", True),
        ("172.32.0.0/16", False),
        ("100.64.0.0/16", True),
        ("8.0.0.0/16", False),
    ],
)
def test_private_is_what_nobody_has_on_the_internet(text: str, *, private: bool) -> None:
    assert is_private(IPv4Network(text)) is private

"""Whether two path patterns have a path in common: what CloudFront sends on, and what a balancer takes."""

from __future__ import annotations

import pytest

from infragen.wildcards import meet


@pytest.mark.parametrize(
    ("first", "second", "do"),
    [
        ("/api/*", "/api/v1/*", True),
        ("/api/*", "/v1/*", False),
        ("/api/*", "/api", False),
        ("/api*", "/api", True),
        ("/api/*", "*.json", True),
        ("/api/?", "/api/a", True),
        ("/api/?", "/api/ab", False),
        ("/a*c", "/*b", False),
        ("/a*c", "/*b*", True),
        ("*", "/anything", True),
        ("/API/*", "/api/*", False),
        ("/a", "/a", True),
        ("/" + "*a" * 120, "/" + "*b" * 120, False),
    ],
)
def test_two_patterns_meet_where_a_path_fits_both(first: str, second: str, do: bool) -> None:
    assert meet(first, second) == do
    assert meet(second, first) == do

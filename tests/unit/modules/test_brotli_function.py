"""The function that has CloudFront compress with Brotli: it asks for that alone where the viewer accepts it."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

CODE = (ROOT / "templates/modules/cloudfront_brotli_function/main.tf").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("accepted", "is_asked_for"),
    [
        ("gzip, deflate, br", True),
        ("gzip, deflate, br, zstd", True),
        ("BR , gzip", True),
        ("br;q=0.5, gzip;q=1.0", True),
        ("gzip, br;q=1", True),
        ("gzip, deflate", False),
        ("gzip, br;q=0", False),
        ("br;q=0.0", False),
        ("zbr, brx", False),
        ("*", False),
    ],
)
def test_brotli_is_asked_for_where_it_is_accepted(accepted: str, is_asked_for: bool) -> None:
    """By the function's own expression, which means the same in both languages."""
    found = re.search(r"/(.+)/i\.test\(accepted\.value\)", CODE)
    assert found is not None
    assert bool(re.search(found[1], accepted, re.IGNORECASE)) is is_asked_for
    assert "accepted.value = 'br';" in CODE

"""What stands for something else in documents is told from what somebody has."""

from __future__ import annotations

import pytest

from infragen.core.network_settings import EXAMPLE_CERTIFICATE
from infragen.core.placeholders import EXAMPLE_CERTIFICATE_BEGINS, Placeholder, placeholder_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ami-0123456789abcdef0", "ami-0123456789abcdef0"),
        ("ami-0fedcba987654321f", "ami-0fedcba987654321f"),
        ("ami-0abcdef1234567890", "ami-0abcdef1234567890"),
        ("ami-12345678", "ami-12345678"),
        ("ami-1a2b3c4d", "ami-1a2b3c4d"),
        ("vpc-0123456789abcdef0", "vpc-0123456789abcdef0"),
        ("111122223333", "111122223333"),
        ("123456789012", "123456789012"),
        ("987654321098", "987654321098"),
        ("000000000000", "000000000000"),
        ("arn:aws:iam::444455556666:role/x", "444455556666"),
        ("shop-prod-state-444455556666", "444455556666"),
        ("777788889999.dkr.ecr.us-east-1.amazonaws.com/tidy", "777788889999"),
        ("arn:aws:kms:us-east-1:410395827164:key/1234abcd-12ab-34cd-56ef-1234567890ab",
         "1234abcd-12ab-34cd-56ef-1234567890ab"),
        ("Z0123456789ABCDEFGHIJ", "Z0123456789ABCDEFGHIJ"),
        ("Z3M3LMPEXAMPLE", "Z3M3LMPEXAMPLE"),
        (EXAMPLE_CERTIFICATE, EXAMPLE_CERTIFICATE_BEGINS),
        ("203.0.113.0/24", "203.0.113.0/24"),
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8::/32", "2001:db8::/32"),
        ("example.com", "example.com"),
        ("https://shop.example.com/x", "shop.example.com"),
        ("Shop <orders@mail.example.org>", "orders@mail.example.org"),
        ("*.example.co.jp", "*.example.co.jp"),
        ("example1.jp", "example1.jp"),
        ("https://technova.example/", "technova.example"),
        ("https://api.shop.test:8443", "api.shop.test"),
        ("nobody@shop.invalid", "nobody@shop.invalid"),
    ],
)  # fmt: skip
def test_what_documents_write_is_found(text: str, found: str) -> None:
    placeholder = placeholder_in(text)
    assert placeholder is not None
    assert placeholder.text == found


@pytest.mark.parametrize(
    "text",
    [
        "ami-0c3fd0f5d33134a76", "410395827164", "sg-0a91c44e7b2d85f36", "Z2FDTNDATAQYW2", "Zookeepers and their zoo",
        "arn:aws:kms:us-east-1:410395827164:key/9f0c3fd0-f5d3-4134-a76b-5e21c48d07aa", "shop.jp", "myexample.com",
        "example.company", "example.com.au", "examples.jp", "./run.test", "spec.test.js", "npm test", "test", "example",
        "com.acme.test", "index.test",
        "/srv/run.test", "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "203.0.114.0/24", "10.203.0.113", "2001:4860:4860::8888", "1700000000000", "20240101", "v1.0.0", "",
    ],
)  # fmt: skip
def test_what_somebody_may_have_is_none(text: str) -> None:
    assert placeholder_in(text) is None


@pytest.mark.parametrize("name", ["technova.example", "api.shop.test", "shop.invalid."])
def test_a_name_below_a_reserved_one_is_an_example_where_a_name_stands(name: str) -> None:
    assert placeholder_in(name) is None
    assert placeholder_in(name, is_name=True) == Placeholder(
        name, "a domain reserved for examples", "write a domain that you own"
    )

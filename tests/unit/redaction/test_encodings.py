"""What texts say once they are decoded, and what it costs to look."""

from __future__ import annotations

import base64
import gzip

import pytest

from infragen.plan import parse_plan
from infragen.redaction.encodings import decoded_text, inflated
from infragen.redaction.redactor import Redactor
from tests.unit.plan.plans import all_of, update
from tests.waiting import ending, peak

KEY = "-----BEGIN K-----\nabc\ndef0123456789abcdefABC\n"
LONG = 300_000


def test_text_in_base64_is_read_packed_or_not() -> None:
    text = "#!/bin/sh\necho hello\n"
    assert decoded_text(base64.b64encode(text.encode()).decode()) == text
    assert decoded_text(base64.b64encode(gzip.compress(text.encode())).decode() + "\n") == text
    assert decoded_text(base64.b64encode(bytes(range(256))).decode()) is None
    assert decoded_text("just a sentence of words") is None


def test_what_is_not_packed_is_not_unpacked() -> None:
    assert inflated(b"plain") is None
    assert inflated(b"\x1f\x8b\x08 and then rubbish") is None


@pytest.mark.parametrize("marked", [False, True])
def test_texts_that_unpack_to_a_thousand_times_their_size_stay_packed(marked: bool) -> None:
    packed = [base64.b64encode(gzip.compress(line * 7_000_000)).decode() for line in (b"a\n", b"b\n")]
    sides = [{f"s{number}": text for number in range(20)} for text in packed]
    marks = dict.fromkeys(sides[0], True) if marked else {}
    told: list[str] = []
    assert peak(lambda: told.append(all_of(parse_plan(update(*sides, after_sensitive=marks))))) < 10_000_000
    assert told[0]


@pytest.mark.parametrize(
    "unit",
    [
        " ", "A", "a0", "AAAAAAAAAAAAAAAAAAAA\n", "%41", "\\u0041", "\\", "&amp;", "a/b-", "S3cr3t-w0rd",
        "UzNjcjN0LXcwcmQ", "passw", "token=", "://a:b", "a\0", "H4sIAAAA", "  \n ", '{"a":', "[", "\u20ac", "=",
    ],
)  # fmt: skip
def test_a_long_text_of_any_kind_costs_time_in_proportion(unit: str) -> None:
    text = (unit * (LONG // len(unit) + 1))[:LONG]
    redactor = Redactor([KEY, "S3cr3t-w0rd", "orders"])
    with ending():  # takes a second; what is quadratic takes a quarter of an hour
        redactor.redact(text)
        decoded_text(text)
        all_of(parse_plan(update({"s": "x", "o": "y"}, {"s": text, "o": text + "!"}, after_sensitive={"s": True})))

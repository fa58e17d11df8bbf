from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infragen.text import broken, cells, shorten, shorten_counts, shorten_pair, sides, visible, wrap_items, wrap_list


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain 計画", "plain 計画"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x1b[31m\x9b", "\\u001b[31m\\u009b"),
        ("\u202e\u2066\u200b\ufeff\u2028", "\\u202e\\u2066\\u200b\\ufeff\\u2028"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\udb40\\udc41"),
        ("全角\u3000空白", "全角\u3000空白"),
    ],
)
def test_what_does_not_print_is_escaped(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(), st.integers(3, 40))
def test_a_shortened_text_fits(text: str, room: int) -> None:
    assert cells(shorten(visible(text), room)) <= room


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60), st.text(max_size=60), st.integers(20, 80))
def test_a_shortened_pair_fits_and_still_differs(head: str, one: str, other: str, tail: str, room: int) -> None:
    before, after = visible(head + "(" + one + tail), visible(head + ")" + other + tail)
    shown = shorten_pair(before, after, room)
    assert sum(map(cells, shown)) <= room
    assert shown[0] != shown[1]


@given(st.lists(st.text(alphabet="abc", min_size=1, max_size=9), min_size=1, max_size=20), st.integers(12, 40))
def test_a_wrapped_list_loses_nothing(items: list[str], room: int) -> None:
    lines = wrap_list(", ".join(items), room)
    assert " ".join(lines) == ", ".join(items)
    assert max(map(cells, lines)) <= room


@given(st.lists(st.text(max_size=50), max_size=40), st.integers(12, 40), st.integers(1, 4))
def test_a_bounded_list_counts_what_it_leaves_out(items: list[str], room: int, limit: int) -> None:
    lines = wrap_items([visible(item) for item in items], room, " | ", limit)
    assert len(lines) <= limit
    assert max(map(cells, lines)) <= room
    left_out = re.search(r"and (\d+) more$", lines[-1])
    shown = len(" ".join(lines).split("|")) - bool(left_out)
    if items and not any("|" in item or "more" in item for item in items):
        assert shown + (int(left_out[1]) if left_out else 0) == len(items)


def test_counts_that_do_not_fit_are_summed() -> None:
    counts = (("20 ECS services", 20), ("ECR repository", 1), ("30 IAM roles", 30))
    assert shorten_counts(counts, 80) == "20 ECS services, ECR repository, 30 IAM roles"
    assert shorten_counts(counts, 25) == "20 ECS services, 31 more"
    assert shorten_counts(counts, 12) == "51 in all"


@given(st.text(max_size=200), st.integers(2, 40))
def test_a_broken_word_is_all_there_in_pieces_that_fit(word: str, room: int) -> None:
    pieces = broken(word, room)
    assert "".join(pieces) == word
    assert all(cells(piece) <= room for piece in pieces)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [("1", "2", "1 -> 2"), (None, "2", "+ 2"), ("1", None, "- 1"), (None, None, "null -> null"), ("", "2", "+ 2")],
)
def test_what_comes_and_what_goes_has_a_sign_and_no_null(before: str | None, after: str | None, said: str) -> None:
    assert sides(before, after) == said

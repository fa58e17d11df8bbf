"""Patterns of AWS, in which `*` stands for any text and `?` for any character, matched in linear time.

A pattern comes from a plan or a catalogue, so nothing here goes back: what a `*` has skipped stays skipped.
"""

import re
from typing import Final

from infragen.effort import spend

_MOST_STEPS: Final = 5_000_000
"""Characters of the text times the most `?` between two `*`: more than the longest policy of AWS needs."""


def fits(text: str, pattern: str) -> bool:
    """`*` and `?` in the text are plain characters; a pattern with more than `_MOST_STEPS` `?` matches only itself."""
    if text == pattern:
        return True
    spend(1 + pattern.count("*") + (len(text) * (8 * pattern.count("?") + 1) + len(pattern) >> 7))
    first, *middle = pattern.split("*")
    if len(text) * max(piece.count("?") for piece in (first, *middle)) > _MOST_STEPS:
        return False
    if not middle:
        return len(text) == len(first) and _stands(first, text, 0)
    last = middle.pop()
    at, end = len(first), len(text) - len(last)
    if at > end or not _stands(first, text, 0) or not _stands(last, text, end):
        return False
    for piece in middle:
        at = _place_of(piece, text, at, end) if "?" in piece else text.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True


def meet(first: str, second: str) -> bool:
    """Whether some text is taken by two patterns: `/api/*` and `*.json` both take `/api/a.json`."""
    spend(1 + len(first) + (len(first) * len(second) >> 13))
    second = re.sub(r"\*+", "*", second)
    end, places = 1 << len(second), dict[str, int]()  # a bit for each place in the second one
    for place, letter in enumerate(second):
        places[letter] = places.get(letter, 0) | 1 << place
    stars, some = places.pop("*", 0), places.get("?", 0)
    at = 1  # where one may stand in it
    for letter in (*first, None):
        if letter == "*":
            at = (end << 1) - (at & -at)  # wherever, from the first of those on
            continue
        at |= (at & stars) << 1
        if letter is not None:
            taken = end - 1 & ~stars if letter == "?" else places.get(letter, 0) | some
            at = at & stars | (at & taken) << 1
    return bool(at & end)


def _place_of(piece: str, text: str, at: int, end: int) -> int:
    if not piece.strip("?"):
        return at if at + len(piece) <= end else -1
    longest = max(piece.split("?"), key=len)
    before = piece.index(longest)
    while at + len(piece) <= end:
        at = text.find(longest, at + before, end) - before
        if at < 0 or at + len(piece) > end:
            return -1
        if _stands(piece, text, at):
            return at
        at += 1
    return -1


def _stands(piece: str, text: str, at: int) -> bool:
    for literal in piece.split("?"):
        if not text.startswith(literal, at):
            return False
        at += len(literal) + 1
    return True

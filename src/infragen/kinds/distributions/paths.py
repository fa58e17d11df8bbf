"""Paths of behaviours: in which order CloudFront tries them, and which it never comes to."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from infragen.wildcards import fits

_ANY_CHARACTER: Final = "\0"


def ordered(paths: Iterable[str]) -> Sequence[str]:
    """Put first what begins with more letters, then what has no wildcard, fewer `*`, more letters in all."""
    return sorted(
        paths, key=lambda one: (-len(begin := re.split(r"[*?]", one)[0]), begin != one, one.count("*"), -len(one), one)
    )


def covers(first: str, second: str) -> bool:
    """Whether all that a path takes is taken by another one: `/a/*` covers `/a/b*`."""
    shortest, longest = (second.replace("*", text).replace("?", _ANY_CHARACTER) for text in ("", "\0\0"))
    return fits(shortest, first) and fits(longest, first)


def never_reached(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    tried: list[tuple[str, str]] = []  # each behind the text that it begins with
    for path in ordered(paths):
        shortest = path.replace("*", "").replace("?", _ANY_CHARACTER)
        first = next((one for begin, one in tried if shortest.startswith(begin) and covers(one, path)), None)
        if first is not None:
            yield path, first
        tried.append((re.split(r"[*?]", path)[0], path))

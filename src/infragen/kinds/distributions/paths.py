"""Paths of behaviours: in which order CloudFront tries them, and which it never comes to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from infragen.wildcards import fits

_ANY_TEXT: Final = "\0\0"
_ANY_CHARACTER: Final = "\0"


def ordered(paths: Iterable[str]) -> Sequence[str]:
    """Return paths as CloudFront has to try them: the most specific one first, whatever the order they are written in.

    CloudFront takes the first that fits. What begins with more letters comes first, then what has no wildcard, fewer
    `*`, and more letters in all.
    """
    return sorted(paths, key=_rank)


def _rank(path: str) -> tuple[int, bool, int, int, str]:
    literal = re.split(r"[*?]", path)[0]
    wild = literal != path
    return -len(literal), wild, path.count("*"), -len(path), path


def covers(first: str, second: str) -> bool:
    """Whether all that a path takes is taken by another one: `/a/*` covers `/a/b*`."""
    shortest, longest = (second.replace("*", text).replace("?", _ANY_CHARACTER) for text in ("", _ANY_TEXT))
    return fits(shortest, first) and fits(longest, first)


def meet(first: str, second: str) -> bool:
    """Whether there is a path that two patterns take: `/api/*` and `*.json` both take `/api/a.json`."""
    tried, todo = {(0, 0)}, [(0, 0)]
    while todo:
        one, two = todo.pop()
        left, right = first[one : one + 1], second[two : two + 1]
        if not left and not right:
            return True
        steps: set[tuple[int, int]] = set()
        if left == "*" or (left and right == "*"):
            steps.add((one + 1, two))
        if right == "*" or (right and left == "*"):
            steps.add((one, two + 1))
        if left and right and not steps and (left == right or "?" in (left, right)):
            steps.add((one + 1, two + 1))
        todo += steps - tried
        tried |= steps
    return False


def never_reached(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each path that another one covers which is tried before, and that one."""
    tried: list[tuple[str, str]] = []  # each behind the text that it begins with
    for path in ordered(paths):
        shortest = path.replace("*", "").replace("?", _ANY_CHARACTER)
        first = next((one for begin, one in tried if shortest.startswith(begin) and covers(one, path)), None)
        if first is not None:
            yield path, first
        tried.append((re.split(r"[*?]", path)[0], path))

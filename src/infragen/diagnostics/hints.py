"""Hints: the name that was meant, the disk that is full."""

import errno
from collections.abc import Iterable
from contextvars import ContextVar
from itertools import islice
from typing import Final

from infragen.diagnostics.look_alikes import as_ascii, look_alike

_LISTED: Final = 12  # names that a hint lists at most
_SEARCHED: Final = 2_000
_LONGEST: Final = 200
"""Names that are compared with a word at most, and how much of it: more takes too long."""
_MOST_COMPARED: Final = 20_000_000
_EACH: Final = 100  # what comparing two short names takes, in pairs of characters
COMPARED: Final[ContextVar[int]] = ContextVar("compared", default=0)
"""Pairs of characters that this command has compared for its hints; past the most, about a second, it names none."""
FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
"""How the system says that a disk, or what a user may have of it, is full."""


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Prefer a word of the same letters; of one that only looks like a known word, name the character."""
    names, plain = list(known), as_ascii(word).strip()
    if plain != word and plain in names:
        return f"{look_alike(word) or 'there are spaces around it'}: write `{plain}`"
    close = close_to(plain, names, 3, 0.62)
    close.sort(key=lambda one: sorted(one) != sorted(word))
    return f"did you mean `{close[0]}`?" if close else None


def close_to(word: str, known: Iterable[str], most: int = 1, alike: float = 0.6) -> list[str]:
    """Return the closest words, best first, or none past this command's limit; `alike` is difflib's ratio, 0 to 1."""
    from difflib import get_close_matches

    names, word, compared = [*islice(known, _SEARCHED)], word[:_LONGEST], COMPARED.get()
    if compared > _MOST_COMPARED:
        return []
    COMPARED.set(compared + len(word) * sum(map(len, names)) + _EACH * len(names))
    return get_close_matches(word, names, most, alike)


def nearest(word: str, known: Iterable[str], what: str) -> str:
    names = list(known)
    if meant := did_you_mean(word, names):
        return meant
    if COMPARED.get() > _MOST_COMPARED:
        return f"{what}: {len(names)}"
    names.sort()
    some = ", ".join(names[:_LISTED]) + (f" and {len(names) - _LISTED} more" if len(names) > _LISTED else "")
    return f"{what}: {some or 'none'}"


def unless_full(error: OSError, hint: str) -> str:
    return "free disk space, then run the same command again" if error.errno in FULL else hint

"""Hints for a name that is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_LISTED: Final = 12
"""Names that a hint lists at most."""


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return `did you mean ...?` when a known word is close: one of the same letters before all others."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=3, cutoff=0.6)
    close.sort(key=lambda one: sorted(one) != sorted(word))
    return f"did you mean `{close[0]}`?" if close else None


def nearest(word: str, known: Iterable[str], what: str) -> str:
    """Return a hint for a name that is not known: the closest one, or all there are."""
    names = sorted(known)
    some = ", ".join(names[:_LISTED]) + (f" and {len(names) - _LISTED} more" if len(names) > _LISTED else "")
    return did_you_mean(word, names) or f"{what}: {some or 'none'}"

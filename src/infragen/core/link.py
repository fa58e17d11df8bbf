"""What leads to what: the lines of a picture of an environment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """`source` leads to `target`, ids of entries or `internet`; `is_event` where nobody waits for an answer."""

    source: str
    target: str
    why: str = ""
    is_event: bool = False

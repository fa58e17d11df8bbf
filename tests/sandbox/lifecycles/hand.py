"""A clock's hand that a test moves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Hand:
    """Seconds, which pass when a test says so."""

    at: float = 100.0

    def __call__(self) -> float:
        return self.at

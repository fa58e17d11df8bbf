"""An edit of an argument becomes harmless, or stops being so, where somebody has read the table."""

from __future__ import annotations

import pytest

from tests.terraform.harmless_updates import TABLE, harmless

pytestmark = pytest.mark.terraform


def test_what_is_harmless_was_read() -> None:
    """A judge that compares one way an argument can change vouches for all others (`risks/judged.py`)."""
    rewrite = (
        "read what `python -m tests.terraform.harmless_updates` adds to the table: is it harmless for every AWS user?"
    )
    assert harmless() == TABLE.read_text(encoding="utf-8"), rewrite

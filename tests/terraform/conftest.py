"""A project with a sandbox of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .lives import stopped_afterwards

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .lives import Life


@pytest.fixture
def life(project: Path) -> Iterator[Life]:
    """A scratch project, of which nothing is rendered; its sandbox is stopped afterwards, whatever happened."""
    with stopped_afterwards(project) as life:
        yield life

"""A project with a sandbox of its own."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from .lives import Life

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def life(project: Path) -> Iterator[Life]:
    """A scratch project, of which nothing is rendered; its sandbox is stopped afterwards, whatever happened."""
    try:
        yield Life(project)
    finally:
        subprocess.run(
            [sys.executable, "-m", "infragen", "sandbox", "stop", "-C", str(project)], capture_output=True, check=False
        )

"""A clone as a reader has it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from .pages import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def rendered(project: Path) -> Path:
    """The scratch project with the committed trees (tests/render proves that they are what is rendered)."""
    shutil.copytree(ROOT / "generated", project / "generated")
    return project

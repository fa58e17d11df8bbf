"""Five rounds of the soak; `make soak` does fifty."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.engine import small
from tests.engine.soak import Soak, say

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]


def test_five_rounds_lose_nothing(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    say(f"seed {seed}")
    project = small.rendered_project(tmp_path)
    small.start(project)
    try:
        Soak(project, seed).rounds(5)
    finally:
        small.stop(project)

"""The whole life of TechNova's production on the emulated AWS; a file of its own, so that it runs beside the other."""

from __future__ import annotations

import pytest

from .lives import Life, live

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox, pytest.mark.life]


def test_production_lives_and_leaves_nothing_it_should_not(life: Life) -> None:
    live(life, "technova/prod")

"""The whole life of delivery-tracking's production on the emulated AWS."""

from __future__ import annotations

import pytest

from .lives import Life, live

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox, pytest.mark.life]


def test_production_lives_and_leaves_nothing_it_should_not(life: Life) -> None:
    live(life, "delivery-tracking/prod")

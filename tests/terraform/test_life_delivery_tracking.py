"""The whole life of delivery-tracking's staging on the emulated AWS."""

from __future__ import annotations

import pytest

from .lives import Life, live

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox, pytest.mark.life]


def test_staging_lives_and_leaves_nothing_it_should_not(life: Life) -> None:
    live(life, "delivery-tracking/stg")

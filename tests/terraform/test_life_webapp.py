"""The life of webapp's development on the emulated AWS: applied, planned empty, changed by one line, destroyed."""

from __future__ import annotations

import pytest

from .lives import Life, live

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox, pytest.mark.life]


def test_webapp_s_development_lives_and_leaves_nothing(life: Life) -> None:
    live(life, "webapp/dev")

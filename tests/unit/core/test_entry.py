from __future__ import annotations

from typing import Any

import pytest

from infragen.core.entry import Slug, Title, has_form


@pytest.mark.parametrize(
    ("form", "value", "expected"),
    [
        (Title, "Order desk", True),
        (Title, " Order desk", False),
        (Slug, "order-desk", True),
        (Slug, "Order desk", False),
        ("tiers", "tiers", False),  # a word of a choice is no type
    ],
)
def test_a_value_has_the_form_of_a_type_or_not(form: Any, value: str, expected: bool) -> None:
    assert has_form(form, value) is expected

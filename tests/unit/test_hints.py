"""Names that are not known."""

from __future__ import annotations

import pytest

from infragen.diagnostics.hints import did_you_mean


@pytest.mark.parametrize(
    ("typed", "known", "meant"),
    [
        ("prot", ("spot", "port", "cpu"), "port"),  # as near to `spot`, but of the same letters
        ("sevices", ("secrets", "services"), "services"),
        ("nmae", ("mean", "name"), "name"),
        ("x", ("name", "port"), None),
    ],
)
def test_a_name_that_was_mistyped_is_told(typed: str, known: tuple[str, ...], meant: str | None) -> None:
    assert did_you_mean(typed, known) == (f"did you mean `{meant}`?" if meant else None)

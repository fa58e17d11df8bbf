"""Names that are not known."""

from __future__ import annotations

import pytest

from infragen.diagnostics.hints import COMPARED, did_you_mean, nearest


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


def test_a_command_compares_no_more_for_its_hints_than_a_second_takes() -> None:
    known = [f"state-of-the-order-{number}" for number in range(2_000)]
    assert nearest("state-of-an-ordr", known, "states") == "did you mean `state-of-the-order-9`?"
    asked = 0
    while nearest("state-of-an-ordr", known, "states") != "states: 2000":
        asked += 1
    assert 5 < asked < 100
    assert COMPARED.get() < 25_000_000

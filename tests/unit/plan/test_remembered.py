"""What a plan marks as sensitive is in no text that is written down later."""

from __future__ import annotations

import pytest

from infragen.plan import remembered


@pytest.fixture(autouse=True)
def nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_MEMORY", remembered._Memory())


def test_what_any_plan_so_far_marks_is_masked() -> None:
    text = "setting aa-very-long-secret and another-long-one"
    assert remembered.mask(text) == text
    remembered.learn(["aa-very-long-secret"])
    assert remembered.mask(text) == "setting (sensitive) and another-long-one"
    remembered.learn([])
    remembered.learn({"another-long-one"})
    assert remembered.mask(text) == "setting (sensitive) and (sensitive)"


def test_one_that_begins_like_another_hides_nothing_of_it_less() -> None:
    remembered.learn(["first-secret-1"])
    remembered.learn(["first-secret-1-and-a-second"])
    assert remembered.mask("x first-secret-1-and-a-second x") == "x (sensitive) x"

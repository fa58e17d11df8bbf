"""What a plan marks as sensitive is in no text that is written down later."""

from __future__ import annotations

import pytest

from infragen.redaction import log_redaction


@pytest.fixture(autouse=True)
def nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_redaction, "_MEMORY", log_redaction._Memory())


def test_what_any_plan_so_far_marks_is_masked() -> None:
    text = "setting aa-very-long-secret and another-long-one"
    assert log_redaction.redacted(text) == text
    log_redaction.remember(["aa-very-long-secret"])
    assert log_redaction.redacted(text) == "setting (sensitive) and another-long-one"
    log_redaction.remember([])
    log_redaction.remember({"another-long-one"})
    assert log_redaction.redacted(text) == "setting (sensitive) and (sensitive)"


def test_one_that_begins_like_another_hides_nothing_of_it_less() -> None:
    log_redaction.remember(["first-secret-1"])
    log_redaction.remember(["first-secret-1-and-a-second"])
    assert log_redaction.redacted("x first-secret-1-and-a-second x") == "x (sensitive) x"

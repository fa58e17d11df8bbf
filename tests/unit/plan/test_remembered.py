"""What a plan marks as sensitive is in no text that is written down later."""

from __future__ import annotations

from infragen.plan import remembered
from infragen.plan.redact import Taints


def test_what_any_plan_so_far_marks_is_masked(monkeypatch) -> None:
    monkeypatch.setattr(remembered, "_KNOWN", [])
    text = "setting aa-very-long-secret and another-long-one"
    assert remembered.mask(text) == text
    remembered.learn(Taints(["aa-very-long-secret"]))
    remembered.learn(Taints([]))
    remembered.learn(Taints(["another-long-one"]))
    masked = remembered.mask(text)
    assert "aa-very-long-secret" not in masked
    assert "another-long-one" not in masked
    assert masked.startswith("setting ")

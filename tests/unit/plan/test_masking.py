"""What a plan marks as sensitive is in no text that is written down later."""

from __future__ import annotations

from infragen.plan import masking
from infragen.plan.redact import Taints


def test_what_any_plan_so_far_marks_is_masked(monkeypatch) -> None:
    monkeypatch.setattr(masking, "_KNOWN", [])
    text = "setting aa-very-long-secret and another-long-one"
    assert masking.mask(text) == text
    masking.learn(Taints(["aa-very-long-secret"]))
    masking.learn(Taints([]))
    masking.learn(Taints(["another-long-one"]))
    masked = masking.mask(text)
    assert "aa-very-long-secret" not in masked
    assert "another-long-one" not in masked
    assert masked.startswith("setting ")

"""What no unit test asks: AWS."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def no_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no state bucket to list: a terraform that only poses as one reads states without credentials."""
    monkeypatch.setattr("infragen.workflow.states.storage.stored_names", lambda *_: frozenset())

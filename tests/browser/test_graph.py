"""The picture of an environment in a real browser: every word fits its box, and nothing is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.conftest import Opened
    from tests.conftest import Outcome

pytestmark = pytest.mark.browser

OUTSIDE = """nodes => nodes.flatMap(a => {
  const box = a.querySelector('.box').getBoundingClientRect();
  return [...a.querySelectorAll('text')].filter(t => {
    const r = t.getBoundingClientRect();
    return r.left < box.left || r.right > box.right || r.top < box.top || r.bottom > box.bottom;
  }).map(t => t.textContent);
})"""


def test_every_word_of_technova_s_picture_stands_in_its_box(
    infragen: Callable[..., Outcome], repository: Path, show: Callable[..., Opened]
) -> None:
    pytest.importorskip("fast_sugiyama")
    outcome = infragen("graph", "technova/prod", "-C", repository)
    assert outcome.code == 0
    opened = show(f"<!DOCTYPE html><body style='margin:0'>{outcome.out}</body>", width=1600)
    boxes = opened.page.locator("svg a")
    assert boxes.count() == 32
    assert boxes.evaluate_all(OUTSIDE) == []
    assert opened.page.locator("svg path.line").count() > 30
    assert opened.complaints == []
    assert len(opened.requests) == 1

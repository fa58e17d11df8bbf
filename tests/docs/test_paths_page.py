"""The page on traffic says what each answer says that it does not look at."""

from __future__ import annotations

from infragen.reachability.reach import ALWAYS

from .pages import ROOT


def test_the_page_has_all_that_is_not_looked_at() -> None:
    section = (ROOT / "docs/paths.md").read_text("utf-8").partition("## What is not looked at")[2]
    starts = [line.partition(":")[0].partition(",")[0].split(" (")[0] for line in ALWAYS]
    assert len(starts) > 3
    assert [start for start in starts if start not in section] == []

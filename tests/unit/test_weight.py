"""What the house weighs has a budget, by room."""

from __future__ import annotations

from benchmarks.weight import heavier, weigh


def test_what_grew_beyond_its_budget_is_named_and_a_new_room_has_none() -> None:
    budget = {"core": 100, "src": 150, "words": 10}
    assert [*heavier({"core": 100, "src": 140, "words": 9}, budget)] == []
    assert [*heavier({"core": 101, "new": 7, "src": 108}, budget)] == ["core: 101 of 100", "new: 7 of 0"]


def test_rooms_are_weighed_with_all_in_them() -> None:
    found = weigh()
    assert found["src"] == sum(lines for room, lines in found.items() if room not in {"src", "words", "longest"})
    assert found["longest"] < found["kinds"]
    assert found["words"] > 10_000

"""The budget of the tests themselves: what a room or a file may cost, and who is over it."""

from __future__ import annotations

from tests.cost import ROOT, over, shares

TABLE = """\
| room | may cost | what it proves |
|---|---|---|
| `tests/unit/` | 100 s | much |
| `tests/unit/plan/test_slow.py` | 60 s | something slow |
"""


def test_shares_are_read_from_the_table() -> None:
    assert shares(TABLE) == {"tests/unit/": 100, "tests/unit/plan/test_slow.py": 60}


def test_a_room_a_file_with_a_share_and_a_file_without_are_named_when_they_cost_more() -> None:
    spent = {
        "(collection)": 500.0,
        "tests/unit/plan/test_slow.py": 59.0,
        "tests/unit/plan/test_other.py": 21.0,
        "tests/unit/test_quick.py": 19.0,
        "tests/engine/test_runs.py": 20.0,
    }
    assert list(over(spent, shares(TABLE))) == [
        "tests/unit/plan/test_other.py: 21 s of CPU; tests/README.md allows 20 s"
    ]
    dear = list(over({**spent, "tests/unit/plan/test_slow.py": 61.0}, shares(TABLE)))
    assert [line.partition(":")[0] for line in dear] == [
        "tests/unit/",
        "tests/unit/plan/test_slow.py",
        "tests/unit/plan/test_other.py",
    ]


def test_every_room_and_file_of_the_table_is_there() -> None:
    assert [path for path in shares() if not (ROOT / path).exists()] == []

"""When AWS's cron expressions are due."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from infragen.core.clock import falls_on, is_ever_due, last_due, minutes_of


@pytest.mark.parametrize(
    ("expression", "due", "not_due"),
    [
        ("0 3 * * ? *", date(2026, 11, 22), None),
        ("0 3 ? * MON-FRI *", date(2026, 11, 24), date(2026, 11, 22)),
        ("0 3 ? * 2-6 *", date(2026, 11, 23), date(2026, 11, 21)),
        ("0 3 ? * SUN,WED *", date(2026, 11, 22), date(2026, 11, 24)),
        ("0 3 ? * L *", date(2026, 11, 21), date(2026, 11, 20)),
        ("0 3 ? * 6L *", date(2026, 11, 27), date(2026, 11, 20)),
        ("0 3 ? * MON#1 *", date(2026, 11, 2), date(2026, 11, 9)),
        ("0 3 1 * ? *", date(2026, 12, 1), date(2026, 12, 2)),
        ("0 3 L * ? *", date(2028, 2, 29), date(2028, 2, 28)),
        ("0 3 LW * ? *", date(2026, 10, 30), date(2026, 10, 31)),  # the 31st is a Saturday
        ("0 3 1W * ? *", date(2026, 11, 2), date(2026, 11, 1)),  # the 1st is a Sunday
        ("0 3 1W * ? *", date(2026, 8, 3), date(2026, 8, 1)),  # a Saturday; AWS stays in the month
        ("0 3 15W * ? *", date(2026, 11, 16), date(2026, 11, 15)),
        ("0 3 1/10 * ? *", date(2026, 11, 21), date(2026, 11, 20)),
        ("0 3 1 JAN,JUL ? *", date(2027, 7, 1), date(2027, 6, 1)),
        ("0 3 1 1 ? 2027", date(2027, 1, 1), date(2028, 1, 1)),
    ],
)
def test_a_day_is_one_of_the_expression_s_or_not(expression: str, due: date, not_due: date | None) -> None:
    assert falls_on(expression, due)
    assert not_due is None or not falls_on(expression, not_due)


@pytest.mark.parametrize(
    ("expression", "is_due"),
    [
        ("0 3 31 2 ? *", False),
        ("0 3 30,31 FEB ? *", False),
        ("0 3 31 4,6,9,11 ? *", False),
        ("0 3 31W 2 ? *", False),
        ("0 3 31 2,3 ? *", True),
        ("0 3 29 2 ? *", True),
        ("0 3 29 2 ? 2027,2029-2031", False),
        ("0 3 L 2 ? *", True),
        ("0 3 30/1 2 ? *", False),
        ("0 3 ? 2 MON *", True),
        ("0 3 ? 2 MON#5 *", True),  # 2044: a Monday on the 29th
        ("0 3 ? 2 MON#5 2027-2043", False),
        ("0 3 ? 2 SUN#5 2028-2031", False),
        ("0 3 ? 2 TUE#5 2028-2031", True),
        ("0 3 * * ? 2025", False),
        ("0 3 1 11 ? 2026", False),
        ("0 3 23 11 ? 2026", True),
    ],
)
def test_some_days_never_come(expression: str, is_due: bool) -> None:
    assert is_ever_due(expression, date(2026, 11, 23)) == is_due


def test_the_minutes_of_a_day_are_all_hours_and_minutes_together() -> None:
    assert minutes_of("0,30 8 * * ? *") == (480, 510)
    assert minutes_of("0/30 8-9 * * ? *") == (480, 510, 540, 570)
    assert minutes_of("15 */12 * * ? *") == (15, 735)


def test_what_was_last_due_may_be_now_days_ago_or_never() -> None:
    monday = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert last_due("0 8 ? * MON-FRI *", monday) == monday
    assert last_due("1 8 ? * MON-FRI *", monday) == datetime(2026, 11, 20, 8, 1, tzinfo=UTC)
    assert last_due("0 5 1 * ? *", monday) == datetime(2026, 11, 1, 5, 0, tzinfo=UTC)
    assert last_due("0 5 1 1 ? 1999", monday) is None

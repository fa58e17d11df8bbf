"""Local clock times become what AWS wants, in UTC, with the local time as a remark."""

from __future__ import annotations

import pytest

from infragen.core import clock

BERLIN = "Europe/Berlin in January"


@pytest.mark.parametrize(
    ("window", "zone", "utc", "remark"),
    [
        ("03:00-04:00", "Asia/Tokyo", "18:00-19:00", "03:00-04:00 Asia/Tokyo"),
        ("03:00-04:00", "Europe/Berlin", "02:00-03:00", f"03:00-04:00 {BERLIN}, 04:00-05:00 in July"),
        ("03:00-04:00", "Europe/London", "03:00-04:00", "03:00-04:00 Europe/London in January, 04:00-05:00 in July"),
        ("03:00-04:00", "UTC", "03:00-04:00", ""),
        ("03:00-04:00", "Africa/Abidjan", "03:00-04:00", ""),
    ],
)
def test_a_daily_window_says_both_times_unless_they_are_the_same(window: str, zone: str, utc: str, remark: str) -> None:
    found = clock.backup_window(window, zone)
    assert (found, found.remark) == (utc, remark)


@pytest.mark.parametrize(
    ("day", "window", "zone", "utc", "remark"),
    [
        ("sun", "04:00-05:00", "Asia/Tokyo", "sat:19:00-sat:20:00", "Sun 04:00-05:00 Asia/Tokyo"),
        ("mon", "08:30-09:30", "Asia/Tokyo", "sun:23:30-mon:00:30", "Mon 08:30-09:30 Asia/Tokyo"),
        ("sat", "23:30-00:30", "Asia/Tokyo", "sat:14:30-sat:15:30", "Sat 23:30-Sun 00:30 Asia/Tokyo"),
        (
            "sat", "22:30-23:30", "Europe/Berlin", "sat:21:30-sat:22:30",
            f"Sat 22:30-23:30 {BERLIN}, Sat 23:30-Sun 00:30 in July",
        ),
        ("sun", "04:00-05:00", "UTC", "sun:04:00-sun:05:00", ""),
    ],
)  # fmt: skip
def test_a_weekly_window_says_the_weekday_of_both(day: str, window: str, zone: str, utc: str, remark: str) -> None:
    found = clock.maintenance_window(day, window, zone)
    assert (found, found.remark) == (utc, remark)

from __future__ import annotations

import pytest

from infragen.core.clock import backup_window, maintenance_window


@pytest.mark.parametrize(
    ("window", "zone", "utc"),
    [
        ("03:00-04:00", "Asia/Tokyo", "18:00-19:00"),
        ("09:00-10:00", "Asia/Tokyo", "00:00-01:00"),
        ("23:30-00:30", "Asia/Tokyo", "14:30-15:30"),
        ("23:30-00:30", "UTC", "23:30-00:30"),
        ("03:00-04:00", "Asia/Kolkata", "21:30-22:30"),
        ("03:00-04:00", "Europe/Berlin", "02:00-03:00"),
    ],
)
def test_a_backup_window_of_the_local_night_is_given_to_aws_in_utc(window: str, zone: str, utc: str) -> None:
    assert backup_window(window, zone) == utc


@pytest.mark.parametrize(
    ("day", "window", "zone", "utc"),
    [
        ("sun", "04:30-05:30", "Asia/Tokyo", "sat:19:30-sat:20:30"),
        ("mon", "08:30-09:30", "Asia/Tokyo", "sun:23:30-mon:00:30"),
        ("sun", "23:30-00:30", "UTC", "sun:23:30-mon:00:30"),
        ("sun", "22:00-23:00", "America/New_York", "mon:03:00-mon:04:00"),
    ],
)
def test_a_maintenance_window_moves_to_another_day_where_utc_does(day: str, window: str, zone: str, utc: str) -> None:
    assert maintenance_window(day, window, zone) == utc

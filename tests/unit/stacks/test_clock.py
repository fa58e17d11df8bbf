from __future__ import annotations

import pytest

from infragen.core.clock import DAYS, backup_window, by_day, maintenance_window
from infragen.kinds.caches.model import Cache
from infragen.kinds.databases.model import Database, Maintenance
from infragen.kinds.document_databases.model import DocumentDatabase


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


def test_stores_that_give_no_window_are_not_maintained_at_once_and_keep_theirs_when_they_are_renamed() -> None:
    stores = [
        Cache(name="main", title="A", size="cache.t4g.micro"),
        DocumentDatabase(name="main", title="B", version="5.0", size="db.r6g.large"),
        Database(name="main", title="C", engine="postgresql", version="17"),
    ]
    windows = [store.maintenance.when(store) for store in stores]
    renamed = stores[0].model_copy(update={"name": "newest", "renamed_from": "main"})
    nights = {Maintenance().when(stores[0].model_copy(update={"name": f"store-{n}"}))[0] for n in range(40)}

    assert [window for _, window in sorted(windows, key=lambda one: one[1])] == [
        "00:30-01:30", "01:30-02:30", "04:30-05:30"
    ]  # fmt: skip
    assert renamed.maintenance.when(renamed) == windows[0]
    assert nights == set(DAYS)
    assert Maintenance(day="wed", window="02:00-03:00").when(stores[0]) == ("wed", "02:00-03:00")


@pytest.mark.parametrize(
    ("window", "zone", "local"),
    [
        ("04:30-05:30", "Asia/Tokyo", "Sun 13:30-14:30"),
        ("20:30-21:30", "Asia/Tokyo", "Mon 05:30-06:30"),
        ("19:30-20:30", "Asia/Tokyo", ""),
        ("04:30-05:30", "Europe/Dublin", ""),
    ],
)
def test_a_window_in_utc_is_by_day_where_the_region_stands(window: str, zone: str, local: str) -> None:
    assert by_day("sun", window, zone) == local

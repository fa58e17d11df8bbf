"""List prices: a row's price in a region, of a class, for a month; what is not known is us-east-1's, and marked."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import infragen.prices
from infragen.core.billing import Cost
from infragen.prices import Amount, Price, date, price

TABLE: dict[str, Any] = tomllib.loads(
    Path(infragen.prices.__file__).with_name("prices.toml").read_text("utf-8"), parse_float=Decimal
)
ROWS = {name: row for name, row in TABLE.items() if name != "readings"}
READINGS: dict[str, dict[str, str]] = TABLE["readings"]


@pytest.mark.parametrize("name", ROWS)
def test_a_row_has_its_unit_its_page_and_a_price(name: str) -> None:
    row = ROWS[name]
    assert set(row) - {"read"} in ({"per", "source", "usd"}, {"per", "source", "of"})
    assert row["source"].startswith("https://aws.amazon.com/")
    prices = [one for region in row.get("of", {}).values() for one in region.values()] or list(row["usd"].values())
    assert prices
    assert all(0 < one <= 1000 for one in prices)


def readings(name: str) -> set[str]:
    """Return the readings of a row: its own, or those of its regions and their classes."""
    read = ROWS[name]["read"]
    by_region = [read] if isinstance(read, str) else read.values()
    return {one for each in by_region for one in ([each] if isinstance(each, str) else each.values())}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_was_compared_in_a_region_that_it_has(name: str) -> None:
    read = ROWS[name]["read"]
    prices = ROWS[name].get("usd", ROWS[name].get("of"))
    assert readings(name) <= set(READINGS)
    for region, each in read.items() if not isinstance(read, str) else ():
        assert region in prices
        assert isinstance(each, str) or set(each) - {"*"} < set(prices[region])


def test_a_class_has_the_reading_of_the_one_that_its_price_is_of() -> None:
    named, larger = (price("redis-node", "ap-northeast-1", f"cache.{size}") for size in ("t4g.micro", "r6g.2xlarge"))
    assert named is not None
    assert larger is not None
    assert named.as_of == READINGS["caches-tokyo"]["as_of"]
    assert (larger.usd, larger.as_of) == (Decimal("0.988"), READINGS["regions"]["as_of"])


def test_a_reading_has_its_month_and_its_address_and_is_used() -> None:
    assert {one for name in ROWS for one in readings(name)} == set(READINGS)
    for one in READINGS.values():
        assert re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", one["as_of"])
        assert one["from"].startswith("https://")


def test_a_price_has_the_month_that_it_was_compared_in_or_none() -> None:
    compared, other = (price("network-load-balancer", region) for region in ("us-east-1", "ap-northeast-1"))
    assert compared is not None
    assert other is not None
    assert compared.as_of == READINGS["infracost"]["as_of"]
    assert compared.read == READINGS["infracost"]["from"]
    assert (other.as_of, other.read) == ("", "")
    everywhere = price("kms-key", "sa-east-1")
    assert everywhere is not None
    assert everywhere.as_of == READINGS["kms"]["as_of"]


def test_regions_are_regions_and_the_date_is_a_month() -> None:
    regions = {region for row in ROWS.values() for region in row.get("usd", row.get("of"))}
    assert {"us-east-1", "ap-northeast-1", "eu-central-1", "*"} <= regions
    assert all(region == "*" or re.fullmatch(r"[a-z]{2}(-[a-z]+)+-[0-9]", region) for region in regions)
    assert re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", date())


def test_an_hour_s_price_is_counted_730_times_and_a_month_s_once() -> None:
    gateway, key = price("nat-gateway", "ap-northeast-1"), price("kms-key", "ap-northeast-1")
    assert gateway is not None
    assert key is not None
    assert gateway.monthly == Decimal("0.062") * 730
    assert key.monthly == 1


def test_a_price_of_every_region_holds_in_one_that_is_not_named() -> None:
    found = price("hosted-zone", "sa-east-1")
    assert found is not None
    assert found.usd == Decimal("0.50")


@pytest.mark.parametrize(
    ("name", "size"),
    [("nat-gateway", ""), ("postgresql-instance", "db.t4g.micro"), ("cloudfront-data", "mx-central-1")],
)
def test_a_region_without_a_price_has_virginia_s_as_an_estimate(name: str, size: str) -> None:
    found = price(name, "mx-central-1", size)
    known = price(name, "us-east-1", size.replace("mx-central-1", "us-east-1"))
    assert found is not None
    assert known is not None
    assert (found.usd, found.as_of, found.estimated) == (known.usd, known.as_of, True)
    assert str(found) == f"{known}, estimated from us-east-1"
    assert found.of(2, 3) == Amount(2 * known.monthly, 3 * known.monthly, estimated=3 * known.monthly)


def test_a_sum_says_how_much_of_it_is_estimated() -> None:
    known, guessed = Amount(Decimal(1), Decimal(2)), Amount(Decimal(3), Decimal(4), estimated=Decimal(4))
    assert (known + guessed).estimate == "up to 4.00 USD of it estimated at us-east-1's prices"
    assert (known + guessed - guessed).estimate == ""
    assert (guessed * 2).as_dict == {"least": "6.00", "most": "8.00", "estimated": "8.00"}


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ("db.m6g.large", "0.159"),
        ("db.m6g.xlarge", "0.318"),
        ("db.m6g.4xlarge", "1.272"),
        ("db.m6g.16xlarge", "5.088"),
        ("db.t4g.micro", "0.016"),
    ],
)
def test_a_larger_class_costs_as_many_times_as_much(size: str, expected: str) -> None:
    found = price("postgresql-instance", "us-east-1", size)
    assert found is not None
    assert found.usd == Decimal(expected)


@pytest.mark.parametrize("size", ["db.m6g.medium", "db.x9z.large", "db.m6g.huge", "m6g"])
def test_a_class_that_is_in_no_row_has_no_price(size: str) -> None:
    assert price("postgresql-instance", "us-east-1", size) is None


def test_a_row_that_is_not_there_is_a_mistake_of_the_kind() -> None:
    with pytest.raises(KeyError, match="nat-gatewy"):
        price("nat-gatewy", "us-east-1")


def test_a_price_is_written_with_cents_at_least() -> None:
    assert str(Price(Decimal("0.4"), "secret", "")) == "0.40 USD per secret"
    assert str(Price(Decimal("0.00553"), "GB-hour", "")) == "0.00553 USD per GB-hour"
    assert str(Price(Decimal(400), "private CA", "")) == "400.00 USD per private CA"


def test_a_package_brings_a_price_of_its_own() -> None:
    own = Price(Decimal("0.01"), "worker-hour", "https://example.com/prices")
    assert Cost("1 worker", own, 1).priced("mx-central-1") is own


def test_a_difference_has_its_sign() -> None:
    assert Amount(Decimal(1), Decimal("1234.5")).signed == "+1.00 to +1,234.50 USD"
    assert (Amount() - Amount(Decimal(2), Decimal(2))).signed == "-2.00 USD"

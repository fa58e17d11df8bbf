"""Instance classes: figures from AWS's own tables."""

from __future__ import annotations

import pytest

from infragen import prices
from infragen.kinds.databases import instance_classes
from infragen.kinds.databases.engines import ENGINES

POSTGRESQL, MYSQL = ENGINES["postgresql"], ENGINES["mysql"]


@pytest.mark.parametrize(
    ("name", "gigabytes"),
    [
        ("db.t4g.micro", 1), ("db.t4g.small", 2), ("db.t4g.medium", 4), ("db.t3.large", 8), ("db.m6g.large", 8),
        ("db.m6g.xlarge", 16), ("db.r6g.large", 16), ("db.r7g.16xlarge", 512), ("db.r6i.32xlarge", 1024),
        ("db.x2g.large", 32), ("db.m5.4xlarge", 64),
    ],
)  # fmt: skip
def test_a_class_has_the_memory_of_its_family_and_size(name: str, gigabytes: int) -> None:
    assert instance_classes.memory(name) == gigabytes * 2**30


@pytest.mark.parametrize(("name", "vcpus"), [("db.t4g.micro", 2), ("db.r7g.large", 2), ("db.r7g.2xlarge", 8)])
def test_a_class_has_the_processors_of_its_size(name: str, vcpus: int) -> None:
    assert prices.vcpus(name) == vcpus


def test_connections_follow_from_the_memory_up_to_what_the_engine_takes() -> None:
    assert instance_classes.max_connections("db.t4g.micro", POSTGRESQL) == 2**30 // 9_531_392
    assert instance_classes.max_connections("db.r7g.4xlarge", POSTGRESQL) == 5_000
    assert instance_classes.max_connections("db.m6g.large", MYSQL) == 8 * 2**30 // 12_582_880
    assert instance_classes.max_connections("db.unheard.large", MYSQL) is None


def test_connections_of_aurora_are_those_of_its_tables() -> None:
    """Amazon Aurora User Guide: Maximum connections to an Aurora MySQL DB instance."""
    table = {
        "large": 1,
        "xlarge": 2,
        "2xlarge": 3,
        "4xlarge": 4,
        "8xlarge": 5,
        "12xlarge": 6,
        "16xlarge": 6,
        "24xlarge": 7,
    }
    found = {
        size: instance_classes.max_connections(f"db.r{7 if size == '24xlarge' else 6}g.{size}", ENGINES["aurora-mysql"])
        for size in table
    }
    assert found == {size: thousands * 1_000 for size, thousands in table.items()}
    aurora = ENGINES["aurora-postgresql"]
    assert [instance_classes.max_connections(f"db.r6g.{size}", aurora) for size in ("large", "4xlarge")] == [
        1_802,
        5_000,
    ]


@pytest.mark.parametrize(
    ("name", "engine", "runs"),
    [
        ("db.t4g.micro", "postgresql", True), ("db.t4g.micro", "aurora-postgresql", False),
        ("db.t4g.medium", "aurora-postgresql", True), ("db.t4g.medium", "aurora-mysql", False),
        ("db.m6g.large", "mysql", True), ("db.m6g.large", "aurora-mysql", False),
        ("db.r7g.large", "aurora-mysql", True), ("db.r7g.48xlarge", "mysql", False),
        ("db.r8gd.xlarge", "aurora-postgresql", True),
    ],
)  # fmt: skip
def test_an_engine_runs_on_some_classes(name: str, engine: str, runs: bool) -> None:
    assert (name in instance_classes.known(ENGINES[engine])) is runs


@pytest.mark.parametrize(("name", "addresses"), [("db.t4g.micro", 10), ("db.r7g.xlarge", 10), ("db.r7g.2xlarge", 15),
                                                 ("db.r7g.12xlarge", 60), ("db.r6i.32xlarge", 110)])  # fmt: skip
def test_a_proxy_wants_addresses_by_size(name: str, addresses: int) -> None:
    assert instance_classes.proxy_addresses(name) == addresses

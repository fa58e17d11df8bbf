"""Readers that AWS adds to an Aurora cluster: what is made, and what of the rest of the program counts them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from infragen.kinds.databases import operations
from infragen.stacks.costs import estimate
from tests.unit.stacks.systems import DEV, SERVICE, SYSTEM, Rendered, environment, rendered
from tests.unit.stacks.test_kinds_rds import place

if TYPE_CHECKING:
    from pathlib import Path

FILE = "data/database-main.tf"
SCALING = "reader_scaling_main"
MAIN = """name: main
title: Main
engine: aurora-postgresql
version: "17"
size: db.r6g.large
readers: 1
reader_scaling: {max: 5, cpu: 70 %}
"""


def of(root: Path, main: str = MAIN, settings: str = "") -> Rendered:
    files = {
        "services/web.yaml": f"{SERVICE}database: main\n",
        "databases/main.yaml": main,
        "dev.yaml": DEV + settings,
        "system.yaml": SYSTEM,
    }
    return rendered(environment(root, files))


def test_aws_adds_readers_to_those_that_are_always_there(tmp_path: Path) -> None:
    found = of(tmp_path)
    assert set(found.items(FILE, "database_main", "instances")) == {"writer", "reader-1"}
    assert dict(found.call(FILE, SCALING)) == {
        "source": '"../modules/aurora_reader_scaling"',
        "cluster_identifier": "module.database_main.cluster_identifier",
        "min_readers": "1",
        "max_readers": "5",
        "targets": "{\n    cpu = 70\n  }",
        "scale_out_cooldown": "300",
        "scale_in_cooldown": "300",
    }


@pytest.mark.parametrize("field", ["readers: 0", "reader_scaling: null"])
def test_an_environment_takes_the_readers_away_or_their_scaling(tmp_path: Path, field: str) -> None:
    found = of(tmp_path, settings=f"every: {{databases: {{{field}}}}}\n")
    assert SCALING not in found.labels(FILE)
    assert not [one for one in outputs(found) if "Auto Scaling" in one]


def test_services_reach_what_was_added_at_the_same_address(tmp_path: Path) -> None:
    told = [text for text in of(tmp_path).files.values() if "DATABASE_READER_HOST" in text]
    assert [text for text in told if "database_main_reader_endpoint" in text]


def test_they_cost_up_to_their_most_and_count_in_quotas(tmp_path: Path) -> None:
    found = of(tmp_path)
    (line,) = (one for one in estimate(found.environment).lines if one.cost.price == "aurora-instance")
    assert (line.cost.what, line.cost.units, line.cost.most) == ("2 to 6 instances of db.r6g.large", 2, Decimal(6))
    entry = found.environment.entries["databases"]["main"]
    instances = next(one for one in operations.QUOTAS if one.name == "DB instances")
    assert instances.need(entry, place(found)) == 6


def alarm(found: Rendered, name: str) -> dict[str, str]:
    (path,) = (one for one, text in found.files.items() if "alarms_database_main" in text)
    return found.items(path, "alarms_database_main", "alarms")[f"demo-dev-database-main-{name}"]


def test_connections_are_watched_as_a_share_of_what_the_class_takes(tmp_path: Path) -> None:
    usual = alarm(of(tmp_path / "usual", settings="alarms: true\n"), "connections")
    assert (usual["threshold"], usual["dimensions"]) == (
        str(1_802 * 80 // 100), '{\n        DBClusterIdentifier = "demo-dev-database-main"\n      }',
    )  # fmt: skip
    said = "alarms: {connections: {above: 50 %}}\n"
    assert alarm(of(tmp_path / "class", MAIN + said), "connections")["threshold"] == "901"
    parameter = "parameters: {max_connections: 400}\n"
    assert alarm(of(tmp_path / "parameter", MAIN + said + parameter), "connections")["threshold"] == "200"


def test_aurora_s_storage_is_watched_by_amounts(tmp_path: Path) -> None:
    said = "alarms: {volume: {above: 1000 GB}, free-local-storage: {below: 5 GB, level: high}}\n"
    found = of(tmp_path, MAIN + said)
    volume, local = alarm(found, "volume"), alarm(found, "free-local-storage")
    assert (volume["metric"], volume["comparison"], volume["threshold"]) == (
        '"VolumeBytesUsed"', '"GreaterThanThreshold"', "1000000000000",
    )  # fmt: skip
    assert (local["metric"], local["comparison"], local["threshold"], local["statistic"]) == (
        '"FreeLocalStorage"', '"LessThanThreshold"', str(5 * 2**30), '"Minimum"',
    )  # fmt: skip
    share = of(tmp_path / "share", MAIN + "data: 150 GB\nalarms: {volume: {above: 80 %}}\n")
    assert alarm(share, "volume")["threshold"] == "120000000000"


def outputs(found: Rendered) -> list[str]:
    return [one.what for one in operations.outputs(found.environment.entries["databases"]["main"], place(found))]


def test_people_are_told_how_to_list_them(tmp_path: Path) -> None:
    assert "list the readers that Auto Scaling has added" in outputs(of(tmp_path))

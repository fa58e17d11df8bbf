"""A database is not called like a word that its engine keeps for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.gate.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

OWNER = {"MasterUsername": "owner", "MasterUserPassword": "long-enough"}


@pytest.mark.parametrize(("engine", "name"), [("aurora-postgresql", "order"), ("aurora-mysql", "Rank")])
def test_a_cluster_s_database_is_no_word_of_sql(aws: Callable[[str], Any], engine: str, name: str) -> None:
    rds = aws("rds")

    code, message = refused(
        rds.create_db_cluster, DBClusterIdentifier="shop", Engine=engine, DatabaseName=name, **OWNER
    )

    assert code == "InvalidParameterValue"
    assert f"DatabaseName {name} cannot be used. It is a reserved word for this engine" in message
    assert rds.create_db_cluster(DBClusterIdentifier="shop", Engine=engine, DatabaseName="orders", **OWNER)


def test_an_instance_s_database_is_none_either(aws: Callable[[str], Any]) -> None:
    size = {"DBInstanceClass": "db.t4g.micro", "AllocatedStorage": 20}

    code, message = refused(
        aws("rds").create_db_instance, DBInstanceIdentifier="shop", Engine="postgres", DBName="user", **size, **OWNER
    )

    assert code == "InvalidParameterValue"
    assert "DBName user cannot be used" in message


def test_engines_reserve_words_of_their_own(aws: Callable[[str], Any]) -> None:
    rds = aws("rds")
    made = {"DBClusterIdentifier": "shop", "DatabaseName": "rank", **OWNER}

    assert rds.create_db_cluster(Engine="aurora-postgresql", **made)["DBCluster"]["DatabaseName"] == "rank"

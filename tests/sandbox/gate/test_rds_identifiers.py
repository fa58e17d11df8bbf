"""What a cluster, a proxy and its endpoints may be called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.gate.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable

import pytest


@pytest.mark.parametrize("name", ["1shop", "shop--orders", "shop-", "shop_orders", "a" * 64])
def test_an_identifier_that_aws_does_not_take_is_refused(aws: Callable[[str], Any], name: str) -> None:
    rds = aws("rds")
    owner = {"MasterUsername": "owner", "MasterUserPassword": "long-enough"}

    code, message = refused(rds.create_db_cluster, DBClusterIdentifier=name, Engine="aurora-postgresql", **owner)

    assert code == "InvalidParameterValue"
    assert "The parameter DBClusterIdentifier is not a valid identifier" in message


def test_sixty_three_letters_are_an_identifier(aws: Callable[[str], Any]) -> None:
    owner = {"MasterUsername": "owner", "MasterUserPassword": "long-enough"}
    assert aws("rds").create_db_cluster(DBClusterIdentifier="a" * 63, Engine="aurora-postgresql", **owner)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.rds_clusters import make_cluster, make_instance

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_new_instance_has_the_accounts_authority(aws: Callable[[str], Any]) -> None:
    rds = aws("rds")
    make_cluster(rds)

    assert make_instance(rds, "writer")["CACertificateIdentifier"] == "rds-ca-rsa2048-g1"


def test_another_authority_can_be_named(aws: Callable[[str], Any]) -> None:
    rds = aws("rds")
    make_cluster(rds)

    instance = make_instance(rds, "writer", CACertificateIdentifier="rds-ca-ecc384-g1")
    assert instance["CACertificateIdentifier"] == "rds-ca-ecc384-g1"

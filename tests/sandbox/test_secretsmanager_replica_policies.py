from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_replica_tells_its_policy_and_has_none(aws: Callable[..., Any]) -> None:
    aws("secretsmanager").create_secret(
        Name="signing", SecretString="value", AddReplicaRegions=[{"Region": "ap-northeast-3"}]
    )
    found = aws("secretsmanager", "ap-northeast-3").get_resource_policy(SecretId="signing")
    assert found["Name"] == "signing"
    assert found["ARN"].split(":")[3] == "ap-northeast-3"
    assert "ResourcePolicy" not in found

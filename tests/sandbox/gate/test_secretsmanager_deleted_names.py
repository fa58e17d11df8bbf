"""The name of a deleted secret is taken until its recovery window ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.gate.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_deleted_secret_keeps_its_name(aws: Callable[[str], Any]) -> None:
    secrets = aws("secretsmanager")
    secrets.create_secret(Name="kept", SecretString="a")
    secrets.delete_secret(SecretId="kept", RecoveryWindowInDays=7)

    code, message = refused(secrets.create_secret, Name="kept", SecretString="b")

    assert code == "InvalidRequestException"
    assert "already scheduled for deletion" in message


def test_one_that_is_deleted_for_good_leaves_its_name(aws: Callable[[str], Any]) -> None:
    secrets = aws("secretsmanager")
    secrets.create_secret(Name="gone", SecretString="a")
    secrets.delete_secret(SecretId="gone", ForceDeleteWithoutRecovery=True)

    assert secrets.create_secret(Name="gone", SecretString="b")["Name"] == "gone"

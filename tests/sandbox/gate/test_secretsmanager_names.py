"""What a secret may be called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sandbox.gate.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_secret_with_a_space_in_its_name_is_refused(aws: Callable[[str], Any]) -> None:
    code, message = refused(aws("secretsmanager").create_secret, Name="shop dev", SecretString="a")

    assert code == "ValidationException"
    assert "Invalid name" in message


def test_a_path_is_a_name(aws: Callable[[str], Any]) -> None:
    assert aws("secretsmanager").create_secret(Name="shop/dev_1+a=b.c@d-e", SecretString="a")["ARN"]

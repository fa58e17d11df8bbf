"""An instance gets the account's certificate authority, which is rds-ca-rsa2048-g1 unless somebody changed it.

AWS: "the default CA is rds-ca-rsa2048-g1" (RDS User Guide, Using SSL/TLS to encrypt a connection: Certificate
authorities). moto answers `rds-ca-default`, a name that does not exist; the provider then changes the certificate and
reboots every new instance, minutes each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.rds.models import DBInstance

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable

_DEFAULT = "rds-ca-rsa2048-g1"


def _construct(original: Callable[..., None], instance: Any, *args: Any, **kwargs: Any) -> None:
    kwargs["ca_certificate_identifier"] = kwargs.get("ca_certificate_identifier") or _DEFAULT
    original(instance, *args, **kwargs)


def apply() -> None:
    """Install the correction."""
    around(DBInstance, "__init__", _construct)

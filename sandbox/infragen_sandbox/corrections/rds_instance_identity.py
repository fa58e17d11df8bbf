"""Every database instance has a resource id of its own.

AWS: DbiResourceId is "the AWS Region-unique, immutable identifier for the DB instance" (RDS API Reference,
DBInstance). moto gives all of them the same one, and the provider, which finds instances by it, waits forever when
there are two.
"""

from __future__ import annotations

import random
import string
from typing import TYPE_CHECKING, Any

from moto.rds.models import DBInstance

from infragen_sandbox.corrections.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable


def resource_id() -> str:
    """Return the resource id of a new instance."""
    letters = random.choices(string.ascii_uppercase + string.digits, k=26)  # noqa: S311  a name, not a secret
    return f"db-{''.join(letters)}"


def _construct(original: Callable[..., None], instance: Any, *args: Any, **kwargs: Any) -> None:
    original(instance, *args, **kwargs)
    instance.dbi_resource_id = resource_id()


def apply() -> None:
    """Install the correction."""
    around(DBInstance, "__init__", _construct)

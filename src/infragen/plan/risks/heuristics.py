"""A guess for types that no table knows: their names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infragen.plan.model import Level, Risk, RiskKind
from infragen.plan.risks import data_loss as known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.plan.view import View

# The AWS provider's types are all in the table, so that a name that only sounds like data is not guessed at.
_COVERED = ("aws_",)
_SOUNDS_LIKE_DATA = re.compile(
    r"_(?:database|db|bucket|volume|disk|dataset|filesystem|file_system|file_share|keyspace|registry|snapshot|backup"
    r"|repository|vault|datastore|topic|queue|db_instance|database_instance|database_cluster|db_cluster"
    r"|secret|crypto_key|encryption_key)(?:_v\d+)?\Z"
)


def data_loss(view: View) -> Iterator[Risk]:
    """Yield a risk when what is destroyed sounds as if it held data."""
    name = view.type
    if name in known.JUDGES or name.startswith(_COVERED) or not _SOUNDS_LIKE_DATA.search(name):
        return
    yield Risk(Level.MEDIUM, RiskKind.DATA_LOSS, "it may hold data that is lost with it (guessed from the type's name)")

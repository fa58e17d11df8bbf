"""Regions that answer nothing, as AWS's do when one is gone: every request that is signed for them fails."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SCOPE: Final = re.compile(r"Credential=[^/]+/[0-9]{8}/([a-z0-9-]+)/")
"""Where a signature says which region it is for (AWS General Reference: Signature Version 4)."""


class Outage:
    """The regions that do not answer; none at first."""

    def __init__(self) -> None:
        self.regions: frozenset[str] = frozenset()

    def begin(self, regions: Iterable[str]) -> None:
        """Have these regions answer nothing, and all others answer."""
        self.regions = frozenset(regions)

    def refusal(self, headers: Mapping[str, str]) -> str | None:
        """Return why a request is not answered; names in `headers` are in lower case."""
        if not self.regions:
            return None
        found = _SCOPE.search(headers.get("authorization", ""))
        if found is None or found[1] not in self.regions:
            return None
        return f"{found[1]} is out, as it was asked to be; `infragen sandbox outage` ends that"

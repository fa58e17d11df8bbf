"""A system with entries of a kind that a package brings, which is found by its entry point."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infragen import kinds as registry
from infragen.kinds import kinds
from tests.unit.stacks.systems import DEV, SERVICE, service

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FILES", "installed"]

PACKAGE = Path(__file__).parents[2] / "packages/queues"
FILES = {
    "dev.yaml": DEV.replace("16}", "16, zones: [ap-northeast-1a, ap-northeast-1c]}"),
    "queues/orders.yaml": "name: orders\ntitle: Orders\nphysical_name: asked\nrenamed_from: asked\nretention: 7 days\n"
    "region: ap-northeast-1\ntries: 3\nnotes: [{id: TN-01, says: a week, built: seven days}]\n"
    "assumptions: {tries: nobody said}\n",
    "queues/letters.yaml": "name: letters\ntitle: Letters\n",
    "services/web.yaml": SERVICE
    + "uses:\n  queues/orders: {access: send, why: orders are taken}\n"
    + "  queues/letters: {access: receive, prefix: POST, why: letters are read}\n",
    **service("desk", "uses:\n  queues/orders: {why: orders come back}\n"),
}
"""Every field of the kind, every word of its `access`, and none."""


@contextmanager
def installed() -> Iterator[None]:
    """Have the package installed."""

    def forget() -> None:
        for found in (registry.kinds, registry.capabilities, registry._found):
            found.cache_clear()

    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(PACKAGE)
        forget()
        assert "queues" in kinds()
        yield
    forget()

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

__all__ = ["FILES", "forget", "installed"]

PACKAGE = Path(__file__).parents[2] / "packages/topics"
FILES = {
    "dev.yaml": DEV.replace("16}", "16, zones: [ap-northeast-1a, ap-northeast-1c]}"),
    "topics/orders.yaml": "name: orders\ntitle: Orders\nphysical_name: asked\nrenamed_from: asked\ndelay: 30 s\n"
    "region: ap-northeast-1\nretries: 5\nnotes: [{id: TN-01, says: half a minute, built: 30 s}]\n"
    "assumptions: {retries: nobody said}\n",
    "topics/letters.yaml": "name: letters\ntitle: Letters\n",
    "services/web.yaml": SERVICE
    + "uses:\n  topics/orders: {access: publish, why: orders are taken}\n"
    + "  topics/letters: {access: subscribe, prefix: POST, why: letters are read}\n",
    **service("desk", "uses:\n  topics/orders: {why: orders come back}\n"),
}
"""Every field of the kind, every word of its `access`, and none."""


def forget() -> None:
    """Forget what packages are installed."""
    for found in (registry.kinds, registry.capabilities, registry._found):
        found.cache_clear()


@contextmanager
def installed() -> Iterator[None]:
    """Have the package installed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(PACKAGE)
        forget()
        assert "topics" in kinds()
        try:
            yield
        finally:
            patch.undo()
            forget()

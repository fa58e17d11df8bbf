"""What a run keeps beside its journal, for whoever has to put it right or go on with it: compressed, its owner's alone.

    tree     the environment's files as terraform ran them, and which stack reads which: the run's own world
    shown    what was shown of it and agreed to (`conformance.contract`)

The journal has the digest of each: what is not what it wrote is as good as nothing.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from infragen.stacks.model import Stack
from infragen.storage import InTheWayError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import PurePath

    from infragen.storage import Confined

TREE: Final = "tree"
SHOWN: Final = "shown"
_SUFFIX: Final = ".z"
_FAST: Final = 1


@dataclass(frozen=True, slots=True)
class SavedTree:
    """An environment as it was rendered then: each stack's upstreams, upstreams first, and texts by path."""

    upstreams: Mapping[str, tuple[str, ...]]
    texts: Mapping[str, str]

    @property
    def stacks(self) -> tuple[Stack, ...]:
        """The stacks of then: what is known of them is their wiring, the rest is text."""
        return tuple(Stack(name, (), before, ()) for name, before in self.upstreams.items())

    def to_json(self) -> bytes:
        """Return it as JSON."""
        return json.dumps(asdict(self)).encode()

    @staticmethod
    def from_json(content: bytes) -> SavedTree:
        """Return it from JSON; ValueError when it is none."""
        try:
            found = json.loads(content)
            upstreams = {str(name): tuple(map(str, before)) for name, before in found["upstreams"].items()}
            return SavedTree(upstreams, {str(path): str(text) for path, text in found["texts"].items()})
        except (LookupError, TypeError, AttributeError) as error:
            raise ValueError("no tree") from error


def save_run_file(project: Confined, run: PurePath, name: str, content: bytes) -> str:
    """Keep something in a run's folder, in the place of what was there, and return its digest; may raise OSError."""
    packed = zlib.compress(content, _FAST)
    project.write(run / f"{name}{_SUFFIX}", packed, mode=0o600, sync=True)
    return hashlib.sha256(packed).hexdigest()


def load_run_file(project: Confined, run: PurePath, name: str, digest: str | None) -> bytes | None:
    """Return what was kept, if it is there and is what the journal says."""
    if digest is None:
        return None
    try:
        packed = project.read(run / f"{name}{_SUFFIX}")
        if hashlib.sha256(packed).hexdigest() != digest:
            return None
        return zlib.decompress(packed)
    except (OSError, InTheWayError, zlib.error):
        return None


def delete_run_files(project: Confined, run: PurePath) -> None:
    """Remove all that is kept of a run but its journal and its logs."""
    for name in (TREE, SHOWN):
        with suppress(OSError, InTheWayError):
            project.remove(run / f"{name}{_SUFFIX}")

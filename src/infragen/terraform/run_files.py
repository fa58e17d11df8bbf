"""What a run keeps beside its journal, for whoever has to put it right or go on with it: compressed, its owner's alone.

    tree     the environment's files as terraform ran them, and which stack reads which: the run's own world
    shown    what was shown of it and agreed to (`plan.contract`)

The journal has the digest of each: what is not what it wrote is as good as nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from infragen.stacks.model import Stack

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["SHOWN", "TREE", "KeptTree", "drop", "keep", "kept"]

TREE: Final = "tree"
SHOWN: Final = "shown"
_SUFFIX: Final = ".z"
_FAST: Final = 1
_LARGEST: Final = 1 << 28
"""Bytes of anything kept, unpacked."""


@dataclass(frozen=True, slots=True)
class KeptTree:
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
    def from_json(content: bytes) -> KeptTree:
        """Return it from JSON; ValueError when it is none."""
        try:
            found = json.loads(content)
            upstreams = {str(name): tuple(map(str, before)) for name, before in found["upstreams"].items()}
            return KeptTree(upstreams, {str(path): str(text) for path, text in found["texts"].items()})
        except (LookupError, TypeError, AttributeError) as error:
            raise ValueError("no tree") from error


def keep(folder: Path, name: str, content: bytes) -> str:
    """Keep something in a run's folder, in the place of what was there, and return its digest; may raise OSError."""
    packed = zlib.compress(content, _FAST)
    new, final = folder / f"{name}.new", folder / f"{name}{_SUFFIX}"
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(packed)
        file.flush()
        os.fsync(file.fileno())
    new.rename(final)
    return hashlib.sha256(packed).hexdigest()


def kept(folder: Path, name: str, digest: str | None) -> bytes | None:
    """Return what was kept, if it is there and is what the journal says."""
    if digest is None:
        return None
    try:
        descriptor = os.open(folder / f"{name}{_SUFFIX}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            packed = file.read(_LARGEST)
        if hashlib.sha256(packed).hexdigest() != digest:
            return None
        return zlib.decompressobj().decompress(packed, _LARGEST)
    except (OSError, zlib.error):
        return None


def drop(folder: Path) -> None:
    """Remove all that is kept of a run but its journal and its logs."""
    for name in (TREE, SHOWN):
        for path in (folder / f"{name}{_SUFFIX}", folder / f"{name}.new"):
            with suppress(OSError):
                path.unlink()

"""The calls that an emulator was asked for, each once: what whoever made them has to be allowed to do on AWS.

A line is a call as JSON: service and operation by botocore's names, region, account, who asked, and the parameters that
are no secrets and no documents. `.infragen/sandbox/` has a file of them for each emulator.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path

    from infragen_sandbox.gate.calls import Call

_LONGEST: Final = 512
"""Characters of a parameter that names something; documents and code are longer, or stand on several lines."""


class Ledger:
    """Writes calls into a file, each of them once."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: set[bytes] = set()
        with suppress(OSError):
            file.unlink()

    def note(self, call: Call, agent: str) -> None:
        """Write a call down if it is a new one; `agent` is the header that says which program asks."""
        shape = call.operation.input_shape
        line = json.dumps(
            {
                "service": call.service,
                "operation": call.operation.name,
                "region": call.region,
                "account": call.account,
                "terraform": "Terraform/" in agent,
                "parameters": _plain(call.parameters, shape) if shape is not None else {},
            },
            ensure_ascii=False,
            sort_keys=True,
        )
        digest = blake2b(line.encode(), digest_size=16).digest()
        if digest not in self._known:
            with suppress(OSError):  # a record of the work never stops it: a full disk, a folder that was moved
                self._write(line)
                self._known.add(digest)

    def _write(self, line: str) -> None:
        """Append a line, all of it or nothing; OSError where that is impossible."""
        with self._file.open("ab", buffering=0) as file:
            content = f"{line}\n".encode()
            if (written := file.write(content)) != len(content):
                file.truncate(file.seek(0, os.SEEK_END) - written)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _plain(value: Any, shape: Any) -> Any:
    """Return what of a value names something; `shape` is its model's."""
    if shape is not None and (shape.metadata or {}).get("sensitive"):
        return None
    if isinstance(value, Mapping):
        members = getattr(shape, "members", {})
        one = getattr(shape, "value", None)
        found = {str(name): _plain(item, members.get(name, one)) for name, item in value.items()}
        return {name: item for name, item in found.items() if item is not None}
    if isinstance(value, str):
        return value if len(value) <= _LONGEST and "\n" not in value else None
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        member = getattr(shape, "member", None)
        return [found for one in value if (found := _plain(one, member)) is not None]
    return value if isinstance(value, bool | int) else None

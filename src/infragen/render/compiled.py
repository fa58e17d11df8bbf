"""The code that Jinja2 makes of templates: kept for this process; of shipped ones kept beside them, like Python's."""

from __future__ import annotations

import hashlib
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import jinja2

from infragen import __version__
from infragen.render import template_sandbox
from infragen.render.shipped import shipped_templates

if TYPE_CHECKING:
    from jinja2.bccache import Bucket

_SHIPPED: Final = "shipped_"
"""How the key of a shipped template begins."""


class CompiledTemplates(jinja2.BytecodeCache):
    """What was compiled already, by a template's name, file and text; `variant` is what else its code depends on.

    A project's templates are someone else's text, and so would be what lay compiled beside them: only what stands with
    infragen's own code is read from the disk, from `__pycache__` there. Where Python writes no code (a folder that may
    not be written, PYTHONDONTWRITEBYTECODE), or others can, neither does this: a template is compiled in each process.
    """

    def __init__(self, variant: str) -> None:
        shipped = shipped_templates()
        self._variant = variant
        self._shipped = f"{shipped}{os.sep}"
        self._known: dict[str, bytes] = {}
        self._folder = Path(sys.pycache_prefix or "/", *shipped.parts[1:], "__pycache__")
        self._is_own = _is_own(self._folder)
        named = f"%s.{variant}.{sys.implementation.cache_tag}.pyc"
        self._files = jinja2.FileSystemBytecodeCache(str(self._folder), named)
        own = Path(template_sandbox.__file__).stat()
        self._made_by = f"{__version__} {jinja2.__version__} {own.st_size} {own.st_mtime_ns}"
        """What code depends on beside its text: Jinja2's compiler, and what the sandbox makes of it."""

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        is_shipped = filename is not None and filename.startswith(self._shipped)
        return (_SHIPPED if is_shipped else "") + super().get_cache_key(name, filename)

    def get_source_checksum(self, source: str) -> str:
        """Return what must be the same for code to be a template's: its text, and who compiled it."""
        return hashlib.sha1(f"{self._made_by}\n{source}".encode(), usedforsecurity=False).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])
        elif bucket.key.startswith(_SHIPPED) and self._is_own:
            try:
                self._files.load_bytecode(bucket)
            except Exception:  # noqa: BLE001 - whatever half a file says when it is read, the template is compiled again
                bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()
        if bucket.key.startswith(_SHIPPED) and self._is_own and not sys.dont_write_bytecode:
            with suppress(OSError):
                self._folder.mkdir(parents=True, exist_ok=True)
                self._files.dump_bytecode(bucket)


def _is_own(folder: Path) -> bool:
    """Whether only this user or root writes a folder, or makes it: code in it is run."""
    found = next(one for one in (folder, *folder.parents) if one.exists()).stat()
    writers = 0o002 if found.st_gid == os.getegid() else 0o022
    return found.st_uid in {0, os.geteuid()} and not found.st_mode & writers

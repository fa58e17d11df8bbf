"""Jinja2 with delimiters that HCL reads as strings and comments; imported only when a template needs it."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import jinja2
import jinja2.exceptions
import jinja2.ext

from infragen import __version__
from infragen.hcl.literal import UnrenderableError
from infragen.render import template_sandbox
from infragen.render.shipped import shipped_templates
from infragen.render.template_sandbox import BEGIN, ForbiddenError, SandboxedTemplates

if TYPE_CHECKING:
    from jinja2.bccache import Bucket
    from jinja2.lexer import Token, TokenStream

_MEANS = "a template reads its values, with `if` and `for`; everything else is decided in Python (docs/templates.md)"


class Wrong(NamedTuple):
    """What is wrong at a line of a template, and the file and line where they are known."""

    code: str
    message: str
    hint: str | None = None
    file: str | None = None
    line: int | None = None


_SHIPPED: Final = "shipped_"  # how the key of a shipped template begins


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


_COMPILED: Final = {False: CompiledTemplates("plain"), True: CompiledTemplates("traced")}
"""By whether values are traced, for which a template's code is another."""


def new_environment(
    source: Callable[[str], tuple[str, str] | None],
    literal: Callable[[object], str],
    leftover: Callable[[str], tuple[int, str] | None],
    *,
    is_traced: bool = False,
) -> SandboxedTemplates:
    """`leftover` finds a delimiter in text that is no code, which would go to the output: where, and what to say."""

    def finalize(value: object) -> str:
        if value is BEGIN:
            environment.begin()
            return ""
        try:
            return literal(environment.resolved(value)) + environment.mark(value)
        except UnrenderableError:
            if isinstance(value, jinja2.Undefined):
                str(value)  # raises with the name of what is undefined
            raise

    def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        found = source(name)
        return found and (*found, lambda: True)

    class NoLeftovers(jinja2.ext.Extension):
        """Refuse delimiters in a template's text; the output is not searched, because values may hold anything."""

        def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
            for token in stream:
                found = leftover(token.value) if token.type == "data" else None
                if found:
                    line = token.lineno + token.value.count("\n", 0, found[0])
                    raise jinja2.TemplateSyntaxError(found[1], line, stream.name, stream.filename)
                yield token

    environment = SandboxedTemplates(
        is_traced=is_traced,
        variable_start_string='"@{',
        variable_end_string='}"',
        block_start_string="# {%",
        block_end_string="%}",
        comment_start_string="# {#",
        comment_end_string="#}",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
        finalize=finalize,
        autoescape=False,
        auto_reload=False,
        cache_size=-1,
        loader=jinja2.FunctionLoader(load),
        extensions=[NoLeftovers],
        bytecode_cache=_COMPILED[is_traced],
    )
    return environment


def translated(error: Exception) -> Wrong:
    if isinstance(error, ForbiddenError):
        return Wrong("G008", error.message or "", _MEANS, error.filename, error.lineno)
    if isinstance(error, jinja2.exceptions.SecurityError):
        return Wrong("G008", str(error), _MEANS)
    if isinstance(error, jinja2.TemplateSyntaxError):
        return Wrong("G001", error.message or "this is not a template", None, error.filename, error.lineno)
    if isinstance(error, jinja2.TemplateNotFound):
        return Wrong("G002", f"there is no template {error.name}")
    if isinstance(error, jinja2.UndefinedError):
        return Wrong("G003", str(error))
    if isinstance(error, UnrenderableError):
        return Wrong("G004", str(error), error.hint)
    return Wrong("G005", f"the template raised {type(error).__name__}: {error}")

"""Jinja2 with delimiters that HCL reads as strings and comments; imported only when a template needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

import jinja2
import jinja2.exceptions
import jinja2.ext

from infragen.hcl.literal import UnrenderableError
from infragen.render.compiled import CompiledTemplates
from infragen.render.template_sandbox import BEGIN, ForbiddenError, SandboxedTemplates

if TYPE_CHECKING:
    from jinja2.lexer import Token, TokenStream

_MEANS = "a template reads its values, with `if` and `for`; everything else is decided in Python (docs/templates.md)"


class Wrong(NamedTuple):
    """What is wrong at a line of a template, and the file and line where they are known."""

    code: str
    message: str
    hint: str | None = None
    file: str | None = None
    line: int | None = None


_COMPILED: Final = {False: CompiledTemplates("plain"), True: CompiledTemplates("traced")}
"""By whether values are traced, for which a template's code is another."""


def new_environment(
    source: Callable[[str], tuple[str, str] | None],
    literal: Callable[[object], str],
    leftover: Callable[[str], tuple[int, str] | None],
    *,
    is_traced: bool = False,
) -> SandboxedTemplates:
    """Return an environment that writes each value with `literal`, and with a mark behind it where that is traced.

    `source` finds a template's text and file name; `leftover` finds, in text that is no template code, a delimiter
    that would go to the output as it stands: its position and what to say.
    """

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
    """Return what an exception from compiling or rendering says; without a line, its traceback tells it."""
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

"""What each kind of generated file needs: how it comments, how it writes a value, how it is laid out.

A new kind of file is one line of `LANGUAGES`.
"""

import json
import re
import shlex
from collections.abc import Callable
from textwrap import wrap
from typing import Final, cast

from msgspec import Struct

from infragen.hcl.layout import align
from infragen.hcl.literal import Reference, UnrenderableError, literal
from infragen.markdown import plain

_PLAIN_YAML = re.compile(r"[A-Za-z_./][A-Za-z0-9_./@-]*")
_YAML_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", ".inf", ".nan"})
"""What some reader of YAML takes for something else than text."""


class Language(Struct, frozen=True):
    """How a kind of file writes a comment line (`{}` is its text), a value, and its whole text."""

    comment: str
    literal: Callable[[object], str]
    layout: Callable[[str], str]


def sql_literal(value: object) -> str:
    """Return `value` as a MySQL literal (MySQL 8.0 Reference Manual, String Literals; default SQL mode)."""
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace("'", "''").replace("\0", "\\0")
        return "'" + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\x1a", "\\Z") + "'"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return _word(value, "SQL", "NULL")


def yaml_literal(value: object) -> str:
    if isinstance(value, str):
        if _PLAIN_YAML.fullmatch(value) and value.lower() not in _YAML_WORDS:
            return value
        return json.dumps(value, ensure_ascii=not value.isprintable())
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(yaml_literal, value))}]"
    return _word(value, "YAML", "null")


def _quoting(quote: Callable[[str], str], language: str, nothing: str) -> Callable[[object], str]:
    return lambda value: quote(value) if isinstance(value, str) else _word(value, language, nothing)


def _word(value: object, language: str, nothing: str) -> str:
    if isinstance(value, Reference):
        return value.expression
    if value is None:
        return nothing
    if isinstance(value, int | float):
        return str(value)
    message = f"a value of type {type(value).__name__} cannot be written in {language}"
    raise UnrenderableError(message, "loop over it in the template")


def _one_final_newline(text: str) -> str:
    return text.strip("\n") + "\n"


_BEGIN_OF_ITEM: Final = re.compile(r" *(?:- |[0-9]+\. )?")


def _paragraphs(text: str) -> str:
    lines: list[str] = []
    fence = ""
    for line in text.splitlines():
        mark = line.strip()[:3]
        if mark == "```":
            fence = "" if fence else mark
        if fence or mark == "```" or line.startswith(("#", "|", "<")):
            lines.append(line)
        else:
            further = " " * len(cast("re.Match[str]", _BEGIN_OF_ITEM.match(line))[0])
            lines += wrap(line, 80, subsequent_indent=further, break_long_words=False, break_on_hyphens=False) or [""]
    return _one_final_newline("\n".join(lines))


def _no_literal(_value: object) -> str:
    raise UnrenderableError("no value is written into code", "hand it to the function as a variable")


_HCL = Language("# {}", literal, align)
_YAML = Language("# {}", yaml_literal, _one_final_newline)
shell_literal = _quoting(shlex.quote, "a shell script", "''")
_JAVASCRIPT = _quoting(lambda text: json.dumps(text, ensure_ascii=False), "JavaScript", "null")
"""JSON is part of JavaScript (ECMAScript 2019 and later)."""
LANGUAGES = {
    ".tf": _HCL,
    ".hcl": _HCL,
    ".tfvars": _HCL,
    ".sql": Language("-- {}", sql_literal, _one_final_newline),
    ".py": Language("# {}", _no_literal, _one_final_newline),
    ".sh": Language("# {}", shell_literal, _one_final_newline),
    ".js": Language("// {}", _JAVASCRIPT, _one_final_newline),
    ".md": Language("<!-- {} -->", _quoting(plain, "Markdown", ""), _paragraphs),
    ".yaml": _YAML,
    ".yml": _YAML,
}


def language_of(path: str) -> Language:
    try:
        return LANGUAGES[suffix_of(path)]
    except KeyError:
        raise ValueError(f"{path}: infragen writes {', '.join(LANGUAGES)}, not this file type") from None


def suffix_of(path: str) -> str:
    return path[path.rfind(".") :]

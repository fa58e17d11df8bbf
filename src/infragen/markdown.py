"""Text of others in Markdown: it shows what it says, and is no heading, link, image, element, mention or other cell."""

import re
from collections.abc import Sequence
from typing import Final

from infragen.text import printed, visible

_MARKUP: Final = frozenset("&<>\"'`*_~|@#!$[]\\:")
_BACKTICKS: Final = re.compile(r"`+")
_CODE: Final = re.compile(r"(`[^`\n]+`)")
_LINKED: Final = re.compile(r"(?i)@\w|\w@|:/|www\.|#\d|\bgh-\d")
"""A mention, an address or an issue, which GitHub links wherever it is text."""


class Markdown(str):
    """Markdown that is one already: nothing in it is escaped again."""

    __slots__ = ()


def in_markdown(text: str, *, in_table: bool = True) -> Markdown:
    if isinstance(text, Markdown):
        return text
    parts = _CODE.split(text)
    parts[::2] = map(_around, parts[::2])
    parts[1::2] = [code(part[1:-1], in_table=in_table) for part in parts[1::2]]
    return Markdown("".join(parts))


def plain(text: str) -> Markdown:
    return Markdown(" ".join(map(_word, text.split())))


def code(text: str, *, in_table: bool = True) -> Markdown:
    """Return a code span that shows the text whatever is in it; an element where a table would end at a bar of it."""
    text = visible(text)
    if in_table and "|" in text:
        return html_code(text)
    fence = "`" * (max(map(len, _BACKTICKS.findall(text)), default=0) + 1)
    room = " " if not text or "`" in (text[0], text[-1]) or text[0] == " " == text[-1] else ""
    return Markdown(f"{fence}{room}{text}{room}{fence}")


def html_code(text: str) -> Markdown:
    """Return the text as HTML in a code element; characters that Markdown could still read become entities."""
    return Markdown(f"<code>{''.join(f'&#{ord(c)};' if c in _MARKUP else c for c in visible(text))}</code>")


def fenced(language: str, rows: Sequence[str]) -> str:
    rows = [*map(printed, rows)]
    longest = max((len(run) for row in rows for run in _BACKTICKS.findall(row)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}{language}", *rows, fence, ""])


def _around(text: str) -> str:
    begin, end = (" " * one.isspace() for one in (text[:1], text[-1:]))
    return f"{begin}{plain(text)}{end}" if text.strip() else begin


def _word(word: str) -> str:
    if _LINKED.search(word):
        return code(word)
    if re.fullmatch(r"#+|[+=-]+", word):
        return f"\\{word}"
    if re.fullmatch(r"[0-9]+[.)]", word):
        return f"{word[:-1]}\\{word[-1]}"
    return re.sub(r"[\\`*_\[\]<>|~&]", r"\\\g<0>", visible(word))

"""Text of others made harmless and short enough to stand on one line."""

import json
import re
import sys
import unicodedata
from collections.abc import Sequence
from typing import Final

_BLANK: Final = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]")
"""Letters and marks that show as nothing (Unicode, `Default_Ignorable_Code_Point`; the empty Braille pattern)."""
_SHORT_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ELLIPSIS = "…"
# Last words of the provider's types that are plurals already (its schema, version 5.100).
_PLURALS: Final = frozenset([
    "assets", "attributes", "configurations", "controls", "credentials", "data", "defaults", "features", "insights",
    "instances", "notifications", "options", "permissions", "ports", "preferences", "providers", "roles", "settings",
    "tags",
])  # fmt: skip
_MOST_COMPARED: Final = 4_000
"""Lines of two versions of a file for difflib, which takes their square; infragen's longest file has 900."""
_STYLE: Final = re.compile(r"(\x1b\[[0-9;]*m)")
_RUNNER_COMMAND: Final = re.compile(r"(#)(?=#\w*\[)|^(\s*):(?=:[\w-]+(?:\s.*)?::)")
"""`##[name]` of GitHub and Azure, `##vso[` and `##teamcity[` anywhere in a line; `::name ...::` where one begins."""


def visible(text: str) -> str:
    """Escape control, direction, invisible characters and lone surrogates as JSON does, so that JSON stays the same."""
    if text.isprintable() and (text.isascii() or not _BLANK.search(text)):
        return text
    return "".join(
        c if (c.isprintable() and not _BLANK.match(c)) or c in {"\u3000", "\u00a0"} else _escape(c) for c in text
    )


def printed(line: str, *, is_styled: bool = False, has_commands: bool = False) -> str:
    """Make it one line without commands for terminals and CI; only `has_commands` keeps a workflow command of ours."""
    parts = _STYLE.split(line) if is_styled else [line]
    parts[::2] = ["\t".join(map(visible, part.split("\t"))) for part in parts[::2]]
    return _RUNNER_COMMAND.sub(
        lambda found: found[0] if has_commands and not found[1] else rf"{found[2] or ''}\u{ord(found[0][-1]):04x}",
        "".join(parts),
    )


def line_beside_json(text: str) -> tuple[int, str] | None:
    """Return number and text of the first line around a JSON object, unless the rest is JSON as well."""
    begin = re.search(r"^\{", text, re.MULTILINE)
    if begin is None:
        return None
    try:
        _, end = json.JSONDecoder().raw_decode(text, begin.start())
    except (ValueError, RecursionError):
        return None
    around = ((0, text[: begin.start()]), (end, text[end:]))
    start, beside = next(((at, part) for at, part in around if part.strip()), (0, "{"))
    if beside.lstrip().startswith("{"):
        return None
    lines = beside.splitlines()
    first = next(number for number, line in enumerate(lines) if line.strip())
    return text.count("\n", 0, start) + first + 1, lines[first].strip()


def cells(text: str) -> int:
    return len(text) if text.isascii() else sum(_cell(character) for character in text)


def broken(word: str, room: int) -> list[str]:
    pieces = []
    while cells(word) > room:
        head = _head(word, room) or word[0]
        pieces.append(head)
        word = word[len(head) :]
    return [*pieces, word]


def shorten(text: str, room: int) -> str:
    room = max(room, 3)
    if cells(text) <= room:
        return text
    head, tail = _head(text, (room - 1) * 2 // 3), ""
    for character in reversed(text):
        if cells(head) + 1 + cells(tail) + _cell(character) > room:
            break
        tail = character + tail
    return head + _ELLIPSIS + tail


def shorten_pair(before: str, after: str, room: int) -> tuple[str, str]:
    if cells(before) + cells(after) <= room:
        return before, after
    start = common_start(before, after)
    end = common_start(before[start:][::-1], after[start:][::-1])
    whole = before, after
    for context in (60, 40, 25, 15, 10, 5, 2):
        before, after = (_around(text, start, end, context) for text in whole)
        if cells(before) + cells(after) <= room:
            return before, after
    half = room // 2
    short_before = cells(before) <= half
    if short_before:
        return before, cut_end(after, room - cells(before))
    after = cut_end(after, max(half, room - cells(before)))
    return cut_end(before, room - cells(after)), after


def wrap_list(text: str, room: int) -> list[str]:
    return wrap_items(text.split(", "), room, ", ")


def wrap_items(items: Sequence[str], room: int, joint: str, limit: int = sys.maxsize, more: str = "more") -> list[str]:
    """Count what `limit` lines leave out (`and 3 more`); an item that is too wide is cut in its middle."""
    rows: list[list[str]] = [[]]
    end, used = joint.rstrip(), 0
    for place, item in enumerate(items):
        short = shorten(item, room - len(end))
        if rows[-1] and used + len(joint) + cells(short) + len(end) > room:
            if len(rows) >= limit:
                rows[-1] = _with_count(rows[-1], len(items) - place, (joint, more), room)
                break
            rows.append([])
            used = 0
        used += cells(short) + (len(joint) if rows[-1] else 0)
        rows[-1].append(short)
    return [joint.join(row) + (end if row is not rows[-1] else "") for row in rows]


def _with_count(row: list[str], left_out: int, words: tuple[str, str], room: int) -> list[str]:
    joint, more = words
    for kept in range(len(row), -1, -1):
        counted = [*row[:kept], f"and {left_out + len(row) - kept} {more}"]
        if cells(joint.join(counted)) <= room or not kept:
            return counted
    return row


def counted(number: int, word: str, several: str = "") -> str:
    return f"{number:,} {word if number == 1 else several or plural(word)}"


def plural(words: str) -> str:
    last = words.rpartition(" ")[2]
    if last in _PLURALS:
        return words
    if last.endswith("sis"):
        return f"{words[:-2]}es"
    if last.endswith("y") and last[-2:-1] not in "aeiou":
        return f"{words[:-1]}ies"
    return f"{words}es" if last.endswith(("s", "x", "ch", "sh")) else f"{words}s"


def sides(before: str | None, after: str | None) -> str:
    """Return what becomes of a value: `old -> new`, `+ new` where nothing was before, `- old` where nothing stays."""
    if not before and not after:
        return "null -> null"
    if not before or not after:
        return f"+ {after}" if after else f"- {before}"
    return f"{before} -> {after}"


def shorten_counts(counts: Sequence[tuple[str, int]], room: int) -> str:
    whole = ", ".join(words for words, _ in counts)
    if cells(whole) <= room:
        return whole
    for shown in range(len(counts) - 1, -1, -1):
        rest = sum(count for _, count in counts[shown:])
        text = ", ".join([*(words for words, _ in counts[:shown]), f"{rest} {'more' if shown else 'in all'}"])
        if cells(text) <= room:
            return text
    return shorten(whole, room)


def _around(text: str, start: int, end: int, context: int) -> str:
    head = text[:start] if start <= context + 1 else _ELLIPSIS + text[start - context : start]
    tail = text[len(text) - end :] if end else ""
    if end > context + 1:
        tail = tail[:context] + _ELLIPSIS
    return head + text[start : len(text) - end] + tail


def common_start(one: Sequence[str], other: Sequence[str]) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle - 1)
    return low


def changed_lines(old: Sequence[str], new: Sequence[str], context: int = 3) -> list[str]:
    """Return a unified diff without its first two lines; of long files all from the first difference to the last."""
    from difflib import unified_diff

    if len(old) + len(new) <= _MOST_COMPARED:
        return [*unified_diff(old, new, n=context)][2:]
    start = common_start(old, new)
    end = common_start(old[start:][::-1], new[start:][::-1])
    gone, come = (lines[start : len(lines) - end] for lines in (old, new))
    head = f"@@ -{start + bool(gone)},{len(gone)} +{start + bool(come)},{len(come)} @@\n"
    return [head, *(f"-{line}" for line in gone), *(f"+{line}" for line in come)]


def cut_end(text: str, room: int) -> str:
    room = max(room, 2)
    return text if cells(text) <= room else _head(text, room - 1) + _ELLIPSIS


def _head(text: str, room: int) -> str:
    used = 0
    for index, character in enumerate(text):
        used += _cell(character)
        if used > room:
            return text[:index]
    return text


def _cell(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _escape(character: str) -> str:
    if character in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[character]
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def span(seconds: int) -> str:
    """Return seconds as a person writes them, in the largest unit that leaves no rest: `14 days`, `90 s`."""
    units = (("day", 86_400), ("h", 3600), ("min", 60), ("s", 1))
    unit, size = next(one for one in units if seconds % one[1] == 0)
    count = seconds // size
    return f"{count} {unit}{'s' if unit == 'day' and count != 1 else ''}"


def first_of(names: Sequence[str], most: int = 3, joint: str = ", ") -> str:
    more = len(names) - most
    return joint.join(names[:most]) + (f" and {more} more" if more > 0 else "")


def title_of(name: str) -> str:
    return name.replace("-", " ").capitalize()

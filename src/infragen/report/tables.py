"""What reports on a catalogue or on one question share: Markdown tables, lines of text, how JSON is written."""

import json
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import Any, Final

from infragen.markdown import in_markdown

VERSION: Final = 1
"""Of each report's JSON; a member may be added without a new one."""
COLUMNS: Final = 80
"""Of each report's text."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]], last: str = "---") -> Iterator[str]:
    """Yield a table of Markdown, whose cells are text unless they are `Markdown`; `last` aligns the last column."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * (len(head) - 1)}{last}|"
    yield from (f"| {' | '.join(map(in_markdown, row))} |" for row in rows)


def sections(heading: str, groups: Iterable[tuple[str, Iterable[tuple[str, str]]]], unread: Iterable[str]) -> str:
    lines = [heading]
    for name, rows in groups:
        lines += ["", name]
        for said, behind in rows:
            lines += [*wrapped(said, "  "), *wrapped(behind, "      ")]
    lines += ["", "Not checked", *(line for one in unread for line in wrapped(one, "  "))]
    return "\n".join(lines)


def markdown(heading: str, head: Sequence[str], rows: Iterable[Sequence[str]], unread: Iterable[str]) -> str:
    not_checked = (f"- {in_markdown(one)}" for one in unread)
    return "\n".join([f"### {in_markdown(heading)}", "", *table(head, rows), "", "Not checked:", "", *not_checked])


def wrapped(said: str, indent: str) -> list[str]:
    return wrap(
        said, COLUMNS, initial_indent=indent, subsequent_indent=f"{indent}  ", break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


def fields(one: object, *names: str) -> dict[str, Any]:
    return {name: getattr(one, name) for name in names}


def as_json(**members: Any) -> str:
    return json.dumps({"version": VERSION, **members}, ensure_ascii=False, indent=2)

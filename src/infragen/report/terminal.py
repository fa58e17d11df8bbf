"""The report on a terminal of 80 columns or wider.

Symbols and words carry the meaning, colours repeat it; styles are the terminal's own 16 colours, so that they fit
its background.
"""

from __future__ import annotations

import textwrap
from io import StringIO
from typing import TYPE_CHECKING

from infragen.report.outline import EVERYTHING, SHORT, Role, outline
from infragen.report.risk import risk_of
from infragen.report.text import cells, shorten, shorten_list, visible, wrap_list
from infragen.report.words import headline_counts, plan_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console
    from rich.text import Text

    from infragen.plan import ChangeSet
    from infragen.report.outline import Line, Section

__all__ = ["print_report", "render"]

_STYLES = {
    Role.PLAIN: "",
    Role.NAME: "bold",
    Role.TITLE: "",
    Role.MUTED: "dim",
    Role.WARNING: "yellow",
    Role.DESTROY: "bold red",
    Role.REPLACE: "bold magenta",
    Role.UPDATE: "yellow",
    Role.CREATE: "green",
    Role.OTHER: "cyan",
}
_GRADES = {"HIGH": "bold red", "MEDIUM": "bold yellow", "LOW": "green", "NONE": "green"}
_NARROWEST = 40


def render(change_set: ChangeSet, target: str, *, width: int = 80, color: bool = False, details: bool = False) -> str:
    """Return the report as text of `width` columns, with ANSI colours when `color`."""
    from rich.console import Console

    stream = StringIO()
    console = Console(
        file=stream,
        width=max(width, _NARROWEST),
        force_terminal=color,
        color_system="standard" if color else None,
        legacy_windows=False,
        highlight=False,
        _environ={},
    )
    print_report(console, change_set, target, details=details)
    return stream.getvalue()


def print_report(console: Console, change_set: ChangeSet, target: str, *, details: bool = False) -> None:
    """Print the report on a console of rich."""
    for text in _texts(change_set, target, console.width, details=details):
        console.print(text, no_wrap=True, overflow="crop", crop=False)


def _texts(change_set: ChangeSet, target: str, width: int, *, details: bool) -> Iterator[Text]:
    from rich.text import Text

    yield from _headline(change_set, target, width)
    yield from _notices(change_set, width)
    was_short = False
    sections = outline(change_set, width - 2, EVERYTHING if details else SHORT)
    columns = _columns(sections, width)
    for section in sections:
        texts = list(_section(section, columns, width))
        is_short = len(texts) == 1
        if not (is_short and was_short):
            yield Text("")
        yield from texts
        was_short = is_short
    yield Text("")
    for line in wrap_list(plan_line(change_set.summary) + _unchanged(change_set), width - 2):
        yield Text(f"  {line}", "bold")


def _headline(change_set: ChangeSet, target: str, width: int) -> Iterator[Text]:
    from rich.text import Text

    risk = risk_of(change_set)
    name = shorten(visible(target), width // 2)
    first, *more = wrap_list(headline_counts(change_set.summary), width - cells(name) - 3)
    left = Text.assemble((name, "bold"), "   ", first)
    right = Text.assemble("risk: ", (f"{risk.level.name} ({risk.reason})", _GRADES[risk.level.name]))
    if more:
        yield left
        left = Text(" " * (cells(name) + 3) + more.pop())
        yield from (Text(" " * (cells(name) + 3) + line) for line in more)
    yield from _two_sides(left, right, width)


def _notices(change_set: ChangeSet, width: int) -> Iterator[Text]:
    """Wrap each notice; a bar before every line keeps a message from looking like something else."""
    from rich.text import Text

    for notice in change_set.notices:
        for line in textwrap.wrap(visible(notice), width - 4) or [""]:
            yield Text.assemble("  ", ("| ", "yellow"), line)


def _columns(sections: Iterable[Section], width: int) -> tuple[int, int]:
    """Return how wide label and counts are in headlines that say everything, so that their types stand in a column."""
    short = [section for section in sections if section.types is not None]
    label = max((cells(section.label) for section in short), default=0)
    counts = max((cells(section.counts) for section in short), default=0)
    return min(label, width // 3), min(counts, width // 5)


def _section(section: Section, columns: tuple[int, int], width: int) -> Iterator[Text]:
    from rich.text import Text

    if section.types is not None:
        yield _one_line(section, section.types, columns, width)
        return
    style = _STYLES[section.role]
    label = shorten(f"{section.symbol} {section.label}", width - 30)
    left = Text.assemble("  ", (label, f"bold {style}"), "  ")
    first, *more = wrap_list(section.counts, width - left.cell_len)
    left.append(first, style)
    if section.title and not more and left.cell_len + 2 + cells(section.title) <= width:
        left.append(f"  {section.title}", "dim")
    place = Text(shorten(section.place, width - 6), "dim")
    yield from _two_sides(left, place, width) if section.place else (left,)
    yield from (Text(f"      {line}", style) for line in more)
    yield from map(_line, section.lines)


def _one_line(section: Section, types: str, columns: tuple[int, int], width: int) -> Text:
    """Return a headline with the types that it counts, and the place where there is room for both."""
    from rich.text import Text

    style = _STYLES[section.role]
    label = shorten(section.label, max(width - 30, columns[0]))
    label += " " * (columns[0] - cells(label))
    counts = section.counts + " " * (columns[1] - cells(section.counts))
    text = Text.assemble("  ", (f"{section.symbol} {label}", f"bold {style}"), "  ", (counts, style))
    room = width - text.cell_len - 2
    left_over = room - cells(types) - cells(section.place)
    text.append(f"  {shorten_list(types, room)}", "dim")
    if section.place and left_over >= 2:
        text.append(" " * left_over + section.place, "dim")
    return text


def _line(line: Line) -> Text:
    from rich.text import Text

    style = _STYLES[line.parts[0].role] if line.symbol != " " else ""
    text = Text.assemble("  " * (line.depth + 1), (line.symbol, style), " ")
    for part in line.parts:
        text.append(part.text, _STYLES[part.role])
    return text


def _two_sides(left: Text, right: Text, width: int) -> Iterator[Text]:
    """Put two texts at the ends of a line, or the right one below when there is no room."""
    from rich.text import Text

    gap = width - left.cell_len - right.cell_len
    if gap >= 2:
        yield Text.assemble(left, " " * gap, right)
    else:
        yield left
        yield Text.assemble("      ", right)


def _unchanged(change_set: ChangeSet) -> str:
    return f" {change_set.unchanged} unchanged." if change_set.unchanged else ""

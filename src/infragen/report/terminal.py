"""The report on a terminal of 80 columns or wider.

Symbols and words carry the meaning, colours repeat it; styles are the terminal's own 16 colours, so that they fit
its background.
"""

import sys
import textwrap
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Any

from rich.console import Console
from rich.text import Text

from infragen.plan import WITHOUT_STATE, ChangeSet, Level
from infragen.report.change_lines import first
from infragen.report.labels import action_counts, headline_counts, plan_line
from infragen.report.outline import EVERYTHING, SHORT, Line, Outline, Role, Section, notices_of, outline
from infragen.text import cells, shorten, shorten_counts, visible, wrap_items, wrap_list

_STYLES = {
    Role.PLAIN: "", Role.NAME: "bold", Role.TITLE: "", Role.MUTED: "dim", Role.WARNING: "yellow", Role.OTHER: "cyan",
    Role.DESTROY: "bold red", Role.REPLACE: "bold magenta", Role.UPDATE: "yellow", Role.CREATE: "green",
}  # fmt: skip
_GRADES = {Level.HIGH: "bold red", Level.MEDIUM: "bold yellow", Level.LOW: "green", Level.NONE: "green"}
# What a person reads of a plan that is too long to be read: a screen at a glance, then so many lines.
_SCREEN = 22
_LINES = 120
_HEADLINES = 30
_NOTICES = 8
_NARROWEST = 40
_WITHOUT_REASON = 2  # the last of the risk's texts have the grade only


def render(change_set: ChangeSet, target: str, *, width: int = 80, color: bool = False, details: bool = False) -> str:
    stream = StringIO()
    colours = {"force_terminal": color, "color_system": "standard" if color else None}
    print_report(console_on(stream, max(width, _NARROWEST), **colours), change_set, target, details=details)
    return stream.getvalue()


def console_on(stream: StringIO, width: int, **options: Any) -> Console:
    return Console(file=stream, width=width, legacy_windows=False, highlight=False, _environ={}, **options)


def print_report(console: Console, change_set: ChangeSet, target: str, *, details: bool = False) -> None:
    for text in _texts(change_set, target, console.width, details=details):
        console.print(text, no_wrap=True, overflow="crop", crop=False)


def _texts(change_set: ChangeSet, target: str, width: int, *, details: bool) -> Iterator[Text]:
    said = outline(change_set, width - 2, EVERYTHING if details else SHORT)
    yield from _headline(change_set, said, target, width)
    # A bar before every line keeps a message from looking like something else.
    notices = notices_of(change_set)
    told = first(notices, _NOTICES if not details else sys.maxsize)
    for notice in told:
        for line in textwrap.wrap(notice, (width - 4) // 2 if not notice.isascii() else width - 4) or [""]:
            yield Text.assemble("  ", ("| ", "yellow"), line)
    if len(told) < len(notices):
        yield Text.assemble("  ", ("| ", "yellow"), f"not shown: {len(notices) - len(told)} more notices")
    chosen = _chosen(said.sections) if not details else (said.sections, frozenset[int](), ())
    body = list(_body(*chosen, width))
    if said.glance and not details and len(body) > _SCREEN:
        yield Text("")
        yield from map(_line, said.glance)
    yield from body
    yield Text("")
    unchanged = f" {change_set.unchanged} unchanged." if change_set.unchanged else ""
    for line in wrap_list(plan_line(change_set.summary) + unchanged, width - 2):
        yield Text(f"  {line}", "bold")


def _chosen(sections: Sequence[Section]) -> tuple[Sequence[Section], frozenset[int], Sequence[Section]]:
    """Return the sections to show, which of them as headlines only, and those to count; what destroys is first."""
    order = sorted(range(len(sections)), key=lambda place: (not sections[place].is_destructive, place))
    lines, kept, headlines = 0, set[int](), set[int]()
    for place in order:
        if lines < _LINES:
            kept.add(place)
            lines += 2 + len(sections[place].lines)
        elif len(headlines) < _HEADLINES:
            headlines.add(place)
    shown = sorted(kept | headlines)
    return (
        [sections[place] for place in shown],
        frozenset(number for number, place in enumerate(shown) if place in headlines),
        [section for place, section in enumerate(sections) if place not in kept and place not in headlines],
    )


def _body(
    shown: Sequence[Section], headlines: frozenset[int], counted: Sequence[Section], width: int
) -> Iterator[Text]:
    was_short = False
    # As wide as label and counts are in headlines that say everything, so that their types stand in a column.
    short = [section for section in shown if section.types is not None]
    widest_label = max((cells(section.label) for section in short), default=0)
    widest_counts = max((cells(section.counts) for section in short), default=0)
    columns = min(widest_label, width // 3), min(widest_counts, width // 5)
    for number, section in enumerate(shown):
        texts = list(_section(section, columns, width, is_headline=number in headlines))
        is_short = len(texts) == 1
        if not (is_short and was_short):
            yield Text("")
        yield from texts
        was_short = is_short
    if counted:
        yield Text("")
        changes = [change for section in counted for change in section.changes]
        groups = "1 more group" if len(counted) == 1 else f"{len(counted)} more groups"
        counts = f"not shown: {groups}: {action_counts(changes)}".split(", ")
        yield from (Text(f"    {line}", "dim") for line in wrap_items(counts, width - 4, ", "))


def _headline(change_set: ChangeSet, said: Outline, target: str, width: int) -> Iterator[Text]:
    name = shorten(visible(target), width // 2)
    first, *more = wrap_list(headline_counts(change_set.summary), width - cells(name) - 3)
    left = Text.assemble((name, "bold"), "   ", first)
    if more:
        yield left
        left = Text(" " * (cells(name) + 3) + more.pop())
        yield from (Text(" " * (cells(name) + 3) + line) for line in more)
    is_judged = said.risk.level > Level.LOW or not change_set.without_state
    style = _GRADES[said.risk.level if is_judged else Level.MEDIUM]
    first, *more = _risk_lines(said, width - len("  risk: "))
    yield from _two_sides(left, Text.assemble("risk: ", (first, style)), width if not more else 0, 2)
    yield from (Text.assemble(" " * len("  risk: "), (line, style)) for line in more)
    if change_set.partial:
        what, colon, rest = change_set.partial.partition(":")
        yield Text(shorten(f"  ! {what.upper()}{colon}{rest}", width), "bold red")
    if change_set.without_state:
        words = f"! {WITHOUT_STATE}".split()
        yield from (Text(f"  {line}", "bold yellow") for line in wrap_items(words, width - 2, " "))


def _risk_lines(said: Outline, room: int) -> list[str]:
    for words in said.risk_words[:-_WITHOUT_REASON] if len(said.risk_words) > 1 else said.risk_words:
        found = wrap_items(words.split(" "), room, " ")
        if len(found) <= 2 and all(cells(word) <= room for word in words.split(" ")):
            return found
    return [shorten(next((words for words in said.risk_words if cells(words) <= room), said.risk_words[-1]), room)]


def _section(section: Section, columns: tuple[int, int], width: int, *, is_headline: bool) -> Iterator[Text]:
    if section.types is not None:
        style = _STYLES[section.role]
        label = shorten(section.label, max(width - 30, width // 3))
        label += " " * (columns[0] - cells(label))
        counts = section.counts + " " * (columns[1] - cells(section.counts))
        text = Text.assemble("  ", (f"{section.symbol} {label}", f"bold {style}"), "  ", (counts, style))
        room = width - text.cell_len - 2
        words = shorten_counts(section.types, room) if room > 8 else ""
        text.append(f"  {words}" if words else "", "dim")
        left_over = width - text.cell_len - cells(section.place)
        if section.place and left_over >= 2:
            text.append(" " * left_over + section.place, "dim")
        yield text
        return
    style = _STYLES[section.role]
    label = shorten(f"{section.symbol} {section.label}", max(width - 30, width // 2))
    left = Text.assemble("  ", (label, f"bold {style}"), "  ")
    first, *more = wrap_list(section.counts, width - left.cell_len)
    left.append(shorten(first, width - left.cell_len), style)
    subject = shorten(section.subject, width - left.cell_len - cells(section.risk) - 4) if is_headline else ""
    for extra, extra_style in ((section.risk, "yellow"), (section.title, "dim"), (subject, "")):
        if extra and not more and left.cell_len + 2 + cells(extra) <= width:
            left.append(f"  {extra}", extra_style)
    place = Text(shorten(section.place, width - 6), "dim")
    yield from _two_sides(left, place, width) if section.place and not is_headline else (left,)
    if not is_headline:
        yield from (Text(f"      {line}", style) for line in more)
        yield from map(_line, section.lines)


def _line(line: Line) -> Text:
    style = _STYLES[line.parts[0].role] if line.symbol != " " else ""
    text = Text.assemble("  " * (line.depth + 1), (line.symbol, style), " ")
    for part in line.parts:
        text.append(part.text, _STYLES[part.role])
    return text


def _two_sides(left: Text, right: Text, width: int, indent: int = 6) -> Iterator[Text]:
    gap = width - left.cell_len - right.cell_len
    if gap >= 2:
        yield Text.assemble(left, " " * gap, right)
    else:
        yield left
        yield Text.assemble(" " * indent, right)

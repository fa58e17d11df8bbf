"""Findings for people: `file:line:column: error CODE message`, the line it is about, and how to mend it.

Plain string building: rich would cost `infragen validate` more time than the validation.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache

from infragen.diagnostics import Diagnostic, Location, Severity
from infragen.text import cells, cut_end, visible

_COLOURS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.NOTICE: "36"}
_BOLD, _DIM = "1", "2"
_WIDEST = 160
_NARROWEST = 30
_MARGIN = 8  # columns left of a quoted line: its number and a bar
_BEFORE = 60


def render(
    diagnostics: Sequence[Diagnostic],
    *,
    colour: bool = False,
    source: Callable[[str], str | None] | None = None,
    width: int | None = None,
) -> str:
    """Return the findings as lines, in the order given; "" when there are none.

    `source` gives the text of a file by the name that a Location carries, or None; the line that a finding is about is
    quoted from it, with a caret below its column. A quoted line keeps to `width`, lest a terminal fold it and the caret
    end up below something else; messages are left to the terminal, so that a command in a hint can be copied.
    """

    @cache
    def lines_of(file: str) -> list[str]:
        # Not splitlines: a form feed or U+2028 inside a line is no line end for the YAML reader or an editor.
        return ((source(file) if source else None) or "").split("\n")

    def paint(text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if colour else text

    room = min(_WIDEST, max(width - _MARGIN, _NARROWEST)) if width else _WIDEST
    return "".join(f"{line}\n" for diagnostic in diagnostics for line in _lines(diagnostic, lines_of, paint, room))


def _lines(
    diagnostic: Diagnostic, lines_of: Callable[[str], list[str]], paint: Callable[[str, str], str], room: int
) -> Iterator[str]:
    place = diagnostic.location
    where = f"{paint(visible(str(place)), _BOLD)}: " if place else ""
    kind = paint(f"{diagnostic.severity} {diagnostic.code}", _COLOURS[diagnostic.severity])
    first, *more = diagnostic.message.split("\n")
    yield f"{where}{kind} {visible(first)}"
    yield from (f"      {visible(line)}" for line in more)
    if place and not diagnostic.is_secret:
        yield from _quoted(place, lines_of(place.file), paint, room)
    if diagnostic.hint:
        first, *more = diagnostic.hint.split("\n")
        yield f"      {paint('hint:', _BOLD)} {visible(first)}"
        yield from (f"            {visible(line)}" for line in more)


def _quoted(place: Location, lines: list[str], paint: Callable[[str, str], str], room: int) -> Iterator[str]:
    line = lines[place.line - 1].removesuffix("\r") if 0 < place.line <= len(lines) else ""
    if not line.strip():
        return
    if len(line) <= room and cells(visible(line)) <= room:
        start = 0
    else:
        before = min(_BEFORE, room // 3)  # wide characters take two columns each
        start = max(0, place.column - 1 - before)
    lead = "…" if start else ""
    gap = cells(lead + visible(line[start : max(place.column - 1, start)]))
    yield f"{place.line:>5} {paint('|', _DIM)} {cut_end(lead + visible(line[start : start + 2 * room]), room)}"
    yield f"      {paint('|', _DIM)} {' ' * gap}{paint('^', _COLOURS[Severity.ERROR])}"

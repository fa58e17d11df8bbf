"""The report as Markdown for a comment on GitHub or GitLab.

Everything that comes from a plan or a catalogue stands in a fenced block or in a code span, where nothing is markup,
a link or a mention. Groups are shortened from the harmless end when the budget is small, and what is left out is
counted.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from infragen.markdown import code, fenced, html_code
from infragen.plan import WITHOUT_STATE, ChangeSet, Level, Risk, RiskKind
from infragen.report.labels import UNEQUAL, action_counts, headline_counts, plan_line
from infragen.report.outline import Limits, Line, Section, notices_of, outline
from infragen.report.severity import grade, risk_of
from infragen.text import shorten, shorten_counts, visible

DEFAULT_BUDGET = 65_000  # GitHub refuses a comment of more than 65,536 characters
_WIDTH = 118
_LIMITS = Limits(destructive=200, other=40, attributes=20, outputs=40, texts=30, addresses=40)
_OPEN_GROUPS = 5
_NOTICES = 20
_FEW = 8
_FEW_ENOUGH = 60
_SHORTEST = 30
_SHORTEST_LINES = 100
_MARKS = {Level.HIGH: "🛑", Level.MEDIUM: "⚠️"}
_NOTICE_WIDTH = 300
_PLAIN_PATH = re.compile(r"[A-Za-z0-9._/-]+")


class _Marks(NamedTuple):
    code: Callable[[str], str]
    bold: str
    link: str


_MARKDOWN = _Marks(code, "**{}**", "[{}]({})")
_HTML = _Marks(html_code, "<b>{}</b>", '<a href="{1}">{0}</a>')  # Markdown is not read inside a `summary`


def render(change_set: ChangeSet, target: str, *, budget: int = DEFAULT_BUDGET, base_url: str | None = None) -> str:
    """Return the report in at most `budget` bytes of UTF-8.

    `base_url` is put before a catalogue file to make it a link (`https://github.com/o/r/blob/main`). A budget that is
    too small even for the headline (about 250 bytes) gives one line of counts.
    """
    said = outline(change_set, _WIDTH, _LIMITS)
    pieces = [_Piece(section, base_url, is_open=index < _OPEN_GROUPS) for index, section in enumerate(said.sections)]
    glance = f"{_block(said.glance)}\n" if said.glance and len(said.sections) > _FEW else ""
    foot = f"\n{code(plan_line(change_set.summary))}\n"
    best: str | None = None
    for words, notices in ((said.risk_words[0], _NOTICES), (said.risk_words[0], 0), (said.risk_words[-1], 0)):
        head = _head(change_set, said.risk, words, target, notices)
        if (filled := _fill(pieces, glance, budget - size(head) - size(foot))) is not None:
            text, has_all_destructive = filled
            best = head + text + foot
            if has_all_destructive:
                return best
    return _last_resort(change_set, budget) if best is None else best


class _Piece(Struct, frozen=True):
    section: Section
    base_url: str | None
    is_open: bool

    def short(self) -> str:
        types = self.section.types
        words = f" {code(shorten_counts(types, _WIDTH))}" if types else ""
        return f"- {self._headline(_MARKDOWN)}{words}\n"

    def whole(self, room: int) -> str | None:
        if self.section.types is not None:
            text = self.short()
        else:
            lines, is_all = self._lines_within(room)
            if not is_all:
                return None
            text = self._text(lines)
        return text if size(text) <= room else None

    def fitting(self, room: int) -> str | None:
        if (whole := self.whole(room)) is not None:
            return whole
        lines, _ = self._lines_within(room)
        counts = range(1, len(lines) + 1)
        fitting = bisect_right(counts, room, key=lambda count: size(self._part(lines[:count])))
        return self._part(lines[:fitting]) if fitting else None

    def _text(self, lines: Sequence[Line], more: str = "") -> str:
        if not lines:
            return self.short()
        tells = self.section.is_destructive or self.section.risk or self.section.is_open
        opened = " open" if self.is_open and tells else ""
        return f"<details{opened}><summary>{self._headline(_HTML)}</summary>\n\n{_block(lines)}{more}\n</details>\n"

    def _part(self, lines: Sequence[Line]) -> str:
        total = len(self.section.changes)
        hidden = total - sum(line.change_count for line in lines)
        if not total:
            rest = _several(len(self.section.lines) - len(lines), "more line")
        else:
            rest = f"{hidden} of these {_several(total, 'change')}" if hidden else "more lines of these changes"
        return self._text(lines, f"\nnot shown: {rest}, to fit the size of a comment\n")

    def _lines_within(self, room: int) -> tuple[tuple[Line, ...], bool]:
        """Return at least as many lines as fit, and whether those are all: a group can have thousands."""
        lines: list[Line] = []
        for line in self.section.write():
            lines.append(line)
            room -= len(line.text)
            if room < 0:
                return tuple(lines), False
        return tuple(lines), True

    def _headline(self, marks: _Marks) -> str:
        section = self.section
        named = section.title or shorten(section.subject, _WIDTH)
        title = f" {marks.code(named)}" if named else ""
        counts = marks.bold.format(section.counts) if section.is_destructive else section.counts
        link, place = self._link(), marks.code(section.place)
        where = f" · {marks.link.format(place, link) if link else place}" if section.place else ""
        risk = f" · {section.risk}" if section.risk else ""
        symbol, label = marks.code(section.symbol), marks.code(shorten(section.label, _WIDTH))
        return f"{marks.bold.format(symbol)} {label}{title} {counts}{risk}{where}"

    def _link(self) -> str | None:
        file, _, line = self.section.place.rpartition(":")
        if self.base_url is None or not _PLAIN_PATH.fullmatch(file):
            return None
        return f"{html.escape(self.base_url)}/{file}#L{line}"


def _mark(change_set: ChangeSet, risk: Risk) -> str:
    """Return the mark of a risk; nothing that no one judged looks safe."""
    if change_set.partial:
        return "🛑"
    unseen = "⚠️" if change_set.without_state else "❔" if risk.kind is RiskKind.UNKNOWN else None
    return _MARKS.get(risk.level) or unseen or "✅"


def _head(change_set: ChangeSet, risk: Risk, words: str, target: str, limit: int) -> str:
    counts = headline_counts(change_set.summary)
    name = code(shorten(visible(target), 60))
    grade, _, reason = words.partition(" (")
    lines = [f"### {name} {counts} · risk {_mark(change_set, risk)} **{grade}**"]
    lines[0] += f" {code(f'({reason}')}" if reason and (limit or risk.level > Level.LOW) else ""
    if change_set.partial:
        lines += ["", f"> 🛑 **{change_set.partial[0].upper()}{change_set.partial[1:]}.**"]
    if change_set.without_state:
        lines += ["", f"> ⚠️ **{WITHOUT_STATE}**"]
    notices = notices_of(change_set)
    shown = notices[:limit]
    lines += [""] if notices else []
    lines += [f"> {code(shorten(notice, _NOTICE_WIDTH))}<br>" for notice in shown]
    if len(shown) < len(notices):
        lines.append(f"> not shown: {_several(len(notices) - len(shown), 'notice')}")
    return "\n".join([*lines, "", ""])


def _fill(pieces: Sequence[_Piece], glance: str, room: int) -> tuple[str, bool] | None:
    """Return the sections that fit, in their order, and whether each that destroys something has its headline.

    None when not even counting them fits. What destroys gets its headline, then its lines, before anything else gets a
    headline.
    """
    glance = glance if 3 * size(glance) <= room else ""
    room -= size(glance)
    if (whole := _whole(pieces, room)) is not None:
        return glance + whole, True
    texts: dict[int, str] = {}
    destructive = [index for index, piece in enumerate(pieces) if piece.section.is_destructive]
    destructive.sort(key=lambda index: not pieces[index].section.changes)
    left = room - size(_fitted(pieces, texts))
    if left < 0:
        return None
    left = _add(pieces, destructive, texts, left)
    has_all = len(texts) == len(destructive)
    if not has_all and len(pieces) <= _FEW_ENOUGH:
        # Every headline that fits once it need not be counted any more.
        for index in destructive:
            longer = {**texts, index: pieces[index].short()}
            if index not in texts and size(_fitted(pieces, longer)) <= room:
                texts[index] = longer[index]
        has_all = all(index in texts for index in destructive)
    elif has_all:
        _add(pieces, [index for index in range(len(pieces)) if index not in texts], texts, left)
    return glance + _fitted(pieces, texts), has_all


def _fitted(pieces: Sequence[_Piece], texts: Mapping[int, str]) -> str:
    hidden = [piece.section for index, piece in enumerate(pieces) if index not in texts]
    return _join(texts[index] for index in sorted(texts)) + _not_shown(hidden)


def _whole(pieces: Sequence[_Piece], room: int) -> str | None:
    if len(pieces) * _SHORTEST > room:
        return None
    texts: list[str] = []
    left = room
    for piece in pieces:
        if (text := piece.whole(left)) is None:
            return None
        texts.append(text)
        left -= size(text)
    joined = _join(texts)
    return joined if size(joined) <= room else None


def _join(texts: Iterable[str]) -> str:
    joined, was_line = "", True
    for text in texts:
        is_line = text.startswith("- ")
        joined += text if not joined or (is_line and was_line) else f"\n{text}"
        was_line = is_line
    return joined


def _add(pieces: Sequence[_Piece], chosen: Sequence[int], texts: dict[int, str], left: int) -> int:
    for index in chosen:
        text = pieces[index].short()
        if size(text) + 1 > left:
            break
        texts[index] = text
        left -= size(text) + 1
    for index in chosen:
        if index not in texts or left < _SHORTEST_LINES:
            break
        room = left + size(texts[index])
        text = pieces[index].fitting(room) or texts[index]
        left = room - size(text)
        texts[index] = text
    return left


def _not_shown(sections: Iterable[Section]) -> str:
    """Count what the budget left out; the text is never longer than that of more sections, for which room is kept."""
    hidden = tuple(sections)
    if not hidden:
        return ""
    changes = [change for section in hidden for change in section.changes]
    groups = sum(bool(section.changes) for section in hidden)
    high = ", HIGH risk among them" if any(section.risk.startswith(Level.HIGH.name) for section in hidden) else ""
    parts = [f"{_several(len(changes), 'change')} of {_several(groups, 'group')} ({action_counts(changes)}{high})"]
    parts = (parts if changes else []) + [f"{s.label} ({s.counts})" for s in hidden if not s.changes]
    return f"\nnot shown: {', '.join(parts)}, to fit the size of a comment\n"


def _several(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _last_resort(change_set: ChangeSet, budget: int) -> str:
    count = len(change_set.changes)
    failed = "".join(change_set.partial.partition(": ")[:2])
    failed += "planned without a state: " if change_set.without_state else ""
    counts, risk = headline_counts(change_set.summary), grade(change_set, risk_of(change_set))
    lines = (
        f"{failed}{counts} · risk **{risk}** (not shown: {count} changes)\n",
        f"{failed}{counts} (not shown: {count} changes)\n",
        f"not shown: {count} changes, risk {risk}\n",
        f"not shown: {count} changes\n",
        f"{count}\n",
    )
    return next((line for line in lines if size(line) <= budget), "")


def _block(lines: Iterable[Line]) -> str:
    symbols = {"~": "!", UNEQUAL: "!"}
    rows = [f"{symbols.get(line.symbol, line.symbol)} {'  ' * (line.depth - 1)}{line.text}" for line in lines]
    return fenced("diff", rows)


def size(text: str) -> int:
    return len(text.encode("utf-8"))

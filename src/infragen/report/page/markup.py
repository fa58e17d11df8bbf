"""One change as HTML: what happens, how bad it is and why, what differs, and where each value was written."""

import html
from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from infragen.diagnostics import Location
from infragen.plan import Action, AttributeChange, Cause, Change, Level, OutputChange, Risk, RiskKind
from infragen.plan.causes import REASONS
from infragen.redaction.values import UNKNOWN_TEXT
from infragen.report.change_details import ChangeDetails
from infragen.report.labels import SYMBOLS, WAYS, action_word, symbol_of, word_of
from infragen.text import cells, common_start, shorten, shorten_pair, visible

DOTS = {Level.HIGH: "●●●", Level.MEDIUM: "●●○", Level.LOW: "●○○", Level.NONE: "○○○"}
_STACKED_FROM = 76  # columns of a pair of values from which each gets a line of its own
_MARKED_FROM = 12
_CHAIN = 50


class SizeLimits(Struct, frozen=True):
    """How much of one change is shown before the rest is counted: attributes, lines of a text, columns of a value."""

    attributes: int
    lines: int
    columns: int


FULL = SizeLimits(attributes=200, lines=400, columns=4_000)
SHORT = SizeLimits(attributes=8, lines=24, columns=200)


def plain(text: str, columns: int = 2_000) -> str:
    """Return a text of others so that it is only text in HTML: in an element, and in a quoted attribute."""
    return html.escape(shorten(visible(text), columns))


def collapsible(data: str, summary: str, body: str, *, is_open: bool = False) -> str:
    if not body:
        return f'<div class="c"{data} tabindex="-1"><div class="row">{summary}</div></div>\n'
    opened = " open" if is_open else ""
    return f'<details class="c"{data}{opened}><summary class="row">{summary}</summary>{body}</details>\n'


def action_badge(action: Action) -> str:
    return _badge(action.word, SYMBOLS[action], action_word(action))


def change_badge(change: Change) -> str:
    return _badge(word_in_page(change), symbol_of(change), word_of(change))


def word_in_page(change: Change) -> str:
    return word_of(change).lower()


def _badge(name: str, symbol: str, word: str) -> str:
    return f'<b class="act {name}"><span aria-hidden="true">{html.escape(symbol)}</span> {word}</b>'


def risk_badge(risk: Risk, *, with_reason: bool = False) -> str:
    reason = f' <span class="why">{plain(risk.reason)}</span>' if with_reason and risk.reason != risk.kind else ""
    kind = "" if risk.kind is RiskKind.HARMLESS else f" · {risk.kind}"
    dots = f'<span aria-hidden="true">{DOTS[risk.level]}</span>'
    return f'<span class="risk r{int(risk.level)}">{dots} {risk.level.name}{kind}</span>{reason}'


def change_facts(change: Change) -> str:
    return "".join(f' <span class="fact">{fact}</span>' for fact in _facts(change) if fact)


def change_body(
    details: ChangeDetails, place: str, limits: SizeLimits, *, home: Location | None = None, note: str = ""
) -> str:
    """Return what is inside a change, or "". `home` is the line that its group already shows, `note` is HTML."""
    parts = [f'<p class="noise">{note}</p>'] if note and details.attributes else []
    parts += [
        f'<p class="why-risk">{risk_badge(risk, with_reason=True)}</p>' for risk in details.risks if _is_shown(risk)
    ]
    parts += [_cause(details.change, cause) for cause in details.causes]
    parts.append(_attributes(details, limits, home))
    if details.folded:
        parts.append(f'<p class="noise">{_folded_words(details.folded)}</p>')
    if place and not any(attribute.origin for attribute in details.attributes):
        parts.append(f'<p class="place">Written in <code>{place}</code></p>')
    inside = "".join(parts)
    return f'<div class="body">{inside}</div>' if inside else ""


def one_liner(details: ChangeDetails, place: str, home: Location | None) -> str:
    if details.change.action is not Action.UPDATE or len(details.attributes) != 1 or any(map(_is_shown, details.risks)):
        return ""
    attribute = details.attributes[0]
    if attribute.lines or cells(attribute.path + (attribute.before or "") + (attribute.after or "")) > _STACKED_FROM:
        return ""
    where = f' <code class="where">{place}</code>' if place and not attribute.origin else ""
    notes = "".join(_notes(attribute, home))
    path = f'<code class="path">{plain(attribute.path)}</code>'
    folded = f' <span class="fact">{_folded_words(details.folded)}</span>' if details.folded else ""
    return f' <span class="one">{path} {values(attribute, _STACKED_FROM)}{notes}{folded}</span>{where}'


def place_of(location: Location | None) -> str:
    return plain(f"{location.file}:{location.line}", 400) if location else ""


def values(change: AttributeChange | OutputChange, columns: int) -> str:
    before, after = visible(change.before or ""), visible(change.after or "")
    length = cells(before) + cells(after)
    if length > columns and before and after:
        before, after = shorten_pair(before, after, columns)
    elif length > columns:
        before, after = shorten(before, columns), shorten(after, columns)
    left_out = f' <span class="fact">shortened from {length:,} columns</span>' if length > columns else ""
    stacked = " long" if length > _STACKED_FROM else ""
    if change.before is None and change.after is None:
        return ""
    if change.before is None:
        return f'<span class="val{stacked}"><ins>{html.escape(after)}</ins></span>{left_out}'
    if change.after is None and before:
        return f'<span class="val{stacked}"><del>{html.escape(before)}</del></span>{left_out}'
    old, new = _marked(before, after or "null")
    arrow = '<span class="to"><span aria-hidden="true">→</span><span class="said"> becomes </span></span>'
    return f'<span class="val{stacked}"><del>{old}</del> {arrow} <ins>{new}</ins></span>{left_out}'


def _marked(before: str, after: str) -> tuple[str, str]:
    if min(len(before), len(after)) < _MARKED_FROM:
        return html.escape(before), html.escape(after)
    start = common_start(before, after)
    while start and before[start - 1] == "\\":  # an escape is not cut in half
        start -= 1
    end = common_start(before[start:][::-1], after[start:][::-1])
    while end and "\\" in {before[-end - 1 : -end], after[-end - 1 : -end]}:
        end -= 1
    if start + end < _MARKED_FROM // 2:
        return html.escape(before), html.escape(after)
    return _mark(before, start, end), _mark(after, start, end)


def _mark(text: str, start: int, end: int) -> str:
    stop = len(text) - end
    inner = f"<mark>{html.escape(text[start:stop])}</mark>" if stop > start else ""
    return html.escape(text[:start]) + inner + html.escape(text[stop:])


def _facts(change: Change) -> Iterator[str]:
    if change.deposed:
        yield f"deposed object <code>{plain(change.deposed, 100)}</code>"
    if change.previous_address:
        yield f"moved from <code>{plain(change.previous_address)}</code>"
    if change.importing is not None:
        yield f"imported from <code>{plain(change.importing)}</code>"
    yield WAYS.get(change.action, "")
    if change.action is Action.REPLACE_DELETE_FIRST and not change.is_revision:
        yield "old one destroyed first"
    if change.reason and not change.action.is_replace:
        words = REASONS.get(change.reason.replace(" ", "_")) or change.reason.partition(" because ")[2]
        yield plain(words, 200)


def _is_shown(risk: Risk) -> bool:
    return risk.level > Level.LOW or risk.kind is not RiskKind.HARMLESS


def _cause(change: Change, cause: Cause) -> str:
    chain = "".join(f' <span class="to">←</span> <code>{plain(address)}</code>' for address in cause.chain[:_CHAIN])
    more = f" and {len(cause.chain) - _CHAIN:,} more" if len(cause.chain) > _CHAIN else ""
    what = "Revised" if change.is_revision else "Replaced"
    return f'<p class="cause"><b>{what} because</b> {plain(cause.words)}{chain}{more}</p>'


def _attributes(details: ChangeDetails, limits: SizeLimits, home: Location | None) -> str:
    attributes = details.attributes
    if not attributes:
        return ""
    if details.change.is_revision:  # why it is revised stands above
        attributes = tuple(replace(one, forces_replacement=False) for one in attributes)
    rows = [_attribute(attribute, limits, home) for attribute in attributes[: limits.attributes]]
    if hidden := len(attributes) - len(rows):
        rows.append(f'<li class="more">not shown: {hidden:,} more attributes, to keep this page usable</li>')
    return f'<ul class="attrs">{"".join(rows)}</ul>'


def _attribute(attribute: AttributeChange, limits: SizeLimits, home: Location | None) -> str:
    forces = ' <b class="forces">forces replacement</b>' if attribute.forces_replacement else ""
    columns = SHORT.columns if attribute.after == UNKNOWN_TEXT else limits.columns  # then the old text says little
    shown = _lines(attribute.lines, limits) if attribute.lines else values(attribute, columns)
    notes = "".join(_notes(attribute, home))
    return f'<li><code class="path">{plain(attribute.path, 400)}</code>{forces} {shown}{notes}</li>'


def _notes(attribute: AttributeChange, home: Location | None) -> Iterator[str]:
    if attribute.note:
        yield f' <span class="fact">{plain(attribute.note, 1_000)}</span>'
    if attribute.comes_from:
        shown = ", ".join(f"<code>{plain(address, 400)}</code>" for address in attribute.comes_from[:_CHAIN])
        more = f" and {len(attribute.comes_from) - _CHAIN:,} more" if len(attribute.comes_from) > _CHAIN else ""
        yield f' <span class="fact">comes from {shown}{more}</span>'
    if attribute.origin:
        place = "" if attribute.origin.location == home else f"<code>{place_of(attribute.origin.location)}</code>"
        words = " in ".join(filter(None, (plain(attribute.origin.field or "", 200), place)))
        yield f' <span class="fact origin">{words}</span>' if words else ""


def _lines(lines: tuple[str, ...], limits: SizeLimits) -> str:
    rows = "".join(_line(line, limits.columns) for line in lines[: limits.lines])
    hidden = len(lines) - limits.lines
    more = f'<p class="more">not shown: {hidden:,} more lines, to keep this page usable</p>' if hidden > 0 else ""
    return f'<pre class="diff">{rows}</pre>{more}'


def _line(line: str, columns: int) -> str:
    if line.startswith("@"):
        return '<span class="gap">⋯</span>\n'
    kind = {"-": "del", "+": "ins"}.get(line[:1], "ctx")
    return f'<span class="{kind}">{html.escape(line[:1])} {plain(line[1:], columns)}</span>\n'


def _folded_words(folded: Iterable[tuple[str, int]]) -> str:
    return f"and {', '.join(f'{count:,} {plain(words)}' for words, count in folded)}"

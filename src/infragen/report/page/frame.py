"""What stands around the changes: policy, style and script, headline, filters, contents, and what was left out."""

import base64
import hashlib
import html
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from infragen.plan import (
    WITHOUT_STATE,
    Action,
    Change,
    ChangeSet,
    Check,
    Invocation,
    Level,
    OutputChange,
    UnreadSection,
)
from infragen.report.change_details import details_of
from infragen.report.groups import Group, Verdict
from infragen.report.headlines import headlines
from infragen.report.labels import DIFFERS, SYMBOLS, UNEQUAL, headline_counts, plan_line, symbol_of
from infragen.report.page import markup
from infragen.report.page.groups import what_of
from infragen.report.page.markup import plain
from infragen.report.severity import NOT_JUDGED, drifted, grade, severity, unseen_drift
from infragen.text import counted

_ITEMS = 5_000
TITLES = {
    "edits": "Source changes",
    "checks": "Checks",
    "deferred": "Deferred",
    "invocations": "Actions that apply invokes",
    "unread": "Sections that infragen does not know",
    "outputs": "Outputs",
    "drift": "Changed outside of terraform",
}


def sections(change_set: ChangeSet) -> dict[str, str]:
    edits = change_set.edits
    every_edit = edits.all if edits else ()
    rows = {
        "edits": [markup.collapsible("", f"<code>{plain(one.text)}</code>", "") for one in every_edit[:_ITEMS]],
        "checks": [*map(_check, change_set.checks[:_ITEMS])],
        "deferred": [_deferred(one.change, one.reason) for one in change_set.deferred[:_ITEMS]],
        "invocations": [*map(_invocation, change_set.invocations[:_ITEMS])],
        "unread": [*map(_unread, change_set.unread[:_ITEMS])],
        "outputs": [*map(_output, change_set.outputs[:_ITEMS])],
        "drift": [_drift(change) for change, _ in drifted(change_set)[:_ITEMS]],
    }
    totals = {name: len(getattr(change_set, name)) for name in rows if name != "edits"}
    totals["edits"] = len(every_edit)
    after = {
        "checks": f"{change_set.passed_checks:,} passed" if change_set.passed_checks else "",
        "drift": f"not shown: {unseen_drift(change_set)}" if change_set.hidden_drift else "",
    }
    found: dict[str, str] = {}
    for name, inside in rows.items():
        more = [after[name]] if after.get(name) else []
        more += [f"since {plain(edits.base, 200)} ({plain(edits.commit[:12])})"] if name == "edits" and edits else []
        hidden = totals[name] - len(inside)
        more += [f"not shown: {hidden:,} more"] if hidden else []
        if inside or more:
            foot = f'<p class="more">{"; ".join(more)}</p>' if more else ""
            found[name] = (
                f'<section class="group other" id="{name}"><details open><summary><span class="head">'
                f'<h2>{TITLES[name]}</h2></span><span class="counts">{totals[name]:,}</span></summary>\n'
                f"{''.join(inside)}{foot}</details></section>\n"
            )
    return found


def _check(check: Check) -> str:
    problems = "".join(f"<p>{plain(problem)}</p>" for problem in check.problems[:50])
    hidden = len(check.problems) - 50
    more = f'<p class="more">not shown: {hidden:,} more problems</p>' if hidden > 0 else ""
    symbol = {"pass": "✓", "fail": "✗", "error": "✗"}.get(check.status, "?")
    kind = check.status if check.status in {"pass", "fail", "error"} else "unknown"
    badge = f'<b class="act {kind}"><span aria-hidden="true">{symbol}</span> {plain(check.status, 20)}</b>'
    summary = f'{badge} <code>{plain(check.address)}</code> <span class="fact">{plain(check.kind, 100)}</span>'
    body = f'<div class="body">{problems}{more}</div>' if problems else ""
    return markup.collapsible(_stack_of(check.stack), summary, body, is_open=True)


def _deferred(change: Change, reason: str) -> str:
    summary = f"{markup.change_badge(change)} <code>{plain(change.address)}</code>{markup.change_facts(change)}"
    summary += f' <span class="fact">waits: {plain(reason, 300)}</span>'
    body = markup.change_body(details_of(change), markup.place_of(change.location), markup.SHORT)
    return markup.collapsible(_stack_of(change.stack), summary, body)


def _invocation(invocation: Invocation) -> str:
    waits = f' <span class="fact">waits: {plain(invocation.deferred, 300)}</span>' if invocation.deferred else ""
    risk = "" if invocation.deferred else f" {markup.risk_badge(invocation.risk, with_reason=True)}"
    summary = (
        f'<b class="act">{plain(invocation.type, 200)}</b> <code>{plain(invocation.address)}</code> '
        f'<span class="fact">{plain(invocation.trigger)}</span>{waits}{risk}'
    )
    return markup.collapsible(_stack_of(invocation.stack), summary, "")


def _unread(section: UnreadSection) -> str:
    risk, items = markup.risk_badge(section.risk, with_reason=True), counted(section.items, "item")
    name = f'<b class="act unknown">unknown</b> <code>{plain(section.name)}</code>'
    summary = f'{name} <span class="fact">{items}</span> {risk}'
    return markup.collapsible(_stack_of(section.stack), summary, "")


def _output(output: OutputChange) -> str:
    stack = f'<span class="fact">{plain(output.stack, 200)}</span> ' if output.stack else ""
    shown = markup.values(output, markup.FULL.columns)
    shown += f' <span class="fact">{plain(output.note)}</span>' if output.note else ""
    summary = f'{markup.action_badge(output.action)} {stack}<code class="path">{plain(output.name, 300)}</code> {shown}'
    return markup.collapsible(_stack_of(output.stack), summary, "")


def _drift(change: Change) -> str:
    verb = "was deleted" if change.action is Action.DELETE else "has changed"
    summary = f'<b class="act">{verb}</b> <code>{plain(change.address)}</code>'
    return markup.collapsible(
        _stack_of(change.stack), summary, markup.change_body(details_of(change), "", markup.SHORT), is_open=True
    )


def _stack_of(stack: str | None) -> str:
    return f' data-stack="{plain(stack, 200)}"' if stack else ""


_IN_CONTENTS = 500
_NOTICES = 500
_WORDS = (
    "delete", "replace", "forget", "unknown", "revise", "update", DIFFERS, "create", "import", "move", "read", "open",
    "renew", "close",
)  # fmt: skip
_THERE = {"create": "in the configuration"}
_NEW = {"create": "new in the configuration", DIFFERS: "different", "delete": "gone"}
"""What is counted of a plan without a state."""
_SYMBOLS = {action.word: symbol for action, symbol in SYMBOLS.items()}
_SYMBOLS |= {"revise": SYMBOLS[Action.UPDATE], DIFFERS: UNEQUAL}


def head(verdict: Verdict, target: str) -> Iterator[str]:
    change_set = verdict.change_set
    counts = headline_counts(change_set.summary)
    style, script = _asset("report.css"), _asset("report.js")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{plain(target, 200)}: {plain(counts)}</title>\n"
        f"<style>{style}</style>\n<script>{script}</script>\n</head>\n<body>\n"
    )
    yield '<a class="skip" href="#changes">Skip to the changes</a>\n<header>'
    yield f'<p class="brand">Terraform plan</p><h1>{plain(target, 300)}</h1>'
    least = "at least " if change_set.partial or change_set.without_state else ""
    if change_set.partial:
        what, _, why = change_set.partial.partition(": ")
        yield f'<p class="verdict"><span class="risk r3">{what}</span> <span class="why">{why}</span></p>'
    if change_set.without_state:
        mark = f'<span class="risk r{int(Level.MEDIUM)}">{NOT_JUDGED}</span>'
        yield f'<p class="verdict">{mark} <span class="why">{WITHOUT_STATE}</span></p>'
    if grade(change_set, verdict.risk) != NOT_JUDGED:
        yield f'<p class="verdict">{least}{_verdict(verdict)}{_worst(verdict)}</p>'
    tiles = "".join(_tiles(change_set))
    yield f'<ul class="tiles">{tiles}</ul>' if tiles else ""
    unchanged = f" {change_set.unchanged:,} unchanged." if change_set.unchanged else ""
    yield f'<p class="line"><code>{plain(plan_line(change_set.summary))}</code>{unchanged}</p>'


def _verdict(verdict: Verdict) -> str:
    worst, risk = verdict.of_changes, verdict.risk
    headline = headlines(verdict.groups, worst)[0] if worst and risk.level > Level.LOW else ""
    if worst is None or not headline or (worst.head[0] is worst.change and risk.reason in headline):
        return markup.risk_badge(risk, with_reason=True)
    return f'{markup.risk_badge(risk)} <span class="why">{plain(headline, 300)}</span>'


def _worst(verdict: Verdict) -> str:
    worst = verdict.worst
    if worst is None or worst.risk.level <= Level.LOW:
        return ""
    alike = sum(severity(risk) == severity(worst.risk) for group in verdict.groups for risk in group.risks)
    more = f", and {alike - 1:,} more like it" if alike > 1 else ""
    return f' <span class="fact">in <a href="#g{worst.number}">{_name(worst.group)}</a>{more}</span>'


def _name(group: Group) -> str:
    what = f": {what_of(group)}" if group.members and what_of(group) else ""
    return f"{plain(group.label, 100)}{what}"


def _tiles(change_set: ChangeSet) -> Iterator[str]:
    counts = Counter(map(markup.word_in_page, change_set.changes))
    words = {} if not change_set.without_state else _NEW if change_set.summary.is_difference else _THERE
    for word in _WORDS:
        if counts[word] and word in words:
            yield f"<li><b>{counts[word]:,}</b> {words[word]}</li>"
        elif counts[word]:
            symbol = f'<span aria-hidden="true">{html.escape(_SYMBOLS[word])}</span>'
            yield f'<li class="{word}"><b>{counts[word]:,}</b> {symbol} {word}</li>'
    if change_set.outputs:
        yield f"<li><b>{len(change_set.outputs):,}</b> output{'s' * (len(change_set.outputs) > 1)}</li>"
    summary = change_set.summary
    for count, text in (
        (summary.invoke, "to invoke"), (summary.deferred, "deferred"), (summary.unread, "of unknown sections")
    ):  # fmt: skip
        if count:
            yield f"<li><b>{count:,}</b> {text}</li>"
    if drift := len(change_set.drift) + change_set.hidden_drift:
        yield f"<li><b>{drift:,}</b> changed outside of terraform</li>"


def notices(texts: Sequence[str]) -> Iterator[str]:
    if texts:
        rows = "".join(f"<li>{plain(text, 2_000)}</li>" for text in texts[:_NOTICES])
        hidden = len(texts) - _NOTICES
        more = f'<li class="more">not shown: {counted(hidden, "notice")}</li>' if hidden > 0 else ""
        yield f'<ul class="notices" aria-label="Notices">{rows}{more}</ul>'
    yield "</header>\n"


def tools(change_set: ChangeSet, entries: Mapping[str, int], stacks: Mapping[str, int]) -> str:
    actions = Counter(map(markup.word_in_page, change_set.changes))
    chips = [
        _chip("a", word, f"{html.escape(_SYMBOLS[word])} {word}", actions[word]) for word in _WORDS if actions[word]
    ]
    risks = [_chip("r", str(int(level)), f"{dots} {level.name.lower()}", None) for level, dots in markup.DOTS.items()]
    return (
        '<div class="tools" id="tools" role="search" aria-label="Filter the changes" hidden>'
        '<input type="search" id="q" placeholder="Search addresses, attributes, values" autocomplete="off" '
        'spellcheck="false" aria-label="Search" aria-keyshortcuts="/">'
        f'<fieldset><legend class="said">Action</legend>{"".join(chips)}</fieldset>'
        f'<fieldset id="risks"><legend class="said">Risk</legend>{"".join(risks)}</fieldset>'
        f"{_select('e', 'entries', entries)}{_select('s', 'stacks', stacks)}"
        '<span class="buttons"><button type="button" id="unfold">Unfold all</button>'
        '<button type="button" id="fold">Fold all</button>'
        '<button type="button" id="clear" aria-keyshortcuts="Escape">Clear</button></span>'
        f'<output id="count" aria-live="polite">{counted(len(change_set.changes), "change")}</output>'
        '<p class="keys"><kbd>/</kbd> search <kbd>j</kbd> <kbd>k</kbd> next, previous '
        "<kbd>Enter</kbd> fold <kbd>Esc</kbd> clear</p></div>\n"
    )


def _chip(name: str, value: str, words: str, count: int | None) -> str:
    number = f" <span>{count:,}</span>" if count else ""
    return f'<label class="chip"><input type="checkbox" name="{name}" value="{value}">{words}{number}</label>'


def _select(name: str, words: str, options: Mapping[str, int]) -> str:
    if len(options) < 2:
        return ""
    rows = "".join(f'<option value="{number}">{plain(option, 120)}</option>' for option, number in options.items())
    return f'<select id="{name}" aria-label="Filter by {words}"><option value="">all {words}</option>{rows}</select>'


def contents(groups: Sequence[Group], names: Iterable[str]) -> Iterator[str]:
    title = counted(len(groups), "group") if groups else "Contents"
    yield f'<nav aria-label="Contents"><details open><summary>{title}</summary><ol>'
    for number, group in enumerate(groups[:_IN_CONTENTS], 1):
        worst = min(group.changes, key=lambda change: (change.is_revision, change.action.rank))
        mark = f'<b class="act {markup.word_in_page(worst)}" aria-hidden="true">{html.escape(symbol_of(worst))}</b>'
        yield (
            f'<li><a href="#g{number}">{mark} <span class="name">{_name(group)}</span> '
            f'<span class="counts">{len(group.changes):,}</span></a></li>\n'
        )
    if len(groups) > _IN_CONTENTS:
        yield f'<li class="more">and {counted(len(groups) - _IN_CONTENTS, "more group")}</li>'
    for name in names:
        yield f'<li><a href="#{name}"><span class="name">{TITLES[name]}</span></a></li>\n'
    yield "</ol></details></nav>\n"


def foot(change_set: ChangeSet) -> str:
    version = f"Terraform {plain(change_set.terraform_version, 50)} · " if change_set.terraform_version else ""
    total = f"{counted(len(change_set.changes), 'change')}, all of them on this page · " if change_set.changes else ""
    return f"<footer><p>{version}{total}infragen</p></footer>\n</body>\n</html>\n"


@cache
def _asset(name: str) -> str:
    return files("infragen.report.page").joinpath("assets", name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

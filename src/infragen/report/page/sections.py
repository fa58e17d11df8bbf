"""What a plan says beside the changes of its objects: outputs, checks, drift, what waits, what apply invokes."""

from infragen.plan import Action, Change, ChangeSet, Check, Deferred, Invocation, OutputChange, UnreadSection
from infragen.report.change_details import details_of
from infragen.report.page.change import (
    FULL,
    SHORT,
    action_badge,
    change_badge,
    change_body,
    change_facts,
    collapsible,
    place_of,
    plain,
    risk_badge,
    values,
)  # fmt: skip
from infragen.report.severity import drifted, unseen_drift
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
        "edits": [collapsible("", f"<code>{plain(one.text)}</code>", "") for one in every_edit[:_ITEMS]],
        "checks": [*map(_check, change_set.checks[:_ITEMS])],
        "deferred": [*map(_deferred, change_set.deferred[:_ITEMS])],
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
    return collapsible(_stack_of(check.stack), summary, body, is_open=True)


def _deferred(deferred: Deferred) -> str:
    change = deferred.change
    summary = f"{change_badge(change)} <code>{plain(change.address)}</code>{change_facts(change)}"
    summary += f' <span class="fact">waits: {plain(deferred.reason, 300)}</span>'
    body = change_body(details_of(change), place_of(change.location), SHORT)
    return collapsible(_stack_of(change.stack), summary, body)


def _invocation(invocation: Invocation) -> str:
    waits = f' <span class="fact">waits: {plain(invocation.deferred, 300)}</span>' if invocation.deferred else ""
    risk = "" if invocation.deferred else f" {risk_badge(invocation.risk, with_reason=True)}"
    summary = (
        f'<b class="act">{plain(invocation.type, 200)}</b> <code>{plain(invocation.address)}</code> '
        f'<span class="fact">{plain(invocation.trigger)}</span>{waits}{risk}'
    )
    return collapsible(_stack_of(invocation.stack), summary, "")


def _unread(section: UnreadSection) -> str:
    summary = (
        f'<b class="act unknown">unknown</b> <code>{plain(section.name)}</code> '
        f'<span class="fact">{counted(section.items, "item")}</span> {risk_badge(section.risk, with_reason=True)}'
    )
    return collapsible(_stack_of(section.stack), summary, "")


def _output(output: OutputChange) -> str:
    stack = f'<span class="fact">{plain(output.stack, 200)}</span> ' if output.stack else ""
    shown = values(output, FULL.columns)
    shown += f' <span class="fact">{plain(output.note)}</span>' if output.note else ""
    summary = f'{action_badge(output.action)} {stack}<code class="path">{plain(output.name, 300)}</code> {shown}'
    return collapsible(_stack_of(output.stack), summary, "")


def _drift(change: Change) -> str:
    verb = "was deleted" if change.action is Action.DELETE else "has changed"
    summary = f'<b class="act">{verb}</b> <code>{plain(change.address)}</code>'
    return collapsible(_stack_of(change.stack), summary, change_body(details_of(change), "", SHORT), is_open=True)


def _stack_of(stack: str | None) -> str:
    return f' data-stack="{plain(stack, 200)}"' if stack else ""

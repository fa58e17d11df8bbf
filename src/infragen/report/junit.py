"""The changes as JUnit XML, for servers that show test results: a suite a group, a case a change.

What passes and what does not:

- a change whose risk is HIGH is a `failure`, with its reasons and differences;
- a change whose risk is MEDIUM passes, with its reasons as output, so that `--fail-on` alone decides about it;
- every other change passes, and so does an invoked action, with its risk as output;
- a check that did not pass is a `failure`, one that only apply decides is `skipped`;
- a change that waits for another apply, and a deferred action, is `skipped`;
- a plan that failed, or does not list all changes, is an `error`;
- of a plan without a state, what would pass is `skipped`: nobody judged it.

So there are as many cases as changes (plus those of checks, actions, deferrals and the plan itself). The shape is that
of the Jenkins xUnit plugin's schema (junit-10.xsd), which other servers read too.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from infragen.plan import WITHOUT_STATE, AttributeChange, Change, ChangeSet, Check, Level
from infragen.report.change_details import ChangeDetails, details_of
from infragen.report.findings import ERRORED, PARTIAL, RULES, STATELESS
from infragen.report.groups import group_changes
from infragen.text import shorten, sides, visible


class _Case(NamedTuple):
    """One test case: `outcome` is the element inside it, `""` when it passes."""

    name: str
    outcome: str = ""
    type: str = ""
    message: str = ""
    lines: Sequence[str] = ()


def render(change_set: ChangeSet, target: str) -> str:
    suites = (piece for name, cases in _suites(change_set) for piece in _written(name, cases))
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites{_attributes(name=target)}>\n'
    return "".join([head, *suites, "</testsuites>\n"])


def _suites(change_set: ChangeSet) -> Iterator[tuple[str, Sequence[_Case]]]:
    if change_set.partial:
        rule = ERRORED if change_set.errored else PARTIAL
        yield "plan", [_Case("terraform plan", "error", rule, RULES[rule], change_set.notices)]
    if change_set.without_state:
        yield "plan", [_Case("what is replaced, destroyed or lost", "skipped", STATELESS, WITHOUT_STATE)]
    if change_set.checks:
        yield "checks", [_check(check) for check in change_set.checks]
    for group in group_changes(change_set):
        name = f"{group.label} ({group.title})" if group.title else group.label
        yield name, [_change(change, change_set) for change in group.changes]
    if effects := change_set.effects:
        risks = ((one, f"{one.risk.level.name} {one.risk.kind.value}: {one.risk.reason}") for one in effects)
        yield "besides changes", [_Case(_in_stack(one.words, one.stack), lines=[said]) for one, said in risks]
    waiting = [(_name(one.change), one.reason) for one in change_set.deferred]
    waiting += [(_in_stack(one.address, one.stack), one.deferred) for one in change_set.invocations if one.deferred]
    if waiting:
        yield "waiting for another apply", [_Case(name, "skipped", "deferred", reason) for name, reason in waiting]


def _check(check: Check) -> _Case:
    outcome = "skipped" if check.status == "unknown" else "failure"
    message = check.problems[0] if check.problems else check.status
    return _Case(f"{check.kind} {_in_stack(check.address, check.stack)}", outcome, check.kind, message, check.problems)


def _change(change: Change, plan: ChangeSet) -> _Case:
    risk = change.risks[0]
    unjudged = ("skipped", STATELESS, WITHOUT_STATE) if plan.without_state else ("", "", "")
    if risk.level < Level.MEDIUM:
        return _Case(_name(change), *unjudged)
    details = details_of(change)
    if risk.level < Level.HIGH:
        return _Case(_name(change), *unjudged, lines=[*_reasons(details)])
    lines = [*_reasons(details), *map(_difference, details.attributes)]
    lines += [f"{count} not shown: {words}" for words, count in details.folded]
    return _Case(_name(change), "failure", risk.kind.value, risk.reason, lines)


def _name(change: Change) -> str:
    deposed = f" (deposed object {change.deposed})" if change.deposed else ""
    return f"{change.action.value}: {_in_stack(change.address, change.stack)}{deposed}"


def _in_stack(address: str, stack: str | None) -> str:
    return f"{address} (stack {stack})" if stack and stack.replace("-", "_") not in address else address


def _reasons(details: ChangeDetails) -> Iterator[str]:
    if details.change.location:
        yield str(details.change.location)
    yield from (f"{risk.level.name} {risk.kind.value}: {risk.reason}" for risk in details.risks)
    yield from (f"replaced because {cause.words}" for cause in details.causes)


def _difference(attribute: AttributeChange) -> str:
    values = sides(*(text and shorten(text, 300) for text in (attribute.before, attribute.after)))
    note = f" ({attribute.note})" if attribute.note else ""
    forces = " (forces replacement)" if attribute.forces_replacement else ""
    return f"{attribute.path}: {values}{note}{forces}"


def _written(name: str, cases: Sequence[_Case]) -> Iterator[str]:
    outcomes = Counter(case.outcome for case in cases)
    counts = {"failures": outcomes["failure"], "errors": outcomes["error"], "skipped": outcomes["skipped"]}
    yield f"<testsuite{_attributes(name=name, tests=len(cases), **counts)}>\n"
    for case in cases:
        head = f"<testcase{_attributes(classname=name, name=case.name)}"
        body = "\n".join(map(_safe, case.lines))
        if case.outcome:
            inside = _attributes(type=case.type, message=case.message)
            yield f"{head}><{case.outcome}{inside}>{body}</{case.outcome}></testcase>\n"
        elif body:
            yield f"{head}><system-out>{body}</system-out></testcase>\n"
        else:
            yield f"{head}/>\n"
    yield "</testsuite>\n"


def _attributes(**values: str | int) -> str:
    return "".join(f' {name}="{_safe(str(value))}"' for name, value in values.items())


def _safe(text: str) -> str:
    """Return a text for XML: nothing that is markup, and none of the characters that XML 1.0 cannot hold."""
    return escape(visible(text))

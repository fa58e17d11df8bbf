"""Filters of events and messages: what starts or reaches something more often, or no longer.

Sources: EventBridge User Guide "Creating event patterns", SNS Developer Guide "Subscription filter policies", Lambda
Developer Guide "Control which events Lambda sends to your function": fields have to match all, of a field's values one.
"""

from collections.abc import Iterator
from functools import partial

from infragen.effort import spend
from infragen.plan.differences.documents import open_documents
from infragen.plan.display import literal
from infragen.plan.risk import Level, Risk, RiskKind
from infragen.plan.risks.lookups import block, blocks, sides, switched_off, texts
from infragen.plan.risks.types import of_updates, rows
from infragen.plan.view import View
from infragen.redaction.values import Value, holds_unknown
from infragen.text import counted, first_of

_MOST = 2
_unknown = partial(RiskKind.UNKNOWN.risk, Level.MEDIUM)
_down = partial(RiskKind.DOWNTIME.risk, Level.MEDIUM)


def _filtered(view: View, name: str) -> Iterator[Risk]:
    before, after = view.before(name), view.after(name)
    if before != after:
        yield from _compared(before, after, name)


def _compared(before: Value, after: Value, name: str) -> Iterator[Risk]:
    documents = open_documents(before or "{}", after or "{}")
    old, new = (dict(_fields(side)) for side in ((documents.before, documents.after) if documents else ({}, {})))
    if not documents or holds_unknown(after) or any("$" in path for path in (*old, *new)):
        yield _unknown(f"other events or messages pass: {name} changes")
        return
    more = [f"{path} is no longer asked for" for path in old if path not in new]
    fewer = [f"{path} has to be {' or '.join(new[path])}" for path in new if path not in old]
    for path in (path for path in old if path in new):
        spend(len(old[path]) * len(new[path]) >> 4)
        more += [f"{path} may be {one}" for one in new[path] if one not in old[path]]
        fewer += [f"{path} may no longer be {one}" for one in old[path] if one not in new[path]]
    if more:
        yield _unknown(f"more events or messages pass: {first_of(more, _MOST)}")
    if fewer:
        yield _down(f"fewer events or messages pass: {first_of(fewer, _MOST)}")


def _fields(value: Value, path: str = "") -> Iterator[tuple[str, list[str]]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _fields(inner, f"{path}.{name}" if path else name)
    else:
        yield path, [*map(literal, value)] if isinstance(value, list) else [literal(value)]


def _patterns(view: View, path: str) -> Iterator[Risk]:
    before, after = ([one.get("pattern") for one in blocks(block(side).get("filter"))] for side in sides(view, path))
    spend(2 * len(before) * len(after))
    lost, gained = [one for one in before if one not in after], [one for one in after if one not in before]
    if len(lost) == len(gained) == 1:
        yield from _compared(lost[0], gained[0], "its filter")
    elif before and not after:
        yield _unknown("more events or messages pass: it has no filter any more")
    elif before and gained:
        yield _unknown(f"other events or messages pass: {counted(len(gained), 'new filter')}")
    elif lost or gained:
        yield _down(f"fewer events or messages pass: {first_of([*map(literal, gained or lost)], _MOST)}")


def _notified(view: View, name: str, target: str) -> Iterator[Risk]:
    """S3 User Guide "Amazon S3 Event Notifications"; `target` is the attribute with who is notified."""
    if holds_unknown(view.after(name)):
        return
    before, after = ({*_notifications(side, target)} for side in (view.before(name), view.after(name)))
    if lost := sorted(before - after):
        yield _down(f"events of its objects no longer reach {first_of(lost, _MOST)}")
    if gained := sorted(after - before):
        yield _unknown(f"events of its objects reach {first_of(gained, _MOST)}")


def _notifications(side: Value, target: str) -> Iterator[str]:
    """Yield `<ARN> (s3:ObjectCreated:* in pictures/*.png)` for each."""
    for one in blocks(side):
        prefix, suffix = (one.get(f"filter_{end}") or "" for end in ("prefix", "suffix"))
        where = f" in {prefix}*{suffix}" if prefix or suffix else ""
        yield from (f"{one.get(target)} ({event}{where})" for event in texts(one.get("events")))


def _told_of_all(view: View) -> Iterator[Risk]:
    if switched_off(view, "eventbridge"):
        yield _down("events of its objects no longer reach EventBridge")


JUDGES = of_updates(
    *rows("filters", filtered=_filtered, patterns=_patterns, notified=_notified),
    (_told_of_all, "s3_bucket_notification"),
)

"""Permissions that go: someone who may do something now is denied it, whichever argument took it away.

It is the same to its user whether an attachment is destroyed, a list is shortened or a policy says less.
"""

from collections.abc import Iterator, Sequence

from infragen.plan.risk import Action, Level, Risk, RiskKind
from infragen.plan.risks.lookups import blocks, shown, sides, texts
from infragen.plan.risks.policy_documents import UNCONDITIONAL, Statement, allowed, denied, each, sentence, unsaid
from infragen.plan.risks.types import joined, of_updates, rows, table
from infragen.plan.view import View
from infragen.redaction.values import Value, holds_unknown
from infragen.text import first_of

_denied = RiskKind.DOWNTIME.risk
_TARGETS = ("bucket", "crypto_key_id", "dataset_id", "name", "secret_id", "service", "service_account_id", "topic")


def _of_list(view: View, name: str, words: str) -> Iterator[Risk]:
    """Judge a list of names that loses some; each may be the end of an ARN."""
    before, after = sides(view, name)
    gone = sorted({*texts(before)} - {*texts(after)})
    if gone and not holds_unknown(after):
        lost = first_of([one.rpartition("/")[2] for one in gone])
        yield _denied(Level.MEDIUM, f"{words}: {name} loses {lost}")


def _of_policy(view: View, name: str) -> Iterator[Risk]:
    before, after = view.before(name), view.expected(name)
    if after != before and not holds_unknown(after):
        yield from _less((before,), (after,))


def _of_inline_policies(view: View) -> Iterator[Risk]:
    before, after = sides(view, "inline_policy")
    if not holds_unknown(after):
        yield from _less(*([policy.get("policy") for policy in blocks(side)] for side in (before, after)))


def _less(before: Sequence[Value], after: Sequence[Value]) -> Iterator[Risk]:
    old, new = (tuple(each(allowed, side)) for side in (before, after))
    if lost := [*unsaid(new, old)]:
        yield _denied(Level.MEDIUM, f"what was allowed is denied: {_said(lost)}")
    old, new = (tuple(each(denied, side)) for side in (before, after))
    if more := [*unsaid(old, new)]:
        is_open = all(one.condition != UNCONDITIONAL for one in more)
        yield _denied(Level.LOW if is_open else Level.MEDIUM, f"more is denied: {_said(more)}")


def _said(statements: Sequence[Statement]) -> str:
    whom = (f" by {shown(one.principals[0][1])}" if one.principals else "" for one in statements)
    return first_of([f"{sentence(one)}{who}" for one, who in zip(statements, whom, strict=True)])


def _takes_all(view: View, level: str, words: str) -> Iterator[Risk]:
    if view.action is Action.CREATE and not any(map(view.is_for_new, _TARGETS)):
        role = f" {shown(view.after('role'))}" if view.after("role") else ""
        yield _denied(Level[level], words.format(role=role))


JUDGES = joined(
    of_updates(*rows("permissions_lost", list=_of_list, policy=_of_policy), (_of_inline_policies, "iam_role")),
    table(*rows("permissions_lost", takes_all=_takes_all)),
)

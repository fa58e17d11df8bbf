"""Elsewhere: another account is let in, another address is told, or another environment is asked.

Only what a change adds is a risk: what went there before is not told again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infragen.plan.model import Action, Level, Risk, RiskKind
from infragen.plan.risks.lookups import block, blocks, shown, texts, word
from infragen.plan.risks.policy_documents import accounts
from infragen.plan.risks.types import DECIDES, judging, rows, table
from infragen.redaction.plain_secrets import variables
from infragen.redaction.values import UNKNOWN, Value
from infragen.text import first_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from infragen.plan.view import View

_risk = RiskKind.EXPOSURE.risk


def _shared(view: View, name: str, words: str, found_in: Callable[[Value], Iterable[str]] = texts) -> Iterator[Risk]:
    """Judge accounts that an attribute lets in; those of the plan itself, and services, are none."""
    if view.action is Action.DELETE or not view.accounts:
        return
    known = {*found_in(view.before(name)), *view.accounts}
    for account in sorted({*found_in(view.expected(name))} - known):
        if _ACCOUNT.fullmatch(account):
            yield _risk(Level.MEDIUM, f"account {account} {words}")


_ACCOUNT = re.compile(r"\d{12}")


def others(view: View) -> Iterator[Risk]:
    """Judge other accounts that a new or another object of AWS works with, for every type: ARNs, and their numbers.

    Policies, and what accounts are given, have judges of their own.
    """
    if not view.type.startswith("aws_") or not (view.action.creates or view.action is Action.UPDATE):
        return
    for name in view.names if view.accounts else ():
        written = view.sides.after.members.get(name, b"")
        if name in DECIDES or (view.type, name) in _GIVEN or not _HAS_ACCOUNT.search(written):
            continue
        known = {*_accounts(name, view.before(name)), *view.accounts}
        for account in sorted({*_accounts(name, view.expected(name))} - known):
            yield _risk(Level.MEDIUM, f"{name} leads to account {account}")


_GIVEN = {("aws_ami_launch_permission", "account_id")}
_HAS_ACCOUNT = re.compile(rb"(?<!\d)\d{12}(?!\d)")
_IN_ARN = re.compile(r"arn:[\w-]*:[\w-]*:[\w-]*:(\d{12}):")


def _accounts(name: str, value: Value) -> Iterator[str]:
    """Yield the accounts of ARNs, and the numbers that stand where a name says that they are an account's."""
    if isinstance(value, str):
        yield from _IN_ARN.findall(value)
        if _ACCOUNT.fullmatch(value) and any(one in name for one in ("account", "owner", "registry_id")):
            yield value
    elif isinstance(value, list):
        for one in value:
            yield from _accounts(name, one)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _accounts(key, part)


def _addresses(view: View, path: str, words: str) -> Iterator[Risk]:
    place, _, name = path.partition(".")

    def of(value: Value) -> set[str]:
        parts = [one.get(name) for one in blocks(value)] if name else [value]
        return {text for part in parts for text in texts(part)}

    if view.action is Action.DELETE:
        return
    before, after = of(view.before(place)), of(view.after(place))
    new, gone = sorted(after - before), sorted(before - after)
    if view.after(place) == UNKNOWN:
        new = [*view.comes_from((place,))] if before else []
    source = _SOURCES.get(view.type)
    new = [one for one in new if source or not _is_own(view, one)]
    is_all_new = view.action is Action.CREATE and (source is None or view.is_for_new(source))
    if new and not is_all_new:
        no_longer = f", and no longer {first_of(gone, _MOST)}" if gone else ""
        yield _risk(Level.MEDIUM, f"{words} {first_of(new, _MOST)}{no_longer}")


def _is_own(view: View, arn: str) -> bool:
    """Whether an ARN is of the plan's own accounts, or of the object's."""
    account = _account(arn)
    return account is not None and account in {*view.accounts, _account(word(view.before("arn")) or "")}


def _account(arn: str) -> str | None:
    parts = arn.split(":")
    return parts[4] if len(parts) > 5 else None


_SOURCES = {
    "aws_sns_topic_subscription": "topic_arn",
    "aws_kinesis_firehose_delivery_stream": "kinesis_source_configuration",
}
_MOST = 3


def _hosts(view: View, attribute: str, name: str) -> Iterator[Risk]:
    """Judge variables that lead into production from elsewhere, or out of it.

    What an object is of is said by its tag `Environment`, or by a word of its `name`; what a host is of, by a word of
    it. Where neither says so, nothing is judged.
    """
    tags = block(view.after("tags_all")) or block(view.after("tags"))
    said = next((text for key, tag in tags.items() if key.lower() in _TAGS and (text := word(tag))), None)
    own = _environment(said or word(view.after(name)) or "")
    known = {*variables(view.before(attribute), attribute)} if own else ()
    for value, variable in variables(view.expected(attribute), attribute) if own else ():
        host = _HOST.search(value) if variable and isinstance(value, str) else None
        other = _environment(host[0]) if host and (value, variable) not in known else None
        if other and (other in _PRODUCTION) != (own in _PRODUCTION):
            yield _risk(Level.MEDIUM, f"{variable} of {own} leads to {other}: {shown(value)}")


_TAGS = frozenset({"environment", "env", "stage"})
_PRODUCTION = frozenset({"prod", "production", "prd"})
_OTHERS = frozenset(
    ["dev", "develop", "development", "test", "testing", "qa", "uat", "stg", "stag", "stage", "staging"]
)
_HOST = re.compile(r"(?<![\w.@-])(?:[\w-]+\.)+[\w-]+|arn:aws[^\s]*")


def _environment(text: str) -> str | None:
    """Return the word of a name that says which environment it is of; None where there is none, or several."""
    words = {*re.split(r"[^a-z0-9]+", text.lower())} & (_PRODUCTION | _OTHERS)
    return words.pop() if len(words) == 1 else None


JUDGES = table(
    *rows("elsewhere", shared=_shared, addresses=_addresses, hosts=_hosts),
    (
        judging(_shared, "policy", "may use it", accounts),
        "ecr_repository_policy kms_key kms_key_policy s3_bucket_policy secretsmanager_secret sns_topic_policy",
        "secretsmanager_secret_policy sqs_queue sqs_queue_policy",
    ),
)

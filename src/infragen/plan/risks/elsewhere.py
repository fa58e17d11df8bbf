"""Elsewhere: another account is let in, another address is told, or another environment is asked.

Only what a change adds is a risk: what went there before is not told again.
"""

import re
from collections.abc import Iterator
from functools import partial

from infragen.plan.differences.documents import open_documents
from infragen.plan.risk import Action, Level, Risk, RiskKind
from infragen.plan.risks.lookups import block, shown, texts, texts_at, word
from infragen.plan.risks.policy_documents import accounts, allowed, denied
from infragen.plan.risks.types import BUCKETS, DECIDES, rows, table
from infragen.plan.view import View
from infragen.redaction.plain_secrets import variables
from infragen.redaction.values import UNKNOWN, Value
from infragen.text import first_of

_risk = partial(RiskKind.EXPOSURE.risk, Level.MEDIUM)
_ACCOUNT = re.compile(r"\d{12}")
_GIVEN = {"assume_role_policy", "shared_accounts", "aws_ami_launch_permission.account_id"}
_BY_KIND = {"CanonicalUser": "the canonical user {}", "Federated": "whoever signs in by {}"}
_NAMES_SOMEBODY = re.compile(rb"(?<!\d)\d{12}(?!\d)|CanonicalUser|Federated|\\\\u00")
_IN_ARN = re.compile(r"(?:arn:[\w-]*:[\w-]*:[\w-]*:(?=\d+:)|\A(?=\d+/sg-))(\d{12})(?!\d)", re.ASCII)
_SOURCES = {
    "aws_sns_topic_subscription": "topic_arn",
    "aws_kinesis_firehose_delivery_stream": "kinesis_source_configuration",
}
_READER = "aws_cloudfront_origin_access_identity"
_PRODUCTION = frozenset({"prod", "production", "prd"})
_OTHER = frozenset(["dev", "develop", "development", "test", "testing", "qa", "uat", "stg", "stag", "stage", "staging"])
_HOST = re.compile(r"(?<![\w.@-])(?:[\w-]+\.)+[\w-]+|arn:aws[^\s]*")


def _shared(view: View, name: str, words: str) -> Iterator[Risk]:
    if view.action is Action.DELETE or not view.accounts:
        return
    known = {*texts(view.before(name)), *view.accounts}
    for account in sorted({*texts(view.expected(name))} - known):
        if _ACCOUNT.fullmatch(account):
            yield _risk(f"account {account} {words}")


def others(view: View) -> Iterator[Risk]:
    # For every type: ARNs, account numbers, and whom a policy lets in. What accounts are given, and who may become a
    # role, has judges of its own.
    if not view.type.startswith("aws_") or not (view.action.creates or view.action is Action.UPDATE):
        return
    for name in view.names:
        written = view.sides.after.members.get(name, b"")
        is_later = name in DECIDES and view.after(name) == UNKNOWN
        if _GIVEN.intersection((name, f"{view.type}.{name}")) or not (is_later or _NAMES_SOMEBODY.search(written)):
            continue
        known = {*_strangers(name, view.before(name)), *view.accounts}
        for who in sorted({*_strangers(name, view.expected(name))} - known):
            is_account, leads = bool(_ACCOUNT.fullmatch(who)), name not in DECIDES or "arn" in name
            if view.accounts if is_account else not view.named_by((who.rpartition(" ")[2],), {_READER}):
                said = f"account {who}" if is_account else who
                yield _risk(f"{name} leads to {said}" if leads else f"{said} may use it")


def _strangers(name: str, value: Value) -> Iterator[str]:
    if allowed(value) or denied(value):
        who = [pair for one in allowed(value) for pair in one.principals]
        yield from (_BY_KIND[kind].format(text) for kind, text in who if kind in _BY_KIND)
        yield from filter(_ACCOUNT.fullmatch, accounts(value))
    elif isinstance(value, str) and "\\u" in value and (opened := open_documents(value, value)):
        yield from _strangers(name, opened.before)
    elif isinstance(value, str):
        yield from _IN_ARN.findall(value)
        if _ACCOUNT.fullmatch(value) and any(one in name for one in ("account", "owner", "registry_id")):
            yield value
    elif isinstance(value, list):
        for one in value:
            yield from _strangers(name, one)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _strangers(key, part)


def _addresses(view: View, path: str, words: str) -> Iterator[Risk]:
    place = path.partition(".")[0]
    if view.action is Action.DELETE:
        return
    before, after = ({*texts_at(side, path)} for side in (view.before, view.after))
    new, gone = sorted(after - before), sorted(before - after)
    if view.after(place) == UNKNOWN:
        new = [*view.comes_from((place,))] if before else []
    source = _SOURCES.get(view.type)
    streams = ("kinesis_source_configuration", "msk_source_configuration")
    is_put = view.action is Action.CREATE and not any(map(view.after, streams))  # what a bucket gets then is new
    own = {*view.accounts, _account(word(view.before("arn")) or "")} - {None}
    new = [one for one in new if source or _account(one) not in own]
    new = [one for one in new if not (":s3:::" in one and (is_put or view.named_by((one,), BUCKETS)))]
    is_all_new = view.action is Action.CREATE and (source is None or view.is_for_new(source))
    if new and not is_all_new:
        no_longer = f", and no longer {first_of(gone)}" if gone else ""
        yield _risk(f"{words} {first_of(new)}{no_longer}")


def _account(arn: str) -> str | None:
    parts = arn.split(":")
    return parts[4] if len(parts) > 5 else None


def _hosts(view: View, attribute: str, name: str) -> Iterator[Risk]:
    # The tag `Environment` of an object, or a word of its `name`, is its environment; a word of a host is the host's.
    # Where neither has one, nothing is judged.
    tags = block(view.after("tags_all")) or block(view.after("tags"))
    named = (tag for key, tag in tags.items() if key.lower() in {"environment", "env", "stage"})
    said = next(filter(None, map(word, named)), None)
    own = _environment(said or word(view.after(name)) or "")
    known = {*variables(view.before(attribute), attribute)} if own else ()
    for value, variable in variables(view.expected(attribute), attribute) if own else ():
        host = _HOST.search(value) if variable and isinstance(value, str) else None
        other = _environment(host[0]) if host and (value, variable) not in known else None
        if other and (other in _PRODUCTION) != (own in _PRODUCTION):
            yield _risk(f"{variable} of {own} leads to {other}: {shown(value)}")


def _environment(text: str) -> str | None:
    words = {*re.split(r"[^a-z0-9]+", text.lower())} & (_PRODUCTION | _OTHER)
    return words.pop() if len(words) == 1 else None


JUDGES = table(*rows("elsewhere", shared=_shared, addresses=_addresses, hosts=_hosts))

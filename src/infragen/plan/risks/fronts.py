"""Exposure by DNS names, listeners and web firewalls."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from infragen.plan.lenses.phrases import by_name
from infragen.plan.risk import Action, Level, Risk, RiskKind
from infragen.plan.risks.lookups import block, blocks, number, shown, sides, texts_at, word
from infragen.plan.risks.types import table
from infragen.plan.view import View
from infragen.redaction.values import Value
from infragen.text import first_of

_open = partial(RiskKind.EXPOSURE.risk, Level.MEDIUM)
_PROOF = re.compile(r"(?:.*\.)?_(?!dmarc\.)[\w-]+\.", re.ASCII)
"""Labels by which certificates are validated, and mail is signed: `_acme-challenge`, `_dnsauth`, `x._domainkey`."""
_ANSWERS = {
    "NS": "these name servers answer for all names below",
    "DS": "these keys sign the answers of all names below",
    "MX": "these servers get the mail of",
    "CAA": "it decides who issues certificates of",
    **dict.fromkeys(("HTTPS", "NAPTR", "SRV", "SVCB"), "clients use the servers that it names for"),
    **dict.fromkeys(("SSHFP", "TLSA"), "clients believe the keys that it names of"),
}
# AWS WAF Developer Guide "Rule action" and "Action overrides in rule groups": these end evaluation for who is found.
_STOPPING = ("block", "captcha", "challenge")


def _overwrites(view: View) -> Iterator[Risk]:
    """Judge a new record that replaces one there is; those that prove a name (`_x.example.com`) are alike."""
    name = word(view.after("name"))
    if view.action is Action.CREATE and view.after("allow_overwrite") is True and name and name[0] != "_":
        yield _open("it takes the place of a record of its name and type, if there is one")


def _answers(view: View) -> Iterator[Risk]:
    # Sources: Amazon Route 53 Developer Guide "Routing traffic for subdomains", "Considerations when working with a
    # private hosted zone"; CA/Browser Forum Baseline Requirements, 3.2.2.4.7 (a token in TXT proves the name itself,
    # and those below); RFC 8555, 8.3 (whoever answers for a name), 8.4 (`_acme-challenge`); RFC 8659 (CAA); RFC 7208,
    # 7489 (who sends mail); RFC 6186, 8314 (SRV: mail programs log in there).
    name, kind = word(view.after("name")) or "", word(view.after("type")) or ""
    is_new = view.action is Action.CREATE
    if view.action is Action.DELETE or view.is_for_new("vpc") or view.is_for_new("zone_id"):
        return
    if view.type != "aws_route53_record":
        if is_new and view.after("vpc"):
            yield _open(f"in its VPC, it alone answers for {name} and all names below")
        return
    known = {*_values(view.before)}
    added = [one for one in _values(view.after) if one not in known]
    if kind in _ANSWERS and (is_new or added):
        yield _open(f"{_ANSWERS[kind]} {name}")
    elif not added or kind == "PTR" or view.comes_from(("records",)) or view.comes_from(("alias", "name")):
        return
    elif kind in {"TXT", "SPF"} or (is_new and kind == "CNAME" and _PROOF.match(name)):
        yield _open(_proves(name))
    elif is_new and name[:1] == "*":
        yield _open(f"it answers for every name of {name[2:]} that has no record")
    elif is_new:
        yield _open(f"{first_of(added)}, which this plan does not make, can get certificates of {name}")


def _values(side: Callable[[str], Value]) -> list[str]:
    return [*texts_at(side, "records"), *texts_at(side, "alias.name")]


def _proves(name: str) -> str:
    if name.startswith("_dmarc."):
        return f"it decides what becomes of mail that only seems to be from {name.partition('.')[2]}"
    if _PROOF.match(name):
        return f"whoever wrote what it leads to can prove that {_PROOF.sub('', name, 1)} is theirs"
    return f"whoever wrote its text can prove that {name} is theirs, or send mail from it"


def _default_action(view: View) -> Iterator[Risk]:
    before, after = map(block, sides(view, "default_action"))
    if before.get("block") and after.get("allow") and not after.get("block"):
        yield _open("requests that match no rule are allowed: default_action becomes allow")


def _web_acl_rules(view: View) -> Iterator[Risk]:
    if view.is_whole:
        return
    before, after = by_name(view.before("rule")), by_name(view.after("rule"))
    if before is None or after is None:
        return
    for name in sorted(name for name in before.keys() & after.keys() if _lets_by(after[name])):
        if not _lets_by(before[name]):
            yield _open(f"the rule {shown(name)} allows: rules after it see nothing of its requests")
    for name in sorted(name for name, rule in before.items() if _stops(rule)):
        if name not in after:
            yield _open(f"the rule {shown(name)} is removed: requests that it blocked are allowed")
        elif not (_stops(after[name]) or _lets_by(after[name])):
            yield _open(f"the rule {shown(name)} only counts: requests that it blocked are allowed")
        elif fewer := sorted(_overridden(after[name]) - _overridden(before[name])):
            yield _open(f"the rule {shown(name)} blocks less: {', '.join(map(shown, fewer))} only counts")
        elif (was := _rate(before[name])) and (is_now := _rate(after[name])) and is_now.is_above(was):
            yield _open(f"the rule {shown(name)} blocks less: {was} -> {is_now}")


def _stops(rule: Mapping[str, Value]) -> bool:
    """Whether a rule refuses requests: a rule group does unless it is overridden as a whole."""
    override = block(rule.get("override_action"))
    return bool(blocks(override.get("none"))) or any(blocks(block(rule.get("action")).get(word)) for word in _STOPPING)


def _lets_by(rule: Mapping[str, Value]) -> bool:
    return bool(blocks(block(rule.get("action")).get("allow")))


class _Rate(NamedTuple):
    limit: float
    seconds: float

    def is_above(self, other: _Rate) -> bool:
        return self.limit * other.seconds > other.limit * self.seconds

    def __str__(self) -> str:
        return f"{self.limit:g} requests in {self.seconds:g} s"


def _rate(rule: Mapping[str, Value]) -> _Rate | None:
    """Return the limit of a rule; source: WAF API Reference "RateBasedStatement", whose window is five minutes."""
    statement = block(block(rule.get("statement")).get("rate_based_statement"))
    limit = number(statement.get("limit"))
    return None if limit is None else _Rate(limit, number(statement.get("evaluation_window_sec")) or 300)


def _overridden(rule: Mapping[str, Value]) -> set[str]:
    group = block(block(rule.get("statement")).get("managed_rule_group_statement"))
    counting = (
        word(one.get("name"))
        for one in blocks(group.get("rule_action_override"))
        if not any(blocks(block(one.get("action_to_use")).get(stop)) for stop in _STOPPING)
    )
    return {*filter(None, counting)}


def _plain_protocol(view: View) -> Iterator[Risk]:
    before, after = word(view.before("protocol")), word(view.after("protocol"))
    if (before, after) in {("HTTPS", "HTTP"), ("TLS", "TCP")}:
        yield _open(f"traffic is no longer encrypted: protocol {before} -> {after}")


def _no_redirect(view: View) -> Iterator[Risk]:
    """Elastic Load Balancing User Guide "Listeners for your Application Load Balancers": redirect actions."""
    before, after = map(block, sides(view, "default_action"))
    sent = block(before.get("redirect")).get("protocol") if before.get("type") == "redirect" else None
    becomes = word(after.get("type"))
    if sent == "HTTPS" and becomes not in {None, "redirect"} and view.after("protocol") == "HTTP":
        words = f"requests are answered without encryption: redirect to HTTPS -> {becomes}"
        yield RiskKind.EXPOSURE.risk(Level.HIGH, words)


JUDGES = table(
    (_overwrites, "route53_record"),
    (_answers, "route53_record route53_zone service_discovery_private_dns_namespace"),
    (_default_action, "wafv2_web_acl"),
    (_web_acl_rules, "wafv2_rule_group wafv2_web_acl"),
    (_plain_protocol, "alb_listener lb_listener"),
    (_no_redirect, "alb_listener lb_listener"),
)

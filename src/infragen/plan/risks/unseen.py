"""Unseen: what gives rights or lets somebody in is hidden in a plan, known only after apply, or of an unknown type.

What no one can see is not harmless. An unknown value that only names an object (`Unknown.naming`) hides nothing: what
that object allows is told of it.
"""

from collections.abc import Iterator

from infragen.hcl.addresses import ARN, NAME
from infragen.plan.risk import Action, Level, Risk, RiskKind
from infragen.plan.risks.lookups import blocks, word
from infragen.plan.risks.types import DECIDES, DECIDING_BLOCKS
from infragen.plan.view import View
from infragen.redaction.values import UNKNOWN_TEXT, Redacted, Unknown, Value, holds_unknown

LATER = RiskKind.UNKNOWN.risk(Level.MEDIUM, "what it allows is known only after apply")
HIDDEN = RiskKind.UNKNOWN.risk(Level.MEDIUM, "what it allows is hidden in this plan")
UNJUDGED = RiskKind.UNKNOWN.risk(Level.LOW, "not judged: creation")  # a headline goes on with the type
_BESIDE = frozenset({"Condition", "Id", "Sid", "Version"})  # of a policy: they decide neither who is allowed nor what
_DOCUMENTS = ("policy", "policies", "policy_document", "Action")  # which no object's name is
_OF_ARNS = ("policy_arn", "policy_arns", "principal", "principals", "AWS")


def unseen(view: View) -> Iterator[Risk]:
    is_written = view.action.creates or view.action is Action.UPDATE
    if not is_written or not view.type.startswith(("aws_", "azurerm_", "google_")):
        return
    lets_out = view.type.endswith("egress_rule") or view.after("type") == "egress"
    for name in view.names:
        if not lets_out and (name in DECIDES or name in DECIDING_BLOCKS):
            yield from (HIDDEN if isinstance(one, Redacted) else LATER for one in _unseen_parts(view, name))


def _unseen_parts(view: View, name: str) -> Iterator[Redacted | Unknown]:
    value = view.expected(name)
    value = view.after(name) if isinstance(value, bool) else value  # as judges read switches
    if value == view.before(name) or view.mark_change(name):
        return
    if name in DECIDING_BLOCKS and (inside := blocks(value)):
        pairs = [(key, part) for one in inside for key, part in one.items() if key in DECIDES]
    else:
        later = view.in_part(name) if isinstance(value, list | Unknown) and holds_unknown(value) else value
        pairs = [(name, later if _plain(later) == _plain(value) else value)]
    yield from (leaf for key, part in pairs for leaf in _leaves(key, part))


def _plain(value: Value) -> int:
    """Count what can be seen of a list, or of one value: more than the plan has, no judge has read."""
    listed = value if isinstance(value, list) else [value]
    return sum(one is not None and not isinstance(one, Redacted | Unknown) for one in listed)


def _leaves(key: str, value: Value) -> Iterator[Redacted | Unknown]:
    if isinstance(value, Redacted) and value.inside is not None:
        value = value.inside
    if isinstance(value, Redacted | Unknown):
        yield from () if _is_limited(key, value) else (value,)
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(key, one)
    elif isinstance(value, dict) and word(value.get("Effect")) != "Deny":
        for name, part in value.items():
            yield from () if name in _BESIDE else _leaves(name, part)


def _is_limited(key: str, leaf: Redacted | Unknown) -> bool:
    """Whether what can be seen of a value says that it is one thing: an address, an object, a part of an ARN's."""
    naming = leaf.naming if isinstance(leaf, Unknown) else 0
    if "cidr" in key:
        return leaf.text.endswith(("/32", "/128"))
    if key in {"Resource", "NotResource"} and naming:
        return leaf.text.removeprefix(UNKNOWN_TEXT)[:1] in {"", ":", "/"}
    if key.endswith(_DOCUMENTS):
        return False
    if key.endswith(_OF_ARNS):
        return naming == ARN
    return naming >= NAME or (key not in DECIDES and leaf.text.startswith("arn:"))

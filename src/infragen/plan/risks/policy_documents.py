"""Policy documents as far as risks go: who is allowed what.

Source: IAM User Guide "Grammar of the IAM JSON policy language"; a statement and each of its lists may stand alone.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from infragen.effort import spend
from infragen.plan.risks.conditions import fits, narrower, tests
from infragen.plan.risks.open_ports import aws_rules
from infragen.redaction.values import UNKNOWN_TEXT, Redacted, Unknown, Value
from infragen.text import first_of

MOST_NAMES = 3
_KEPT = 32
"""Documents that are kept read: those of one change are asked for by several judges in a row."""
UNCONDITIONAL = '""'
_ANY: Final = r"\?*+\*[*?]*+"
_EVERYTHING: Final = re.compile(rf"{_ANY}|arn:(?:aws[\w-]*+:)?+{_ANY}(?::{_ANY})*+", re.ASCII)
"""A resource, or whom a condition asks for, that everything is: `*`, `arn:*`, `arn:aws:*:*`."""
_ANYBODY: Final = re.compile(
    r"(?:(?:o|vpce?)-|A[A-Z]{3})?+[*?:]++|arn:[^:]*+(?::[\w*?-]*+){0,2}:[*?:/]++"
    r"|arn:[^:]*+:(?:iam|sts|[*?]++):[^:]*+:[*?]++(?::.*+)?"  # whoever has an account may take such a name in it
)
# Source: Amazon S3 User Guide "Blocking public access": what makes a policy not public; IAM User Guide "AWS global
# condition context keys".
_WHO = frozenset(
    f"aws:{name}"
    for names in (
        "sourceip sourcevpc sourcevpce vpcsourceip sourceowner sourceaccount sourcearn sourceorgid sourceorgpaths",
        "userid username calledvia viaawsservice federatedprovider",
    )
    for name in names.split()
)
_WHO_STARTS = ("aws:principal", "s3:dataaccesspoint", "kms:calleraccount", "kms:viaservice", "sts:externalid")


class Statement(NamedTuple):
    """One statement; IAM reads actions in either case. `but` says that `actions` are those it leaves out (NotAction).

    `principals` are pairs of a kind and a name, `("AWS", "*")`; anyone is `("*", "*")`. `everywhere` says whether its
    resources are all there are, `conditional` whether a condition limits who may do it; `condition` is all of it.
    """

    effect: str
    actions: tuple[str, ...]
    but: bool
    everywhere: bool
    principals: tuple[tuple[str, str], ...]
    conditional: bool
    resources: tuple[str, ...] = ()
    condition: str = ""

    @property
    def is_for_anybody(self) -> bool:
        return ("*", "*") in self.principals or ("AWS", "*") in self.principals

    @property
    def is_unlimited(self) -> bool:
        return all(
            (key := one.key.lower()) == "aws:securetransport"
            or (_is_met_by_all(one.operator, [*one.values]) and (_is_who(key) or "*" in one.values))
            for one in tests(self.condition)
        )


def allowed(value: Value) -> tuple[Statement, ...]:
    return tuple(statement for statement in _statements(value) if statement.effect == "Allow")


def denied(value: Value) -> tuple[Statement, ...]:
    return tuple(statement for statement in _statements(value) if statement.effect == "Deny")


def accounts(value: Value) -> Iterator[str]:
    for statement in allowed(value):
        for kind, name in statement.principals:
            if kind == "AWS" and name not in {"*", UNKNOWN_TEXT}:
                yield account_of(name)


def account_of(principal: str) -> str:
    return principal.split(":")[4] if principal.count(":") >= 5 else principal


def covered(names: Collection[str], patterns: Collection[str]) -> bool:
    """Whether each name is one of those, or fits one with wildcards; IAM reads actions in either case."""
    return not uncovered(names, patterns)


def uncovered(names: Collection[str], patterns: Collection[str]) -> tuple[str, ...]:
    spend(3 + (len(names) + len(patterns) >> 2))
    lowered = frozenset(pattern.lower() for pattern in patterns)
    wild = [pattern for pattern in lowered if "*" in pattern or "?" in pattern]
    left = tuple(name for name in names if name.lower() not in lowered)
    spend(len(left) * len(wild) >> 1)
    return tuple(name for name in left if not any(fits(name.lower(), one) for one in wild))


def beyond(known: Iterable[Statement], statement: Statement) -> Statement | None:
    """Return what of a statement no single one of those known before allows; None when nothing is left."""
    for one in known:
        if one.but or statement.but or one.condition not in {statement.condition, UNCONDITIONAL}:
            if one == statement:
                return None
            continue
        if covered(statement.resources, one.resources):
            statement = statement._replace(actions=uncovered(statement.actions, one.actions))
        elif covered(statement.actions, one.actions):
            statement = statement._replace(resources=uncovered(statement.resources, one.resources))
    return statement if statement.actions and statement.resources else None


def each(read: Callable[[Value], Iterable[Statement]], policies: Iterable[Value]) -> Iterator[Statement]:
    """Yield the statements of policies, one for each whom they name; without a resource, it is the policy's own."""
    for policy in policies:
        for one in read(policy):
            for who in one.principals or (None,):
                yield one._replace(principals=(who,) if who else (), resources=one.resources or ("*",))


def unsaid(known: Sequence[Statement], found: Iterable[Statement]) -> Iterator[Statement]:
    """Yield what of some statements, as `each` yields them, none of those known says of the same people."""
    as_known = frozenset(known)
    left_over = [one for one in found if one not in as_known]
    for one in left_over:
        spend(6 * len(known))
        same = [
            other if narrower(other.condition, one.condition) else other._replace(condition=one.condition)
            for other in known
            if other.is_for_anybody or other.principals == one.principals
        ]
        if left := beyond(same, one):
            yield left._replace(principals=one.principals)


def sentence(statement: Statement, limit: str | None = None) -> str:
    lead = "everything except " if statement.but else ""
    where = f" on {first_of(statement.resources, MOST_NAMES)}" if statement.resources else ""
    if limit is None:
        limit = "" if statement.condition == UNCONDITIONAL else ", under a condition"
    return f"{lead}{first_of(statement.actions, MOST_NAMES)}{where}{limit}"


def _statements(value: Value) -> tuple[Statement, ...]:
    if isinstance(value, str):
        return _written(value)
    return _said(value.inside if isinstance(value, Redacted) else value)


@lru_cache(maxsize=_KEPT)
def _written(text: str) -> tuple[Statement, ...]:
    try:
        return _said(json.loads(text))
    except (ValueError, RecursionError):
        return ()


def _said(document: object) -> tuple[Statement, ...]:
    found = _listed(document.get("Statement")) if isinstance(document, dict) else ()
    return tuple(_statement(item) for item in found if isinstance(item, dict))


def _statement(item: dict[str, object]) -> Statement:
    but = "NotAction" in item
    resources, condition = _texts(item.get("Resource")), item.get("Condition")
    return Statement(
        effect=str(item.get("Effect")),
        actions=_texts(item.get("NotAction" if but else "Action")),
        but=but,
        everywhere="NotResource" in item or any(map(_EVERYTHING.fullmatch, resources)),
        principals=tuple(_principals(item)),
        conditional=_limits_who(item, condition),
        resources=("*",) if "NotResource" in item else resources,
        condition=json.dumps(condition, sort_keys=True, default=str) if condition else UNCONDITIONAL,
    )


def _limits_who(item: dict[str, object], condition: object) -> bool:
    # That a request comes by TLS keeps no one out. A condition of a Deny limits when each of its tests spares those
    # alone whom it names: "unless it is our account".
    if not isinstance(condition, dict):
        return False
    asked = [
        (operator, str(key).lower(), _texts(values))
        for operator, keys in condition.items()
        if isinstance(keys, dict)
        for key, values in keys.items()
    ]
    if item.get("Effect") == "Deny":
        few = all(_is_who(key) and _spares_few(str(kind), values) for kind, key, values in asked)
        return few and bool(asked) and "NotResource" not in item
    return any(_is_who(key) and not _is_met_by_all(str(operator), values) for operator, key, values in asked)


def _is_who(key: str) -> bool:
    return (key in _WHO or key.startswith(_WHO_STARTS)) and key != "aws:principaltype"


def _spares_few(operator: str, values: Sequence[str]) -> bool:
    """Whether a test of a Deny spares only some: those named by what it negates, or those who have a key."""
    kind = operator.removesuffix("IfExists")
    if kind in {"Null", "Bool"}:
        return ("true" if kind == "Null" else "false") in values
    return "Not" in kind and not _is_met_by_all(kind.replace("Not", "", 1), values)


def _is_met_by_all(operator: str, values: Sequence[str]) -> bool:
    """Whether nearly everybody meets a test: a value covers everything, few are excluded, or a key may be missing."""
    kind = operator.rpartition(":")[2].removesuffix("IfExists")
    if kind in {"IpAddress", "Bool"}:
        doors = aws_rules([{"cidr_blocks": [*values]}])
        return "false" in values if kind == "Bool" else any(door.is_worldwide for door in doors)
    if "Not" in kind or kind == "Null" or operator.startswith("ForAllValues:") or operator.endswith("IfExists"):
        return True
    wild = kind in {"StringLike", "ArnLike", "ArnEquals"}
    return wild and any(_EVERYTHING.fullmatch(one) or _ANYBODY.fullmatch(one) for one in values)


def _principals(item: dict[str, object]) -> Iterator[tuple[str, str]]:
    principal = item.get("Principal")
    if principal == "*" or "NotPrincipal" in item:
        yield "*", "*"
    if isinstance(principal, dict):
        yield from ((str(kind), name) for kind, names in principal.items() for name in _texts(names))


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(
        text for item in _listed(value) if isinstance(text := item.text if isinstance(item, Unknown) else item, str)
    )


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]

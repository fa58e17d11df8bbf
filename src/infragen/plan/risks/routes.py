"""Routes: requests that something no longer takes, and who takes them then, as far as the plan knows the others.

Sources: Elastic Load Balancing User Guide "Listener rules for your Application Load Balancer" (the lowest priority that
matches); API Gateway Developer Guide "Create routes for HTTP APIs in API Gateway" and "Set up a proxy integration with
a proxy resource" (the most specific one); Route 53 Developer Guide "Weighted routing".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from typing import Final, NamedTuple

from infragen.effort import spend
from infragen.plan.risk import Action, Level, Risk, RiskKind
from infragen.plan.risks.lookups import block, blocks, number, sides, texts, word
from infragen.plan.risks.types import aws, table
from infragen.plan.view import Index, View
from infragen.redaction.values import Value, holds_unknown
from infragen.text import first_of
from infragen.wildcards import fits, meet

_down: Final = partial(RiskKind.DOWNTIME.risk, Level.MEDIUM)
_MOST: Final = 2
_LISTENER_RULES: Final = frozenset(aws("alb_listener_rule lb_listener_rule"))
_LISTENERS: Final = frozenset(aws("alb_listener lb_listener"))
_BY_PATTERN: Final = ("host_header", "path_pattern")
_ROUTES: Final = frozenset(aws("apigatewayv2_route"))
_METHODS: Final = frozenset(aws("api_gateway_method"))
_METHOD: Final = "http_method"
_OWNERS: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    **dict.fromkeys(_LISTENER_RULES, ("listener_arn", _LISTENERS)),
    **dict.fromkeys(_ROUTES, ("api_id", frozenset(aws("apigatewayv2_api")))),
    **dict.fromkeys(_METHODS, ("rest_api_id", frozenset(aws("api_gateway_rest_api")))),
}
_RECORDS: Final = frozenset(aws("route53_record"))
_QUESTION: Final = ("zone_id", "name", "type", "set_identifier")


def tells(view: View) -> bool:
    named, owners = _OWNERS.get(view.type, ("", frozenset()))
    return bool(named and word(view.before(named)) and not view.held_by_lost((named,), owners))


class _Request(NamedTuple):
    host: str
    path: str
    others: frozenset[str]

    def __str__(self) -> str:
        return (self.host + self.path).replace("**", "*") if self.host != "*" else self.path

    def takes(self, other: _Request) -> bool:
        return self.is_of(other) and self.others <= other.others

    def is_of(self, other: _Request) -> bool:
        spend(1)
        return fits(other.path, self.path) and fits(other.host, self.host)

    def meets(self, other: _Request) -> bool:
        return meet(other.path, self.path) and meet(other.host, self.host)


def _requests(conditions: Value) -> list[_Request]:
    said = [(name, value) for one in blocks(conditions) for name, value in one.items() if value]
    others = frozenset(f"{name}={value!r}" for name, value in said if name not in _BY_PATTERN)
    patterns = {
        name: [text for part in blocks(value) for text in texts(part.get("values"))] or ["(hidden)"]
        for name, value in said
        if name in _BY_PATTERN
    }
    hosts, paths = (patterns.get(name, ["*"]) for name in _BY_PATTERN)
    spend(4 * len(hosts) * len(paths))
    return [_Request(host, path, others) for host, path in product(hosts, paths)] if said else []


class _Rule(NamedTuple):
    priority: float
    requests: list[_Request]
    address: str

    def takes(self, request: _Request) -> bool:
        return any(one.takes(request) for one in self.requests)


def _listener_rule(view: View) -> Iterator[Risk]:
    if view.action is Action.DELETE and not tells(view):
        return
    own = view.current("listener_arn")
    asked = view.after("condition"), view.after("priority")
    if any(map(holds_unknown, asked)):
        if view.before("condition"):
            yield _down("its requests may go to another rule, or to the listener's default")
        return
    rules = view.matching(_BESIDE, own) if own and isinstance(own, str) else ()
    before, mine = _rule(view.before), _rule(view.after)
    found: dict[str, list[_Request]] = {}  # by who takes what the rule took and takes no longer
    for request in before.requests:
        taker = min((rule for rule in (*rules, mine) if rule.takes(request)), default=None)
        if taker is None or taker.address:
            by = f"{taker.address} takes them" if taker else _by_default(view, own)
            found.setdefault(by, []).append(request)
    for by, requests in found.items():
        yield _down(f"requests to {_said(requests)} are no longer taken by it: {by}")
    if not view.action.destroys:
        yield from _taken(before, mine, [one for one in rules if one.requests])
    if before.priority > mine.priority > 0 and not rules:
        yield _down("requests may go to it that a rule took which this plan does not have: it is asked sooner")


def _taken(before: _Rule, mine: _Rule, others: Sequence[_Rule]) -> Iterator[Risk]:
    more = [one for one in mine.requests if not before.takes(one)]
    for rule in others:
        if mine.priority > rule.priority:
            more = [one for one in more if not rule.takes(one)]
            continue
        new = more if before.priority < rule.priority else mine.requests
        took = [one for one in rule.requests if mine.takes(one) and any(map(one.meets, new))]
        if not took and before.requests:  # a new rule beside one for all else is why rules have an order
            took = [one for one in new if any(map(one.meets, rule.requests))]
            more = [one for one in more if one not in took]
        if took:
            yield _down(f"requests to {_said(took)} go to it, and no longer to {rule.address}")
    if wider := [one for one in more if before.requests and not any(old.is_of(one) for old in before.requests)]:
        yield RiskKind.EXPOSURE.risk(Level.MEDIUM, f"it takes requests to {_said(wider)} as well")


def _rule(side: Callable[[str], Value], address: str = "") -> _Rule:
    return _Rule(number(side("priority")) or 0, _requests(side("condition")), address)


_BESIDE: Final = Index(_LISTENER_RULES, ("listener_arn",), lambda one: _rule(one.after, one.shown_address))


def _said(requests: Iterable[_Request]) -> str:
    return first_of([*map(str, requests)], _MOST)


def _by_default(view: View, listener: Value) -> str:
    for one in view.others(_LISTENERS):
        if listener and listener in (one.after("arn"), one.after("id")):
            action = block(one.after("default_action"))
            code = word(block(action.get("fixed_response")).get("status_code"))
            if code:
                return f"they get a {code}"
            return "they are redirected" if action.get("type") == "redirect" else f"{one.shown_address} takes them"
    return "the listener's default takes them, or another rule"


class _Route(NamedTuple):
    method: str
    path: str
    address: str
    authorization: str = ""

    def takes(self, other: _Route) -> bool:
        spend(1 + (len(self.path) + len(other.path) >> 6))
        return self.method in {"ANY", other.method} and _matches(self.path.split("/"), other.path.split("/"))

    def rank(self) -> tuple[int, int, int]:
        return self.path.count("+}") * 2 + (self.path == "$default") * 3, self.path.count("{"), self.method == "ANY"


def _matches(pattern: Sequence[str], path: Sequence[str]) -> bool:
    if pattern == ["$default"]:
        return True
    for place, part in enumerate(pattern):
        if part.endswith("+}"):
            return len(path) > place
        if place >= len(path) or not (part == path[place] or part.startswith("{")):
            return False
    return len(pattern) == len(path)


def _api_route(view: View) -> Iterator[Risk]:
    if view.action is Action.DELETE and not tells(view):
        return
    if view.type in _ROUTES:
        old, new = (_of_key(word(side), "") for side in sides(view, "route_key"))
        api = view.before("api_id")
        others = view.matching(_ROUTES_BESIDE, api) if api else ()
    else:
        api = view.before("rest_api_id") or view.after("rest_api_id")
        old, new = (_method(view, side) for side in (view.before, view.after))
        others = view.matching(_METHODS_BESIDE, api) if api else ()
    if view.action.creates and view.type in _METHODS:
        yield from _opened(view, new, others)
    if old is None or not api or (new and new.takes(old)):
        return
    taker = min((one for one in others if one and one.takes(old)), key=_Route.rank, default=None)
    by = f"{taker.address} takes them" if taker else "nothing else in this plan takes them"
    yield _down(f"requests to {f'{old.method} {old.path}'.strip()} are no longer taken by it: {by}")


def _opened(view: View, new: _Route | None, others: Iterable[_Route | None]) -> Iterator[Risk]:
    """Judge also a path that is not known yet: it may be below any that takes all paths."""
    if view.after("authorization") != "NONE" or view.after(_METHOD) == "OPTIONS":
        return
    taking = [
        one
        for one in others
        if one and (one.takes(new) and one.address != view.shown_address if new else one.path.endswith("+}"))
    ]
    former = min(taking, key=_Route.rank, default=None)
    if former and former.authorization not in {"", "NONE"}:
        what = f"{new.method} {new.path}" if new else "it"
        words = f"anyone may call {what}: {former.address} asks for {former.authorization}"
        yield RiskKind.EXPOSURE.risk(Level.MEDIUM, words)


def _of_key(key: str | None, address: str) -> _Route | None:
    method, _, path = (key or "").rpartition(" ")
    return _Route(method or "ANY", path, address) if key else None


def _method(view: View, side: Callable[[str], Value], address: str = "") -> _Route | None:
    method, own = side(_METHOD), side("resource_id") or None
    path = next((word(one.current("path")) for one in reversed(view.matching(_BY_ID, own))), None)
    return _Route(method, path, address) if isinstance(method, str) and path else None


def _beside(view: View) -> _Route | None:
    """Return another method, with what it asks for: of the method that is judged itself, reading it would judge it."""
    found = _method(view, view.after, view.shown_address)
    return found and found._replace(authorization=word(view.after("authorization")) or "")


_BY_ID: Final = Index(
    frozenset(aws("api_gateway_resource")), ("id",), side=lambda one, name: one.before(name) or one.after(name)
)
_ROUTES_BESIDE: Final = Index(
    _ROUTES, ("api_id",), lambda one: _of_key(word(one.after("route_key")), one.shown_address)
)
_METHODS_BESIDE: Final = Index(_METHODS, ("rest_api_id",), _beside)


def _record(view: View) -> Iterator[Risk]:
    is_gone = view.action is Action.DELETE
    successors = view.matching(Index(_RECORDS, _QUESTION), *_asked_for(view.before)) if is_gone else ()
    later: View | None = view if view.action is Action.UPDATE else next(iter(successors), None)
    if later and word(later.after("type")) in {"A", "AAAA", "CNAME"}:
        old, new = _leads_to(view.before), _leads_to(later.after)
        if old and new and not {*old} <= {*new}:
            yield _down(f"its name leads to {first_of(new, _MOST)}, and no longer to {first_of(old, _MOST)}")
        elif old and (more := sorted({*new} - {*old})) and not later.comes_from(("records",)):
            yield RiskKind.EXPOSURE.risk(Level.MEDIUM, f"{first_of(more, _MOST)} answers for its name as well")
    if later is view:
        yield from _share(view)


def _asked_for(side: Callable[[str], Value]) -> list[Value]:
    return [side(name) or None for name in _QUESTION]


def _share(view: View) -> Iterator[Risk]:
    before, after = _weights(view)
    if before is None or after is None or before == after:
        return
    weights = view.matching(Index(_RECORDS, _QUESTION[:3], _weights, View.current), *_asked_for(view.after)[:3])
    totals = [sum(filter(None, side)) for side in zip((before, after), *weights, strict=True)] if weights else [0, 0]
    was, share = (100 * one / total if total else 100 for one, total in zip((before, after), totals, strict=True))
    if after == 0 and before:
        yield _down("no one who asks for its name is led to it: weight becomes 0")
    elif share < was:
        level = Level.MEDIUM if share * 2 <= was else Level.LOW
        words = f"{share:.0f} % of those who ask for its name are led to it instead of {was:.0f} %"
        yield RiskKind.DOWNTIME.risk(level, words)


def _weights(view: View) -> tuple[float | None, float | None]:
    before, after = map(number, sides(view, "weighted_routing_policy.weight"))
    return before, after


def _leads_to(side: Callable[[str], Value]) -> list[str]:
    target = word(block(side("alias")).get("name"))
    return [target] if target else sorted(texts(side("records")))


JUDGES = table(
    (_listener_rule, "alb_listener_rule lb_listener_rule"),
    (_api_route, "api_gateway_method apigatewayv2_route"),
    (_record, "route53_record"),
)

"""How CloudFront answers: what it keeps, what its origin gets of a request, who is let in, which origin answers.

Sources: CloudFront Developer Guide "Use managed cache policies", "Use managed origin request policies", "Cache content
based on cookies", "Cache behavior settings" (TTLs, path patterns, viewer protocol policy), "Specify signers that can
create signed URLs and signed cookies", "Add or remove HTTP headers in CloudFront responses with a policy" and
"Customize at the edge with functions".
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from infragen.plan.lenses.managed_policies import MANAGED
from infragen.plan.risk import Level, Risk, RiskKind
from infragen.plan.risks.lookups import block, blocks, number, shown, texts, word
from infragen.plan.risks.types import of_updates
from infragen.plan.view import View
from infragen.redaction.values import UNKNOWN, Value, holds_unknown
from infragen.text import first_of
from infragen.wildcards import fits, meet

Behavior = Mapping[str, Value]
_ORDERED, _DEFAULT, _HEADERS = "ordered_cache_behavior", "default_cache_behavior", "response_headers_policy_id"
_WIDE: Final = re.compile(r"/?[^/*?]*[*?]")
"""A path whose first part is open: it takes what belongs to others. One below a name of its own is usually new."""
_CHANGES: Final = frozenset({"DELETE", "PATCH", "POST", "PUT"})
"""Methods of what answers each user otherwise: it is more than pages."""
_BY_USER: Final = frozenset({"CachingDisabled", "Amplify"})
"""Policies by which no answer to one user is given to another: none is kept, or by Authorization and all cookies."""
_OTHERS: Final = "all other paths"
_open = partial(RiskKind.EXPOSURE.risk, Level.MEDIUM)
_down = partial(RiskKind.DOWNTIME.risk, Level.MEDIUM)


def _behaviors(view: View) -> Iterator[Risk]:
    if any(view.after(name) == UNKNOWN for name in (_ORDERED, _DEFAULT)):
        return
    old, new = (
        {word(one.get("path_pattern")) or "": one for one in blocks(side(_ORDERED))} | {_OTHERS: block(side(_DEFAULT))}
        for side in (view.before, view.after)
    )
    for path, former in old.items():
        taker = next(one for one in new if one == _OTHERS or (path != _OTHERS and fits(path, one)))
        was, becomes = (word(one.get("target_origin_id")) for one in (former, new[taker]))
        by = "" if taker == path else taker
        if was and becomes and was != becomes:
            by = f": {taker} takes them, which goes to {becomes}" if by else f", but to {becomes}"
            yield _down(f"requests to {path} no longer go to {was}{by}")
        elif by and {**former, "path_pattern": None} != {**new[taker], "path_pattern": None}:
            yield _down(f"requests to {path} are answered as those to {taker}")
    yield from _come(old, new)
    for path in sorted(old.keys() & new.keys()):
        before, after = old[path], new[path]
        yield from _kept(path, before, after)
        lost = word(before.get("origin_request_policy_id"))
        if lost and after.get("origin_request_policy_id") in (None, ""):
            name = MANAGED.get(lost) or shown(lost)
            yield _down(f"the origin of {path} no longer gets the cookies, headers and queries of the policy {name}")
        if not after.get("cache_policy_id") and (fewer := _forwarded(before) - _forwarded(after)):
            yield _down(f"the origin of {path} no longer gets {first_of(sorted(fewer))}")
        had, has = ({*texts(one.get("allowed_methods"))} for one in (before, after))
        if refused := sorted(had - has):
            yield _down(f"{first_of(refused)} of {path} is refused: allowed_methods")
        if taken := sorted(_CHANGES & has - had):
            yield _open(f"{first_of(taken)} of {path} may be sent to its origin: allowed_methods")
        yield from _let_in(path, before, after)


def _come(old: Mapping[str, Behavior], new: Mapping[str, Behavior]) -> Iterator[Risk]:
    order = {path: place for place, path in enumerate(new)}
    for path in sorted(new.keys() - old.keys()):
        is_wider = _WIDE.match(path) or any(one != _OTHERS and fits(one, path) for one in old)
        for one, former in old.items():
            if one != _OTHERS and (order.get(one, len(order)) < order[path] or not meet(one, path)):
                continue
            yield from _let_in(path, former, new[path])
            was, becomes = (word(side.get("target_origin_id")) for side in (former, new[path]))
            if was != becomes and (one != _OTHERS or is_wider):
                of_one = "" if one == _OTHERS else f" that {one} took"
                yield _down(f"requests to {path}{of_one} go to {becomes}, and no longer to {was}")
            if fits(path, one):
                break  # it took all of them


def _kept(path: str, before: Behavior, after: Behavior) -> Iterator[Risk]:
    was, is_now = (MANAGED.get(word(one.get("cache_policy_id")) or "") for one in (before, after))
    later = word(after.get("cache_policy_id"))
    ttls = ((name, number(before.get(name)), number(after.get(name))) for name in ("default_ttl", "min_ttl"))
    starts = [name for name, old, new in ttls if old == 0 and (new or 0) > 0]
    how = ""
    if later and was in _BY_USER and is_now not in _BY_USER:
        how = f"cache policy {was} -> {is_now or shown(later)}"
    elif not later and starts:
        how = f"{starts[0]} is no longer 0"
    elif not later and (fewer := _forwarded(before) - _forwarded(after)):
        how = f"{first_of(sorted(fewer))} no longer tell them apart"
    if how:
        level = Level.HIGH if _CHANGES & {*texts(after.get("allowed_methods"))} else Level.MEDIUM
        yield RiskKind.EXPOSURE.risk(level, f"answers of {path} may be kept and given to other users: {how}")


def _forwarded(behavior: Behavior) -> set[str]:
    values = block(behavior.get("forwarded_values"))
    cookies = block(values.get("cookies"))
    forward = word(cookies.get("forward"))
    found = {"queries"} if values.get("query_string") is True else set()
    found.update(f"header {name}" if name != "*" else "all headers" for name in texts(values.get("headers")))
    found.update(f"cookie {name}" for name in texts(cookies.get("whitelisted_names")))
    return found | ({"all cookies"} if forward == "all" else set())


def _let_in(path: str, before: Behavior, after: Behavior) -> Iterator[Risk]:
    was_signed, is_signed = (one.get("trusted_key_groups") or one.get("trusted_signers") for one in (before, after))
    if was_signed and not is_signed:
        yield _open(f"anyone can read {path}: no signature is asked for any more")
    if after.get("viewer_protocol_policy") == "allow-all" and before.get("viewer_protocol_policy") != "allow-all":
        yield _open(f"{path} is answered without encryption: viewer_protocol_policy allow-all")
    if (lost := word(before.get(_HEADERS))) and after.get(_HEADERS) in (None, ""):
        name = MANAGED.get(lost) or shown(lost)
        yield _open(f"browsers no longer get the headers of the policy {name} with {path}")
    for kind, name in (("function_association", "function_arn"), ("lambda_function_association", "lambda_arn")):
        old, new = (
            {word(one.get("event_type")): word(one.get(name)) for one in blocks(side.get(kind))}
            for side in (before, after)
        )
        if not holds_unknown(after.get(kind)):
            for event in sorted(filter(None, old.keys() - new.keys())):
                called = (old[event] or "the function").rpartition("function/")[2].rpartition("function:")[2]
                yield _open(f"{called} no longer runs on {event} of {path}: what it refused is let in")


JUDGES = of_updates((_behaviors, "cloudfront_distribution"))

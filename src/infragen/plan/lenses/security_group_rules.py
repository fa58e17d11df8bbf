"""Security group rules as firewall rules: `ingress tcp 443  null -> 10.0.0.0/16 "web"`.

A block of rules may name many sources; EC2 keeps one rule for each ("Security group rules", EC2 User Guide), and that
is what is compared: which source comes or goes for which ports. `all` is protocol -1, which has all ports; ICMP has a
type and a code where others have ports; `itself` is the group that a rule belongs to.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from infragen.plan.change_parts import AttributeChange
from infragen.plan.differences.engine import compare, leaf, whole
from infragen.plan.differences.lists import frozen, unmatched
from infragen.plan.display import literal
from infragen.plan.lenses.phrases import Lens, Phrase, ViewedAttribute, is_empty, word
from infragen.plan.view import View
from infragen.redaction.values import UNKNOWN, Number, Value, holds_unknown, is_hidden

_SERVICE = ("protocol", "ip_protocol", "from_port", "to_port")
_SOURCES = (
    "cidr_blocks", "cidr_ipv4", "ipv6_cidr_blocks", "cidr_ipv6", "prefix_list_ids", "prefix_list_id",
    "security_groups", "source_security_group_id", "referenced_security_group_id",
)  # fmt: skip
_TOLD = frozenset({*_SERVICE, *_SOURCES, "self", "description", "type"})
_GROUP_RULE = frozenset(
    {"type", "protocol", "from_port", "to_port", "cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "self",
     "source_security_group_id", "description"}
)  # fmt: skip
_VPC_RULE = frozenset(
    {"ip_protocol", "from_port", "to_port", "cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id",
     "description"}
)  # fmt: skip
_DIRECTIONS = {"aws_vpc_security_group_ingress_rule": "ingress", "aws_vpc_security_group_egress_rule": "egress"}
_EVERY = {Number("-1"), Number("0"), None}
_ALL = {Number("-1"), None}


class _Source(NamedTuple):
    text: str
    value: list[Value]


Rules = dict[str, list[tuple[_Source, str]]]
"""By direction and service: each source with what is said of the rule beside it."""


def read_rule(view: View) -> Iterator[AttributeChange]:
    attributes = LENSES[view.type].attributes
    names = [name for name in (view.names if view.is_whole else view.changed()) if name in attributes]
    notes = {} if view.is_whole else {name: note for name in names if (note := view.mark_change(name))}
    for name, note in notes.items():
        yield leaf(view, (name,), view.before(name), view.after(name), note)
    rest = [name for name in names if name not in notes]
    rule = tuple(_describe_rule(view, rest, attributes))
    for name in rest if not rule else ():
        yield from (whole(view, name) if view.is_whole else compare(view, (name,), view.before(name), view.after(name)))
    if rule:
        yield from (*_computed(view), *rule)


def _describe_blocks(viewed: ViewedAttribute, before: Value, after: Value) -> Iterator[AttributeChange]:
    sides = [_blocks(value) for value in (before, after)]
    if None not in sides:
        old, new = (_rules((viewed.attribute, block) for block in blocks or ()) for blocks in sides)
        yield from _differences(viewed, old, new)


def _describe_rule(view: View, names: Sequence[str], attributes: frozenset[str]) -> Iterator[AttributeChange]:
    old, new = ({name: side(name) for name in attributes} for side in (view.before, view.after))
    if any(change.path == "source_security_group_id" for change in _computed(view)):
        new["source_security_group_id"] = None
    there = [[rule] if any(part is not None for part in rule.values()) else [] for rule in (old, new)]
    before, after = (
        _rules((_DIRECTIONS.get(view.type) or word(rule.get("type")), rule) for rule in side) for side in there
    )
    forcing = [name for name in names if view.forces((name,))]
    if names:
        tell = _moved if before and after and {*before} != {*after} else _differences
        yield from tell(ViewedAttribute(view, (forcing or names)[0]), before, after)


def _moved(viewed: ViewedAttribute, before: Rules, after: Rules) -> Iterator[AttributeChange]:
    """Tell one rule of which the ports change, and perhaps all else, as one that stays itself."""
    stays = _sources_of(before) == _sources_of(after)
    gone, come = (
        [_rule(service, held, with_sources=not stays) for service, held in rules.items()] for rules in (before, after)
    )
    sources = sorted(source.text for held in after.values() for source, _ in held)
    yield from viewed.item_changes(f"rule for {', '.join(sources)}" if stays else "rule", gone, come)


def _sources_of(rules: Rules) -> Counter[Hashable]:
    return Counter(frozen(source.value[0]) for held in rules.values() for source, _ in held)


def _rule(service: str, held: Sequence[tuple[_Source, str]], *, with_sources: bool) -> Phrase:
    joined = _joined(held)
    tails = dict.fromkeys(tail for _, tail in held)
    text = f" {joined.text}" if joined and with_sources else "".join(tails)
    return Phrase(service + text, [service, *(source.value for source, _ in held)])


def _computed(view: View) -> Iterator[AttributeChange]:
    # "Resource: aws_security_group_rule" of the provider: `source_security_group_id` cannot be set beside other
    # sources.
    name = "source_security_group_id"
    others = [view.after(other) for other in ("cidr_blocks", "ipv6_cidr_blocks", "self")]
    if view.after(name) == UNKNOWN and not all(is_empty(other) or other is False for other in others):
        yield leaf(view, (name,), view.before(name), UNKNOWN)


def _blocks(value: Value) -> list[dict[str, Value]] | None:
    blocks = [] if value is None else value
    if not isinstance(blocks, list):
        return None
    found = [block for block in blocks if isinstance(block, dict)]
    return found if len(found) == len(blocks) else None


def _rules(blocks: Iterable[tuple[str, Mapping[str, Value]]]) -> Rules:
    rules: Rules = {}
    for direction, block in blocks:
        description = block.get("description")
        others = [key for key in sorted(block) if key not in _TOLD and not is_empty(block[key])]
        text = "" if is_empty(description) else f" {literal(description)}"
        service = f"{direction} {_service(block)}"
        tail = text + "".join(f" {key} {literal(block[key])}" for key in others)
        held: Value = [block.get(name) for name in _SERVICE]
        certain: list[Value] = [held] if is_hidden(held) or holds_unknown(held) else []
        rest: Value = {key: block[key] for key in {*block} - {*_SERVICE, *_SOURCES, "self"} if not is_empty(block[key])}
        for source in _sources(block):
            rules.setdefault(service, []).append((_Source(source.text, [source.value, rest, *certain]), tail))
    return rules


def _differences(viewed: ViewedAttribute, before: Rules, after: Rules) -> Iterator[AttributeChange]:
    for service in sorted({*before, *after}):
        old, new = before.get(service, []), after.get(service, [])
        removed, added = unmatched([one.value for one, _ in old], [one.value for one, _ in new])
        stay = len(old) - len(removed)
        if removed or added:
            note = f"{stay} {'other unchanged' if stay == 1 else 'others unchanged'}" if stay else None
            sides = _joined([old[place] for place in removed]), _joined([new[place] for place in added])
            yield viewed.change(service, *sides, note)


def _service(rule: Mapping[str, Value]) -> str:
    protocol = rule.get("protocol") if rule.get("protocol") is not None else rule.get("ip_protocol")
    first, last = rule.get("from_port"), rule.get("to_port")
    if protocol == "-1":
        return "all" if _is_one_of(first, _EVERY) and _is_one_of(last, _EVERY) else f"all {_range(first, last)}"
    name = f"protocol {protocol}" if isinstance(protocol, str) and protocol.isdecimal() else word(protocol)
    if protocol in ("icmp", "icmpv6"):
        return f"{name} {_icmp(first, last)}"
    return f"{name} {_range(first, last)}"


def _range(first: Value, last: Value) -> str:
    return word(first) if first == last and not is_hidden(first) else f"{word(first)}-{word(last)}"


def _icmp(kind: Value, code: Value) -> str:
    if _is_one_of(kind, _ALL):
        return "all" if _is_one_of(code, _ALL) else f"all types code {word(code)}"
    return f"type {word(kind)} " + ("all codes" if _is_one_of(code, _ALL) else f"code {word(code)}")


def _is_one_of(value: Value, numbers: set[Number | None]) -> bool:
    return (value is None or isinstance(value, Number)) and value in numbers


def _sources(rule: Mapping[str, Value]) -> Iterator[Phrase]:
    held = (part for name in _SOURCES if not is_empty(part := rule.get(name)))
    named = [value for part in held for value in (part if isinstance(part, list) else [part])]
    itself = rule.get("self")
    if itself is True:
        yield Phrase("itself", True)
    elif itself is not None and itself is not False:
        yield Phrase(f"itself {literal(itself)}", itself)
    yield from (Phrase(word(value), value) for value in named)
    if not named and not itself:
        yield Phrase("nothing", None)


def _joined(sources: Sequence[tuple[_Source, str]]) -> Phrase | None:
    if not sources:
        return None
    by_tail: dict[str, list[str]] = {}
    for source, tail in sources:
        by_tail.setdefault(tail, []).append(source.text)
    texts = [", ".join(sorted(held)) + tail for tail, held in sorted(by_tail.items())]
    return Phrase("; ".join(texts), [source.value for source, _ in sources])


_GROUP = Lens.of(frozenset({"ingress", "egress"}), _describe_blocks)
LENSES: Mapping[str, Lens] = {
    "aws_security_group": _GROUP,
    "aws_default_security_group": _GROUP,
    "aws_security_group_rule": Lens(_GROUP_RULE, read_rule),
    **dict.fromkeys(_DIRECTIONS, Lens(_VPC_RULE, read_rule)),
}
"""Attributes and blocks as the schema of the AWS provider 5.100.0 has them."""

"""WAF rules by name: priority, action, and the statement in words.

The words are those of the console and of "Rule statements list" (AWS WAF Developer Guide): a rate-based rule has a
limit and what it counts by, a managed rule group has a vendor, a version and overrides. What has no words here is shown
as it stands, without the dozens of blocks that a provider writes down empty.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from infragen.plan.change_parts import AttributeChange
from infragen.plan.lenses.phrases import (
    Lens,
    Parts,
    Phrase,
    ViewedAttribute,
    by_name,
    compact,
    is_empty,
    parts_of,
    phrases,
    sentence,
    word,
    words,
)
from infragen.redaction.values import Number, Value

Block = dict[str, Value]
_Said = Callable[[Block], tuple[set[str], str]]
_FIRST = ("priority", "action", "override_action", "statement")
_AS_ITS_RULES = "as its rules say"
"""`none` is that nothing is overridden: what the rules of a group block is blocked (AWS WAF Developer Guide)."""
_VISIBILITY = {"cloudwatch_metrics_enabled": "metrics", "metric_name": "metric", "sampled_requests_enabled": "samples"}
_FIELDS = {"single_header": "header", "single_query_argument": "query argument"}


def _describe(viewed: ViewedAttribute, before: Value, after: Value) -> Iterator[AttributeChange]:
    if viewed.attribute == "default_action":
        was, becomes = ([] if side is None else [_phrase(side)] for side in (before, after))
        yield from viewed.item_changes(viewed.attribute, was, becomes)
        return
    old, new = by_name(before), by_name(after)
    if old is None or new is None:
        return
    for name in sorted({*old, *new}, key=lambda name: _place(new.get(name) or old[name])):
        label = f"rule {word(name)}"
        if name in old and name in new:
            yield from viewed.differing(label, _parts(old[name]), _parts(new[name]))
        else:
            gone, come = (
                Phrase(sentence(_parts(side[name])), side[name]) if name in side else None for side in (old, new)
            )
            yield viewed.change(label, gone, come)


def _place(rule: Block) -> tuple[int, str, str]:
    """Return where a rule stands: WAF goes by priority."""
    priority, name = rule.get("priority"), rule.get("name")
    digits = priority.text if isinstance(priority, Number) else ""
    return len(digits), digits, str(name)


def _parts(rule: Block) -> Parts:
    return parts_of(rule, _FIRST, _part)


def _part(key: str, value: Value) -> Iterator[tuple[str, list[Phrase]]]:
    block = _block(value)
    if key == "statement" and block:
        yield from _statement_parts(block)
    elif key == "visibility_config" and block:
        for name, part in sorted(block.items()):
            if not is_empty(part):
                text = ("on" if part else "off") if isinstance(part, bool) else word(part)
                yield _VISIBILITY.get(name, word(name)), [Phrase(text, part)]
    elif key == "rule_label" and isinstance(value, list):
        yield "label", [Phrase(_label(item), item) for item in value]
    elif key == "override_action" and block and not is_empty(block.get("none")):
        yield word(key), [Phrase(_AS_ITS_RULES, value)]
    else:
        yield word(key), [_phrase(value)]


def _statement_parts(statement: Block) -> Iterator[tuple[str, list[Phrase]]]:
    for kind, value in sorted(statement.items()):
        block = _block(value)
        if is_empty(value):
            continue
        if kind in _PARTS and block is not None:
            yield from _PARTS[kind](block)
        else:
            yield "if", [Phrase(_condition(kind, value), value)]


def _managed_group(block: Block) -> Iterator[tuple[str, list[Phrase]]]:
    names = [block.get("vendor_name"), block.get("name")]
    yield "managed rules", [Phrase(" ".join(word(name) for name in names if name is not None), names)]
    yield from _group_parts(block, "vendor_name", "name")


def _rule_group(block: Block) -> Iterator[tuple[str, list[Phrase]]]:
    yield "rule group", phrases(block.get("arn"))
    yield from _group_parts(block, "arn")


def _group_parts(block: Block, *said: str) -> Iterator[tuple[str, list[Phrase]]]:
    overrides = by_name(block.get("rule_action_override")) or {}
    plain = all({*item} <= {"name", "action_to_use"} for item in overrides.values())
    for name, item in overrides.items() if plain else ():
        yield f"override {word(name)}", [_phrase(item.get("action_to_use"))]
    yield from _rest(block, *said, *(("rule_action_override",) if plain and overrides else ()))


def _rate(block: Block) -> Iterator[tuple[str, list[Phrase]]]:
    limit, window = block.get("limit"), block.get("evaluation_window_sec")
    text = f"{word(limit)} requests" + ("" if window is None else f" in {word(window)} s")
    yield "limit", [Phrase(text, [limit, window])]
    yield "counted by", phrases(block.get("aggregate_key_type"))
    yield from _rest(block, "limit", "evaluation_window_sec", "aggregate_key_type")


def _rest(block: Block, *said: str) -> Iterator[tuple[str, list[Phrase]]]:
    for key, value in sorted(block.items()):
        inner = _block(value)
        if key in said or is_empty(value):
            continue
        if key == "scope_down_statement" and inner:
            yield "only if", [Phrase(_any_condition(inner), value)]
        else:
            yield word(key), [_phrase(value)]


def _any_condition(statement: Block) -> str:
    said = [_condition(kind, value) for kind, value in sorted(statement.items()) if not is_empty(value)]
    return " and ".join(said) or "nothing"


def _condition(kind: str, value: Value) -> str:
    block = _block(value)
    if block is None or kind not in _WORDS:
        return f"{word(kind)} {compact(value)}"
    said, text = _WORDS[kind](block)
    rest = {key: part for key, part in block.items() if key not in said and not is_empty(part)}
    return f"{text} with {compact(rest)}" if rest else text


def _joined(block: Block, between: str, lead: str = "") -> tuple[set[str], str]:
    held = block.get("statement")
    items = held if isinstance(held, list) else [held]
    inner = (_any_condition(item) if isinstance(item, dict) else compact(item) for item in items)
    return {"statement"}, f"{lead}({between.join(inner)})"


def _of(template: str, *names: str) -> _Said:
    return lambda block: ({*names}, template.format(*(words(block.get(name)) for name in names)))


def _bytes(block: Block) -> tuple[set[str], str]:
    text = f"{word(block.get('positional_constraint'))} {compact(block.get('search_string'))}"
    return _inspected(block, text, "positional_constraint", "search_string")


def _size(block: Block) -> tuple[set[str], str]:
    text = f"size {word(block.get('comparison_operator'))} {word(block.get('size'))}"
    return _inspected(block, text, "comparison_operator", "size")


def _inspected(block: Block, text: str, *said: str) -> tuple[set[str], str]:
    value = block.get("text_transformation")
    if is_empty(value):
        after = ""
    else:
        items = value if isinstance(value, list) else [value]
        texts = sorted(
            f"{word(item['priority'])} {word(item['type'])}"
            if isinstance(item, dict) and {*item} == {"priority", "type"}
            else compact(item)
            for item in items
        )
        after = f" after {', '.join(texts)}"
    return {"field_to_match", "text_transformation", *said}, f"{_field(block.get('field_to_match'))} {text}{after}"


def _field(value: Value) -> str:
    block = _block(value)
    kinds = [] if block is None else [kind for kind in sorted(block) if not is_empty(block[kind])]
    if block is None or len(kinds) != 1:
        return compact(value)
    (kind,) = kinds
    inner = _block(block[kind])
    if kind in _FIELDS and inner is not None and {*inner} == {"name"}:
        return f"{_FIELDS[kind]} {word(inner['name'])}"
    text = compact(block[kind])
    return word(kind) if text == "{}" else f"{word(kind)} {text}"


def _label(value: Value) -> str:
    return word(value["name"]) if isinstance(value, dict) and {*value} == {"name"} else compact(value)


def _block(value: Value) -> Block | None:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, dict) else None


def _phrase(value: Value) -> Phrase:
    text = compact(value)
    return Phrase(text[1:-1] or "set" if _block(value) is not None else text, value)


_PARTS: Mapping[str, Callable[[Block], Iterator[tuple[str, list[Phrase]]]]] = {
    "managed_rule_group_statement": _managed_group,
    "rate_based_statement": _rate,
    "rule_group_reference_statement": _rule_group,
}
_WORDS: Mapping[str, _Said] = {
    "and_statement": partial(_joined, between=" and "),
    "asn_match_statement": _of("ASN is {}", "asn_list"),
    "byte_match_statement": _bytes,
    "geo_match_statement": _of("country is {}", "country_codes"),
    "ip_set_reference_statement": _of("IP is in {}", "arn"),
    "label_match_statement": _of("{} is {}", "scope", "key"),
    "not_statement": partial(_joined, between=" and ", lead="not "),
    "or_statement": partial(_joined, between=" or "),
    "regex_match_statement": lambda block: _inspected(
        block, f"matches {compact(block.get('regex_string'))}", "regex_string"
    ),
    "regex_pattern_set_reference_statement": lambda block: _inspected(
        block, f"matches one of {word(block.get('arn'))}", "arn"
    ),
    "size_constraint_statement": _size,
    "sqli_match_statement": partial(_inspected, text="has SQL injection"),
    "xss_match_statement": partial(_inspected, text="has cross-site scripting"),
}
"""The statements of the schema of the AWS provider 5.100.0: which members are said, and how."""
LENSES: Mapping[str, Lens] = {
    "aws_wafv2_web_acl": Lens.of(frozenset({"rule", "default_action"}), _describe),
    "aws_wafv2_rule_group": Lens.of(frozenset({"rule"}), _describe),
}

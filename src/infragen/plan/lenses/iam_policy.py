"""IAM policies by statement: `Allow s3:GetObject on arn:aws:s3:::web/*`.

The grammar is that of "Grammar of the IAM JSON policy language" (IAM User Guide): a list where one value may stand, in
any order, so `"Action": "x"` and `"Action": ["x"]` are equal here, as are two orders of the same statements. What a
statement holds beyond the grammar is shown as it stands. A document that is no policy is shown generically.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from infragen.plan.change_parts import AttributeChange
from infragen.plan.differences.documents import open_documents
from infragen.plan.differences.lists import surplus
from infragen.plan.display import literal, quoted
from infragen.plan.lenses.phrases import (
    Lens,
    Parts,
    Phrase,
    ViewedAttribute,
    by_name,
    comparison_key,
    phrases,
    word,
    words,
)
from infragen.redaction.values import Value

_POLICY = frozenset({"policy"})
_OF_POLICY = (
    "backup_vault_policy cloudwatch_event_bus_policy dynamodb_resource_policy ecr_registry_policy"
    " ecr_repository_policy efs_file_system_policy iam_group_policy iam_policy iam_role_policy iam_user_policy"
    " kinesis_resource_policy kms_key kms_key_policy msk_cluster_policy s3_access_point s3_bucket_policy"
    " secretsmanager_secret secretsmanager_secret_policy sns_topic sns_topic_policy sqs_queue sqs_queue_policy"
    " vpc_endpoint vpc_endpoint_policy"
)
_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    **{f"aws_{name}": _POLICY for name in _OF_POLICY.split()},
    "aws_cloudwatch_log_destination_policy": frozenset({"access_policy"}),
    "aws_cloudwatch_log_resource_policy": frozenset({"policy_document"}),
    "aws_iam_role": frozenset({"assume_role_policy", "inline_policy"}),
    "aws_opensearch_domain_policy": frozenset({"access_policies"}),
    "aws_ssoadmin_permission_set_inline_policy": frozenset({"inline_policy"}),
}
"""Where the AWS provider 5.100.0 holds policies (its schema); `inline_policy` of a role is a set of blocks."""
_ELEMENTS = {
    "Effect": ("effect", ""),
    "Action": ("actions", " "),
    "NotAction": ("all actions but", " all but "),
    "Resource": ("resources", " on "),
    "NotResource": ("all resources but", " on all but "),
    "Principal": ("principals", " to "),
    "NotPrincipal": ("all principals but", " to all but "),
}
"""The elements of a statement in the order in which they read: what each is called, and what leads to it."""


class _Statement(NamedTuple):
    sid: str | None
    place: int
    parts: Parts
    sentence: Phrase


def _describe(viewed: ViewedAttribute, before: Value, after: Value) -> Iterator[AttributeChange]:
    if isinstance(before, list) or isinstance(after, list):
        old, new = by_name(before), by_name(after)
        if old is None or new is None:
            return
        is_plain = all({*block} <= {"name", "policy"} for block in (*old.values(), *new.values()))
        for key in sorted({*old, *new}) if is_plain else ():
            gone, come = old.get(key), new.get(key)
            if gone == come:
                continue
            label = f"{viewed.attribute} {word(key)}"
            old_text, new_text = gone.get("policy") if gone else None, come.get("policy") if come else None
            described = tuple(_document(viewed, label, old_text, new_text))
            yield from described or (viewed.change(label, _phrase(old_text), _phrase(new_text)),)
    else:
        yield from _document(viewed, viewed.attribute, before, after)


def _document(viewed: ViewedAttribute, label: str, before: Value, after: Value) -> Iterator[AttributeChange]:
    old, new = _opened(before), _opened(after)
    if old is None or new is None:
        return
    old_statements, new_statements = _statements(old), _statements(new)
    if old_statements is None or new_statements is None:
        return
    pairs = list(_pairs(old_statements, new_statements))
    others = sorted({*old, *new} - {"Statement"})
    if pairs and not (old and new):
        # its version, which nearly all share, is a note on the first statement
        note = ", ".join(f"{word(key)} {words((old or new)[key])}" for key in others)
        for gone, come in pairs:
            for change in _statement_change(viewed, label, gone, come):
                yield replace(change, note=viewed.view.redact(note) or None)
                note = ""
        return
    for key in others:
        yield from viewed.item_changes(f"{label} {word(key)}", phrases(old.get(key)), phrases(new.get(key)))
    for gone, come in pairs:
        yield from _statement_change(viewed, label, gone, come)


def _statement_change(
    viewed: ViewedAttribute, label: str, before: _Statement | None, after: _Statement | None
) -> Iterator[AttributeChange]:
    statement = after or before
    name = "" if statement is None else word(statement.sid) if statement.sid else f"statement {statement.place}"
    if before and after:
        path = f"{label} {name}" + ("" if after.sid else _about(before, after))
        yield from viewed.item_changes(f"{path}: Sid", phrases(before.sid), phrases(after.sid))
        yield from viewed.differing(path, before.parts, after.parts)
        return
    gone, come = (side and side.sentence for side in (before, after))
    yield viewed.change(f"{label} {name}", gone, come)


def _about(before: _Statement, after: _Statement) -> str:
    effect = "".join(phrase.text for phrase in after.parts.get("effect", ()))
    for part, lead in (("actions", " "), ("resources", " on "), ("principals", " to ")):
        held = after.parts.get(part)
        if held and held == before.parts.get(part):
            more = f" and {len(held) - 1} more" if len(held) > 1 else ""
            text = held[0].text
            name = text.split(":", 5)[-1] if text.startswith("arn:") else text
            return f" ({effect}{lead}{name}{more})"
    return ""


def _opened(value: Value) -> dict[str, Value] | None:
    """Return what a policy's text holds; an attribute that is not set is a policy without statements."""
    if value is None or value == "":
        return {}
    documents = open_documents(value, value)
    return documents.before if documents and isinstance(documents.before, dict) else None


def _statements(document: Mapping[str, Value]) -> list[_Statement] | None:
    held = document.get("Statement", [])
    found = []
    for place, item in enumerate(held if isinstance(held, list) else [held], start=1):
        if not isinstance(item, dict):
            return None
        parts, sid = dict(_parts(item)), item.get("Sid")
        found.append(_Statement(sid if isinstance(sid, str) else None, place, parts, Phrase(_sentence(parts), item)))
    return found


def _parts(statement: Mapping[str, Value]) -> Iterator[tuple[str, list[Phrase]]]:
    for element, (part, _) in _ELEMENTS.items():
        if element in statement:
            value = statement[element]
            yield part, _principals(value) if element.endswith("Principal") else phrases(value)
    condition = statement.get("Condition")
    if isinstance(condition, dict) and all(isinstance(keys, dict) for keys in condition.values()):
        for operator, keys in sorted(condition.items()):
            for key, values in sorted(keys.items()) if isinstance(keys, dict) else ():
                yield f"if {word(operator)} {word(key)}", phrases(values)
    elif condition is not None:
        yield "Condition", [_phrase(condition)]
    for key in sorted({*statement} - {*_ELEMENTS, "Condition"}):
        if key != "Sid" or not isinstance(statement[key], str | None):
            yield quoted(key), [_phrase(statement[key])]


def _principals(value: Value) -> list[Phrase]:
    if not isinstance(value, dict):
        return phrases(value)
    return [
        Phrase(f"{word(kind)} {one.text}", [kind, one.value]) for kind in sorted(value) for one in phrases(value[kind])
    ]


def _sentence(parts: Parts) -> str:
    leads = dict(_ELEMENTS.values())
    text, conditions, others = "", [], []
    for part, held in parts.items():
        if part in leads:
            text += leads[part] + ", ".join(phrase.text for phrase in held)
        elif part.startswith("if "):
            conditions.append(f"{part[3:]} {' or '.join(phrase.text for phrase in held)}")
        else:
            others.append(f" with {part} {', '.join(phrase.text for phrase in held)}")
    text += (" if " if conditions else "") + " and ".join(conditions) + "".join(others)
    return text.strip() or "nothing"


def _pairs(
    before: Sequence[_Statement], after: Sequence[_Statement]
) -> Iterator[tuple[_Statement | None, _Statement | None]]:
    gone, come = surplus(list(map(_whole, before)), list(map(_whole, after)))
    old, new = (
        {found[place].place: found[place] for place in places} for found, places in ((before, gone), (after, come))
    )
    likes: dict[int, _Statement] = {}
    for key in _LIKENESS:
        waiting = {key(one): one for one in reversed(old.values())}
        waiting.pop(None, None)
        for one in new.values():
            like = waiting.pop(key(one), None) if one.place not in likes else None
            if like:
                likes[one.place] = old.pop(like.place)
    yield from ((likes.get(one.place), one) for one in new.values())
    yield from ((one, None) for one in old.values())


def _whole(statement: _Statement) -> Hashable:
    return statement.sid, comparison_key(statement.parts)


def _name(statement: _Statement) -> Hashable:
    return statement.sid or None


def _sharing(*shared: str) -> Callable[[_Statement], Hashable]:
    def key(statement: _Statement) -> Hashable:
        held = {part: phrases for part, phrases in statement.parts.items() if part in shared}
        return None if _name(statement) else comparison_key(held)

    return key


_LIKENESS = (
    _name,
    _sharing("effect", "actions", "all actions but", "resources", "all resources but", "principals"),
    _sharing("effect", "resources", "all resources but", "principals"),
    _sharing("effect", "actions", "all actions but", "principals"),
    _sharing("effect", "actions", "all actions but", "resources", "all resources but"),
)
"""What makes two statements one that changed, the surest first."""


def _phrase(value: Value) -> Phrase:
    return Phrase(literal(value), value)


LENSES: Mapping[str, Lens] = {name: Lens.of(attributes, _describe) for name, attributes in _ATTRIBUTES.items()}

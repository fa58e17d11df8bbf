"""Whole plans that hold secrets: each marked at some place, and written in many forms at places without a mark."""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

CORE = "QZXVJK0123456789"
AROUND = "abzQ019 \"'\\<>&%/+=\n\t{}[]$:@#;,.-_|*`~é日\U0001f600\u2028"


@dataclass
class Secretive:
    """A plan with what it must not show: the secrets, the part of each that occurs nowhere else, and encoded forms."""

    plan: dict[str, Any]
    secrets: list[str] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)

    def content(self) -> bytes:
        return json.dumps(self.plan).encode()


def secrets() -> st.SearchStrategy[tuple[str, str]]:
    """Return secrets with their core: letters and digits that are nowhere by chance."""
    core = st.text(CORE, min_size=8, max_size=10).filter(lambda text: not text.isdecimal() and not text.isalpha())
    around = st.text(AROUND, max_size=8)
    return st.tuples(around, core, around).map(lambda parts: ("".join(parts), parts[1]))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


FORMS: dict[str, Callable[[str], str]] = {
    "plain": lambda secret: secret,
    "in a sentence": lambda secret: f"it is ({secret})!",
    "glued": lambda secret: f"x{secret}y",
    "JSON": lambda secret: json.dumps({"Name": "x", "Value": [secret]}),
    "JSON beyond ASCII": lambda secret: json.dumps({"Value": secret}, ensure_ascii=False),
    "JSON in JSON": lambda secret: json.dumps({"inner": json.dumps({"a": secret})}),
    "key of JSON": lambda secret: json.dumps({secret: 1, "b": {secret: [secret]}}),
    "URL": lambda secret: f"https://x.test/?a=1&b={quote(secret, safe='')}#top",
    "URL with plus": lambda secret: f"a={quote_plus(secret)}&c=2",
    "URL in small letters": lambda secret: "".join(f"%{byte:02x}" for byte in secret.encode()),
    "base64": lambda secret: _base64(secret.encode()),
    "base64 at one": lambda secret: _base64(b"u" + secret.encode() + b"tail"),
    "base64 at two": lambda secret: _base64(b"u:" + secret.encode()),
    "URL-safe base64": lambda secret: base64.urlsafe_b64encode(b"??>" + secret.encode()).decode(),
    "gzip": lambda secret: _base64(gzip.compress(f"#!/bin/sh\nexport A='{secret}'\n".encode(), mtime=0)),
    "UTF-16": lambda secret: _base64(secret.encode("utf-16-le")),
    "hex": lambda secret: secret.encode().hex(),
    "script": lambda secret: f"#!/bin/sh\nset -e\n    curl -H 'Auth: {secret}' x.test\n",
    "connection": lambda secret: f"postgres://app:{secret}@db.test:5432/orders",
    "containers": lambda secret: json.dumps(
        [{"name": "app", "environment": [{"name": "TOKEN", "value": secret}, {"name": "A", "value": "b"}]}]
    ),
    "policy": lambda secret: json.dumps(
        {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": f"arn:aws:s3:::{secret}"}]}
    ),
}  # fmt: skip
ENCODED = ("base64", "URL-safe base64", "gzip", "UTF-16", "hex", "base64 at one", "base64 at two")
"""Forms that are masked as a whole: not even a part of the run is shown."""


def _item(plan: dict[str, Any], **more: Any) -> dict[str, Any]:
    number = len(plan["resource_changes"])
    change = more.pop("change", {})
    item = {
        "address": f"aws_thing.n{number}", "mode": "managed", "type": "aws_thing", "name": f"n{number}",
        "provider_name": "example.test/x/aws",
        "change": {
            "actions": ["update"], "before": {"id": "i", "size": 1}, "after": {"id": "i", "size": 2},
            "after_unknown": {}, "before_sensitive": {}, "after_sensitive": {}, **change,
        },
        **more,
    }  # fmt: skip
    plan["resource_changes"].append(item)
    return item


def _before(plan: dict[str, Any], secret: str) -> None:
    _item(plan, change={"before": {"p": secret}, "after": {"p": "new"}, "before_sensitive": {"p": True}})


def _after(plan: dict[str, Any], secret: str) -> None:
    _item(plan, change={"before": {"p": 1}, "after": {"p": secret}, "after_sensitive": {"p": True}})


def _in_list(plan: dict[str, Any], secret: str) -> None:
    after = {"p": [{"v": "open"}, {"v": secret}]}
    _item(
        plan,
        change={"actions": ["create"], "before": None, "after": after, "after_sensitive": {"p": [{}, {"v": True}]}},
    )


def _whole_collection(plan: dict[str, Any], secret: str) -> None:
    after = {"p": {"a": [secret, 1], "b": {"c": None}}}
    _item(plan, change={"before": {"p": {}}, "after": after, "after_sensitive": {"p": True}})


def _whole_object(plan: dict[str, Any], secret: str) -> None:
    _item(plan, change={"actions": ["delete"], "before": {"p": {"x": secret}}, "after": None, "before_sensitive": True})


def _one_side_without_marks(plan: dict[str, Any], secret: str) -> None:
    change = _item(plan, change={"before": {"p": secret}, "after": {"p": "z"}, "after_sensitive": {"p": True}})[
        "change"
    ]
    del change["before_sensitive"]


def _unchanged(plan: dict[str, Any], secret: str) -> None:
    side = {"p": secret}
    marks = {"before_sensitive": {"p": True}, "after_sensitive": {"p": True}}
    _item(plan, change={"actions": ["no-op"], "before": side, "after": side, **marks})


def _output(plan: dict[str, Any], secret: str) -> None:
    plan["output_changes"][f"o{len(plan['output_changes'])}"] = {
        "actions": ["create"], "before": None, "after": {"a": [secret]}, "before_sensitive": True,
        "after_sensitive": True,
    }  # fmt: skip


def _planned_output(plan: dict[str, Any], secret: str) -> None:
    outputs = plan["planned_values"]["outputs"]
    outputs[f"o{len(outputs)}"] = {"sensitive": True, "value": [secret]}


def _prior_state(plan: dict[str, Any], secret: str) -> None:
    values = {"type": "aws_thing", "values": {"a": {"b": secret}}, "sensitive_values": {"a": {"b": True}}}
    plan["prior_state"]["values"]["root_module"]["child_modules"].append({"resources": [values]})


def _variable(plan: dict[str, Any], secret: str) -> None:
    name = f"v{len(plan['variables'])}"
    plan["variables"][name] = {"value": {"a": secret}}
    plan["configuration"]["root_module"]["variables"][name] = {"sensitive": True}


def _default(plan: dict[str, Any], secret: str) -> None:
    calls = plan["configuration"]["root_module"]["module_calls"]
    calls[f"m{len(calls)}"] = {"module": {"variables": {"d": {"default": secret, "sensitive": True}}}}


def _write_only(plan: dict[str, Any], secret: str) -> None:
    plan["configuration"]["root_module"]["resources"].append(
        {"type": "aws_db_instance", "expressions": {"password_wo": {"constant_value": secret}}}
    )


def _schema(plan: dict[str, Any], secret: str) -> None:
    attributes = {"a": {"type": "string"}, "p": {"type": "string", "sensitive": True}}
    block = {"attributes": attributes}
    plan["provider_schemas"] = {"x": {"resource_schemas": {"x_secret": {"version": 0, "block": block}}}}
    change = {"before": {"a": "1", "p": "old"}, "after": {"a": "2", "p": secret}}
    _item(plan, address="x_secret.s", type="x_secret", name="s", change=change)


def _known_schema(plan: dict[str, Any], secret: str) -> None:
    change = {"before": {"name": "x", "value": "a"}, "after": {"name": "x", "value": secret}}
    _item(plan, address="aws_ssm_parameter.s", type="aws_ssm_parameter", name="s", change=change)


def _drifted(plan: dict[str, Any], secret: str) -> None:
    change = {"before": {"p": secret}, "after": {"p": "z"}, "before_sensitive": {"p": True}}
    plan["resource_drift"].append(_item(plan, change=change))
    plan["resource_changes"].pop()


def _deferred(plan: dict[str, Any], secret: str) -> None:
    change = {"actions": ["create"], "before": None, "after": {"p": secret}, "after_sensitive": {"p": True}}
    plan["deferred_changes"].append({"reason": "absent_prereq", "resource_change": _item(plan, change=change)})
    plan["resource_changes"].pop()


def _invoked(plan: dict[str, Any], secret: str) -> None:
    plan["action_invocations"].append(
        {
            "address": "action.aws_x.a", "type": "aws_x", "name": "a", "config_values": {"p": secret},
            "config_sensitive": {"p": True}, "invoke_action_trigger": {},
        }
    )  # fmt: skip


def _json_text(plan: dict[str, Any], secret: str) -> None:
    _after(plan, json.dumps({"user": "app", "password": secret}))
    _after(plan, secret)


MARKED: tuple[Callable[[dict[str, Any], str], None], ...] = (
    _before, _after, _in_list, _whole_collection, _whole_object, _one_side_without_marks, _unchanged, _output,
    _planned_output, _prior_state, _variable, _default, _write_only, _schema, _known_schema, _drifted, _deferred,
    _invoked, _json_text,
)  # fmt: skip


def _text(plan: dict[str, Any], text: str) -> None:
    _item(plan, change={"before": {"t": "old"}, "after": {"t": text}})


def _both_sides(plan: dict[str, Any], text: str) -> None:
    _item(plan, change={"before": {"t": f"one\n{text}\nthree\n"}, "after": {"t": f"one\n{text}\n3\n"}})


def _whole(plan: dict[str, Any], text: str) -> None:
    after = {"name": "n", "tags": {"a": text}, "list": [text, {"b": text}]}
    _item(plan, change={"actions": ["create"], "before": None, "after": after})


def _forcing(plan: dict[str, Any], text: str) -> None:
    change = {"before": {"m": {text: 1}}, "after": {"m": {text: 2}}, "replace_paths": [["m", text]]}
    _item(plan, change={"actions": ["delete", "create"], **change}, action_reason="replace_because_cannot_update")


def _address(plan: dict[str, Any], text: str) -> None:
    key = f"[{json.dumps(text, ensure_ascii=False)}]"
    address, old = (f"module.m{key}.aws_thing.{name}{key}" for name in ("n", "o"))
    _item(plan, address=address, module_address=f"module.m{key}", index=text, previous_address=old)


def _imported(plan: dict[str, Any], text: str) -> None:
    _item(plan, change={"actions": ["no-op"], "importing": {"id": text}})
    _item(plan, change={"actions": ["no-op"], "importing": {"identity": {"name": text, "n": 1}}})


def _small_words(plan: dict[str, Any], text: str) -> None:
    _item(plan, change={"actions": ["delete"], "after": None}, deposed=text, action_reason=text, mode=text)
    _item(plan, change={"actions": ["delete", "create"]}, action_reason=text)
    plan["terraform_version"] = text


def _checked(plan: dict[str, Any], text: str) -> None:
    where = {"kind": "check", "to_display": f'check.c["{text}"]'}
    problems = [{"message": f"it is {text}"}]
    instance = {"address": where, "status": "fail", "problems": problems}
    plan["checks"].append({"address": where, "status": text, "instances": [instance]})


def _output_name(plan: dict[str, Any], text: str) -> None:
    name = f"{len(plan['output_changes'])} {text}"
    plan["output_changes"][name] = {"actions": ["update"], "before": {"a": 1}, "after": {"a": [text]}}


def _drift(plan: dict[str, Any], text: str) -> None:
    item = _item(plan, address=f"aws_thing.d[{json.dumps(text)}]", change={"after": {"id": "i", "size": text}})
    plan["resource_changes"].pop()
    plan["resource_drift"].append(item)
    plan["relevant_attributes"].append({"resource": item["address"], "attribute": ["size"]})


def _trigger(plan: dict[str, Any], text: str) -> None:
    trigger = {"triggering_resource_address": f"aws_thing.n[{json.dumps(text)}]", "action_trigger_event": text}
    address = f"action.aws_x.a[{json.dumps(text)}]"
    invocation = {"address": address, "type": "aws_x", "name": "a", "lifecycle_action_trigger": trigger}
    plan["action_invocations"].append(invocation)
    plan["deferred_action_invocations"].append({"reason": text, "action_invocation": invocation})


def _lens(plan: dict[str, Any], text: str) -> None:
    """Where texts are taken apart: containers, policies, user data, security group rules, records."""
    for kind, attribute in (
        ("aws_ecs_task_definition", "container_definitions"), ("aws_iam_policy", "policy"),
        ("aws_instance", "user_data"), ("aws_instance", "user_data_base64"), ("aws_route53_record", "records"),
    ):  # fmt: skip
        value = [text] if attribute == "records" else text
        old: Any = ["x"] if attribute == "records" else "{}"
        number = len(plan["resource_changes"])
        change = {"before": {attribute: old}, "after": {attribute: value}}
        _item(plan, address=f"{kind}.n{number}", type=kind, change=change)


SHOWN: tuple[Callable[[dict[str, Any], str], None], ...] = (
    _text, _both_sides, _whole, _forcing, _address, _imported, _small_words, _checked, _output_name, _drift, _trigger,
    _lens,
)  # fmt: skip


def empty_plan() -> dict[str, Any]:
    """Return a plan that holds nothing, with all its members."""
    return {
        "format_version": "1.2", "terraform_version": "1.15.5", "resource_changes": [], "resource_drift": [],
        "output_changes": {}, "checks": [], "relevant_attributes": [], "variables": {}, "action_invocations": [],
        "deferred_action_invocations": [], "deferred_changes": [],
        "planned_values": {"outputs": {}, "root_module": {}},
        "prior_state": {"values": {"root_module": {"child_modules": []}}},
        "configuration": {"root_module": {"resources": [], "variables": {}, "module_calls": {}}},
    }  # fmt: skip


@st.composite
def secretive_plans(draw: st.DrawFn) -> Secretive:
    """Return a plan with one to three secrets, each marked at one or two places and shown at one to four."""
    made = Secretive(empty_plan())
    for secret, core in draw(st.lists(secrets(), min_size=1, max_size=3)):
        made.secrets.append(secret)
        made.hidden.add(core)
        for mark in draw(st.lists(st.sampled_from(MARKED), min_size=1, max_size=2)):
            mark(made.plan, secret)
        for show in draw(st.lists(st.sampled_from(SHOWN), min_size=1, max_size=4)):
            form = draw(st.sampled_from(sorted(FORMS)))
            text = FORMS[form](secret)
            show(made.plan, text)
            if form in ENCODED:
                made.hidden.add(text.rstrip("="))
    return made

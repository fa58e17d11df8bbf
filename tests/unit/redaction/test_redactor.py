from __future__ import annotations

import base64
import gzip
import html
import json
import re
import traceback
import zlib
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infragen.plan import parse_plan
from infragen.redaction.decode import UnexpectedPlanError, decode_plan
from infragen.redaction.provider_schemas import shipped_schemas
from infragen.redaction.redactor import COMMON_WORDS, MASK, Redactor, is_plain, is_worth_redacting
from infragen.redaction.sensitive_values import find_sensitive_values
from tests.unit.plan.plans import all_of, plan, resource, update
from tests.waiting import peak

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = 'p"ä<s>\\s&w/0rd'


def elsewhere(secret: Any, shown: str) -> str:
    """Return what a plan shows of `shown`, when `secret` is marked at another place."""
    content = update({"s": 1, "open": 1}, {"s": secret, "open": shown}, after_sensitive={"s": True})
    return all_of(parse_plan(content))


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        f"postgres://admin:{SECRET}@db/app",
        json.dumps({"password": SECRET}),
        json.dumps({"password": SECRET}, ensure_ascii=False),
        json.dumps(json.dumps({"password": SECRET})),
        "https://x.test/?token=" + quote(SECRET, safe=""),
        *(base64.b64encode(b"x" * shift + SECRET.encode() + b"tail").decode() for shift in range(4)),
    ],
)
def test_a_marked_value_is_found_in_any_other_text(form: str) -> None:
    shown = elsewhere(SECRET, form)
    assert SECRET not in shown
    assert "0rd" not in shown
    assert MASK in shown


@pytest.mark.parametrize(
    ("place", "more"),
    [
        ("drift", {"resource_drift": [resource("a.b", ["update"], {"x": SECRET}, {}, before_sensitive={"x": True})]}),
        ("output", {"output_changes": {"o": {"actions": ["create"], "after": [SECRET], "after_sensitive": True}}}),
        ("planned output", {"planned_values": {"outputs": {"o": {"sensitive": True, "value": SECRET}}}}),
        (
            "prior state",
            {
                "prior_state": {
                    "values": {
                        "root_module": {
                            "child_modules": [
                                {"resources": [{"values": {"a": SECRET}, "sensitive_values": {"a": True}}]}
                            ]
                        }
                    }
                }
            },
        ),
        (
            "variable",
            {
                "variables": {"v": {"value": {"a": SECRET}}},
                "configuration": {"root_module": {"variables": {"v": {"sensitive": True}}}},
            },
        ),
        (
            "default in a module",
            {
                "configuration": {
                    "root_module": {
                        "module_calls": {"m": {"module": {"variables": {"v": {"default": SECRET, "sensitive": True}}}}}
                    }
                }
            },
        ),
    ],
)
def test_a_mark_anywhere_in_the_plan_hides_the_value_everywhere(place: str, more: dict[str, Any]) -> None:
    content = plan(resource("aws_x.a", ["update"], {"a": 1}, {"a": f"x {SECRET}"}), **more)
    assert "0rd" not in all_of(parse_plan(content)), place


def test_secrets_are_hidden_in_keys_addresses_ids_and_messages() -> None:
    secret = "s3cr3t-value"
    item = resource(
        f'aws_x.a["{secret}"]',
        ["update"],
        {"m": {secret: 1}},
        {"m": {secret: 2}, "s": secret},
        after_sensitive={"s": True},
        importing={"id": f"id/{secret}"},
        index=secret,
        previous_address=f'aws_x.b["{secret}"]',
    )
    problems = [{"message": f"bad {secret}"}]
    checks = [{"instances": [{"address": {"to_display": "x"}, "problems": problems}]}]
    assert secret not in all_of(parse_plan(plan(item, checks=checks)))


@pytest.mark.parametrize("secret", ["abc", "1", 12, 999, True, None, "true", "default", *sorted(COMMON_WORDS)])
def test_short_and_common_values_are_hidden_only_where_they_are_marked(secret: Any) -> None:
    text = "abc 1 12 999 true default null None"
    content = update({"s": 0, "open": 1}, {"s": secret, "open": text}, after_sensitive={"s": True})
    attributes = {a.path: a.after for a in parse_plan(content).changes[0].attributes}
    assert attributes["open"] == f'"{text}"'
    assert attributes.get("s") in {MASK, None}


def test_names_that_the_code_gives_stay() -> None:
    content = plan(
        resource("module.planning.aws_x.planning", ["update"], {"planning": 1}, {"planning": "planning"},
                 after_sensitive={"planning": True}),
    )  # fmt: skip
    (change,) = parse_plan(content).changes
    assert change.address == "module.planning.aws_x.planning"
    assert [(a.path, a.after) for a in change.attributes] == [("planning", MASK)]


@pytest.mark.parametrize("mark", [["x"], "yes", 1, {"s": "odd"}, [True]])
def test_a_mark_of_a_shape_that_does_not_fit_hides_the_whole_value(mark: Any) -> None:
    content = update({"s": {"k": "old-value"}}, {"s": {"k": "new-value"}}, after_sensitive=mark, before_sensitive=mark)
    assert "-value" not in all_of(parse_plan(content))


@given(
    secret=st.text(min_size=4, max_size=30).filter(lambda s: is_worth_redacting(s.strip())),
    around=st.tuples(st.text(max_size=10), st.text(max_size=10)),
)
def test_a_tainted_value_never_survives_cleaning(secret: str, around: tuple[str, str]) -> None:
    if is_plain(secret.strip()):
        around = (around[0] + " ", ":" + around[1])
    cleaned = Redactor([secret]).redact(around[0] + secret + around[1])
    assert secret not in cleaned or secret in MASK


@given(st.lists(st.text(alphabet="abc1", min_size=6, max_size=9), min_size=1, max_size=4))
def test_values_that_overlap_leave_no_rest(secrets: list[str]) -> None:
    secrets = [secret for secret in secrets if not is_plain(secret)]
    assert Redactor(secrets).redact("".join(secrets)).replace(MASK, "") == ""


def test_values_that_overlap_at_each_place_hide_whole_texts_in_the_end() -> None:
    """A plan of 1 MB that is made of one letter took minutes; what nobody marked stays readable."""
    cleaner = Redactor(["a" * length for length in range(4, 900)])
    assert {cleaner.redact("a" * 900 + str(number)) for number in range(60)} <= {
        MASK,
        *(f"{MASK}{n}" for n in range(60)),
    }
    assert cleaner._spare < 0
    assert cleaner.redact("a" * 900 + "0") in {MASK, f"{MASK}0"}
    assert cleaner.redact("what stands beside it") == "what stands beside it"


def test_a_value_inside_another_leaves_no_rest_of_the_whole() -> None:
    assert Redactor(["k1-Ab2-Cd3-Ef4", "Ab2-Cd3"]).redact("x k1-Ab2-Cd3-Ef4 y") == f"x {MASK} y"


def test_a_value_that_is_the_start_of_another_leaves_no_rest_where_the_whole_is_escaped() -> None:
    redactor = Redactor(["S3cr3t-w0rd", 'S3cr3t-w0rd"Plus-9x'])
    assert "Plus-9x" not in redactor.redact(r"S3cr3t-w0rd\u0022Plus-9x")


def test_what_only_decoding_shows_is_withheld_beside_a_value_that_is_seen() -> None:
    packed = base64.b64encode(gzip.compress(b"it is Zx9QkLm7-abc")).decode()
    escaped = packed.replace("H", r"\u0048", 1)
    assert Redactor(["S3cr3t-w0rd", "Zx9QkLm7-abc"]).redact(f"S3cr3t-w0rd {escaped}") == MASK


def test_a_part_of_an_encoded_value_hides_all_of_it() -> None:
    secret = "Zx9-QkLm7-S3cr3t-w0rd-of-some-length"
    part = base64.b64encode(secret.encode()).decode()[:44]
    assert Redactor([secret]).redact(f"x {part} y") == f"x {MASK} y"


def test_what_only_begins_like_a_part_of_an_encoded_value_stays() -> None:
    secret = "a long secret whose encoded form is cut, Zx9QkLm7-abc"
    whole = base64.b64encode(secret.encode()).decode()
    beginning, other = whole[: len(whole) // 2], base64.b64encode(b"what stands in any other text").decode()
    redactor = Redactor({secret})
    for end in range(4, len(beginning) + 1):
        shown = redactor.redact(beginning[:end] + other)
        assert shown == beginning[:end] + other, end


def test_a_value_is_found_in_a_text_that_is_shorter_than_it() -> None:
    secret = "Zx9QkLm7" * 20
    packed = base64.b64encode(gzip.compress(secret.encode())).decode()
    assert len(packed) < len(secret)
    assert Redactor([secret]).redact(packed) == MASK


@pytest.mark.parametrize(
    ("secret", "text", "shown"),
    [
        ("orders", "technova-orders-queue", "technova-orders-queue"),
        ("orders", "reorders orders_v2 Orders", "reorders orders_v2 Orders"),
        ("orders", "postgres://app:orders@db", "postgres://app:(sensitive)@db"),
        ("orders", '{"password":"orders"}', '{"password":"(sensitive)"}'),
        ("orders", "--password=orders", "--password=(sensitive)"),
        ("54321", "sg-54321abc 54321", "sg-54321abc (sensitive)"),
        ("8.0.35", "mysql8.0.35 8.0.35", "mysql8.0.35 (sensitive)"),
        ("x7$K", "pwx7$K! x7$K", "pwx7$K! (sensitive)"),
        ("x7$Kq9", "pwx7$Kq9!", "pw(sensitive)!"),
        ("prod", "technova prod", "technova prod"),
        ("eu-west-1", "arn:aws:sns:eu-west-1:1:x", "arn:aws:sns:eu-west-1:1:x"),
        ("mysql", "engine mysql", "engine mysql"),
        ("sensitive", "orders", "orders"),
    ],
)
def test_a_secret_that_is_a_word_hides_itself_and_not_the_world(secret: str, text: str, shown: str) -> None:
    assert Redactor([secret, "orders"] if secret == "sensitive" else [secret]).redact(text) in {shown, MASK}


EXPRESSION = {"expression": {"constant_value": SECRET}}
KEY = """-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASC
QDk3lYc1+0aGTbsR/x9Qm2
short=
-----END PRIVATE KEY-----
"""


def _lower_escapes(text: str) -> str:
    return re.sub("%..", lambda escape: escape[0].lower(), text)


def _forms(secret: str) -> dict[str, str]:
    """Return texts that say a secret, by how."""
    data = secret.encode()
    wide = secret.encode("utf-16-le")
    packed = gzip.compress(f"#!/bin/sh\nexport TOKEN={secret}\n".encode())
    wrapped = base64.b64encode(b"some text before it " * 4 + data + b" and after it" * 9).decode()
    return {
        "plain": secret,
        "in a longer text": f"before{secret}after",
        "JSON": json.dumps({"a": secret}),
        "JSON of characters beyond ASCII": json.dumps({"a": secret}, ensure_ascii=False),
        "JSON in JSON": json.dumps(json.dumps({"a": secret})),
        "JSON of one kind in JSON of another": json.dumps(json.dumps({"a": secret}, ensure_ascii=False)),
        "JSON in JSON in JSON": json.dumps(json.dumps(json.dumps({"a": secret}))),
        "as terraform writes JSON": json.dumps(secret).replace("<", "\\u003c").replace("&", "\\u0026"),
        "URL": "https://x.test/?a=" + quote(secret, safe=""),
        "URL in small letters": "https://x.test/?a=" + _lower_escapes(quote(secret, safe="")),
        "URL, every byte": "".join(f"%{byte:02x}" for byte in data),
        "URL with plus": "a=" + quote_plus(secret),
        "HTML": html.escape(secret),
        **{f"base64 at {n}": base64.b64encode(b"x" * n + data + b"tail").decode() for n in range(3)},
        **{f"URL-safe base64 at {n}": base64.urlsafe_b64encode(b"?" * n + data + b"~").decode() for n in range(3)},
        "base64 without its end": base64.b64encode(data).decode().rstrip("="),
        "base64 after a path": "bootstrap/v1/" + base64.b64encode(b"q" + data).decode(),
        "base64 in lines": "\n".join(wrapped[n : n + 64] for n in range(0, len(wrapped), 64)),
        "base64 in base64": base64.b64encode(base64.b64encode(b"ab" + data + b"c")).decode(),
        "base64 of JSON": base64.b64encode(json.dumps({"password": secret}).encode()).decode(),
        "basic authorization": "Authorization: Basic " + base64.b64encode(f"admin:{secret}".encode()).decode(),
        "gzip": base64.b64encode(packed).decode(),
        "gzip after a path": "boot/" + base64.b64encode(packed).decode(),
        "zlib": base64.b64encode(zlib.compress(data + b" and more")).decode(),
        "gzip in a document": json.dumps({"user_data": base64.b64encode(packed).decode()}),
        "hex": data.hex(),
        "hex in capitals, after a digit": "0" + data.hex().upper() + "f",
        "UTF-16": wide.decode("utf-16-le").encode("utf-16-le").decode("latin-1"),
        **{f"base64 of UTF-16 at {n}": base64.b64encode(b"x" * n + wide + b"\0").decode() for n in range(3)},
        "HCL": json.dumps(secret, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{"),
        "command": f"mysql --host=db -p'{secret}' orders",
        "connection": f"postgresql://orders:{secret}@db.internal:5432/orders?sslmode=require",
    }


@pytest.mark.parametrize(
    "secret",
    [SECRET, "hunter2-S3cr3t", "${var.a}-%{if}x9", "correct horse battery", "9" * 16, KEY],
)
def test_a_secret_is_found_in_every_form(secret: str) -> None:
    redactor = Redactor(tainted_parts(secret))
    for form, text in _forms(secret).items():
        cleaned = redactor.redact(text)
        assert MASK in cleaned, form
        assert not [form for form in _forms(secret).values() if form in cleaned], form


@pytest.mark.parametrize("indent", ["    ", "\t", "  | ", "\r"])
def test_a_key_of_many_lines_is_found_with_another_indentation(indent: str) -> None:
    indented = "#cloud-config\nwrite_files:\n" + "".join(f"{indent}{line}\n" for line in KEY.splitlines())
    cleaned = Redactor(tainted_parts(KEY)).redact(indented)
    assert "QDk3lYc1" not in cleaned
    assert "MIIEv" not in cleaned


def test_lines_of_a_marked_script_that_are_no_key_stay_where_else_they_stand() -> None:
    script = "#!/bin/sh\nset -euo pipefail\napt-get install -y nginx\nexport TOKEN=abc123def456ghi7\n"
    redactor = Redactor(tainted_parts(script))
    assert redactor.redact("set -euo pipefail") == "set -euo pipefail"
    assert redactor.redact("apt-get install -y nginx\n") == "apt-get install -y nginx\n"
    assert "abc123def456ghi7" not in redactor.redact("TOKEN is abc123def456ghi7")


@pytest.mark.parametrize(
    "whole",
    [
        "postgres://app:S3cr3t-w0rd@db/orders",
        "Server=db;User=app;Password=S3cr3t-w0rd;Port=1",
        '{"password": "S3cr3t-w0rd"}',
        "export DB_PASSWORD=S3cr3t-w0rd",
    ],
)
def test_the_password_inside_a_marked_text_is_a_secret_alone(whole: str) -> None:
    assert "S3cr3t-w0rd" not in Redactor(tainted_parts(whole)).redact("it is S3cr3t-w0rd")


@pytest.mark.parametrize("pack", [lambda data: data, gzip.compress], ids=["plain", "gzip"])
def test_what_a_marked_base64_text_says_is_a_secret_too(pack: Callable[[bytes], bytes]) -> None:
    whole = base64.b64encode(pack(b'{"auths": {"ecr": {"password": "Zx9QkLm7-abc"}}}')).decode()
    assert "Zx9QkLm7" not in elsewhere(whole, "docker login -p Zx9QkLm7-abc ecr")


def test_a_long_secret_is_compared_as_a_whole() -> None:
    start = "#!/bin/sh\n" + "echo boilerplate\n" * 40
    redactor = Redactor([start + "one", start + "two"])
    assert redactor.redact(start + "three") == start + "three"
    assert redactor.redact(f"x {start}two y") == f"x {MASK} y"
    assert redactor.redact(json.dumps({"a": start + "one"})) == f'{{"a": "{MASK}"}}'
    assert redactor.redact(base64.b64encode((start + "one").encode()).decode()) == MASK


def test_what_unpacks_without_end_is_withheld_without_unpacking_all_of_it() -> None:
    bomb = base64.b64encode(gzip.compress(b"\0" * 20_000_000)).decode()
    redactor, redacted = Redactor(["S3cr3t-w0rd"]), []
    assert peak(lambda: redacted.append(redactor.redact(f"{bomb} {bomb}"))) < 10_000_000
    assert redacted[0].replace(MASK, "").strip() == ""


def tainted_parts(secret: str) -> list[str]:
    """Return what a marked value taints."""
    content = update({"s": 1}, {"s": secret}, after_sensitive={"s": True})
    return [*find_sensitive_values([(decode_plan(content, "x"), shipped_schemas())])]


@pytest.mark.parametrize(
    ("place", "more"),
    [
        ("provider", {"provider_config": {"x": {"expressions": {"secret_key": {"constant_value": SECRET}}}}}),
        (
            "write-only",
            {
                "root_module": {
                    "resources": [
                        {"type": "aws_db_instance", "expressions": {"password_wo": {"references": ["var.pw"]}}},
                    ],
                    "variables": {"pw": {"default": SECRET}},
                }
            },
        ),
        (
            "write-only in a module",
            {
                "root_module": {
                    "variables": {"pw": {"default": SECRET}},
                    "module_calls": {
                        "m": {
                            "expressions": {"p": {"references": ["var.pw"]}},
                            "module": {
                                "resources": [
                                    {
                                        "type": "aws_ssm_parameter",
                                        "expressions": {"value_wo": {"references": ["var.p"]}},
                                    }
                                ],
                                "variables": {"p": {}},
                            },
                        }
                    },
                }
            },
        ),
        (
            "constant for a sensitive variable",
            {
                "root_module": {
                    "module_calls": {
                        "m": {
                            "expressions": {"p": {"constant_value": SECRET}},
                            "module": {"variables": {"p": {"sensitive": True}}},
                        }
                    }
                }
            },
        ),
        ("half a character in a key", {"root_module": {"outputs": {"\ud800": {"sensitive": True, **EXPRESSION}}}}),
    ],
)
def test_what_the_configuration_gives_to_a_secret_place_is_hidden(place: str, more: dict[str, Any]) -> None:
    content = plan(resource("aws_x.a", ["update"], {"a": 1}, {"a": f"x {SECRET}"}), configuration=more)
    assert "0rd" not in all_of(parse_plan(content)), place


@pytest.mark.parametrize(
    ("resource_type", "path"),
    [
        ("azurerm_cosmosdb_account", "primary_readonly_key"),
        ("digitalocean_database_cluster", "ui_uri"),
        ("github_actions_secret", "value_encrypted"),
        ("google_sql_database_instance", "replica_configuration.password"),
        ("vault_approle_auth_backend_role_secret_id", "wrapping_token"),
        ("vault_token", "wrapped_token"),
    ],
)
def test_what_other_providers_call_sensitive_is_hidden_without_a_mark(resource_type: str, path: str) -> None:
    outer, _, inner = path.partition(".")
    after = {outer: [{inner: SECRET}] if inner else SECRET}
    assert "0rd" not in all_of(parse_plan(plan(resource(f"{resource_type}.a", ["create"], None, after))))


def test_an_unexpected_error_does_not_quote_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object) -> None:
        raise KeyError("S3cr3t-w0rd")

    (change,) = parse_plan(update({"a": 1}, {"a": "S3cr3t-w0rd"})).changes
    monkeypatch.setattr("infragen.plan.body.differences", stumble)
    with pytest.raises(UnexpectedPlanError) as caught:
        _ = change.attributes
    told = "".join(traceback.format_exception(caught.value))
    assert "S3cr3t-w0rd" not in told.replace('raise KeyError("S3cr3t-w0rd")', "")
    assert "KeyError" in told
    assert "in stumble" in told


@pytest.mark.parametrize(
    ("name", "is_sensitive", "is_hidden"),
    [
        pytest.param("username", False, False, id="who it is"),
        pytest.param("master_user_name", False, False, id="whose it is"),
        pytest.param("username", True, True, id="declared sensitive"),
        pytest.param("user_key", False, True, id="something else of a user"),
    ],
)
def test_a_user_s_name_in_a_secret_hides_nothing_elsewhere(name: str, is_sensitive: bool, is_hidden: bool) -> None:
    """`jsonencode({username = var.username, ...})`, and a service that is called as its user is."""
    secret = {"references": [f"var.{name}"]}
    module = {
        "variables": {name: {"default": "connectivity", "sensitive": is_sensitive}},
        "resources": [{"type": "aws_secretsmanager_secret_version", "expressions": {"secret_string_wo": secret}}],
    }
    content = plan(
        resource("aws_x.a", ["update"], {"a": 1}, {"a": "connectivity:8080"}), configuration={"root_module": module}
    )
    assert ("connectivity" not in all_of(parse_plan(content))) == is_hidden

"""Whatever a value holds, the HCL that it becomes means the same to terraform, or it is refused."""

from __future__ import annotations

import json
import subprocess
import tempfile
import unicodedata
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from infragen.hcl.literal import UnrenderableError, literal
from infragen.render.templates import Templates

HOSTILE = [
    '${file("/etc/passwd")}',
    "$${x}$$${x}$",
    "%{ for x in [1] }a%{ endfor }",
    "%%{x}%",
    '"\n}\nresource "null_resource" "x" {}\n',
    "\\u0041\\",
    '"@{x}"',
    '# {% include "x" %}{# #}',
    "<<EOT\nx\nEOT\n",
    "\x00\x01\x1f\x7f\x85\u2028\u202e\ufeff\ufffe",
    "生産計画\u3000管理ｶﾞ",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "null",
    "true",
    "0123",
    " ",
    "",
]
texts = st.one_of(
    st.text(max_size=30),
    st.text(st.sampled_from('$%{}"\\@#\n /*<E~u0'), max_size=20),
    st.sampled_from(HOSTILE),
)
numbers = st.one_of(
    st.integers(-(10**30), 10**30),
    st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**20), max_value=10**20),
)
values = st.recursive(
    st.one_of(texts, numbers, st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=10,
)


def evaluated(expressions: list[str]) -> list[object]:
    """Return what terraform makes of each expression, numbers exact; needs no provider."""
    with tempfile.TemporaryDirectory() as folder:
        outputs = "".join(f"output o{number} {{\n value = {text}\n}}\n" for number, text in enumerate(expressions))
        Path(folder, "main.tf").write_text(outputs, encoding="utf-8")
        for command in (["init"], ["apply", "-auto-approve"]):
            subprocess.run(["terraform", *command, "-no-color"], cwd=folder, check=True, capture_output=True)
        shown = subprocess.run(["terraform", "output", "-json"], cwd=folder, check=True, capture_output=True)
    found = json.loads(shown.stdout, parse_float=Decimal)
    return [found.get(f"o{number}", {"value": None})["value"] for number in range(len(expressions))]


def in_nfc(value: object) -> bool:
    if isinstance(value, str):
        return unicodedata.is_normalized("NFC", value)
    if isinstance(value, dict):
        return all(in_nfc(item) for pair in value.items() for item in pair)
    return all(in_nfc(item) for item in value) if isinstance(value, list) else True


@pytest.mark.terraform
@settings(max_examples=8, deadline=None)
@given(st.lists(values.filter(in_nfc), min_size=20, max_size=60))
@example(list(HOSTILE))
@example([{text: text for text in HOSTILE}])
def test_terraform_reads_back_the_same_value(many: list[object]) -> None:
    assert evaluated([literal(value) for value in many]) == many


@given(texts)
def test_text_stays_one_string_on_one_line_of_a_template(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "a.tf").write_text('a = "@{text}"\n')
        if not in_nfc(text):
            with pytest.raises(UnrenderableError, match="NFC"):
                literal(text)
            return
        rendered = Templates([Path(folder)]).render("a.tf", {"text": text})

    assert rendered == f"a = {literal(text)}\n"
    assert rendered.isprintable() or rendered.count("\n") == 1


@given(st.text(st.characters(min_codepoint=0xD800, max_codepoint=0xDFFF, categories=["Cs"]), min_size=1))
def test_half_a_surrogate_pair_is_refused(text: str) -> None:
    with pytest.raises(UnrenderableError, match="surrogate"):
        literal(text)

"""`align` leaves nothing for `terraform fmt` to do, whatever rendering disturbed."""

from __future__ import annotations

import re
import subprocess
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infragen.hcl.layout import align
from infragen.hcl.literal import literal

names = st.from_regex(r"[a-z][a-z0-9_]{0,14}", fullmatch=True)
texts = st.one_of(
    st.text(max_size=12).map(lambda text: unicodedata.normalize("NFC", text)),
    st.sampled_from(["日本語", "https://example.com/*", "# no comment", "${a}", "{[(", "%{if}", "か\u0303", 'a"b\\']),
)
values = st.recursive(
    st.one_of(st.booleans(), st.none(), st.integers(), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(names | texts, inner, max_size=4)),
    max_leaves=8,
)
expressions = st.sampled_from(
    [
        "local.network.vpc_id",
        "[for name in local.names : { name = name }]",
        "{ for key, value in local.x : key => value }",
        'local.a == "b" ? 1 : 2',
        '"${local.a}-${replace(local.b, "{", "}")}"',
        '"$${not}-%%{one}"',
        "merge(local.tags, { a = 1 })",
        'jsonencode({ "a" = 1 }) # why',
        "1 # a comment",
        '"https://a" // another',
        "merge(local.tags, {\na = 1\nbbb = 2\n})",
        "merge({\na = 1\n}, {\nbbb = 2\n})",
        "[{\na = 1\n}]",
        "[{\na = 1\n}, {\nb = 1\n}]",
        "(\nlocal.a\n)",
        '{\n(local.key) = 1\n"a.b" = 2 # two\n}',
    ]
)
heredocs = st.sampled_from(["<<EOT\na = 1\n\n\n  bbb   = {\nEOT", "<<-SQL\n    select {[(\n\n    SQL"])
blank = st.just("\n\n")
comments = st.sampled_from(["# a = 1", "// {x", "/* one line */", "/*\n a = 1\n\n\n    bbb = {\n*/"])


@st.composite
def bodies(draw: st.DrawFn, depth: int = 2) -> str:
    """Statements of a block, out of layout: names as they come, several blank lines, no indentation."""
    parts = []
    for number in range(draw(st.integers(0, 6))):
        kind = draw(st.integers(0, 9 if depth else 7))
        if kind == 0:
            parts.append(draw(blank))
        elif kind == 1:
            parts.append(draw(comments) + "\n")
        elif kind == 2:
            parts.append(f"{draw(names)}_{number}={draw(heredocs)}\n")
        elif kind == 3:
            parts.append(draw(st.sampled_from(["empty {}\n", "empty {} # with a comment\n", "line { a = 1 }\n"])))
        elif kind == 4:
            parts.append(f"{draw(names)}_{number}  =  {draw(expressions)}\n")
        elif kind < 8:
            parts.append(f"{draw(names)}_{number} = {literal(draw(values))}\n")
        else:
            opening = draw(st.sampled_from(["{\n", "{\n\n", "{ # why\n"]))
            parts.append(f'block "{number}" {opening}{draw(bodies(depth - 1))}}}\n')
    return "".join(parts)


def formatted(text: str) -> str:
    return subprocess.run(
        ["terraform", "fmt", "-"], input=text, capture_output=True, encoding="utf-8", check=True
    ).stdout


@pytest.mark.terraform
@settings(max_examples=15, deadline=None)
@given(st.lists(bodies(), min_size=10, max_size=40))
def test_terraform_fmt_changes_nothing_in_what_align_returns(many: list[str]) -> None:
    aligned = align("\n".join(f"resource {{\n{body}}}\n" for body in many))

    assert formatted(aligned) == aligned


@settings(deadline=None)
@given(bodies())
def test_align_changes_white_space_only_and_a_second_time_nothing(body: str) -> None:
    aligned = align(body)

    assert "".join(aligned.split()) == "".join(body.split())
    assert align(aligned) == aligned


@settings(deadline=None)
@given(bodies())
def test_align_leaves_no_stray_blank_lines(body: str) -> None:
    outside = re.sub(r"(?s)<<-?(EOT|SQL).*?\1|/\*.*?\*/", "", align(f"block {{\n{body}\n\n}}"))

    assert "\n\n\n" not in outside
    assert "{\n\n" not in outside
    assert "\n\n}" not in outside

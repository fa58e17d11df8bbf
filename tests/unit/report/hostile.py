"""Plans full of texts that want to be something else: markup, commands, control sequences; what finds these."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from itertools import accumulate
from typing import Any

from hypothesis import strategies as st
from markdown_it import MarkdownIt

LINE_ENDS = ("\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")
"""What some reader ends a line at (Unicode Standard Annex 14; `str.splitlines`)."""
RUNNER_COMMANDS = (
    "::error file=a::b", "::set-output name=a::b", "::add-path::/a", "::add-mask::a", "::stop-commands::a",
    "##[error]a", "##[group]a", "##[add-mask]a", "##vso[task.setvariable variable=a]b",
    "##teamcity[testFailed name='a']",
    "section_start:1:a\r\x1b[0Ka",
)  # fmt: skip
"""What a line of a log commands the runners of GitHub, Azure, TeamCity and GitLab."""
MARKUP = (
    "# a", "a\n===", "[a](http://x)", "![a](http://x)", "[a]: http://x", "<img src=http://x>", "<!-- a", "```", "~~~",
    "`a",
    "| a |", "@team", "http://x.test", "www.x.test", "&lt;b>", "- a", "1. a", "> a", "\\`<b>`", "`a\\\\|<b>`",
)  # fmt: skip
UNPRINTED = "".join(
    chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in {"Cc", "Cf", "Zl", "Zp"}
)
"""Controls, marks of direction, what has no width, tags."""
_COMMAND = re.compile(r"\s*::[\w-]+(\s.*)?::|.*##\w*\[")


def forged(text: str, ours: str = "(?!)") -> list[str]:
    """Return the lines of a log that end, hide or move where nobody ends them, or that command a runner; but `ours`."""
    return [
        line
        for line in text.split("\n")
        if not is_printed(line.replace("\t", "")) or (_COMMAND.match(line) and not re.match(ours, line))
    ]


def forged_markdown(text: str, links: str = "(?!)") -> list[str]:
    """Return what a reader of Markdown would see that is no text: links but `links`, images, elements, mentions."""
    tokens = [
        t for token in MarkdownIt("commonmark").enable("table").parse(text) for t in (token, *(token.children or ()))
    ]
    html = [t.content for t in tokens if t.type in {"html_block", "html_inline"}]
    followed = [str(t.attrs.get("href") or t.attrs.get("src")) for t in tokens if t.type in {"link_open", "image"}]
    depths = accumulate((t.content == "<code>") - (t.content == "</code>") for t in tokens)
    plain = [t.content for t, depth in zip(tokens, depths, strict=True) if t.type == "text" and not depth]
    return [
        *(one for one in html if not re.fullmatch(r"</?(?:code|br|b)>|<!-- Written by .*", one.strip())),
        *(one for one in followed if not re.match(links, one)),
        *(one for one in plain if re.search(r"@\w|https?:/|www\.|#\d", one)),
    ]


WICKED = (
    "::error file=x::pwned", "\n::stop-commands::x", "\r::set-output name=a::b", "##[command]x", "%0A::warning::x",
    "]]>", "<script>alert(1)</script>", "&lt;", "&#0;", "\x00", "\x1b[31mred", "\u202eevil", "\ufffe", "\uffff", "\x85",
    "\u2028::error::x", "@team", "a,b:c", "../../etc/passwd", "file:///x", "%SRCROOT%", '"', "'", "\\",
    "日本語", "\ud800", "](http://x)", "{0}",
)  # fmt: skip

_texts = st.sampled_from(WICKED) | st.text(max_size=20) | st.lists(st.sampled_from(WICKED), max_size=3).map("".join)
_ACTIONS = (["create"], ["update"], ["delete"], ["delete", "create"], ["forget"])
_TYPES = ("aws_rds_cluster", "aws_s3_bucket", "acme_thing", "aws_vpc_security_group_ingress_rule")


def is_printed(text: str) -> bool:
    """Whether a text holds printed characters only; two wide spaces of Japanese and of typesetters are printed too."""
    return text.replace("\u3000", "").replace("\u00a0", "").isprintable()


@st.composite
def plans(draw: st.DrawFn) -> bytes:
    """Draw a plan with hostile addresses, modules, values, check messages and output names."""
    changes = []
    for number in range(draw(st.integers(0, 4))):
        kind, key = draw(st.sampled_from(_TYPES)), draw(_texts)
        module = f"module.m[{json.dumps(draw(_texts))}]" if draw(st.booleans()) else ""
        inside = f"{kind}.n{number}[{json.dumps(key)}]"
        actions = draw(st.sampled_from(_ACTIONS))
        change: dict[str, Any] = {
            "address": f"{module}.{inside}" if module else inside,
            "type": kind,
            "name": f"n{number}",
            "index": key,
            "mode": "managed",
            "provider_name": draw(_texts),
            "change": {
                "actions": actions,
                "before": None
                if actions == ["create"]
                else {"final_snapshot_identifier": draw(_texts), "a": draw(_texts)},
                "after": None if actions == ["delete"] else {"cidr_ipv4": "0.0.0.0/0", "ip_protocol": draw(_texts)},
                "after_unknown": {},
            },
        }
        changes.append(change | ({"module_address": module} if module else {}))
    check = {
        "address": {"kind": "check", "to_display": draw(_texts)},
        "status": "fail",
        "instances": [
            {"address": {"to_display": draw(_texts)}, "status": "fail", "problems": [{"message": draw(_texts)}]}
        ],
    }
    document = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "resource_changes": changes,
        "checks": [check] if draw(st.booleans()) else [],
        "errored": draw(st.booleans()),
        "output_changes": {draw(_texts): {"actions": ["create"], "before": None, "after": draw(_texts)}},
    }
    return json.dumps(document).encode()

"""Plans full of texts that want to be something else: markup, commands, control sequences."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

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

"""What the name of a security group, its description and those of its rules are written with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infragen_sandbox.gate.rule import Refused, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen_sandbox.gate.calls import Call

_TEXT = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{0,255}")


def _texts(call: Call) -> Iterator[tuple[str, str]]:
    """Yield each name and description, after the parameter that it stands in."""
    for name in ("GroupName", "Description"):
        yield name, call.parameters.get(name, "")
    for permission in call.parameters.get("IpPermissions", ()):
        for name in ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs"):
            for source in permission.get(name, ()):
                yield f"{name}.Description", source.get("Description", "")


def _check(call: Call) -> Refused | None:
    for name, text in _texts(call):
        if not _TEXT.fullmatch(text):
            allowed = "up to 255 of a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*"
            return Refused("InvalidParameterValue", f"Value ({text}) for parameter {name} is invalid. Valid: {allowed}")
        if name == "GroupName" and text.startswith("sg-"):
            return Refused("InvalidParameterValue", f"Value ({text}) for parameter {name} is invalid: begins with sg-")
    return None


RULE = Rule(
    "The name and the descriptions of a security group and its rules are ASCII of a limited set",
    "Amazon EC2 API Reference: CreateSecurityGroup, GroupDescription and GroupName; IpRange, Description",
    "ec2",
    ("CreateSecurityGroup", "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress"),
    _check,
)

"""Terraform's addresses: the keys of instances in them, and what they are without."""

from __future__ import annotations

import re
from typing import Final

KEY: Final = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]')
"""The key of an instance in an address, brackets included."""

NAMING: Final = re.compile(r"(?:\w+_)?(?:address|arn|domain|endpoint|host|id|name|port|region|uri|url)s?", re.ASCII)
"""Attributes that say which object one is, and where: nothing of what it holds."""


def without_keys(address: str) -> str:
    """Return an address without the keys of instances: `a.b["x"]` as `a.b`."""
    return KEY.sub("", address) if "[" in address else address


def type_of(address: str) -> str:
    """Return the type of a resource: `aws_vpc` of `module.a["x.y"].aws_vpc.this`."""
    return without_keys(address).split(".")[-2]

"""Terraform's addresses: the keys of instances in them, and what they are without."""

from __future__ import annotations

import re
from typing import Final

KEY: Final = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]')
"""The key of an instance in an address, brackets included."""

NAMING: Final = re.compile(r"(?:\w+_)?(?:address|arn|domain|host|id|name|port|region)s?", re.ASCII)
"""Attributes that say which object one is, and where: nothing of what it holds, as the token in a webhook's URL."""

_MANAGED: Final = re.compile(r"(?:module\.[\w-]+\.)*(?:aws|azurerm|google)_\w+\.[\w-]+")
_NAME: Final = re.compile(rf"((?:\w+\()*)(?:\w+\[\d+\]\.)*(?:{NAMING.pattern}|arn_without_revision)\)*", re.ASCII)
"""What names an object, or one in its blocks: `arn`, `master_user_secret[0].secret_arn`, `join(slice(split(arn)))`."""
PART, NAME = 1, 2


def naming(address: str, attribute: str) -> int:
    """Return NAME for what names an object of a cloud (no data), PART for what functions make of that, else 0."""
    found = _NAME.fullmatch(attribute) if _MANAGED.fullmatch(without_keys(address)) else None
    return 0 if found is None else PART if found[1] else NAME


def without_keys(address: str) -> str:
    """Return an address without the keys of instances: `a.b["x"]` as `a.b`."""
    return KEY.sub("", address) if "[" in address else address


def type_of(address: str) -> str:
    """Return the type of a resource: `aws_vpc` of `module.a["x.y"].aws_vpc.this`."""
    return without_keys(address).split(".")[-2]

"""Terraform's addresses: the keys of instances in them, and what they are without."""

import re
from typing import Final

KEY: Final = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|[^\[\]"]*+)\]')
"""The key of an instance in an address, brackets included."""
NAMING: Final = re.compile(r"(?:\w+_)?(?:address|arn|domain|host|id|name|port|region)s?", re.ASCII)
"""Attributes that say which object one is, and where: nothing of what it holds, as the token in a webhook's URL."""
_MANAGED: Final = re.compile(r"(?:module\.[\w-]+\.)*(?:aws|azurerm|google)_\w+\.[\w-]+")
_NAME: Final = re.compile(rf"((?:\w+\()*)(?:\w+\[\d+\]\.)*(?:{NAMING.pattern}|arn_without_revision)\)*", re.ASCII)
"""What names an object, or one in its blocks: `arn`, `master_user_secret[0].secret_arn`, `join(slice(split(arn)))`."""
PART, NAME, ARN = 1, 2, 3
_OF_ANY_TEXT: Final = re.compile(r"_(?:object|object_copy|item|record|parameter|key|file|entry|value)$")
"""Types whose id is a key that can be any text: S3's objects, items of tables, parameters."""


def naming(address: str, attribute: str) -> int:
    """ARN or NAME of a cloud's object, PART for a function of that, else 0; a name that can be any text is 0."""
    found = _NAME.fullmatch(attribute) if _MANAGED.fullmatch(without_keys(address)) else None
    if found is None or found[1]:
        return 0 if found is None else PART
    if attribute.endswith(("arn", "arn_without_revision")):
        return ARN
    return 0 if _OF_ANY_TEXT.search(type_of(address)) else NAME


def without_keys(address: str) -> str:
    return KEY.sub("", address) if "[" in address else address


def type_of(address: str) -> str:
    return without_keys(address).split(".")[-2]

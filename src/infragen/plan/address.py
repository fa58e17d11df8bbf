"""Resource addresses taken apart."""

import re
from functools import lru_cache

from infragen.redaction.redactor import Redactor

_NAME = re.compile(r"[\w./-]*\Z")
_CODE = re.compile(r"[\w.-]*\Z")
_PART = re.compile(r"(?P<name>[\w-]*)(?P<key>\[.*\])?\Z", re.DOTALL)


@lru_cache(maxsize=4096)
def split_address(address: str) -> tuple[str, ...]:
    # `module.a["x.y"].aws_vpc.this` gives `module`, `a["x.y"]`, `aws_vpc`, `this`: those in a quoted key do not count.
    parts, start, position, in_quotes = [], 0, 0, False
    while position < len(address):
        character = address[position]
        if in_quotes and character == "\\":
            position += 1
        elif character == '"':
            in_quotes = not in_quotes
        elif character == "." and not in_quotes:
            parts.append(address[start:position])
            start = position + 1
        position += 1
    return (*parts, address[start:])


def top_block(address: str, depth: int = 0) -> str:
    """`module.a` of `module.a["x"].aws_vpc.this`; `depth` is how many modules to step into first."""
    parts = split_address(address)[2 * depth :]
    length = 3 if parts and parts[0] == "data" else 2
    return ".".join(part.split("[", 1)[0] for part in parts[:length])


def redact_address(address: str, redactor: Redactor) -> str:
    """Redact the keys; names of modules, types and resources are code. Any other text is redacted as a whole."""
    if _CODE.match(address) or redactor.redact(address) == address:
        return address
    parts = [_PART.match(part) for part in split_address(address)]
    if not all(parts):
        return redactor.redact(address)
    return ".".join(part["name"] + redactor.redact(part["key"] or "") for part in parts if part)


def redact_name(name: str, redactor: Redactor) -> str:
    return name if _NAME.match(name) else redactor.redact(name)

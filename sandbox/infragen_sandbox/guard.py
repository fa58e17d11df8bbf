"""Who may ask the emulated AWS what: programs on this machine AWS's own questions, and infragen alone all others.

It listens on 127.0.0.1, where every web page that a person looks at can send requests to (DNS rebinding gives them
answers, too) and every other user of the machine. What empties or lists everything needs the secret, which stands in
a file that only its owner can read.
"""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADER: Final = "X-Infragen-Token"
"""Carries the secret."""

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost"})
_CONTROL: Final = re.compile(r"/+(?:infragen|moto-api|_ministack|_localstack)(?:/|$)")
"""Paths that are none of AWS."""
_OF_BROWSERS: Final = ("origin", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest")
"""Headers that every browser sends and no client of AWS does."""


def refusal(path: str, headers: Mapping[str, str], port: int, secret: str) -> str | None:
    """Return why a request is refused; names in `headers` are in lower case."""
    host, _, asked = headers.get("host", "").strip().lower().partition(":")
    if host not in _LOOPBACK:
        return "this emulated AWS is on 127.0.0.1, but the request was sent to another host"
    if any(name in headers for name in _OF_BROWSERS):
        return "the emulated AWS does not answer browsers"
    if not _CONTROL.match(path):
        return None
    if asked != str(port):
        return "the request was sent to another port"
    if not secret or not hmac.compare_digest(headers.get(HEADER.lower(), "").encode(), secret.encode()):
        return f"{HEADER} is not the token of .infragen/sandbox/state.json"
    return None

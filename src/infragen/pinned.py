"""What the machines of CI install infragen from: told apart by its form, refused where not pinned, as a command."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

EXAMPLE: Final = "git+https://github.com/OWNER/infragen@<the 40 digits of a commit>"

FORMS: Final = (
    f'`"{EXAMPLE}"`, a wheel (`"wheels/infragen.whl"` in the project, '
    '`"https://.../infragen.whl#sha256=<64 digits>"`), '
    'or `"requirements.txt"` with a hash for each of its lines'
)
"""What may be written, for hints."""

_COMMIT: Final = re.compile(r"@[0-9a-f]{40}$")
_DIGEST: Final = re.compile(r"sha256=[0-9a-f]{64}")
_PLACE: Final = re.compile(r"[A-Za-z0-9._/+-]+")
"""A path that pip and a shell read as the text it is."""
_HASH: Final = re.compile(r"--hash[= ]sha256:[0-9a-f]{64}\b")
_OPTION: Final = re.compile(r"--(?:(?:extra-)?index-url|find-links|(?:only|no|prefer)-binary|require-hashes)\b")
"""Lines of a requirements file that name no package and no other file."""


class Source(StrEnum):
    """The kinds of places."""

    REPOSITORY = "repository"
    WHEEL = "wheel"
    REMOTE_WHEEL = "wheel of a server"
    REQUIREMENTS = "requirements"


def source(text: str) -> Source | None:
    if text.startswith("git+"):
        return Source.REPOSITORY
    if "://" in text:
        return Source.REMOTE_WHEEL
    if text.endswith(".whl"):
        return Source.WHEEL
    return Source.REQUIREMENTS if text.endswith(".txt") else None


def problem(text: str) -> str | None:
    kind = source(text)
    if kind is None:
        return "is not pinned: a name alone is whatever an index has under it on that day"
    if kind in {Source.WHEEL, Source.REQUIREMENTS}:
        outside = text.startswith(("/", "-")) or ".." in text.split("/") or not _PLACE.fullmatch(text)
        return "is not a path in the project of letters, digits and `._/+-`" if outside else None
    if not text.removeprefix("git+").startswith("https://"):
        return "is not fetched over https"
    if not text.isascii() or not text.isprintable() or " " in text:
        return "is not a URL"
    return _problem_of_url(kind, text)


def _problem_of_url(kind: Source, text: str) -> str | None:
    parts = urlsplit(text)
    if "@" in parts.netloc:
        return "contains a password that everyone can read"
    if kind is Source.REPOSITORY:
        if parts.query or parts.fragment:
            return "has more after the commit"
        pinned = _COMMIT.search(parts.path)
        return None if pinned else "does not end in `@` and the 40 digits of a commit, so it is not pinned"
    if not parts.path.endswith(".whl"):
        return "is not a wheel"
    return None if _DIGEST.fullmatch(parts.fragment) else "does not end in `#sha256=` and the 64 digits of its checksum"


def unpinned(text: str) -> Iterator[tuple[int, str]]:
    for number, line in _logical_lines(text):
        if not _OPTION.match(line) and not _HASH.search(line):
            yield number, line


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    start, joined = 1, ""
    for number, line in enumerate(text.splitlines(), 1):
        joined += re.sub(r"(^|\s)#.*$", "", line)
        if joined.endswith("\\"):
            joined = f"{joined[:-1]} "
            continue
        if joined.strip():
            yield start, joined.strip()
        start, joined = number + 1, ""
    if joined.strip():
        yield start, joined.strip()


def argument(text: str) -> str:
    """Return what pip is given for a pinned place: a path that it takes for nothing else."""
    return f"./{text}" if source(text) is Source.WHEEL else text

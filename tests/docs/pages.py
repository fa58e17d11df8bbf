"""The repository's Markdown, read for what it promises: its blocks, its commands, its links."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]

TOUR = (
    "docs/bootstrap.md",
    "docs/applying.md",
    "docs/operating.md",
    "docs/state.md",
    "docs/ci.md",
    "docs/providers.md",
)
"""Pages about an environment that stands; test_tour.py types them one after the other where one does."""

START = "docs/start.md"
"""The page that begins in an empty folder; test_start_page.py types it there."""

_FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<language>\w*)[^`]*$")
_INLINE = re.compile(r"`(infragen [^`]+)`")
_LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(?P<title>.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page."""

    page: str
    line: int
    """Of its first line of text."""
    language: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def commands(self) -> tuple[str, ...]:
        """What a reader is told to type: the lines that start with a prompt, comments left out."""
        typed = (line[2:] for line in self.text.splitlines() if line.startswith("$ "))
        return tuple(re.sub(r"\s+#.*$", "", command).strip() for command in typed)


@cache
def pages() -> tuple[str, ...]:
    """Every Markdown file that git knows, but those that a test reads as data or that infragen wrote."""
    listed = subprocess.run(
        ("git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"),
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.splitlines()  # fmt: skip
    return tuple(sorted(name for name in listed if not name.startswith("generated/") and (ROOT / name).is_file()))


def manual() -> tuple[str, ...]:
    """The pages for those who use infragen; below `docs/contributing/` are those for who builds it."""
    found = (name for name in pages() if name == "README.md" or name.startswith("docs/"))
    return tuple(name for name in found if not name.startswith("docs/contributing/"))


@cache
def blocks(page: str) -> tuple[Block, ...]:
    return tuple(_blocks(page))


def prose(page: str) -> str:
    """The page without its blocks."""
    return _split(page)[0]


def inline_commands(page: str) -> Iterator[str]:
    """The command lines that stand in the text between the blocks."""
    yield from _INLINE.findall(prose(page).replace("\n", " "))


def links(page: str) -> Iterator[str]:
    yield from (found["target"] for found in _LINK.finditer(prose(page)))


def anchors(page: str) -> frozenset[str]:
    """What `page.md#...` may point to, spelt as GitHub does."""
    titles = (found["title"] for found in _HEADING.finditer(prose(page)))
    return frozenset(re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles)


def _blocks(page: str) -> Iterator[Block]:
    for line, language, text in _split(page)[1]:
        yield Block(page, line, language, text)


@cache
def _split(page: str) -> tuple[str, tuple[tuple[int, str, str], ...]]:
    outside: list[str] = []
    found: list[tuple[int, str, str]] = []
    inside: list[str] | None = None
    fence, language, start = "", "", 0
    for number, line in enumerate((ROOT / page).read_text(encoding="utf-8").splitlines(), 1):
        opening = _FENCE.match(line)
        if inside is None and opening:
            inside, fence, language, start = [], opening["ticks"], opening["language"], number + 1
        elif inside is None:
            outside.append(line)
        elif line == fence:
            found.append((start, language, "\n".join(inside)))
            inside = None
        else:
            inside.append(line)
    assert inside is None, f"{page}:{start}: this block does not end"
    return "\n".join(outside), tuple(found)

"""What Terraform would run besides AWS's provider: provisioners, programs as data, code from elsewhere.

A stack is planned with the keys of whoever plans it, and an `external` data source or a provisioner is a program that
gets them. Shipped templates have none. All other text of a project is looked at here, after it was rendered: its own
templates, hand-written files, and files that lie in a stack's folder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infragen.diagnostics import Diagnostic, Location
from infragen.render.parsed import labels, nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from lark import Token, Tree

__all__ = ["SUFFIXES", "Program", "programs", "refused"]

SUFFIXES: Final = (".tf", ".tofu", ".tf.json", ".tofu.json")
"""How files end that terraform or tofu reads as configuration."""

_RUNNING: Final[Mapping[tuple[str, str], str]] = {
    ("data", "external"): "runs a program",
    ("data", "local_command"): "runs a program",
    ("action", "local_command"): "runs a program",
    ("data", "http"): "asks a server that is not AWS",
    ("resource", "local_file"): "writes a file on the machine that runs terraform",
    ("resource", "local_sensitive_file"): "writes a file on the machine that runs terraform",
}
_WORDS: Final = ("provisioner", '"external"', '"local_', '"http"', "/*")
"""One of these is in every text of canonical form that runs something."""
_OURS: Final = r'"(?:\.\./(?:modules/)?[\w-]+|(?:registry\.terraform\.io/)?hashicorp/[\w-]+)"'
_ODD: Final = re.compile(
    r'^[^\S\n]*(?:data|action|resource|module)\b(?! "[\w-]+"(?: "[\w-]+")? \{)|source"?\s*[=:](?!\s*' + _OURS + ")",
    re.MULTILINE,
)
"""A block that is not written as `terraform fmt` writes it, or code that comes from somewhere else."""
_SOURCE: Final = re.compile(r'\bsource"?\s*[=:]\s*([^\s,}]+)')


@dataclass(frozen=True, slots=True)
class Program:
    """Something that runs, or brings code along: where (below the environment's folder), its address, what it does."""

    path: str
    address: str
    said: str
    line: int = 1
    column: int = 1

    @property
    def name(self) -> str:
        """How infragen.toml names it, below its system."""
        return f"{self.path.rpartition('/')[0]}/{self.address}"


def programs(files: Iterable[tuple[str, str]]) -> Iterator[Program]:
    """Yield what files would run; paths are relative to the environment's folder."""
    for path, text in files:
        if path.endswith(".json"):
            yield Program(path, path.rpartition("/")[2], "is JSON, of which infragen does not tell what it runs")
        elif any(word in text for word in _WORDS) or _ODD.search(text):
            yield from _in_text(path, text)


def refused(
    found: Iterable[Program], system: str, allowed: Collection[str], place: Callable[[Program], Location]
) -> Iterator[Diagnostic]:
    """Yield G015 for each program of a system that nobody allowed."""
    for program in found:
        name = f"{system}/{program.name}"
        if name not in allowed:
            message = f"{program.address} {program.said}, with the keys of whoever plans or applies the stack"
            hint = f'take it out, or allow it in infragen.toml: `[programs]`, `allow = ["{name}"]`'
            yield Diagnostic("G015", message, place(program), hint=hint)


def _in_text(path: str, text: str) -> Iterator[Program]:
    import hcl2
    from lark.exceptions import LarkError

    try:
        body = hcl2.parses_to_tree(text if text.endswith("\n") else f"{text}\n").children[0]
    except LarkError:
        yield Program(path, path.rpartition("/")[2], "cannot be read, so that nobody can tell what it runs")
        return
    for block in nodes(body, "block"):
        yield from _in_block(path, text, block)


def _in_block(path: str, text: str, block: Tree[Token]) -> Iterator[Program]:
    kind, *names = map(_unescaped, labels(block))
    address = ".".join(names) if kind == "resource" else ".".join((kind, *names))

    def found(said: str, at: Tree[Token] = block, name: str = address) -> Program:
        return Program(path, name, said, at.meta.line, at.meta.column)

    if names and (kind, names[0]) in _RUNNING:
        yield found(_RUNNING[kind, names[0]])
    if kind in {"module", "terraform"}:
        for source in _SOURCE.findall(text[block.meta.start_pos : block.meta.end_pos]):
            if not re.fullmatch(_OURS, source):
                name = address if kind == "module" else source.strip('"')
                yield found(f"brings code from {source} along", name=name)
    for nested in (one for body in nodes(block, "body") for one in nodes(body, "block")):
        words = labels(nested)
        if kind == "check":
            yield from _in_block(path, text, nested)
        elif kind == "resource" and words[0] == "provisioner":
            yield found(f"runs a program ({' '.join(words[1:])})", nested)


def _unescaped(text: str) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})", lambda found: chr(int(found[1] or found[2], 16)), text)

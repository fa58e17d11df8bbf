"""What Terraform would run besides AWS's provider: provisioners, programs as data, code and keys from elsewhere.

A stack is planned with the keys of whoever plans it, and an `external` data source or a provisioner is a program that
gets them. Shipped templates have none. All other text of a project is looked at here, after it was rendered: its own
templates, hand-written files, and files that lie in a stack's folder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infragen.diagnostics import Diagnostic, Location
from infragen.render.parsed import labels, nodes, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from lark import Token, Tree

__all__ = ["Program", "programs", "refused"]

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
_SETTINGS: Final[Mapping[str, frozenset[str]]] = {
    "provider": frozenset(
        {
            "alias",
            "allowed_account_ids",
            "default_tags",
            "forbidden_account_ids",
            "ignore_tags",
            "max_retries",
            "region",
        }
    ),
    "backend": frozenset({"allowed_account_ids", "bucket", "encrypt", "key", "kms_key_id", "region", "use_lockfile"}),
    "data": frozenset({"backend", "config", "count", "defaults", "depends_on", "for_each", "provider", "workspace"}),
    "terraform": frozenset({"backend", "experiments", "required_providers", "required_version"}),
}
"""What a block may say of AWS's provider, of a state in S3 or of the tool, and have no keys or programs from there."""
_OURS: Final = r'"(?:\.\./(?:modules/)?[\w-]+|(?:registry\.terraform\.io/)?hashicorp/[\w-]+)"'
_ODD: Final = re.compile(
    r'^[^\S\n]*(?:data|action|resource|module)\b(?! "[\w-]+"(?: "[\w-]+")? \{)|source"?\s*[=:](?!\s*' + _OURS + ")",
    re.MULTILINE,
)
"""A block that is not written as `terraform fmt` writes it, or code that comes from somewhere else."""
_PLAIN: Final = r'(?:"[^"\\$%\n]*"|\[(?:"[^"\\$%\n]*"(?:, )?)*\]|true|false)'
_SHELL: Final = re.compile(
    rf"""
    ^provider\ "aws"\ \{{\n
    (?:\ \ (?:region|allowed_account_ids)\ +=\ {_PLAIN}\n)*
    (?:\n?\ \ default_tags\ \{{\n\ \ \ \ tags\ =\ \{{\n(?:\ {{6}}\w+\ +=\ {_PLAIN}\n)*\ \ \ \ \}}\n\ \ \}}\n)?\}}$
    |^terraform\ \{{\n\ \ backend\ "s3"\ \{{\n
    (?:\ {{4}}(?:bucket|key|region|allowed_account_ids|use_lockfile)\ +=\ {_PLAIN}\n|\ {{4}}\#[^\n]*\n|\n)*\ \ \}}\n\}}$
    |^terraform\ \{{\n(?:\ \ required_version\ =\ {_PLAIN}\n\n)?\ \ required_providers\ \{{\n
    (?:\ {{4}}\w+\ =\ \{{\n(?:\ {{6}}(?:source|version)\ +=\ {_PLAIN}\n)*\ {{4}}\}}\n)*\ \ \}}\n\}}$
    |^data\ "terraform_remote_state"\ "\w+"\ \{{\n\ \ backend\ =\ "s3"\n\n\ \ config\ =\ \{{\n
    (?:\ {{4}}(?:bucket|key|region)\ +=\ {_PLAIN}\n)*\ \ \}}\n\}}$
    """,
    re.MULTILINE | re.VERBOSE,
)
"""Blocks as infragen's own shell has them, which need no parser; where code comes from is looked at besides."""
_SET_UP: Final = re.compile(r'^[^\w#"\n]*(?:provider|terraform)\b(?!\s*=)|terraform_remote_state"', re.MULTILINE)
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
        elif any(word in text for word in _WORDS) or _ODD.search(text) or _sets_up(text):
            yield from _in_text(path, text)


def _sets_up(text: str) -> bool:
    return _SET_UP.search(text) is not None and _SET_UP.search(_SHELL.sub("", text)) is not None


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
    said = _set_up(kind, names, block)
    if said is not None:
        yield found(said)
    for source in _sources(text, block) if kind in {"module", "terraform"} else ():
        name = address if kind == "module" else source.strip('"')
        yield found(f"brings code from {source} along", name=name)
    for nested in (one for body in nodes(block, "body") for one in nodes(body, "block")):
        words = labels(nested)
        if kind == "check":
            yield from _in_block(path, text, nested)
        elif kind == "resource" and words[0] == "provisioner":
            yield found(f"runs a program ({' '.join(words[1:])})", nested)
        elif kind == "terraform" and (said := _in_terraform(words, nested)):
            yield found(said, nested, words[0])


def _sources(text: str, block: Tree[Token]) -> Iterator[str]:
    """Yield where a block brings code from, when that is neither infragen nor HashiCorp."""
    for source in _SOURCE.findall(text[block.meta.start_pos : block.meta.end_pos]):
        if not re.fullmatch(_OURS, source):
            yield source


def _in_terraform(words: list[str], block: Tree[Token]) -> str | None:
    """Say what a block of a `terraform` block does, when it is more than the usual."""
    if words[0] == "required_providers" and not all(map(_is_provider, _attributes(block).values())):
        return "names a provider in a way that nobody can tell whose it is"
    if words[0] != "backend":
        return None
    if words[1:] != ["s3"]:
        return f"keeps states elsewhere than in S3 ({' '.join(words[1:])})"
    more = _named(block) - _SETTINGS["backend"]
    return f"takes more than a bucket in S3: {_listed(more)}" if more else None


def _set_up(kind: str, names: list[str], block: Tree[Token]) -> str | None:
    """Say what a block does that sets up a provider or the tool, or reads a state, when it is more than the usual."""
    if kind == "provider" and names != ["aws"]:
        return "sets up a provider that is not AWS's"
    is_state = kind == "data" and names[:1] == ["terraform_remote_state"]
    unknown = _named(block) - _SETTINGS[kind] if is_state or kind in {"provider", "terraform"} else ()
    if unknown:
        return f"says where keys, programs or servers are: {_listed(unknown)}"
    if not is_state:
        return None
    written = _attributes(block)
    keys = _keys(written["config"]) if "config" in written else set()
    if _literal(written.get("backend")) != "s3" or keys is None:
        return "reads a state from elsewhere than S3"
    more = keys - _SETTINGS["backend"]
    return f"takes more than a bucket in S3: {_listed(more)}" if more else None


def _attributes(block: Tree[Token]) -> dict[str, Tree[Token]]:
    """Return the values that a block sets itself, by their names."""
    own = (one for body in nodes(block, "body") for one in nodes(body, "attribute"))
    return {text_of(one.children[0]): next(nodes(one, "expr_term"), one) for one in own}


def _named(block: Tree[Token]) -> set[str]:
    """Return the names of a block's own attributes and blocks; those of a `dynamic` block are not told."""
    return {*_attributes(block), *(labels(one)[0] for body in nodes(block, "body") for one in nodes(body, "block"))}


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _literal(value: Tree[Token] | None) -> str | None:
    """Return a text in quotes without anything to work out in it."""
    found = next(nodes(value, "string"), None) if value is not None else None
    text = text_of(found) if found is not None else None
    return None if text is None or re.search(r"[\\$%]", text) else text


def _keys(value: Tree[Token]) -> set[str] | None:
    """Return the keys of an object that is written out, each a word or a text; None for anything else."""
    written = next(nodes(value, "object"), None)
    if written is None:
        return None
    found = set()
    for one in nodes(written, "object_elem"):
        for term in (term for key in nodes(one, "object_elem_key") for term in nodes(key, "expr_term")):
            name = next(nodes(term, "identifier"), None)
            key = text_of(name) if name is not None else _literal(term) if len(term.children) == 1 else None
            if key is None:
                return None
            found.add(key)
    return found


def _is_provider(value: Tree[Token]) -> bool:
    keys = _keys(value)
    is_plain = keys is not None and keys <= {"source", "version", "configuration_aliases"}
    return is_plain or _literal(value) is not None


def _unescaped(text: str) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})", lambda found: chr(int(found[1] or found[2], 16)), text)

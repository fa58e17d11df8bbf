"""What in the files of an environment does not fit the providers of today."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from infragen.diagnostics import Diagnostic, Location, Severity
from infragen.hcl.folders import SUFFIXES
from infragen.hcl.index import OVERRIDE, Argument, Block, Index, Traversal
from infragen.provider_schema.guide import CHANGES, Change, own
from infragen.provider_schema.schema import PROVIDERS, Known, Resource, Schema, known

_META: Final = frozenset({"count", "depends_on", "for_each", "provider"})
"""Arguments of a resource that are Terraform's own."""
_NEEDS: Final = re.compile(r">= (6\.\d+)")
_COLLECTIONS: Final = {("[", "]"): "list", ("{", "}"): "map"}
"""What is written out between brackets."""


@dataclass(slots=True)
class Checked:
    """What was looked at, and what was found; counts are by type (`aws_vpc`, `data.aws_ami`)."""

    findings: list[Diagnostic] = field(default_factory=list)
    fitting: Counter[str] = field(default_factory=Counter)
    """Resources that the schema knows the type of."""
    unknown: Counter[str] = field(default_factory=Counter)
    """What the extract lacks: only the upgrade guide speaks of these."""
    changes: Counter[Change] = field(default_factory=Counter)
    """How often each change of the guide is found."""
    needing: dict[str, str] = field(default_factory=dict)
    """Folders that no 5.x serves, each with the first 6.x that does."""

    def add(self, other: Checked) -> None:
        self.findings += other.findings
        self.fitting.update(other.fitting)
        self.unknown.update(other.unknown)
        self.changes.update(other.changes)
        self.needing |= other.needing


def checked(path: str, text: str) -> Checked:
    found = Checked()
    if path.endswith(SUFFIXES):
        index = Index(text)
        for name in PROVIDERS:
            _File(path, index, found, known(name)).check()
    return found


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    index: Index
    found: Checked
    of: Known

    def check(self) -> None:
        for block in self.index.blocks:
            name = _type_of(block, self.of.name)
            if name == "provider":
                self._block(block, self.of.provider, "provider")
            elif name is None:
                self._needs(block)
                continue
            elif name in self.of.gone:
                self._say("V017", f"the provider has no resource type {name} any more", block)
            elif block.kind == "resource" and (known := self.of.resource(name)):
                self.found.fitting[name] += 1
                self._block(block, known.schema, name, leave_out=_META)
                self._ignored(block, known, name)
            else:
                self.found.unknown[name] += 1
            self._changes(name, block)
        for one in self.index.references:
            self._reference(one)

    def _needs(self, block: Block) -> None:
        is_ours = block.kind == "terraform" and self.of.name == "aws"
        for required in block.nested("required_providers") if is_ours else ():
            one = required.arguments.get("aws")
            version = (one.items or {}).get("version") if one else None
            found = _NEEDS.match(str(version.plain)) if version else None
            if found:
                self.found.needing[self.path.rpartition("/")[0]] = found[1]

    def _block(self, block: Block, schema: Schema, where: str, leave_out: frozenset[str] = frozenset()) -> None:
        for argument in block.arguments.values():
            if argument.name not in leave_out:
                self._argument(argument, schema, where)
        inner = list(own(block))
        for name, one in inner:
            nested = schema.blocks.get(name)
            if nested is None:
                self._unknown(f"block `{name}`", one, where, name)
            elif nested.content is not None:
                self._block(one, nested.content, f"`{name}` in {where}")
        count = Counter(name for name, _ in inner)
        for name, nested in schema.blocks.items():
            if count[name] > 1 and not nested.is_repeatable and not any(one.kind == "dynamic" for one in block.blocks):
                self._say("V015", f"{where} has one block `{name}` at most", [at for of, at in inner if of == name][1])
        for name in sorted(schema.required - {*block.arguments, *count}) if not OVERRIDE.search(self.path) else ():
            self._say("V016", f"{where} needs `{name}`, which is not written", block)

    def _ignored(self, block: Block, known: Resource, where: str) -> None:
        """Check the names in `ignore_changes`, which refer to arguments without naming the resource."""
        for name, _, argument in block.ignored:
            if name not in known.reads and name != "all":
                self._unknown(f"argument `{name}`", argument, where, name)

    def _argument(self, argument: Argument, schema: Schema, where: str) -> None:
        name, nested = argument.name, schema.blocks.get(argument.name)
        if nested is not None:
            if not nested.is_argument:
                self._say("V015", f"`{name}` in {where} is a block", argument, hint=f"write `{name} {{ ... }}`")
        elif name not in schema.arguments:
            self._unknown(f"argument `{name}`", argument, where, name)
        else:
            wanted, pieces = schema.arguments[name], argument.tokens
            written = _COLLECTIONS.get((pieces[0], pieces[-1])) if pieces else None
            if written and wanted.partition("(")[0] not in {written, "any"}:
                self._say("V018", f"`{name}` in {where} is a {wanted}, not a {written}", argument)

    def _unknown(self, what: str, at: Block | Argument, where: str, name: str) -> None:
        told = (one for one in CHANGES if name in (path.rpartition(".")[2] for path in one.gone))
        hint = next((one.what for one in told if where.rpartition(" ")[2] in one.types), None)
        self._say("V015", f"{where} has no {what}", at, hint=hint)

    def _changes(self, name: str, block: Block) -> None:
        for change in CHANGES if self.of.name == "aws" else ():
            if name in change.types:
                for place in change.found(block):
                    self.found.changes[change] += 1
                    if not (change.gone and (name == "provider" or self.of.resource(name))):
                        self._tell(change, name, place)

    def _reference(self, reference: Traversal) -> None:
        is_data = reference.root == "data"
        names = reference.names[1:] if is_data else reference.names
        name = f"data.{reference.names[0]}" if is_data and reference.names else reference.root
        if len(names) <= 1 or not name.removeprefix("data.").startswith(f"{self.of.name}_"):
            return
        for change in CHANGES:
            if change.reads == names[1] and name in change.types:
                self.found.changes[change] += 1
                self._tell(change, name, reference)
        known = None if is_data else self.of.resource(name)
        if known and names[1] not in known.reads:
            self._say("V015", f"{name} has no attribute `{names[1]}`", reference)

    def _tell(self, change: Change, name: str, place: Block | Argument | Traversal) -> None:
        self._say("V019", f"{name}: {change.what}", place, severity=change.severity)

    def _say(
        self,
        code: str,
        message: str,
        place: Block | Argument | Traversal,
        *,
        hint: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        location = Location(self.path, *self.index.place(place.start))
        self.found.findings.append(Diagnostic(code, f"{self.of.shown}: {message}", location, severity, hint))


def _type_of(block: Block, provider: str) -> str | None:
    if block.kind == "provider":
        return "provider" if block.labels == (provider,) else None
    if block.kind not in {"resource", "data", "ephemeral"} or not block.labels[:1]:
        return None
    name = block.labels[0]
    return (name if block.kind == "resource" else f"{block.kind}.{name}") if name.startswith(f"{provider}_") else None

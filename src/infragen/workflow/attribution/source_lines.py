"""Where the objects and values of a plan were written down: in a catalogue, or in a folder of .tf files."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from infragen.diagnostics import Location
from infragen.hcl.addresses import without_keys
from infragen.hcl.header import made_from
from infragen.hcl.index import Block as Call
from infragen.hcl.index import Index
from infragen.hcl.module_lines import ArgumentLine, BlockLine, ModuleLines, module_lines
from infragen.plan import NO_SIDES, Action, Change, Origin, ShownSides
from infragen.plan.address import split_address, top_block
from infragen.redaction.values import UNKNOWN_TEXT
from infragen.storage.project_files import PLAIN, read_regular

if TYPE_CHECKING:
    from infragen.render.origins import FieldOrigin
    from infragen.workflow.rendering.composition import Composed


class PlacedCall(Struct, frozen=True):
    """A module call in a file of a stack, and the entry that the file was made for."""

    composed: Composed
    stack: str
    path: str
    label: str
    owner: str | None
    call: Call

    def origin(self, asked: Sequence[tuple[str, str | None]], sides: ShownSides | None = None) -> FieldOrigin | None:
        """Return the field that arguments come from; that of a change with the `sides` that are shown of it."""
        origins, place = self.composed.origins, (self.stack, self.path, self.label)
        if not asked or origins is None:
            return None
        return origins.of(*place, asked) if sides is None else origins.of_change(*place, asked, sides)

    def origin_of_left_out(self, asked: Sequence[tuple[str, str | None]]) -> FieldOrigin | None:
        from infragen.render.origins import FieldOrigin

        names = [name for name, _ in asked]
        if self.owner is None or len(names) != 1 or names[0] in self.call.arguments:
            return None
        setting = self.composed.environment.origins[self.owner].setting(names)
        is_unset = bool(setting) and setting[0].data.get(names[0]) is None
        return FieldOrigin(names[0], setting[0].locate(names), is_own=False) if is_unset else None

    def is_open(self, argument: str, *, is_unknown: bool) -> bool:
        """Whether an argument is made of what other modules return, as all is that is known only after apply."""
        found = self.call.arguments.get(argument)
        if found is None or {"module", "local", "data"}.isdisjoint(one.root for one in found.references):
            return False
        origins = self.composed.origins
        return is_unknown or origins is None or not origins.has_field(self.stack, self.path, self.label, argument)


def by_hand(composed: Composed, path: str) -> tuple[str, int] | None:
    written = made_from(composed.files[path])
    is_extra = written and written[0].startswith(f"catalog/{composed.environment.system.name}/extra/")
    return written if is_extra else None


def calls_of(composed: Composed, stack: str) -> dict[str, PlacedCall]:
    return {
        call.address: PlacedCall(composed, stack, file.path, call.labels[0], file.entry, call)
        for one in composed.stacks
        if one.name == stack
        for file in one.files
        if file.path.endswith(".tf") and not by_hand(composed, f"{stack}/{file.path}")
        for call in Index(composed.files[f"{stack}/{file.path}"]).calls
    }


_LARGEST_FILE: Final = 1024 * 1024
"""Bytes; a .tf file is written by hand, and parsing takes time."""
_DEEPEST_MODULE: Final = 50


class CatalogueSources:
    """The lines of a catalogue, for plans of the stacks that infragen made from it; worked out when asked."""

    def __init__(self, composed: Composed) -> None:
        self._composed = composed
        self._environment = composed.environment
        self.calls = cache(lambda stack: calls_of(composed, stack))
        self.module = cache(self._read_module)
        self._extras = cache(self._read_extras)

    def place(self, change: Change) -> Location | None:
        """Return the line of its entry; of what is new in a map of it (a route), that of the map's item."""
        if change.entry is not None or change.stack is None:
            home = change.entry.location if change.entry else None
            return self._in_map(change, home) or home
        found = self._call_of(change.stack or "", change.address)
        if found is not None:
            return self.home(found.owner)
        block = self._extra_of(change.stack or "", change.address)
        return block.location if block else self.home(None)

    def is_by_hand(self, change: Change) -> bool:
        has_stack = change.entry is None and change.stack is not None
        return has_stack and self._extra_of(change.stack or "", change.address) is not None

    def home(self, owner: str | None) -> Location:
        return self._environment.at(owner or "environment", "name" if owner else "environment")

    def _in_map(self, change: Change, home: Location | None) -> Location | None:
        key = _index(change) if change.action is Action.CREATE else None
        found = self._call_of(change.stack or "", change.address) if key and home else None
        block = self.module(found.call.module).blocks.get(_block_name(change)) if found else None
        each = _argument(block, "for_each") if block else None
        if found is None or home is None or each is None or each.reads.objects:
            return None
        origin = found.origin([(variable.name, key) for variable in each.reads.variables])
        return origin.location if origin and origin.location.file == home.file else None

    def origin(
        self, change: Change, attribute: str, arguments: Sequence[str], sides: ShownSides = NO_SIDES
    ) -> Origin | None:
        found = self._call_of(change.stack or "", change.address)
        if found is None:
            block = self._extra_of(change.stack or "", change.address)
            argument = self._written(change, block, attribute) if block else None
            return Origin(None, argument.location) if argument else None
        asked = self._asked(change, found, attribute, arguments)
        is_unknown = sides.after == UNKNOWN_TEXT
        if asked is None or any(found.is_open(name, is_unknown=is_unknown) for name, _ in asked):
            return None
        origin = found.origin(asked, sides) or found.origin_of_left_out(asked)
        return Origin(origin.field, origin.location, origin.is_own) if origin else None

    def is_left_alone(self, change: Change) -> bool:
        names = {re.split(r"[.\[]", one.path, maxsplit=1)[0] for one in change.attributes if not one.noise}
        return change.action is Action.UPDATE and self.leaves(change.stack or "", change.address, names)

    def leaves(self, stack: str, address: str, names: Collection[str]) -> bool:
        ignored = self.ignored(stack, address)
        return bool(names) and ("all" in ignored or ignored.issuperset(names))

    def is_moved_by_codedeploy(self, stack: str, address: str) -> bool:
        rule = address.replace("aws_lb_target_group.", "aws_lb_listener_rule.")
        return rule != address and "action" in self.ignored(stack, rule)

    def ignored(self, stack: str, address: str) -> frozenset[str]:
        inner = self._block_of(stack, address)
        return inner.ignored if inner else frozenset()

    def arguments(self, stack: str, address: str) -> Collection[str] | None:
        inner = self._block_of(stack, address)
        return inner.arguments.keys() if inner else None

    def given(self, stack: str, address: str) -> Collection[str] | None:
        found = self._call_of(stack, address)
        return found.call.arguments.keys() if found else None

    def _block_of(self, stack: str, address: str) -> BlockLine | None:
        found, block = self._call_of(stack, address), self._extra_of(stack, address)
        module = found.call.module if found else block.source and block.source.rpartition("/")[2] if block else None
        return self.module(module).blocks.get(without_keys(".".join(split_address(address)[-2:]))) if module else block

    def _written(self, change: Change, block: BlockLine, attribute: str) -> ArgumentLine | None:
        if not change.module_address or not block.source:
            return _argument(block, attribute)
        inner = self.module(block.source.rpartition("/")[2]).blocks.get(_block_name(change))
        argument = _argument(inner, attribute) if inner else None
        if argument is None or argument.reads.objects:
            return None
        given = {variable.name for variable in argument.reads.variables}.intersection(block.arguments)
        return block.arguments[given.pop()] if len(given) == 1 else None

    def _asked(
        self, change: Change, call: PlacedCall, attribute: str, arguments: Sequence[str]
    ) -> list[tuple[str, str | None]] | None:
        """Ask the module's text first, which knows locals; None when other things than its variables have a say."""
        block = self.module(call.call.module).blocks.get(_block_name(change))
        argument = _argument(block, attribute) if block else None
        if argument is None:
            return [(name, None) for name in arguments]
        if argument.reads.objects:
            return None
        return [(one.name, _index(change) if one.by_key else one.part) for one in argument.reads.variables]

    def _call_of(self, stack: str, address: str) -> PlacedCall | None:
        calls = self.calls(stack)
        return next((calls[block] for block in _blocks(address) if block in calls), None)

    def _extra_of(self, stack: str, address: str) -> BlockLine | None:
        blocks = self._extras(stack)
        return next((blocks[block] for block in _blocks(address) if block in blocks), None)

    def _read_module(self, module: str) -> ModuleLines:
        prefix = f"modules/{module}/"
        files = self._composed.files
        return module_lines({path: files[path] for path in files if path.startswith(prefix)})

    def _read_extras(self, stack: str) -> Mapping[str, BlockLine]:
        texts: dict[str, str] = {}
        for path in (one for one in self._composed.files if one.startswith(f"{stack}/")):
            if written := by_hand(self._composed, path):
                source, begin = written
                texts[source] = self._composed.files[path][begin:]
        return module_lines(texts).blocks if texts else {}


class FolderSources:
    """The lines of a folder's .tf files and of the modules they call; read when asked.

    Files are called what they are called from the folder that infragen runs in.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._notices: dict[str, None] = {}
        self._lines = cache(self._lines_of)
        self._read = cache(self._read_folder)

    def is_by_hand(self, _change: Change) -> bool:
        return False

    @property
    def notices(self) -> tuple[str, ...]:
        self._lines(())
        return tuple(self._notices)

    def place(self, change: Change) -> Location | None:
        modules = _modules(change)
        block = self._lines(modules).blocks.get(_block_name(change))
        for depth in range(len(modules), 0, -1):
            block = block or self._caller(modules[:depth])
        return block.location if block else None

    def origin(
        self, change: Change, attribute: str, arguments: Sequence[str], _sides: ShownSides = NO_SIDES
    ) -> Origin | None:
        """Variables that the caller leaves out have their defaults, which no change of the configuration is about."""
        modules = _modules(change)
        block = self._lines(modules).blocks.get(_block_name(change))
        argument = _argument(block, attribute) if block else None
        if argument is None:
            calling = self._caller(modules[:1]) if modules and len(arguments) == 1 else None
            argument, modules = calling.arguments.get(arguments[0]) if calling else None, modules[:0]
        while argument is not None and modules and not argument.reads.objects:
            caller = self._caller(modules)
            if caller is None:
                break
            names = {variable.name for variable in argument.reads.variables}
            given = names.intersection(caller.arguments)
            if len(given) != 1:
                block = self._lines(modules).blocks.get(f"var.{next(iter(names))}") if len(names) == 1 else None
                return Origin(None, ((block.arguments.get("default") if block else None) or argument).location)
            argument, modules = caller.arguments[given.pop()], modules[:-1]
        return Origin(None, argument.location) if argument else None

    def _caller(self, modules: tuple[str, ...]) -> BlockLine | None:
        return self._lines(modules[:-1]).blocks.get(f"module.{modules[-1]}")

    def _lines_of(self, modules: tuple[str, ...]) -> ModuleLines:
        folder = self._folder_of(modules) if len(modules) <= _DEEPEST_MODULE else None
        return self._read(os.path.normpath(folder)) if folder else ModuleLines()

    def _read_folder(self, folder: str) -> ModuleLines:
        lines = module_lines(dict(self._texts(Path(folder))))
        self._notices |= dict.fromkeys(lines.notices)
        return lines

    def _folder_of(self, modules: tuple[str, ...]) -> Path | None:
        if not modules:
            return self._folder
        installed = self._installed.get(".".join(modules))
        if installed is not None:
            return self._folder / installed
        parent, call = self._folder_of(modules[:-1]), self._caller(modules)
        local = call.source if call and call.source and call.source.startswith(("./", "../")) else None
        return parent / local if parent and local else None

    @cached_property
    def _installed(self) -> Mapping[str, str]:
        try:
            listed = json.loads(_read(self._folder / ".terraform/modules/modules.json"))["Modules"]
            return {str(module["Key"]): str(module["Dir"]) for module in listed}
        except (OSError, ValueError, LookupError, TypeError):
            return {}

    def _texts(self, folder: Path) -> Iterator[tuple[str, str]]:
        for path in _terraform_files(folder):
            name = _shown(path)
            try:
                yield name, _read(path).decode(errors="replace")
                continue
            except OSError as error:
                why = error.strerror or "not readable"
            self._notices[f"{name}: {why}, so no line of this file is named"] = None


def sources_of_folder(folder: Path) -> FolderSources | None:
    return FolderSources(folder) if _terraform_files(folder) else None


def _terraform_files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix in (".tf", ".tofu") and path.is_file())
    except OSError:
        return []


def _read(path: Path) -> bytes:
    return read_regular(os.open(path, PLAIN), path, _LARGEST_FILE)


def _shown(path: Path) -> str:
    try:
        return os.path.relpath(path).replace(os.sep, "/")
    except ValueError:  # another drive
        return str(path)


def _blocks(address: str) -> tuple[str, str]:
    return top_block(address), top_block(address, depth=1)


def _block_name(change: Change) -> str:
    name = f"{change.type}.{change.name}"
    return f"data.{name}" if change.mode == "data" else name


def _modules(change: Change) -> tuple[str, ...]:
    parts = split_address(change.module_address) if change.module_address else ()
    return tuple(part.split("[", 1)[0] for part in parts[1::2])


def _argument(block: BlockLine, attribute: str) -> ArgumentLine | None:
    steps = without_keys(attribute).split(".")
    paths = (".".join(steps[:length]) for length in range(len(steps), 0, -1))
    return next((block.arguments[path] for path in paths if path in block.arguments), None)


def _index(change: Change) -> str | None:
    try:
        key = json.loads(change.index) if change.index else None
    except ValueError:
        return None
    return key if isinstance(key, str) else None

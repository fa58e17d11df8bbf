"""Resources that belong to another stack than the state they are in: found, moved in copies, and pushed safely.

A move never leaves a resource without a state: first every stack that gains pushes, then every stack that loses.
Between the two the resource is in both states, which the next call sees and finishes (`move_journal`).
"""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec.json import decode, encode

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.terraform.import_ids import import_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from infragen.terraform.move_journal import MoveJournal

__all__ = [
    "Configured",
    "StackMove",
    "find_moves",
    "gained",
    "import_blocks",
    "lost",
    "moved_states",
    "push_moves",
    "removed_blocks",
]

FORMAT: Final = 4
_KEY: Final = re.compile(r'\["(?:[^"\\]|\\.)*"\]|\[[0-9]+\]')

_Resource = dict[str, msgspec.Raw]


class _Instance(msgspec.Struct):
    index_key: str | int | None = None
    attributes: dict[str, msgspec.Raw] | None = None
    deposed: str | None = None

    @property
    def id(self) -> str | None:
        """What the provider calls the object; None for a type without an id."""
        found = (self.attributes or {}).get("id")
        return None if found is None else bytes(found).decode()


@dataclass(frozen=True, slots=True)
class StackMove:
    """A resource with all its instances that goes from one stack's state to another's.

    `address` is the one in the state that it is in, `to` the one that it has in the stack it belongs to. `halfway` says
    that an interrupted move has put it into the other state already.
    """

    source: str
    target: str
    address: str
    to: str
    halfway: bool = False

    @property
    def type(self) -> str:
        """The resource's type."""
        return self.address.split(".")[-2]


@dataclass(frozen=True, slots=True)
class Configured:
    """What a stack's configuration has, addresses without keys of instances.

    `movable` are those of the `declared` that entries own; `renames` are the `moved` blocks.
    """

    declared: frozenset[str]
    movable: frozenset[str]
    renames: tuple[tuple[str, str], ...] = ()

    def has(self, address: str) -> bool:
        """Say whether the stack has an address that a state has, perhaps under a former name."""
        return self.renamed(address) in self.declared

    def place_of(self, address: str) -> str | None:
        """Return the address of an entry's resource that another state has; None where this stack has no such."""
        found = self.renamed(address)
        return found if found in self.movable else None

    def renamed(self, address: str) -> str:
        """Return what the `moved` blocks make of an address."""
        for before, after in self.renames:
            if address == before or address.startswith(f"{before}."):
                return after + address.removeprefix(before)
        return address


def find_moves(
    states: Mapping[str, bytes],
    configured: Mapping[str, Configured],
) -> tuple[StackMove, ...]:
    """Return the resources that are in one stack's state and in another stack's configuration, in order.

    An address that another stack has for another object is no move, nor is what could go to several stacks.
    """
    objects = {stack: _managed(content) for stack, content in states.items()}
    moves = []
    for source, resources in objects.items():
        for address, ids in resources.items():
            if source in configured and configured[source].has(address):
                continue
            places = [(stack, one.place_of(address)) for stack, one in configured.items() if stack != source]
            moves += [
                StackMove(source, stack, address, to, halfway=objects.get(stack, {}).get(to) == ids)
                for stack, to in places
                if to is not None and objects.get(stack, {}).get(to) in (None, ids)
            ]
    return tuple(sorted(_unambiguous(moves), key=lambda move: (move.source, move.target, move.to)))


def gained(content: bytes, moves: Iterable[StackMove], sources: Mapping[str, bytes]) -> bytes:
    """Return the state of a stack with the resources that move into it, taken from the states they are in."""
    document = _document(content) if content.strip() else _new_document(next(iter(sources.values())))
    resources: list[Any] = decode(document["resources"], type=list[_Resource])
    for move in moves:
        taken = [one for one in _resources(sources[move.source]) if _address(one) == move.address]
        resources += [_readdressed(one, move) for one in taken]
    addresses = {_address(one) for one in resources}
    return _written(document, [_with_dependencies(one, addresses) for one in resources])


def lost(content: bytes, moves: Iterable[StackMove]) -> bytes:
    """Return the state of a stack without the resources that move out of it, and without data read in their modules."""
    gone = {move.address for move in moves}
    kept = [one for one in _resources(content) if _address(one) not in gone]
    standing = {_module_of(_address(one)) for one in kept if _is_managed(one)}
    left = {_module_of(address) for address in gone} - standing - {""}
    kept = [one for one in kept if _is_managed(one) or _KEY.sub("", _module(one)) not in left]
    addresses = {_address(one) for one in kept}
    return _written(_document(content), [_with_dependencies(one, addresses) for one in kept])


def moved_states(states: Mapping[str, bytes], moves: Iterable[StackMove]) -> dict[str, bytes]:
    """Return all states as they will be; the copies that a move is proved on."""
    return dict(states) | dict(_steps_of(tuple(moves), states))


def import_blocks(moves: Iterable[StackMove], states: Mapping[str, bytes], target: str) -> str | None:
    """Return the blocks that import what moves into a stack; None where one of them has nothing to be imported by."""
    blocks: list[str | None] = []
    for move in moves:
        if move.target != target or move.halfway:
            continue
        for resource in _resources(states[move.source]):
            if _address(resource) == move.address:
                blocks += _imports_of(resource, move)
    return None if None in blocks else "\n".join(block for block in blocks if block)


def removed_blocks(moves: Iterable[StackMove], source: str) -> str:
    """Return the blocks by which a stack forgets what moves out of it, and destroys nothing."""
    return "\n".join(
        f"removed {{\n  from = {move.address}\n\n  lifecycle {{\n    destroy = false\n  }}\n}}\n"
        for move in moves
        if move.source == source
    )


def _imports_of(resource: _Resource, move: StackMove) -> Iterator[str | None]:
    moved = _readdressed(resource, move)
    module = f"{_module(moved)}." if "module" in moved else ""
    for one in decode(resource["instances"], type=list[_Instance]):
        kept = {name: decode(value) for name, value in (one.attributes or {}).items()}
        found = import_id(move.type, kept)
        if found is None or one.deposed is not None:
            yield None
            continue
        key = "" if one.index_key is None else f"[{_literal(one.index_key)}]"
        address = f"{module}{move.type}.{moved['name']}{key}"
        yield f"import {{\n  to = {address}\n  id = {_literal(found)}\n}}\n"


def _literal(value: str | int) -> str:
    """Return a value as HCL, where a text in quotes may hold templates."""
    text = json.dumps(value, ensure_ascii=False)
    return re.sub(r"([$%])\{", r"\1\1{", text)


def _steps_of(moves: tuple[StackMove, ...], states: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield each state to store, in order: all that gain, then all that lose."""
    current = dict(states)
    for target in sorted({move.target for move in moves if not move.halfway}):
        coming = [move for move in moves if move.target == target and not move.halfway]
        current[target] = gained(current[target], coming, states)
        yield target, current[target]
    for source in sorted({move.source for move in moves}):
        current[source] = lost(current[source], [move for move in moves if move.source == source])
        yield source, current[source]


def push_moves(
    moves: Iterable[StackMove],
    states: Mapping[str, bytes],
    push: Callable[[str, bytes], None],
    journal: MoveJournal,
) -> None:
    """Push the states with the moves: all that gain, then all that lose; each push is one more serial.

    `push` stores a stack's state and fails when somebody else stored one meanwhile.
    """
    for stack, content in _steps_of(tuple(moves), states):
        push(stack, content)
        journal.write("pushed", stack=stack, serial=decode(_document(content)["serial"], type=int))
    journal.write("ended")


def _unambiguous(moves: Iterable[StackMove]) -> Iterator[StackMove]:
    """Leave out what could go to several stacks: nothing is moved on a guess."""
    by_address: dict[tuple[str, str], list[StackMove]] = {}
    for move in moves:
        by_address.setdefault((move.source, move.address), []).append(move)
    for found in by_address.values():
        if len(found) == 1:
            yield found[0]


def _managed(content: bytes) -> dict[str, frozenset[tuple[object, ...]]]:
    """Return each managed resource's address with what tells its objects: keys and ids of the instances."""
    found: dict[str, frozenset[tuple[object, ...]]] = {}
    for resource in _resources(content):
        if _is_managed(resource):
            keys = tuple(_KEY.findall(_module(resource)))
            instances = decode(resource.get("instances", b"[]"), type=list[_Instance])
            ids = frozenset((keys, one.index_key, one.deposed, one.id) for one in instances)
            found[_address(resource)] = found.get(_address(resource), frozenset()) | ids
    return found


def _is_managed(resource: Mapping[str, Any]) -> bool:
    return _text(resource, "mode") == "managed"


def _resources(content: bytes) -> list[_Resource]:
    return decode(_document(content)["resources"], type=list[_Resource]) if content.strip() else []


def _document(content: bytes) -> dict[str, msgspec.Raw]:
    document = decode(content, type=dict[str, msgspec.Raw])
    if decode(document.get("version", b"0"), type=int) != FORMAT:
        message = f"a state is not of format {FORMAT}, so nothing can be moved in it"
        raise InfragenError(Diagnostic("M004", message, hint="plan once with a current terraform, which rewrites it"))
    return document


def _new_document(like: bytes) -> dict[str, Any]:
    """Return an empty state of a stack that has none, as the terraform that wrote another one would."""
    version = _document(like).get("terraform_version", msgspec.Raw(b'""'))
    empty = {"version": 4, "serial": 0, "lineage": str(uuid.uuid4()), "outputs": {}, "resources": []}
    return {"terraform_version": version} | {name: msgspec.Raw(encode(value)) for name, value in empty.items()}


def _written(document: Mapping[str, Any], resources: list[Any]) -> bytes:
    serial = decode(document["serial"], type=int) + 1
    return encode({**document, "serial": serial, "resources": resources})


def _readdressed(resource: _Resource, move: StackMove) -> dict[str, Any]:
    """Return a resource under the address that it has in the other stack, keys of modules kept."""
    before, after = _steps(move.address), _steps(move.to)
    module = _module(resource)
    for old, new in zip(before[:-2], after[:-2], strict=False):
        if old != new:
            module = re.sub(rf"(^|\.)module\.{re.escape(old)}(?=[.\[]|$)", rf"\1module.{new}", module, count=1)
    fields: dict[str, Any] = {**resource, "name": after[-1]}
    return {**fields, "module": module} if module else fields


def _steps(address: str) -> list[str]:
    return [step for step in address.split(".") if step != "module"]


def _with_dependencies(resource: Mapping[str, Any], addresses: set[str]) -> dict[str, Any]:
    """Return a resource whose instances depend on nothing that is not in the same state."""
    instances = []
    for instance in decode(encode(resource["instances"]), type=list[dict[str, msgspec.Raw]]):
        named = decode(instance["dependencies"], type=list[str] | None) if "dependencies" in instance else None
        kept = [one for one in named or () if _KEY.sub("", one) in addresses]
        instances.append({**instance, "dependencies": kept} if named else instance)
    return {**resource, "instances": instances}


def _address(resource: Mapping[str, Any]) -> str:
    """Return a resource's address without keys; one that is read is `data.<type>.<name>`."""
    data = "data." if _text(resource, "mode") == "data" else ""
    own = f"{data}{_text(resource, 'type')}.{_text(resource, 'name')}"
    module = _KEY.sub("", _module(resource))
    return f"{module}.{own}" if module else own


def _module(resource: Mapping[str, Any]) -> str:
    return _text(resource, "module") if "module" in resource else ""


def _module_of(address: str) -> str:
    """Return the module of an address without keys."""
    return ".".join(address.split(".")[:-2])


def _text(fields: Mapping[str, Any], key: str) -> str:
    found = fields[key]
    return found if isinstance(found, str) else decode(found, type=str)

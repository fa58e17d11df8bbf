"""Resources that belong to another stack than the state they are in: found, moved in copies, and pushed safely.

What is moved in copies here is what `move_steps` does to the states themselves. A move never leaves a resource without
a state: first every stack that gains, then every stack that loses. Between the two the resource is in both states.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.json import decode, encode

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.hcl.addresses import KEY, without_keys
from infragen.hcl.blocks import block, import_block
from infragen.hcl.literal import Reference, literal
from infragen.terraform.import_ids import import_id, is_composed
from infragen.terraform.move_marks import Moved
from infragen.terraform.states import FORMAT, REMOTE_STATE, Fields, empty_state, next_state, parse_state, text_of

_FORGET: Final = block("lifecycle", arguments={"destroy": False})
_Object = tuple[tuple[str, ...], str | int | None, str | None, str | None]
"""What tells an object of a resource: the keys of its modules, its own, whether it is deposed, and its id."""
_NONE: Final[frozenset[_Object]] = frozenset()
_NO_NAMES: Final[frozenset[str]] = frozenset()


class _Instance(msgspec.Struct):
    index_key: str | int | None = None
    attributes: Fields | None = None
    deposed: str | None = None

    @property
    def id(self) -> str | None:
        found = (self.attributes or {}).get("id")
        return None if found is None else bytes(found).decode()


class StackMove(Struct, frozen=True):
    """A resource with all its instances that goes from one stack's state to another's.

    `address` is the one in the state that it is in, `to` the one that it has in the stack it belongs to. `halfway` says
    that an interrupted move has put all of it into the other state already.
    """

    source: str
    target: str
    address: str
    to: str
    halfway: bool = False

    @property
    def type(self) -> str:
        return self.address.split(".")[-2]

    @property
    def moved(self) -> Moved:
        return self.source, self.target, self.address, self.to


class Configured(Struct, frozen=True):
    """What a stack's configuration has, addresses without keys of instances.

    `movable` are those of the `declared` that entries own; `renames` are the `moved` blocks. What is in another region
    than its provider's is another object.
    """

    declared: frozenset[str]
    movable: frozenset[str]
    renames: tuple[tuple[str, str], ...] = ()
    region: str = ""

    def has(self, address: str) -> bool:
        return self.renamed(address) in self.declared

    def place_of(self, address: str) -> str | None:
        found = self.renamed(address)
        return found if found in self.movable else None

    def renamed(self, address: str) -> str:
        for before, after in self.renames:
            if address == before or address.startswith(f"{before}."):
                return after + address.removeprefix(before)
        return address


def find_moves(
    states: Mapping[str, bytes], configured: Mapping[str, Configured], begun: Iterable[Moved] = ()
) -> tuple[StackMove, ...]:
    """Return the resources that are in one stack's state and in another stack's configuration, in order.

    An address that another stack has for another object is no move, nor is what could go to several stacks. What no
    entry owns moves when its stack has another name now: it is gone, and the one that has all its addresses is new.
    What has `begun` to move is the same object under both addresses, whatever id an import gave it.
    """
    objects = {stack: _managed(content) for stack, content in states.items()}
    known = {moved for one in begun for moved in (one, (one[1], one[0], one[3], one[2]))}
    heirs = {*_heirs(objects, configured), *(one[:2] for one in known)}
    moves = []
    for source, resources in objects.items():
        own = configured.get(source)
        gone = {address: here for address, here in resources.items() if own is None or not own.has(address)}
        state = parse_state(states[source], source) if gone else None
        regions = state.regions() if state is not None else set()
        for address, here in gone.items():
            for stack, one in configured.items():
                if one.region and regions and one.region not in regions:
                    continue
                to = one.place_of(address) if stack != source else None
                if to is None and (source, stack) in heirs and one.has(address):
                    to = one.renamed(address)
                if to is None:
                    continue
                there = objects.get(stack, {}).get(to)
                same = _without_ids if (source, stack, address, to) in known else (lambda objects: objects)
                if there is None or here == there or same(here) & same(there):
                    halfway = there is not None and same(here) <= same(there)
                    moves.append(StackMove(source, stack, address, to, halfway))
    targets = Counter((move.source, move.address) for move in moves)
    found = (move for move in moves if targets[move.source, move.address] == 1)  # nothing is moved on a guess
    return tuple(sorted(found, key=lambda move: (move.source, move.target, move.to)))


def _heirs(
    objects: Mapping[str, Mapping[str, object]], configured: Mapping[str, Configured]
) -> Iterator[tuple[str, str]]:
    new = [stack for stack in configured if not objects.get(stack)]
    for source, resources in objects.items():
        if resources and source not in configured:
            yield from ((source, stack) for stack in new if all(map(configured[stack].has, resources)))


def find_conflicts(
    states: Mapping[str, bytes], moves: Iterable[StackMove], begun: Iterable[Moved]
) -> tuple[Diagnostic, ...]:
    """To move what has another object in its place would leave it in no state."""
    known = {moved for one in begun for moved in (one, (one[1], one[0], one[3], one[2]))}
    found = []
    for move in moves:
        here = _identities(states.get(move.source, b""), move.address)
        there = _identities(states.get(move.target, b""), move.to)
        for place, (own, names) in here.items():
            other, other_names = there.get(place, (None, _NO_NAMES))
            if None in (own, other) or own == other or (move.moved in known and names & other_names):
                continue
            message = (
                f"{move.address} is {own} in the state of {move.source}, and {move.to} is {other} in that of "
                f"{move.target}: either way, one of them would be left without a state"
            )
            hint = "find out which of the two is right, and remove the other from its state by hand first"
            found.append(Diagnostic("M006", message, hint=hint))
    return tuple(found)


def in_both(states: Mapping[str, bytes], begun: Iterable[Moved]) -> tuple[Moved, ...]:
    places = _places(states)
    return tuple(one for one in begun if places[one[0], one[2]] & places[one[1], one[3]])


def not_gained(states: Mapping[str, bytes], moves: Iterable[StackMove]) -> tuple[StackMove, ...]:
    places = _places(states)
    return tuple(one for one in moves if not places[one.source, one.address] <= places[one.target, one.to])


def gained(content: bytes, moves: Iterable[StackMove], sources: Mapping[str, bytes]) -> bytes:
    """Add what a cut-off move left out; a new stack gets what they read, too: that tells what it stands on."""
    if content.strip():
        document = _document(content)
    else:  # as the terraform that wrote another one would begin it
        other = _document(next(filter(bytes.strip, sources.values())))
        document = empty_state(decode(other.get("terraform_version", msgspec.Raw(b'""')), type=str))
    resources: list[Any] = decode(document["resources"], type=list[Fields])
    is_new = not any(map(_is_read_of_stack, resources))
    read: dict[str, Fields] = {}
    for move in moves:
        for one in _resources(sources[move.source]):
            if _address(one) == move.address:
                _add(resources, _readdressed(one, move))
            elif is_new and _is_read_of_stack(one):
                read[_address(one)] = one
    resources += read.values()
    addresses = {_address(one) for one in resources}
    return next_state(document, resources=[_with_dependencies(one, addresses) for one in resources])


def _is_read_of_stack(resource: Fields) -> bool:
    return text_of(resource, "type") == REMOTE_STATE


def lost(content: bytes, moves: Iterable[StackMove]) -> bytes:
    gone = {move.address for move in moves}
    kept = [one for one in _resources(content) if _address(one) not in gone]
    standing = {".".join(_address(one).split(".")[:-2]) for one in kept if _is_managed(one)}
    left = {".".join(address.split(".")[:-2]) for address in gone} - standing - {""}
    kept = [one for one in kept if _is_managed(one) or without_keys(text_of(one, "module")) not in left]
    addresses = {_address(one) for one in kept}
    return next_state(_document(content), resources=[_with_dependencies(one, addresses) for one in kept])


def moved_states(states: Mapping[str, bytes], moves: Iterable[StackMove]) -> dict[str, bytes]:
    """Return all states as they will be, all that gain before all that lose; a move is proved on these copies."""
    moves, current = tuple(moves), dict(states)
    for target in sorted({move.target for move in moves if not move.halfway}):
        coming = [move for move in moves if move.target == target and not move.halfway]
        current[target] = gained(states[target], coming, states)
    for source in sorted({move.source for move in moves}):
        current[source] = lost(current[source], [move for move in moves if move.source == source])
    return current


def import_blocks(moves: Iterable[StackMove], states: Mapping[str, bytes], target: str) -> str | None:
    blocks: list[str | None] = []
    there = _managed(states.get(target, b""))
    for move in moves:
        if move.target != target or move.halfway:
            continue
        known = _without_ids(there.get(move.to, _NONE))
        for resource in _resources(states[move.source]):
            if _address(resource) == move.address:
                blocks += _imports_of(resource, move, known)
    return None if None in blocks else "\n".join(block for block in blocks if block)


def removed_blocks(moves: Iterable[StackMove], source: str) -> str:
    going = (Reference(move.address) for move in moves if move.source == source)
    return "\n".join(block("removed", arguments={"from": address}, blocks=[_FORGET]) for address in going)


def _imports_of(resource: Fields, move: StackMove, known: frozenset[_Object]) -> Iterator[str | None]:
    moved = _readdressed(resource, move)
    module = f"{text_of(moved, 'module')}." if "module" in moved else ""
    keys = tuple(KEY.findall(text_of(resource, "module")))
    for one in decode(resource["instances"], type=list[_Instance]):
        if (keys, one.index_key, one.deposed, None) in known:
            continue
        kept = {name: decode(value) for name, value in (one.attributes or {}).items()}
        found = import_id(move.type, kept)
        if found is None or one.deposed is not None:
            yield None
            continue
        key = "" if one.index_key is None else f"[{literal(one.index_key)}]"
        yield import_block(f"{module}{move.type}.{moved['name']}{key}", found)


def _managed(content: bytes) -> dict[str, frozenset[_Object]]:
    found: dict[str, frozenset[_Object]] = {}
    for resource in _resources(content):
        if _is_managed(resource):
            keys = tuple(KEY.findall(text_of(resource, "module")))
            instances = decode(resource.get("instances", b"[]"), type=list[_Instance])
            ids = frozenset((keys, one.index_key, one.deposed, one.id) for one in instances)
            found[_address(resource)] = found.get(_address(resource), _NONE) | ids
    return found


def _places(states: Mapping[str, bytes]) -> Mapping[tuple[str, str], frozenset[_Object]]:
    every = ((stack, address, found) for stack, one in states.items() for address, found in _managed(one).items())
    return defaultdict(frozenset, {(stack, address): _without_ids(found) for stack, address, found in every})


def _identities(content: bytes, address: str) -> dict[_Object, tuple[str | None, frozenset[str]]]:
    found: dict[_Object, tuple[str | None, frozenset[str]]] = {}
    for resource in _resources(content):
        if _address(resource) == address:
            keys, kind = tuple(KEY.findall(text_of(resource, "module"))), text_of(resource, "type")
            for one in decode(resource["instances"], type=list[_Instance]):
                kept = {name: decode(value) for name, value in (one.attributes or {}).items()}
                names = [import_id(kind, kept), None if is_composed(kind) else kept.get("arn")]
                known = frozenset(name for name in names if isinstance(name, str) and name)
                found[keys, one.index_key, one.deposed, None] = one.id, known
    return found


def _without_ids(objects: frozenset[_Object]) -> frozenset[_Object]:
    return frozenset((keys, index, deposed, None) for keys, index, deposed, _ in objects)


def _add(resources: list[Any], coming: Mapping[str, Any]) -> None:
    def place(one: Mapping[str, Any]) -> tuple[str, str]:
        return text_of(one, "module"), _address(one)

    for at, there in enumerate(resources):
        if place(there) == place(coming):
            own = decode(encode(there["instances"]), type=list[Fields])
            known = {(one.index_key, one.deposed) for one in decode(encode(own), type=list[_Instance])}
            more = decode(encode(coming["instances"]), type=list[Fields])
            each = ((raw, decode(encode(raw), type=_Instance)) for raw in more)
            new = [raw for raw, one in each if (one.index_key, one.deposed) not in known]
            resources[at] = {**there, "instances": [*own, *new]}
            return
    resources.append(coming)


def _is_managed(resource: Mapping[str, Any]) -> bool:
    return text_of(resource, "mode") == "managed"


def _resources(content: bytes) -> list[Fields]:
    return decode(_document(content)["resources"], type=list[Fields]) if content.strip() else []


def _document(content: bytes) -> Fields:
    document = decode(content, type=Fields)
    if decode(document.get("version", b"0"), type=int) != FORMAT:
        message = f"a state does not have format {FORMAT}, so resources cannot be moved in it"
        raise InfragenError(Diagnostic("M004", message, hint="plan once with a current terraform, which rewrites it"))
    return document


def _readdressed(resource: Fields, move: StackMove) -> dict[str, Any]:
    before, after = _steps(move.address), _steps(move.to)
    module = text_of(resource, "module")
    for old, new in zip(before[:-2], after[:-2], strict=False):
        if old != new:
            module = re.sub(rf"(^|\.)module\.{re.escape(old)}(?=[.\[]|$)", rf"\1module.{new}", module, count=1)
    fields: dict[str, Any] = {**resource, "name": after[-1]}
    return {**fields, "module": module} if module else fields


def _steps(address: str) -> list[str]:
    return [step for step in address.split(".") if step != "module"]


def _with_dependencies(resource: Mapping[str, Any], addresses: set[str]) -> dict[str, Any]:
    instances = []
    for instance in decode(encode(resource["instances"]), type=list[Fields]):
        named = decode(instance["dependencies"], type=list[str] | None) if "dependencies" in instance else None
        kept = [one for one in named or () if without_keys(one) in addresses]
        instances.append({**instance, "dependencies": kept} if named else instance)
    return {**resource, "instances": instances}


def _address(resource: Mapping[str, Any]) -> str:
    data = "data" if text_of(resource, "mode") == "data" else ""
    own = (text_of(resource, name) for name in ("type", "name"))
    return ".".join(filter(None, (without_keys(text_of(resource, "module")), data, *own)))

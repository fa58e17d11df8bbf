"""State files (format 4): what identifies one, its outputs, and many merged into the state of the combined root.

Attributes stay the bytes they are (`msgspec.Raw`): no number changes its digits, no secret is decoded, and whatever a
later terraform adds to a resource is carried along.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import msgspec
from msgspec import Struct
from msgspec.json import decode, encode

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.terraform.import_ids import import_id

FORMAT: Final = 4
REMOTE_STATE: Final = "terraform_remote_state"  # the data source that only a stack's shell reads
_PROVIDER: Final = re.compile(r'provider\["([^"]+)"\](?:\.([\w-]+))?')
_GIVEN: Final = re.compile(r"arn:|[a-z]+-[0-9a-f]{8,}$")
"""What AWS calls an object, and no person: an ARN, or `subnet-0123456789abcdef0` (EC2 User Guide: Resource IDs)."""
Fields = dict[str, msgspec.Raw]


class StateIdentity(Struct, frozen=True):
    """Which state it is: terraform's own lineage and serial, and the SHA-256 of its bytes."""

    lineage: str
    serial: int
    digest: str


class StateOutput(msgspec.Struct, frozen=True):
    """One output as a state stores it: `value` and `type` are JSON; the value may be a secret."""

    value: msgspec.Raw
    type: msgspec.Raw
    sensitive: bool = False

    def __repr__(self) -> str:
        return f"StateOutput(sensitive={self.sensitive})"


class _Document(msgspec.Struct, frozen=True):
    version: int
    serial: int = 0
    lineage: str = ""
    terraform_version: str = ""
    outputs: dict[str, StateOutput] = {}
    resources: list[Fields] = []


@dataclass(frozen=True, slots=True)
class Identity:
    """An object of a state: its address, its type, and its name in AWS, an ARN or the id in a provider's region.

    `texts` are its attributes where that is an id, which need not be unique (a Lambda permission's is any word), and
    `region` that of its provider, where the state tells.
    """

    address: str
    type: str
    name: str
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    region: str = ""

    def is_same(self, other: Identity) -> bool:
        if (self.type, self.name) != (other.type, other.name):
            return False
        return all(other.texts.get(name, text) == text for name, text in self.texts.items())


@dataclass(frozen=True, slots=True, repr=False)
class State:
    """A state that terraform stored. Its resources hold secrets, and are for `merge_states` alone."""

    identity: StateIdentity
    terraform_version: str
    outputs: Mapping[str, StateOutput]
    resources: tuple[Mapping[str, msgspec.Raw], ...]

    def __repr__(self) -> str:
        return f"State({self.identity}, {len(self.resources)} resources)"

    @property
    def is_empty(self) -> bool:
        managed = (one for one in self.resources if text_of(one, "mode") == "managed")
        return not any(decode(one.get("instances", b"[]"), type=list[msgspec.Raw]) for one in managed)

    def read_of(self, label: str) -> Mapping[str, msgspec.Raw] | None:
        """None where the stack read no such upstream at the last apply, or none that was applied."""
        for resource in self.resources:
            if (text_of(resource, "type"), text_of(resource, "name")) == (REMOTE_STATE, label):
                with suppress(msgspec.ValidationError, LookupError):
                    found = decode(resource["instances"], type=list[msgspec.Raw])[0]
                    for step in ("attributes", "outputs", "value"):
                        found = decode(found, type=Fields)[step]
                    return decode(found, type=Fields)
        return None

    def has(self, address: str) -> bool:
        return any(found == address for _, found, _ in self._managed(address))

    def import_id_of(self, address: str) -> str | None:
        for resource, found, instance in self._managed(address):
            if found == address and (attributes := _attributes(instance)) is not None:
                return import_id(text_of(resource, "type"), attributes)
        return None

    def holder_of(self, kind: str, identifier: str, region: str = "") -> str | None:
        """None where it is not this stack's. An import's id may be `id` or ARN; without `region`, in any."""
        for resource, address, instance in self._managed():
            if text_of(resource, "type") == kind and (attributes := _attributes(instance)) is not None:
                names = (import_id(kind, attributes), attributes.get("id"), attributes.get("arn"))
                if identifier in names and (not region or _only_region(self._places(), resource) in ("", region)):
                    return address
        return None

    def values_of(self, address: str) -> list[dict[str, Any] | None]:
        return [_attributes(instance) for _, known, instance in self._managed(address) if known == address]

    def half_made(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Tainted by the provider, which has not read it yet: what a person tainted has an ARN."""
        for resource, address, instance in self._managed():
            if "deposed" not in instance and text_of(instance, "status") == "tainted":
                attributes = _attributes(instance) or {}
                if not attributes.get("arn"):
                    yield address, text_of(resource, "type"), attributes

    def given_names(self, addresses: Collection[str]) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = dict.fromkeys(addresses, frozenset())
        for _, address, instance in self._managed():
            if address in found:
                attributes = _attributes(instance) or {}
                both = (attributes.get("id"), attributes.get("arn"))
                found[address] |= {one for one in both if isinstance(one, str) and _GIVEN.match(one)}
        return found

    def mentions(self, names: Collection[str]) -> bool:
        wanted = re.compile("|".join(rf"(?<![\w-]){re.escape(one)}(?![\w/-])" for one in names).encode())
        every = (one["instances"] for one in self.resources if text_of(one, "mode") == "managed" and "instances" in one)
        return bool(names) and any(wanted.search(bytes(raw)) for raw in every)

    def managed(self, *kinds: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        for resource, address, instance in self._managed():
            if not kinds or text_of(resource, "type") in kinds:
                yield address, text_of(resource, "type"), _attributes(instance) or {}

    def objects(self) -> Iterator[tuple[str, str]]:
        for _, address, instance in self._managed():
            with suppress(msgspec.ValidationError, KeyError):
                yield address, decode(decode(instance["attributes"], type=Fields)["id"], type=str)

    def identities(self) -> Iterator[Identity]:
        places = self._places()
        for resource, address, instance in self._managed():
            kind, provider = text_of(resource, "type"), text_of(resource, "provider").rpartition("provider[")[2]
            if not kind.startswith("aws_"):
                continue
            attributes = decode(instance.get("attributes", b"{}"), type=Fields | None) or {}
            texts = {name: decode(raw, type=str) for name, raw in attributes.items() if bytes(raw).startswith(b'"')}
            if texts.get("arn"):
                yield Identity(address, kind, texts["arn"])
            elif texts.get("id"):
                region = _only_region(places, resource)
                yield Identity(address, kind, f"{provider} {texts['id']}", texts, region)

    def regions_by_alias(self) -> dict[str, set[tuple[str, str]]]:
        """Leave out ARNs without a region (a role); the alias is in the stack itself."""
        return {alias: places for provider, places in self._places().items() if (alias := _alias_of(provider))}

    def regions(self) -> set[str]:
        named = {one[0] for provider, places in self._places().items() if _alias_of(provider) == "" for one in places}
        for resource, _, instance in self._managed():  # the ARN of a bucket names none
            if text_of(resource, "type") == "aws_s3_bucket" and _alias_of(text_of(resource, "provider")) == "":
                named.add((_attributes(instance) or {}).get("region") or "")
        return named - {""}

    def _places(self) -> dict[str, set[tuple[str, str]]]:
        found: dict[str, set[tuple[str, str]]] = {}
        for resource, _, instance in self._managed():
            arn = str((_attributes(instance) or {}).get("arn")).split(":", 5)
            found.setdefault(text_of(resource, "provider"), set()).update(
                {(arn[3], arn[4])} if arn[0] == "arn" and len(arn) > 5 and all(arn[3:5]) else ()
            )
        return found

    def _managed(self, within: str | None = None) -> Iterator[tuple[Mapping[str, msgspec.Raw], str, Fields]]:
        for resource in self.resources:
            own = resource_address(resource)
            if text_of(resource, "mode") == "managed" and (within is None or within.startswith(own)):
                for instance in decode(resource.get("instances", b"[]"), type=list[Fields]):
                    yield resource, f"{own}{_index(instance)}", instance

    def created_first(self, label: str) -> Iterator[str]:
        """Those that terraform made with `create_before_destroy`, for themselves or for what depends on them."""
        for resource in self.resources:
            for instance in decode(resource.get("instances", b"[]"), type=list[Fields]):
                if decode(instance.get("create_before_destroy", b"false")):
                    module = f"module.{label}.{text_of(resource, 'module')}".rstrip(".")
                    yield f"{module}.{text_of(resource, 'type')}.{text_of(resource, 'name')}{_index(instance)}"


class _Instance(msgspec.Struct, frozen=True):
    attributes: Fields | None = None
    dependencies: list[str] | None = None
    create_before_destroy: bool = False
    index_key: str | int | None = None


class _Resource(msgspec.Struct, frozen=True):
    mode: str
    type: str
    name: str
    provider: str
    module: str = ""
    instances: list[_Instance] = []


class _Whole(msgspec.Struct, frozen=True):
    resources: list[_Resource] | None = None


_SHAPE = msgspec.json.Decoder(_Whole)
"""What all who read a state rely on; checked once, so that no one meets another form in the middle of something."""


class Placing(Protocol):
    """Where things of a stack stand in the combined root; `label` is the stack's module there."""

    def provider(self, label: str, source: str, alias: str | None) -> str:
        """Return the address of a provider configuration that the stack's root had."""

    def output(self, label: str, name: str) -> str | None:
        """Return the root's name of a stack's output, or None where the root has none for it."""

    def is_sensitive(self, output: str) -> bool:
        """Say whether an output of the root is declared as sensitive."""


def parse_state(content: bytes, name: str) -> State | None:
    """None where nothing was ever stored. InfragenError T041 names the stack (`name`) and no value."""
    if not content.strip():
        return None
    try:
        document = decode(content, type=_Document)
        _SHAPE.decode(content)
    except msgspec.ValidationError as error:
        raise _unreadable(name, str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _unreadable(name, "it is not JSON") from None
    if document.version != FORMAT:
        raise _unreadable(name, f"its format is {document.version}, but infragen supports {FORMAT}")
    if not (document.lineage or document.resources or document.outputs):
        return None
    identity = StateIdentity(document.lineage, document.serial, hashlib.sha256(content).hexdigest())
    return State(identity, document.terraform_version, document.outputs, tuple(document.resources))


def refuse_overtaken(stored: bytes, given: bytes, name: str) -> None:
    """Refuse to store a state over an empty one that came after it: InfragenError M003. Terraform would not refuse."""
    there, new = parse_state(stored, name), parse_state(given, name)
    if there is None or new is None or there.outputs or there.resources or not (new.outputs or new.resources):
        return
    if there.identity.lineage == new.identity.lineage and there.identity.serial >= new.identity.serial:
        message = f"{name}: everything in it was destroyed since this state was read (serial {there.identity.serial})"
        hint = "run this command again: it reads the stored states again"
        raise InfragenError(Diagnostic("M003", message, hint=hint))


def with_attributes(content: bytes, changes: Mapping[str, tuple[bytes, bytes]]) -> tuple[bytes, tuple[str, ...]]:
    """Change attributes (before and after, as JSON, by address) where they are those before; say where they were."""
    changed = list[str]()

    def change(address: str, instance: Fields) -> Fields:
        before, after = changes.get(address, (b"", b""))
        if not after or "deposed" in instance or decode(instance.get("attributes", b"null")) != decode(before):
            return instance
        changed.append(address)
        return {**instance, "attributes": msgspec.Raw(after)}

    return _with_instances(content, change), tuple(changed)


def without_objects(content: bytes, gone: Collection[tuple[str, str]]) -> tuple[bytes, tuple[str, ...]]:
    left = list[str]()

    def change(address: str, instance: Fields) -> Fields | None:
        if (address, (_attributes(instance) or {}).get("id")) not in gone:
            return instance
        left.append(address)
        return None

    return _with_instances(content, change), tuple(left)


def _with_instances(content: bytes, change: Callable[[str, Fields], Fields | None]) -> bytes:
    document = decode(content, type=Fields)
    resources = list[Fields]()
    for resource in decode(document["resources"], type=list[Fields]):
        instances = decode(resource.get("instances", b"[]"), type=list[Fields])
        if text_of(resource, "mode") == "managed":
            own = resource_address(resource)
            instances = [new for one in instances if (new := change(f"{own}{_index(one)}", one)) is not None]
        if instances:
            resources.append({**resource, "instances": msgspec.Raw(encode(instances))})
    return next_state(document, resources=resources)


def next_state(document: Mapping[str, Any], **fields: object) -> bytes:
    return encode({**document, "serial": decode(document["serial"], type=int) + 1, **fields})


def empty_state(version: str) -> dict[str, msgspec.Raw]:
    fields = {"version": FORMAT, "terraform_version": version, "serial": 0, "lineage": str(uuid.uuid4())}
    every = {**fields, "outputs": {}, "resources": []}
    return {name: msgspec.Raw(encode(value)) for name, value in every.items()}


def merge_states(states: Mapping[str, State], placing: Placing) -> bytes:
    """Lineage and check results are the new root's own; what the stacks' shells read is left out."""
    outputs = {
        name: msgspec.structs.replace(output, sensitive=output.sensitive or placing.is_sensitive(name))
        for label, state in states.items()
        for own, output in state.outputs.items()
        if (name := placing.output(label, own)) is not None
    }
    resources = [one for label, state in states.items() for one in _placed(label, state, placing)]
    versions = [state.terraform_version for state in states.values()]
    newest = max(versions, key=lambda text: [*map(int, re.findall(r"\d+", text))], default="")
    own = {"serial": 1, "outputs": outputs, "resources": resources, "check_results": None}
    return encode({**empty_state(newest), **own})


def _placed(label: str, state: State, placing: Placing) -> Iterator[dict[str, Any]]:
    prefix = f"module.{label}"
    for resource in state.resources:
        if text_of(resource, "type") == REMOTE_STATE and text_of(resource, "mode") == "data":
            continue
        module = text_of(resource, "module")
        instances = decode(resource.get("instances", b"[]"), type=list[Fields])
        address = text_of(resource, "provider")
        match = _PROVIDER.fullmatch(address)
        yield {
            **resource,
            "module": f"{prefix}.{module}" if module else prefix,
            "provider": placing.provider(label, match[1], match[2]) if match else f"module.{label}.{address}",
            "instances": [_instance(prefix, one) for one in instances],
        }


def _instance(prefix: str, instance: Fields) -> dict[str, Any]:
    if "dependencies" not in instance:
        return dict(instance)
    before = decode(instance["dependencies"], type=list[str] | None) or []
    return {**instance, "dependencies": [f"{prefix}.{one}" for one in before if f"data.{REMOTE_STATE}." not in one]}


def _only_region(places: Mapping[str, set[tuple[str, str]]], resource: Mapping[str, msgspec.Raw]) -> str:
    regions = {region for region, _ in places.get(text_of(resource, "provider"), ())}
    return regions.pop() if len(regions) == 1 else ""


def _alias_of(provider: str) -> str | None:
    one = _PROVIDER.fullmatch(provider)
    return (one[2] or "") if one is not None and one[1].endswith("/aws") else None


def resource_address(resource: Mapping[str, msgspec.Raw]) -> str:
    module = text_of(resource, "module") + "." if "module" in resource else ""
    return f"{module}{text_of(resource, 'type')}.{text_of(resource, 'name')}"


def _attributes(instance: Fields) -> dict[str, Any] | None:
    found: dict[str, Any] | None = decode(instance["attributes"]) if "attributes" in instance else None
    return found


def _index(instance: Fields) -> str:
    if "index_key" not in instance:
        return ""
    key = decode(instance["index_key"], type=str | int)
    text = json.dumps(key, ensure_ascii=False) if isinstance(key, str) else str(key)
    return "[" + text.replace("${", "$${").replace("%{", "%%{") + "]"


def text_of(fields: Mapping[str, Any], key: str) -> str:
    found = fields.get(key, "")
    return found if isinstance(found, str) else decode(found, type=str)


def _unreadable(name: str, why: str) -> InfragenError:
    hint = "`terraform state pull` in the stack's folder shows what is stored; an older version may be intact"
    return InfragenError(Diagnostic("T041", f"the state of {name} cannot be read: {why}", hint=hint))

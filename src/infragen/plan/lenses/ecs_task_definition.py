"""ECS task definitions by container and variable: `container web: env LOG  "info" -> "debug"`.

The names are those of the API ("ContainerDefinition", Amazon ECS API Reference); `env`, `secret`, `port`, `log` and
`label` stand for `environment`, `secrets`, `portMappings`, `logConfiguration` and `dockerLabels`. ECS writes down
defaults that a configuration leaves out, so that they come and go with every other change: those are shown on one line,
which is folded as empty. A task definition never changes: what replaces it is its next revision.
"""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from infragen.plan.change_parts import AttributeChange, Noise
from infragen.plan.differences.documents import open_documents
from infragen.plan.display import literal
from infragen.plan.lenses.phrases import (
    Lens,
    Parts,
    Phrase,
    ViewedAttribute,
    by_name,
    compact,
    describe_attributes,
    is_empty,
    parts_of,
    word,
)
from infragen.plan.view import View
from infragen.redaction.values import UNKNOWN, Number, Value

Container = Mapping[str, Value]
_ATTRIBUTES = frozenset({"container_definitions"})
_NAMED = {
    "environment": ("env", "name", "value"),
    "secrets": ("secret", "name", "valueFrom"),
    "secretOptions": ("log secret", "name", "valueFrom"),
    "systemControls": ("sysctl", "namespace", "value"),
    "extraHosts": ("host", "hostname", "ipAddress"),
}
"""Lists whose items are a name and a value: what an item is called, where its name stands, and its value."""
_MAPS = {"dockerLabels": "label", "options": "log option"}
_GROUPS = ("env", "secret", "port", "log", "label")
_FIRST = ("image", "essential", "cpu", "memory", "memoryReservation")
DEFAULTS: Container = {"cpu": Number("0"), "essential": True}
HEALTH_DEFAULTS: Container = {"interval": Number("30"), "retries": Number("3"), "timeout": Number("5")}
_PORT_DEFAULTS: Container = {"protocol": "tcp", "hostPort": Number("0")}
"""What ECS fills in ("Task definition parameters", Amazon ECS Developer Guide); the AWS provider takes these for equal
to nothing, too, and in `awsvpc` a host port that is the container's."""


def read(view: View) -> Iterator[AttributeChange]:
    yield from describe_attributes(view, _ATTRIBUTES, _describe)
    if view.action.is_replace and view.after("revision") == UNKNOWN:
        # Source: "Resource: aws_ecs_task_definition", `skip_destroy`, of the provider's documentation.
        stays = view.before("skip_destroy") is True
        note = "the old one stays active" if stays else "the old one is deregistered"
        yield ViewedAttribute(view, "revision").change("new revision", None, None, note)


def _describe(viewed: ViewedAttribute, before: Value, after: Value) -> Iterator[AttributeChange]:
    old, new = _containers(before), _containers(after)
    if old is None or new is None:
        return
    changes: list[AttributeChange] = []
    for name in (*new, *(name for name in old if name not in new)):
        label = f"container {word(name)}"
        if name in old and name in new:
            changes += _changed_container(viewed, label, old[name], new[name])
        else:
            changes += _whole_container(viewed, label, old.get(name), new.get(name))
    told_more = any(not change.noise for change in changes)
    yield from changes if told_more else (replace(change, noise=None) for change in changes)


def _containers(value: Value) -> dict[str, dict[str, Value]] | None:
    if value is None:
        return {}
    documents = open_documents(value, value)
    return by_name(documents.before) if documents else None


def _changed_container(
    viewed: ViewedAttribute, label: str, before: Container, after: Container
) -> Iterator[AttributeChange]:
    shares_ports = viewed.view.current("network_mode") == "awsvpc"
    old, old_defaults = _without_defaults(before, after, shares_ports=shares_ports)
    new, new_defaults = _without_defaults(after, before, shares_ports=shares_ports)
    yield from viewed.differing(label, _parts(old), _parts(new))
    if old_defaults or new_defaults:
        gone, come = (Phrase(", ".join(texts), True) if texts else None for texts in (old_defaults, new_defaults))
        yield replace(viewed.change(f"{label}: defaults", gone, come), noise=Noise.EMPTY)


def _whole_container(
    viewed: ViewedAttribute, label: str, before: Container | None, after: Container | None
) -> Iterator[AttributeChange]:
    container = before if after is None else after
    lines: dict[str, list[tuple[str, Phrase]]] = {label: []}
    for part, held in _parts(container or {}).items():
        group, _, rest = part.partition(" ")
        path = f"{label}: {group}" if group in _GROUPS else label
        lines.setdefault(path, []).extend((rest if group in _GROUPS else part, phrase) for phrase in held)
    for path, said in lines.items():
        text = ", ".join(f"{part} {phrase.text}".strip() for part, phrase in said) or "nothing"
        phrase = Phrase(text, [phrase.value for _, phrase in said])
        yield viewed.change(path, *((phrase, None) if after is None else (None, phrase)))


def _without_defaults(one: Container, other: Container, *, shares_ports: bool) -> tuple[Container, list[str]]:
    found: list[str] = []
    rest = _stripped(one, other, DEFAULTS, "", found)
    health, its_health = one.get("healthCheck"), other.get("healthCheck")
    if isinstance(health, dict) and isinstance(its_health, dict):
        rest["healthCheck"] = _stripped(health, its_health, HEALTH_DEFAULTS, "healthCheck ", found)
    ports, its_ports = one.get("portMappings"), other.get("portMappings")
    if isinstance(ports, list) and isinstance(its_ports, list):
        like = {literal(port.get("containerPort")): port for port in its_ports if isinstance(port, dict)}
        rest["portMappings"] = [_port_without_defaults(port, like, found, shares_ports=shares_ports) for port in ports]
    return rest, found


def _port_without_defaults(
    port: Value, like: Mapping[str, Container], found: list[str], *, shares_ports: bool
) -> Value:
    number = port.get("containerPort") if isinstance(port, dict) else None
    if not isinstance(port, dict) or not isinstance(number, Number) or literal(number) not in like:
        return port
    defaults = {**_PORT_DEFAULTS, **({"hostPort": number} if shares_ports else {})}
    return _stripped(port, like[literal(number)], defaults, f"port {number.text} ", found)


def _stripped(one: Container, other: Container, defaults: Container, label: str, found: list[str]) -> dict[str, Value]:
    dropped = [key for key in sorted(defaults) if one.get(key) == defaults[key] and other.get(key) is None]
    found += [f"{label}{key} {literal(one[key])}" for key in dropped]
    return {key: value for key, value in one.items() if key not in dropped}


def _parts(container: Container) -> Parts:
    return parts_of(container, _FIRST, _part)


def _part(key: str, value: Value) -> Iterator[tuple[str, list[Phrase]]]:
    named = _named(key, value)
    if named is not None:
        yield from named
    elif key in _MAPS and isinstance(value, dict):
        yield from ((f"{_MAPS[key]} {word(name)}", [_phrase(part)]) for name, part in sorted(value.items()))
    elif key == "logConfiguration" and isinstance(value, dict):
        yield from _log(value)
    elif key == "portMappings" and isinstance(value, list):
        yield "port", [Phrase(_port(item), item) for item in value]
    elif isinstance(value, dict):
        yield from ((f"{word(key)} {word(name)}", [_phrase(part)]) for name, part in sorted(value.items()))
    elif items := by_name(value):
        for name, item in items.items():
            rest: Value = {part: item[part] for part in item if part != "name"}
            yield f"{word(key)} {word(name)}", [Phrase(compact(rest), rest)]
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        yield word(key), [_phrase(item) for item in value]
    else:
        yield word(key), [_phrase(value)]


def _named(key: str, value: Value) -> list[tuple[str, list[Phrase]]] | None:
    if key not in _NAMED:
        return None
    label, its_name, its_value = _NAMED[key]
    items = by_name(value, its_name)
    if items is None or any(not {*item} <= {its_name, its_value} for item in items.values()):
        return None
    return [(f"{label} {word(name)}", [_phrase(item.get(its_value))]) for name, item in items.items()]


def _log(configuration: Container) -> Iterator[tuple[str, list[Phrase]]]:
    for key, value in sorted(configuration.items()):
        if key in {"options", "secretOptions"}:
            yield from _part(key, value)
        else:
            yield ("log driver" if key == "logDriver" else f"log {word(key)}"), [_phrase(value)]


def _port(value: Value) -> str:
    if not isinstance(value, dict) or value.get("containerPort") is None:
        return compact(value)
    host, protocol = value.get("hostPort"), value.get("protocol")
    text = f"{word(value['containerPort'])}/{'tcp' if protocol is None else word(protocol)}"
    text += "" if is_empty(host) else f" on host port {word(host)}"
    rest = {key: part for key, part in value.items() if key not in {"containerPort", "hostPort", "protocol"}}
    return text if all(map(is_empty, rest.values())) else f"{text} {compact(rest)}"


def _phrase(value: Value) -> Phrase:
    return Phrase(compact(value), value)


LENSES: Mapping[str, Lens] = {"aws_ecs_task_definition": Lens(_ATTRIBUTES, read)}
"""Attributes as the schema of the AWS provider 5.100.0 has them; all others are short as they are."""

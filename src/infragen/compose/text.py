"""The files of an environment on Docker Compose: `compose.yaml`, what it mounts, `.env.example` and `.gitignore`."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from infragen.compose.build import CONDITIONS, Composition, Service, literal
from infragen.hcl.header import header_text
from infragen.text import span

COMPOSE: Final = "compose.yaml"
EXAMPLE: Final = ".env.example"
_COMMENTS: Final = {
    **dict.fromkeys((".cfg", ".conf", ".env", ".ini", ".py", ".rb", ".sh", ".toml"), "#"),
    **dict.fromkeys((".cjs", ".js", ".mjs", ".ts"), "//"),
    **dict.fromkeys((".lua", ".sql"), "--"),
}
"""How a comment begins, by the end of a file's name."""
_PLAIN: Final = re.compile(r"[A-Za-z/][A-Za-z0-9_./-]*(:[A-Za-z0-9_.-]+)*|[0-9]+[hms]")
_WORDS: Final = frozenset(["false", "n", "no", "null", "off", "on", "true", "y", "yes"])
"""What YAML 1.1 or 1.2 does not read as a text."""


def comment_of(path: str) -> str | None:
    """Return how a comment begins in a file; None where infragen does not know, so that it could not mark the file."""
    dot = path.rfind(".")
    return _COMMENTS.get(path[dot:]) if dot >= 0 else None


def mounted(service: Service, target: str) -> str:
    return f"{service.name}{target}"


def files(composition: Composition, given: Mapping[str, str], folder: str) -> dict[str, str]:
    """`given` are the mounted files that people wrote, by their path in `folder`."""
    source = composition.environment.source("environment")
    found = {
        COMPOSE: _marked(COMPOSE, "\n".join(_compose(composition)) + "\n", source),
        EXAMPLE: _marked(EXAMPLE, "".join(_example(composition)), source),
        ".gitignore": _marked(".gitignore", ".env\n", source),
    }
    for service in composition.services:
        for target, text in service.made_files.items():
            path = mounted(service, target)
            place = composition.environment.at(service.owner or "environment", "extensions")
            found[path] = _marked(path, text, place.file)
        for target, own in service.said.files.items():
            path = mounted(service, target)
            found[path] = _marked(path, given.get(own, ""), f"{folder}/{own}")
    return dict(sorted(found.items()))


def _marked(path: str, text: str, source: str) -> str:
    sign = "#" if path.rpartition("/")[2] in (EXAMPLE, ".gitignore") else comment_of(path) or "#"
    said = header_text(source)
    if source.startswith("environments/") and source.rpartition(".")[2] not in ("yaml", "yml"):
        said = said.replace("change the catalogue.", "change that file.")
    first, end, rest = text.partition("\n")
    if first.startswith("#!"):
        return f"{first}\n{sign} {said}\n{rest}"
    return f"{sign} {said}\n\n{first}{end}{rest}"


def _compose(composition: Composition) -> Iterator[str]:
    environment = composition.environment
    yield f"# Start it with `docker compose -p {environment.project} up -d`; .env.example says what .env may set."
    yield "services:"
    for index, service in enumerate(composition.services):
        if index:
            yield ""
        entry = service.composition.environment.find(service.owner) if service.owner and service.stand_in else None
        title = service.said.title or (entry.title if entry is not None else "")
        if said := ", ".join(filter(None, (title, service.owner if entry is not None else None))):
            yield f"  # {said}"
        yield f"  {service.name}:"
        its = service.said
        waits = {name: {"condition": CONDITIONS[what]} for name, what in service.depends_on.items()}
        found: dict[str, Any] = {
            "build": _build(service),
            "image": service.image,
            "container_name": f"{service.composition.environment.containers_begin}-{service.name}",
            "user": its.user if service.store is None else None,
            "profiles": list(service.profiles),
            "command": list(service.command),
            "environment": dict(service.environment),
            "ports": [f"127.0.0.1:{port.outside}:{port.inside}" for port in service.ports],
            "volumes": list(_mounts(service)),
            "healthcheck": _health(service),
            "depends_on": waits,
        }
        yield from _block({key: value for key, value in found.items() if value}, 4)
    project = environment.project
    yield ""
    yield "networks:"
    yield from _block({"default": {"name": project, "driver": "bridge"}}, 2)
    own = (service.own_volume[0] for service in composition.services if service.own_volume)
    volumes = dict.fromkeys((*own, *environment.settings.volumes))
    if volumes:
        yield ""
        yield "volumes:"
        yield from _block({name: {"name": f"{project}_{name}"} for name in volumes}, 2)


def _build(service: Service) -> dict[str, Any]:
    build = service.said.build
    if build is None:
        return {}
    target = {"target": build.target} if build.target else {}
    return {"context": _in_source(service, build.context), "dockerfile": build.dockerfile, **target}


def _health(service: Service) -> dict[str, Any]:
    health = service.health
    if health is None:
        return {}
    return {
        "test": _test(health.command),
        "interval": _span(health.interval),
        "timeout": _span(health.timeout),
        "retries": health.retries,
        **({"start_period": _span(health.start_period)} if health.start_period else {}),
    }


def _test(command: tuple[str, ...]) -> list[str]:
    if command[:1] in (("CMD",), ("CMD-SHELL",)):
        return [command[0], *map(literal, command[1:])]
    is_shell = command[:2] == ("sh", "-c") and len(command) == len(("sh", "-c", "script"))
    return ["CMD-SHELL", literal(command[-1])] if is_shell else ["CMD", *map(literal, command)]


def _mounts(service: Service) -> Iterator[dict[str, Any]]:
    if service.own_volume is not None:
        name, target = service.own_volume
        yield {"type": "volume", "source": name, "target": target}
    for name, target in service.said.volumes.items():
        yield {"type": "volume", "source": name, "target": target}
    for target, path in service.said.mounts.items():
        yield {"type": "bind", "source": _in_source(service, path), "target": target}
    for target in service.said.own_folders:
        yield {"type": "volume", "target": target}
    for target in (*service.made_files, *service.said.files):
        yield {"type": "bind", "source": f"./{mounted(service, target)}", "target": target, "read_only": True}


def _in_source(service: Service, path: str) -> str:
    folder = service.composition.environment.settings.source_folder
    return f"${{SOURCE_FOLDER:-{folder}}}/{path.removeprefix('./')}"


def _span(seconds: int) -> str:
    return span(seconds).replace(" ", "").replace("min", "m") if seconds < 86_400 else f"{seconds}s"


def _block(value: Mapping[str, Any], indent: int) -> Iterator[str]:
    margin = " " * indent
    for key, inner in value.items():
        if isinstance(inner, dict):
            yield f"{margin}{_scalar(str(key))}:"
            yield from _block(inner, indent + 2)
        elif isinstance(inner, list) and inner and isinstance(inner[0], dict):
            yield f"{margin}{key}:"
            for one in inner:
                first, *rest = _block(one, indent + 4)
                yield f"{margin}  - {first.strip()}"
                yield from rest
        elif isinstance(inner, list):
            yield f"{margin}{key}: [{', '.join(map(_quoted, inner))}]"
        else:
            yield f"{margin}{_scalar(str(key))}: {_scalar(inner)}"


def _scalar(value: Any) -> str:
    """Return a value on one line; a text is quoted unless every reader of YAML takes it as it is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    is_plain = _PLAIN.fullmatch(value) is not None and value.lower() not in _WORDS
    return value if is_plain else _quoted(value)


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _example(composition: Composition) -> Iterator[str]:
    environment = composition.environment
    yield f"COMPOSE_PROJECT_NAME={environment.project}\n"
    yield f"SOURCE_FOLDER={environment.settings.source_folder}\n"
    stores = {one.password_key: one.password_default for one in composition.services if one.store}
    for key, default in {**stores, **composition.defaults}.items():
        is_bare = re.fullmatch(r"[A-Za-z0-9_.,:/@+=~-]*", default) is not None
        written = default if is_bare else f"'{default}'"
        yield f"{key}={written}\n"

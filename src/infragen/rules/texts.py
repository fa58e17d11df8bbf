"""Rules about what stands in files: notes and assumptions, keys and tokens, examples that nobody replaced."""

from functools import lru_cache
from typing import Any

from infragen.core.entry import field_of, path_steps
from infragen.core.figures import REST
from infragen.core.rule import Environment, Finding, Findings, ResolvedSystem, rule
from infragen.diagnostics import Location
from infragen.kinds.bastions.model import EXAMPLE_IMAGES, NEWEST, Bastion
from infragen.kinds.zones.model import EXAMPLE_ID, Zone
from infragen.rules.placeholders import is_refused
from infragen.secret_forms import secrets_in


@rule("T102")
def _notes(described: ResolvedSystem) -> Findings:
    for owner, model in described.models():
        for index, note in enumerate(model.notes):
            path = path_steps(note.at) if note.at else ()
            is_set = path and described.origins[owner].setting(path)
            message = f"{note.id}: specified: {note.says}; built: {note.built}"
            yield Finding(message, described.at(owner, *(path if is_set else ("notes", index))))


@rule("T105")
def _path_unknown(described: ResolvedSystem) -> Findings:
    for owner, model in described.models():
        for index, note in enumerate(model.notes):
            if note.at and not _exists(described, owner, model, note.at):
                yield _finding(owner, note.at, described.at(owner, "notes", index, "at"))
        for path in model.assumptions:
            if path != REST and not _exists(described, owner, model, path):
                yield _finding(owner, path, described.at(owner, "assumptions", path, key=True))


def _exists(resolved: ResolvedSystem, owner: str, model: object, path: str) -> bool:
    value: Any = model
    wanted = path_steps(path)
    for step in wanted:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, tuple):
            value = value[step] if isinstance(step, int) and step < len(value) else None
        else:
            value = field_of(value, str(step))
        if value is None:
            return bool(resolved.origins[owner].setting(wanted))
    return True


def _finding(owner: str, path: str, place: Location) -> Finding:
    whose = owner if "/" in owner else f"the {owner}"
    hint = "write the path of a value that is set there, or by a default, such as `sizes.month-end.cpu`"
    return Finding(f"this is about `{path}`, a value that {whose} does not have", place, hint)


@rule("B146")
def _in_a_file(resolved: ResolvedSystem) -> Findings:
    texts = {layer.document.file: layer.document.text for one in resolved.origins.values() for layer in one.layers}
    hint = (
        "revoke it, as git keeps it; `infragen new secret NAME`, then `uses: {secrets/NAME: {}}` of what needs it, has"
        " the new one in Secrets Manager"
    )
    for file, text in texts.items():
        for line, column, what in _found(text):
            yield Finding(f"{what} is in plain text here", Location(file, line, column), hint, is_secret=True)


@lru_cache(maxsize=1024)
def _found(text: str) -> tuple[tuple[int, int, str], ...]:
    found = secrets_in(text)
    return tuple((text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at), what) for at, _, what in found)


@rule("T109")
def _never_filled_in(environment: Environment) -> Findings:
    for name, zone in environment.all(Zone).items():
        owner = f"zones/{name}"
        if zone.zone_id == EXAMPLE_ID and not is_refused(environment, owner, "zone_id", EXAMPLE_ID):
            message = f"`{EXAMPLE_ID}` is an example, not a zone of yours"
            hint = "`aws route53 list-hosted-zones` lists yours; leave it out where infragen makes the zone"
            yield Finding(message, environment.at(owner, "zone_id"), hint)
    for name, bastion in environment.all(Bastion).items():
        owner = f"bastions/{name}"
        if bastion.ami in EXAMPLE_IMAGES and not is_refused(environment, owner, "ami", bastion.ami):
            message = f"`{bastion.ami}` is an example, not an image of yours"
            hint = f"`{NEWEST} --region {environment.settings.region}` prints Amazon Linux's newest"
            yield Finding(message, environment.at(owner, "ami"), hint)

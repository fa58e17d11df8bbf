"""JSON Schema of every kind of file, for editors: what may stand in it, and what each field means.

An entry's file is one layer of several (defaults below it, an environment above), so nothing is required,
and `null` unsets whatever a layer below may have given. What stands in a list is replaced whole, and so is whole.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from pydantic import BaseModel

from infragen.catalog.imports import json_schema as schema_of_imports
from infragen.core.system import Settings, System
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.kinds import kinds
from infragen.kinds.compose import ComposeSettings

Schema = dict[str, Any]

_DEFS: Final = "#/$defs/"
_LAYER: Final = "Layer"
"""Suffix of a definition whose values may be left out or unset."""


def schemas() -> Mapping[str, Schema]:
    whole = _definitions(*_models().values(), Settings, System)
    definitions = whole | {name + _LAYER: _as_layer(found) for name, found in whole.items()}
    files = {kind.model.SINGULAR: _entry(kind.model.__name__, definitions) for kind in kinds().values()}
    files["domain"] = _with_defaults(files["domain"], tuple(kinds()))
    schema = definitions[System.__name__]
    required = [field for field in schema["required"] if field != "name"]
    files["system"] = _with_defaults({**schema, "required": required}, (*kinds(), "environments"))
    files["environment"] = _environment(definitions)
    files["imports"] = schema_of_imports()
    return {name: _file(name, schema, definitions) for name, schema in sorted(files.items())}


def schema_of_compose() -> Schema:
    whole = _definitions(*_models().values(), ComposeSettings)
    definitions = whole | {name + _LAYER: _as_layer(found) for name, found in whole.items()}
    return _file("compose", _environment(definitions, ComposeSettings), definitions)


def schema_of(model: type[BaseModel], name: str) -> Schema:
    definitions = _definitions(model)
    return _file(name, definitions[model.__name__], definitions)


def _definitions(*models: type[BaseModel]) -> dict[str, Schema]:
    from pydantic.json_schema import models_json_schema

    _, joined = models_json_schema([(model, "validation") for model in models], ref_template=_DEFS + "{model}")
    documented: dict[str, type[BaseModel]] = {}
    for model in (model for top in models for model in _reachable(top)):
        other = documented.setdefault(model.__name__, model)
        if other is not model:
            message = f"two models are called {model.__name__}, in {other.__module__} and in {model.__module__}"
            hint = "give one of them another name: schemas know it alone"
            raise InfragenError(Diagnostic("K103", message, hint=hint))
    found = {name: _clean(one) for name, one in joined["$defs"].items() if name in documented}  # no form of a text
    for name, schema in found.items():
        for field, text in descriptions(documented[name]).items():
            if field in schema.get("properties", {}):
                schema["properties"][field] = {**schema["properties"][field], "description": text}
    return found


def _reachable(model: type[BaseModel], seen: set[type] | None = None) -> Iterator[type[BaseModel]]:
    from pydantic import BaseModel as Base

    seen = set() if seen is None else seen
    if model in seen:
        return
    seen.add(model)
    yield model
    pending = [field.annotation for field in model.model_fields.values()]
    while pending:
        kind = pending.pop()
        if isinstance(kind, type) and issubclass(kind, Base):
            yield from _reachable(kind, seen)
        pending.extend(getattr(kind, "__args__", ()))


def _clean(schema: Any) -> Any:
    """Leave out Pydantic's titles, close maps whose keys have a form, and say of plain text what the reader takes."""
    if isinstance(schema, list):
        return [_clean(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    cleaned: Schema = {}
    for key, value in schema.items():
        if key == "properties":
            cleaned[key] = {name: _clean(inner) for name, inner in value.items()}
        elif key != "title" or not isinstance(value, str):
            cleaned[key] = value if key in ("default", "examples", "enum", "required") else _clean(value)
    if cleaned.get("default", 0) is None:
        del cleaned["default"]
    if "oneOf" in cleaned:  # a list or a map, which Pydantic tells apart before it checks either
        cleaned["anyOf"] = cleaned.pop("oneOf")
    if "patternProperties" in cleaned:
        cleaned.setdefault("additionalProperties", False)
    if cleaned.get("type") == "string" and not cleaned.keys() & {"pattern", "enum", "const"}:
        cleaned["type"] = ["string", "integer"]  # the reader takes `figure: 17000` as text
    return _with_null(cleaned) if "anyOf" in cleaned else cleaned


def _with_null(schema: Schema) -> Schema:
    members = [member for member in schema["anyOf"] if member != {"type": "null"}]
    if len(members) != 1 or len(schema["anyOf"]) == 1:
        return schema
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**_nullable(members[0]), **rest}


def descriptions(model: type[BaseModel]) -> dict[str, str]:
    return {field: text for cls in reversed(model.__mro__) for field, text in _docstrings(cls).items()}


@cache
def _docstrings(cls: type) -> Mapping[str, str]:
    import ast
    import inspect
    import textwrap
    from itertools import pairwise

    if cls.__module__.partition(".")[0] in ("builtins", "pydantic"):
        return {}
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    found: dict[str, str] = {}
    for field, below in pairwise(body.body if isinstance(body, ast.ClassDef) else ()):
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            found[field.target.id.rstrip("_")] = inspect.cleandoc(str(below.value.value))
    return found


def _as_layer(schema: Schema) -> Schema:
    """Return a schema whose values may all be left out, or unset with `null`; lists stay whole."""
    if "$ref" in schema:
        return {**schema, "$ref": schema["$ref"] + _LAYER}
    if "anyOf" in schema:
        return {**schema, "anyOf": [_as_layer(member) for member in schema["anyOf"]]}
    if "object" not in schema.get("type", ()):
        return schema
    layer = {key: value for key, value in schema.items() if key != "required"}
    for key in ("properties", "patternProperties"):
        if key in layer:
            layer[key] = {name: _nullable(_as_layer(inner)) for name, inner in layer[key].items()}
    if isinstance(layer.get("additionalProperties"), dict):
        layer["additionalProperties"] = _nullable(_as_layer(layer["additionalProperties"]))
    return layer


def _nullable(schema: Schema) -> Schema:
    if "$ref" in schema:
        outer = {key: value for key, value in schema.items() if key != "$ref"}
        return {"anyOf": [{"$ref": schema["$ref"]}, {"type": "null"}], **outer}
    if "anyOf" in schema:
        known = {"type": "null"} in schema["anyOf"]
        return schema if known else {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    result = {**schema, "type": [*types, *(["null"] if "null" not in types else [])]}
    words = result.pop("enum", None) or ([result.pop("const")] if "const" in result else None)
    if words is not None:
        result["enum"] = [*words, *([None] if None not in words else [])]
    return result


def _entry(name: str, definitions: dict[str, Schema]) -> Schema:
    schema = definitions[name + _LAYER]
    own = definitions[name]["properties"]["name"]
    return {**schema, "properties": {**schema["properties"], "name": own}}


def _with_defaults(schema: Schema, names: tuple[str, ...]) -> Schema:
    typed: Schema = {"type": "object", "additionalProperties": False, "properties": _by_kind(names)}
    if described := schema["properties"]["defaults"].get("description"):
        typed["description"] = described
    return {**schema, "properties": {**schema["properties"], "defaults": typed}}


def _models() -> dict[str, type[BaseModel]]:
    return {name: kind.model for name, kind in kinds().items()}


def _by_kind(names: tuple[str, ...]) -> Schema:
    models: dict[str, type[BaseModel]] = {**_models(), "environments": Settings}
    return {kind: {"$ref": f"{_DEFS}{models[kind].__name__}{_LAYER}"} for kind in names}


def _environment(definitions: dict[str, Schema], model: type[BaseModel] = Settings) -> Schema:
    settings = definitions[model.__name__ + _LAYER]
    every = {
        "description": "Values for every entry of a kind in this environment.",
        "type": "object",
        "additionalProperties": False,
        "properties": _by_kind(tuple(kinds())),
    }
    single = {
        kind: {
            "description": f"Overrides of single {kind} by name; `null` leaves one out of this environment.",
            "type": "object",
            "additionalProperties": _nullable(layer),
        }
        for kind, layer in _by_kind(tuple(kinds())).items()
    }
    properties = {**settings["properties"], "environment": {"type": "string"}, "every": every, **single}
    return {**settings, "properties": properties}


def _file(name: str, schema: Schema, definitions: dict[str, Schema]) -> Schema:
    wanted: dict[str, Schema] = {}
    pending = list(_references(schema))
    while pending:
        found = pending.pop()
        if found not in wanted:
            wanted[found] = definitions[found]
            pending.extend(_references(definitions[found]))
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"infragen: {name}"}
    return {**head, **schema, "$defs": dict(sorted(wanted.items()))}


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].removeprefix(_DEFS)
        schema = [*schema.values()]
    for value in schema if isinstance(schema, list) else ():
        yield from _references(value)

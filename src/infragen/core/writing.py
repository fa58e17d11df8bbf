"""Values of models as a catalogue writes them: figures with their units, and nothing that is as when left out."""

from __future__ import annotations

from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from infragen.core.units import Figure, RequestRate


def written(value: Any, annotation: Any, metadata: tuple[Any, ...] = ()) -> Any:
    """Return a value of a field as plain data; `annotation` and `metadata` are the field's."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return written(value, inner, (*more, *metadata))
    figure = next((found for found in metadata if isinstance(found, Figure)), None)
    if figure is not None and isinstance(value, int | Decimal):
        return figure.written(value)
    if isinstance(value, BaseModel):
        return _written_model(value)
    if isinstance(value, dict):
        return {key: written(item, _item_type(annotation, value)) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [written(item, _item_type(annotation, value)) for item in value]
    if get_origin(annotation) in (Union, UnionType) and value is not None:
        return written(value, _member(annotation, value))
    return str(value) if isinstance(value, RequestRate | Decimal) else value


def inner_type(annotation: Any, step: str | int) -> Any:
    """Return the type of what stands at a step inside a value of a type; Any where it is not known."""
    if get_origin(annotation) is Annotated:
        return inner_type(get_args(annotation)[0], step)
    if get_origin(annotation) in (Union, UnionType):
        found = (inner_type(member, step) for member in get_args(annotation) if member is not NoneType)
        return next((one for one in found if one is not Any), Any)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        field = annotation.model_fields.get(str(step))
        if field is None:
            return Any
        return Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    return _item_type(annotation, {} if get_origin(annotation) is dict else ())


def _written_model(model: BaseModel) -> dict[str, Any]:
    return {
        field.alias or name: written(value, field.annotation, tuple(field.metadata))
        for name, field in type(model).model_fields.items()
        if (value := getattr(model, name)) != field.get_default(call_default_factory=True)
    }


def _item_type(annotation: Any, value: Any) -> Any:
    """Return the type of a map's values or of a list's items."""
    if get_origin(annotation) is Annotated:
        return _item_type(get_args(annotation)[0], value)
    if get_origin(annotation) in (Union, UnionType):
        return _item_type(_member(annotation, value), value)
    arguments = get_args(annotation)
    wanted = 1 if isinstance(value, dict) else 0
    return arguments[wanted] if len(arguments) > wanted else Any


def _member(annotation: Any, value: Any) -> Any:
    """Return the member of a union that a value is of."""
    members = [member for member in get_args(annotation) if member is not NoneType]
    for member in members:
        bare = get_args(member)[0] if get_origin(member) is Annotated else member
        kind = get_origin(bare) or bare
        if isinstance(kind, type) and isinstance(value, kind):
            return member
    return members[0]

"""What a field takes, shown by an example: what new files say, and what hints tell to write."""

import re
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

_WORDS: Final = "in your own words"

_SAMPLES: Final = (
    "operations@example.com", "order-desk", "30 7 ? * MON-FRI *", "ap-northeast-1", "ap-northeast-1a", "10.0.0.0/16",
    "databases/main", "data.redis_host", "ecr.api", "111122223333", "8.0", "8.0.mysql_aurora.3.10.6", "TN-07",
    "/health", "LOG_LEVEL", "release_1.4", "order_desk", "public.ecr.aws/nginx/nginx:1.27", "03:00", "03:00-04:00",
    "arn:aws:secretsmanager:us-east-1:111122223333:secret:stripe-a1b2c3",
)  # fmt: skip
"""What hints show of a form: the first that has it."""


def sample_of(pattern: str) -> str | None:
    return next((one for one in _SAMPLES if re.fullmatch(pattern, one)), None)


def example(found: FieldInfo) -> Any:
    return found.examples[0] if found.examples else example_of(found.annotation, tuple(found.metadata))


def example_of(annotation: Any, metadata: tuple[Any, ...] = ()) -> Any:
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return example_of(inner, (*more, *metadata))
    metadata = tuple(one for part in metadata for one in (part, *getattr(part, "metadata", ())))  # of `Field(...)`
    for part in metadata:
        shown = getattr(part, "examples", None) or (getattr(part, "json_schema", None) or {}).get("examples")
        if shown:
            return shown[0]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return example_of(next(member for member in arguments if member is not NoneType), metadata)
    if origin in (dict, tuple, list, frozenset):
        values = [example_of(argument) for argument in arguments if argument is not ...]
        return {values[0]: values[1]} if origin is dict else values
    return arguments[0] if origin is Literal else _plain_example(annotation, metadata)


def _plain_example(annotation: Any, metadata: tuple[Any, ...]) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields
        asked = {found.alias or name: example(found) for name, found in fields.items() if found.is_required()}
        first = "why" if "why" in fields else next(iter(fields))
        return asked or {first: example(fields[first])}
    if annotation is bool:
        return True
    if annotation is int:
        least = next((part.ge for part in metadata if getattr(part, "ge", None) is not None), None)
        above = next((part.gt + 1 for part in metadata if getattr(part, "gt", None) is not None), 1)
        return max(1, int(above if least is None else least))
    shown = [(part, getattr(part, "json_schema", None) or {}) for part in metadata]
    patterns = (getattr(part, "pattern", None) or schema.get("pattern") for part, schema in shown)
    pattern = next(filter(None, patterns), None)
    return _WORDS if pattern is None else sample_of(pattern) or _WORDS


def choices(annotation: Any) -> tuple[str, ...]:
    members = members_of(annotation)
    kind = members[0] if len(members) == 1 else None
    if get_origin(kind) in (tuple, list):
        return choices(get_args(kind)[0])
    return tuple(map(str, get_args(kind))) if get_origin(kind) is Literal else ()


def members_of(annotation: Any) -> list[Any]:
    """Return the members of a union, or the type itself, without Annotated and without None."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        return [one for member in get_args(annotation) for one in members_of(member)]
    return [] if annotation in (None, NoneType) else [annotation]

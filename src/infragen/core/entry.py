"""What every model of the catalogue shares: frozen, no unknown keys, notes and assumptions."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Final

from annotated_types import GroupedMetadata
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PydanticUserError,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema

from infragen.core.expressions import Published
from infragen.core.units import Days, Gigabytes, MebiBytes, Milliseconds, Percent, Rate, Seconds, Thousands, written

__all__ = [
    "Days", "DemandId", "Entry", "EntryId", "Form", "MebiBytes", "Milliseconds", "Model", "Note", "Output",
    "OutputName", "Percent", "Rate", "Seconds", "SettingPath", "Slug", "Text", "Title", "Usage", "Use", "field_of",
    "has_form", "is_slug", "is_within", "path_steps", "sample_name", "slug_problem", "written_as",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form(GroupedMetadata):
    """The form of a text, which a hint says in words, and an editor knows as a pattern."""

    pattern: str
    says: str
    most: int = 2048
    begins: str = ""
    """How each of them begins, which people leave out: `cache.`."""

    @property
    def examples(self) -> list[str]:
        return [self.says.partition("`")[2].partition("`")[0].strip('"')]

    def __iter__(self) -> Iterator[object]:
        yield StringConstraints(max_length=self.most)
        yield AfterValidator(self._checked)
        schema = {"type": "string", "pattern": f"^{self.pattern}$", "maxLength": self.most, "examples": self.examples}
        yield WithJsonSchema(schema)

    def _checked(self, text: str) -> str:
        if re.fullmatch(self.pattern, text) is None:
            is_begun = self.begins and re.fullmatch(self.pattern, f"{self.begins}{text}")
            raise ValueError(f"write `{self.begins}{text}`" if is_begun else f"write {self.says}")
        return text


_SLUG: Final = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
_LONGEST: Final = 40
Slug = Annotated[str, StringConstraints(pattern=_SLUG, max_length=_LONGEST)]
"""A name as AWS and Terraform accept it everywhere: lower case, digits, single hyphens."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


def _on_one_line(text: str) -> str:
    if text != text.strip() or len(text.splitlines()) != 1:
        raise ValueError("write it on one line, without spaces around it")
    return text


Title = Annotated[str, StringConstraints(min_length=1, max_length=120), AfterValidator(_on_one_line)]
"""What people call something; it stands in tables and headings."""


def is_slug(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST and re.fullmatch(_SLUG, value) is not None


def slug_problem(text: str) -> str | None:
    broken = []
    if len(text) > _LONGEST:
        broken.append(f"it has {len(text)} characters, and a name has at most {_LONGEST}")
    if re.fullmatch(_SLUG, text) is None:
        broken.append("a name has only lower case letters, digits and single hyphens, a letter first")
    return ", and ".join(broken) or None


def sample_name(text: str, otherwise: str = "order-desk") -> str:
    words = re.findall(r"[a-z0-9]+", text.lower())
    return "-".join(words).lstrip("0123456789-")[:_LONGEST].rstrip("-") or otherwise


def has_form(form: Any, value: Any) -> bool:
    try:
        _adapter(form).validate_python(value)
    except (PydanticUserError, ValidationError):
        return False
    return True


_adapter: Final[Callable[[Any], TypeAdapter[Any]]] = lru_cache(maxsize=256)(TypeAdapter)


def field_of(value: Any, name: str) -> Any:
    """Read only fields of models: any other attribute leads out of the catalogue (`__init__.__globals__`)."""
    return getattr(value, name) if name in getattr(type(value), "model_fields", ()) else None


def _exact(schema: Any) -> Any:
    """Return a schema in which a text is no whole number, and neither a text nor a number is true or false."""
    if isinstance(schema, list):
        return [_exact(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("function") is _DIGITS:  # a model in a model that is built: it was exact before
        return schema
    data = ("config", "default", "metadata", "serialization")
    whole = {key: one if key in data else _exact(one) for key, one in schema.items()}
    if whole.get("type") == "int":
        return {"type": "function-before", "function": _DIGITS, "schema": {**whole, "strict": True}}
    return {**whole, "strict": True} if whole.get("type") == "bool" else whole


def _of_digits(value: Any) -> Any:
    return int(value) if isinstance(value, str) and _MANY_DIGITS.fullmatch(value) else value


_MANY_DIGITS: Final = re.compile(r"[1-9][0-9]{18,999}")
_NO_SCHEMA: Final = ("config", "default", "metadata", "serialization")
_DIGITS: Final = {"type": "no-info", "function": _of_digits}


def written_as(says: Callable[[Any], str]) -> Any:
    def check(cls: Any, data: Any) -> Any:  # noqa: ARG001  # Pydantic's signature
        if isinstance(data, dict | BaseModel):
            return data
        message = f"write it as a map: `{says(data)}`"
        raise ValueError(message)  # what Pydantic takes for a wrong value

    found: Any = classmethod(check)
    return model_validator(mode="before")(found)


@lru_cache(maxsize=4096)
def _shared(names: frozenset[str]) -> set[str]:
    """Return a set of names that nobody changes: models are frozen, and a copy of one has a set of its own."""
    return set(names)


class Model(BaseModel):
    """A frozen model: an unknown key is an error, and a number given for text keeps its digits.

    Pydantic would take `"3"`, `" 3"` and `true` for 3, and `1` and `"yes"` for true; editors, by the schema, do not.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", coerce_numbers_to_str=True, populate_by_name=True, defer_build=True
    )

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        built = handler(source)
        return built if cls.__pydantic_complete__ else _exact(built)

    def model_post_init(self, _context: Any, /) -> None:
        """Let models with the same fields set share the set of their names: it takes as much room as the values."""
        object.__setattr__(self, "__pydantic_fields_set__", _shared(frozenset(self.__pydantic_fields_set__)))

    def __getattr__(self, name: str) -> Any:
        """Raise AttributeError: rules ask entries of every kind, and Pydantic's way to say no takes microseconds."""
        return object.__getattribute__(self, name)

    INSTEAD: ClassVar[Mapping[str, str]] = {}
    """Keys that people look for here, and what is written instead."""

    @classmethod
    def idle(cls, data: Mapping[str, Any]) -> Mapping[str, str]:  # noqa: ARG003  # for those that have some
        """Return the fields that do nothing beside what an entry says, and what each goes with: `engine: mysql`."""
        return {}


def path_steps(path: str) -> tuple[str | int, ...]:
    return tuple(int(step) if step.isdecimal() else step for step in path.split("."))


def is_within(path: str, outer: str) -> bool:
    return f"{path}.".startswith(f"{outer}.")


DemandId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[0-9]{2}$")]
"""A row in the requirements, such as `TN-07`."""


SettingPath = Annotated[
    str, Form(r"(\*|[a-z_-]+)(\.[A-Za-z0-9_*@/:-]+)*", "a path of `explain`, `*` for any name: `services.*.tasks`")
]


class Note(Model):
    """A contradiction in the document, or between it and AWS: what it says, and what is built instead."""

    id: DemandId
    """The row in the requirements, such as `TN-07`."""
    at: Text | None = None
    """The value concerned, as a path inside this file: `readers`, `sizes.month-end.cpu`."""
    says: Text
    """What the document says."""
    built: Text
    """What infragen builds, and why."""


EntryId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]*/[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=81)]
"""Another entry: `databases/main`."""


OutputName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*\.[A-Za-z_][A-Za-z0-9_-]*$", max_length=200)]
"""A stack, and the label of an `output` block in its hand-written files: `data.redis_host`."""


class Output(Model):
    """A value that hand-written Terraform publishes, in place of a literal one."""

    INSTEAD: ClassVar = dict.fromkeys(
        ("secret", "key", "name", "arn", "from", "value_from", "valueFrom"),
        "an entry of the kind secrets comes by `uses: {secrets/NAME: {}}`, a variable for each of its `keys`; any other"
        " secret is written as its ARN, with `:key` behind it for one key",
    )
    """How secrets are written elsewhere."""

    output: OutputName
    """The stack and the name of the `output` block in `extra/<stack>/`: `data.redis_host`."""

    @property
    def expression(self) -> Published:
        return Published(self.output)


class Use(Model):
    """What an entry needs from another one: it gets the network path, the permission, and variables about it."""

    INSTEAD: ClassVar = {
        "keys": "leave it out: each of the secret's own `keys` becomes a variable",
        "key": "leave it out: each of the secret's own `keys` becomes a variable",
        "as": "write `prefix: QUEUE`, which its variables begin with",
        "permissions": "write `access:` with one of the words that its kind has",
        "actions": "write `access:` with one of the words that its kind has, or add `permissions:` to the entry",
    }
    _map = written_as(lambda value: f"{{{'why' if ' ' in str(value) else 'access'}: {value}}}")

    access: Slug | None = None
    """What it may do there, in the other kind's words; the usual when left out."""
    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=100)] | None = None
    """The prefix of the variables about it; the other's name when left out."""
    why: Text | None = None

    def beginning(self, owner: str) -> str:
        return f"{self.prefix or owner.partition('/')[2].upper().replace('-', '_')}_"


class Usage(Model):
    """How much of something is used in a month, which costs are worked out with: GB, or thousands of what is counted.

    Its fields are the words that lines of the bill know (`Cost.usage`).
    """

    INSTEAD: ClassVar = {
        "users": "write `requests: 3 million`: as many as all of them send in a month",
        **dict.fromkeys(("traffic", "transfer", "transferred"), "write `sent: 5 TB`, or `processed: 5 TB`"),
        **dict.fromkeys(("storage", "size", "data"), "write `stored: 2 TB`"),
        "logs": "write `logged: 200 GB`",
    }

    stored: Gigabytes | None = None
    """Kept all month: objects, images, what a database holds."""
    backed_up: Gigabytes | None = None
    """Backups beyond the size of what they are of."""
    sent: Gigabytes | None = None
    """Sent to readers."""
    processed: Gigabytes | None = None
    """What passes through a load balancer, a NAT gateway or an endpoint."""
    logged: Gigabytes | None = None
    """What is written to logs."""
    scanned: Gigabytes | None = None
    """What queries read."""
    requests: Thousands | None = None
    """Requests, invocations, events and queries."""
    reads: Thousands | None = None
    """Objects and secrets that are read."""
    writes: Thousands | None = None
    """Objects that are written."""
    mails: Thousands | None = None

    @property
    def stated(self) -> dict[str, int]:
        return {word: quantity for word in type(self).model_fields if (quantity := getattr(self, word)) is not None}

    @classmethod
    def words(cls, word: str, quantity: Decimal | int) -> str:
        field = cls.model_fields[word]
        return f"{written(round(quantity, 1), field.annotation, tuple(field.metadata))} {word.replace('_', ' ')}"


class Entry(Model):
    """One thing in the catalogue."""

    KIND: ClassVar[str]
    """The folder below `catalog/<system>/` that its files stand in: `services`."""
    SINGULAR: ClassVar[str]
    """How files that are generated for one begin, and its schema is called: `service`."""
    EXAMPLES: ClassVar[Mapping[str, tuple[str, str, str]]] = {}
    """By field, what stands for others in documents: a regular expression, what that is, and what to do about it."""

    name: Slug
    """Unique among entries of its kind; other entries refer to it. Its file's name when left out."""
    title: Title
    """What people call it, in the document's own words."""
    notes: tuple[Note, ...] = ()
    """Contradictions of the design document, shown by `infragen validate`."""
    assumptions: dict[str, Text] = Field(default_factory=dict)
    """Values no document gives: path inside the entry to the reason for the value chosen, `*` for all other figures."""
    physical_name: Slug | None = None
    """The name AWS sees, when it is not `name`; it stays when the entry is renamed."""
    renamed_from: Slug | None = None
    """The entry's former name; becomes a `moved` block."""
    enabled: Annotated[bool | EntryId, Field(examples=[False, "workflows/batch"])] = True
    """`false`: not built yet, and checked as if it were, so that this line alone turns it on. An entry's name: built
    when that one is."""
    usage: Annotated[Usage, Field(examples=[{"stored": "2 TB"}])] = Usage()
    """How much of it is used in a month, which `infragen cost` counts: only what its lines are billed by."""

    @model_validator(mode="before")
    @classmethod
    def _with_implied(cls, data: Any) -> Any:
        implied = cls.implied(data) if isinstance(data, dict) else {}
        return {**data, **implied} if implied else data

    @classmethod
    def written_out(cls, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a layer with maps where texts may stand for them, so that it can be merged with others."""
        return data

    @classmethod
    def implied(cls, data: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG003  # for those that imply some
        return {}

    @property
    def identity(self) -> str:
        """The name that derived AWS names are made of; it does not follow a rename."""
        return self.physical_name or self.renamed_from or self.name

    def __hash__(self) -> int:
        return hash(self.name)

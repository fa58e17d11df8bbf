"""Bytes of a plan file to its outline, and an answer to "this is not a plan"."""

import codecs
import contextlib
import json
import re
import zlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NoReturn

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from infragen.diagnostics import Diagnostic, InfragenError, Location
from infragen.redaction.document import (
    Lazy,
    PlanDocument,
    ResourceItem,
    check_keys,
    members_of,
    modules_of,
    opened,
    opened_mark,
    opened_quickly,
)
from infragen.redaction.exact_json import RepeatedKeyError, collector_paused, decode_value
from infragen.redaction.provider_schemas import ProviderSchemas, shipped_schemas
from infragen.redaction.sensitive_values import with_schema_marks
from infragen.redaction.values import Number
from infragen.text import counted, line_beside_json

_HINT = "make one with `terraform show -json PLANFILE > plan.json`"
_PROGRAM = "with the program behind the version manager; or remove that line"
_WRAPPER = re.compile(r"\[command\]|::[a-z-]+")
"""How the lines begin that GitHub's toolkit prints around a command, and what it has to say to the runner."""
_TERMINAL = re.compile(rb"\x1b(?:\[[0-?]*+[ -/]*+[@-~]|\][^\x07\x1b]*+(?:\x07|\x1b\\)|[@-Z\\^_=>])")
"""Escapes that set colours, move the cursor or set a window's title (ECMA-48, xterm)."""
_QUOTED = re.compile(rb'"\s*+\{\s*+"')
_QUOTED_AND_ESCAPED = re.compile(rb'"(?:\s|\\[nrt]|\\ufeff)*+\{')
_CHUNK = 1 << 20
GZIP = b"\x1f\x8b"
AGE = b"age-encryption.org/v1\n"  # how a file that age encrypted begins
MANIFEST = "manifest.json"  # the first member of a saved plan
BEGINNING = 4096  # bytes, enough to recognise one
_VERSION = re.compile(r"[0-9.]+\Z")
_OUTLINE = msgspec.json.Decoder(PlanDocument)
_SECTIONS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_KNOWN = frozenset(PlanDocument.__struct_encode_fields__) - {"@unread"}
_TELLING = (
    "level", "lineage", "serial", "version", "values", "provider_schemas", "plan_format_version", "resource_changes",
    "planned_values",
)  # fmt: skip
_LONE_SURROGATE = re.compile(r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(?P<lone>u[dD][89a-fA-F]..)|.)", re.DOTALL)
_HEADERS = {
    "aws_lb_listener_rule": ("condition", "http_header", "values"),
    "aws_cloudfront_distribution": ("origin", "custom_header", "value"),
}
"""A secret header of a load balancer's rules or a distribution's origins, which hides what is beside it in its set."""


class OpenPlan(Struct, frozen=True):
    """A plan whose outline is decoded. It holds secrets: it can be read and compared, never shown."""

    document: PlanDocument
    name: str
    files: Mapping[str, str] = field(default_factory=dict)
    """The files of the root that was planned, by path, where those are at hand."""

    @property
    def schemas(self) -> ProviderSchemas:
        return shipped_schemas().with_schemas(opened(self.document.provider_schemas))

    @property
    def sources(self) -> Mapping[str, str]:
        made = {} if self.files else opened_quickly(self.document.planned_without_state)
        files = made.get("files") if isinstance(made, dict) else None
        found = files.items() if isinstance(files, dict) else ()
        return self.files or {path: text for path, text in found if isinstance(path, str) and isinstance(text, str)}

    def __repr__(self) -> str:
        return f"OpenPlan({self.name!r})"


def open_plan(source: Path | BinaryIO, name: str | None = None, files: Mapping[str, str] | None = None) -> OpenPlan:
    """Call it `name` in errors: InfragenError P201 to P217 for what is no plan, P214 for what cannot be read."""
    content, shown = _content(source, name)
    return OpenPlan(decode_plan(content, shown), shown, files or {})


def open_plans(source: Path | BinaryIO, name: str | None = None) -> tuple[OpenPlan, ...]:
    """Several plans may come one after another (`terragrunt run --all show -json`). Otherwise as `open_plan`."""
    content, shown = _content(source, name)
    try:
        return (OpenPlan(decode_plan(content, shown), shown),)
    except InfragenError as error:
        if error.diagnostics[0].code != "P206":
            raise
        with Guard(shown, "the JSON is nested too deeply to be a plan"):
            try:
                return tuple(OpenPlan(decode_plan(part, shown), shown) for part in _parts(_as_utf8(content, shown)))
            except (InfragenError, json.JSONDecodeError):
                raise error from None


def _content(source: Path | BinaryIO, name: str | None) -> tuple[bytes, str]:
    try:
        content = source.read_bytes() if isinstance(source, Path) else source.read()
    except OSError as error:
        reject("P214", f"cannot read the plan: {error.strerror or error}", name or str(source), "name another file")
    return content, name or (source.name if isinstance(source, Path) else "<stdin>")


def _parts(content: bytes) -> Iterator[bytes]:
    text = content.decode().strip()
    while text:
        _, end = json.JSONDecoder().raw_decode(text)
        yield text[:end].encode()
        text = text[end:].lstrip()


def decode_plan(content: bytes, name: str) -> PlanDocument:
    """UTF-8 and UTF-16, with or without a byte order mark. InfragenError (P201 to P217) for anything else."""
    with collector_paused(), Guard(name, "the JSON is nested too deeply to be a plan"):
        content = _as_utf8(content, name)
        try:
            document = _decoded(content)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            document = _slowly(content, error, name)
        present = (member for member in _TELLING if getattr(document, member) is not msgspec.UNSET)
        _check_kind({"@level" if member == "level" else member for member in present}, name)
        # The hosted service writes its version under another name.
        version = opened(document.format_version) or opened(document.plan_format_version)
        if version is None:
            reject("P212", "there is no format_version: this is not `terraform show -json` of a plan", name)
        text = version.text if isinstance(version, Number) else version
        if not isinstance(text, str) or text.partition(".")[0] not in {"0", "1"}:
            shown = repr(text[:20]) if isinstance(text, str) and _VERSION.match(text) else "of another type"
            reject("P213", f"format_version is {shown}; infragen reads 0.x and 1.x", name)
        _narrow_set_marks(document)
        return document


def reject(code: str, message: str, name: str, hint: str = _HINT, at: tuple[int, int] = (1, 1)) -> NoReturn:
    """Raise InfragenError about the file `name`, at a line and column; the line itself may hold a secret."""
    raise InfragenError(Diagnostic(code, message, Location(name, *at), hint=hint, is_secret=True))


class Guard:
    """Keeps a plan's values out of what unexpected errors say: their messages may quote what they stumbled over.

    A value of a thousand levels, which no provider makes, is an error of the plan (P202), in the words of `too_deep`.
    Each change is asked within one, so it is no generator.
    """

    __slots__ = ("_name", "_too_deep")

    def __init__(self, name: str, too_deep: str) -> None:
        self._name = name
        self._too_deep = too_deep

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None or issubclass(kind, InfragenError) or not issubclass(kind, Exception):
            return
        if issubclass(kind, RecursionError):
            reject("P202", self._too_deep, self._name)
        if issubclass(kind, RepeatedKeyError):
            reject("P220", "an object has the same key twice, so the plan has no clear meaning", self._name)
        said = f"{kind.__name__} while reading {self._name}; its message is left out, since it may contain a secret"
        raise UnexpectedPlanError(said).with_traceback(traceback) from None


class UnexpectedPlanError(Exception):
    """A fault of infragen's, without the message that may hold a value of the plan."""


def is_saved_plan(content: bytes) -> bool:
    """Whether bytes begin like a file of `plan --out`: gzip, and in it a tar file with the manifest as first member."""
    member = f"{MANIFEST}\0".encode()
    with contextlib.suppress(zlib.error):
        return zlib.decompressobj(wbits=31).decompress(content[:BEGINNING], len(member)) == member
    return False


def _reject_packed(content: bytes, name: str) -> None:
    if content.startswith(b"PK\x03\x04"):
        hint = f"terraform show -json {name} > plan.json"
        reject("P203", "this is a saved plan file (binary), not its JSON form", name, hint)
    if content.startswith(AGE):
        hint = f"if `plan --out` saved it: infragen show {name} --identity KEYFILE"
        reject("P203", "this is encrypted with age", name, hint)
    if is_saved_plan(content):
        reject("P203", "this is a plan that `plan --out` saved", name, f"infragen show {name}")
    if content.startswith(GZIP):
        reject("P203", "this is gzip-compressed data", name, f"decompress it first: gunzip < {name} > plan.json")


def _as_utf8(content: bytes, name: str) -> bytes:
    """Return the text in UTF-8 without a mark; checked in pieces, since a copy of it all would cost as much again."""
    _reject_packed(content, name)
    encoding = _encoding(content)
    if encoding == "utf-8":
        if not content.isascii():
            decoder = codecs.getincrementaldecoder("utf-8")()
            view = memoryview(content)
            for start in range(0, len(content), _CHUNK):
                try:
                    decoder.decode(view[start : start + _CHUNK], final=start + _CHUNK >= len(content))
                except UnicodeDecodeError as broken:
                    reject("P204", f"byte {start + broken.start} is not utf-8 text", name)
        return _unwrapped(content.removeprefix(codecs.BOM_UTF8))
    try:
        return _unwrapped(content.decode(encoding).removeprefix("\ufeff").encode())
    except UnicodeDecodeError as error:
        reject("P204", f"byte {error.start} is not {encoding} text", name)
    except UnicodeEncodeError:
        reject("P204", f"the file has half of a surrogate pair of {encoding}", name)


def _unwrapped(content: bytes) -> bytes:
    """Return the text without terminal escapes, of which JSON has none, and without quotes around the whole."""
    if b"\x1b" in content:
        content = _TERMINAL.sub(b"", content)
    if content[:1] in b"{":
        return content
    text = content.strip()
    if text[:1] == text[-1:] == b"'" or (text[-1:] == b'"' and _QUOTED.match(text)):
        return text[1:-1]
    if text[-1:] == b'"' and _QUOTED_AND_ESCAPED.match(text):
        with contextlib.suppress(ValueError):
            return str(json.loads(text)).encode()
    return content


def _encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if content[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if content[:1] == b"\0" else "utf-8"


def _decoded(content: bytes) -> PlanDocument:
    check_keys(content)
    try:
        return _OUTLINE.decode(content)
    except msgspec.ValidationError as error:
        if not str(error).startswith("Object contains unknown field"):  # of the outline: nothing else forbids any
            raise
    sections = _SECTIONS.decode(content)
    known = {name: sections.pop(name) for name in _KNOWN if name in sections}
    return replace(_OUTLINE.decode(msgspec.json.encode(known)), unread=sections)


def _slowly(content: bytes, error: Exception, name: str) -> PlanDocument:
    text = content.decode("utf-8")
    if not text.strip():
        reject("P201", "the file is empty", name)
    try:
        document = decode_value(text)
    except RecursionError:
        reject("P202", "the JSON is nested too deeply to be a plan", name)
    except json.JSONDecodeError as syntax_error:
        _explain_syntax_error(text, syntax_error, name)
    if not isinstance(document, dict):
        kinds = {list: "an array", str: "a string", bool: "a boolean", Number: "a number", type(None): "null"}
        reject("P209", f"a plan is a JSON object, this is {kinds[type(document)]}", name)
    _check_kind(document.keys(), name)
    if isinstance(error, RecursionError):
        reject("P202", "the JSON is nested too deeply to be a plan", name)
    try:
        # Half of a pair becomes the replacement character.
        return _decoded(_LONE_SURROGATE.sub(lambda escape: "\\ufffd" if escape["lone"] else escape[0], text).encode())
    except msgspec.ValidationError as wrong:
        message = str(wrong)
        what, _, where = message.partition(" - at ")
        path = where.strip("`").removeprefix("$.")
        said = what[:1].lower() + what[1:]
        if path.endswith(".actions") or ".actions[" in path:
            reject("P218", f"unknown actions: {said} at {path}", name)
        if "`change`" in message:
            reject("P216", f"{path or 'a resource change'} has no `change`", name)
        reject("P215", f"{path or 'the document'} is not valid in a plan: {said}", name)
    except msgspec.DecodeError as wrong:
        reject("P208", f"this is not JSON ({wrong})", name)


def _explain_syntax_error(text: str, error: json.JSONDecodeError, name: str) -> NoReturn:
    place = (error.lineno, error.colno)
    first = text.lstrip().split("\n", 1)[0]
    before, brace, _ = first.partition("{")
    if error.msg == "Extra data" and _is_stream_message(first):
        reject("P205", "this is the message stream of `terraform plan -json`, not a plan", name)
    split = f"several plans are several files: jq -c . {name} | split -l 1 - plan-"
    if (beside := line_beside_json(text)) is not None:
        number, line = beside
        known = _WRAPPER.match(line)
        said = f"line {number} is not JSON: what ran terraform printed it{f' (`{known[0]}`)' if known else ''}"
        hint = f"make the plan anew with `terraform_wrapper: false` for hashicorp/setup-terraform, or {_PROGRAM}"
        if error.msg == "Extra data":
            reject("P206", f"there is more text after the JSON: {said}", name, f"{hint}; {split}", (number, 1))
        reject("P208", said, name, hint, (number, 1))
    if error.msg == "Extra data":
        reject("P206", "there is more text after the JSON", name, split, at=place)
    if brace and before:
        said = f"the first line has {counted(len(before), 'character')} before the first brace, such as a prompt"
        reject("P208", said, name, f"remove them, or {_HINT}", at=place)
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
        reject("P207", "the JSON is incomplete: the file was truncated", name, at=place)
    reject("P208", f"this is not JSON ({error.msg})", name, at=place)


def _is_stream_message(line: str) -> bool:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(message, dict) and "@level" in message


def _check_kind(keys: Collection[str], name: str) -> None:
    if "@level" in keys:
        reject("P205", "this is a message of the stream of `terraform plan -json`, not a plan", name)
    if "lineage" in keys or ("serial" in keys and "version" in keys):
        reject("P210", "this is a state file (terraform.tfstate), not a plan", name)
    if "provider_schemas" in keys and not {"resource_changes", "planned_values", "plan_format_version"} & set(keys):
        reject("P211", "this is the output of `terraform providers schema -json`, not a plan", name)
    if "values" in keys and not {"planned_values", "resource_changes"} & set(keys):
        reject("P210", "this is `terraform show -json` of a state, not of a plan", name)


def _narrow_set_marks(document: PlanDocument) -> None:
    """Mark secret values of headers instead of the sets that they are in, which terraform marks as a whole."""
    for items in (document.resource_changes or None, document.resource_drift):
        for index, item in enumerate(items or ()):
            if items and item.type in _HEADERS:
                items[index] = _narrowed(item)
    for index, waiting in enumerate(deferred := document.deferred_changes or []):
        if waiting.resource_change.type in _HEADERS:
            deferred[index] = replace(waiting, resource_change=_narrowed(waiting.resource_change))
    for module in (*modules_of(document.planned_values), *modules_of(document.prior)):
        for index, one in enumerate(resources := module.resources or []):
            if one.type in _HEADERS:
                marks = _mark(one.values, one.sensitive_values, _HEADERS[one.type])
                resources[index] = replace(one, sensitive_values=marks)


def _narrowed(item: ResourceItem) -> ResourceItem:
    change, path = item.change, _HEADERS[item.type or ""]
    before = _mark(change.before, change.before_sensitive, path)
    after = _mark(change.after, change.after_sensitive, path)
    return replace(item, change=replace(change, before_sensitive=before, after_sensitive=after))


def _mark(value: Lazy, mark: Lazy, path: tuple[str, ...]) -> Lazy:
    marks = opened_mark(mark)
    if not isinstance(marks, dict) or marks.get(path[0]) is not True:
        return mark
    blocks = opened(members_of(value).get(path[0], msgspec.UNSET))
    if not isinstance(blocks, list) or not any(isinstance(one, dict) and one.get(path[1]) for one in blocks):
        return mark
    return msgspec.Raw(json.dumps({**marks, path[0]: with_schema_marks(False, blocks, [path[1:]])}).encode())

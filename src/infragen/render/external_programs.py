"""What Terraform would run or read besides AWS: provisioners, other providers, code and keys from elsewhere, files.

A stack is planned with the keys of whoever plans it, and an `external` data source or a provisioner is a program that
gets them; a function that reads a file can read them. Shipped templates have none. All other text of a project is
looked at here, after it was rendered: its own templates, hand-written files, and files that lie in a stack's folder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from infragen.diagnostics import Diagnostic, Location
from infragen.hcl.addresses import NAMING
from infragen.hcl.expressions import Call, Reader
from infragen.hcl.grammar import syntax_error
from infragen.hcl.index import Argument, Block, Index
from infragen.hcl.tokens import UnreadableError
from infragen.storage import is_leftover
from infragen.tables import own_table

if TYPE_CHECKING:
    from infragen.settings import ProjectSettings

_WORDS: Final = {name: frozenset(words.split()) for name, words in own_table(__file__, "functions.toml").items()}
_LOOKED_UP: Final = {name: frozenset(words.split()) for name, words in own_table(__file__, "data_sources.toml").items()}
_CONTENT: Final = "is not among the data sources of names and settings: the plan would show what it reads"
_RUNNING: Final[Mapping[tuple[str, ...], str]] = {
    ("data", "external"): "runs a program",
    ("data", "local_command"): "runs a program",
    ("action", "local_command"): "runs a program",
    ("data", "http"): "requests a server that is not AWS",
    ("data", "aws_lambda_invocation"): "invokes a function while planning",
    ("ephemeral", "aws_lambda_invocation"): "invokes a function while planning",
    ("data", "aws_ecs_task_execution"): "runs a task while planning",
    ("resource", "local_file"): "writes a file on the machine that runs terraform",
    ("resource", "local_sensitive_file"): "writes a file on the machine that runs terraform",
}
_SETTINGS: Final[Mapping[str, frozenset[str]]] = {
    "provider": frozenset({
        "alias", "allowed_account_ids", "default_tags", "forbidden_account_ids", "ignore_tags", "max_retries", "region",
    }),
    "terraform": frozenset({"backend", "experiments", "required_providers", "required_version"}),
}  # fmt: skip
"""What a block may say of AWS's provider or the tool, and have no keys or programs from there."""
_OURS: Final = re.compile(r"\.\./modules/([\w-]+)")
_BESIDE: Final = re.compile(r"\.\./([\w-]+)")
"""A module in the folder `modules/`, seen from a stack and from another module."""
_PROVIDERS: Final = frozenset({"aws", "google", "terraform"})
"""Providers that any file can use: those of infragen's own templates, and the one inside of terraform."""
OF_PROVIDERS: Final = frozenset({"resource", "data", "ephemeral", "action", "list"})
"""Blocks whose type begins with their provider's name."""
_REGISTRY: Final = "registry.terraform.io/"
_SOURCES: Final = frozenset({"hashicorp/aws", "hashicorp/google", "terraform.io/builtin/terraform"})
_NOT_BELOW: Final = ", not with the literal path of a file that is rendered below `${path.module}`"
_BY_NAME: Final = re.compile(r"\.(?:tf|tofu)(?:test|mock|query|stack|component|deploy|migrate)\.(?:hcl|json)$")
"""Files with blocks of other languages: `init` loads the modules and providers that tests name."""
_DRAWN: Final = "sensitive(uuid())"
"""A secret that is drawn once, as the whole of an argument: shipped modules have it, and may be held as they are."""
_IN_FOLDER: Final = r"(?:/(?!\.)[\w@+=,. -]+)+"
_FILE: Final = re.compile(rf'"(?:\$\{{ *path\.module *\}}({_IN_FOLDER})|\.\./(modules/[\w-]+{_IN_FOLDER}))"', re.ASCII)
"""A file in the folder of the text, or in a module's folder seen from a stack's."""
_PATTERN: Final = re.compile(r'"(?![./]|[^"]*\.\.)[\w*?{},@+=./ -]+"', re.ASCII)
_OF_PROVIDER: Final = frozenset({"source", "version", "configuration_aliases"})
_ASKING: Final = frozenset({"custom_header_replica"})
"""Shipped modules that read a secret of a name of somebody's choice."""
_DRAWS: Final = "aws_secretsmanager_random_password"  # the one ephemeral resource that reads nothing


class Program(Struct, frozen=True):
    """Something that runs, or brings code along: where (below the environment's folder), its address, what it does."""

    path: str
    address: str
    said: str
    line: int = 1
    column: int = 1
    provider: str = ""
    """The provider that it uses, by name or source, if that is all: `[providers.required]` allows it, too."""
    is_read: bool = False  # whether it only reads
    is_told: bool = False
    """Whether another error says more of it in a hand-written file: a module in a folder (G020), what belongs to the
    stack's shell (G012), another state (G013); to allow it would not help there."""

    @property
    def name(self) -> str:
        return f"{self.path.rpartition('/')[0]}/{self.address}"


def programs(files: Iterable[tuple[str, str]], tree: Mapping[str, str] | None = None) -> Iterator[Program]:
    """`tree` has all files there: only these can be read. Without it, that is not looked at."""
    for path, text in files:
        name = path.rpartition("/")[2]
        if path.endswith(".json") or _BY_NAME.search(path):
            what = "JSON" if path.endswith(".json") else "not configuration"
            yield Program(path, name, f"is {what}, which infragen does not check for programs")
        elif problem := syntax_error(text):
            said = f"cannot be read ({problem[0]}), so it is unknown what it runs"
            yield Program(path, name, said, *problem[1:])
        else:
            index = Index(text)
            yield from (program for block in index.blocks for program in _in_block(path, index, block))
            yield from _reading(path, index, tree)


def reading_imported(files: Iterable[tuple[str, str]], imported: Collection[str]) -> Iterator[Program]:
    """Find what a plan would show of objects that are yet to be imported: people can have put secrets into any."""
    for path, text in files:
        index = Index(text)
        for top in index.blocks:
            named = ((block, one) for block in top.walk() for one in block.arguments.values())
            arguments = (one for block, one in named if not _only_orders(block, one.name, top))
            for argument, read in ((one, reference) for one in arguments for reference in one.references):
                steps = top.address.split(".") if read.root == "self" else [read.root]
                kind, name, *attribute = (*steps, *read.names, "", "")
                if f"{kind}.{name}" in imported and not NAMING.fullmatch(attribute[0]):
                    address = argument.address if top.kind == "locals" else top.address
                    said = f"reads content of {kind}.{name}, which is yet to be imported: the plan would show it"
                    yield Program(path, address, said, *index.place(read.start), is_read=True)


def _only_orders(block: Block, name: str, top: Block) -> bool:
    if block is top:
        return (name == "depends_on" and top.kind != "locals") or (name == "provider" and top.kind in OF_PROVIDERS)
    return block.kind == "lifecycle" and name == "replace_triggered_by"


def refused(
    found: Iterable[Program], system: str, settings: ProjectSettings, place: Callable[[Program], Location]
) -> Iterator[Diagnostic]:
    required = settings.providers.required
    allowed = {*required, *(one.source.removeprefix(_REGISTRY) for one in required.values())} - {""}
    for program in found:
        name = f"{system}/{program.name}"
        only_reads = program.address.startswith(("local.", "output."))  # they run nothing
        named = settings.programs.allow if program.is_read is only_reads else ()
        word, also = ("reads", settings.programs.reads) if program.is_read else ("allow", ())
        if name not in (*named, *also) and program.provider not in allowed:
            is_content = program.said == _CONTENT
            message = f"{program.address} {program.said}"
            if not program.is_read and not is_content:
                message += ", with the credentials of whoever plans or applies the stack"
            instead = "use one of those, write the id" if is_content else "remove it"
            hint = f'{instead}, or allow it in infragen.toml: `[programs]`, `{word} = ["{name}"]`'
            if program.provider and "/" not in program.provider:
                row = f'{program.provider} = {{source = "...", version = "..."}}'
                hint = f"remove it, or name the provider in infragen.toml: `[providers.required]`, `{row}`"
            yield Diagnostic("G015", message, place(program), hint=hint)


def _in_block(path: str, index: Index, block: Block) -> Iterator[Program]:
    is_folder = block.kind == "module" and block.source.startswith((".", "/"))
    is_told = is_folder or belongs_to_shell(block) is not None or block.labels[:1] == ("terraform_remote_state",)
    found = list(_said(path, block))
    for at, address, said, provider in found:
        yield Program(path, address, said, *index.place(at.start), provider, is_told=is_told)
    if not found and (provider := _provider_of(block)) not in _PROVIDERS:
        said = f"uses the provider {provider}, which can read files and call servers and programs"
        yield Program(path, block.address, said, *index.place(block.start), provider)
    if block.kind == "check":
        yield from (program for nested in block.blocks for program in _in_block(path, index, nested))


def _provider_of(block: Block) -> str:
    if block.kind not in OF_PROVIDERS:
        return "terraform"
    named = block.arguments["provider"].tokens if "provider" in block.arguments else ()
    return named[0].strip('"') if named else block.labels[0].partition("_")[0]


def _reading(path: str, index: Index, tree: Mapping[str, str] | None) -> Iterator[Program]:
    folder = path.rpartition("/")[0]
    for top in index.blocks:
        for block in top.walk():
            for argument in block.arguments.values():
                address = argument.address if top.kind == "locals" else top.address
                is_file = top.kind in OF_PROVIDERS and argument.name in _WORDS["naming"]
                if is_file and top.labels[0] != "aws_s3_object_copy" and not _is_named(argument.tokens, folder, tree):
                    said = f"names a file by `{argument.name}`{_NOT_BELOW}"
                    yield Program(path, address, said, *index.place(argument.start), is_read=True)
                if "".join(argument.tokens) == _DRAWN:
                    continue
                for call in _calls(index.text, argument.value_start, argument.end):
                    provider = call.name.split("::")[1] if call.name.startswith("provider::") else ""
                    if provider not in _PROVIDERS and (said := _read_by(call, folder, tree)):
                        place = index.place(call.start)
                        yield Program(path, address, f"calls `{call.name}`{said}", *place, provider, is_read=True)


def _calls(text: str, start: int, end: int) -> Sequence[Call]:
    if text.find("(", start, end) < 0:
        return ()
    reader = Reader(text)
    reader.read(start, end)
    return reader.calls


def _read_by(call: Call, folder: str, tree: Mapping[str, str] | None) -> str:
    name, first = call.name.removeprefix("core::"), call.arguments[0] if call.arguments else ()
    if name in _WORDS["computing"]:
        return ""
    if name == "nonsensitive":
        return ": what is marked as sensitive would be shown"
    if name not in _WORDS["reading"]:
        return ", which is not among the functions that only compute"
    if name == "fileset":
        pattern = "".join(call.arguments[-1]) if call.arguments else ""
        is_below = first == ("path", ".", "module") or _is_named(first, folder, None)
        return "" if is_below and _PATTERN.fullmatch(pattern) else _NOT_BELOW
    if first == ("null",) or not _is_named(first, folder, tree):
        return _NOT_BELOW
    if name == "templatefile" and tree is not None and not _is_plain_template(tree[_path(first, folder)]):
        return " on a template that reads files itself, or that cannot be read"
    return ""


def _is_plain_template(text: str) -> bool:
    word = f"E{sha256(text.encode()).hexdigest()}"
    document = f"<<{word}\n{text}\n{word}\n"
    with suppress(UnreadableError):
        calls = _calls(document, 0, len(document))
        return all(call.name.removeprefix("core::") in _WORDS["computing"] for call in calls)
    return False


def _is_named(value: Sequence[str], folder: str, tree: Mapping[str, str] | None) -> bool:
    """Whether a value is the literal path of a file that infragen writes into the module's folder, or none."""
    path = _path(value, folder)
    return value == ("null",) or (path != "" and (tree is None or path in tree))


def _path(value: Sequence[str], folder: str) -> str:
    found = _FILE.fullmatch("".join(value))
    return (found[2] or f"{folder}{found[1]}") if found else ""


def belongs_to_shell(block: Block) -> tuple[str, str] | None:
    if block.kind == "provider" and block.labels == ("aws",) and "alias" not in block.arguments:
        return "the provider is set by the environment's file", "add an `alias`, and name it: `provider = aws.<alias>`"
    if block.kind == "terraform":
        hint = "remove it; name providers in infragen.toml: `[providers.required]`, `x = {source = ..., version = ...}`"
        return "the backend and the provider versions are infragen's", hint
    if block.kind == "import":
        return "`infragen import` records and renders it", "remove the block"
    return None


def _said(path: str, block: Block) -> Iterator[tuple[Block, str, str, str]]:
    for said in (_run_by(block), _set_up(block)):
        if said is not None:
            yield block, block.address, said, ""
    if block.kind == "module" and "source" in block.arguments and not _is_ours(block.arguments["source"], path):
        yield block, block.address, f"loads code from {block.arguments['source'].value}", ""
    for one in block.walk():
        if one.kind in {"provisioner", "connection"}:
            yield one, block.address, f"runs a program ({' '.join(one.labels or (one.kind,))})", ""
    for nested in block.blocks if block.kind == "terraform" else ():
        for source in _sources(nested):
            yield block, source, f'loads code from "{source}"', source
        if said := _in_terraform(nested):
            yield nested, nested.kind, said, ""


def _run_by(block: Block) -> str | None:
    kind = "".join(block.labels[:1])
    listed = _LOOKED_UP.get(kind.partition("_")[0])
    if listed and block.kind == "data" and kind not in listed:
        return _RUNNING.get((block.kind, kind), _CONTENT)
    if listed and block.kind == "ephemeral" and kind != _DRAWS:
        return _RUNNING.get((block.kind, kind), "reads a secret, which errors may quote")
    if block.kind == "module" and block.module in _ASKING:
        return "reads the secret that it is given the name of"
    if block.kind == "import":
        return "imports an object, beside those that `infragen import` records"
    return _RUNNING.get((block.kind, kind))


def _sources(required: Block) -> Iterator[str]:
    named = required.arguments if required.kind == "required_providers" else {}
    for name, provider in named.items():
        source = (provider.items or {}).get("source")
        found = f"hashicorp/{name}" if source is None else str(source.plain).removeprefix(_REGISTRY)
        if found not in _SOURCES and _is_provider(provider):
            yield found


def _is_ours(source: Argument, path: str) -> bool:
    """Whether a module's files are looked at like those that call it: infragen reads no leftover."""
    found = (_BESIDE if path.startswith("modules/") else _OURS).fullmatch(str(source.plain))
    return found is not None and not is_leftover(found[1])


def _in_terraform(block: Block) -> str | None:
    if block.kind == "required_providers" and not all(map(_is_provider, block.arguments.values())):
        return "names a provider whose source cannot be determined"
    return "decides where the state is kept: another's would be read, and changed" if block.kind == "backend" else None


def _set_up(block: Block) -> str | None:
    kind, names = block.kind, block.labels
    if kind == "provider" and names != ("aws",):
        return "configures a provider other than AWS"
    if kind == "data" and names[:1] == ("terraform_remote_state",):
        return "reads a state, whose outputs lose their marks"
    own = {*block.arguments, *(one.kind for one in block.blocks)}  # those of a `dynamic` block are not told
    unknown = own - _SETTINGS.get(kind, own)
    return f"sets credentials, programs or endpoints: {', '.join(sorted(unknown))}" if unknown else None


def _is_provider(value: Argument) -> bool:
    return isinstance(value.plain, str) or (value.items is not None and value.items.keys() <= _OF_PROVIDER)

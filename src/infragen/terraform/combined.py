"""All stacks of an environment as one Terraform root, for one honest plan.

Each stack's body becomes a module: its files without the shell (`backend.tf`, `providers.tf`, `imports.tf`), its
`upstream.tf` replaced by variables that the root fills from the outputs of the other modules, or from those that a
stack which is not in the root has in its state. Values are therefore known, pending, or "(known after apply)", and
never invented. There is a variable for each output that is read, and the body reads it itself: through one local value
for all of them, what reads one output would wait for whatever is behind any of the others.

A module is labelled with its stack's identifier: `module.data_sales.module.order.aws_rds_cluster.this` is
`module.order.aws_rds_cluster.this` of the stack `data-sales`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from msgspec.json import decode, encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from infragen.stacks.model import Stack
    from infragen.terraform.states import StateOutput

__all__ = [
    "SHELL",
    "CombinedRoot",
    "body_of",
    "by_folder",
    "combined_root",
    "combined_tree",
    "outputs_read",
    "stack_of",
]

IMPORTS: Final = "imports.tf"
SHELL: Final = frozenset({"backend.tf", "providers.tf", IMPORTS})
"""The files of a stack that are not its body; `upstream.tf` is replaced instead, `imports.tf` stands in the root."""

UPSTREAM: Final = "upstream.tf"
MODULES: Final = "modules/"

HEADER: Final = "# Written by infragen for one plan of every stack together. Never applied.\n"

OFFLINE: Final = """\
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
"""
"""With these arguments the AWS provider plans without asking AWS who it is."""

_PROVIDER: Final = re.compile(r'^provider\s+"([\w-]+)"\s*\{(?:\s*\}|[ \t]*\n(.*?)^\})', re.MULTILINE | re.DOTALL)
_OUTPUT: Final = re.compile(
    r'^[ \t]*output\s+"([\w-]+)"\s*\{(?:[ \t]*\n(.*?)^\}|([^\n]*)\}[ \t]*$)', re.MULTILINE | re.DOTALL
)
_ALIAS: Final = re.compile(r'^\s*alias\s*=\s*"([\w-]+)"', re.MULTILINE)
_SENSITIVE: Final = re.compile(r"^\s*sensitive\s*=\s*true\b", re.MULTILINE)
_IDENTIFIER: Final = re.compile(r"[A-Za-z_][\w-]*")
_ACROSS_LINES: Final = re.compile(r"<<|(?:^|\s)/\*", re.MULTILINE)
"""Where text may go on in another line: a heredoc, a comment."""
_QUOTE: Final = re.compile(r'(?<!\\)(?:\\\\)*"')


@dataclass(frozen=True, slots=True)
class _Provider:
    """A provider configuration of a stack's shell: whose, and the arguments that change a plan, as HCL."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class CombinedRoot:
    """The combined root: `files` by path, and `values`, the JSON of its variables, which holds outputs of states.

    `outputs` maps the root's outputs to the stack and the output that each stands for. It is also the `Placing` of a
    state that is merged for this root.
    """

    files: Mapping[str, str]
    values: bytes = field(repr=False)
    outputs: Mapping[str, tuple[str, str]]
    _names: Mapping[tuple[str, str], str] = field(repr=False)
    _aliases: Mapping[tuple[str, str], str | None] = field(repr=False)
    _own: Mapping[str, frozenset[tuple[str, str | None]]] = field(repr=False)

    def output(self, label: str, name: str) -> str | None:
        """Return the root's name of a stack's output, or None where the root has none for it."""
        return self._names.get((label, name))

    def provider(self, label: str, source: str, alias: str | None) -> str:
        """Return the address of a provider configuration that the stack's root had."""
        name = source.rpartition("/")[2]
        if (name, alias) in self._own.get(label, ()):  # configured in the body, hence in the module
            return _provider_address(source, alias, f"module.{label}.")
        return _provider_address(source, alias or self._aliases.get((label, name)))


def combined_tree(tree: Mapping[str, str], stacks: Sequence[Stack], *, offline: bool = True) -> dict[str, str]:
    """Return the files of the combined root of `stacks`, nothing of which is applied."""
    return dict(combined_root(tree, stacks, offline=offline).files)


def combined_root(
    tree: Mapping[str, str],
    stacks: Sequence[Stack],
    *,
    offline: bool = False,
    given: Mapping[str, Mapping[str, StateOutput]] | None = None,
) -> CombinedRoot:
    """Return the combined root of `stacks`.

    `tree` maps `<stack>/<file>` and `modules/<module>/<file>` to their texts, as rendered for the environment; `given`
    has the outputs of stacks that stay out of the root, as their states have them. `offline` adds the provider
    arguments that keep it from calling AWS, leaves out what is to be imported, and publishes no outputs.
    """
    folders = by_folder(tree)
    bodies = {stack.name: body_of(folders.get(stack.name, {})) for stack in stacks}
    files = {path: text for path, text in tree.items() if path.startswith(MODULES)}
    wiring = _Wiring({stack.name for stack in stacks}, given or {})
    wires = {stack.name: wiring.of(stack, tuple(bodies[stack.name].values())) for stack in stacks}
    for stack in stacks:
        wired = _wired(bodies[stack.name], wires[stack.name])
        files.update((f"{stack.name}/{path}", text) for path, text in wired.items())
    shells = {stack.name: _shell(folders.get(stack.name, {}), offline=offline) for stack in stacks}
    aliases = _aliases(provider for shell in shells.values() for provider in shell)
    modules = [
        _module_block(stack, [wire.inputs for wire in wires[stack.name]], _handed(shells[stack.name], aliases))
        for stack in stacks
    ]
    files["main.tf"] = "\n".join([HEADER, *(_provider_block(one, alias) for one, alias in aliases.items()), *modules])
    files.update(wiring.files())
    imports = [] if offline else [text for stack in stacks if (text := _imports(folders.get(stack.name, {}), stack))]
    if imports:
        files[IMPORTS] = HEADER + "".join(imports)
    outputs = {} if offline else {one.root_name: one for one in _published(stacks, bodies, wiring)}
    if outputs:
        files["outputs.tf"] = "\n".join([HEADER, *(one.block for one in outputs.values())])
    return CombinedRoot(
        files,
        wiring.values(),
        {name: (one.stack.name, one.name) for name, one in outputs.items()},
        {(one.stack.identifier, one.name): name for name, one in outputs.items()},
        {(stack.identifier, one.name): aliases[one] for stack in stacks for one in shells[stack.name]},
        {stack.identifier: _own_providers(bodies[stack.name].values()) for stack in stacks},
    )


def stack_of(address: str, stacks: Sequence[Stack]) -> tuple[Stack, str] | None:
    """Return the stack that an address of the combined root belongs to, and the address within that stack."""
    match = re.match(r"module\.([\w-]+)\.(.+)", address, re.DOTALL)
    if match is None:
        return None
    return next(((stack, match[2]) for stack in stacks if stack.identifier == match[1]), None)


def by_folder(tree: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the files below each top-level folder of a tree, by their paths there."""
    folders: dict[str, dict[str, str]] = defaultdict(dict)
    for path, text in tree.items():
        folder, _, rest = path.partition("/")
        folders[folder][rest] = text
    return folders


def body_of(files: Mapping[str, str]) -> dict[str, str]:
    """Return the files of a stack's folder that are its body."""
    return {path: text for path, text in files.items() if path not in SHELL and path != UPSTREAM}


def outputs_read(upstream: str, body: Iterable[str]) -> tuple[str, ...] | None:
    """Return the outputs of an upstream that a body reads by name, or None where it takes all of them."""
    label = _identifier(upstream)
    pattern = re.compile(rf"\blocal\.{label}\b(?:\.([A-Za-z_][\w-]*))?")
    read = {match[1] for text in body if f"local.{label}" in text for match in pattern.finditer(text)}
    return None if None in read else tuple(sorted(read))


@dataclass(frozen=True, slots=True)
class _Wire:
    """What a stack reads of one upstream: `values` are HCL by output, None where it takes all of them.

    `whole` is then the HCL of all, None where nothing gives it.
    """

    label: str
    values: Mapping[str, str] | None
    whole: str | None = None

    @property
    def variables(self) -> Mapping[str, str]:
        """The stack's own variable for each output."""
        return {name: f"{self.label}__{name}" for name in self.values or ()}

    @property
    def inputs(self) -> str:
        """The arguments of the stack's module."""
        if self.values is None:
            return f"  {self.label} = {self.whole}\n" if self.whole else ""
        return "".join(f"  {self.variables[name]} = {value}\n" for name, value in self.values.items())

    def declared(self, body: Iterable[str]) -> str:
        """Return the variables, and the local value that the stack was written for, where its body still reads it."""
        names = [self.label] if self.values is None else self.variables.values()
        blocks = "".join(f'\nvariable "{name}" {{\n  type = any\n}}\n' for name in names)
        if not any(re.search(rf"\blocal\.{self.label}\b", text) for text in body):
            return blocks
        fields = {name: f"var.{variable}" for name, variable in self.variables.items()}
        value = f"var.{self.label}" if self.values is None else _object(fields)
        return f"{blocks}\nlocals {{\n  {self.label} = {value}\n}}\n"


class _Wiring:
    """Fills what a stack reads of its upstreams: from their modules, or from what is given."""

    def __init__(self, inside: set[str], given: Mapping[str, Mapping[str, StateOutput]]) -> None:
        self._inside = inside
        self._given = given
        self._used: dict[str, StateOutput] = {}

    def of(self, stack: Stack, body: Sequence[str]) -> list[_Wire]:
        """Return what a stack reads, a wire for each upstream."""
        return [self._wire(name, body) for name in stack.upstreams]

    def values(self) -> bytes:
        """Return the root's variables as JSON."""
        return encode({name: output.value for name, output in self._used.items()}) if self._used else b""

    def files(self) -> dict[str, str]:
        """Return the file that declares the root's variables, if there are any."""
        blocks = [_variable(name, output) for name, output in sorted(self._used.items())]
        return {"variables.tf": "\n".join([HEADER, *blocks])} if blocks else {}

    def reads_secrets(self, stack: Stack, body: Iterable[str], secret: Mapping[str, frozenset[str]]) -> bool:
        """Say whether a body is handed something sensitive; `secret` has such outputs of the modules so far."""
        texts = tuple(body)
        for name in stack.upstreams:
            hidden = {one for one, output in self._given.get(name, {}).items() if output.sensitive}
            hidden.update(secret.get(name, ()))
            read = outputs_read(name, texts) if hidden else ()
            if read is None or hidden.intersection(read):
                return True
        return False

    def _wire(self, upstream: str, body: Sequence[str]) -> _Wire:
        """Return what is handed over of an upstream: nothing but what is read, by name.

        Handing over the whole module would tie everything in the one to everything in the other; terraform took 2.3
        times as long for TechNova's production.
        """
        label = _identifier(upstream)
        read = outputs_read(upstream, body)
        if upstream in self._inside:
            values = None if read is None else {name: f"module.{label}.{name}" for name in read}
            return _Wire(label, values, f"module.{label}")
        if upstream not in self._given:
            return _Wire(label, None if read is None or read else {})
        outputs = self._given[upstream]
        names = {name: f"{label}__{name}" for name in (outputs if read is None else read) if name in outputs}
        self._used.update((variable, outputs[name]) for name, variable in names.items())
        given = {name: f"var.{variable}" for name, variable in names.items()}
        return _Wire(label, None, _object(given)) if read is None else _Wire(label, given)


@dataclass(frozen=True, slots=True)
class _Output:
    """An output of a stack, published by the root under a name of its own, so that the plan says how it changes."""

    stack: Stack
    name: str
    is_sensitive: bool

    @property
    def root_name(self) -> str:
        return f"{self.stack.identifier}__{self.name}"

    @property
    def block(self) -> str:
        sensitive = "  sensitive = true\n" if self.is_sensitive else ""
        return f'output "{self.root_name}" {{\n  value = module.{self.stack.identifier}.{self.name}\n{sensitive}}}\n'


def _published(stacks: Sequence[Stack], bodies: Mapping[str, Mapping[str, str]], wiring: _Wiring) -> Iterator[_Output]:
    """Return every output of the stacks (given upstreams first).

    What reads something sensitive may publish it; a deployed stack forgets that it is (`terraform_remote_state` does),
    a module does not, and terraform refuses an output of the root that is sensitive and does not say so.
    """
    secret: dict[str, frozenset[str]] = {}
    for stack in stacks:
        body = bodies[stack.name]
        declared = {
            match[1]: bool(_SENSITIVE.search(match[2] or match[3] or ""))
            for path, text in body.items()
            if path.endswith(".tf")
            for match in _OUTPUT.finditer(text)
        }
        reads = wiring.reads_secrets(stack, body.values(), secret)
        secret[stack.name] = frozenset(name for name, is_sensitive in declared.items() if is_sensitive or reads)
        for name in sorted(declared):
            yield _Output(stack, name, name in secret[stack.name])


def _imports(files: Mapping[str, str], stack: Stack) -> str:
    """Return a stack's import blocks as the root has them; the provider asks AWS about each, so never when offline."""
    text = files.get(IMPORTS, "")
    return re.sub(r"^([ \t]*to\s*=\s*)", rf"\1module.{stack.identifier}.", text, flags=re.MULTILINE)


def _wired(body: Mapping[str, str], wires: Sequence[_Wire]) -> dict[str, str]:
    """Return the files of a stack's module: its body, and the variables that replace its reading of applied states."""
    variables = {wire.label: wire.variables for wire in wires}
    files = {path: _reading_variables(text, variables) if path.endswith(".tf") else text for path, text in body.items()}
    declared = "".join(wire.declared(files.values()) for wire in wires)
    return {**files, UPSTREAM: HEADER + declared} if wires else files


def _reading_variables(text: str, variables: Mapping[str, Mapping[str, str]]) -> str:
    """Return a body's file with `local.<upstream>.<output>` replaced by the variable of that output.

    Only where that is beyond doubt an expression; what is left reads the local value, which is the same.
    """
    if _ACROSS_LINES.search(text) or not any(f"local.{label}." in text for label in variables):
        return text
    lines = text.split("\n")
    if any(len(_QUOTE.findall(line)) % 2 for line in lines):  # an interpolation over several lines
        return text
    labels = "|".join(map(re.escape, variables))
    pattern = re.compile(rf"(?<![\w.-])local\.({labels})\.([A-Za-z_][\w-]*)")

    def variable(match: re.Match[str]) -> str:
        name = variables[match[1]].get(match[2])
        return f"var.{name}" if name and _is_expression(match.string[: match.start()]) else match[0]

    return "\n".join(pattern.sub(variable, line) if "local." in line else line for line in lines)


def _is_expression(before: str) -> bool:
    """Say whether what follows this part of a line is an expression, and not the text of a string."""
    if len(_QUOTE.findall(before)) % 2 == 0:
        return True
    opened = max(before.rfind("${"), before.rfind("%{"))
    return opened > 0 and before[opened - 1] not in "$%" and not set('}"').intersection(before[opened:])


def _object(fields: Mapping[str, str]) -> str:
    """Return an object as HCL, to stand in an argument of a block."""
    return "{\n" + "".join(f"    {name} = {value}\n" for name, value in fields.items()) + "  }"


def _variable(name: str, output: StateOutput) -> str:
    sensitive = "  sensitive = true\n" if output.sensitive else ""
    return f'variable "{name}" {{\n  type = {_type(decode(output.type)) or "any"}\n{sensitive}}}\n'


def _type(kind: Any) -> str | None:
    """Return a type of a state as HCL, or None where HCL has no words for it (an attribute named `a/b`)."""
    match kind:
        case "string" | "number" | "bool":
            return str(kind)
        case "dynamic":
            return "any"
        case ["list" | "set" | "map" as collection, element]:
            inner = _type(element)
            return inner and f"{collection}({inner})"
        case ["tuple", elements]:
            parts = [_type(element) for element in elements]
            return None if None in parts else f"tuple([{', '.join(map(str, parts))}])"
        case ["object", attributes, *_]:
            fields = {name: _type(element) for name, element in attributes.items()}
            if None in fields.values() or not all(map(_IDENTIFIER.fullmatch, fields)):
                return None
            return f"object({{ {', '.join(f'{name} = {element}' for name, element in fields.items())} }})"
    return None


def _shell(files: Mapping[str, str], *, offline: bool) -> tuple[_Provider, ...]:
    """Return the provider configurations of a stack's shell, its aliases left out: no body could use them."""
    text = files.get("providers.tf", "")
    if offline:
        found = _offline_provider(text)
        return () if found is None else (found,)
    blocks = ((name, arguments or "") for name, arguments in _PROVIDER.findall(text))
    return tuple(_Provider(name, arguments) for name, arguments in blocks if not _ALIAS.search(arguments))


@lru_cache(maxsize=64)
def _offline_provider(text: str) -> _Provider | None:
    """Return what of the AWS provider's configuration changes a plan: its region and its default tags."""
    if 'provider "aws"' not in text:
        return None
    import hcl2

    for block in hcl2.loads(text)["provider"]:
        arguments: dict[str, Any] | None = block.get('"aws"')
        if arguments is not None:
            tags = [pair for group in arguments.get("default_tags", []) for pair in group.get("tags", {}).items()]
            return _Provider("aws", _region_and_tags(str(arguments.get("region", '""')), tags))
    return None


def _region_and_tags(region: str, tags: Sequence[tuple[str, object]]) -> str:
    lines = "".join(f"      {key} = {value}\n" for key, value in tags)
    block = f"\n  default_tags {{\n    tags = {{\n{lines}    }}\n  }}\n" if tags else ""
    return f"  region = {region}\n\n{OFFLINE}{block}"


def _aliases(providers: Iterable[_Provider]) -> dict[_Provider, str | None]:
    """Give every configuration but a provider's most common one an alias: each costs a process of its own."""
    aliases: dict[_Provider, str | None] = {}
    seen: Counter[str] = Counter()
    for provider, _ in Counter(providers).most_common():
        region = re.search(r'^\s*region\s*=\s*"([^"]+)"', provider.arguments, re.MULTILINE)
        place = _identifier(region[1]) if region else provider.name
        aliases[provider] = f"{place}_{seen[provider.name]}" if seen[provider.name] else None
        seen[provider.name] += 1
    return aliases


def _handed(shell: Iterable[_Provider], aliases: Mapping[_Provider, str | None]) -> dict[str, str]:
    """Return the providers that a stack's module must be handed, because they are not the root's usual ones."""
    return {one.name: f"{one.name}.{alias}" for one in shell if (alias := aliases[one])}


def _own_providers(body: Iterable[str]) -> frozenset[tuple[str, str | None]]:
    """Return name and alias of the providers that a body configures itself."""
    found = (match for text in body for match in _PROVIDER.finditer(text))
    return frozenset((match[1], alias[1] if (alias := _ALIAS.search(match[2] or "")) else None) for match in found)


def _provider_address(source: str, alias: str | None, module: str = "") -> str:
    return f'{module}provider["{source}"]' + (f".{alias}" if alias else "")


def _provider_block(provider: _Provider, alias: str | None) -> str:
    line = f'  alias  = "{alias}"\n' if alias else ""
    return f'provider "{provider.name}" {{\n{line}{provider.arguments}}}\n'


def _module_block(stack: Stack, inputs: Sequence[str], providers: Mapping[str, str]) -> str:
    parts = [f'  source = "./{stack.name}"\n']
    if providers:
        handed = ", ".join(f"{name} = {value}" for name, value in providers.items())
        parts.append(f"\n  providers = {{ {handed} }}\n")
    parts += [f"\n{text}" for text in inputs]
    return f'module "{stack.identifier}" {{\n' + "".join(parts) + "}\n"


def _identifier(name: str) -> str:
    """Return a name as an HCL identifier, the way `Stack.identifier` does."""
    return name.replace("-", "_")

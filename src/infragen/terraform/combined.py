"""All stacks of an environment as one Terraform root, for one honest plan.

Each stack's body becomes a module: its files without the shell (`backend.tf`, `providers.tf`, `imports.tf`), its
`upstream.tf` replaced by variables that the root fills from the outputs of the other modules. Values are therefore
known, pending, or "(known after apply)", and never invented. A module is labelled with its stack's identifier:
`module.data_sales.module.order.aws_rds_cluster.this` is `module.order.aws_rds_cluster.this` of the stack `data-sales`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from infragen.stacks.model import Stack

__all__ = ["SHELL", "combined_tree", "stack_of"]

IMPORTS = "imports.tf"
SHELL = frozenset({"backend.tf", "providers.tf", IMPORTS})
"""The files of a stack that are not its body; `upstream.tf` is replaced instead, `imports.tf` stands in the root."""

UPSTREAM = "upstream.tf"
MODULES = "modules/"

HEADER = "# Written by infragen for one plan of every stack together. Never applied.\n"

OFFLINE = """\
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
"""
"""With these arguments the AWS provider plans without asking AWS who it is."""


@dataclass(frozen=True, slots=True)
class _Provider:
    """What of a stack's provider configuration changes a plan: its region and its default tags, as HCL."""

    region: str
    tags: tuple[tuple[str, str], ...]


def combined_tree(tree: Mapping[str, str], stacks: Sequence[Stack], *, offline: bool = True) -> dict[str, str]:
    """Return the files of the combined root of `stacks`.

    `tree` maps `<stack>/<file>` and `modules/<module>/<file>` to their texts, as rendered for the environment.
    `offline` adds the provider arguments that keep it from calling AWS, and leaves out what is to be imported.
    """
    files = {path: text for path, text in tree.items() if path.startswith(MODULES)}
    providers: dict[str, _Provider] = {}
    for stack in stacks:
        files.update(_body(tree, stack))
        provider = _provider(tree.get(f"{stack.name}/providers.tf", ""))
        if provider is not None:
            providers[stack.name] = provider
    aliases = _aliases(providers)
    blocks = [_provider_block(provider, aliases[provider], offline=offline) for provider in aliases]
    names = {stack.name for stack in stacks}
    for stack in stacks:
        alias = aliases[providers[stack.name]] if stack.name in providers else None
        body = "".join(text for path, text in tree.items() if path.startswith(f"{stack.name}/"))
        inputs = [_input(name, body) for name in stack.upstreams if name in names]
        blocks.append(_module_block(stack, inputs, alias))
    files["main.tf"] = "\n".join([HEADER, *blocks])
    imports = [] if offline else [text for stack in stacks if (text := _imports(tree, stack))]
    if imports:
        files[IMPORTS] = HEADER + "".join(imports)
    return files


def stack_of(address: str, stacks: Sequence[Stack]) -> tuple[Stack, str] | None:
    """Return the stack that an address of the combined root belongs to, and the address within that stack."""
    match = re.match(r"module\.([\w-]+)\.(.+)", address, re.DOTALL)
    if match is None:
        return None
    return next(((stack, match[2]) for stack in stacks if stack.identifier == match[1]), None)


def _body(tree: Mapping[str, str], stack: Stack) -> Iterator[tuple[str, str]]:
    prefix = f"{stack.name}/"
    for path, text in tree.items():
        if path.startswith(prefix) and path.removeprefix(prefix) not in SHELL | {UPSTREAM}:
            yield path, text
    if stack.upstreams:
        yield prefix + UPSTREAM, HEADER + "".join(_upstream(name) for name in stack.upstreams)


def _imports(tree: Mapping[str, str], stack: Stack) -> str:
    """Return a stack's import blocks as the root has them; the provider asks AWS about each, so never when offline."""
    text = tree.get(f"{stack.name}/{IMPORTS}", "")
    return re.sub(r"^(  to\s*=\s*)", rf"\1module.{stack.identifier}.", text, flags=re.MULTILINE)


def _upstream(name: str) -> str:
    label = _identifier(name)
    return f"""
variable "{label}" {{
  description = "Outputs of the stack {name}."
  type        = any
}}

locals {{
  {label} = var.{label}
}}
"""


def _provider(text: str) -> _Provider | None:
    """Read the AWS provider's configuration in a stack's shell; every value stays the expression that it is."""
    if 'provider "aws"' not in text:
        return None
    import hcl2

    for block in hcl2.loads(text)["provider"]:
        arguments: dict[str, Any] | None = block.get('"aws"')
        if arguments is not None:
            tags = [pair for group in arguments.get("default_tags", []) for pair in group.get("tags", {}).items()]
            return _Provider(str(arguments.get("region", '""')), tuple((str(key), str(value)) for key, value in tags))
    return None


def _aliases(providers: Mapping[str, _Provider]) -> dict[_Provider, str | None]:
    """Give every provider configuration but the most common one an alias: each costs a process of its own."""
    ranked = [provider for provider, _ in Counter(providers.values()).most_common()]
    aliases: dict[_Provider, str | None] = {}
    for number, provider in enumerate(ranked):
        region = _identifier(provider.region.strip('"'))
        aliases[provider] = f"{region}_{number}" if number else None
    return aliases


def _provider_block(provider: _Provider, alias: str | None, *, offline: bool) -> str:
    parts = [f'  alias  = "{alias}"\n' if alias else "", f"  region = {provider.region}\n"]
    if offline:
        parts.append("\n" + OFFLINE)
    if provider.tags:
        tags = "".join(f"      {key} = {value}\n" for key, value in provider.tags)
        parts.append(f"\n  default_tags {{\n    tags = {{\n{tags}    }}\n  }}\n")
    return 'provider "aws" {\n' + "".join(parts) + "}\n"


def _module_block(stack: Stack, inputs: Sequence[str], alias: str | None) -> str:
    parts = [f'  source = "./{stack.name}"\n']
    if alias:
        parts.append(f"\n  providers = {{ aws = aws.{alias} }}\n")
    parts += [f"\n{text}" for text in inputs]
    return f'module "{stack.identifier}" {{\n' + "".join(parts) + "}\n"


def _input(upstream: str, body: str) -> str:
    """Return the argument that hands a stack the outputs it reads of another, by name.

    Handing over the whole module would tie everything in the one to everything in the other; terraform took 2.3 times
    as long for TechNova's production.
    """
    label = _identifier(upstream)
    whole = re.search(rf"\blocal\.{label}\b(?!\.[A-Za-z_])", body)
    if whole:
        return f"  {label} = module.{label}\n"
    read = sorted(set(re.findall(rf"\blocal\.{label}\.([\w-]+)", body)))
    return f"  {label} = {{\n" + "".join(f"    {name} = module.{label}.{name}\n" for name in read) + "  }\n"


def _identifier(name: str) -> str:
    """Return a name as an HCL identifier, the way `Stack.identifier` does."""
    return name.replace("-", "_")

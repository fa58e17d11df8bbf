"""Hand-written HCL that joins a stack: read from the catalogue, checked, and copied as it is."""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infragen.diagnostics import Diagnostic, InfragenError, Location, sort_diagnostics
from infragen.render.parsed import labels, nodes, text_of
from infragen.storage import entries, read_project_file, refuse_outside

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from lark import Token, Tree

__all__ = ["ExtraFile", "check_extras", "read_extras"]

COMPUTED_LOCALLY = frozenset(
    {
        "aws_arn",
        "aws_billing_service_account",
        "aws_cloudfront_log_delivery_canonical_user_id",
        "aws_cloudtrail_service_account",
        "aws_cloudwatch_log_data_protection_policy_document",
        "aws_default_tags",
        "aws_ecr_lifecycle_policy_document",
        "aws_elastic_beanstalk_hosted_zone",
        "aws_elb_hosted_zone_id",
        "aws_elb_service_account",
        "aws_iam_policy_document",
        "aws_lb_hosted_zone_id",
        "aws_partition",
        "aws_redshift_service_account",
        "aws_region",
        "aws_sagemaker_prebuilt_ecr_image",
        "aws_service",
        "aws_service_principal",
    }
)
"""Data sources of the AWS provider that call nobody: each was planned with fake keys and no network (5.100)."""

_SHELL_BLOCKS = {
    "provider": "the provider is set by the environment's file",
    "terraform": "the backend and the provider versions are infragen's",
    "import": "`infragen import` writes it down and renders it",
}
_NAMED_BLOCKS = {
    "module": "module.",
    "resource": "",
    "data": "data.",
    "ephemeral": "ephemeral.",
    "output": "output.",
    "variable": "var.",
    "check": "check.",
    "local": "local.",
}
_RENDERED_BLOCK = re.compile(rf'^({"|".join(_NAMED_BLOCKS)}) "([^"]+)"(?: "([^"]+)")? \{{', re.MULTILINE)
_RENDERED_LOCALS = re.compile(r"^locals \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_RENDERED_LOCAL = re.compile(r"^  ([\w-]+) +=", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ExtraFile:
    """One hand-written file: the stack that it joins, its name without suffix, where it was read, and what it says."""

    stack: str
    name: str
    source: str
    text: str

    @property
    def path(self) -> str:
        """Where the copy goes, relative to the environment's folder."""
        return f"{self.stack}/extra_{self.name}.tf"


@dataclass(frozen=True, slots=True)
class _Block:
    """A block of HCL: its kind, its labels and where it starts."""

    kind: str
    labels: tuple[str, ...]
    location: Location

    @property
    def address(self) -> str | None:
        """What makes it unique in a stack; None for a block that may stand there twice."""
        prefix = _NAMED_BLOCKS.get(self.kind)
        return None if prefix is None else prefix + ".".join(self.labels)


def read_extras(folder: Path, shown: str) -> tuple[ExtraFile, ...]:
    """Return the files `<stack>/*.tf` below `folder`, sorted; messages and headers show them below `shown`.

    Raises InfragenError G010 for what cannot be read as UTF-8 text, S006 for a folder that cannot.
    """
    project = Path(os.fspath(folder).removesuffix(shown))
    return tuple(
        _read(project, Path(entry.path), f"{shown}/{stack.name}/{entry.name}")
        for stack in entries(folder, shown)
        for entry in entries(Path(stack.path), f"{shown}/{stack.name}")
        if entry.name.endswith(".tf")
    )


def _read(project: Path, path: Path, source: str) -> ExtraFile:
    refuse_outside(project, path)
    try:
        return ExtraFile(path.parent.name, path.stem, source, read_project_file(project, path).decode())
    except UnicodeDecodeError:
        problem = "this is not UTF-8 text"
    except OSError as error:
        problem = f"this cannot be read: {error.strerror}"
    raise InfragenError(Diagnostic("G010", problem, Location(source)))


def check_extras(
    extras: Sequence[ExtraFile], files: Mapping[str, str], stacks: Collection[str]
) -> tuple[Diagnostic, ...]:
    """Return what is wrong with hand-written files beside the rendered `files` (text by path), sorted.

    G010 HCL that cannot be read; G011 an address that the stack has already; G012 a block that belongs to the stack's
    shell; G013 a data source that calls AWS, so that nothing could be planned without credentials; G014 a stack that
    the environment does not have.
    """
    problems: list[Diagnostic] = []
    for stack in sorted({extra.stack for extra in extras}):
        joining = [extra for extra in extras if extra.stack == stack]
        if stack in stacks:
            problems += _check_stack(joining, _declared(files, stack))
        else:
            problems += [_no_such_stack(extra, stacks) for extra in joining]
    return sort_diagnostics(problems)


def _check_stack(extras: Iterable[ExtraFile], declared: dict[str, str]) -> Iterator[Diagnostic]:
    for extra in extras:
        try:
            blocks = list(_blocks(extra))
        except InfragenError as error:
            yield from error.diagnostics
            continue
        for block in blocks:
            yield from _check_block(block)
            address = block.address
            if address in declared:
                message = f"{address} is declared twice in the stack {extra.stack}: also in {declared[address]}"
                yield Diagnostic("G011", message, block.location, hint="give this one another name")
            elif address:
                declared[address] = str(block.location)


def _check_block(block: _Block) -> Iterator[Diagnostic]:
    if block.kind in _SHELL_BLOCKS:
        message = f"a `{block.kind}` block does not belong in a hand-written file: {_SHELL_BLOCKS[block.kind]}"
        yield Diagnostic("G012", message, block.location, hint="remove the block")
    kind = block.labels[0] if block.kind == "data" and block.labels else ""
    if (kind.startswith("aws_") and kind not in COMPUTED_LOCALLY) or kind == "terraform_remote_state":
        yield Diagnostic(
            "G013",
            f"the data source {kind} calls AWS, so the stack could not be planned without credentials",
            block.location,
            hint="write the value down, or use another stack's output: `local.<stack>.<output>`",
        )


def _no_such_stack(extra: ExtraFile, stacks: Collection[str]) -> Diagnostic:
    close = difflib.get_close_matches(extra.stack, stacks, n=1)
    return Diagnostic(
        "G014",
        f"there is no stack {extra.stack} that this file could join",
        Location(extra.source),
        hint=f"did you mean {close[0]}?"
        if close
        else f"the folder names the stack, one of: {', '.join(sorted(stacks))}",
    )


def _declared(files: Mapping[str, str], stack: str) -> dict[str, str]:
    """Return what a rendered stack declares, each with its file; reading rendered text needs no parser."""
    declared = {}
    for path, text in files.items():
        if path.startswith(f"{stack}/") and path.endswith(".tf"):
            for kind, first, second in _RENDERED_BLOCK.findall(text):
                declared[f"{_NAMED_BLOCKS[kind]}{first}{'.' if second else ''}{second}"] = path
            for body in _RENDERED_LOCALS.findall(text):
                declared.update((f"local.{name}", path) for name in _RENDERED_LOCAL.findall(body))
    return declared


def _blocks(extra: ExtraFile) -> Iterator[_Block]:
    """Yield the blocks of a file, those inside a `check` too, and each local value as a block of its own."""
    import hcl2
    from lark.exceptions import LarkError, UnexpectedInput

    try:
        tree = hcl2.parses_to_tree(extra.text)
    except LarkError as error:
        line, column = (error.line, error.column) if isinstance(error, UnexpectedInput) else (1, 1)
        location = Location(extra.source, max(line, 1), max(column, 1))
        found = str(getattr(error, "token", "")).strip()
        message = f"`{found.splitlines()[0]}` is not expected here" if found else "the file ends inside a block"
        raise InfragenError(Diagnostic("G010", message, location, hint="`terraform fmt` says more")) from error
    yield from _blocks_of_body(tree.children[0], extra.source)


def _blocks_of_body(body: Tree[Token], source: str) -> Iterator[_Block]:
    for node in nodes(body, "block"):
        block = _block(node, source)
        yield block
        for inner in nodes(node, "body"):
            if block.kind == "check":
                yield from _blocks_of_body(inner, source)
            if block.kind == "locals":
                yield from (_local(attribute, source) for attribute in nodes(inner, "attribute"))


def _block(node: Tree[Token], source: str) -> _Block:
    words = labels(node)
    return _Block(words[0], tuple(words[1:]), Location(source, node.meta.line, node.meta.column))


def _local(attribute: Tree[Token], source: str) -> _Block:
    name = text_of(attribute.children[0])
    return _Block("local", (name,), Location(source, attribute.meta.line, attribute.meta.column))

"""What hand-written files read: everything they name must be there, and nothing may wait for itself.

Terraform would say so as well, in the words of the generated tree, and only where it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from msgspec import Struct

from infragen.diagnostics import Diagnostic, Location
from infragen.diagnostics.hints import did_you_mean, nearest
from infragen.hcl.index import Argument, Block, Index, Traversal
from infragen.render.extra_files import ExtraFile
from infragen.stacks.shell import CONTEXT

_ELSEWHERE: Final = frozenset({"each", "count", "self", "path", "terraform"})  # roots of what is no object of the stack
_OF_FORMER: Final = frozenset({"moved", "removed", "import"})  # blocks that name what was, or is elsewhere
_NO_READING: Final = frozenset({"ignore_changes", "provider", "providers", "type"})
"""Arguments whose names are attributes, providers or types."""


class Known(Struct, frozen=True):
    """What the hand-written files of a stack may name.

    `texts` are the files of its folder, theirs included; `published` has what each other stack publishes or can
    publish, by the local value that it is read as; `module` returns the texts of a module's files, none where there is
    no such module.
    """

    stack: str
    own: str  # what other stacks read it as
    texts: Sequence[str]
    published: Mapping[str, frozenset[str]]
    module: Callable[[str], tuple[str, ...]]
    calls: Mapping[tuple[str, str], tuple[str, str]]
    """The generated calls of every stack, by the stack's local value and the label: the module, and whose it is."""


KEPT_ONCE: Final = {
    "aws_api_gateway_rest_api_policy": "rest_api_id",
    "aws_appautoscaling_target": "resource_id",
    "aws_ecr_lifecycle_policy": "repository",
    "aws_ecs_cluster_capacity_providers": "cluster_name",
    "aws_s3_bucket_cors_configuration": "bucket",
    "aws_s3_bucket_lifecycle_configuration": "bucket",
    "aws_s3_bucket_ownership_controls": "bucket",
    "aws_s3_bucket_policy": "bucket",
    "aws_s3_bucket_public_access_block": "bucket",
    "aws_s3_bucket_server_side_encryption_configuration": "bucket",
    "aws_s3_bucket_versioning": "bucket",
    "aws_sns_topic_policy": "arn",
    "aws_sqs_queue_policy": "queue_url",
    "aws_sqs_queue_redrive_allow_policy": "queue_url",
    "aws_wafv2_web_acl_association": "resource_arn",
    "aws_wafv2_web_acl_logging_configuration": "resource_arn",
}
"""What AWS keeps one of for what an argument names: writing a second replaces the first (each service's API: Put...,
Set..., Register... of the same thing)."""


def check_references(extras: Sequence[ExtraFile], known: Known) -> Iterator[Diagnostic]:
    """G020 for what is not there, G021 for circles, G025 for a second of one thing: the first 50 of a file."""
    graph = Graph(known.texts, known.module)
    problems = [problem for extra in extras for problem in islice(_Reader(extra, known, graph).problems(), 50)]
    yield from problems
    if not problems:
        seen: set[frozenset[str]] = set()
        done: set[str] = set()
        for extra in extras:
            index = Index(extra.text)
            for address, one in index.declared.items():
                circle = graph.circle(address, done)
                if not circle or frozenset(circle) in seen:
                    continue
                seen.add(frozenset(circle))
                at = circle.index(address) if address in circle else 0
                first, *others = [*circle[at:], *circle[:at], circle[at]]
                message = f"this depends on itself: {first} reads {', which reads '.join(others)}"
                hint = (
                    "remove one of these references; a name or an ARN known in advance can be written as text, with "
                    "local.account and local.region"
                )
                yield Diagnostic("G021", message, Location(extra.source, *index.place(one.start)), hint=hint)


class Graph:
    """What is declared in a folder of Terraform, and what each of it needs; of a module, each output for itself."""

    def __init__(self, texts: Sequence[str], module: Callable[[str], tuple[str, ...]]) -> None:
        self.declared: dict[str, Block | Argument] = {}
        for text in texts:
            index = Index(text)
            self.declared |= index.declared
            for check in (one for one in index.blocks if one.kind == "check"):
                self.declared |= {one.address: one for one in check.blocks}
        self._module = module
        self._modules: dict[str, Graph] = {}

    def outputs(self, call: str) -> frozenset[str] | None:
        if (graph := self._called(call)) is None:
            return None
        return frozenset(name.partition(".")[2] for name in graph.declared if name.startswith("output."))

    def has(self, module: str, kind: str, argument: str, output: str) -> bool:
        about = self._of(module).needs(f"output.{output}").keys()
        return not about.isdisjoint(self._named(module, kind, argument))

    def given(self, module: str, kind: str, argument: str) -> set[str]:
        return {one.partition(".")[2] for one in self._named(module, kind, argument) if one.startswith("var.")}

    def _named(self, module: str, kind: str, argument: str) -> set[str]:
        graph = self._of(module)
        named = (block for address, block in graph.declared.items() if address.startswith(f"{kind}."))
        given = (block.arguments.get(argument) for block in named if not isinstance(block, Argument))
        nodes = (graph.node(one) for found in given if found for one in found.references)
        return {node for node in nodes if node is not None}

    def needs(self, node: str) -> dict[str, None]:
        found: dict[str, None] = {}
        for _, argument in self._arguments(node):
            for one in argument.references:
                if (needed := self.node(one)) is not None and needed != node:
                    found[needed] = None
        return found

    def node(self, found: Traversal) -> str | None:
        if found.root == "module" and found.names:
            return ".".join(("module", *found.names[:2]))
        if found.root == "var" and found.names:
            return f"var.{found.names[0]}"
        address = address_of(found)
        return address if address in self.declared else None

    def closure(self, node: str) -> set[str]:
        found: set[str] = set()
        waiting = [node]
        while waiting:
            fresh = self.needs(waiting.pop()).keys() - found
            found |= fresh
            waiting += fresh
        return found

    def circle(self, start: str, done: set[str] | None = None) -> list[str]:
        """Put each node before what it needs; those that were looked at are added to `done`."""
        done = set() if done is None else done
        way: dict[str, None] = {start: None}
        waiting = [(start, iter(self.needs(start)))]
        while waiting:
            node, rest = waiting[-1]
            needed = next(rest, None)
            if needed is None:
                waiting.pop()
                way.popitem()
                done.add(node)
            elif needed in way:
                done.update(way)
                return list(way)[list(way).index(needed) :]
            elif needed not in done:
                way[needed] = None
                waiting.append((needed, iter(self.needs(needed))))
        return []

    def _arguments(self, node: str) -> Iterator[tuple[str, Argument]]:
        if node.startswith("module."):
            label, _, output = node.removeprefix("module.").partition(".")
            call = self.declared.get(f"module.{label}")
            if call is None or isinstance(call, Argument):
                return
            graph = self._called(label)
            wanted = None
            if graph is not None and f"output.{output}" in graph.declared:
                wanted = {one.partition(".")[2] for one in graph.closure(f"output.{output}") if one.startswith("var.")}
            for name, argument in call.arguments.items():
                if wanted is None or name in wanted or name in {"depends_on", "count", "for_each"}:
                    yield name, argument
            return
        found = self.declared.get(node)
        if isinstance(found, Argument):
            yield found.name, found
        elif found is not None:
            for block in found.walk():
                yield from ((name, one) for name, one in block.arguments.items() if name not in _NO_READING)

    def _called(self, label: str) -> Graph | None:
        call = self.declared.get(f"module.{label}")
        if call is None or isinstance(call, Argument) or not call.module:
            return None
        graph = self._of(call.module)
        return graph if graph.declared else None

    def _of(self, module: str) -> Graph:
        if module not in self._modules:
            self._modules[module] = Graph(self._module(module), self._module)
        return self._modules[module]


def address_of(found: Traversal) -> str:
    count = {"data": 2, "ephemeral": 2}.get(found.root, 1)
    return ".".join((found.root, *found.names[:count]))


class _Reader(Struct, frozen=True):
    extra: ExtraFile
    known: Known
    graph: Graph

    def problems(self) -> Iterator[Diagnostic]:
        index = Index(self.extra.text)
        for block in index.blocks:
            if block.kind == "variable" and "default" not in block.arguments:
                yield self._said(index, block.start, f"nothing sets {block.address}", _NO_VARIABLES)
            if block.kind == "module" and (wrong := self._called(block)):
                yield self._said(index, block.arguments["source"].value_start, *wrong)
            if block.kind in _OF_FORMER:
                continue
            if second := self._second(block):
                yield self._said(index, block.start, *second, code="G025")
            for inner in block.walk():
                for name, argument in inner.arguments.items():
                    for found in argument.references if name not in _NO_READING else ():
                        if said := self._wrong(found):
                            yield self._said(index, found.start, *said)

    def _said(self, index: Index, at: int, message: str, hint: str | None, code: str = "G020") -> Diagnostic:
        return Diagnostic(code, message, Location(self.extra.source, *index.place(at)), hint=hint)

    def _called(self, call: Block) -> tuple[str, str] | None:
        if not call.source.startswith((".", "/")):
            return None
        if call.module and call.source.startswith("../") and self.known.module(call.module):
            return None
        name = call.source.rstrip("/").rpartition("/")[2]
        message = f"there is no module in {call.source}, seen from the stack's folder"
        return message, f'write it in `templates/modules/{name}/`, and call it with `source = "../modules/{name}"`'

    def _second(self, block: Block) -> tuple[str, str] | None:
        kind = block.labels[0] if block.kind == "resource" and block.labels else ""
        argument = block.arguments.get(KEPT_ONCE.get(kind, ""))
        for found in argument.references if argument is not None else ():
            for call, module, owner, output in self._generated(found):
                has_it = self.graph.has(module, kind, KEPT_ONCE[kind], output)
                if has_it or any(self._is_given(one, kind, found) for one in self.graph.declared.values()):
                    message = (
                        f"infragen makes the {kind} of {call} already, and AWS keeps only one: the last apply wins"
                    )
                    return message, f"`infragen eject {owner}` makes its files yours, so that you can add to them"
        return None

    def _is_given(self, call: Block | Argument, kind: str, found: Traversal) -> bool:
        if isinstance(call, Argument) or (self.known.own, call.address.removeprefix("module.")) not in self.known.calls:
            return False
        given = self.graph.given(call.module, kind, KEPT_ONCE[kind])
        read = (one for name in given if name in call.arguments for one in call.arguments[name].references)
        return any((one.root, one.names[:1]) == (found.root, found.names[:1]) for one in read)

    def _generated(self, found: Traversal) -> Iterator[tuple[str, str, str, str]]:
        if found.root not in {"module", "local"} or len(found.names) < 2:
            return
        first, second, *_ = found.names
        for (stack, label), (module, owner) in self.known.calls.items():
            if found.root == "module" and (stack, label) == (self.known.own, first):
                yield f"module.{label}", module, owner, second
            elif found.root == "local" and stack == first and second.startswith(f"{label}_"):
                yield f"module.{label} in {stack}", module, owner, second.removeprefix(f"{label}_")

    def _wrong(self, found: Traversal) -> tuple[str, str | None] | None:
        if not found.names or found.root in _ELSEWHERE:
            return None
        if found.root == "local":
            return self._local(found)
        if found.root == "module":
            return self._module(found)
        address = address_of(found)
        if address in self.graph.declared:
            return None
        if found.root == "var":
            return f"{address} is declared nowhere", _NO_VARIABLES
        hint = did_you_mean(address, self.graph.declared)
        other = "if another stack has it, publish it there with an `output` block, and read `local.<stack>.<output>`"
        return f"{address} is declared nowhere in the stack {self.known.stack}", hint or other

    def _local(self, found: Traversal) -> tuple[str, str | None] | None:
        name = found.names[0]
        if name not in self.known.published and (name in CONTEXT or f"local.{name}" in self.graph.declared):
            return None
        if name == self.known.own:
            return f"local.{name} is this stack itself", self._own(found)
        if name not in self.known.published:
            locals_ = [one for one in self.graph.declared if one.startswith("local.")]
            readable = [*locals_, *(f"local.{one}" for one in (*CONTEXT, *self.known.published))]
            hint = did_you_mean(f"local.{name}", readable)
            message = f"local.{name} is declared nowhere in the stack {self.known.stack}"
            return message, hint or f"known are {', '.join(sorted({*readable}))}"
        outputs = self.known.published[name]
        if len(found.names) > 1 and found.names[1] in outputs:
            return None
        if len(found.names) == 1:
            one = min(outputs, default="...")
            return f"local.{name} is a whole stack", f"name one of its outputs: local.{name}.{one}"
        message = f"the stack that local.{name} is publishes no {found.names[1]}"
        return message, nearest(found.names[1], outputs, f"local.{name} has")

    def _own(self, found: Traversal) -> str:
        output = ".".join(found.names[1:2])
        for call in (one for one in self.graph.declared if one.startswith("module.")):
            label = call.removeprefix("module.")
            if output.removeprefix(f"{label}_") in (self.graph.outputs(label) or ()):
                return f"write `{call}.{output.removeprefix(f'{label}_')}`"
        return "read its modules and resources as they are: `module.service_web.arn`"

    def _module(self, found: Traversal) -> tuple[str, str | None] | None:
        call = f"module.{found.names[0]}"
        if call not in self.graph.declared:
            calls = [one for one in self.graph.declared if one.startswith("module.")]
            message = f"{call} is declared nowhere in the stack {self.known.stack}"
            return message, self._in_another_stack(found) or nearest(call, calls, "its modules")
        outputs = self.graph.outputs(found.names[0])
        if outputs is None or len(found.names) == 1 or found.names[1] in outputs:
            return None
        return f"{call} has no output {found.names[1]}", nearest(found.names[1], outputs, f"{call} has")

    def _in_another_stack(self, found: Traversal) -> str | None:
        label, *attribute = found.names[:2]
        for stack, outputs in sorted(self.known.published.items()):
            if having := sorted(one for one in outputs if one.startswith(f"{label}_")):
                wanted = f"{label}_{''.join(attribute)}"
                name = wanted if wanted in outputs else having[0]
                return f"another stack has it: write `local.{stack}.{name}`"
        return None


_KNOWN_TO_ALL: Final = ", ".join(f"local.{one}" for one in CONTEXT)
_NO_VARIABLES: Final = f"write a local value, or read what every hand-written file knows: {_KNOWN_TO_ALL}"

"""Modules that an environment holds: rendered as they are in its folder, whatever the templates give by now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from infragen.core.resolved_system import Environment
from infragen.diagnostics import Diagnostic, Location, Severity
from infragen.diagnostics.hints import nearest
from infragen.hcl.expressions import evaluated
from infragen.hcl.folders import Folders
from infragen.hcl.functions import Functions
from infragen.hcl.header import made_from
from infragen.hcl.index import META_ARGUMENTS, Block
from infragen.hcl.later import Later, UnevaluatedError
from infragen.render.render import Held, render_modules
from infragen.render.templates import Templates
from infragen.text import changed_lines, counted

_RELEASE: Final = "remove `holds.{}`: the calls changed together with the module, and each fits only the other"


class HeldBack(Struct, frozen=True):
    """A held module, and how many lines of what the templates give by now are not in it, and the other way round."""

    module: str
    until: str
    why: str
    added: int
    removed: int

    def __str__(self) -> str:
        lines = "nothing"
        if self.added or self.removed:
            lines = f"{counted(self.added + self.removed, 'line')} (+{self.added} -{self.removed})"
        return f"holds {self.module} until {self.until}, and holds back {lines}: {self.why}"


def held_of(environment: Environment, committed: Mapping[str, str]) -> Held:
    found: dict[str, dict[str, str]] = {}
    for path, text in committed.items():
        folder, _, rest = path.removeprefix("modules/").partition("/")
        is_ours = path.startswith("modules/") and path.endswith((".tf", ".py", ".zip")) and "/" not in rest
        is_own = is_ours and made_from(text)
        if folder in environment.settings.holds and is_own:
            found.setdefault(folder, {})[path] = text
    return found


def held_back(environment: Environment, templates: Templates, held: Held) -> tuple[HeldBack, ...]:
    found = []
    for module, files in held.items():
        hold = environment.settings.holds[module]
        after = _of_templates(environment, templates, module)
        added = removed = 0
        for path in {**files, **after}:
            lines = changed_lines(files.get(path, "").split("\n"), after.get(path, "").split("\n"), 0)
            added += sum(line.startswith("+") for line in lines)
            removed += sum(line.startswith("-") for line in lines)
        found.append(HeldBack(module, hold.until, hold.why, added, removed))
    return tuple(found)


def needless(environment: Environment, found: Iterable[HeldBack]) -> Iterator[Diagnostic]:
    for one in found:
        if not one.added and not one.removed:
            message = f"{one.module} is held, but does not differ from the templates"
            hint = f"remove `holds.{one.module}`, or leave it until the template changes"
            yield Diagnostic("G029", message, _place(environment, one.module), Severity.WARNING, hint)


def check_holds(
    environment: Environment, templates: Templates, held: Held, files: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """G026 and G027 for what cannot be held, G028 for calls but those that `gone` tells of."""
    folders = Folders(files)
    called = {call.module for folder in folders.names for call in folders.calls(folder)}
    for module in environment.settings.holds:
        if module not in called:
            is_known = module in held or templates.names(f"modules/{module}", ".tf")
            what = f"{environment.target} calls no module {module}" if is_known else f"there is no module {module}"
            hint = f"remove `holds.{module}`" if is_known else nearest(module, called, "it calls")
            yield Diagnostic("G026", f"{what} to hold", _place(environment, module), hint=hint)
        elif module not in held:
            folder = f"generated/{environment.system.name}/{environment.name}/modules/{module}/"
            message = f"there is nothing of {module} to hold: no file in {folder}"
            anew = f"remove `holds.{module}` until `infragen render {environment.target}` has written it"
            hint = f"`git restore {folder}` has it back; if it was never there, {anew}"
            yield Diagnostic("G027", message, _place(environment, module), hint=hint)
    # Calls of held modules, and what these call; equal ones in one.
    interfaces: dict[str, Interface] = {}
    found: dict[tuple[str, str, str], list[str]] = {}
    for folder in folders.names:
        caller = folder.removeprefix("modules/") if folder.startswith("modules/") else ""
        calls = [call for call in folders.calls(folder) if call.module in held or caller in held]
        read = folders.outputs_read(folder) if calls else {}
        for call in calls:
            if call.module not in interfaces:
                interfaces[call.module] = Interface(folders.blocks(f"modules/{call.module}"))
            for what in interfaces[call.module].misfits(call, read.get(call.address, ())):
                holding = call.module if call.module in held else caller
                found.setdefault((holding, call.module, what), []).append(f"{call.address} in {folder}")
    for (holding, module, what), calls_ in found.items():
        who = f"{calls_[0]} does not"
        if len(calls_) > 1:
            who = f"{calls_[0]} and {counted(len(calls_) - 1, 'more call')} do not"
        of = "it" if holding == module else f"{module} of the templates"
        hint = _RELEASE if holding == module else f"hold {module} too, or remove `holds.{{}}`"
        yield _misfit(environment, holding, f"{who} fit {of}: it {what}", hint)


def gone(environment: Environment, templates: Templates, held: Held) -> Iterator[Diagnostic]:
    for module, files in held.items():
        calls = Folders(files).calls(f"modules/{module}")
        for name in sorted({call.module for call in calls} - held.keys()):
            if not templates.names(f"modules/{name}", ".tf"):
                message = f"{module} is held and calls the module {name}, which the templates no longer have"
                hint = f"hold {name} too, or remove `holds.{module}`"
                yield Diagnostic("G028", message, _place(environment, module), hint=hint)


def no_output(environment: Environment, call: str, module: str, output: str) -> Diagnostic:
    return _misfit(environment, module, f"{call} does not fit it: it has no output `{output}`", _RELEASE)


def _misfit(environment: Environment, holding: str, what: str, hint: str) -> Diagnostic:
    place = _place(environment, holding)
    return Diagnostic("G028", f"{holding} is held, and {what}", place, hint=hint.format(holding))


def _of_templates(environment: Environment, templates: Templates, module: str) -> Mapping[str, str]:
    if not templates.names(f"modules/{module}", ".tf"):
        return {}
    made = render_modules(templates, [module], {"environment": environment.settings})
    return {path: text for path, text in made.items() if path.startswith(f"modules/{module}/")}


def _place(environment: Environment, module: str) -> Location:
    return environment.at("environment", "holds", module, key=True)


class _Type(Struct, frozen=True):
    attributes: Mapping[str, _Type] | None = None
    element: _Type | None = None
    is_optional: bool = False


_ANY: Final = _Type()
_CONSTRUCTORS: Final = Functions(
    {
        "list": lambda of: _Type(element=of),
        "map": lambda of: _Type(element=of),
        "object": lambda attributes: _Type(attributes=attributes),
        "optional": lambda of, default=None: replace(of, is_optional=True),  # noqa: ARG005  # Terraform's own
        "set": lambda of: _Type(element=of),
        "tuple": lambda types: _ANY,  # noqa: ARG005  # elements of their own types, which are told by their place
    }
)


class Interface:
    """The variables and outputs of a module, given the blocks of its files."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        named = [block for block in blocks if block.labels]
        self._variables = {block.labels[0]: block for block in named if block.kind == "variable"}
        self._outputs = frozenset(block.labels[0] for block in named if block.kind == "output")

    def misfits(self, call: Block, read: Iterable[str]) -> Iterator[str]:
        """Attributes of objects count as far as the call writes them: Terraform would drop one that the type lacks."""
        given = {name: one for name, one in call.arguments.items() if name not in META_ARGUMENTS}
        for name in sorted(given.keys() - self._variables.keys()):
            yield f"takes no argument `{name}`"
        for name, variable in self._variables.items():
            if name in given:
                found: object = None
                if "type" in variable.arguments:
                    with suppress(UnevaluatedError):
                        found = evaluated(variable.arguments["type"].value, lambda _: _ANY, _CONSTRUCTORS)
                kind = found if isinstance(found, _Type) else _ANY
                yield from dict.fromkeys(_differences(kind, _value(given[name].value), name))
            elif "default" not in variable.arguments:
                yield f"needs the argument `{name}`, which is not given"
        for name in sorted({*read} - self._outputs):
            yield f"has no output `{name}`"


def _value(expression: str) -> object:
    with suppress(UnevaluatedError):
        return evaluated(expression, lambda name: Later(name, ""))
    return None


def _differences(type_: _Type, value: object, path: str) -> Iterator[str]:
    if type_.element is not None:
        items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
        for item in items:
            yield from _differences(type_.element, item, f"{path}[*]")
    if type_.attributes is None or not isinstance(value, Mapping):
        return
    for name in sorted(value.keys() - type_.attributes.keys()):
        yield f"takes no attribute `{path}.{name}`"
    for name, inner in type_.attributes.items():
        if name in value:
            yield from _differences(inner, value[name], f"{path}.{name}")
        elif not inner.is_optional:
            yield f"needs the attribute `{path}.{name}`, which is not given"

"""An environment's parts to files: bodies first, then what follows from them, the order of stacks and their shells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from infragen.core.build_context import identifier
from infragen.core.expressions import Export, Label, Module, Reference
from infragen.core.part import Part, Provider
from infragen.core.resolved_system import Environment
from infragen.diagnostics import Diagnostic, InfragenError, Location, Severity, sort_diagnostics
from infragen.hcl.header import made_from
from infragen.hcl.index import Index
from infragen.render.extra_files import ExtraFile, check_extras, configuration_of, digest, providers_used
from infragen.render.extra_references import Known, check_references
from infragen.render.holds import check_holds, gone, held_back, needless, no_output
from infragen.render.published import published_by_hand, shown_in_plain, unpublished
from infragen.render.render import (
    Described,
    Held,
    calls_of,
    generated_calls,
    outputs_of,
    render_file,
    render_modules,
    with_header,
)
from infragen.render.templates import Templates
from infragen.render.writing import Writing
from infragen.stacks import shell
from infragen.stacks.build import Draft
from infragen.stacks.layout import is_stack, stack_names
from infragen.stacks.model import Stack, StackFile
from infragen.storage import SpooledTexts


def render_draft(
    templates: Templates,
    draft: Draft,
    extras: Sequence[ExtraFile] | None = None,
    warnings: list[Diagnostic] | None = None,
    held: Held | None = None,
) -> tuple[tuple[Stack, ...], SpooledTexts]:
    """Look up no outputs without `extras`, no hold without `held`. Raise one InfragenError with all that is wrong."""
    rendering = _Rendering(templates, draft, held)
    if extras is not None:
        rendering.look_up(extras)
    finished = rendering.finished(extras or ())
    if warnings is not None:
        warnings += rendering.warnings
    return finished


def bodies(templates: Templates, draft: Draft) -> dict[tuple[str, str], str]:
    return _Rendering(templates, draft).bodies()


class _Rendering:
    def __init__(self, templates: Templates, draft: Draft, held: Held | None = None) -> None:
        self._templates = templates
        templates.begin_anew()
        self._draft = draft
        self._looks_at_holds = held is not None
        self._held = held or {}
        self._modules_context = {"environment": draft.environment.settings}
        self._problems: list[Diagnostic] = []
        self.warnings: list[Diagnostic] = []
        self._files = SpooledTexts()
        self._calls: dict[str, dict[str, str]] = {}
        self._made: dict[str, list[StackFile]] = {}
        self._descriptions: dict[str, Mapping[str, Described]] = {}

    def look_up(self, extras: Sequence[ExtraFile]) -> None:
        wiring = self._draft.wiring
        wiring.by_hand = published_by_hand(extras)
        own = {extra.stack for extra in extras} - set(self._draft.stacks)
        wiring.only_by_hand = frozenset(name for name in own if is_stack(self._draft.environment, name))
        self._draft = replace(self._draft, stacks={**self._draft.stacks, **dict.fromkeys(wiring.only_by_hand, ())})
        unreadable = {extra.stack for extra in extras if Index(extra.text).problem is not None}
        self.warnings += shown_in_plain(self._draft.environment, wiring.by_hand)
        self._problems += unpublished(self._draft.environment, wiring.by_hand, self._draft.stacks, unreadable)

    def finished(self, extras: Sequence[ExtraFile]) -> tuple[tuple[Stack, ...], SpooledTexts]:
        self._write_bodies(extras)
        for extra in extras:
            self._place(extra)
        identifiers = {identifier(stack): stack for stack in self._draft.stacks}
        made = [(stack, f"{stack}/{one.path}", one) for stack, files in self._made.items() for one in files]
        parts = [each for each in made if each[1].endswith(".tf") and self._templates.own(each[2].template)]
        own = [(stack, self._files[path], one.source) for stack, path, one in parts if path in self._files]
        written = [(extra.stack, extra.text, extra.source) for extra in extras]
        for stack, text, source in (*own, *written):
            index = Index(text)
            for found in index.references:
                upstream = identifiers.get(found.names[0], stack) if found.root == "local" and found.names else stack
                if upstream != stack and len(found.names) > 1:
                    line = index.place(found.start) if (stack, text, source) in written else ()
                    self._read(stack, upstream, found.names[1], Location(source, *line))
        if self._problems:
            self._problems += self._wrong_by_hand(extras)
        self._raise()
        self._problems += gone(self._draft.environment, self._templates, self._held)
        self._raise()
        stacks = tuple(self._stack(name, extras) for name in self._draft.wiring.order())
        try:
            wanted = (module for stack in stacks for module in stack.modules)
            self._files.update(render_modules(self._templates, wanted, self._modules_context, self._held))
        except InfragenError as error:
            self._problems += error.diagnostics
        self._problems += self._wrong_by_hand(extras)
        by_hand = {extra.path: with_header(extra.path, extra.text, extra.source) for extra in extras}
        environment = self._draft.environment
        if self._looks_at_holds and environment.settings.holds and not self._problems:
            self._problems += check_holds(environment, self._templates, self._held, {**self._files, **by_hand})
            self.warnings += needless(environment, held_back(environment, self._templates, self._held))
        self._raise()
        self._files.update(by_hand)
        self._files.sort()
        return stacks, self._files

    def _write_bodies(self, extras: Sequence[ExtraFile] = ()) -> None:
        known = len(self._problems)
        for stack, parts in self._draft.stacks.items():
            made: dict[str, StackFile] = {}
            owners: dict[str, str] = {}
            for part in parts:
                path = f"{stack}/{part.path}"
                if owners.setdefault(path, part.owner) != part.owner:
                    self._problems.append(_collision(path, part))
                    continue
                entry = part.owner if "/" in part.owner else None
                context = context_of(part, self._draft.environment)
                file = StackFile(part.path, part.template, context, entry, part.source)
                text = self._text(path, part, file)
                if path in self._files:
                    text = f"{self._files[path].rstrip()}\n\n{text.partition(chr(10))[2].lstrip()}"
                self._files[path] = text
                made.setdefault(part.path, file.rendered())
            self._made[stack] = list(made.values())
        if len(self._problems) > known:
            self._problems += check_extras(extras, self._files, self._stacks_by_hand())
            self._raise()

    def bodies(self) -> dict[tuple[str, str], str]:
        self._write_bodies()
        made = ((stack, file.path) for stack, files in self._made.items() for file in files)
        return {one: self._files["/".join(one)] for one in made}

    def _place(self, extra: ExtraFile) -> None:
        """Let an ejected file stand where its entry's was made; G022 where there is none, G023 where that changed."""
        if extra.ejected is not None:
            owner, known = extra.ejected
            path = f"{extra.name}.tf"
            made = self._made.get(extra.stack, [])
            at = next((at for at, one in enumerate(made) if (one.path, one.entry) == (path, owner)), None)
            if at is None:
                self._problems.append(_no_place(extra, owner, self._draft.environment))
                return
            text = self._files.pop(f"{extra.stack}/{path}")
            made[at] = replace(made[at], source=extra.source)
            now = digest(text[(made_from(text) or ("", 0))[1] :])
            if now != known:
                message = f"infragen would now generate something else for {owner}, but this file replaces it"
                hint = f"make the same change here, then write ({now}) into the first line"
                hint += "; or delete the file to have it generated"
                self.warnings.append(Diagnostic("G023", message, Location(extra.source), Severity.WARNING, hint))
            for label, _ in calls_of(text):
                self._calls[extra.stack].pop(label, None)
        self._calls.setdefault(extra.stack, {}).update(calls_of(extra.text))

    def _read(self, stack: str, upstream: str, name: str, place: Location) -> None:
        wiring = self._draft.wiring
        if name in wiring.outputs.get(upstream, ()):
            wiring.written(stack, upstream, None, name, place)
            return
        for label, module in self._calls.get(upstream, {}).items():
            attribute = name.removeprefix(f"{label}_")
            if attribute != name and attribute in (self._described(module) if module else ()):
                export = Export(Module(place.file, upstream, Label(label)), attribute)
                wiring.written(stack, upstream, export, name, place)
                return
        wiring.written(stack, upstream, None, name, place)

    def _raise(self) -> None:
        if self._problems:
            raise InfragenError(*sort_diagnostics(self._problems))

    def _text(self, path: str, part: Part, file: StackFile) -> str:
        writing = Writing(self._draft.wiring, part)
        try:
            text = render_file(self._templates, path, file, writing.resolved)
        except InfragenError as error:
            self._problems += error.diagnostics
            return ""
        if writing.labels:
            moved = shell.moved(self._draft.environment, writing.labels)
            text = f"{text.rstrip()}\n\n{self._templates.render(moved.template, moved.context)}"
        self._calls.setdefault(path.partition("/")[0], {}).update(generated_calls(text))
        return text

    def _stacks_by_hand(self) -> set[str]:
        return {*self._draft.stacks, *stack_names(self._draft.environment)}

    def _wrong_by_hand(self, extras: Sequence[ExtraFile]) -> Iterator[Diagnostic]:
        found = check_extras(extras, self._files, self._stacks_by_hand())
        yield from found
        wrong = {problem.location.file for problem in found if problem.location is not None}
        generated = {
            (identifier(stack), label): (module, file.entry)
            for stack, made in (self._made if extras else {}).items()
            for file in made
            for label, module in calls_of(self._files.get(f"{stack}/{file.path}", ""))
            if file.entry is not None
        }
        for stack in sorted({extra.stack for extra in extras}):
            joining = [extra for extra in extras if extra.stack == stack]
            if any(extra.source in wrong for extra in joining):
                continue
            paths = configuration_of(self._files, stack)
            others = {identifier(one): one for one in self._draft.stacks if one != stack}
            texts = (*map(self._files.__getitem__, paths), *(extra.text for extra in joining))
            read = {label: self._readable(one) for label, one in others.items()}
            known = Known(stack, identifier(stack), texts, read, self._module_texts, generated)
            yield from check_references(joining, known)

    def _readable(self, stack: str) -> frozenset[str]:
        wiring = self._draft.wiring
        named = {*wiring.outputs.get(stack, ()), *wiring.by_hand.get(stack, ())}
        for label, module in self._calls.get(stack, {}).items():
            if module:
                named |= {f"{label}_{attribute}" for attribute in self._described(module)}
        return frozenset(named)

    def _module_texts(self, module: str) -> tuple[str, ...]:
        if module in self._held:
            return tuple(self._held[module].values())
        names = self._templates.names(f"modules/{module}", ".tf") if module else ()
        return tuple(self._files.get(name) or self._templates.render(name, self._modules_context) for name in names)

    def _stack(self, name: str, extras: Sequence[ExtraFile]) -> Stack:
        environment, wiring = self._draft.environment, self._draft.wiring
        upstreams = wiring.upstreams(name)
        own = [Index(extra.text) for extra in extras if extra.stack == name]
        region, providers = self._draft.region(name), self._draft.providers(name)
        known = {one.name for one in providers}
        wanted = sorted(providers_used(own) & environment.providers.keys() - known)
        required = tuple(Provider(one, *environment.providers[one]) for one in wanted)
        shells = list(shell.files(environment, name, upstreams, region=region, providers=providers, by_hand=required))
        if name in wiring.outputs:
            shells.append(shell.outputs(environment, self._outputs(name)))
        read = {one.names[0] for index in own for one in index.references if one.root == "local" and one.names}
        read &= {*shell.CONTEXT} - {one.removeprefix("local.") for index in own for one in index.declared}
        if read := read - {identifier(stack) for stack in self._draft.stacks}:
            shells.append(shell.context(environment, region, read))
        for file in shells:
            path = f"{name}/{file.path}"
            if path in self._files:
                part = next(one for one in self._draft.stacks[name] if one.path == file.path)
                self._problems.append(_collision(path, part))
            self._files[path] = render_file(self._templates, path, file)
        made = self._made[name]
        called = set(self._calls.get(name, {}).values()) - {""}
        by_hand = {call.module for index in own for call in index.calls}
        called -= {module for module in by_hand if not self._module_texts(module)}  # told at its line (G020)
        return Stack(name, (*made, *(one.rendered() for one in shells)), upstreams, tuple(sorted(called)), region)

    def _outputs(self, stack: str) -> Iterator[shell.Output]:
        for name, published in self._draft.wiring.outputs[stack].items():
            export = published.export
            if name in self._draft.wiring.by_hand.get(stack, ()):
                continue  # a person's own file publishes it
            module = self._calls.get(stack, {}).get(export.module.label)
            described = self._described(module).get(export.attribute) if module else None
            if module == "":
                described = Described(f"{export.attribute} of a module from elsewhere.", is_sensitive=False)
            if described is None and published.reader is None:
                continue  # a person's own template has nothing to show there
            if described is None and module and module in self._held:
                call = f"module.{export.module.label} in {stack}"
                self._problems.append(no_output(self._draft.environment, call, module, export.attribute))
                continue
            if described is None:
                what = f"module.{export.module.label}" if module is None else f"the module {module}"
                reader = published.reader or export.module.owner
                message = f"{reader} reads {export.attribute} of {what}, which has no such output"
                self._problems.append(Diagnostic("G016", message, hint="add the output, or correct its name"))
                continue
            expression = Reference(f"module.{export.module.label}.{export.attribute}")
            text = f"{export.module.owner}: {described.description}"
            yield shell.Output(name, text, expression, described.is_sensitive)

    def _described(self, module: str) -> Mapping[str, Described]:
        if module not in self._descriptions:
            self._descriptions[module] = dict(one for text in self._module_texts(module) for one in outputs_of(text))
        return self._descriptions[module]


def context_of(part: Part, environment: Environment) -> Mapping[str, object]:
    tags = environment.settings.tags_of(part.owner)
    context: dict[str, object] = {"own": part.own, "settings": environment.settings, "tags": tags}
    kind, _, name = part.owner.partition("/")
    if name:
        entry = environment.entries[kind][name]
        context |= {"entry": entry, entry.SINGULAR: entry}
    return context


def _no_place(extra: ExtraFile, owner: str, environment: Environment) -> Diagnostic:
    message = f"this file replaces what infragen generates for {owner}, which has no {extra.stack}/{extra.name}.tf"
    if environment.find(owner) is None:
        kind, _, name = owner.partition("/")
        renamed = (one.name for one in environment.entries.get(kind, {}).values() if one.renamed_from == name)
        now = next((f"{kind}/{one}" for one in renamed), None)
        message = f"this file replaces what infragen generates for {owner}, which is not in {environment.target}"
        if now is not None:
            hint = f"eject {now} again with `infragen eject {now}`, copy your changes from here, and delete this file"
            return Diagnostic("G022", message, Location(extra.source), hint=hint)
    hint = "delete the file; or only its first line, to keep it in the stack like any other file"
    return Diagnostic("G022", message, Location(extra.source), hint=hint)


def _collision(path: str, part: Part) -> Diagnostic:
    message = f"{part.owner} needs the file {path}, and so does something else"
    return Diagnostic("G006", message, Location(part.source), hint="rename the entry")

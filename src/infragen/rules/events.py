"""Rules about events between services: what each looks like, and whether what was sent before is still taken."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from infragen.catalog.breaking_changes import Change, no_longer_taken
from infragen.catalog.json_schema import problems
from infragen.core.resolved_system import ResolvedSystem
from infragen.core.rule import At, Finding, Findings, rule
from infragen.diagnostics import InfragenError
from infragen.kinds.workloads.events import LARGEST, file_of, json_of, versions_of
from infragen.kinds.workloads.model import Service
from infragen.kinds.workloads.versions import by_number, major
from infragen.source import Document
from infragen.source.openapi import contract_in


@rule("G167", of=Service)
def _schema_unsound(service: Service, at: At, resolved: ResolvedSystem) -> Findings:
    for event, version in service.events.schemas.items():
        place = at("events", "schemas", event)
        if file_of(service.name, event, version) not in resolved.contracts:
            name = file_of(service.name, event, version)
            message = f"{at.owner} has no schema of its event {event} {version}"
            hint = f"write it in JSON Schema: `catalog/{resolved.system.name}/contracts/{name}.yaml`"
            yield Finding(message, place, hint)
        for one in versions_of(resolved, service.name, event):
            try:
                document = resolved.contracts[file_of(service.name, event, one)]()
            except InfragenError as error:
                for found in error.diagnostics:
                    yield Finding(found.message, found.location or place, found.hint)
                continue
            for problem in problems(document):
                yield Finding(problem.message, document.locate(problem.path), problem.hint)
            size = len(json_of(document))
            if size > LARGEST:
                message = f"the schema has {size:,} characters as JSON, of {LARGEST:,} that tasks are told"
                yield Finding(message, document.locate(), "describe less of it, or make several events of it")


@rule("G168", of=Service)
def _refuses(service: Service, at: At, resolved: ResolvedSystem) -> Findings:
    for event, old, new, document, changes in _steps(service, resolved):
        if major(old) == major(new) != "v0":
            for one in changes:
                message = (
                    f"{event} {new} of {at.owner} refuses events of {old}, which may still wait or be tried again:"
                    f" {one.subject} {one.said}"
                )
                hint = f"call the version {by_number(new)[0] + 1}.0.0, or take the change back"
                yield Finding(message, document.locate(one.path, key=True), hint)


@rule("G169", of=Service)
def _refuses_on_purpose(service: Service, at: At, resolved: ResolvedSystem) -> Findings:
    for event, old, new, document, changes in _steps(service, resolved):
        if changes and (major(old) != major(new) or major(new) == "v0"):
            said = "; ".join(f"{one.subject} {one.said}" for one in changes)
            message = f"{event} {new} of {at.owner} refuses events of {old}: {said}"
            hint = f"nothing to do if {at.owner} still takes what waits of {old}, or none does any more"
            yield Finding(message, document.locate(), hint)


def _steps(service: Service, resolved: ResolvedSystem) -> Iterator[tuple[str, str, str, Document, tuple[Change, ...]]]:
    for event in service.events.schemas:
        sound: list[tuple[str, Document]] = []
        for version in versions_of(resolved, service.name, event):
            try:
                document = resolved.contracts[file_of(service.name, event, version)]()
            except InfragenError:
                continue
            if not problems(document):
                sound.append((version, document))
        for (old, before), (new, after) in pairwise(sound):
            yield event, old, new, after, _changes(before.text, after.text)


@lru_cache(maxsize=64)
def _changes(before: str, after: str) -> tuple[Change, ...]:
    return tuple(no_longer_taken("the event", contract_in(before), contract_in(after)))

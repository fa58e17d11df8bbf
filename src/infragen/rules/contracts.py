"""Rules about versions of APIs and events: their contracts, what a new one breaks, when an old one may end."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from email.utils import parsedate_to_datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

from infragen.catalog.breaking_changes import Change, breaking_changes, no_longer_taken
from infragen.catalog.json_schema import problems as schema_problems
from infragen.core.rule import At, Environment, Finding, Findings, ResolvedSystem, rule
from infragen.diagnostics import InfragenError, Location
from infragen.kinds.gateways.model import Gateway
from infragen.kinds.gateways.validation import Validation, validation_of
from infragen.kinds.workloads.events import LARGEST, file_of, json_of, versions_of
from infragen.kinds.workloads.model import Server, Service
from infragen.kinds.workloads.versions import by_number, major, served
from infragen.source import Document
from infragen.source.openapi import Problem, contract_in, contract_of, problems
from infragen.text import counted

_NOTICE_MONTHS: Final = 6
"""From the deprecation of a version to its removal."""
_SHOWN: Final = 5


def _file(name: str, version: str) -> str:
    return f"{name}/v{version}"


def _document(
    resolved: ResolvedSystem, file: str, wrong: Callable[[Document], tuple[Problem, ...]] = problems
) -> Document | None:
    with suppress(InfragenError):  # another finding says so
        document = resolved.contracts[file]() if file in resolved.contracts else None
        return None if document is None or wrong(document) else document
    return None


@rule("G154", of=Server)
def _contract_unsound(server: Server, at: At, resolved: ResolvedSystem) -> Findings:
    for version in server.versions:
        name = _file(server.name, version)
        read = resolved.contracts.get(name)
        if read is None:
            message = f"{at.owner} has no contract of its version {version}"
            hint = f"write it in OpenAPI: `catalog/{resolved.system.name}/contracts/{name}.yaml`"
            yield Finding(message, at("versions", version, key=True), hint)
            continue
        try:
            document = read()
        except InfragenError as error:
            for one in error.diagnostics:
                yield Finding(one.message, one.location or at("versions", version, key=True), one.hint)
            continue
        for problem in problems(document):
            yield Finding(problem.message, document.locate(problem.path), problem.hint)


@rule("G155", of=Server)
def _another_version(server: Server, at: At, resolved: ResolvedSystem) -> Findings:
    for version in server.versions:
        document = _document(resolved, _file(server.name, version))
        said = contract_of(document).get("info", "version") if document is not None else None
        if document is not None and said is not None and said.value != version:
            message = f"the contract of version {version} of {at.owner} says that it is of {said.value!r}"
            hint = f"write `version: {version}`, or the contract of {version}"
            yield Finding(message, document.locate(("info", "version")), hint)


@rule("G156", of=Server)
def _breaks(server: Server, at: At, resolved: ResolvedSystem) -> Findings:
    for old, new, changes in _steps(server, resolved):
        if major(old) == major(new) != "v0":
            for message, location in changes:
                hint = f"call the version {by_number(new)[0] + 1}.0.0, or take the change back"
                yield Finding(f"{at.owner} {new} breaks callers of {old}: {message}", location, hint)


@rule("G157", of=Server)
def _breaks_on_purpose(server: Server, at: At, resolved: ResolvedSystem) -> Findings:
    for old, new, changes in _steps(server, resolved):
        if changes and (major(old) != major(new) or major(new) == "v0"):
            first = "; ".join(f"{message} (line {location.line})" for message, location in changes[:_SHOWN])
            more = f"; and {len(changes) - _SHOWN} more" if len(changes) > _SHOWN else ""
            message = f"{at.owner} {new} breaks callers of {old} in {counted(len(changes), 'way')}: {first}{more}"
            hint = "nothing to do; inform callers of it before they move"
            yield Finding(message, at("versions", new, key=True), hint)


def _steps(server: Server, resolved: ResolvedSystem) -> Iterator[tuple[str, str, list[tuple[str, Location]]]]:
    for old, new in pairwise(sorted(server.versions, key=by_number)):
        before, after = (_document(resolved, _file(server.name, version)) for version in (old, new))
        if before is not None and after is not None:
            found: dict[tuple[str, tuple[str | int, ...]], list[str]] = {}
            for one in _changes(before.text, after.text):
                found.setdefault((one.said, one.path), []).append(one.subject)
            changes = [
                (f"{of[0]} {said}{_elsewhere(of)}", after.locate(path, key=True)) for (said, path), of in found.items()
            ]
            yield old, new, changes


@lru_cache(maxsize=64)
def _changes(before: str, after: str) -> tuple[Change, ...]:
    return tuple(breaking_changes(contract_in(before), contract_in(after)))


def _elsewhere(places: list[Any]) -> str:
    others = len(dict.fromkeys(places)) - 1
    return f" (and in {counted(others, 'other place')})" if others else ""


@rule("G173")
def _without_contract(environment: Environment) -> Findings:
    servers = {owner: entry for owner, entry in environment.every() if isinstance(entry, Server)}
    with_one = [owner for owner, entry in servers.items() if entry.versions]
    without = [owner for owner in servers if owner not in with_one]
    if len(with_one) > 1 and without:  # one alone is a beginning
        message = (
            f"{len(without)} of {counted(len(servers), 'API')} have no contract, so that nothing sees a change which"
            f" breaks their callers: {', '.join(without)}"
        )
        hint = "add `versions` to each, or write in `notes` of the system which are left out, and why"
        yield Finding(message, environment.at(with_one[0], "versions", key=True), hint)


@rule("G158", of=Server)
def _too_early(server: Server, at: At) -> Findings:
    for version, one in server.versions.items():
        if one.removed is None:
            continue
        if one.deprecated is None:
            message = f"{at.owner} removes version {version} on {one.removed} without a word before"
            hint = f"write `deprecated: DAY`, {_NOTICE_MONTHS} months before that or earlier"
            yield Finding(message, at("versions", version, "removed"), hint)
            continue
        day = date.fromisoformat(one.deprecated)
        year, month = divmod(day.year * 12 + day.month - 1 + _NOTICE_MONTHS, 12)
        first = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
        if date.fromisoformat(one.removed) < first:
            message = (
                f"{at.owner} removes version {version} on {one.removed}, less than {_NOTICE_MONTHS} months after it is"
                f" deprecated ({one.deprecated})"
            )
            yield Finding(message, at("versions", version, "removed"), f"write `removed: {first}` or later")


@rule("G159", of=Server)
def _outlived(server: Server, at: At, today: date) -> Findings:
    for version, one in server.versions.items():
        if one.removed is not None and date.fromisoformat(one.removed) <= today:
            message = f"{at.owner} still has version {version}, which ended on {one.removed}"
            hint = f"remove `{version}` and its contract, or write a later day and inform callers"
            yield Finding(message, at("versions", version, "removed"), hint)


_WRITTEN: Final = re.compile(r'^[^\S\n]*API_(VERSIONS|V[0-9]+_SUNSET)\s*= "([^"\n]*)"', re.MULTILINE)
"""What the files of a service said when they were rendered last (`versions.variables`)."""


@rule("G160", of=Server)
def _left_too_early(server: Server, at: At, resolved: ResolvedSystem, today: date) -> Findings:
    if not isinstance(resolved, Environment) or "API_VERSIONS" in server.environment:
        return
    names = filter(None, (server.name, server.renamed_from))
    texts = (text for name in names for text in resolved.written(f"{server.SINGULAR}-{name}.tf"))
    said = {key: value for text in texts for key, value in _WRITTEN.findall(text)}
    newest = served(server.versions)
    for segment in said.get("VERSIONS", "").split():
        header = said.get(f"{segment.upper()}_SUNSET")
        end = parsedate_to_datetime(header).date() if header else None
        if end is not None and end <= today:
            continue
        if segment in newest:
            sooner = server.versions[newest[segment]].removed
            if end is not None and sooner is not None and date.fromisoformat(sooner) < end:
                message = f"{at.owner} ends its version {newest[segment]} on {sooner}, and its callers were told {end}"
                hint = (
                    f"write `removed: {end}` or later; if it has no callers, change `API_{segment.upper()}_SUNSET` in"
                    f" generated/{resolved.target}/"
                )
                yield Finding(message, at("versions", newest[segment], "removed"), hint)
            continue
        when = f"before it ended ({end})" if end is not None else "and was never deprecated"
        message = f"{at.owner} no longer has its version {segment}, which left the catalogue {when}"
        hint = (
            f"put it back, with `deprecated` and `removed`; if it never had callers, remove `{segment}` from"
            f" `API_VERSIONS` in generated/{resolved.target}/"
        )
        yield Finding(message, at("versions", key=True), hint)


@rule("G166", of=Server)
def _without_a_version(server: Server, at: At, resolved: ResolvedSystem) -> Findings:
    if not server.versions or not isinstance(resolved, Environment):
        return
    texts = tuple(resolved.written(f"{server.SINGULAR}-{server.name}.tf"))
    if texts and not any("API_VERSIONS" in text for text in texts):
        message = f"callers of {at.owner} at paths without a version are no longer led there by public gateways"
        hint = "inform them first; nothing to do if there are none: rendering ends this warning"
        yield Finding(message, at("versions", key=True), hint)


@rule("G161", of=Server)
def _not_the_newest(server: Server, at: At) -> Findings:
    newest = served(server.versions)
    for version, one in server.versions.items():
        other = newest[major(version)]
        field = "deprecated" if one.deprecated is not None else "removed"
        if other != version and one.headers:
            message = f"`{field}` of version {version} changes nothing: callers of {major(version)} get {other}"
            yield Finding(message, at("versions", version, field), f"write it of {other}, or remove it")


@rule("G162", of=Server)
def _nowhere_to_go(server: Server, at: At) -> Findings:
    newest = served(server.versions)
    if newest and all(server.versions[version].deprecated for version in newest.values()):
        message = f"every version of {at.owner} is deprecated: callers have none to move to"
        yield Finding(message, at("versions", key=True), "add the version that takes over, beside the old ones")


@rule("G163", of=Server)
def _says_nothing(server: Server, at: At, resolved: ResolvedSystem) -> Findings:
    for version in served(server.versions).values():
        document, headers = _document(resolved, _file(server.name, version)), server.versions[version].headers
        if document is None or not headers:
            continue
        for path, method, operation in contract_of(document).operations():
            answers = [(status, one) for status, one in operation.items("responses") if str(status).startswith("2")]
            for header, value, (status, answer) in ((*pair, one) for pair in headers.items() for one in answers):
                said = answer.get("headers", header)
                schema = said.get("schema") if said is not None else None
                if not (
                    said is not None
                    and said.value.get("required") is True
                    and schema is not None
                    and schema.value.get("enum", [schema.value.get("const")]) == [value]
                ):
                    message = (
                        f"{at.owner} {version} is deprecated, and its answer {status} to {method.upper()} {path} does"
                        f" not promise the header `{header}: {value}`"
                    )
                    hint = f'write `{header}: {{required: true, schema: {{type: string, enum: ["{value}"]}}}}`'
                    yield Finding(message, document.locate((said or answer).path, key=True), hint)


def _validated(server: Server, resolved: ResolvedSystem) -> Iterator[tuple[str, Document, Validation]]:
    for version in served(server.versions).values():
        document = _document(resolved, _file(server.name, version))
        found = validation_of(document) if document is not None else None
        if server.versions[version].request_validation and document is not None and found is not None:
            yield version, document, found


def _led_to(owner: str, server: Server, resolved: ResolvedSystem) -> Iterator[tuple[str, str]]:
    for name, gateway in resolved.all(Gateway).items():
        if gateway.is_public and getattr(server, "gateway", None) == name:
            yield name, server.url_path
        for path, to in gateway.targets.items():
            if gateway.is_public and to == owner:
                yield name, path


@rule("G170", of=Server)
def _not_served(server: Server, at: At, resolved: ResolvedSystem) -> Findings:
    methods = getattr(server, "accepted_methods", ("ANY",))
    for version, document, found in _validated(server, resolved):
        for problem in found.problems:
            yield Finding(problem.message, document.locate(problem.path, key=True), problem.hint)
        if found.methods and "ANY" not in methods and not any(one.name in methods for one in found.methods):
            message = f"no operation of {at.owner} {version} has one of its methods, so no request would be passed on"
            yield Finding(message, at("versions", version, key=True), f"its methods: {', '.join(methods)}")
        for name, path in _led_to(at.owner, server, resolved):
            above = {part for part in path.split("/") if part.startswith("{")}
            for operated in dict.fromkeys(one.path for one in found.methods):
                for twice in sorted(above.intersection(operated.split("/"))):
                    message = f"`{twice}` stands twice in /{path}/{major(version)}{operated} of gateways/{name}"
                    hint = "call it otherwise here, or in the route"
                    yield Finding(message, document.locate(("paths", operated), key=True), hint)


@rule("G171", of=Server)
def _not_checked(server: Server, at: At, resolved: ResolvedSystem) -> Findings:
    for version, document, found in _validated(server, resolved):
        places: dict[str, list[tuple[str | int, ...]]] = {}
        for one in found.unchecked:
            places.setdefault(one.what, []).append(one.path)
        for what, paths in places.items():
            message = f"API Gateway does not check {what}, in requests of {at.owner} {version}{_elsewhere(paths)}"
            yield Finding(message, document.locate(paths[0], key=True), "nothing to do; the service has to check that")


@rule("G172", of=Server)
def _checks_nothing(server: Server, at: At, resolved: ResolvedSystem) -> Findings:
    newest = served(server.versions)
    for version, one in server.versions.items():
        message = f"`request_validation` of version {version} changes nothing: "
        place = at("versions", version, "request_validation")
        if one.request_validation and newest[major(version)] != version:
            other = newest[major(version)]
            yield Finding(f"{message}callers of {major(version)} get {other}", place, f"write it of {other}")
        elif one.request_validation and not resolved.broken and not any(_led_to(at.owner, server, resolved)):
            hint = "remove it, or lead a public gateway there: private ones pass every path on"
            yield Finding(f"{message}no public gateway leads to {at.owner}", place, hint)


@rule("G165")
def _of_no_version(resolved: ResolvedSystem) -> Findings:
    if hasattr(resolved, "settings") or resolved.broken:
        return
    known = {_file(server.name, version) for _, server in resolved.each(Server) for version in server.versions}
    known |= {
        file_of(service.name, event, version)
        for service in resolved.all(Service).values()
        for event in service.events.schemas
        for version in versions_of(resolved, service.name, event)
    }
    for name, read in resolved.contracts.items():
        if name not in known:
            of, _, version = name.rpartition("/v")
            service, _, event = of.partition("/")
            try:
                location = read().locate()
            except InfragenError as error:
                location = error.diagnostics[0].location or resolved.at("system")
            said = f"versions: {{{version or '1.0.0'}: {{}}}}"
            if name.count("/") == 2:  # `service/event/v1.0.0`
                said = f"events: {{schemas: {{{event}: {version or '1.0.0'}}}}}"
            hint = f"write `{said}` in {service or 'its service'}, or remove the file"
            yield Finding("no version has this contract, so it is not read", location, hint)


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
            for problem in schema_problems(document):
                yield Finding(problem.message, document.locate(problem.path), problem.hint)
            size = len(json_of(document))
            if size > LARGEST:
                message = f"the schema has {size:,} characters as JSON, of {LARGEST:,} that tasks are told"
                yield Finding(message, document.locate(), "describe less of it, or make several events of it")


@rule("G168", of=Service)
def _refuses(service: Service, at: At, resolved: ResolvedSystem) -> Findings:
    for event, old, new, document, changes in _event_steps(service, resolved):
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
    for event, old, new, document, changes in _event_steps(service, resolved):
        if changes and (major(old) != major(new) or major(new) == "v0"):
            said = "; ".join(f"{one.subject} {one.said}" for one in changes)
            message = f"{event} {new} of {at.owner} refuses events of {old}: {said}"
            hint = f"nothing to do if {at.owner} still takes what waits of {old}, or none does any more"
            yield Finding(message, document.locate(), hint)


def _event_steps(
    service: Service, resolved: ResolvedSystem
) -> Iterator[tuple[str, str, str, Document, tuple[Change, ...]]]:
    for event in service.events.schemas:
        versions = versions_of(resolved, service.name, event)
        files = ((one, file_of(service.name, event, one)) for one in versions)
        read = [(version, _document(resolved, file, schema_problems)) for version, file in files]
        sound = [(version, document) for version, document in read if document is not None]
        for (old, before), (new, after) in pairwise(sound):
            yield event, old, new, after, _refused(before.text, after.text)


@lru_cache(maxsize=64)
def _refused(before: str, after: str) -> tuple[Change, ...]:
    return tuple(no_longer_taken("the event", contract_in(before), contract_in(after)))

"""Rules about environments that are Docker Compose: what could not start, and what should not stand in the file."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from infragen.compose import Service, compose
from infragen.compose.build import ATTRIBUTES, MOST_PORTS, parts, port_of, references
from infragen.compose.engines import POSTGIS, has_extension
from infragen.core.delivery import Program, Store
from infragen.core.rule import Finding, Findings, rule
from infragen.diagnostics import Location
from infragen.diagnostics.hints import nearest
from infragen.kinds.compose import ComposeEnvironment
from infragen.secret_forms import keys_in

_KEYS: Final = "(API|ACCESS|AUTH|ENCRYPTION|PRIVATE|SECRET|SIGNING)_?KEY"
_SECRET_NAME: Final = re.compile(rf"(^|_)(PASS|PASSWD|PASSWORD|PASSPHRASE|PWD|SECRET|TOKEN|CREDENTIALS|{_KEYS})$")
_LOGIN: Final = re.compile(r"[a-z0-9+.-]://[^\s/:@{}$\0]*:([^\s/@{}$\0]+)@")
"""An address with a password written in it."""
_ALPINE: Final = {"node": "nodejs/docker-node", **dict.fromkeys(("postgres", "python", "redis"), "docker-library")}
_LACK_CURL: Final = (
    *((re.compile(rf"(docker\.io/)?(library/)?{image}:[^@]*alpine.*"), source) for image, source in _ALPINE.items()),
    (re.compile(r"mailhog/mailhog:.*"), "mailhog/MailHog"),
)
"""Images whose last stage has busybox's wget and no curl, and whose Dockerfile says so."""
_CURL: Final = re.compile(r"(^|[\s;&|/])curl($|\s)")
_VERSIONS: Final = {"mongodb": "7", "mysql": "8.4", "postgresql": "17", "redis": "7", "valkey": "8"}
_LOCALES: Final = frozenset(["c", "c.utf8", "en_us", "en_us.utf8", "posix"])


def _at(composed: ComposeEnvironment, service: Service, *path: str | int, key: bool = False) -> Location:
    if service.is_stated:
        return composed.at("environment", "containers", service.name, *path, key=key)
    return composed.at(service.owner or "environment")


@rule("O101")
def _port_twice(composed: ComposeEnvironment) -> Findings:
    services = compose(composed).services
    wanted = {port.outside for service in services for port in service.ports}
    taken: dict[int, str] = {}
    for service in services:
        for index, port in enumerate(service.ports):
            if port.outside in taken:
                free = next((one for one in range(port.outside + 1, MOST_PORTS) if one not in wanted), port.outside)
                message = f"port {port.outside} of this machine is taken by {taken[port.outside]}"
                hint = f'write another one before the container\'s: `"{free}:{port.inside}"`'
                yield Finding(message, _at(composed, service, "ports", index), hint)
            taken.setdefault(port.outside, service.name)


@rule("O102")
def _waits_for_nothing(composed: ComposeEnvironment) -> Findings:
    services = compose(composed).by_name
    for service in services.values():
        for name, what in service.said.depends_on.items():
            place = _at(composed, service, "depends_on", name, key=True)
            other = services.get(name)
            if other is None:
                known = [one for one in services if one != service.name]
                message = f"{service.name} waits for {name}, which is not there"
                yield Finding(message, place, nearest(name, known, "containers"))
            elif what == "healthy" and other.health is None:
                message = f"{service.name} waits until {name} is healthy, but it has no health check"
                yield Finding(message, place, f"write `{name}: started`, or give {name} a `health: {{command: [...]}}`")
            elif other.profiles and not set(other.profiles) & set(service.profiles):
                profile = other.profiles[0]
                message = f"{service.name} waits for {name}, which starts with the profile {profile} alone"
                yield Finding(message, place, f"give {service.name} `profiles: [{profile}]` as well, or {name} none")


@rule("O103")
def _circle(composed: ComposeEnvironment) -> Findings:
    services = compose(composed).by_name
    for found in _circles(services):
        first, second = services[found[0]], found[1 % len(found)]
        path = ("depends_on", second) if second in first.said.depends_on else ("environment",)
        message = f"each waits for the next, and none can start: {' -> '.join((*found, found[0]))}"
        hint = "leave out one of these `depends_on`, or one of the references"
        yield Finding(message, _at(composed, first, *path), hint)


def _circles(services: Mapping[str, Service]) -> Iterator[list[str]]:
    """Yield circles of containers that have none in common: each container is left once."""
    left: set[str] = set()
    told: set[str] = set()
    for start in services:
        way = {} if start in left else {start: iter(services[start].depends_on)}
        while way:
            last = next(reversed(way))
            name = next(way[last], None)
            if name is None:
                left.add(last)
                del way[last]
            elif name in way and told.isdisjoint((name, last)):
                circle = [*way][[*way].index(name) :]
                if told.isdisjoint(circle):
                    yield circle
                told.update(circle)
            elif name in services and name not in left and name not in way:
                way[name] = iter(services[name].depends_on)


@rule("O104")
def _volume_unknown(composed: ComposeEnvironment) -> Findings:
    declared = composed.settings.volumes
    for service in compose(composed).services:
        for name in service.said.volumes:
            if name not in declared:
                place = _at(composed, service, "volumes", name, key=True)
                new = f"write `volumes: {{{name}: what is in it}}` beside `containers:`"
                hint = nearest(name, declared, "volumes") if declared else new
                yield Finding(f"there is no volume {name} in `volumes` of the environment", place, hint)


@rule("O105")
def _volume_unused(composed: ComposeEnvironment) -> Findings:
    services = compose(composed).services
    used = {name for service in services for name in service.said.volumes}
    own = {service.own_volume[0]: service.name for service in services if service.own_volume}
    for name in composed.settings.volumes:
        place = composed.at("environment", "volumes", name, key=True)
        if name in own:
            yield Finding(f"{own[name]} is a store, and has the volume {name} of its own", place, "leave it out here")
        elif name not in used:
            hint = "leave it out, or write it below the `volumes` of a container"
            yield Finding(f"no container uses the volume {name}", place, hint)


@rule("O106")
def _moving(composed: ComposeEnvironment) -> Findings:
    for service in compose(composed).services:
        image = service.said.image
        if image is None or "@sha256:" in image:
            continue
        name, _, tag = image.rpartition(":")
        bare = image if not name or "/" in tag else name
        if bare == image or tag == "latest":
            what = f"`{image}` has no tag, and is `latest`" if bare == image else "`latest` is a moving tag"
            message = f"{what}: developers that pulled it on different days have different ones"
            yield Finding(message, _at(composed, service, "image"), f"write the tag of a release: `{bare}:1.0.2`")


@rule("O107")
def _in_clear(composed: ComposeEnvironment) -> Findings:
    for service, path, name, text in _texts(composed):
        written = "".join(part if isinstance(part, str) else "\0" for part in parts(text))
        is_secret = bool(_SECRET_NAME.search(name)) and bool(written.replace("\0", ""))
        if is_secret or _LOGIN.search(written):
            what = f"{name} is a secret" if is_secret else "the address has a password in it"
            key = name if is_secret else "SOME_PASSWORD"
            hint = (
                f"write `development_defaults: {{{key}: ...}}` beside `containers:`, and here `${{{key}}}`; the login "
                "of a store is `{NAME.password}`, or in its `{NAME.url}`"
            )
            yield Finding(f"{what}, and is in plain text here", _at(composed, service, *path), hint, is_secret=True)


@rule("O108")
def _real_default(composed: ComposeEnvironment) -> Findings:
    hint = "revoke it, as git keeps it; write one that opens nothing, and the real one into `.env`, which git ignores"
    for key, text in composed.settings.development_defaults.items():
        if what := _real(text):
            place = composed.at("environment", "development_defaults", key)
            yield Finding(f"{key} looks like {what}", place, hint, is_secret=True)
    for service, path, name, text in _texts(composed):
        if what := _real(text):
            yield Finding(f"{name or 'this'} looks like {what}", _at(composed, service, *path), hint, is_secret=True)


def _real(text: str) -> str | None:
    return next((found.what for found in keys_in(text)), None)


def _texts(composed: ComposeEnvironment) -> Iterator[tuple[Service, tuple[str | int, ...], str, str]]:
    for service in compose(composed).services:
        for name, text in service.said.environment.items():
            yield service, ("environment", name), name, text
        for index, text in enumerate(service.said.command):
            yield service, ("command", index), "", text


@rule("O109")
def _no_program(composed: ComposeEnvironment) -> Findings:
    for service in compose(composed).services:
        health, image = service.health, service.image or ""
        source = next((source for form, source in _LACK_CURL if form.fullmatch(image)), None)
        if health is not None and source is not None and any(map(_CURL.search, health.command)):
            message = f"{image} has no curl ({source}), and would never be healthy"
            given = re.search(r"https?://\S+", " ".join(health.command))
            url = given[0] if given else f"http://127.0.0.1:{service.inner_port or 8080}/"
            hint = f'ask with busybox: `health: {{command: [wget, -q, --spider, "{url}"]}}`'
            path = ("health", "command") if service.said.health is not None else ()
            yield Finding(message, _at(composed, service, *path), hint)


@rule("O110")
def _no_referent(composed: ComposeEnvironment) -> Findings:
    composition = compose(composed)
    for service, path, _, text in _texts(composed):
        for reference in references(text):
            if composition.referred(reference) is not None:
                continue
            place = _at(composed, service, *path)
            other = composition.by_name.get(reference.name)
            if reference.key:
                hint = nearest(reference.key, composition.defaults, "")
                if not hint.startswith("did you mean"):
                    hint = f"write `development_defaults: {{{reference.key}: ...}}` beside `containers:`"
                yield Finding(f"`{reference.text}` has no development default", place, hint)
            elif other is None:
                hint = nearest(reference.name, composition.by_name, "containers")
                yield Finding(f"`{reference.text}` refers to a container that is not there", place, hint)
            else:
                known = [one for one in ATTRIBUTES if other.attribute(one) is not None]
                hint = nearest(reference.attribute, known, f"what {other.name} has")
                yield Finding(f"`{reference.text}`: {other.name} has no {reference.attribute}", place, hint)


@rule("O111")
def _no_entry(composed: ComposeEnvironment) -> Findings:
    composition = compose(composed)
    seen: dict[str, str] = {}
    for name, said in composed.settings.containers.items():
        if said.entry is None or said.entry in composed.broken:
            continue
        place = composed.at("environment", "containers", name, "entry")
        kind, _, entry = said.entry.partition("/")
        first = seen.setdefault(said.entry, name)
        if kind not in composed.entries:
            yield Finding(f"there is no kind {kind}", place, nearest(kind, composed.entries, "kinds"))
        elif not composed.knows(kind, entry):
            known = composed.known(kind)
            yield Finding(f"there is no {said.entry} in {composed.target}", place, nearest(entry, known, f"the {kind}"))
        elif not isinstance(composition.stand_in(said.entry), Store | Program):
            hint = "leave out `entry:`, and write the container's `image: name:tag`"
            yield Finding(f"{kind} has no container in Docker Compose", place, hint)
        elif first != name:
            yield Finding(f"{first} stands for {said.entry} already", place, "leave out one of the two")
    for owner, name in composition.taken:
        message = f"{owner} would be the container {name}, and another one is called so"
        hint = (
            f"give it another name, `containers: {{other: {{entry: {owner}}}}}`; or leave it out, `{_left_out(owner)}`"
        )
        yield Finding(message, composed.at("environment"), hint)


def _left_out(owner: str) -> str:
    kind, _, name = owner.partition("/")
    return f"{kind}: {{{name}: null}}"


@rule("O112")
def _no_image(composed: ComposeEnvironment) -> Findings:
    for service in compose(composed).services:
        said, store, place = service.said, service.store, _at(composed, service)
        if said.build is not None and said.image is not None:
            message = f"{service.name} is built from a folder, and has an image as well"
            yield Finding(message, _at(composed, service, "image"), "leave out one of the two")
        if said.build is not None or service.image is not None:
            continue
        if store is not None and not store.version:
            message = f"{service.name} has an engine, and no version"
            yield Finding(message, place, f'write `version: "{_VERSIONS[store.engine]}"`')
        elif store is not None:
            message = f"there is no image with PostGIS for PostgreSQL {store.version}: {', '.join(POSTGIS)} have one"
            yield Finding(message, place, "write its `image:` with the tag")
        elif service.owner is None:
            hint = "write `image: name:tag`, `build: {context: folder}`, `engine:` or `entry:`"
            yield Finding(f"{service.name} has neither an image nor a folder", place, hint)
        elif service.program is not None:
            message = f"the image of {service.owner} is in the registry of an AWS account, and not here"
            build = f"{service.name}: {{entry: {service.owner}, build: {{context: {service.name}}}}}"
            where = f" in {composed.source('environment')}"
            hint = f"write `containers: {{{build}}}`{where}, or leave it out, `{_left_out(service.owner)}`"
            yield Finding(message, place, hint)


@rule("O113")
def _not_here(composed: ComposeEnvironment) -> Findings:
    composition = compose(composed)
    missing: dict[str, dict[str, None]] = {}
    for user, name in composition.missing():
        missing.setdefault(user, {})[name] = None
    for user, used in missing.items():
        service = composition.by_name[composition.by_owner[user]]
        message = f"{user} gets no variables here of {', '.join(used)}: they have no container in Docker Compose"
        hint = "its code has to do without; or write a container, and its variables below `environment:`"
        yield Finding(message, _at(composed, service), hint)
    for service, owner, name in composition.secrets():
        if name not in composed.settings.development_defaults and name not in service.said.environment:
            message = f"{service.owner} gets no {name} here, which {owner} gives it on AWS"
            hint = f"write `development_defaults: {{{name}: ...}}` beside `containers:`"
            yield Finding(message, _at(composed, service), hint)


@rule("O115")
def _no_extension(composed: ComposeEnvironment) -> Findings:
    for service in compose(composed).services:
        if service.said.image is not None or service.said.build is not None or service.image is None:
            continue
        lacking = [name for name in service.extensions if not has_extension(service.image, name)]
        if lacking:
            message = f"{service.image} has no {', '.join(lacking)}, and would end while it is set up"
            other = f"{service.name}: {{entry: {service.owner}, image: name:tag}}"
            yield Finding(message, _at(composed, service), f"write an image that has it: `containers: {{{other}}}`")


@rule("O116")
def _no_locale(composed: ComposeEnvironment) -> Findings:
    for service in compose(composed).services:
        if service.store is None or service.store.engine != "postgresql" or service.said.build is not None:
            continue
        major = service.store.version.partition(".")[0]
        if service.said.locale is not None and major.isdecimal() and int(major) < 15:
            message = f"PostgreSQL {service.store.version} cannot be set up with ICU, which came with 15"
            yield Finding(message, _at(composed, service, "locale"), "leave out `locale:`, or take a newer version")
        for name, form in (("POSTGRES_INITDB_ARGS", r"--locale[= ](\S+)"), ("LANG", r"^(\S+)"), ("LC_ALL", r"^(\S+)")):
            found = re.search(form, service.said.environment.get(name, ""))
            if found is not None and found[1].lower().replace("utf-8", "utf8") not in _LOCALES:
                message = f"the image has no locale {found[1]}, and would end while it is set up"
                language = found[1].partition(".")[0].replace("_", "-")
                hint = f"leave it out, and write `locale: {language}`: ICU has every language"
                yield Finding(message, _at(composed, service, "environment", name), hint)


@rule("O117")
def _no_port(composed: ComposeEnvironment) -> Findings:
    for name, said in composed.settings.containers.items():
        for index, text in enumerate(said.ports or ()):
            if max(port_of(text)) > MOST_PORTS:
                place = composed.at("environment", "containers", name, "ports", index)
                yield Finding(f"there is no port {max(port_of(text))}", place, f"write one from 1 to {MOST_PORTS}")


@rule("O118")
def _idle(composed: ComposeEnvironment) -> Findings:
    for service in compose(composed).services:
        said = service.said
        for name in ("password", "database", "locale", "version") if service.store is None else ():
            if getattr(said, name) is not None:
                message = f"`{name}` is of stores, and {service.name} is none"
                hint = "leave it out, or set its `engine:`"
                yield Finding(message, _at(composed, service, name, key=True), hint)
        if said.locale is not None and service.store is not None and service.store.engine != "postgresql":
            yield Finding("`locale` is PostgreSQL's", _at(composed, service, "locale", key=True), "leave it out")

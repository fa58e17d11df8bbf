"""How CI delivers code: images by commit, released in the environments that belong to branches, then tested."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from types import SimpleNamespace
from typing import Final

from msgspec import Struct

from infragen.core.build_context import BuildContext
from infragen.core.delivery import Release, StaticFiles
from infragen.core.names import Names
from infragen.core.resolved_system import Environment
from infragen.diagnostics import Diagnostic, InfragenError, Location, sort_diagnostics
from infragen.diagnostics.hints import did_you_mean, nearest
from infragen.kinds.load_tests import build as load_tests
from infragen.kinds.load_tests.model import LoadTest
from infragen.kinds.workloads import registry
from infragen.settings import ProjectSettings
from infragen.settings import Release as Settings
from infragen.stacks.bootstrap import RELEASE_SECONDS, release_environment
from infragen.stacks.layout import stack_of
from infragen.stacks.pipelines import SPARE_MINUTES, Place, actions
from infragen.stacks.running import releases
from infragen.text import first_of

_ARM: Final = "linux/arm64"
_PLATFORMS: Final = {"x86_64": "linux/amd64", "arm64": _ARM}


class Build(Struct, frozen=True):
    """An image: the entries that run it, the folder it is built in, and where it is pushed."""

    id: str
    """The step that looks for it in the registry; its output `missing` is true where nothing is found."""
    title: str
    folder: str
    platform: str
    region: str
    registry: str
    repository: str
    is_copied: bool
    """Whether ECR copies it from the primary's registry, so that it is awaited and not built."""
    static_files: tuple[StaticFiles, ...]
    """What of it is uploaded before it is released."""

    @property
    def missing(self) -> str:
        return f"${{{{ steps.{self.id}.outputs.missing }}}}"

    @property
    def if_missing(self) -> str:
        return f"steps.{self.id}.outputs.missing == 'true'"

    @property
    def if_found(self) -> str:
        """The condition of steps that take it, which a run that only brings requests back does not."""
        return f"steps.{self.id}.outcome == 'success'"


ReleaseWorkflow = SimpleNamespace
"""A workflow that releases code, by what its template reads: `deliveries` is how each environment gets new code, by a
job that builds and releases and one that tests."""


class Ground(Struct, frozen=True):
    """What is asked of the repository: where a key of infragen.toml stands, and whether a folder has a Dockerfile.

    `environments` are the names of all systems' environments, which share the repository's GitHub environments.
    """

    locate: Callable[[tuple[str, ...]], Location]
    has_dockerfile: Callable[[str], bool]
    environments: Collection[str] = ()


def release_workflow(
    environments: Iterable[Environment],
    chosen: Collection[str],
    settings: ProjectSettings,
    place: Place,
    ground: Ground,
) -> ReleaseWorkflow | None:
    """`environments` are those of systems in infragen.toml, `chosen` some targets; InfragenError C002, C003."""
    found = [one for one in environments if one.system.name in settings.release]
    problems = [problem for one in _by_system(found).values() for problem in _problems(one, settings, ground)]
    if problems:
        raise InfragenError(*sort_diagnostics(problems))
    ci = settings.ci
    deliveries = tuple(
        _delivery(one, settings.release[one.system.name], ci.runner)
        for one in found
        if one.target in chosen and one.name in settings.release[one.system.name].branches
    )
    if not deliveries:
        return None
    return ReleaseWorkflow(
        branches=tuple(sorted({one.branch for one in deliveries})),
        folder=place.folder,
        runner=ci.runner,
        python=ci.python,
        install=place.install,
        has_own_lock=place.has_own_lock,
        seconds=RELEASE_SECONDS,
        minutes=RELEASE_SECONDS // 60 - SPARE_MINUTES,
        uses=actions(ci),
        is_blue_green=any(one.is_blue_green for one in deliveries),
        has_load_tests=any(one.load_test for one in deliveries),
        k6="1.7.1",
        deliveries=deliveries,
    )


def undelivered(environments: Iterable[Environment], settings: ProjectSettings) -> tuple[str, ...]:
    return tuple(
        system
        for system, some in _by_system(environments).items()
        if system not in settings.release and any(_deployed(one) for one in some)
    )


def _by_system(environments: Iterable[Environment]) -> Mapping[str, list[Environment]]:
    found: dict[str, list[Environment]] = {}
    for one in environments:
        found.setdefault(one.system.name, []).append(one)
    return found


def _deployed(environment: Environment) -> bool:
    return any(one.service is not None for one in releases(environment).values())


def _delivery(environment: Environment, settings: Settings, runner: str) -> SimpleNamespace:
    label, account = f"{environment.system.name}-{environment.name}", environment.settings.account
    branch = settings.branches[environment.name]
    every = releases(environment)
    builds = [
        Build(
            id=f"image-{number}",
            title=first_of(owners, 5),
            folder=next(settings.builds[owner] for owner in owners if owner in settings.builds),
            platform=_PLATFORMS[every[owners[0]].architecture],
            region=region,
            registry=registry.host(account, region),
            repository=repository,
            is_copied=every[owners[0]].is_copied,
            static_files=tuple(found for one in owners if (found := every[one].static_files) is not None),
        )
        for number, ((region, repository), owners) in enumerate(_images(every).items(), 1)
    ]
    is_arm = all(one.platform == _ARM for one in builds)  # built with the images' processor, where GitHub has it
    registries = ((one.registry, one.region) for one in builds if not one.is_copied or one.static_files)
    quoted = branch.replace("'", "''")
    script = ""
    if test := environment.all(LoadTest).get(settings.load_tests.get(environment.name, "")):
        part = next(iter(load_tests.parts(test, BuildContext(environment, {}).of(test))))
        script = f"generated/{environment.target}/{stack_of(environment, part)}/{part.path}"
    return SimpleNamespace(
        name=f"release-{label}",
        target=environment.target,
        branch=branch,
        condition=f"github.ref == 'refs/heads/{quoted}'",
        environment=release_environment(environment),
        region=environment.settings.region,
        role=f"arn:aws:iam::{account}:role/{Names(environment).plain('ci', 'release')}",
        runner=settings.runner or ("ubuntu-24.04-arm" if is_arm and runner == "ubuntu-latest" else runner),
        group=f"infragen-release-{label}",
        registries=[{"host": host, "region": region} for host, region in dict.fromkeys(registries)],
        builds=builds,
        # Of each migration.
        logs=tuple((one.region, one.log_group) for one in every.values() if one.run is not None),
        is_blue_green=any(one.shift is not None for one in every.values()),
        tests=settings.tests.get(environment.name, ""),
        test_name=f"test-{label}",
        domain_name=environment.settings.domain_name or "",
        load_test=script,
        load_test_name=f"load-test-{label}",
    )


def _images(every: Mapping[str, Release]) -> Mapping[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for owner, one in every.items():
        found.setdefault((one.region, one.repository), []).append(owner)
    return found


def _problems(environments: list[Environment], settings: ProjectSettings, ground: Ground) -> Iterator[Diagnostic]:
    system = environments[0].system.name
    asked, top = settings.release[system], ("release", system)
    names = {one.name: one for one in environments}
    for name in asked.branches:
        path = (*top, "branches", name)
        if name not in names:
            yield _unknown(path, f"there is no environment {name!r} of {system}", names, ground)
        elif release_environment(names[name]) in {*names, *ground.environments}:
            what = f"releases of it and applies of {name}-release would share a GitHub environment"
            message = f"`{'.'.join(path)}`: {what}"
            yield Diagnostic("C003", message, ground.locate(path), hint="rename one of the environments")
        elif not _deployed(names[name]):
            message = f"`{'.'.join(path)}`: no pipeline deploys anything in {names[name].target}"
            hint = "set `deploy: pipeline` on a service, or remove this line"
            yield Diagnostic("C003", message, ground.locate(path), hint=hint)
    yield from _tested(names, asked, system, ground)
    released = {one.name: releases(one) for one in environments if one.name in asked.branches}
    owners = sorted({owner for every in released.values() for owner in every})
    for owner, folder in asked.builds.items():
        path = (*top, "builds", owner)
        said = f'`release.{system}.builds."{owner}"`'
        if owner not in owners:
            hint = did_you_mean(owner, owners) or f"write one of {first_of(owners, 5)}"
            yield Diagnostic("C003", f"{said}: no pipeline deploys that", ground.locate(path), hint=hint)
        elif not ground.has_dockerfile(folder):
            hint = "write a folder with a Dockerfile, relative to the repository's folder"
            yield Diagnostic("C003", f"{said}: there is no Dockerfile in {folder!r}", ground.locate(path), hint=hint)
    yield from _unbuilt(system, released, asked, ground)


def _tested(names: Mapping[str, Environment], asked: Settings, system: str, ground: Ground) -> Iterator[Diagnostic]:
    top = ("release", system)
    for table, of in {"tests": asked.tests, "load_tests": asked.load_tests}.items():
        for name in of:
            if name not in asked.branches:
                yield _unknown((*top, table, name), f"no branch of {name!r}", asked.branches, ground)
    for name, test in asked.load_tests.items():
        if name in names and test not in (known := names[name].all(LoadTest)):
            message = f"`release.{system}.load_tests.{name}`: {names[name].target} has no load test {test!r}"
            place = ground.locate((*top, "load_tests", name))
            yield Diagnostic("C003", message, place, hint=nearest(test, known, "its load tests"))


def _unknown(path: tuple[str, ...], what: str, known: Iterable[str], ground: Ground) -> Diagnostic:
    names = [*known]
    hint = did_you_mean(path[-1], names) or f"write one of {first_of(names, 5)}"
    return Diagnostic("C003", f"`{'.'.join(path)}`: {what}", ground.locate(path), hint=hint)


def _unbuilt(
    system: str, released: Mapping[str, Mapping[str, Release]], asked: Settings, ground: Ground
) -> Iterator[Diagnostic]:
    told: set[tuple[str, ...]] = set()
    for every in released.values():
        for owners in _images(every).values():
            naming = [owner for owner in asked.builds if owner in owners]
            folders = sorted({asked.builds[owner] for owner in naming})
            if len(folders) == 1 or tuple(owners) in told:
                continue
            told.add(tuple(owners))
            if folders:
                path = ("release", system, "builds", naming[-1])
                message = f"{first_of(owners, 5)} share one image, but {first_of(folders, 5)} build it"
                yield Diagnostic("C003", message, ground.locate(path), hint="name the folder once")
            else:
                message = f"`release.{system}.builds`: the folder of the image of {first_of(owners, 5)} is missing"
                hint = f'add `"{owners[0]}" = "..."`, a folder with a Dockerfile'
                yield Diagnostic("C002", message, ground.locate(("release", system, "builds")), hint=hint)

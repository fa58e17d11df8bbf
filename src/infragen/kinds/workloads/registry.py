"""Images: their repositories, which are applied before services are, and what has to be in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from infragen.core.build_context import BuildContext, ResourceView, of
from infragen.core.delivery import Image
from infragen.core.expressions import Export, Joined, Module
from infragen.core.names import LIMITS
from infragen.core.operations import OutputLine
from infragen.core.part import Part, named
from infragen.core.signals import Ending, Signalling
from infragen.core.standby import Held
from infragen.core.takeover import Takeover
from infragen.kinds import clusters
from infragen.kinds.workloads.model import Task
from infragen.kinds.workloads.sidecars import Reference, StoredImage, own_registry

ALONE: Final = "repositories"
"""The kind of entry that is a repository, of images that no other entry builds."""


def repository(ctx: BuildContext) -> Module | None:
    """Return the module of a container's own repository; None where it runs an image of another one."""
    container: Task = ctx.entry
    if container.image.repository is not None or container.image.name is not None:
        return None
    return ctx.module("registry", "repository", container.SINGULAR, container)


def alone(ctx: BuildContext, name: str | None) -> BuildContext | None:
    """Return the context of the entry that is a repository of this name; None where none is."""
    found = ctx.environment.find(f"{ALONE}/{name}")
    return None if found is None else ctx.of(found)


def module_alone(ctx: BuildContext) -> Module:
    """Return the module of an entry that is a repository."""
    return ctx.module("registry", "image_repository", ctx.entry)


def _name(ctx: BuildContext, shared: str) -> str:
    """Return what AWS calls a shared repository."""
    found = alone(ctx, shared)
    return ctx.names.plain(shared if found is None else found.entry.identity)


def repository_name(ctx: BuildContext) -> str:
    """Return what AWS calls the repository of a container's image, its own or a shared one; "" where it has none."""
    container: Task = ctx.entry
    if container.image.name is not None:
        return ""
    shared = container.image.repository
    return _name(ctx, shared) if shared is not None else ctx.names.container(container)


def repository_url(ctx: BuildContext, shared: str) -> Export | str:
    """Return the address of a shared repository, without a tag."""
    found = alone(ctx, shared)
    return f"{address(ctx)}/{_name(ctx, shared)}" if found is None else module_alone(found).url


def repository_arn(ctx: BuildContext, shared: str) -> Export | str:
    """Return the ARN of a shared repository."""
    found = alone(ctx, shared)
    where = f"arn:aws:ecr:{ctx.region}:{ctx.settings.account}:repository"
    return f"{where}/{_name(ctx, shared)}" if found is None else module_alone(found).arn


def text(ctx: BuildContext, image: StoredImage) -> Joined | str:
    """Return an image that says where it comes from, with its tag, as a task names it."""
    if image.repository is None:
        return image.text
    return Joined.of(repository_url(ctx, image.repository), image.suffix)


def written(entry: Any) -> dict[tuple[str, ...], StoredImage]:
    """Return the images that an entry names, by where they are written."""
    found: dict[tuple[str, ...], StoredImage | None] = {("image",): getattr(entry, "image", None)}
    found |= {("sidecars", name, "image"): one.image for name, one in getattr(entry, "sidecars", {}).items()}
    router = getattr(getattr(entry, "log_route", None), "router", None)
    found["log_route", "router", "image"] = None if router is None else router.image
    return {path: image for path, image in found.items() if image is not None}


def address(ctx: BuildContext) -> str:
    """Return the registry of the environment's account."""
    return f"{ctx.settings.account}.dkr.ecr.{ctx.region}.amazonaws.com"


def push(ctx: BuildContext, options: str = "") -> str:
    """Return the command that builds a container's image and pushes it, with `options` of its own."""
    container: Task = ctx.entry
    platform = "linux/arm64" if container.architecture == "arm64" else "linux/amd64"
    image = f"{address(ctx)}/{repository_name(ctx)}:{container.image.tag}"
    return f"docker buildx build --push {options}--platform {platform} --tag {image} ."


def copy(ctx: BuildContext) -> str:
    """Return the command that copies an image into the entry that is a repository, for all platforms that it is for.

    Source: Docker Docs, Copy image between registries with GitHub Actions.
    """
    image: Reference = ctx.entry.copy_of
    return f"docker buildx imagetools create --tag {address(ctx)}/{_name(ctx, ctx.entry.name)}:{image.tag} {image.text}"


def images(container: Task, ctx: BuildContext) -> Iterator[Image]:
    """Yield what has to be in the account's registry before ECS can start a task.

    What a pipeline of somebody's sets is left out: its first run brings the image, and a deployment of its own.
    """
    is_brought = _is_brought_by_pipeline(container, ctx)
    if container.image.name is None and container.image.repository is None and not is_brought:
        yield Image(ctx.region, repository_name(ctx), container.image.tag, _pushed_by(ctx, container.image))
    for path, one in written(container).items():
        found = own_registry(one.name) if one.name is not None else None
        if is_brought and path == ("image",):
            continue
        if one.repository is not None and one.name is None:
            yield Image(ctx.region, _name(ctx, one.repository), one.tag, _pushed_by(ctx, one))
        elif found is not None and found[0] == ctx.settings.account:
            yield Image(found[1], found[2], one.tag, "")


def _pushed_by(ctx: BuildContext, image: StoredImage) -> str:
    """Return the command that brings an image; none where nobody can say it."""
    if image.has_digest:
        return ""
    found = alone(ctx, image.repository)
    if found is None:
        return push(ctx) if image is ctx.entry.image else ""
    original = found.entry.copy_of
    return copy(found) if original is not None and original.tag == image.tag else ""


def holds(container: Any, change: Takeover) -> Iterator[Held]:
    """Yield the images that it runs in the standby: where they lie, and who brings them there."""
    taking: Any = change.taking.entry
    left, region = change.left.region, change.taking.region
    for path, one in written(taking).items():
        found = own_registry(one.name) if one.name is not None else None
        if found is not None and found[1] == left:
            mend = f"push it to the registry in {region} as well, and write that for {change.taking.environment.target}"
            field = (*path, "name") if path == ("image",) else path
            yield Held("code", f"nothing: {one.name} lies in {left}", "missing", mend, field)
            return
    if taking.image.name is not None:
        yield Held("code", f"{taking.image.name}, which is not of {left}")
        return
    is_compared = _is_brought_by_pipeline(container, change.taking)
    brought = "a release, which the runbook compares" if is_compared else "an image, which `apply` awaits"
    yield Held("code", f"{repository_name(change.taking)}, a repository of its own, with {brought}")


def _is_brought_by_pipeline(container: Task, ctx: BuildContext) -> bool:
    """Whether a pipeline pushes its images: its own, or those of the entry whose repository it shares."""
    if getattr(container, "deploy", "") == "pipeline":
        return True
    name = repository_name(ctx) if container.image.repository is not None else ""
    if alone(ctx, container.image.repository) is not None:
        return False
    return any(
        getattr(entry, "deploy", "") == "pipeline" and repository_name(ctx.of(owner)) == name
        for owner, entry in ctx.environment.every()
        if name
    )


_SCANNED: Final = Ending(
    "what ECR finds in an image that is pushed",
    "it stays with the image, as `aws ecr describe-image-scan-findings` shows it: a pipeline asks before it releases",
)
"""Amazon ECR User Guide, "Scan images for OS vulnerabilities in Amazon ECR"."""


class RegistryView(ResourceView, Signalling):
    """A container's own repository; several entries may share it."""

    @property
    def endings(self) -> tuple[Ending, ...]:
        """Where findings of scans end."""
        return (_SCANNED,)

    repository = of(repository)

    @named(LIMITS["repository"])
    def name(self) -> str:
        """The repository."""
        return repository_name(self._ctx)

    @property
    def kept_images(self) -> int | None:
        """How many of the newest images are kept; None for all."""
        kept: int | None = self._entry.image.keep
        return kept

    @property
    def image_key(self) -> Export | None:
        """What its images are encrypted with."""
        return clusters.image_key(self._ctx, self._ctx.entry)


def parts(ctx: BuildContext) -> Iterator[Part]:
    """Yield the file of a container's own repository, if it has one."""
    if repository(ctx) is not None:
        path = f"images-{ctx.file_stem}.tf"  # where it shares a stack with its security group, so do their files
        yield ctx.part("registry", "kinds/services/repository.tf", RegistryView(ctx), path)


def pushed(ctx: BuildContext, image: Reference, then: str, options: str = "") -> Iterator[OutputLine]:
    """Yield how an image is pushed into a repository of its own, with `options` of the build, and what comes `then`."""
    if repository(ctx) is None or image.has_digest:  # an image has its digest once it is pushed
        return
    yield sign_in(ctx)
    yield OutputLine("next", f"build and push its image; {then}", push(ctx, options), is_command=True)


def sign_in(ctx: BuildContext) -> OutputLine:
    """Return how people sign in to the account's registry."""
    login = (
        f"aws ecr get-login-password --region {ctx.region}"
        f" | docker login --username AWS --password-stdin {address(ctx)}"
    )
    return OutputLine("next", "sign in to the image registry", login, is_command=True)

"""Images: their repositories, which are applied before services are, and what has to be in them."""

from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct

from infragen.core.build_context import BuildContext, ResourceView, named_by, of
from infragen.core.delivery import Image
from infragen.core.expressions import Joined, Module
from infragen.core.names import LIMITS, Names
from infragen.core.operations import OutputLine
from infragen.core.part import Part
from infragen.core.signals import Ending, Signalling
from infragen.core.standby import Held
from infragen.core.takeover import Command, Step, Takeover
from infragen.kinds import clusters, keys
from infragen.kinds.images import are_copies, copied_to, has_own
from infragen.kinds.workloads.model import Task
from infragen.kinds.workloads.sidecars import Reference, StoredImage, own_registry

ALONE: Final = "repositories"
"""The kind of entry that is a repository, of images that no other entry builds."""
COPIES: Final = "image-replicas"
"""What a copy of a repository is: it stands in a stack of the other region, before ECR is told to copy into it."""


class KnownRepository(Struct, frozen=True):
    """A repository that is there without Terraform of this environment."""

    url: str
    arn: str


def is_copy(ctx: BuildContext) -> bool:
    return are_copies(ctx.environment)


def _names(ctx: BuildContext) -> Names:
    """ECR copies an image into the repository of the same name."""
    return ctx.primary_names if is_copy(ctx) else ctx.names


def begins(ctx: BuildContext) -> str:
    return f"{_names(ctx).prefix}-"


def _known(ctx: BuildContext, name: str) -> KnownRepository:
    where = f"arn:aws:ecr:{ctx.region}:{ctx.settings.account}:repository"
    return KnownRepository(f"{address(ctx)}/{name}", f"{where}/{name}")


def repository(ctx: BuildContext) -> Module | KnownRepository | None:
    if not has_own(ctx.entry):
        return None
    return _known(ctx, repository_name(ctx)) if is_copy(ctx) else _module(ctx)


def _module(ctx: BuildContext, role: str = "registry") -> Module:
    entry: Any = ctx.entry
    words = ("image_repository",) if entry.KIND == ALONE else ("repository", entry.SINGULAR)
    return ctx.module(role, *words, entry)


def alone(ctx: BuildContext, name: str | None) -> BuildContext | None:
    found = ctx.environment.find(f"{ALONE}/{name}")
    return None if found is None else ctx.of(found)


def _name(ctx: BuildContext, shared: str) -> str:
    found, names = alone(ctx, shared), _names(ctx)
    name = shared if found is None else found.entry.identity
    return names.repository(name, names.plain(name))


def shared(ctx: BuildContext, name: str) -> Module | KnownRepository:
    found = alone(ctx, name)
    return _known(ctx, _name(ctx, name)) if found is None or is_copy(ctx) else _module(found)


def repository_name(ctx: BuildContext) -> str:
    """Its own or a shared one; "" without one."""
    if ctx.entry.KIND == ALONE:
        return _name(ctx, ctx.entry.name)
    container: Task = ctx.entry
    if container.image.name is not None:
        return ""
    if container.image.repository is not None:
        return _name(ctx, container.image.repository)
    return _names(ctx).repository(container.identity, _names(ctx).container(container))


def text(ctx: BuildContext, image: StoredImage) -> Joined | str:
    return image.text if image.repository is None else Joined.of(shared(ctx, image.repository).url, image.suffix)


def written(entry: Any) -> dict[tuple[str, ...], StoredImage]:
    found: dict[tuple[str, ...], StoredImage | None] = {("image",): getattr(entry, "image", None)}
    found |= {("sidecars", name, "image"): one.image for name, one in getattr(entry, "sidecars", {}).items()}
    router = getattr(getattr(entry, "log_route", None), "router", None)
    found["log_route", "router", "image"] = None if router is None else router.image
    return {path: image for path, image in found.items() if image is not None}


def address(ctx: BuildContext) -> str:
    return host(ctx.settings.account, ctx.region)


def host(account: str, region: str) -> str:
    return f"{account}.dkr.ecr.{region}.amazonaws.com"


def push(ctx: BuildContext, options: str = "") -> str:
    # An image that was pushed before ECR copied comes from the primary's registry by hand
    container: Task = ctx.entry
    if is_copy(ctx):
        name = f"{repository_name(ctx)}:{container.image.tag}"
        primary = ctx.environment.primary
        source = address(ctx) if primary is None else host(primary.account, primary.region)
        return imagetools(f"{address(ctx)}/{name}", f"{source}/{name}")
    return build(platform(container), f"{address(ctx)}/{repository_name(ctx)}:{container.image.tag}", options)


def build(platform: str, image: str, options: str = "") -> str:
    return f"docker buildx build --push {options}--platform {platform} --tag {image} ."


def platform(container: Any) -> str:
    return "linux/arm64" if container.architecture == "arm64" else "linux/amd64"


def copy(ctx: BuildContext) -> str:
    image: Reference = ctx.entry.copy_of
    return imagetools(f"{address(ctx)}/{repository_name(ctx)}:{image.tag}", image.text)


def imagetools(copied: str, image: str) -> str:
    # With all platforms and its digest. Source: Docker Docs, docker buildx imagetools create: an image for one platform
    # gets an index around it otherwise
    return f"docker buildx imagetools create --prefer-index=false --tag {copied} {image}"


def images(container: Task, ctx: BuildContext) -> Iterator[Image]:
    """Without those of a foreign pipeline, whose first run brings the image and a deployment."""
    is_brought = is_brought_by_pipeline(container, ctx)
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
    """Empty if the command is unknown."""
    if image.has_digest:
        return ""
    if (found := alone(ctx, image.repository)) is None:
        return push(ctx) if image is ctx.entry.image else ""
    original = found.entry.copy_of
    return copy(found) if original is not None and original.tag == image.tag else ""


def copied(change: Takeover) -> str:
    return f"{repository_name(change.taking)}, into which ECR copies what is pushed in {change.left.region}"


def holds(container: Any, change: Takeover) -> Iterator[Held]:
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
    if is_copy(change.taking):
        yield Held("code", copied(change))
        return
    is_compared = is_brought_by_pipeline(container, change.taking)
    brought = "a release, which the runbook compares" if is_compared else "an image, which `apply` awaits"
    yield Held("code", f"{repository_name(change.taking)}, a repository of its own, with {brought}")


def is_brought_by_pipeline(container: Task, ctx: BuildContext) -> bool:
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


class RegistryView(ResourceView, Signalling):
    """A container's own repository; several entries may share it."""

    endings = (
        Ending(
            "what ECR finds in an image that is pushed",
            "it stays with the image, as `aws ecr describe-image-scan-findings` shows it: a pipeline asks before it"
            " releases",
        ),
    )
    """Amazon ECR User Guide, "Scan images for OS vulnerabilities in Amazon ECR"."""
    repository = of(_module)
    name = named_by(repository_name, LIMITS["repository"])
    kept_images = of(lambda ctx: ctx.entry.keep if ctx.entry.KIND == ALONE else ctx.entry.image.keep)
    image_key = of(lambda ctx: clusters.image_key(ctx, ctx.entry))


class CopyView(ResourceView):
    """The repository of the same name in another region, into which ECR copies images."""

    name = of(repository_name)
    kept_images = of(lambda ctx: RegistryView(ctx).kept_images)
    repository = of(lambda ctx: _module(ctx, COPIES))
    image_key = of(lambda ctx: ctx.module(COPIES, "key", "images").arn if ctx.has(keys.NAME) else None)
    """What copies are encrypted with: a key of that region, where those of the first one have a customer key."""


def parts(ctx: BuildContext) -> Iterator[Part]:
    if has_own(ctx.entry) and not is_copy(ctx):
        # Where it shares a stack with its security group, so do their files.
        path = f"{'' if ctx.entry.KIND == ALONE else 'images-'}{ctx.file_stem}.tf"
        yield ctx.part("registry", "kinds/services/repository.tf", RegistryView(ctx), path)
        if region := copied_to(ctx.settings):
            yield ctx.part(COPIES, "kinds/services/repository.tf", CopyView(ctx), path, region=region)


def pushed(ctx: BuildContext, image: Reference, then: str, options: str = "") -> Iterator[OutputLine]:
    if not has_own(ctx.entry) or image.has_digest:  # an image has its digest once it is pushed
        return
    if is_copy(ctx):
        yield OutputLine("detail", f"ECR copies the images of {ctx.settings.standby_of} into", repository_name(ctx))
        return
    yield sign_in(ctx)
    folders = " ".join(getattr(ctx.entry, "writable_paths", ()))  # Amazon ECS Developer Guide: Use bind mounts
    whose = f", whose Dockerfile gives {folders} to its user and names it in VOLUME: else root owns it"
    what = f"build and push its image{whose if folders else ''}; {then}"
    yield OutputLine("next", what, push(ctx, options), is_command=True)


def sign_in(ctx: BuildContext) -> OutputLine:
    return OutputLine("next", "sign in to the image registry", login(ctx), is_command=True)


def login(ctx: BuildContext) -> str:
    return (
        f"aws ecr get-login-password --region {ctx.region}"
        f" | docker login --username AWS --password-stdin {address(ctx)}"
    )


_FILE: Final = "images-to-copy.txt"
_ONE_WAY: Final = (
    "nothing copies images in this direction; digests stay the same (Docker Docs: docker buildx imagetools create)"
)


def takeover_pushes(change: Takeover) -> Iterator[Step]:
    """Yield how images are pushed while the other environment runs, and how they come back."""
    left, taking = _every_name(change.left), _every_name(change.taking)
    if not left or not taking:
        return
    here = Command(login(change.taking), "Login Succeeded")
    if change.is_return:
        there = Command(login(change.left), "Login Succeeded")
        what = f"images that were pushed in {change.left.region} alone"
        yield Step("copy", what, (there, here, *_copied(change, left)), 20, _ONE_WAY, change.taking.region)
        return
    target = change.taking.environment.target
    role = change.taking.names.plain("ci", "release")
    every = [entry for _, entry in change.taking.environment.every() if isinstance(entry, Task) and has_own(entry)]
    built = sorted({platform(entry) for entry in every})
    image = f'{address(change.taking)}/"${{REPOSITORY:?}}:${{TAG:?}}"'
    pushed = (Command(build(one, image)) for one in built)
    why = (
        f"set REPOSITORY to one of those at the end, under `code`, and TAG; then `infragen release {target} --tag TAG`,"
        f" or write the tag in the catalogue and apply"
    )
    if is_copy(change.taking) and any(getattr(entry, "deploy", "") == "pipeline" for entry in every):
        why += (
            f"\nCI's workflow pushes in {change.left.region} alone; of its roles, {role} may push here what a pipeline"
            " deploys, if `infragen bootstrap` made it"
        )
    yield Step("code", f"push to the registry in {change.taking.region}", (here, *pushed), 20, why)


def _every_name(ctx: BuildContext) -> list[str]:
    return sorted({
        repository_name(ctx.of(owner)) for owner, entry in ctx.environment.every() if has_own(entry)
    })  # fmt: skip


def _copied(change: Takeover, names: list[str]) -> Iterator[Command]:
    before, after = (begins(place) for place in (change.left, change.taking))
    renamed = "$one" if before == after else f"${{one/#{before}/{after}}}"

    def tags(region: str, name: str) -> str:
        return (
            f"aws ecr list-images --region {region} --repository-name {name} --filter tagStatus=TAGGED"
            " --query 'imageIds[].[imageTag]' --output text | sort"
        )

    yield Command(
        f"for one in {' '.join(names)}; do comm -23 <({tags(change.left.region, '$one')})"
        f' <({tags(change.taking.region, renamed)}) | sed "s|.*|$one:& {renamed}:&|"; done > {_FILE}'
    )
    left, taking = address(change.left), address(change.taking)
    copied = imagetools(f'{taking}/"$to"', f'{left}/"$from"')
    yield Command(
        f"(while read -r from to; do {copied} || exit 1; done < {_FILE}) && rm {_FILE}",
        "it ends with the first that fails: type both lines again, which leaves out what has come",
    )

"""Repositories: Amazon ECR, for images that no other entry builds, such as copies of public ones."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Final

from pydantic import Field

from infragen.core.build_context import BuildContext
from infragen.core.entry import Entry, Slug
from infragen.core.kind import Billing, Cost, Failover, Kind, Operations, OutputLine, Permissions, Scaffold, always
from infragen.core.rule import Environment, Finding, Findings, rule
from infragen.core.standby import Held
from infragen.core.takeover import Takeover
from infragen.kinds.workloads import registry, router
from infragen.kinds.workloads.model import Workload
from infragen.kinds.workloads.sidecars import NamedImage, OnOneLine, Reference


class Repository(Entry):
    """An ECR repository that entries take images from by its name: `image: {repository: fluent-bit, tag: 3.4.16}`."""

    KIND: ClassVar = registry.ALONE
    SINGULAR: ClassVar = "repository"
    stores_images: ClassVar = True

    domain: Slug | None = None
    """The domain whose stacks contain it."""
    copy_of: Annotated[NamedImage | None, OnOneLine()] = None
    """The image of another registry that is copied into it, with its tag; `infragen outputs` shows the command."""
    keep: Annotated[int, Field(ge=1, le=1000)] | None = None
    """How many of the newest tagged images are kept, even if the running one is not among them; all when left out."""


def _outputs(repository: Repository, ctx: BuildContext) -> Iterator[OutputLine]:
    if registry.is_copy(ctx):
        return
    yield registry.sign_in(ctx)
    if repository.copy_of is not None:
        yield OutputLine("next", f"copy {repository.copy_of.text} into it", registry.copy(ctx), is_command=True)
    else:
        yield OutputLine("service", "images are pushed to", registry.RegistryView(ctx).repository.url)


def _held(_: Repository, change: Takeover) -> tuple[Held, ...]:
    own = "a repository of its own, with images that `apply` awaits"
    return (Held("code", registry.copied(change) if registry.is_copy(change.taking) else own),)


@rule("F164")
def _other_tag(environment: Environment) -> Findings:
    copies = environment.all(Repository)
    for owner, entry in environment.each(Workload):
        for path, image in registry.written(entry).items():
            copied = copies.get(image.repository or "")
            original = copied.copy_of if copied is not None else None
            if original is not None and original.tag != image.tag:
                its = f"repositories/{image.repository}, which is a copy of `{original.tag}`"
                message = f"{owner} runs the tag `{image.tag}` of {its}"
                yield Finding(message, environment.at(owner, *path, "tag"), f"write `tag: {original.tag}`")


_ENDED: Final = "2."
"""What tags of AWS for Fluent Bit begin with that are of Amazon Linux 2."""


@rule("E135")
def _ended(environment: Environment) -> Findings:
    for owner, entry in environment.every():
        named: dict[tuple[str, ...], Reference] = {**registry.written(entry)}
        if isinstance(entry, Repository) and entry.copy_of is not None:
            named["copy_of",] = entry.copy_of
        for path, image in named.items():
            if (image.name or "").endswith("/aws-for-fluent-bit") and image.tag.startswith(_ENDED):
                message = f"AWS for Fluent Bit {image.tag} is of Amazon Linux 2, which ended on 2026-06-30"
                yield Finding(message, environment.at(owner, *path), f"write the tag {router.VERSION}, or a newer one")


KIND: Final = Kind(
    model=Repository,
    title="image repository",
    parts=lambda _, ctx: registry.parts(ctx),
    permissions=Permissions(uses_hint="image: {{repository: {name}, tag: v1}}"),
    cost=Billing(monthly=always(Cost("images", "image-storage", usage="stored"))),
    operations=Operations(outputs=_outputs),
    failover=Failover(holds=_held),
    scaffold=Scaffold(example={"copy_of": f"{router.IMAGE}:{router.VERSION}"}),
    rules=(_other_tag, _ended),
)

"""Images that are pushed while the other environment runs: where to, and how they come back."""

from collections.abc import Iterator
from typing import Final

from infragen.core.build_context import BuildContext
from infragen.core.takeover import Command, Step, Takeover
from infragen.kinds.images import has_own
from infragen.kinds.workloads import registry
from infragen.kinds.workloads.model import Task

_FILE: Final = "images-to-copy.txt"
_ONE_WAY: Final = (
    "nothing copies images in this direction; digests stay the same (Docker Docs: docker buildx imagetools create)"
)


def steps(change: Takeover) -> Iterator[Step]:
    left, taking = _names(change.left), _names(change.taking)
    if not left or not taking:
        return
    here = Command(registry.login(change.taking), "Login Succeeded")
    if change.is_return:
        there = Command(registry.login(change.left), "Login Succeeded")
        what = f"images that were pushed in {change.left.region} alone"
        yield Step("copy", what, (there, here, *_copied(change, left)), 20, _ONE_WAY, change.taking.region)
        return
    target = change.taking.environment.target
    role = change.taking.names.plain("ci", "release")
    every = [entry for _, entry in change.taking.environment.every() if isinstance(entry, Task) and has_own(entry)]
    built = sorted({registry.platform(entry) for entry in every})
    image = f'{registry.address(change.taking)}/"${{REPOSITORY:?}}:${{TAG:?}}"'
    pushed = (Command(registry.build(one, image)) for one in built)
    why = (
        f"set REPOSITORY to one of those at the end, under `code`, and TAG; then `infragen release {target} --tag TAG`,"
        f" or write the tag in the catalogue and apply"
    )
    if registry.is_copy(change.taking) and any(getattr(entry, "deploy", "") == "pipeline" for entry in every):
        why += (
            f"\nCI's workflow pushes in {change.left.region} alone; of its roles, {role} may push here what a pipeline"
            " deploys, if `infragen bootstrap` made it"
        )
    yield Step("code", f"push to the registry in {change.taking.region}", (here, *pushed), 20, why)


def _names(ctx: BuildContext) -> list[str]:
    return sorted({
        registry.repository_name(ctx.of(owner)) for owner, entry in ctx.environment.every() if has_own(entry)
    })  # fmt: skip


def _copied(change: Takeover, names: list[str]) -> Iterator[Command]:
    before, after = (registry.begins(place) for place in (change.left, change.taking))
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
    left, taking = registry.address(change.left), registry.address(change.taking)
    copied = registry.imagetools(f'{taking}/"$to"', f'{left}/"$from"')
    yield Command(
        f"(while read -r from to; do {copied} || exit 1; done < {_FILE}) && rm {_FILE}",
        "it ends with the first that fails: type both lines again, which leaves out what has come",
    )

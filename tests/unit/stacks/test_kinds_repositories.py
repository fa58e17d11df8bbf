"""Image repositories that no other entry has: what is brought into them, and who pulls from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.build_context import BuildContext
from infragen.core.delivery import Image
from infragen.kinds.services import build
from infragen.stacks.build import draft, in_force
from infragen.stacks.running import images
from tests.unit.stacks.systems import DEV, SERVICE, environment, rendered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

REGISTRY = "111122223333.dkr.ecr.ap-northeast-1.amazonaws.com"
UPSTREAM = "public.ecr.aws/aws-observability/aws-for-fluent-bit:3.4.16"
COPIED = f"docker buildx imagetools create --prefer-index=false --tag {REGISTRY}/demo-dev-fluent-bit:3.4.16 {UPSTREAM}"
ROUTER = "sidecars: {router: {image: {repository: fluent-bit, tag: 3.4.16}}}\n"


def files(service: str = ROUTER, said: str = f"copy_of: {UPSTREAM}\nkeep: 20\n") -> Mapping[str, str]:
    return {
        "repositories/fluent-bit.yaml": f"name: fluent-bit\ntitle: Fluent Bit\n{said}",
        "services/web.yaml": SERVICE + service,
    }


def test_it_is_made_as_the_repositories_of_services_are(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, files()))
    call = found.call("network/repository-fluent-bit.tf", "image_repository_fluent_bit")
    assert call["source"] == found.call("network/images-service-web.tf", "repository_service_web")["source"]
    assert (call["name"], call["kept_images"]) == ('"demo-dev-fluent-bit"', "20")


def test_a_sidecar_runs_its_image_and_its_task_may_pull_it(tmp_path: Path) -> None:
    found = rendered(environment(tmp_path, files()))
    call = found.call("app/service-web.tf", "service_web")
    assert "${local.network.image_repository_fluent_bit_url}:3.4.16" in call["sidecars"]
    assert "local.network.image_repository_fluent_bit_arn" in call["repository_arns"]


def test_an_entry_itself_may_run_its_image(tmp_path: Path) -> None:
    service = SERVICE.replace("image: {tag: v1}", "image: {repository: fluent-bit, tag: 3.4.16}")
    assert service != SERVICE
    call = rendered(environment(tmp_path, {**files(), "services/web.yaml": service})).call(
        "app/service-web.tf", "service_web"
    )
    assert call["image"] == '"${local.network.image_repository_fluent_bit_url}:3.4.16"'
    assert call["repository_arn"] == "local.network.image_repository_fluent_bit_arn"


def test_apply_awaits_the_copy_and_says_how_it_is_made(tmp_path: Path) -> None:
    for deploy in ("", "deploy: pipeline\n"):  # a pipeline brings the images of its own repository alone
        made = draft(environment(tmp_path, files(ROUTER + deploy)))
        copied = Image("ap-northeast-1", "demo-dev-fluent-bit", "3.4.16", COPIED)
        found = [image for owner, image in images(made, "app") if owner == "services/web"]
        assert copied in found
        assert len(found) == (1 if deploy else 2)


def test_people_are_told_the_command_or_where_they_push_to(tmp_path: Path) -> None:
    told = {
        one.line.what: one.line.value
        for one in draft(environment(tmp_path, files())).outputs
        if one.owner == "repositories/fluent-bit"
    }
    assert told[f"copy {UPSTREAM} into it"] == COPIED
    assert "docker login" in str(told["sign in to the image registry"])
    plain = draft(environment(tmp_path, files(said="")))
    assert "images are pushed to" in {one.line.what for one in plain.outputs if one.owner == "repositories/fluent-bit"}


def test_an_image_of_another_region_needs_a_way_out(tmp_path: Path) -> None:
    """Endpoints lead to the registry of their own region alone."""
    settings = DEV.replace("10.0.0.0/16}", "10.0.0.0/16, nat: single, endpoints: [ecr.api, ecr.dkr, logs]}")
    reached = {}
    for region in ("ap-northeast-1", "us-east-1"):
        image = f'sidecars: {{router: {{image: "111122223333.dkr.ecr.{region}.amazonaws.com/router:1.0"}}}}\n'
        found = environment(tmp_path / region, {**files(image), "dev.yaml": settings})
        ctx = BuildContext(found, in_force(found))
        relations = build.relations(found.entries["services"]["web"], ctx.of("services/web"))
        reached[region] = {one.target for one in relations}
    assert "internet" not in reached["ap-northeast-1"]
    assert "internet" in reached["us-east-1"]

"""A deployment of a REST API holds nothing that the same apply removes; with infragen's own modules of gateways."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.engine import proxy, small
from tests.engine.faults import open_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.engine.faults import World

pytestmark = [pytest.mark.terraform, pytest.mark.sandbox]

NETWORK = "templates/kinds/network/main.tf"
API = """
module "gateway_web" {
  source = "../modules/api_gateway_regional"

  name                     = "web"
  description              = "Web"
  minimum_compression_size = 1024
}

module "STAGE" {
  source = "../modules/api_gateway_stage"

  name                            = "dev"
  rest_api_id                     = module.gateway_web.id
  description                     = "Web"
  requests_per_second             = 10
  burst                           = 20
  access_log_group_name           = "/small/web"
  access_log_retention_in_days    = 30
  execution_log_retention_in_days = 30
  traced                          = false
  redeploy_on                     = FINGERPRINTS
}
"""
ROUTE = """
module "route_NAME" {
  source = "../modules/api_gateway_route"

  rest_api_id      = module.gateway_web.id
  root_resource_id = module.gateway_web.root_resource_id
  path             = "NAME"
  backend_path     = "NAME"
  methods          = METHODS
  authorization    = "NONE"
  vpc_link_id      = "link"
  backend_url      = "http://backend.internal"
}
"""
_A_METHOD_GONE = ["DELETE methods", "DELETE methods"]
"""Of a path itself, and of all below it."""
MOVED = "\nmoved {\n  from = module.stage_web\n  to   = module.stage_site\n}\n"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One applied environment for all tests here, which go on with it in their order."""
    with open_world(tmp_path_factory.mktemp("early"), aws=("network",)) as made:
        base = (made.project / NETWORK).read_text(encoding="utf-8")
        (made.project / NETWORK).with_name("base.tf").write_text(base, encoding="utf-8")
        write(made, orders=["GET", "POST"], parts=["ANY"], boxes=["GET"])
        apply(made)
        yield made


def write(world: World, *, stage: str = "stage_web", more: str = "", **routes: list[str]) -> None:
    """Write a network that also has an API with some routes and their methods, and render it."""
    prints = "".join(f"    {name} = module.route_{name}.fingerprint\n" for name in sorted(routes))
    own = API.replace("STAGE", stage).replace("FINGERPRINTS", f"{{\n{prints}  }}")
    for name, methods in routes.items():
        own += ROUTE.replace("NAME", name).replace("METHODS", str(methods).replace("'", '"'))
    place = world.project / NETWORK
    place.write_text(place.with_name("base.tf").read_text(encoding="utf-8") + own + more, encoding="utf-8")
    small.render(world.project)


def apply(world: World, code: int = 0) -> str:
    ended = world.run("apply", small.TARGET, "--sandbox", "--yes")
    assert ended.code == code, ended.said
    return ended.said


def deed(request: proxy.Request) -> str | None:
    """Return what a request does to the methods, the deployments and the stage of an API."""
    found = re.search(
        r"/restapis/[^/]+/(?:resources/[^/]+/(methods)/[A-Z]+$|(deployments|stages)(?:/|$))", request.path
    )
    return f"{request.method} {found[1] or found[2]}" if found and request.method != "GET" else None


def heard(world: World) -> list[str]:
    """Return a list that what is done to the API is added to from now on."""
    seen: list[str] = []
    hear = type(world.proxy).heard

    def also(request: proxy.Request, status: int, content: bytes) -> None:
        hear(world.proxy, request, status, content)
        if found := deed(request):
            seen.append(found)

    world.proxy.heard = also  # type: ignore[method-assign]
    return seen


def test_a_removed_method_is_gone_before_the_deployment(world: World) -> None:
    write(world, orders=["GET"], parts=["ANY"], boxes=["GET"])
    seen = heard(world)
    said = apply(world)
    assert seen == [*_A_METHOD_GONE, "POST deployments", "PATCH stages", "DELETE deployments"]
    assert "1 added, 1 changed, 5 destroyed" in said


def test_so_is_a_whole_route_while_another_one_comes(world: World) -> None:
    write(world, orders=["GET"], boxes=["GET"], bins=["GET"])
    seen = heard(world)
    apply(world)
    assert seen.index("DELETE methods") < seen.index("POST deployments")
    assert seen.index("PUT methods") < seen.index("POST deployments")
    assert "no changes" in world.run("plan", small.TARGET, "--sandbox").said


def test_what_is_renamed_and_needs_the_deployment_comes_before_a_removal(world: World) -> None:
    write(world, stage="stage_site", more=MOVED, orders=["GET"], boxes=["GET"])
    seen = heard(world)
    said = apply(world, 1)
    assert "error K013 network: parts of an API cannot be removed before module.stage_site" in said
    assert seen == []
    write(world, stage="stage_site", more=MOVED, orders=["GET"], boxes=["GET"], bins=["GET"])
    apply(world)
    assert seen == []


@pytest.mark.long
def test_a_deployment_that_fails_is_made_by_the_next_apply(world: World) -> None:
    write(world, stage="stage_site", more=MOVED, orders=["GET", "POST"], parts=["ANY"], boxes=["GET"], bins=["GET"])
    apply(world)  # nothing leaves, whichever of the tests above ran
    write(world, stage="stage_site", more=MOVED, orders=["GET"], parts=["ANY"], boxes=["GET"], bins=["GET"])
    seen = heard(world)
    refused = proxy.Answer(400, "BadRequestException")
    world.proxy.on(lambda request: deed(request) == "POST deployments", times=20, answer=refused)
    apply(world, 1)
    assert seen == _A_METHOD_GONE
    world.proxy.forget()
    apply(world)
    assert seen[2:] == ["POST deployments", "PATCH stages", "DELETE deployments"]
    assert "no changes" in world.run("plan", small.TARGET, "--sandbox").said

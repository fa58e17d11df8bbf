"""What people are told of what stands: addresses, what to do next, how a secret is read; no secret itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from infragen.core.expressions import Export, Label, Module
from infragen.core.kind import empty
from infragen.core.operations import OutputLine
from infragen.diagnostics import InfragenError
from infragen.kinds import kinds
from infragen.stacks.build import draft
from tests.unit.stacks.systems import BFF, DATABASE, DEV, GATEWAY, SERVICE, environment, rendered, service

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

REGISTRY = "111122223333.dkr.ecr.ap-northeast-1.amazonaws.com"
HOME = {"databases/main.yaml": DATABASE, "services/web.yaml": SERVICE + "database: main\n"}


def told(root: Path, files: Mapping[str, str] | None = None) -> list[tuple[str, str, str]]:
    """Return whose it is, what it is about and what it is, of all that is told."""
    found = draft(environment(root, files)).outputs
    return [(one.owner, one.line.about, one.line.what) for one in found]


def value(root: Path, files: Mapping[str, str], owner: str, what: str) -> Any:
    [found] = [
        one.line for one in draft(environment(root, files)).outputs if one.owner == owner and what in one.line.what
    ]
    return found.value


def test_an_image_s_push_is_told_with_its_platform_and_tag(tmp_path: Path) -> None:
    files = {"services/web.yaml": SERVICE + "architecture: arm64\n"}
    pushed = value(tmp_path, files, "services/web", "push its image")
    assert pushed == f"docker buildx build --push --platform linux/arm64 --tag {REGISTRY}/demo-dev-web:v1 ."


SITE = {
    "buckets/assets.yaml": "name: assets\ntitle: Assets\n",
    "buckets/uploads.yaml": "name: uploads\ntitle: Uploads\n",
    "balancers/api.yaml": "name: api\ntitle: API\nreach: cloudfront\nroutes: {web: {service: web, paths: [/api/*]}}\n",
    "services/web.yaml": SERVICE + "uses: {buckets/uploads: {access: read-write}}\n",
    "distributions/site.yaml": """\
name: site
title: Site
origins: {assets: {bucket: assets, path: /app}, uploads: {bucket: uploads}, api: {balancer: api}}
default: {origin: assets, index: index.html, single_page: true}
behaviours: {/uploads/*: {origin: uploads}, /api/*: {origin: api, methods: all}}
""",
}


def test_of_a_distribution_it_is_told_how_files_are_uploaded_and_fetched_anew(tmp_path: Path) -> None:
    pieces = value(tmp_path / "site", SITE, "distributions/site", "upload the files of `assets`").pieces
    command = "".join(one if isinstance(one, str) else f"<{one.attribute}>" for one in pieces)
    assert command == (
        "aws s3 sync FOLDER --no-follow-symlinks s3://<name>/app/ --delete --region ap-northeast-1"
        " && aws cloudfront create-invalidation --paths '/*' --distribution-id <id>"
    )
    found = {what: about for owner, about, what in told(tmp_path / "told", SITE) if owner == "distributions/site"}
    assert found["upload the files of `assets`, and have them fetched anew"] == "next"
    assert found["upload the files of `uploads`, and have them fetched anew"] == "detail"


def test_objects_that_a_service_writes_are_not_deleted_by_an_upload(tmp_path: Path) -> None:
    pieces = value(tmp_path, SITE, "distributions/site", "upload the files of `uploads`").pieces
    assert "--delete" not in "".join(map(str, pieces))


def test_static_files_of_an_image_are_uploaded_by_their_service_and_the_bucket_is_not_made_the_same_as_a_folder(
    tmp_path: Path,
) -> None:
    web = SERVICE + "deploy: pipeline\nstatic_files: {path: /app/static, bucket: assets, prefix: app}\n"
    files = {**SITE, "services/web.yaml": web}
    command = str(value(tmp_path / "command", files, "services/web", "before its image runs"))
    assert 'docker cp "$id:/app/static/." static-files' in command
    bucket = "s3://demo-dev-assets-111122223333/app"
    assert f"aws s3 sync static-files {bucket} --no-follow-symlinks --region ap-northeast-1" in command
    assert command.index("! find static-files ! -type d ! -type f | grep .") < command.index("aws s3 sync")
    assert "--delete" not in command
    found = [what for owner, _, what in told(tmp_path / "told", files) if owner == "distributions/site"]
    assert "upload the files of `assets`, and have them fetched anew" not in found


def test_code_is_told_which_keys_a_path_stands_for_and_what_it_sees_of_requests_that_are_cached(tmp_path: Path) -> None:
    site = SITE["distributions/site.yaml"].replace(
        "/api/*: {origin: api, methods: all}",
        "/api/*: {origin: api, cache: 5 min, cache_key: {headers: [Authorization]}}",
    )
    files = {**SITE, "distributions/site.yaml": site}
    found = draft(environment(tmp_path, files)).outputs
    assert {one.line.value for one in found if one.line.about == "code"} == {
        "uploads/*", "headers Authorization, Host; all query strings",
    }  # fmt: skip
    assert "app/*" in {one.line.value for one in found if one.line.about == "detail"}, "no service uses that bucket"


def test_code_is_told_by_which_path_a_gateway_calls_it(tmp_path: Path) -> None:
    files = {
        **service("shop"),
        **service("desk"),
        "gateways/public.yaml": GATEWAY + "routes: {front: desk, shop: shop}\n",
    }
    lines = [one.line for one in draft(environment(tmp_path, files)).outputs if one.line.about == "code"]
    assert [(one.what.partition(":")[0], one.value) for one in lines] == [
        ("requests for `/front` reach the service as", "/desk"),
        ("bodies are text in UTF-8", "binary_media_types"),
    ]


def test_of_a_job_whose_images_a_pipeline_brings_it_is_told_which_revision_it_starts(tmp_path: Path) -> None:
    job = "name: migrate\ntitle: Migrations\nimage: {repository: web, tag: v1}\n"
    job += "sizes: {normal: {cpu: 0.25 vCPU, memory: 0.5 GB}}\n"
    uses = "uses: {databases/main: {access: migrate}}\n"
    web = HOME["services/web.yaml"] + "deploy: pipeline\n"
    whats = [
        what
        for owner, _, what in told(tmp_path / "a", {**HOME, "services/web.yaml": web, "jobs/migrate.yaml": job + uses})
        if owner == "jobs/migrate"
    ]
    said = "start its newest revision: after an apply that changed it, with the image `v1`"
    assert f"{said}; a release runs it with the released one" in whats
    assert "start it" in [what for _, _, what in told(tmp_path / "b", {**HOME, "jobs/migrate.yaml": job + uses})]


def test_a_balancer_behind_a_distribution_is_no_address_that_anybody_calls(tmp_path: Path) -> None:
    assert {about for owner, about, _ in told(tmp_path, SITE) if owner == "balancers/api"} == {"detail"}


def test_signing_in_to_the_registry_is_told_once_for_all_services(tmp_path: Path) -> None:
    found = told(tmp_path, {**service("shop"), **service("desk")})
    assert [what for _, _, what in found].count("sign in to the image registry") == 1
    assert len([what for _, _, what in found if "push its image" in what]) == 3


def test_an_image_of_another_repository_is_nobody_s_to_push(tmp_path: Path) -> None:
    files = {"services/web.yaml": SERVICE.replace("{tag: v1}", "{tag: v1, repository: base}")}
    assert told(tmp_path, files) == [("services/web", "detail", "read its log")]


def test_a_shell_is_told_where_it_is_allowed(tmp_path: Path) -> None:
    files = {"services/web.yaml": SERVICE + "exec: true\n"}
    command = value(tmp_path, files, "services/web", "open a shell")
    assert command.startswith("aws ecs execute-command --cluster demo-dev --task TASK --container app ")


def test_every_name_of_a_load_balancer_is_an_address_but_for_wildcards(tmp_path: Path) -> None:
    zone = {"dev.yaml": f"{DEV}domain_name: demo.com\n", "zones/main.yaml": "name: main\ntitle: M\ndelegated: true\n"}
    front = "name: front\ntitle: F\nreach: internet\nzone: main\nhosts: ['@', www, '*.lists']\n"
    files = {**zone, "balancers/front.yaml": front + "routes: {web: {service: web, hosts: [api]}}\n"}
    told = draft(environment(tmp_path, files)).outputs
    found = [str(one.line.value) for one in told if one.line.about == "public"]
    assert found == [f"https://{name}demo.com" for name in ("", "www.", "api.")]


def test_a_gateway_s_own_names_are_its_addresses(tmp_path: Path) -> None:
    zone = {"dev.yaml": f"{DEV}domain_name: demo.com\n", "zones/main.yaml": "name: main\ntitle: M\ndelegated: true\n"}
    own = GATEWAY + "zone: main\nhosts: [api, v2]\n"
    for kept, addresses in (("false", []), ("true", ["invoke_url"])):
        files = {**zone, "gateways/public.yaml": f"{own}keep_default_endpoint: {kept}\n"}
        told = draft(environment(tmp_path / kept, files)).outputs
        found = [
            str(getattr(one.line.value, "attribute", one.line.value)) for one in told if one.line.about == "public"
        ]
        assert found == ["https://api.demo.com", "https://v2.demo.com", *addresses]


def test_a_gateway_s_name_in_somebody_else_s_zone_is_told_with_what_to_enter_there(tmp_path: Path) -> None:
    arn = "arn:aws:acm:ap-northeast-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
    files = {"gateways/public.yaml": f"{GATEWAY}certificate: {arn}\nhosts: [api.demo.com]\n"}
    found = value(tmp_path, files, "gateways/public", "CNAME record of api.demo.com")
    assert (found.module.label, found.attribute, found.key) == ("domain_names_public", "target_names", "api.demo.com")


def test_a_database_s_address_is_where_users_connect_to(tmp_path: Path) -> None:
    plain = value(tmp_path / "plain", HOME, "databases/main", "host and port")
    assert [str(getattr(piece, "attribute", piece)) for piece in plain.pieces] == ["endpoint", ":3306"]
    assert plain.pieces[0].module.label == "database_main"
    proxied = {**HOME, "databases/main.yaml": DATABASE + "proxy: {}\n"}
    assert (
        value(tmp_path / "proxied", proxied, "databases/main", "host and port").pieces[0].module.label == "proxy_main"
    )


@pytest.mark.parametrize(
    ("more", "begins"),
    [
        ("", '"$(aws rds describe-db-clusters --db-cluster-identifier demo-dev-database-main '),
        ("master_password: write-only\n", "demo-dev-database-main-master-password "),
    ],
)
def test_the_master_password_is_read_where_it_is_kept(tmp_path: Path, more: str, begins: str) -> None:
    command = value(tmp_path, {"databases/main.yaml": DATABASE + more}, "databases/main", "password")
    assert command.startswith(f"aws secretsmanager get-secret-value --secret-id {begins}")


def test_an_address_on_the_internet_comes_first(tmp_path: Path) -> None:
    files = {**HOME, "gateways/public.yaml": GATEWAY, "bffs/shop.yaml": BFF}
    abouts = [about for _, about, _ in told(tmp_path, files)]
    assert abouts[0] == "public"
    assert abouts == sorted(abouts, key=["public", "address", "next", "code", "secret", "detail"].index)


def test_a_client_s_key_is_read_by_its_name(tmp_path: Path) -> None:
    files = {"gateways/public.yaml": GATEWAY + "clients: {acme: Acme}\n"}
    command = value(tmp_path, files, "gateways/public", "key of acme")
    assert command.startswith("aws apigateway get-api-keys --name-query demo-dev-public-acme --include-values ")


def test_an_alarm_s_address_has_to_be_confirmed(tmp_path: Path) -> None:
    files = {"dev.yaml": f"{DEV}alarm_email: me@demo.example\n"}
    assert value(tmp_path, files, "alarms", "confirm the subscription") == "me@demo.example"


def test_what_only_aws_decides_is_published_also_where_no_other_stack_reads_it(tmp_path: Path) -> None:
    system = "schema: 1\nname: demo\ntitle: Demo\n"
    one = dict.fromkeys(("network", "security", "data", "edge", "compute", "monitoring"), "all")
    layout = "".join(f"{role}: {stack}, " for role, stack in one.items())
    found = rendered(environment(tmp_path, {**HOME, "system.yaml": f"{system}layout: {{{layout}}}\n"}))
    assert 'output "database_main_endpoint"' in found.files["all/outputs.tf"]
    assert found.draft.wiring.outputs["all"]["database_main_endpoint"].reader is None


def test_what_is_published_for_a_reader_is_not_published_twice(tmp_path: Path) -> None:
    outputs = rendered(environment(tmp_path, HOME)).files["data/outputs.tf"]
    assert outputs.count('output "database_main_endpoint"') == 1


def test_a_kind_that_tells_of_what_is_not_built_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export = Export(Module("services/web", "nowhere", Label("web")), "address")
    monkeypatch.setattr(
        type(kinds()["services"].operations),
        "outputs",
        lambda _kind, *_: (OutputLine("address", "where it is", export),),
        raising=False,
    )
    with pytest.raises(InfragenError) as raised:
        draft(environment(tmp_path))
    assert raised.value.diagnostics[0].code == "L204"
    assert "people are told of the nowhere of services/web" in raised.value.diagnostics[0].message


def test_nothing_that_is_told_is_a_secret(tmp_path: Path) -> None:
    files = {**HOME, "gateways/public.yaml": GATEWAY + "clients: {acme: Acme}\n"}
    for one in draft(environment(tmp_path, files)).outputs:
        if one.line.about == "secret":
            assert one.line.is_command
            assert not list(one.line.exports)


def test_a_zone_that_is_made_says_which_name_servers_to_enter(tmp_path: Path) -> None:
    zone = "name: main\ntitle: Main\ndomain_name: demo.example\n"
    servers = value(tmp_path / "made", {"zones/main.yaml": zone}, "zones/main", "name servers for demo.example")
    assert servers.attribute == "name_servers"
    there = {"zones/main.yaml": zone + "zone_id: Z0123456789ABCDEFGHIJ\n"}
    assert [owner for owner, _, _ in told(tmp_path / "there", there) if owner == "zones/main"] == []


def test_a_queue_and_a_bucket_say_where_they_are(tmp_path: Path) -> None:
    files = {"queues/orders.yaml": "name: orders\ntitle: Orders\n", "buckets/files.yaml": "name: files\ntitle: Files\n"}
    url = value(tmp_path / "queue", files, "queues/orders", "messages are sent to")
    assert (url.module.label, url.attribute) == ("sqs_queue_orders", "url")
    place = value(tmp_path / "bucket", files, "buckets/files", "objects lie in")
    assert place.pieces[0] == "s3://"
    look = value(tmp_path / "letters", files, "queues/orders", "could not be handled")
    assert "/111122223333/demo-dev-orders-dead-letters " in look


@pytest.mark.parametrize(
    ("owner", "name", "dead"),
    [
        ("queues/orders", "demo-dev-orders", "demo-dev-orders-dead-letters"),
        ("services/shop", "demo-dev-shop-events", "demo-dev-shop-events-dlq"),
    ],
)
def test_what_could_not_be_handled_is_tried_again_by_who_may(tmp_path: Path, owner: str, name: str, dead: str) -> None:
    files = {
        "dev.yaml": DEV + "customer_keys: true\n",
        "queues/orders.yaml": "name: orders\ntitle: Orders\ndead_letters: {max_receive_count: 3, retention: 10 days}\n",
        **service("shop", "events: {dead_letters: {max_receive_count: 3, retention: 10 days}}\n"),
        "services/web.yaml": SERVICE + "calls: {shop: {access: event, why: it tells}}\n",
    }
    arn = "arn:aws:sqs:ap-northeast-1:111122223333:"
    assert f"/{dead} " in value(tmp_path / "look", files, owner, "in 3 attempts; each is kept for 10 days")
    move = value(tmp_path / "move", files, owner, "have all of them tried again")
    assert move == f"aws sqs start-message-move-task --source-arn {arn}{dead} --region ap-northeast-1"
    allowed = value(tmp_path / "allow", files, owner, "let a role do both").pieces
    text = "".join(one if isinstance(one, str) else f"{one.module.label}.{one.attribute}" for one in allowed)
    statements = json.loads(text.partition("--policy-document '")[2].rstrip("'"))["Statement"]
    assert [(one["Resource"], len(one["Action"])) for one in statements] == [
        (f"{arn}{dead}", 6),
        (f"{arn}{name}", 1),
        ("key_messages.arn", 2),
    ]
    assert "sqs:StartMessageMoveTask" in statements[0]["Action"]
    assert statements[1]["Action"] == ["sqs:SendMessage"]


def test_of_every_kind_that_builds_something_by_itself_something_is_told() -> None:
    silent = {name for name, kind in kinds().items() if kind.operations.outputs is empty}
    assert silent == {"domains"}

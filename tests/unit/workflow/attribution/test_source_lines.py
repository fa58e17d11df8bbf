from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from tests.conftest import ROOT
from tests.unit.plan.plans import plan, resource

from infragen.diagnostics import Location
from infragen.plan import Action, Change, Entry, ShownSides, parse_plan
from infragen.plan.address import split_address
from infragen.workflow.attribution.change_sets import attribute_to_catalogue
from infragen.workflow.attribution.source_lines import CatalogueSources, FolderSources, sources_of_folder
from infragen.workflow.rendering.composition import compose, templates_of
from infragen.workflow.rendering.eject import eject
from infragen.workflow.target import open_project, resolve_one

if TYPE_CHECKING:
    from pathlib import Path

PLANNING = "catalog/technova/services/manufacturing/planning.yaml"
SYSTEM = "catalog/technova/system.yaml"
PROD = "environments/technova/prod.yaml"
POLICY = "target_tracking_scaling_policy_configuration"
CLUSTER = "module.database_planning.aws_rds_cluster.this"
TARGET = "module.scaling_service_planning.aws_appautoscaling_target.this"
TRACKING = 'module.scaling_service_planning.aws_appautoscaling_policy.tracking["cpu"]'
EVENING = 'module.scaling_service_auth.aws_appautoscaling_scheduled_action.this["evening"]'

CONFIGURATION = {
    "root_module": {
        "module_calls": {
            "scaling_service_planning": {
                "expressions": {"max_tasks": {"constant_value": 12}},
                "module": {
                    "resources": [
                        {
                            "address": "aws_appautoscaling_target.this",
                            "expressions": {"max_capacity": {"references": ["var.max_tasks"]}},
                        }
                    ]
                },
            }
        }
    }
}


def change(address: str, stack: str | None = None, entry: Entry | None = None) -> Change:
    *modules, kind, last = split_address(address)
    name, _, key = last.partition("[")
    mode = "data" if modules[-1:] == ["data"] else "managed"
    module = ".".join(modules[:-1] if mode == "data" else modules)
    index = key.removesuffix("]") or None
    return Change(address, module, kind, name, index, "aws", mode, Action.UPDATE, stack=stack, entry=entry)


def line_of(file: str, text: str) -> int:
    lines = (ROOT / file).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


@pytest.fixture(scope="module")
def catalogue(repository: Path) -> CatalogueSources:
    project = open_project(repository)
    environment = resolve_one(project, "technova/prod")[1]
    return CatalogueSources(compose(project, environment, templates_of(project)))


@pytest.mark.parametrize(
    ("address", "attribute", "field", "line"),
    [
        (f"services-manufacturing {TARGET}", "max_capacity", "tasks.max", (PLANNING, "tasks:")),
        (f"services-manufacturing {TRACKING}", f"{POLICY}[0].target_value", "scaling.cpu", (SYSTEM, "cpu: 70 %")),
        (f"data-manufacturing {CLUSTER}", "deletion_protection", "deletion_protection", (PROD, "deletion_protection")),
        ("network module.vpc.aws_vpc.this", "cidr_block", "network.cidr", (PROD, "cidr: 10.3.0.0/16")),
        (f"services-common {EVENING}", "schedule", "scaling.schedules.evening", (SYSTEM, "evening:")),
        (
            f"services-common {EVENING}",
            "scalable_target_action[0].min_capacity",
            "scaling.schedules.evening",
            (SYSTEM, "evening:"),
        ),
    ],
)
def test_a_value_of_infragen_s_own_plan_names_its_field_and_line(
    catalogue: CatalogueSources, address: str, attribute: str, field: str, line: tuple[str, str]
) -> None:
    stack, _, alone = address.partition(" ")
    combined = f"module.{stack.replace('-', '_')}.{alone}"
    for shown in (alone, combined):
        origin = catalogue.origin(change(shown, stack), attribute, ["not_to_be_believed"])
        assert origin is not None
        assert (origin.field, origin.location.file, origin.location.line) == (field, line[0], line_of(*line))


def test_a_changed_maximum_is_reported_with_the_line_to_look_at(repository: Path) -> None:
    project = open_project(repository)
    composed = compose(project, resolve_one(project, "technova/prod")[1], templates_of(project))
    module = TARGET.removesuffix(".aws_appautoscaling_target.this")
    sides = [{"min_capacity": 2, "max_capacity": most, "resource_id": "service/x"} for most in (8, 12)]
    read = parse_plan(plan(resource(TARGET, ["update"], *sides, module_address=module), configuration=CONFIGURATION))
    change_set = attribute_to_catalogue(composed, "services-manufacturing").apply(read)
    origins = [attribute.origin for attribute in change_set.changes[0].attributes]
    assert [(one.field, one.location.line) for one in origins if one] == [("tasks.max", line_of(PLANNING, "tasks:"))]


CAPACITY = "serverlessv2_scaling_configuration"
REPOSITORY = "module.repository_service_planning.aws_ecr_repository.this"


@pytest.mark.parametrize(
    ("address", "attribute", "sides", "origin"),
    [
        (TARGET, "max_capacity", ("8", "12"), ("tasks.max", False)),
        (TARGET, "max_capacity", ("12", "8"), ("tasks.max", True)),
        (TARGET, "max_capacity", ("up to 12", "up to 8"), ("tasks.max", True)),
        (REPOSITORY, "force_delete", ("true", "false"), ("production", False)),
        (CLUSTER, CAPACITY, ("from 8 ACU, up to 64 ACU", "from 0.5 ACU, up to 16 ACU"), ("capacity", True)),
        (CLUSTER, CAPACITY, ("from 16 ACU, up to 64 ACU", "from 0.5 ACU, up to 16 ACU"), ("capacity", True)),
        (CLUSTER, CAPACITY, ("up to 64 ACU", "up to 16 ACU"), ("capacity.max", True)),
        (TRACKING, f"{POLICY}[0].target_value", ("60", "70"), ("scaling.cpu", True)),
        (TRACKING, f"{POLICY}[0].target_value", (None, "50"), None),
        (CLUSTER, "deletion_protection", ("false", "true"), ("deletion_protection", True)),
        (CLUSTER, "preferred_backup_window", ("x", "18:00-19:00"), ("backup.window", False)),
        (CLUSTER, "enabled_cloudwatch_logs_exports", ('["audit"]', None), None),
    ],
)
def test_a_change_names_a_field_only_where_it_can_be_no_other(
    catalogue: CatalogueSources,
    address: str,
    attribute: str,
    sides: tuple[str | None, str | None],
    origin: tuple[str, bool] | None,
) -> None:
    stack = {CLUSTER: "data-manufacturing", REPOSITORY: "registry"}.get(address, "services-manufacturing")
    found = catalogue.origin(change(address, stack), attribute, [], ShownSides(*sides))
    assert (found and (found.field, found.is_own)) == origin


@pytest.mark.parametrize(
    ("address", "attribute"),
    [
        (TARGET, "resource_id"),
        (TARGET, "scalable_dimension"),
        (TARGET, "id"),
        ("module.service_planning.aws_ecs_task_definition.this", "container_definitions"),
        ("module.unheard_of.aws_x.this", "name"),
    ],
)
def test_what_no_single_field_drives_names_none(catalogue: CatalogueSources, address: str, attribute: str) -> None:
    assert catalogue.origin(change(address, "services-manufacturing"), attribute, []) is None


def test_what_the_module_s_text_does_not_show_comes_from_the_plan_s_arguments(catalogue: CatalogueSources) -> None:
    unknown = change("module.scaling_service_planning.aws_other.this", "services-manufacturing")
    origin = catalogue.origin(unknown, "most", ["max_tasks"])
    assert origin is not None
    assert origin.field == "tasks.max"


def test_an_object_stands_at_its_entry_or_at_the_environment(catalogue: CatalogueSources) -> None:
    entry = Entry("services/planning", location=Location(PLANNING, 7))
    assert catalogue.place(change(TARGET, "services-manufacturing", entry=entry)) == entry.location
    vpc = catalogue.place(change("module.vpc.aws_vpc.this", "network"))
    assert vpc is not None
    assert vpc.file == PROD
    assert catalogue.place(change("aws_vpc.foreign")) is None


def test_a_block_that_a_field_leaves_out_names_that_field(project: Path) -> None:
    file = "catalog/delivery-tracking/caches/main.yaml"
    path = project / file
    text = path.read_text("utf-8")
    path.write_text(text.replace("snapshots: {retention: 5 days, window: 03:00-04:00}", "snapshots: null"), "utf-8")
    opened = open_project(project)
    sources = CatalogueSources(compose(opened, resolve_one(opened, "delivery-tracking/prod")[1], templates_of(opened)))
    group = change("module.cache_main.aws_elasticache_replication_group.this", "data")
    kept = sources.origin(group, "snapshot_retention_limit", [], ShownSides("5", "0"))
    assert kept is not None
    assert (kept.field, kept.is_own) == ("snapshots", False)
    line = path.read_text("utf-8").splitlines()[kept.location.line - 1]
    assert (kept.location.file, line) == (file, "snapshots: null")
    assert sources.origin(group, "kms_key_id", [], ShownSides('"a"', None)) is None
    record = change('module.names_public.aws_route53_record.this["api.delivery.example.com"]', "edge")
    unknown = sources.origin(record, "health_check_id", [], ShownSides('"1"', "(known after apply)"))
    assert unknown is None


def test_what_goes_names_no_line_of_what_it_was(repository: Path) -> None:
    project = open_project(repository)
    composed = compose(project, resolve_one(project, "technova/prod")[1], templates_of(project))
    module = TARGET.removesuffix(".aws_appautoscaling_target.this")
    gone = resource(TARGET, ["delete"], {"min_capacity": 2, "max_capacity": 12}, None, module_address=module)
    read = parse_plan(plan(gone, configuration=CONFIGURATION))
    (found,) = attribute_to_catalogue(composed, "services-manufacturing").apply(read).changes
    assert found.attributes
    assert not [one for one in found.attributes if one.origin]


def test_a_protection_is_told_at_the_line_that_sets_it(repository: Path) -> None:
    project = open_project(repository)
    composed = compose(project, resolve_one(project, "technova/prod")[1], templates_of(project))
    module = CLUSTER.removesuffix(".aws_rds_cluster.this")
    gone = resource(CLUSTER, ["delete"], {"deletion_protection": True}, None, module_address=module)
    (found,) = attribute_to_catalogue(composed, "data-manufacturing").apply(parse_plan(plan(gone))).changes
    assert found.protection is not None
    assert found.protection.attribute == "deletion_protection"
    origin = found.protection.origin
    assert origin is not None
    assert (origin.field, origin.location.file) == ("deletion_protection", PROD)
    assert origin.location.line == line_of(PROD, "deletion_protection")


def test_what_is_new_in_a_map_of_its_entry_stands_where_the_entry_says_so(repository: Path) -> None:
    project = open_project(repository)
    composed = compose(project, resolve_one(project, "delivery-tracking/prod")[1], templates_of(project))
    sources = CatalogueSources(composed)
    file = "catalog/delivery-tracking/balancers/public.yaml"
    entry = Entry("balancers/public", location=Location(file, 2))
    route = change('module.blue_green_public.aws_lb_listener_rule.this["backend-api-api"]', "edge", entry)
    made = sources.place(replace(route, action=Action.CREATE))
    assert made is not None
    assert (made.file, made.line) == (file, line_of(file, "api: {service: backend-api}"))
    assert sources.place(route) == entry.location
    for other in ("aws_lb_target_group.this[0]", "aws_lb_listener_rule.this"):
        unknown = change(f"module.blue_green_public.{other}", "edge", entry)
        assert sources.place(replace(unknown, action=Action.CREATE)) == entry.location


def test_hand_written_files_of_the_catalogue_name_their_own_lines(project: Path) -> None:
    folder = project / "catalog" / "technova" / "extra" / "network"
    folder.mkdir(parents=True)
    (folder / "peering.tf").write_text('\nresource "aws_vpc_peering_connection" "old" {\n  peer_vpc_id = "vpc-1"\n}\n')
    opened = open_project(project)
    environment = resolve_one(opened, "technova/dev")[1]
    sources = CatalogueSources(compose(opened, environment, templates_of(opened)))
    peering = change("aws_vpc_peering_connection.old", "network")
    file = "catalog/technova/extra/network/peering.tf"
    assert sources.place(peering) == Location(file, 2, 1)
    origin = sources.origin(peering, "peer_vpc_id", [])
    assert origin is not None
    assert (origin.field, origin.location) == (None, Location(file, 3, 3))


def test_what_ignore_changes_leaves_to_others_is_known_of_every_object(project: Path) -> None:
    opened = open_project(project)
    eject(opened, "technova", "services/planning", "dev", security_group=False, modules=False)
    folder = project / "catalog" / "technova" / "extra" / "network"
    folder.mkdir(parents=True)
    thing = 'resource "aws_vpc" "old" {\n  lifecycle {\n    ignore_changes = [tags, cidr_block[0]]\n  }\n}\n'
    (folder / "peering.tf").write_text(thing)
    environment = resolve_one(opened, "technova/dev")[1]
    ignored = CatalogueSources(compose(opened, environment, templates_of(opened))).ignored
    assert ignored("network", "aws_vpc.old") == {"tags"}
    for service in ("planning", "auth"):  # of the one a hand-written file calls the module
        stack = "services-manufacturing" if service == "planning" else "services-common"
        assert "desired_count" in ignored(stack, f"module.service_{service}.aws_ecs_service.this[0]")
        assert ignored(stack, f"module.service_{service}.aws_cloudwatch_log_group.this") == set()
    assert ignored("network", "aws_vpc.other") == set()


def test_what_an_ejected_file_hands_to_a_module_is_named_at_its_line(project: Path) -> None:
    opened = open_project(project)
    eject(opened, "technova", "services/planning", "dev", security_group=False, modules=False)
    environment = resolve_one(opened, "technova/dev")[1]
    sources = CatalogueSources(compose(opened, environment, templates_of(opened)))
    log = change("module.service_planning.aws_cloudwatch_log_group.this", "services-manufacturing")
    origin = sources.origin(log, "retention_in_days", [])
    assert origin is not None
    file = "catalog/technova/extra/services-manufacturing/dev/service-planning.tf"
    assert (origin.field, origin.location.file) == (None, file)
    line = (project / file).read_text().splitlines()[origin.location.line - 1]
    assert line.split()[0] == "log_retention_in_days"


MAIN = """\
resource "aws_vpc" "this" {
  cidr_block = var.cidr
}
data "aws_ami" "this" {}
module "app" {
  for_each = toset(["a.b"])
  source   = "../shared/app"
  size     = local.size
  kind     = "b"
}
module "far" {
  source = "example.test/far/aws"
}
locals {
  size = 3
}
"""
APP = """\
variable "size" {}
variable "name" {
  default = "app"
}
resource "aws_instance" "this" {
  ami  = "ami-1"
  size = var.size
  tags = { Name = var.name }
  mix  = "${var.size}-${var.name}"
  both = "${var.size}-${var.kind}"
  role = "${var.size}-${aws_iam_role.this.name}"
}
module "disk" {
  source = "./disk"
  size   = var.size
}
"""
DISK = 'variable "size" {}\nresource "aws_ebs_volume" "this" {\n  size = var.size\n  root_block { kind = "a" }\n}\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FolderSources:
    files = {
        "live/main.tf": MAIN,
        "shared/app/main.tf": APP,
        "shared/app/disk/disk.tf": DISK,
        "live/.terraform/modules/far/sub/main.tf": 'resource "aws_x" "y" {}\n',
        "live/.terraform/modules/modules.json": json.dumps(
            {"Modules": [{"Key": "", "Dir": "."}, {"Key": "far", "Dir": ".terraform/modules/far/sub"}]}
        ),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    found = sources_of_folder(tmp_path / "live")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("aws_vpc.this", "live/main.tf:1"),
        ("data.aws_ami.this", "live/main.tf:4"),
        ('module.app["a.b"].aws_instance.this[0]', "shared/app/main.tf:5"),
        ('module.app["a.b"].module.disk.aws_ebs_volume.this["x"]', "shared/app/disk/disk.tf:2"),
        ('module.app["a.b"].aws_gone.this', "live/main.tf:5"),
        ("module.far.aws_x.y", "live/.terraform/modules/far/sub/main.tf:1"),
        ("module.gone.aws_x.y", None),
        ("aws_gone.this", None),
    ],
)
def test_a_foreign_object_is_found_through_its_modules(folder: FolderSources, address: str, place: str | None) -> None:
    found = folder.place(change(address))
    assert (found and f"{found.file}:{found.line}") == place


@pytest.mark.parametrize(
    ("attribute", "line"),
    [
        ("ami", "shared/app/main.tf:6"),
        ("size", "live/main.tf:8"),
        ("tags", "shared/app/main.tf:3"),
        ("mix", "live/main.tf:8"),
        ("both", "shared/app/main.tf:10"),
        ("role", "shared/app/main.tf:11"),
        ("arn", None),
    ],
)
def test_a_foreign_value_is_followed_to_whoever_wrote_it(
    folder: FolderSources, attribute: str, line: str | None
) -> None:
    origin = folder.origin(change('module.app["a.b"].aws_instance.this'), attribute, [])
    assert (origin and f"{origin.location.file}:{origin.location.line}") == line
    assert origin is None or origin.field is None


def test_a_foreign_value_is_followed_through_two_modules(folder: FolderSources) -> None:
    volume = change("module.app.module.disk.aws_ebs_volume.this")
    origins = [folder.origin(volume, name, []) for name in ("size", "root_block[0].kind", "root_block[0].other")]
    found = [f"{one.location.file}:{one.location.line}" for one in origins if one]
    assert found == ["live/main.tf:8", "shared/app/disk/disk.tf:4", "shared/app/disk/disk.tf:4"]


def test_the_plan_s_own_arguments_help_where_the_text_does_not(folder: FolderSources) -> None:
    origin = folder.origin(change("module.app.aws_gone.this"), "size", ["size"])
    assert origin is not None
    assert str(origin.location) == "live/main.tf:8:3"


def test_files_that_cannot_be_read_are_notices(tmp_path: Path) -> None:
    (tmp_path / "bad.tf").write_text("resource {")
    (tmp_path / "large.tf").write_text("#" * 1_100_000)
    sources = sources_of_folder(tmp_path)
    assert sources is not None
    assert [notice.rsplit("/", 1)[-1].split(":")[0] for notice in sources.notices] == ["large.tf", "bad.tf"]
    assert sources.place(change("aws_x.y")) is None


def test_modules_that_call_themselves_end(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('module "a" {\n  source = "./"\n}\n')
    sources = sources_of_folder(tmp_path)
    assert sources is not None
    place = sources.place(change("module.a." * 2000 + "aws_x.y"))
    assert place is not None
    assert place.line == 1


def test_a_folder_without_terraform_has_no_lines(tmp_path: Path) -> None:
    assert sources_of_folder(tmp_path) is None
    assert sources_of_folder(tmp_path / "missing") is None


@pytest.mark.parametrize("text", ["", "[]", "{", '{"Modules": 3}', '{"Modules": [{"Key": "app"}]}', "\xff"])
def test_a_list_of_modules_that_is_none_is_no_list(tmp_path: Path, text: str) -> None:
    (tmp_path / "main.tf").write_text('module "app" {\n  source = "./app"\n}\n')
    (tmp_path / ".terraform" / "modules").mkdir(parents=True)
    (tmp_path / ".terraform" / "modules" / "modules.json").write_text(text, encoding="latin-1")
    sources = sources_of_folder(tmp_path)
    assert sources is not None
    place = sources.place(change("module.app.aws_x.y"))
    assert place is not None
    assert place.line == 1

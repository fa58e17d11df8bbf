"""Names that AWS gets: the rules on names know the longest of each kind, and where AWS says how long it may be."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from infragen.catalog import Environment, Project, load
from infragen.core.name_schemes import NameSchemes
from infragen.core.names import LIMITS, Names
from infragen.environment import resolve
from infragen.hcl.index import Index
from infragen.kinds.bffs import Bff
from infragen.kinds.databases import Database
from infragen.kinds.workloads.model import Service
from infragen.stacks.build import parts
from tests.fixtures import FULL
from tests.unit.stacks.systems import rendered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infragen.hcl.index import Argument
    from tests.unit.stacks.systems import Rendered

LIMITED = {
    r"(access_log|revocation_list|s3)_bucket name|(cloudtrail|config_recorder|trust_store) bucket_name": "bucket",
    r"cloudtrail name": "trail",
    r"config_(recorder name|findings recorder_name)": "config_rule",
    r"google_project name": "identity_pool",
    r"load_balancer_(https?(_only|_verifying)?|verifying(_shared|_reads)?) name": "load_balancer",
    r"load_balancer_routes target_groups\..+\.name": "target_group",
    r"load_balancer_verif(ying(_reads)?|ied_service) target\.name": "target_group",
    r"load_balancer_blue_green services\..+\.(blue|green)": "target_group",
    r"codedeploy_blue_green role_name": "role",
    r"alarms(_extended)? (alarms|expressions)\.[^.]+": "alarm",
    r"(alerts_function|database_password_rotation) name": "function",
    r"(alerts_function|database_password_rotation) role_name": "role",
    r"bastion name": "role",
    r"athena_workgroup name": "workgroup",
    r"athena_workgroup database_name": "catalog_database",
    r"email_identity configuration_set_name": "configuration_set",
    r"dashboard name": "dashboard",
    r"(grafana|prometheus)_workspace name": "prometheus",
    r"grafana_workspace role_name": "role",
    r"monthly_budget name": "budget",
    r"ecs_scaling\w* (sudden_load\.|adjustments\..+\.)?alarm_name": "alarm",
    r"aurora\w* (cluster_identifier|final_snapshot_identifier)|aurora_cluster\w* parameter_group_name": "database",
    r"aurora\w* instances\..+\.identifier": "database",
    r"rds_instance\w* (final_snapshot_)?identifier|rds_readers readers\.[^.]+": "database",
    r"(aurora|aurora_managed_password|rds_instance\w*) parameter_group_name": "parameter_group",
    r"(aurora|rds_instance)\w* master_secret_name|rds_proxy secret_name": "secret",
    r"database_passwords(_replicated|_with_urls)? users\..+\.secret_name|secret(_replicated)? name": "secret",
    r"cloudfront_(brotli|page)_function name": "edge_function",
    r"cloudfront_(page_policies|download_policy) name": "page_policies",
    r"ecr_repository name": "repository",
    r"ecs_service\w* service_name": "ecs_service",
    r"elasticache_token_user name": "function",
    r"elasticache_token_user role_name": "role",
    r"elasticache_token_user secret_name": "secret",
    r"working_hours group_name": "schedules",
    r"working_hours role_name": "role",
    r"ecs_cluster name": "cluster",
    r"ecs_(service\w*|job|job_outcomes) name": "service",
    r"ecs_(service\w*|job) (execution|task|schedules)_role_name": "role",
    r"(ecs_job|lambda_function|state_machine) schedule_group_name": "schedules",
    r"lambda_function(_outcomes)? name": "function",
    r"log_route stream_name": "delivery_stream",
    r"log_route (delivery|sender)_role_name|s3_bucket_replication role_name": "role",
    r"lambda_function objects\..+\.rule_name|(ecs_job|lambda_function)_outcomes outcomes\..+\.rule_name": "event_rule",
    r"(certificate_events|config_findings) rule_name|event_forwarding name": "event_rule",
    r"guardduty_findings findings\..+\.rule_name|deployment_failures deployers\..+\.rule_name": "event_rule",
    r"(api_gateway_account|config_recorder|rds_proxy\w*|vpc_flow_log) role_name|service_connect_tls_role name": "role",
    r"(lambda_function|state_machine) (schedules_)?role_name": "role",
    r"state_machine name": "state_machine",
    r"event_bus name": "event_bus",
    r"event_bus rules\..+\.name": "event_rule",
    r"event_bus role_name": "role",
    r"amplify_app name": "frontend",
    r"ecs_service\w* mesh\.discovery_name|load_balancer_verif(ying(_reads)?|ied_service) discovery_name": "discovery",
    r"load_balancer_verif(ying(_reads)?|ied_service) domain_name": "certificate",
    r"ecs_service\w* mesh\.metrics_name": "mesh",
    r"ecs_service\w* target\.name|gateway_network_load_balancer target_group_name": "target_group",
    r"database_password_rotation database_identifier": "database",
    r"documentdb_cluster\w* (cluster|final_snapshot)_identifier": "database",
    r"documentdb_cluster\w* instances\..+\.identifier": "database",
    r"documentdb_cluster\w* parameter_group_name": "parameter_group",
    r"documentdb_cluster\w* master_secret_name": "secret",
    r"search_domain name": "search_domain",
    r"search_domain master_role_name": "role",
    r"event_queue (dead_letter_)?name|(event|sqs)_dead_letter_queue name|sqs_queue name": "queue",
    r"(gateway_network|internal)_load_balancer name|failover_health_check name": "load_balancer",
    r"elasticache_\w+ (name|default_user)": "cache",
    r"aurora_cluster_global global_cluster_identifier": "global_database",
    r"backup_vault name": "vault",
    r"database_backup_plan name": "backup_plan",
    r"database_backup_role name": "role",
    r"kms_key name": "key",
    r"rds_proxy\w* (name|reader_endpoints\[\])": "proxy",
    r"security_group(_open)? name|vpc default_security_group_name": "security_group",
    r"timestream_table database_name": "timestream_database",
    r"trust_store name": "trust_store",
    r"web_acl(_\w+)? log_group_name": "log_group",
    r"web_acl(_\w+)? name": "web_acl",
}
"""Modules and arguments that are names in AWS, and what limits them."""
UNLIMITED = (
    r"(api_gateway_(private|regional|stage|usage_plan)\w*|alerts_(level|topic)|db_subnet_group|vpc_flow_log) name",
    r"bastion key_name",  # limited by its model
    r"glue_table_\w+ (name|columns\.\w+)",  # limited by its model; types of columns
    r"log_metric (log_group_)?name",  # the log's own; 512
    r"log_router log_group_name",  # that of the tasks
    r"cloudfront_cache_policies name",  # how they begin
    r"cloudfront_key_group name",  # how its public keys begin; KeyGroupConfig has no limit
    r"api_gateway_keys\w* keys\..+\.name",
    r"(cloudfront_distribution\w*|load_balancer_routes|web_acl\w*) custom_header(s\.[^.]+)?[._]name",  # of a header
    r"cloudfront_distribution\w* (name|(bucket|custom)_origins\..+\.domain_name)",  # a comment; names of others
    r"dns_aliases target_name|load_balancer_https?(_verifying)? access_logs\.bucket",
    r"endpoint_check (domain_)?name",  # a tag; a name in a zone
    r"web_acl\w* managed_rules\..*name|web_acl\w* rate_rules\..*name",
    r"(ecs_cluster|ecs_service\w*|ecs_job|api_gateway_stage|vpc_flow_log) (exec_|access_)?log_group_name",  # 512
    r"((ecs_job|lambda_function)_outcomes|session_log) log_group_name",  # the log's own; 512
    r"event_forwarding source_name",  # a service of AWS
    r"failover_switch (host_)?name",  # a tag; a name in a zone
    r"(vpc|nat_gateway|s3_gateway_endpoint|vpc_\w+_endpoint) (.+\.)?(\w+_)?name",  # tags, and AWS's names of services
    r"(aurora|rds_instance)\w* (database_name|master_username)|rds_proxy username",  # limited by their model
    r"documentdb_cluster\w* (master_username|ca_identifier)",  # limited by their model
    r"(dns_(private_)?zone|email_identity) domain_name|dns_records records\..+\.name",  # limited by their model
    r"(ecs_service\w*|ecs_job) container_name",
    r"database_backup_plan vault_name",  # the vault's own name
    r"timestream_table table_name",  # limited by the database's model
    r"elasticache_replication_group final_snapshot_identifier",  # 255 characters
    r"rds_\w+ (ca|source)_identifier",  # AWS's own, and another argument's
    r"ecs_scaling_queue\w* queue_name",  # the queue's own name, which its own rule checks
    r"internal_load_balancer discovery_name|private_(certificate|dns_namespace) (domain_)?name",
    r"private_ca\w* common_name",
)
"""What ends like a name and has no limit of its own in the rules."""


def full(name: str) -> Environment:
    project = Project(FULL)
    return resolve(project, load(project, "depot"), name).environment()


@pytest.fixture(scope="module")
def environment() -> Environment:
    return full("prod")


def longest(of: Environment) -> Mapping[str, Mapping[str, int]]:
    """Return how long the longest name of each kind is that the rules know, by the source of its parts."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for part in parts(of):
        for limit, name in part.names():
            found[part.source][limit.what] = max(found[part.source].get(limit.what, 0), len(name))
    return found


def texts(made: Rendered) -> Iterator[tuple[str, str, str]]:
    """Yield the source of each text in a module call, the module with the argument, and the text."""
    for stack in made.stacks:
        for file in stack.files:
            for call in Index(made.files[f"{stack.name}/{file.path}"]).calls if file.path.endswith(".tf") else ():
                for argument in call.arguments.values():
                    yield from ((file.source, f"{call.module} {path}", text) for path, text in within(argument))


def within(argument: Argument, above: str = "") -> Iterator[tuple[str, str]]:
    path = above + argument.name
    if argument.items is None and re.fullmatch(r'"[^"$]*"', argument.value):
        yield path, argument.value.strip('"')
    for item in (argument.items or {}).values():
        if path == "alarms":
            yield f"{path}.{item.name}", item.name.strip('"')
        else:
            yield from within(item, f"{path}.")


def limit_of(place: str) -> str | None:
    return next((limit for pattern, limit in LIMITED.items() if re.fullmatch(pattern, place)), None)


@pytest.mark.parametrize("name", ["prod", "dev"])
def test_no_stack_gives_a_name_longer_than_the_rule_reckons_with(name: str) -> None:
    made = rendered(full(name))
    known = longest(made.environment)
    found = [(source, place, text, limit) for source, place, text in texts(made) if (limit := limit_of(place))]
    assert {limit for *_, limit in found} >= {"role", "database", "queue", "alarm", "security_group"}
    longer = [
        (place, text) for source, place, text, limit in found if len(text) > known[source].get(LIMITS[limit].what, 0)
    ]
    assert longer == []


@pytest.mark.parametrize("name", ["prod", "dev"])
def test_every_argument_that_is_called_a_name_is_looked_at(name: str) -> None:
    called = {place for _, place, _ in texts(rendered(full(name))) if re.search(r"(name|identifier)$", place)}
    unknown = [place for place in called if not (limit_of(place) or re.fullmatch("|".join(UNLIMITED), place))]
    assert len(called) > 40
    assert unknown == []


def test_every_name_has_a_limit_with_a_source_and_no_limit_is_without_a_name(environment: Environment) -> None:
    limits = [limit for part in parts(environment) for limit, _ in part.names()]
    assert all(limit.source for limit in limits)
    assert set(limits) == set(LIMITS.values()) - {LIMITS["joined_global_database"]}  # of a standby


def test_names_are_those_of_the_document_and_of_the_system(environment: Environment) -> None:
    names = Names(environment)
    assert names.database(environment.all(Database)["invoices"]) == "aurora-prod-office-invoices"
    assert names.container(environment.all(Service)["invoices"]) == "depot-prod-invoices"
    assert names.container(environment.all(Bff)["web"]) == "depot-prod-bff-web"
    assert names.path("invoices") == "/depot/prod/invoices"


def test_a_database_that_moved_keeps_the_name_of_its_first_domain(environment: Environment) -> None:
    stock = environment.all(Database)["stock"]
    assert (stock.domain, stock.moved_from) == ("goods", "office")
    assert Names(environment).database(stock) == "aurora-prod-office-store"


def test_a_database_is_named_by_system_environment_and_kind_where_no_scheme_is_said(environment: Environment) -> None:
    usual = replace(environment, system=environment.system.model_copy(update={"names": NameSchemes()}))
    assert Names(usual).database(usual.all(Database)["invoices"]) == "depot-prod-database-invoices"
    assert Names(usual).prefixes == ("depot-prod-",)


def test_a_scheme_leaves_a_domain_out_that_a_database_has_not(environment: Environment) -> None:
    alone = environment.all(Database)["invoices"].model_copy(update={"domain": None})
    assert Names(environment).database(alone) == "aurora-prod-invoices"


def test_names_of_a_scheme_begin_with_what_stands_before_the_entry(environment: Environment) -> None:
    assert Names(environment).prefixes == ("aurora-prod-", "depot-prod-")


def test_a_renamed_entry_keeps_its_name_in_aws(environment: Environment) -> None:
    invoices = environment.all(Service)["invoices"]
    renamed = invoices.model_copy(update={"name": "bills", "renamed_from": "invoices"})
    pinned = invoices.model_copy(update={"name": "bills", "physical_name": "papers", "renamed_from": "invoices"})
    names = Names(environment)
    assert names.container(renamed) == "depot-prod-invoices"
    assert names.container(pinned) == "depot-prod-papers"

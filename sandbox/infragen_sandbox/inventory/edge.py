"""What stands between callers and services in the emulated AWS: gateways, balancers, names, certificates, firewalls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.acm.models import acm_backends
from moto.acmpca.models import acmpca_backends
from moto.apigateway.models import apigateway_backends
from moto.elbv2.models import elbv2_backends
from moto.iam.models import iam_backends
from moto.route53.models import route53_backends
from moto.sesv2.models import sesv2_backends
from moto.wafv2.models import wafv2_backends

from infragen_sandbox.corrections.acmpca_permissions import permissions
from infragen_sandbox.corrections.elbv2_trust_stores import trust_stores
from infragen_sandbox.inventory.found import Found, tags_of

if TYPE_CHECKING:
    from collections.abc import Iterator


def balancers(account: str, region: str) -> Iterator[Found]:
    """Yield load balancers, listeners, their rules, target groups with their targets, and trust stores."""
    backend: Any = elbv2_backends[account][region]

    def found(kind: str, arn: str) -> Found:
        return Found("elbv2", kind, arn, arn, tags_of(backend.tagging_service.get_tag_dict_for_resource(arn)))

    for balancer in backend.load_balancers.values():
        yield found("aws_lb", balancer.arn)
        for listener in balancer.listeners.values():
            yield found("aws_lb_listener", listener.arn)
            for rule in listener.rules.values():
                if not rule.is_default:
                    yield found("aws_lb_listener_rule", rule.arn)
    for group in backend.target_groups.values():
        yield found("aws_lb_target_group", group.arn)
        for target in group.targets:
            yield Found("elbv2", "aws_lb_target_group_attachment", f"{group.arn}|{target}")
    for arn in trust_stores(backend):
        yield found("aws_lb_trust_store", arn)


def certificates(account: str, region: str) -> Iterator[Found]:
    """Yield certificates, and private authorities that are not deleted with what they issued to themselves."""
    backend: Any = acm_backends[account][region]
    for certificate in backend._certificates.values():  # noqa: SLF001
        tags = {key: value or "" for key, value in certificate.tags.items()}
        yield Found("acm", "aws_acm_certificate", certificate.arn, certificate.arn, tags)
    private: Any = acmpca_backends[account][region]
    for authority in private.certificate_authorities.values():
        if authority.status == "DELETED":
            continue
        tags = tags_of(private.tagger.get_tag_dict_for_resource(authority.arn))
        yield Found("acmpca", "aws_acmpca_certificate_authority", authority.arn, authority.arn, tags)
        if authority.certificate_bytes:
            yield Found("acmpca", "aws_acmpca_certificate_authority_certificate", authority.arn)
        for principal in permissions(authority):
            yield Found("acmpca", "aws_acmpca_permission", f"{authority.arn},{principal},")
        for arn in authority.issued_certificates:
            yield Found("acmpca", "aws_acmpca_certificate", arn, arn)


def zones(account: str, region: str) -> Iterator[Found]:
    """Yield hosted zones, the records that somebody made, and health checks; Route 53 has no regions."""
    del region
    backend: Any = route53_backends[account]["aws"]
    for check in backend.health_checks.values():
        arn = f"arn:aws:route53:::healthcheck/{check.id}"
        yield Found("route53", "aws_route53_health_check", check.id, arn, tags_of(backend.resource_tags.get(check.id)))
    for zone in backend.zones.values():
        tags = tags_of(backend.resource_tags.get(zone.resource_id))
        arn = f"arn:aws:route53:::hostedzone/{zone.resource_id}"
        yield Found("route53", "aws_route53_zone", zone.resource_id, arn, tags)
        for record in zone.rrsets:
            if record.type == "SOA" or (record.type == "NS" and record.name == zone.name):
                continue
            name = record.name.rstrip(".").lower().replace("\\052", "*")
            parts = [zone.resource_id, name, record.type, record.set_identifier]
            yield Found("route53", "aws_route53_record", "|".join(part for part in parts if part))


def mail(account: str, region: str) -> Iterator[Found]:
    """Yield domains that letters are sent from, where they come back to, and configuration sets."""
    if region not in sesv2_backends[account].regions:
        return
    backend: Any = sesv2_backends[account][region].core_backend
    for word, kind, things in (
        ("identity", "aws_sesv2_email_identity", backend.email_identities),
        ("configuration-set", "aws_sesv2_configuration_set", backend.config_sets),
    ):
        for name, thing in things.items():
            arn = f"arn:{backend.partition}:ses:{region}:{account}:{word}/{name}"
            tags = backend.tagger.get_tag_dict_for_resource(arn)
            yield Found("sesv2", kind, name, arn, tags_of(tags))
            if hasattr(thing, "mail_from_attributes"):
                yield Found("sesv2", "aws_sesv2_email_identity_mail_from_attributes", name)


def firewalls(account: str, region: str) -> Iterator[Found]:
    """Yield web ACLs with their associations and logging, and their sets; those of CloudFront stand in us-east-1."""
    yield from _firewalls(wafv2_backends[account][region])
    if region == "us-east-1":
        yield from _firewalls(wafv2_backends[account]["global"])


def _firewalls(backend: Any) -> Iterator[Found]:
    def tags(arn: str) -> dict[str, str]:
        return tags_of(backend.tagging_service.get_tag_dict_for_resource(arn))

    for acl in backend.wacls.values():
        yield Found("wafv2", "aws_wafv2_web_acl", acl.id, acl.arn, tags(acl.arn))
        for resource in acl.associated_resources:
            yield Found("wafv2", "aws_wafv2_web_acl_association", f"{acl.arn},{resource}")
    for addresses in backend.ip_sets.values():
        yield Found("wafv2", "aws_wafv2_ip_set", addresses.ip_set_id, addresses.arn, tags(addresses.arn))
    for patterns in backend.regex_pattern_sets.values():
        yield Found("wafv2", "aws_wafv2_regex_pattern_set", patterns.id, patterns.arn, tags(patterns.arn))
    for arn in backend.logging_configurations:
        yield Found("wafv2", "aws_wafv2_web_acl_logging_configuration", arn)


def gateways(account: str, region: str) -> Iterator[Found]:
    """Yield REST APIs with their parts, and the plans, keys, links and domains around them."""
    backend: Any = apigateway_backends[account][region]
    for api in backend.apis.values():
        arn = f"arn:aws:apigateway:{region}::/restapis/{api.id}"
        yield Found("apigateway", "aws_api_gateway_rest_api", api.id, arn, tags_of(api.tags))
        yield from _parts(api, arn)
    yield from _around(backend)


def _parts(api: Any, arn: str) -> Iterator[Found]:
    if api.policy:
        yield Found("apigateway", "aws_api_gateway_rest_api_policy", api.id)
    for resource in api.resources.values():
        if resource.parent_id:
            yield Found("apigateway", "aws_api_gateway_resource", resource.id)
        for name, method in resource.resource_methods.items():
            yield from _method(f"{api.id}-{resource.id}-{name}", method)
    for kind in api.gateway_responses:
        yield Found("apigateway", "aws_api_gateway_gateway_response", f"aggr-{api.id}-{kind}")
    models = [model.id for model in api.models.values()]
    every = (("request_validator", api.request_validators), ("authorizer", api.authorizers), ("model", models))
    for kind, ids in every:
        yield from (Found("apigateway", f"aws_api_gateway_{kind}", one) for one in ids)
    for deployment in api.deployments:
        yield Found("apigateway", "aws_api_gateway_deployment", deployment)
    for name, stage in api.stages.items():
        stage_arn = f"{arn}/stages/{name}"
        yield Found("apigateway", "aws_api_gateway_stage", f"ags-{api.id}-{name}", stage_arn, tags_of(stage.tags))
        for path in stage.method_settings:
            yield Found("apigateway", "aws_api_gateway_method_settings", f"{api.id}-{name}-{path}")


def _method(place: str, method: Any) -> Iterator[Found]:
    yield Found("apigateway", "aws_api_gateway_method", f"agm-{place}")
    for status in method.method_responses:
        yield Found("apigateway", "aws_api_gateway_method_response", f"agmr-{place}-{status}")
    integration = method.method_integration
    if integration:
        yield Found("apigateway", "aws_api_gateway_integration", f"agi-{place}")
        for status in integration.integration_responses or {}:
            yield Found("apigateway", "aws_api_gateway_integration_response", f"agir-{place}-{status}")


def _around(backend: Any) -> Iterator[Found]:
    for plan in backend.usage_plans.values():
        yield Found("apigateway", "aws_api_gateway_usage_plan", plan.id, None, tags_of(plan.tags))
    for keys in backend.usage_plan_keys.values():
        for key in keys:
            yield Found("apigateway", "aws_api_gateway_usage_plan_key", key)
    for key in backend.keys.values():
        yield Found("apigateway", "aws_api_gateway_api_key", key.id, None, tags_of(key.tags))
    for link in backend.vpc_links.values():
        yield Found("apigateway", "aws_api_gateway_vpc_link", link.id, None, tags_of(link.tags))
    for domain in backend.domain_names.values():
        name = domain.domain_name
        yield Found("apigateway", "aws_api_gateway_domain_name", name, None, tags_of(domain.tags))
        for path in backend.base_path_mappings.get(name, {}):
            place = f"{name}/{'' if path == '(none)' else path}"
            yield Found("apigateway", "aws_api_gateway_base_path_mapping", place)
    # The provider leaves the setting behind, on AWS too; without its role it is worth nothing.
    roles = {role.arn for role in iam_backends[backend.account_id]["aws"].roles.values()}
    if backend.account.cloudwatch_role_arn in roles:
        yield Found("apigateway", "aws_api_gateway_account", "api-gateway-account")

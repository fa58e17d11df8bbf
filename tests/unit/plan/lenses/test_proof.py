"""Every lens on plans of the real AWS provider: at most a third of the generic differences, and no fact lost."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from infragen.plan.lenses import LENSES
from tests.plans.corpus import CASES, Case, case
from tests.unit.plan.lenses.proof import generic_text, lens_text, lost_facts, terraform_text, views


class Proof(NamedTuple):
    """One object of a corpus case, on which a lens must be short."""

    case: str
    address: str


PROOFS: tuple[Proof, ...] = (
    Proof("100", "aws_iam_policy.named"),
    Proof("100", "aws_iam_role.trust"),
    Proof("100", "aws_iam_role_policy.unnamed"),
    Proof("100", "aws_s3_bucket_policy.plans"),
    Proof("102", "aws_ecs_task_definition.reports"),
    Proof("104", "aws_security_group.app"),
    Proof("104", "aws_vpc_security_group_ingress_rule.gone"),
    Proof("105", "aws_default_security_group.default"),
    Proof("105", "aws_security_group.app"),
    Proof("105", "aws_security_group_rule.group"),
    Proof("105", "aws_security_group_rule.itself"),
    Proof("105", "aws_vpc_security_group_egress_rule.unknown"),
    Proof("105", "aws_vpc_security_group_ingress_rule.known"),
    Proof("106", "aws_wafv2_rule_group.own"),
    Proof("106", "aws_wafv2_web_acl.edge"),
    Proof("107", "aws_wafv2_rule_group.own"),
    Proof("107", "aws_wafv2_web_acl.edge"),
    Proof("140", "aws_route53_record.canary"),
    Proof("141", "aws_appautoscaling_policy.cpu"),
    Proof("141", "aws_appautoscaling_policy.queue"),
    Proof("141", "aws_appautoscaling_policy.steps"),
    Proof("141", "aws_appautoscaling_target.api"),
    Proof("141", "aws_autoscaling_policy.workers"),
    Proof("142", "aws_db_parameter_group.legacy"),
    Proof("142", "aws_db_proxy_default_target_group.orders"),
    Proof("142", "aws_rds_cluster.stock"),
    Proof("142", "aws_rds_cluster_parameter_group.orders"),
    Proof("143", "aws_api_gateway_integration_response.ok"),
    Proof("143", "aws_api_gateway_method_response.ok"),
    Proof("143", "aws_api_gateway_method_settings.all"),
    Proof("143", "aws_api_gateway_rest_api.shop"),
    Proof("143", "aws_api_gateway_stage.live"),
    Proof("143", "aws_api_gateway_usage_plan.partners"),
    Proof("143", "aws_apigatewayv2_api.web"),
    Proof("143", "aws_apigatewayv2_stage.web"),
    Proof("145", "aws_cloudwatch_dashboard.shop"),
    Proof("145", "aws_s3_bucket_lifecycle_configuration.logs"),
)
"""One line for what a lens was made for; creations and odd shapes are in the corpus without a line here."""


@pytest.mark.parametrize("proof", PROOFS, ids=str)
def test_a_lens_says_it_in_a_third_of_the_generic_differences(proof: Proof) -> None:
    found = case(proof.case)
    view = views(found)[proof.address]
    said, generic = lens_text(view), generic_text(view)
    human = found.path.with_name("human.txt").read_text(encoding="utf-8")
    sizes = [len(text.encode()) for text in (said, generic, terraform_text(human, proof.address))]
    # the figures, for `pytest -s` and for the report of a failure
    print(f"\n{proof.case} {proof.address}: lens {sizes[0]} bytes, generic {sizes[1]}, terraform {sizes[2]}\n{said}")  # noqa: T201
    assert 0 < sizes[0] <= sizes[1] / 3


@pytest.mark.parametrize("one", CASES, ids=str)
def test_a_lens_loses_no_fact_of_any_plan_of_the_corpus(one: Case) -> None:
    for view in views(one).values():
        said = lens_text(view)
        assert not lost_facts(view, said), said


@pytest.mark.parametrize("resource_type", sorted(LENSES))
def test_every_type_that_has_a_lens_is_seen_in_a_real_plan(resource_type: str) -> None:
    seen = {view.type for one in CASES for view in views(one).values()}
    assert resource_type in seen

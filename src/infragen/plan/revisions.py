"""Types that are never changed, only followed by a new revision: replacing them is their way to be updated."""

from typing import Final

REVISIONS: Final = frozenset({
    "aws_api_gateway_deployment", "aws_apigatewayv2_deployment", "aws_appconfig_hosted_configuration_version",
    "aws_batch_job_definition", "aws_bedrock_guardrail_version", "aws_codedeploy_deployment_config",
    "aws_ecs_task_definition", "aws_imagebuilder_component", "aws_imagebuilder_container_recipe",
    "aws_imagebuilder_image_recipe", "aws_lambda_layer_version", "aws_launch_configuration",
    "google_compute_instance_template", "kubernetes_config_map_v1_data",
})  # fmt: skip

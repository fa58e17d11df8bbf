# What of a REST API is live: a deployment, the stage that serves it, its logs and its limits.

resource "aws_api_gateway_deployment" "this" {
  rest_api_id = var.rest_api_id

  # A deployment is a snapshot: whatever changes the API has to make a new one. It is made before what left the
  # configuration is destroyed, so infragen removes that first (docs/applying.md).
  triggers = var.redeploy_on

  lifecycle {
    create_before_destroy = true # a stage always serves one
  }
}

resource "aws_cloudwatch_log_group" "access" {
  name              = var.access_log_group_name
  retention_in_days = var.access_log_retention_in_days
  kms_key_id        = var.logs_kms_key_arn
}

# API Gateway itself would make this group, without a key and for ever; the name is not ours to choose.
resource "aws_cloudwatch_log_group" "execution" {
  name              = "API-Gateway-Execution-Logs_${var.rest_api_id}/${var.name}"
  retention_in_days = var.execution_log_retention_in_days
  kms_key_id        = var.logs_kms_key_arn
}

resource "aws_api_gateway_stage" "this" {
  # checkov:skip=CKV2_AWS_4:errors are logged (below); it asks for metrics of each method besides, which are billed
  rest_api_id          = var.rest_api_id
  deployment_id        = aws_api_gateway_deployment.this.id
  stage_name           = var.name
  description          = var.description
  xray_tracing_enabled = var.traced

  # Who called what, from where, with which key, and what came of it. No headers, no bodies, no key values.
  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn

    format = jsonencode({
      apiKeyId       = "$context.identity.apiKeyId"
      caller         = "$context.identity.caller"
      error          = "$context.error.message"
      httpMethod     = "$context.httpMethod"
      latency        = "$context.responseLatency"
      backendLatency = "$context.integration.latency"
      path           = "$context.path"
      protocol       = "$context.protocol"
      requestId      = "$context.requestId"
      requestTime    = "$context.requestTime"
      responseLength = "$context.responseLength"
      sourceIp       = "$context.identity.sourceIp"
      status         = "$context.status"
      user           = "$context.identity.userArn"
      userAgent      = "$context.identity.userAgent"
      vpcEndpoint    = "$context.identity.vpceId"
      waf            = "$context.waf.status"
    })
  }

  depends_on = [aws_cloudwatch_log_group.execution]
}

resource "aws_api_gateway_method_settings" "all" {
  rest_api_id = var.rest_api_id
  stage_name  = aws_api_gateway_stage.this.stage_name
  method_path = "*/*"

  settings {
    metrics_enabled        = false # per method, billed; those of the stage are free, and what alarms read
    logging_level          = "ERROR"
    data_trace_enabled     = false # bodies hold personal data
    throttling_rate_limit  = var.requests_per_second
    throttling_burst_limit = var.burst
  }
}

output "fingerprint" {
  description = "Changes with everything that needs a new deployment of the API."
  value = sha1(jsonencode([
    # {% if variant.validated %}
    local.resource_ids,
    aws_api_gateway_request_validator.this.id,
    var.operations,
    var.models,
    # {% else %}
    aws_api_gateway_resource.proxy.id,
    aws_api_gateway_resource.proxy.path,
    # {% endif %}
    # {% if variant.nested %}
    [for method in aws_api_gateway_method.this : [method.http_method, method.authorization, coalesce(method.authorizer_id, "none"), method.api_key_required]],
    # {% else %}
    [for method in aws_api_gateway_method.this : [method.http_method, method.authorization, method.api_key_required]],
    # {% endif %}
    [for integration in aws_api_gateway_integration.this : [
      # {% if not variant.function %}
      integration.connection_id,
      # {% endif %}
      coalesce(integration.request_parameters, tomap({})), # none is read back as an empty map
      integration.timeout_milliseconds,
      one(integration.tls_config[*].insecure_skip_verification),
      integration.uri,
    ]],
    # {% if not variant.every_path and not variant.validated %}
    # {% if variant.nested %}
    [for method in aws_api_gateway_method.path : [method.http_method, method.authorization, coalesce(method.authorizer_id, "none"), method.api_key_required]],
    # {% else %}
    [for method in aws_api_gateway_method.path : [method.http_method, method.authorization, method.api_key_required]],
    # {% endif %}
    [for integration in aws_api_gateway_integration.path : [
      # {% if not variant.function %}
      integration.connection_id,
      # {% endif %}
      coalesce(integration.request_parameters, tomap({})), # none is read back as an empty map
      integration.timeout_milliseconds,
      one(integration.tls_config[*].insecure_skip_verification),
      integration.uri,
    ]],
    # {% endif %}
  ]))
}
# {% if variant.nested %}

output "resource_id" {
  description = "Id of the path, which others are below."
  value       = aws_api_gateway_resource.path.id
}
# {% endif %}

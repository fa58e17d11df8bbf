output "fingerprint" {
  description = "Changes with everything that needs a new deployment of the API."
  value = sha1(jsonencode([
    aws_api_gateway_resource.proxy.id,
    aws_api_gateway_resource.proxy.path,
    [for method in aws_api_gateway_method.this : [method.http_method, method.authorization, method.api_key_required]],
    [for integration in aws_api_gateway_integration.this : [
      integration.connection_id,
      integration.request_parameters,
      integration.timeout_milliseconds,
      integration.tls_config,
      integration.uri,
    ]],
    # {% if not variant.every_path %}
    [for method in aws_api_gateway_method.path : [method.http_method, method.authorization, method.api_key_required]],
    [for integration in aws_api_gateway_integration.path : [
      integration.connection_id,
      integration.request_parameters,
      integration.timeout_milliseconds,
      integration.tls_config,
      integration.uri,
    ]],
    # {% endif %}
  ]))
}

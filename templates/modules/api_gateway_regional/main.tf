# A REST API with an endpoint of the region. REST and not HTTP: usage plans, API keys and WAF exist for REST
# APIs only. Its default endpoint takes TLS 1.0 and newer (API Gateway Developer Guide: Choose a security policy), which
# provider 5.100 cannot change: names of its own take 1.2 and newer, and the default endpoint is off beside them.

resource "aws_api_gateway_rest_api" "this" {
  name                         = var.name
  description                  = var.description
  api_key_source               = "HEADER"
  minimum_compression_size     = coalesce(var.minimum_compression_size, -1) # without a value it would stay
  binary_media_types           = var.binary_media_types
  disable_execute_api_endpoint = var.disable_execute_api_endpoint

  endpoint_configuration {
    types           = ["REGIONAL"]
    ip_address_type = var.ip_address_type
  }
}

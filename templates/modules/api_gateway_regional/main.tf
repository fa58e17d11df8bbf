# A REST API with an endpoint of the region. REST and not HTTP: usage plans, API keys and WAF exist for REST
# APIs only. The endpoint ends TLS, 1.2 or newer.

resource "aws_api_gateway_rest_api" "this" {
  name                     = var.name
  description              = var.description
  api_key_source           = "HEADER"
  minimum_compression_size = var.minimum_compression_size

  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

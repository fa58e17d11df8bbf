# A REST API with an endpoint of the region. REST and not HTTP: usage plans, API keys and WAF exist for REST
# APIs only. Its address takes TLS 1.0 and newer (API Gateway Developer Guide: Choose a security
# policy): who must refuse less than 1.2 does so with a domain name of its own before it.

resource "aws_api_gateway_rest_api" "this" {
  name                     = var.name
  description              = var.description
  api_key_source           = "HEADER"
  minimum_compression_size = var.minimum_compression_size

  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

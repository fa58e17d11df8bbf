# Names of its own for a REST API, in front of its stage. Unlike the API's default endpoint they refuse TLS 1.0 and 1.1
# (API Gateway Developer Guide: Choose a security policy for your custom domain).

resource "aws_api_gateway_domain_name" "this" {
  for_each = toset(var.names)

  domain_name              = each.key
  regional_certificate_arn = var.certificate_arn
  security_policy          = "TLS_1_2" # 1.3 too

  endpoint_configuration {
    types           = ["REGIONAL"]
    ip_address_type = var.ip_address_type
  }
}

resource "aws_api_gateway_base_path_mapping" "this" {
  for_each = aws_api_gateway_domain_name.this

  domain_name = each.value.domain_name
  api_id      = var.rest_api_id
  stage_name  = var.stage_name
}

# A path segment of a REST API that only leads to others: nothing answers there itself.

resource "aws_api_gateway_resource" "this" {
  rest_api_id = var.rest_api_id
  parent_id   = var.parent_id
  path_part   = var.path_part
}

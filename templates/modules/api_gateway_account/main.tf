# The role with which API Gateway writes logs: one for the account and region, so it has one owner.

resource "aws_iam_role" "this" {
  name        = var.role_name
  description = "API Gateway writes its execution and access logs."
  # {% include "parts/role_boundary.tf" %}

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole" # logging of API Gateway
      Principal = { Service = "apigateway.amazonaws.com" }
    }]
  })
}

# The policy that API Gateway asks for by name (API Gateway Developer Guide, CloudWatch logging).
resource "aws_iam_role_policy_attachment" "this" {
  role       = aws_iam_role.this.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
}

resource "aws_api_gateway_account" "this" {
  cloudwatch_role_arn = aws_iam_role.this.arn

  depends_on = [aws_iam_role_policy_attachment.this]
}

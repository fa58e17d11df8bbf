# {# The log of a function on Lambda, and the role that its code runs as. #}
resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_in_days
  kms_key_id        = var.logs_kms_key_arn
}

resource "aws_iam_role" "this" {
  name        = var.role_name
  description = "What the code of ${var.name} may do."
  # {% include "parts/role_boundary.tf" %}

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole" # Lambda says not for which function it takes the role: there is no condition to write
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

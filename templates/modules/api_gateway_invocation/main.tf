# API Gateway may invoke a function for the routes that lead to it, and for nothing else
# (AWS Lambda Developer Guide: Invoking a Lambda function using an Amazon API Gateway endpoint).

resource "aws_lambda_permission" "this" {
  for_each = var.source_arns

  statement_id  = each.key
  action        = "lambda:InvokeFunction" # a request came for it
  function_name = var.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = each.value
}

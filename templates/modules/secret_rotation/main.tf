# A secret that a function rotates: the function writes a new version of it, tests that, and makes it the current one. The first
# rotation waits for its day; until then Secrets Manager only has the function test the value that there is.

resource "aws_lambda_permission" "this" {
  statement_id   = var.statement_id
  action         = "lambda:InvokeFunction"
  function_name  = var.function_name
  principal      = "secretsmanager.amazonaws.com"
  source_account = var.account_id
  source_arn     = var.secret_arn # for this secret only
}

resource "aws_secretsmanager_secret_rotation" "this" {
  # checkov:skip=CKV_AWS_304:the catalogue says how often, `rotation.every`
  secret_id           = var.secret_arn
  rotation_lambda_arn = var.function_arn
  rotate_immediately  = false

  rotation_rules {
    automatically_after_days = var.days
  }

  depends_on = [aws_lambda_permission.this] # Secrets Manager asks whether it may invoke the function
}

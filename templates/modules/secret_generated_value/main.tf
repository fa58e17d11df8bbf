# Drawn in every run, kept only by the run that writes a new version: neither the plan nor the state has it.
ephemeral "aws_secretsmanager_random_password" "this" {
  for_each = length(var.keys) == 0 ? toset(["value"]) : var.keys

  password_length            = var.length
  exclude_punctuation        = !var.punctuation
  require_each_included_type = true
}

locals {
  drawn = { for key, one in ephemeral.aws_secretsmanager_random_password.this : key => one.random_password }
}

resource "aws_secretsmanager_secret_version" "this" {
  secret_id                = var.secret_arn
  secret_string_wo         = length(var.keys) == 0 ? local.drawn["value"] : jsonencode(local.drawn)
  secret_string_wo_version = var.value_version
}

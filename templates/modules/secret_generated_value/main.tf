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

  # AWS may delete a version without a label (AWS Secrets Manager API: DescribeSecret), and Terraform would draw another
  # value for one that is gone (provider issue 37302). Its own label stays when a rotation takes AWSCURRENT away.
  version_stages = ["AWSCURRENT", "TERRAFORM"]

  lifecycle {
    ignore_changes = [
      version_stages, # of whoever rotates the secret or puts a value: AWSCURRENT is that version's
    ]
  }
}

variable "password" {
  type      = string
  ephemeral = true
  default   = "FAKE-SECRET-EPHEMERAL"
}

variable "token" {
  type      = string
  sensitive = true
  default   = "FAKE-SECRET-TOKEN"
}

removed {
  from = terraform_data.kept
  lifecycle {
    destroy = false
  }
}

removed {
  from = terraform_data.gone
  lifecycle {
    destroy = true
  }
}

removed {
  from = module.m
  lifecycle {
    destroy = false
  }
}

resource "aws_ssm_parameter" "password" {
  name             = "/app/password"
  type             = "SecureString"
  value_wo         = var.password
  value_wo_version = 1
}

resource "aws_secretsmanager_secret" "this" {
  name = "app"
}

resource "aws_secretsmanager_secret_version" "this" {
  secret_id                = aws_secretsmanager_secret.this.id
  secret_string_wo         = jsonencode({ password = var.password })
  secret_string_wo_version = 2
}

resource "terraform_data" "command" {
  input = "deploy --token=${var.token}"
}

output "token" {
  value     = var.token
  sensitive = true
}

# The replicas of secrets with passwords that another region has: found by their names, since only Secrets Manager knows
# the six characters behind them, and RDS Proxy takes none but a whole ARN.
# AWS: UserAuthConfig, SecretArn, Amazon RDS API Reference.
data "aws_secretsmanager_secret" "this" {
  for_each = var.secret_names

  name = each.value
}

# What a standby's load balancer or API gateway knows the primary's distributions by: the replica, in its own region, of what the primary
# drew. It is there without the primary's region, and read anew by each plan.
data "aws_secretsmanager_secret_version" "this" {
  secret_id = var.secret_name
}

# The user that clients are: they sign in with tokens of their role, which IAM allows or not. No password exists.

resource "aws_elasticache_user" "this" {
  user_id       = var.name
  user_name     = var.name # IAM wants both to be the same
  engine        = var.engine
  access_string = "on ~* &* +@all" # since version 7, a user has no channels unless it says so

  authentication_mode {
    type = "iam"
  }
}

# Groups for Redis OSS have to have a user `default`: clients that sign in as nobody are it, and it may do nothing.
resource "aws_elasticache_user" "default" {
  for_each = var.default_user == null ? {} : { default = var.default_user }

  user_id              = each.value
  user_name            = each.key
  engine               = var.engine
  access_string        = "off -@all"
  no_password_required = true
}

resource "aws_elasticache_user_group" "this" {
  user_group_id = var.name
  engine        = var.engine
  user_ids      = concat([aws_elasticache_user.this.user_id], [for user in aws_elasticache_user.default : user.user_id])
}

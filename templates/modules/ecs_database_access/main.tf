# The first of two hops: the task signs in to its own proxy by IAM, as the users named here and no other.
# The proxy's own hop to the cluster stands with the proxy.

resource "aws_iam_role_policy" "this" {
  name = "database"
  role = var.task_role_name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "ConnectToOwnProxy"
      Effect = "Allow"
      Action = "rds-db:connect" # IAM database authentication
      Resource = [
        for user in var.database_users :
        "arn:aws:rds-db:${var.region}:${var.account_id}:dbuser:${var.proxy_resource_id}/${user}"
      ]
    }]
  })
}

# A role that jobs of one GitHub repository take, and nobody else.

resource "aws_iam_role" "this" {
  name                 = var.name
  description          = var.description
  permissions_boundary = var.permissions_boundary_arn
  max_session_duration = var.max_session_seconds

  # GitHub: "OpenID Connect reference": the subject of a job that names an environment is the environment, of one for a
  # pull request `pull_request`, of any other its branch. AWS: "Available keys for AWS OIDC federation", IAM User Guide.
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "JobsOfTheRepository"
        Effect    = "Allow"
        Principal = { Federated = var.oidc_provider_arn }
        Action    = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = merge(
            {
              "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
              "token.actions.githubusercontent.com:sub" = var.subjects
            },
            # A job may name an environment from any branch; its subject would not tell.
            var.git_ref == null ? {} : { "token.actions.githubusercontent.com:ref" = var.git_ref },
          )
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "this" {
  for_each = var.policies

  name   = each.key
  role   = aws_iam_role.this.id
  policy = each.value
}

# Below a path of their own, which no policy of an environment's own resources covers.
resource "aws_iam_policy" "this" {
  for_each = var.managed_policies

  name   = "${var.name}-${each.key}"
  path   = "/ci/"
  policy = each.value
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = aws_iam_policy.this

  role       = aws_iam_role.this.name
  policy_arn = each.value.arn
}

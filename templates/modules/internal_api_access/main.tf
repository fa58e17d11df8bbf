# Lets a service call the paths of the internal gateway that its declared calls need. The request is signed
# with the task role (AWS_IAM), which proves the caller, and carries the service's own API key, which counts it.

resource "aws_iam_role_policy" "this" {
  name = "internal-api"
  role = var.task_role_name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "InvokeDeclaredCallees"
        Effect = "Allow"
        Action = "execute-api:Invoke" # calls through the internal gateway
        Resource = [
          for path in var.paths : "${var.stage_execution_arn}/*/${path}/*"
        ]
      },
      {
        Sid      = "ReadOwnApiKey"
        Effect   = "Allow"
        Action   = "apigateway:GET" # rate limit per service: the task reads its key at start
        Resource = "arn:aws:apigateway:${var.region}::/apikeys/${var.api_key_id}"
      },
    ]
  })
}
